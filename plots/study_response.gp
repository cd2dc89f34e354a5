# Mean error against each factor, with 95 % of its Monte Carlo error; one picture a factor.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/study_response.gp
#
# Reads study_response.csv, writes study_response.svg, study_response_2.svg, ... in the order
# of the factors.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
if (!exists("quantity")) quantity = 'delta_T_K'
data = tables.'/study_response.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders

# Names hold no blanks; quantities of several particles begin alike.
factors = ''
names = ''
remember_factor(s) = strstrt(factors, '"'.s.'"') ? 0 : (factors = factors.' "'.s.'"', 0)
remember_name(s) = strstrt(names, '"'.s.'"') ? 0 : (names = names.' "'.s.'"', 0)
# "paper/log/constant/A"; with several particles "paper/log/constant/A of B".
label_of(estimator, s) = s eq quantity || s eq 'value' ? estimator : estimator.' of '.substr(s, strlen(quantity) + 2, strlen(s))
is_shown(s) = substr(s, 1, strlen(quantity)) eq quantity || s eq 'value'
stats data using (is_shown(strcol('quantity')) ? \
    remember_factor(strcol('factor')) + remember_name(label_of(strcol('estimator'), strcol('quantity'))) : 0) nooutput
colour(i) = word('#D55E00 #0072B2 #009E73 #CC79A7 #E69F00 #56B4E9 #000000', (i - 1) % 7 + 1)
symbol(i) = int(word('7 5 9 13 11 15', (i - 1) / 7 % 6 + 1))

set terminal svg size 860,520 noenhanced font 'Helvetica,Arial,sans-serif,14' background '#ffffff'
set border 3 lc rgb '#444444'
set tics out nomirror textcolor rgb '#222222'
set grid ytics lc rgb '#dddddd' lw 1
set key outside right top font ',11'
set ylabel 'Mean error of '.quantity.' (estimate − truth)'
do for [f = 1:words(factors)] {
    set output figures.'/study_response'.(f > 1 ? sprintf('_%d', f) : '').'.svg'
    row = 0
    numbers = 0
    low = 1e300
    high = -1e300
    is_here(i) = strcol('factor') eq word(factors, f) && \
        label_of(strcol('estimator'), strcol('quantity')) eq word(names, i)
    see(x) = (numbers = numbers + 1, low = x < low ? x : low, high = x > high ? x : high, 0)
    stats data using (is_here(1) ? (row = row + 1, strcol('x') eq '' ? 0 : see(column('x'))) : 0) nooutput
    by_x = numbers == row && high > low
    width = by_x ? high - low : row - 1
    if (width <= 0) { width = 1 }
    offset(i) = (i - 0.5 - words(names) / 2.0) / words(names) * width * 0.02 * sqrt(words(names))
    set xlabel word(factors, f)
    if (by_x) { set xrange [low - 0.08 * width : high + 0.08 * width] }
    if (!by_x) { set xrange [-0.5 : row - 0.5] }
    unset xtics
    set xtics out nomirror
    k = 0
    place(i) = (k = is_here(i) ? k + 1 : k, is_here(i) ? (by_x ? column('x') : k - 1) + offset(i) : NaN)
    tick(i) = is_here(i) ? strcol('value') : ''
    # An estimator that breaks down shall not hide the others.
    stats data using (strcol('factor') eq word(factors, f) && is_shown(strcol('quantity')) ? \
        abs(column('error')) + 1.96 * (strcol('mcse') eq '' ? 0 : column('mcse')) : NaN) nooutput
    top = STATS_up_quartile > 0 ? 4 * STATS_up_quartile : 1
    if (STATS_max < top) { top = 1.1 * STATS_max }
    set yrange [-top : top]
    if (by_x) {
        plot 0 lc rgb '#888888' dt 3 notitle, \
            for [i = 1:words(names)] data using (is_here(i) ? column('x') + offset(i) : NaN):(column('error')):(1.96 * column('mcse')) \
            with yerrorbars pt symbol(i) ps 0.9 lw 1.5 lc rgb colour(i) title word(names, i)
    } else {
        plot 0 lc rgb '#888888' dt 3 notitle, \
            for [i = 1:words(names)] data using (k = i == 1 && column(0) == 0 ? 0 : k, place(i)):(column('error')):(1.96 * column('mcse')):xticlabel(tick(1)) \
            with yerrorbars pt symbol(i) ps 0.9 lw 1.5 lc rgb colour(i) title word(names, i)
    }
    unset output
}
