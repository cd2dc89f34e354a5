# Where the information on dT goes: the least standard deviation, stage by stage.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/bound_stages.gp
#
# Reads bound_stages.csv, writes bound_stages.svg. One row a stage, from all that the
# photons tell down to one D per interval; for two particles with the value and the factor
# that a stage costs.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
table = tables.'/bound_stages.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

number(name) = strlen(strcol(name)) ? column(name) : NaN
found = ''
stages = ''
low = 1e9
high = 0
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
remember_stage(name) = strstrt(stages, '"'.name.'"') ? 0 : (stages = stages.' "'.name.'"', 1)
widen(x) = x == x ? (low = x < low ? x : low, high = x > high ? x : high) : 0
stats table using (remember(strcol('particle')), remember_stage(strcol('stage')), widen(number('delta_T_std_K')), 0) nooutput
if (!exists("particles")) particles = found
if (!(high > 0)) { low = 0.1; high = 1 }

row_of(s) = (at = 0, sum [j = 1:words(stages)] (word(stages, j) eq s ? (at = j) : 0), -at)
colour(i) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)
at = 0
before = NaN
factor(x) = (cost = x / before, before = x, cost >= 1.05 ? sprintf('   × %.2g', cost) : '')
note(x) = x == x ? sprintf('%.2g K', x).factor(x) : ''

set terminal svg size 800,110 + 32 * words(stages) noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/bound_stages.svg'
set border 3 lc rgb '#444444'
set tics textcolor rgb '#222222'
set xtics out nomirror offset 0,0.3
set ytics nomirror scale 0
set ytics ()
do for [j = 1:words(stages)] { set ytics add (word(stages, j) -j) }
set grid xtics lc rgb '#dddddd' lw 1
set logscale x
set xrange [low / 1.6 : high * (words(particles) > 1 ? 1.6 : 8)]
set yrange [-words(stages) - 0.6 : -0.4]
set xlabel 'Least standard deviation of ΔT (K)' offset 0,0.2
set key at graph 1, screen 0.99 top right
is_of(i) = strcol('particle') eq word(particles, i)
labels = words(particles) > 1 ? "" : ", table using (high * 1.3):(row_of(strcol('stage'))):(note(number('delta_T_std_K'))) with labels left textcolor rgb '#222222' font ',13' notitle"
plot for [i = 1:words(particles)] table using (is_of(i) ? number('delta_T_std_K') : NaN):(row_of(strcol('stage'))) \
    with linespoints pt 7 ps 0.9 lw 1.5 lc rgb colour(i) title (words(particles) > 1 ? word(particles, i) : '') @labels
