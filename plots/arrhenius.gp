# Diffusivity against inverse set-point temperature, with the fit that yields dT.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/arrhenius.gp
#
# Reads diffusion.csv and arrhenius.csv, writes arrhenius.svg. The abscissa is the set
# point for every particle, so a particle at another temperature appears shifted. Lines:
# ln D = ln D0 - Q / (R (T + dT)) of the chosen estimate; open symbols: true D at the set
# point, where known.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
if (!exists("estimator")) estimator = 'paper'
if (!exists("weighting")) weighting = 'log'
model = 'constant' # what the lines are drawn for
diffusion = tables.'/diffusion.csv'
fits = tables.'/arrhenius.csv'
R_J_per_mol_K = 8.314462618 # CODATA 2018

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

# An empty cell is an unknown number.
number(name) = strlen(strcol(name)) ? column(name) : NaN
positive(x) = x > 0 ? x : NaN

# Particle names in order of appearance, set points, and what there is to draw.
found = ''
set_points = ''
truth_known = 0
any_flagged = 0
any_good = 0
T_min = 1e9
T_max = 0
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', 1)
remember_T(s) = strstrt(set_points.' ', ' '.s.' ') ? 0 : (set_points = set_points.' '.s, 1)
flagged(row) = strcol('status') ne 'ok' && strlen(strcol('D_m2_per_s'))
look(row) = (remember(strcol('particle')), remember_T(sprintf('%.2f', column('nominal_K'))), \
    T_min = column('nominal_K') < T_min ? column('nominal_K') : T_min, \
    T_max = column('nominal_K') > T_max ? column('nominal_K') : T_max, \
    truth_known = truth_known + strlen(strcol('D_true_m2_per_s')), \
    any_good = any_good + (strcol('status') eq 'ok' && strlen(strcol('D_m2_per_s'))), \
    any_flagged = any_flagged + flagged(0), row)
stats diffusion using (look(0)) nooutput
if (!exists("particles")) particles = found
if (!exists("reference")) reference = word(particles, 1)
n = words(particles)

# The chosen estimate: dT, its deviation, Q and D0 of every particle but the reference.
array dT_K[n]
array std_K[n]
array Q_J_per_mol[n]
array D0_m2_per_s[n]
chosen(i) = strcol('estimator') eq estimator && strcol('weighting') eq weighting \
    && strcol('delta_T_model') eq model && strcol('reference') eq reference && strcol('particle') eq word(particles, i) \
    && reference ne word(particles, i)
take(row) = (dT = number('delta_T_K'), std = number('std_K'), Q = number('Q_J_per_mol'), \
    D0 = number('D0_m2_per_s'), row)
Q_shared = NaN
D0_shared = NaN
do for [i = 1:n] {
    dT = NaN; std = NaN; Q = NaN; D0 = NaN
    stats fits using (chosen(i) ? take(0) : 0) nooutput
    dT_K[i] = dT; std_K[i] = std; Q_J_per_mol[i] = Q; D0_m2_per_s[i] = D0
    if (Q == Q) { Q_shared = Q; D0_shared = D0 }
}
do for [i = 1:n] {
    if (word(particles, i) eq reference) {
        dT_K[i] = 0; std_K[i] = NaN; Q_J_per_mol[i] = Q_shared; D0_m2_per_s[i] = D0_shared
    }
}
ln_D(i, T_K) = log(D0_m2_per_s[i]) - Q_J_per_mol[i] / (R_J_per_mol_K * (T_K + dT_K[i]))
fitted(i) = D0_m2_per_s[i] > 0 && Q_J_per_mol[i] == Q_J_per_mol[i] && dT_K[i] == dT_K[i]

# "-31.4 ± 2.1 K" with a proper minus sign and two figures of the deviation.
signed(x, digits) = (x < 0 ? '−' : '+').sprintf('%.'.digits.'f', abs(x))
decimals(std) = std > 0 && std < 9.5 ? (std < 0.095 ? 3 : std < 0.95 ? 2 : 1) : 0
found_dT(i) = std_K[i] == std_K[i] \
    ? 'ΔT = '.signed(dT_K[i], sprintf('%d', decimals(std_K[i]))).' ± '.sprintf('%.'.sprintf('%d', decimals(std_K[i])).'f', std_K[i]).' K' \
    : 'ΔT = '.signed(dT_K[i], '1').' K'
