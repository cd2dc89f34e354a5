# What each tilt series tells of ln S, by its photons and by the degree of alloying.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/bound_series.gp
#
# Reads bound_series.csv, writes bound_series.svg.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
table = tables.'/bound_series.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

number(name) = strlen(strcol(name)) ? column(name) : NaN
found = ''
low = 1e9
high = -1e9
last = 0
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
widen(x) = x == x && x > 0 ? (low = x < low ? x : low, high = x > high ? x : high) : 0
stats table using (remember(strcol('particle')), widen(number('ln_S_std_photons')), widen(number('ln_S_std_particle')), \
    widen(number('ln_S_std_degree')), last = column('step') > last ? column('step') : last, 0) nooutput
if (!exists("particles")) particles = found
if (!(high > 0)) { low = 0.1; high = 1 }

colour(i) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)
symbol(i) = int(word('7 5 9 13 11 15', (i - 1) % 6 + 1))
set terminal svg size 800,460 noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/bound_series.svg'
set border 3 lc rgb '#444444'
set tics out nomirror textcolor rgb '#222222'
set grid ytics lc rgb '#dddddd' lw 1
set logscale y
set xrange [0.7 : last + 0.3]
set yrange [low / 1.5 : high * 1.5]
set xtics 1
set xlabel 'Heating step'
set ylabel 'Least standard deviation of ln S'
set key outside right top samplen 3
is_of(i) = strcol('particle') eq word(particles, i)
plot for [i = 1:words(particles)] table using (is_of(i) ? column('step') : NaN):(number('ln_S_std_photons')) \
        with linespoints pt symbol(i) ps 0.8 lw 1.5 lc rgb colour(i) title word(particles, i).', photons', \
    for [i = 1:words(particles)] table using (is_of(i) ? column('step') : NaN):(number('ln_S_std_particle')) \
        with linespoints pt symbol(i) ps 0.8 lw 1.5 dt 3 lc rgb colour(i) title word(particles, i).', particle unknown', \
    for [i = 1:words(particles)] table using (is_of(i) ? column('step') : NaN):(number('ln_S_std_degree')) \
        with linespoints pt symbol(i) ps 0.8 lw 1.5 dt 2 lc rgb colour(i) title word(particles, i).', degree of alloying'
