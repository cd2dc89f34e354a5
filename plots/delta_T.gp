# Every estimate of dT with its intervals, beside the truth and the bound.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/delta_T.gp
#
# Reads arrhenius.csv, writes delta_T.svg. One row an estimate, in the order of the
# table; one without a number says why. Intervals that reach far beyond the others are cut
# off by the frame.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
table = tables.'/arrhenius.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

# An empty cell is an unknown number.
number(name) = strlen(strcol(name)) ? column(name) : NaN

# Names in order of appearance; rows; the 68 % intervals and the truth set the range.
found = ''
names = ''
rows = 0
low = 1e9
high = -1e9
any_truth = 0
any_bound = 0
numbered = 0
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
remember_estimator(name) = strstrt(names, '"'.name.'"') ? 0 : (names = names.' "'.name.'"', 1)
widen(x) = x == x ? (low = x < low ? x : low, high = x > high ? x : high) : 0
look(row) = (remember(strcol('particle')), remember_estimator(strcol('estimator')), \
    widen(number('interval_68_low_K')), widen(number('interval_68_high_K')), \
    widen(number('delta_T_K')), widen(number('delta_T_true_K')), \
    any_truth = any_truth + strlen(strcol('delta_T_true_K')), \
    any_bound = any_bound + strlen(strcol('delta_T_bound_std_K')), \
    numbered = numbered + (strlen(strcol('delta_T_K')) > 0), rows = rows + 1, row)
stats table using (look(0)) nooutput
if (!exists("particles")) particles = found
span = high > low ? high - low : 1
if (!(high >= low)) { low = 0; high = 0 }

# "paper log constant A"; with more than two particles "paper log constant A: C".
label(row) = strcol('estimator').' '.strcol('weighting').' '.strcol('delta_T_model').' '.strcol('reference'). \
    (words(particles) > 1 ? ': '.strcol('particle') : '')
shown(row) = sum [i = 1:words(particles)] (strcol('particle') eq word(particles, i))
y(row) = shown(0) ? -$0 : NaN
at(i) = shown(0) && strcol('estimator') eq word(names, i)

# Okabe-Ito colours, one an estimator.
colour(i) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)

set terminal svg size 900,100 + 24 * rows noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/delta_T.svg'
set border 3 lc rgb '#444444'
set tics textcolor rgb '#222222'
set xtics out nomirror offset 0,0.3
set ytics nomirror scale 0
set grid xtics lc rgb '#dddddd' lw 1
set xrange [low - 0.15 * span : high + 0.15 * span]
set yrange [-rows + 0.4 : 0.6]
set xlabel 'Temperature difference ΔT (K)' offset 0,0.2
set style fill solid 0.25 noborder
set key at graph 1, screen 0.99 top right

true(row) = number('delta_T_true_K')
bound(row) = number('delta_T_bound_std_K')
band = any_bound ? ", table using (true(0)):(y(0)):(true(0) - bound(0)):(true(0) + bound(0)):(y(0) - 0.5):(y(0) + 0.5) with boxxyerror lc rgb '#888888' notitle" : ""
truth = any_truth ? ", table using (true(0)):(y(0) - 0.5):(0):(1) with vectors nohead lw 1.5 lc rgb '#222222' title 'truth'" : ""
numbers = numbered ? ", for [i = 1:words(names)] table using (at(i) ? number('delta_T_K') : NaN):(y(0)):(number('interval_95_low_K')):(number('interval_95_high_K')) with xerrorbars pt 0 lw 1.2 lc rgb colour(i) notitle, for [i = 1:words(names)] table using (at(i) ? number('interval_68_low_K') : NaN):(y(0)):(number('interval_68_high_K') - number('interval_68_low_K')):(0) with vectors nohead lw 5 lc rgb colour(i) notitle, for [i = 1:words(names)] table using (at(i) ? number('delta_T_K') : NaN):(y(0)) with points pt 7 ps 0.9 lc rgb colour(i) notitle" : ""
# The labels hang on points outside of the frame; without a number the reason stands inside.
reasons = numbered < rows ? ", table using (strlen(strcol('delta_T_K')) ? NaN : low - 0.13 * span):(y(0)):(strcol('status')) with labels left textcolor rgb '#666666' font ',12' notitle" : ""
plot table using (low - span):(y(0)):ytic(label(0)) with points pt 0 notitle @band @truth @numbers @reasons
