# Picture of README.md: slices through the composition and the Arrhenius plot of one run.
#
#   alloytwin run scenarios/double-spiral.yaml -o double-spiral
#   gnuplot -e "tables='double-spiral/tables'; out='overview.png'" docs/images/overview.gp
if (!exists("tables")) tables = 'double-spiral/tables'
if (!exists("out")) out = 'overview.png'
slices = tables.'/orthoslices.csv'
points = tables.'/diffusion.csv'
fits = tables.'/arrhenius.csv'
R = 8.314462618

set encoding utf8
set datafile separator comma
set datafile columnheaders
set terminal pngcairo size 1180,560 noenhanced font 'Helvetica,14' background '#ffffff'
set output out
set multiplot

# ---- left: one slice perpendicular to the beam per particle and tomogram ----
column_nm = 33.0
row_nm = 71.0
set lmargin at screen 0.075
set rmargin at screen 0.555
set tmargin at screen 0.93
set bmargin at screen 0.05
set xrange [-0.5 * column_nm : 4.5 * column_nm]
set yrange [-1.5 * row_nm : 0.5 * row_nm]
unset border
unset xtics
unset ytics
unset key
set palette defined (0 '#440154', 0.1 '#482475', 0.2 '#414487', 0.3 '#355f8d', 0.4 '#2a788e', \
    0.5 '#21918c', 0.6 '#22a884', 0.7 '#44bf70', 0.8 '#7ad151', 0.9 '#bddf26', 1 '#fde725')
set cbrange [0:1]
set cbtics 0.5
set cblabel 'silver fraction' offset 0,0
set colorbox user origin 0.57, 0.3 size 0.012, 0.4
heading = '"before heating" "400 °C" "410 °C" "420 °C" "430 °C"'
do for [s = 0:4] { set label word(heading, s + 1) at s * column_nm, 0.5 * row_nm center offset 0,0.6 }
set label 'A, centre' at -0.5 * column_nm, 0 right offset -0.3,0
set label 'B, edge' at -0.5 * column_nm, -row_nm right offset -0.3,0
# The slices come in blocks, xy then xz, of the same size for both particles.
n_xy = 0
n_xz = 0
stats slices using (strcol('particle') eq 'A' && column('step') == 0 \
    ? (strcol('plane') eq 'xy' ? (n_xy = n_xy + 1) : (n_xz = n_xz + 1)) : 0) nooutput
first(b) = int(b) * (n_xy + n_xz)
plot for [b = 0:9] slices every ::first(b)::(first(b) + n_xy - 1) \
    using (column('horizontal_nm') + column_nm * (b % 5)): \
    (column('vertical_nm') - row_nm * (b / 5)):(valid(8) ? column(8) : NaN) with image

# ---- right: ln D against 1/T with the fit of the estimator ----
unset label
unset colorbox
set border 3 lc rgb '#444444'
set lmargin at screen 0.71
set rmargin at screen 0.985
set tmargin at screen 0.93
set bmargin at screen 0.13
set xtics nomirror out 0.02 format '%.2f'
set ytics nomirror out 1
set xlabel '1000 K / T (T: set point)'
set ylabel 'ln(D / (m² s⁻¹))' offset 1,0
set xrange [1.415:1.492]
set offsets 0, 0, 0.9, 0 # room for the key
set yrange [*:*]
set key top right samplen 1.5
set label "filled: measured\nopen: true" at graph 0.04, graph 0.12
dT = 0; std = 0; Q = 0; D0 = 1
chosen(x) = strcol('estimator') eq 'paper' && strcol('weighting') eq 'log' && strcol('reference') eq 'A'
take(x) = (dT = column('delta_T_K'), std = column('std_K'), Q = column('Q_J_per_mol'), D0 = column('D0_m2_per_s'), 0)
stats fits using (chosen(0) ? take(0) : 0) nooutput
line(x, shift) = log(D0) - Q / (R * (1000.0 / x + shift))
of(name) = strcol('particle') eq name ? 1000.0 / column('nominal_K') : NaN
ln(name) = strlen(strcol(name)) ? log(column(name)) : NaN
found = sprintf('B, fit: ΔT = %s%.1f ± %.1f K', dT < 0 ? '−' : '+', abs(dT), std)
plot line(x, 0) with lines lw 2 lc rgb '#0072B2' title 'A, fit', \
    line(x, dT) with lines lw 2 lc rgb '#D55E00' title found, \
    points using (of('A')):(ln('D_m2_per_s')) with points pt 7 ps 1.3 lc rgb '#0072B2' notitle, \
    points using (of('B')):(ln('D_m2_per_s')) with points pt 5 ps 1.3 lc rgb '#D55E00' notitle, \
    points using (of('A')):(ln('D_true_m2_per_s')) with points pt 6 ps 1.6 lw 1.5 lc rgb '#0072B2' notitle, \
    points using (of('B')):(ln('D_true_m2_per_s')) with points pt 4 ps 1.6 lw 1.5 lc rgb '#D55E00' notitle
unset multiplot
