# Degree of alloying after each heating step, one symbol per particle.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/alloying.gp
#
# Reads alloying.csv, writes alloying.svg. Symbols are measured; a line is the truth where
# it is known and only guides the eye (dotted) where it is not.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
table = tables.'/alloying.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

# An empty cell is an unknown number.
number(name) = strlen(strcol(name)) ? column(name) : NaN

# Particle names in order of appearance, set points of each step, and whether truth is known.
found = ''
truth_known = 0
step_max = 0
y_low = -0.03
y_high = 1.05
widen(y) = (y_low = y < y_low ? y : y_low, y_high = y > y_high ? y : y_high)
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
look(row) = (remember(strcol('particle')), widen(number('alloying_degree')), \
    truth_known = truth_known + strlen(strcol('alloying_degree_true')), \
    step_max = column('step') > step_max ? int(column('step')) : step_max, row)
stats table using (look(0)) nooutput
if (!exists("particles")) particles = found

celsius(kelvin) = sprintf('%.4g', kelvin - 273.15)
add_label(s) = strstrt(' '.label.' ', ' '.s.' ') ? 0 : (label = label eq '' ? s : label.' / '.s, 1)
set xtics ('RT' 0) out nomirror offset 0,0.3
do for [s = 1:step_max] {
    label = ''
    stats table using (column('step') == s ? add_label(celsius(column('nominal_K'))) : 0) nooutput
    set xtics add (label s)
}

# Okabe-Ito colours, distinct symbols (filled: measured).
colour(i) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)
filled(i) = int(word('7 5 9 13 11 15', (i - 1) % 6 + 1))
of(i) = strcol('particle') eq word(particles, i)

set terminal svg size 760,440 noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/alloying.svg'
set border 3 lc rgb '#444444'
set tics textcolor rgb '#222222'
set ytics 0.2 out nomirror
set grid ytics lc rgb '#dddddd' lw 1
set key above left horizontal reverse Left samplen 2 maxrows 2 width 2
set xrange [-0.25:step_max + 0.25]
set yrange [y_low:y_high]
set xlabel 'Set point of the heating step (°C; RT: before heating)' offset 0,0.2
set ylabel 'Degree of alloying (0: core-shell, 1: mixed)'

n = words(particles)
line_column = truth_known ? 'alloying_degree_true' : 'alloying_degree'
plot NaN notitle, \
     for [i = 1:n] table using (of(i) ? column('step') : NaN):(number(line_column)) \
         with lines lw truth_known ? 2 : 1.5 dt truth_known ? 1 : 3 lc rgb colour(i) \
         title truth_known ? word(particles, i).', truth' : '', \
     for [i = 1:n] table using (of(i) ? column('step') : NaN):(number('alloying_degree')) \
         with points pt filled(i) ps 1.2 lc rgb '#ffffff' notitle, \
     for [i = 1:n] table using (of(i) ? column('step') : NaN):(number('alloying_degree')) \
         with points pt filled(i) ps 0.9 lc rgb colour(i) title word(particles, i).', measured'
