# Temperature of the membrane around the heater: colours, contours, trace and windows.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/chip_map.gp
#
# Reads chip_map.f32 with chip_map.csv, chip_trace.csv and chip_windows.csv, writes
# chip_map.png. `reach` in micrometres sets what is shown.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
map = tables.'/chip_map.f32'

set encoding utf8
set datafile separator comma
set datafile columnheaders
stats tables.'/chip_map.csv' using (n_x = int(column('n_x')), n_y = int(column('n_y')), \
    pixel = column('pixel_um'), set_point = column('set_point_K') - 273.15) nooutput
name = ''
stats tables.'/chip_windows.csv' using (name = name eq '' ? strcol('chip') : name, 0) nooutput
of(x) = strcol(1) eq name ? x : NaN
half = 0.5 * n_x * pixel
if (!exists("reach")) reach = half
corner = 0.5 * pixel - half
at(height) = sprintf("array=(%d,%d) dx=%g dy=%g origin=(%g,%g%s) format='%%float'", \
    n_x, n_y, pixel, pixel, corner, corner, height)

# Contours at steps of 5 K near the set point and 50 K further out.
levels = ''
do for [i = -6:4] { levels = levels.sprintf('%s%g', levels eq '' ? '' : ',', set_point + 10 * i) }
do for [k = 2:int(set_point / 50)] { levels = levels.sprintf(',%g', set_point - 50 * k) }
set table $spaced
set contour base
unset surface
set view map
eval 'set cntrparam levels discrete '.levels
eval 'splot map binary '.at(',0').' using 1 notitle'
unset table
unset contour
# As commas, like the other files.
set print $contours
do for [i = 1:|$spaced|] {
    line = $spaced[i]
    print words(line) == 3 && line[1:1] ne '#' ? word(line, 1).','.word(line, 2) : ''
}
unset print

set terminal pngcairo size 1500,720 noenhanced font 'Helvetica,Arial,sans-serif,13' background '#ffffff'
set output figures.'/chip_map.png'
set palette defined (0 '#000004', 0.25 '#51127c', 0.5 '#b73779', 0.75 '#fc8961', 1 '#fcfdbf')
set size ratio -1
set tics out nomirror
set border 15 lc rgb '#444444'
set xlabel 'x (µm)' offset 0,0.3
set ylabel 'y (µm)' offset 1,0
unset key
set datafile columnheaders

set multiplot layout 1,2 title sprintf('%s at a set point of %.4g °C', name, set_point)
set title 'Membrane, contours 50 K apart, 10 K near the set point'
set cblabel 'T (°C)'
set xrange [-reach:reach]
set yrange [-reach:reach]
set datafile nocolumnheaders
eval 'plot map binary '.at('').' using 1 with image, '.\
     '$contours using 1:2 with lines lw 1 lc rgb "#ffffff", '.\
     'tables."/chip_trace.csv" every ::1 using 1:2 with lines lw 0.7 lc rgb "#66ccee", '.\
     'tables."/chip_windows.csv" every ::1 using (of($3)):4 with points pt 6 ps 0.6 lw 2 lc rgb "#00ff66"'

# The heater alone, with colours for the range in which particles lie.
heater = 0
stats tables.'/chip_windows.csv' every ::1 using (heater = (of(column(5)) > heater ? column(5) : heater), 0) nooutput
zoom = heater * 1.6 > 60 ? heater * 1.6 : 60
set xrange [-zoom:zoom]
set yrange [-zoom:zoom]
set cbrange [set_point - 60:set_point + 10]
set cblabel 'T (°C), colours end at 60 K below the set point'
set title 'Heater, contours every 10 K'
# Windows are named in dark boxes: to the right of the point and above it, or, in the right
# third of the picture, to the left and below.
set style textbox opaque fillcolor rgb '#202020' noborder
label = '(sprintf("%s %+.1f K", strcol(2), $7 - 273.15 - set_point))'
labels(at_right) = 'tables."/chip_windows.csv" every ::1 using '. \
    '(of($3) > zoom / 3 ? '.(at_right ? 'of($3) : NaN' : 'NaN : of($3)').'):4:'.label. \
    ' with labels '.(at_right ? 'right offset -0.8,-0.9' : 'left offset 0.8,0.9'). \
    ' boxed tc rgb "#00ff66" font ",12"'
eval 'plot map binary '.at('').' using 1 with image, '.\
     '$contours using 1:2 with lines lw 1.2 lc rgb "#ffffff", '.\
     'tables."/chip_trace.csv" every ::1 using 1:2 with lines lw 1 lc rgb "#66ccee", '.\
     'tables."/chip_windows.csv" every ::1 using (of($3)):4 with points pt 6 ps 1.6 lw 2 lc rgb "#00ff66", '.\
     labels(0).', '.labels(1)
unset multiplot
