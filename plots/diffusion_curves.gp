# Measured degrees of alloying over simulated ones for several constant diffusivities, one
# panel per particle.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/diffusion_curves.gp
#
# Reads alloying.csv and curves.csv, writes diffusion_curves.svg.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
measured = tables.'/alloying.csv'
curves = tables.'/curves.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

# An empty cell is an unknown number.
number(name) = strlen(strcol(name)) ? column(name) : NaN

# Particle names in order of appearance and the set points of each step.
found = ''
step_max = 0
y_low = -0.03
y_high = 1.05
widen(y) = (y_low = y < y_low ? y : y_low, y_high = y > y_high ? y : y_high)
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
look(row) = (remember(strcol('particle')), widen(number('alloying_degree')), \
    step_max = column('step') > step_max ? int(column('step')) : step_max, row)
stats measured using (look(0)) nooutput
if (!exists("particles")) particles = found
n = words(particles)

celsius(kelvin) = sprintf('%.4g', kelvin - 273.15)
add_label(s) = strstrt(' '.label.' ', ' '.s.' ') ? 0 : (label = label eq '' ? s : label.' / '.s, 1)
set xtics ('RT' 0) out nomirror offset 0,0.3
do for [s = 1:step_max] {
    label = ''
    stats measured using (column('step') == s ? add_label(celsius(column('nominal_K'))) : 0) nooutput
    set xtics add (label s)
}

# 5e-20 -> 5×10⁻²⁰
superscript(digit) = word('⁰ ¹ ² ³ ⁴ ⁵ ⁶ ⁷ ⁸ ⁹', digit + 1)
raised(k) = (k < 0 ? '⁻' : '').(abs(k) > 9 ? superscript(int(abs(k)) / 10) : '').superscript(int(abs(k)) % 10)
scientific(x) = (e10 = int(floor(log10(x) + 1e-9)), sprintf('%.2g', x / 10.0**e10).'×10'.raised(e10))

# Okabe-Ito colours and symbols for particles; curves run through viridis.
colour(i) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)
filled(i) = int(word('7 5 9 13 11 15', (i - 1) % 6 + 1))
set palette defined (0 '#440154', 0.25 '#414487', 0.5 '#2a788e', 0.75 '#22a884', 1 '#7ad151')
unset colorbox
of(i) = strcol('particle') eq word(particles, i)

width = 60 + 380 * n
set terminal svg size width,480 noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/diffusion_curves.svg'
set border 3 lc rgb '#444444'
set tics textcolor rgb '#222222'
set ytics 0.2 out nomirror
set grid ytics lc rgb '#dddddd' lw 1
set xrange [-0.2:step_max + 0.2]
set yrange [y_low:y_high]
set xlabel 'Set point (°C; RT: before heating)' offset 0,0.2
set key above left vertical maxrows 3 reverse Left samplen 2 width 1 title 'D (m² s⁻¹)' left

set multiplot layout 1,n margins 92.0 / width, 1 - 12.0 / width, 0.15, 0.78 spacing 50.0 / width
do for [i = 1:n] {
    # The diffusivities simulated for this particle, in order of appearance.
    found = ''
    stats curves using (of(i) ? remember(strcol('D_m2_per_s')) : 0) nooutput
    m = words(found)
    shade(k) = m > 1 ? (k - 1.0) / (m - 1) : 0.5
    if (i == 1) { set ylabel 'Degree of alloying (1)' } else { unset ylabel }
    set cbrange [0:1]
    plot NaN notitle, \
         for [k = 1:m] curves \
             using (of(i) && strcol('D_m2_per_s') eq word(found, k) ? column('step') : NaN):(number('alloying_degree')) \
             with lines lw 2 lc palette frac shade(k) title k <= m ? scientific(real(word(found, k))) : '', \
         measured using (of(i) ? column('step') : NaN):(number('alloying_degree')) \
             with points pt filled(i) ps 1.3 lc rgb '#ffffff' notitle, \
         measured using (of(i) ? column('step') : NaN):(number('alloying_degree')) \
             with points pt filled(i) ps 1 lc rgb colour(i) title word(particles, i)
}
unset multiplot
