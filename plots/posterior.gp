# Draws from the posterior, dT against Q, one panel a particle, with the other estimates.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/posterior.gp
#
# Reads posterior.csv and arrhenius.csv, writes posterior.svg. One draw in two is shown.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
draws = tables.'/posterior.csv'
fits = tables.'/arrhenius.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

# An empty cell is an unknown number.
number(name) = strlen(strcol(name)) ? column(name) : NaN

# Particles that have a dT, models in order of appearance, ranges.
found = ''
models = ''
names = ''
truth_known = 0
low = 1e9
high = -1e9
Q_low = 1e9
Q_high = -1e9
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
remember_model(name) = strstrt(models, '"'.name.'"') ? 0 : (models = models.' "'.name.'"', 1)
remember_estimator(name) = strstrt(names, '"'.name.'"') ? 0 : (names = names.' "'.name.'"', 1)
widen(x) = (low = x < low ? x : low, high = x > high ? x : high)
look(row) = (column('delta_T_K') != 0 ? remember(strcol('particle')) : 0, \
    remember_model(strcol('delta_T_model')), column('delta_T_K') != 0 ? widen(column('delta_T_K')) : 0, \
    Q_low = column('Q_J_per_mol') < Q_low ? column('Q_J_per_mol') : Q_low, \
    Q_high = column('Q_J_per_mol') > Q_high ? column('Q_J_per_mol') : Q_high, row)
look_fit(row) = (strcol('estimator') ne 'bayes' && strlen(strcol('delta_T_K')) ? remember_estimator(strcol('estimator')) : 0, \
    truth_known = truth_known + strlen(strcol('delta_T_true_K')), row)
stats draws using (look(0)) nooutput
stats fits using (look_fit(0)) nooutput
if (!exists("particles")) particles = found
n = words(particles) > 0 ? words(particles) : 1

# Okabe-Ito colours, one a model of dT; symbols, one an estimator.
colour(m) = word('#0072B2 #D55E00 #009E73', (m - 1) % 3 + 1)
light(m) = word('#b30072B2 #b3D55E00 #b3009E73', (m - 1) % 3 + 1)
symbol(e) = int(word('5 9 13 11 15', (e - 1) % 5 + 1))
drawn(i, m) = strcol('particle') eq word(particles, i) && strcol('delta_T_model') eq word(models, m)
fitted(i, m, e) = drawn(i, m) && strcol('estimator') eq word(names, e)

width = 60 + 740 * n
set terminal svg size width,520 noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/posterior.svg'
set border 3 lc rgb '#444444'
set tics out nomirror textcolor rgb '#222222'
set grid lc rgb '#dddddd' lw 1
set xlabel 'Activation energy Q (kJ mol⁻¹)' offset 0,0.2
set key outside right top width -4 samplen 1
margin = 0.15 * (high - low)
if (high > low) { set yrange [low - margin : high + margin] }
if (Q_high > Q_low) { set xrange [1e-3 * (1.1 * Q_low - 0.1 * Q_high) : 1e-3 * (1.1 * Q_high - 0.1 * Q_low)] }
set multiplot layout 1,n
do for [i = 1:n] {
    true_K = NaN
    if (truth_known) { stats fits using (strcol('particle') eq word(particles, i) ? (true_K = number('delta_T_true_K')) : 0) nooutput }
    set ylabel 'ΔT of '.word(particles, i).' (K)' offset 0.5,0
    plot for [m = 1:words(models)] draws using (drawn(i, m) && int($0) % 4 < 2 ? 1e-3 * column('Q_J_per_mol') : NaN):(column('delta_T_K')) \
             with points pt 7 ps 0.35 lc rgb light(m) title 'bayes, '.word(models, m), \
         for [m = 1:words(models)] for [e = 1:words(names)] fits using (fitted(i, m, e) ? 1e-3 * number('Q_J_per_mol') : NaN):(number('delta_T_K')):(number('interval_68_low_K')):(number('interval_68_high_K')) \
             with yerrorbars pt symbol(e) ps 1 lw 1.5 lc rgb colour(m) title word(names, e).', '.word(models, m), \
         true_K with lines lw 1.5 lc rgb '#222222' title (true_K == true_K ? 'truth' : '')
}
unset multiplot