legend(i) = !fitted(i) ? word(particles, i).', no fit' : word(particles, i) eq reference \
    ? word(particles, i).', fit (as set)' : word(particles, i).', fit: '.found_dT(i)

# Okabe-Ito colours; filled symbols measured, open ones true.
colour(i) = word('#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)
filled(i) = int(word('7 5 9 13 11 15', (i - 1) % 6 + 1))
open(i) = int(word('6 4 8 12 10 14', (i - 1) % 6 + 1))
of(i) = strcol('particle') eq word(particles, i)
inverse(row) = 1000.0 / column('nominal_K')
good(i) = of(i) && strcol('status') eq 'ok'
bad(i) = of(i) && flagged(0)

# Three columns fit below the plot; a fourth kind of series stacks them in two.
key_rows = any_flagged ? 2 * n : n
set terminal svg size 800,470 + 24 * key_rows noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/arrhenius.svg'
set border 7 lc rgb '#444444'
set tics textcolor rgb '#222222'
set grid ytics lc rgb '#dddddd' lw 1
set ytics out nomirror
set xtics out nomirror offset 0,0.3 format '%.3f'
set x2tics out ('' 0) offset 0,-0.3
# At most ten labels on the axis above.
every_nth = (words(set_points) + 9) / 10
do for [k = 1:words(set_points):every_nth] {
    T_K = real(word(set_points, k))
    set x2tics add (sprintf('%.4g', T_K - 273.15) 1000.0 / T_K)
}
margin = 0.08 * (1000.0 / T_min - 1000.0 / T_max) + (T_min == T_max ? 3.0 / T_min : 0)
set xrange [1000.0 / T_max - margin : 1000.0 / T_min + margin]
set x2range [1000.0 / T_max - margin : 1000.0 / T_min + margin]
set yrange [*:*] noextend
set offsets 0, 0, 0.25, 0.25
set xlabel '1000 K / T (T: set point)' offset 0,0.3
set x2label 'Set point (°C)' offset 0,-0.3
set ylabel 'ln(D / (m² s⁻¹))'
set key at screen 0.5, screen 0.015 center bottom vertical reverse Left samplen 1.5 width -8 maxrows key_rows
set bmargin 3.4 + 1.5 * key_rows
set samples 200
# Deviation of ln D to first order; none where it is unknown.
ln_std(row) = number('D_std_m2_per_s') > 0 ? number('D_std_m2_per_s') / number('D_m2_per_s') : 0

# Every series may be absent: no fit, no D determined, no truth, nothing flagged.
any_fit = sum [i = 1:n] fitted(i)
lines = any_fit ? ", for [i = 1:n] '+' using 1:(fitted(i) ? ln_D(i, 1000.0 / $1) : NaN) with lines lw 2 lc rgb colour(i) title legend(i)" : ""
measured = any_good ? ", for [i = 1:n] diffusion using (good(i) ? inverse(0) : NaN):(log(positive(number('D_m2_per_s')))):(ln_std(0)) with yerrorbars pt filled(i) ps 0.9 lw 1.5 lc rgb colour(i) title word(particles, i).', measured'" : ""
truth = truth_known ? ", for [i = 1:n] diffusion using (of(i) ? inverse(0) : NaN):(log(positive(number('D_true_m2_per_s')))) with points pt open(i) ps 1.2 lw 1.5 lc rgb colour(i) title word(particles, i).', true D'" : ""
doubtful = any_flagged ? ", for [i = 1:n] diffusion using (bad(i) ? inverse(0) : NaN):(log(positive(number('D_m2_per_s')))) with points pt 2 ps 0.9 lw 1.5 lc rgb colour(i) title word(particles, i).', flagged'" : ""
if (!(any_fit || any_good || truth_known || any_flagged)) {
    set yrange [0:1]
    unset ytics
    set label 'No diffusion coefficient was determined' at graph 0.5, graph 0.5 center
}
plot NaN notitle @lines @measured @truth @doubtful
