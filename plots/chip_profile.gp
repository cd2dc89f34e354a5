# Temperature against the distance from the heater's centre, chips at equal distances.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/chip_profile.gp
#
# Reads chip_profile.csv and chip_windows.csv, writes chip_profile.svg. Lines: mean around
# the circle; bands: least to greatest on it. Symbols: windows.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
profile = tables.'/chip_profile.csv'
windows = tables.'/chip_windows.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders

found = ''
n = 0
set_point = 0
low = 0
high = 0
remember(name) = strstrt(found, '"'.name.'"') ? 0 : (found = found.' "'.name.'"', n = n + 1)
stats profile using (remember(strcol('chip')), set_point = column('set_point_K'), \
    high = column('mean_T_K') - set_point > high ? column('mean_T_K') - set_point : high, 0) nooutput
if (!exists("chips")) chips = found
array value35[n]
array value90[n]

colour(i) = word('#D55E00 #0072B2 #009E73 #CC79A7 #E69F00 #56B4E9', (i - 1) % 6 + 1)
symbol(i) = int(word('7 5 9 13 11 15', (i - 1) % 6 + 1))
of(i) = strcol('chip') eq word(chips, i)

set terminal svg size 760,470 noenhanced font 'Helvetica,Arial,sans-serif,15' background '#ffffff'
set output figures.'/chip_profile.svg'
set border 3 lc rgb '#444444'
set tics out nomirror textcolor rgb '#222222'
set grid ytics lc rgb '#dddddd' lw 1
set key above left horizontal reverse Left samplen 2 maxrows 2 width 2
set xrange [0:150]
set yrange [-80:10]
set xlabel 'Distance from the centre of the heater (µm)' offset 0,0.2
set ylabel sprintf('T − set point (K), set point %.4g °C', set_point - 273.15)
# Read at the published distances what is design and what is distance.
v = 0
near(d) = abs(column('distance_um') - d) < 0.01 ? column('mean_T_K') - set_point : v
do for [i = 1:n] {
    stats profile using (v = of(i) ? near(35) : v, 0) nooutput
    value35[i] = v
    stats profile using (v = of(i) ? near(90) : v, 0) nooutput
    value90[i] = v
}
do for [d in '35 90'] {
    set arrow from d, graph 0 to d, graph 1 nohead dt 3 lc rgb '#888888'
    set label d.' µm' at d, graph 0.04 left offset 0.4,0 tc rgb '#666666' font ',12'
}
if (n == 2) {
    set label sprintf("from 90 to 35 µm, first chip: %+.1f K (distance)\nat 35 µm, first to second: %+.1f K (design)\nat 90 µm, first to second: %+.1f K (design)", \
        value35[1] - value90[1], value35[2] - value35[1], value90[2] - value90[1]) \
        at graph 0.03, 0.36 left tc rgb '#222222' font ',11'
}
plot for [i = 1:n] profile using (of(i) ? column('distance_um') : NaN):(column('least_T_K') - set_point):(column('greatest_T_K') - set_point) \
         with filledcurves fs solid 0.18 noborder lc rgb colour(i) notitle, \
     for [i = 1:n] profile using (of(i) ? column('distance_um') : NaN):(column('mean_T_K') - set_point) \
         with lines lw 2.5 lc rgb colour(i) title word(chips, i), \
     for [i = 1:n] windows using (of(i) ? column('distance_um') : NaN):(column('T_K') - set_point) \
         with points pt symbol(i) ps 1 lc rgb colour(i) title 'its windows'
