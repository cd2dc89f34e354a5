# Histograms of voxel intensity inside the particle: a column per particle, a row per step.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/histograms.gp
#
# Reads histograms.csv, writes histograms.svg. Two peaks (shell, core) merge into one.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
table = tables.'/histograms.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

# An empty cell is an unknown number.
number(name) = strlen(strcol(name)) ? column(name) : NaN

# Particle names in order of appearance, number of steps, ranges.
found = ''
step_max = 0
top = 0
low = 1e9
high = -1e9
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
widen(x) = (low = x < low ? x : low, high = x > high ? x : high)
look(row) = (remember(strcol('particle')), \
    step_max = column('step') > step_max ? int(column('step')) : step_max, \
    valid(5) && column(5) > top ? (top = column(5)) : 0, \
    valid(5) && column(5) > 0.002 * top ? widen(column('intensity')) : 0, row)
stats table using (look(0)) nooutput
stats table using (look(0)) nooutput # again: the range needs the final top
if (!exists("particles")) particles = found
n = words(particles)

# Okabe-Ito colours for particles.
colour(i) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)
of(i, s) = strcol('particle') eq word(particles, i) && column('step') == s

if (!(top > 0 && low < high)) { top = 1.0; low = 0; high = 1 }
# Round up to 1, 2 or 5 times a power of ten.
round_up(x) = (p = 10.0**floor(log10(x)), x <= p ? p : x <= 2 * p ? 2 * p : x <= 5 * p ? 5 * p : 10 * p)

rows = step_max + 1
width = 75 + 360 * n
height = 115 + 96 * rows
set terminal svg size width,height noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/histograms.svg'
set border 3 lc rgb '#444444'
set tics textcolor rgb '#222222'
set xrange [low:high]
set yrange [0:1.08 * top]
set ytics out nomirror round_up(top / 3)
set xtics out nomirror 0.2 offset 0,0.3
set grid xtics lc rgb '#dddddd' lw 1
set style fill transparent solid 0.35 noborder
unset key

set multiplot layout rows,n columnsfirst \
    margins 85.0 / width, 1 - 12.0 / width, 75.0 / height, 1 - 32.0 / height spacing 35.0 / width, 12.0 / height
do for [i = 1:n] {
    do for [s = 0:step_max] {
        nominal_K = NaN
        stats table using (of(i, s) ? (nominal_K = column('nominal_K')) : 0) nooutput
        if (s == 0) { set title word(particles, i) offset 0,-0.6 } else { unset title }
        if (s == step_max) {
            set format x '%g'
            set xlabel 'Intensity / intensity of pure core metal (1)' offset 0,0.2
        } else {
            set format x ''
            unset xlabel
        }
        if (i == 1 && s == step_max / 2) { set ylabel 'Probability density (1)' offset 0.5,0 } else { unset ylabel }
        if (i == 1) { set format y '%g' } else { set format y '' }
        set label 1 (s == 0 ? 'RT' : sprintf('%.4g °C', nominal_K - 273.15)) at graph 0.02, graph 0.86 left
        if (nominal_K != nominal_K) { set multiplot next; continue } # a step it did not have
        plot table using (of(i, s) ? column('intensity') : NaN):(number('density')) \
                 with filledcurves y1=0 lc rgb colour(i), \
             table using (of(i, s) ? column('intensity') : NaN):(number('density')) \
                 with lines lw 1.8 lc rgb colour(i)
    }
}
unset multiplot
