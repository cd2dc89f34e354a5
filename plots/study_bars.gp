# Indices of a screening or of Sobol', and differences to point 0, with their 95 %
# intervals: one row a factor or point, one bar an estimator.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/study_bars.gp
#
# Reads study_bars.csv, writes study_bars.svg; of Sobol' indices the total ones, and
# study_bars_2.svg with those of first order.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
if (!exists("quantity")) quantity = 'delta_T_K'
data = tables.'/study_bars.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
kinds = ''
labels = ''
names = ''
# "paper/log/constant/A"; with several particles "paper/log/constant/A of B".
label_of(estimator, s) = s eq quantity || s eq 'value' ? estimator : estimator.' of '.substr(s, strlen(quantity) + 2, strlen(s))
is_shown(s) = substr(s, 1, strlen(quantity)) eq quantity || s eq 'value'
in(list, s) = strstrt(list, '"'.s.'"')
name(unused) = label_of(strcol('estimator'), strcol('quantity'))
note(s) = (in(kinds, strcol('kind')) ? 0 : (kinds = kinds.' "'.strcol('kind').'"', 0), \
    in(labels, strcol('label')) ? 0 : (labels = labels.' "'.strcol('label').'"', 0), \
    in(names, name(0)) ? 0 : (names = names.' "'.name(0).'"', 0), 0)
stats data using (is_shown(strcol('quantity')) ? note('') : 0) nooutput
if (words(kinds) > 1) { kinds = '"total" "first"' }
title_of(kind) = kind eq 'total' ? 'Total Sobol'' index' : kind eq 'first' ? 'Sobol'' index of first order' : \
    kind eq 'mu_star' ? 'Mean magnitude of the effect over the whole range, µ*' : 'Difference to point 0, common random numbers'
row_of(s) = (found = 0, sum [j = 1:words(labels)] (word(labels, j) eq s ? (found = j) : 0), words(labels) - found)
colour(i) = word('#D55E00 #0072B2 #009E73 #CC79A7 #E69F00 #56B4E9 #000000', (i - 1) % 7 + 1)
symbol(i) = int(word('7 5 9 13 11 15', (i - 1) / 7 % 6 + 1))
found = 0

high = 24 * words(labels) * (words(names) > 8 ? 4 : words(names) > 3 ? 3 : 2)
set terminal svg size 1000,140 + high noenhanced font 'Helvetica,Arial,sans-serif,14' background '#ffffff'
set border 3 lc rgb '#444444'
set tics out nomirror textcolor rgb '#222222'
set grid xtics lc rgb '#dddddd' lw 1
set key outside right top font ',11'
set yrange [-0.6 : words(labels) - 0.4]
set ytics ()
do for [j = 1:words(labels)] { set ytics add (word(labels, j) words(labels) - j) }
set arrow from 0, graph 0 to 0, graph 1 nohead lc rgb '#888888'
offset(i) = (words(names) / 2.0 - i + 0.5) / words(names) * 0.8
do for [k = 1:words(kinds)] {
    set output figures.'/study_bars'.(k > 1 ? sprintf('_%d', k) : '').'.svg'
    set xlabel title_of(word(kinds, k)).(word(kinds, k) eq 'mu_star' || word(kinds, k) eq 'difference' ? ', '.quantity : '')
    # An estimator that breaks down shall not hide the others.
    is_here(i) = strcol('kind') eq word(kinds, k) && is_shown(strcol('quantity')) && (i == 0 || name(0) eq word(names, i))
    number(c) = strcol(c) eq '' ? NaN : column(c)
    stats data using (is_here(0) ? number('low') : NaN) name 'LOW' nooutput
    stats data using (is_here(0) ? number('high') : NaN) name 'HIGH' nooutput
    high = HIGH_up_quartile > 0 ? HIGH_up_quartile : 0
    low = LOW_lo_quartile < 0 ? LOW_lo_quartile : 0
    span = high - low > 0 ? high - low : 1
    high = HIGH_max < high + 2 * span ? HIGH_max : high + 2 * span
    low = LOW_min > low - 2 * span ? LOW_min : low - 2 * span
    set xrange [(low < 0 ? low - 0.05 * span : 0) : (high > 0 ? high + 0.05 * span : 0)]
    plot for [i = 1:words(names)] data using \
        (is_here(i) ? number('value') : NaN):(row_of(strcol('label')) + offset(i)): \
        (is_here(i) ? number('low') : NaN):(is_here(i) ? number('high') : NaN) \
        with xerrorbars pt symbol(i) ps 0.8 lw 1.5 lc rgb colour(i) title word(names, i)
    unset output
}
