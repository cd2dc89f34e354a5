# Ranks of the truths among posterior draws; the band holds 95 % of the counts if all ranks
# are equally likely.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/study_ranks.gp
#
# Reads study_ranks.csv, writes study_ranks.svg.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
data = tables.'/study_ranks.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
names = ''
remember(s) = strstrt(names, '"'.s.'"') ? 0 : (names = names.' "'.s.'"', 0)
name(unused) = strcol('estimator').':'.strcol('quantity')
stats data using (remember(name(0))) nooutput

rows = (words(names) + 1) / 2
set terminal svg size 860,60 + 260 * rows noenhanced font 'Helvetica,Arial,sans-serif,14' background '#ffffff'
set output figures.'/study_ranks.svg'
set border 3 lc rgb '#444444'
set tics out nomirror textcolor rgb '#222222'
set style fill solid 0.6 border rgb '#ffffff'
set xrange [0:1]
set multiplot layout rows, 2
do for [i = 1:words(names)] {
    n = 0
    bins = 1
    stats data using (name(0) eq word(names, i) ? (n = column('n'), bins = column('n_bins')) : 0) nooutput
    expected = n / bins
    half = 1.96 * sqrt(expected * (1 - 1 / bins))
    top = 2.0 * expected + half
    stats data using (name(0) eq word(names, i) && column('count') > top ? (top = 1.1 * column('count')) : 0) nooutput
    set yrange [0:top]
    set title word(names, i).sprintf(', %d items', n) font ',12'
    set xlabel 'rank of the truth / number of draws'
    set ylabel 'items'
    set object 1 rectangle from graph 0, first expected - half to graph 1, first expected + half \
        fc rgb '#dddddd' fs solid noborder behind
    set boxwidth 0.9 / bins
    plot data using (name(0) eq word(names, i) ? (column('bin') + 0.5) / bins : NaN):(column('count')) \
             with boxes lc rgb '#0072B2' notitle, \
         expected lc rgb '#444444' dt 2 notitle
}
unset multiplot
