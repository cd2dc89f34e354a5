# Central slices through the composition: two rows per particle (perpendicular to the beam,
# perpendicular to the tilt axis), a column per heating step, all to one scale.
#
#   gnuplot -e "tables='DIR/tables'; figures='DIR/figures'" plots/orthoslices.gp
#
# Reads orthoslices.csv (the rows of one slice in one block, j slow, i fast) and the set
# points from alloying.csv, writes orthoslices.png.
if (!exists("tables")) tables = 'tables'
if (!exists("figures")) figures = 'figures'
slices = tables.'/orthoslices.csv'
steps = tables.'/alloying.csv'

set encoding utf8
set datafile separator comma
set datafile columnheaders

# One pass finds the blocks (first row of each, its particle, step and plane) and the
# half-widths of what is inside the masks.
found = ''
block_particle = ''
block_step = ''
block_plane = ''
block_first = ''
previous = ''
row = 0
step_max = 0
half_x = 0
half_y = 0
half_z = 0
name_of(s) = '"'.s.'"'
remember(name) = strstrt(found, name_of(name)) ? 0 : (found = found.' '.name_of(name), 1)
begin(key) = (previous = key, remember(strcol(1)), \
    block_particle = block_particle.' '.name_of(strcol(1)), block_step = block_step.' '.strcol(2), \
    block_plane = block_plane.' '.strcol(3), block_first = block_first.sprintf(' %d', row), \
    step_max = column(2) > step_max ? int(column(2)) : step_max)
larger(a, b) = a > b ? a : b
inside(x, v) = (half_x = larger(half_x, abs(x)), strcol(3) eq 'xy' \
    ? (half_y = larger(half_y, abs(v))) : (half_z = larger(half_z, abs(v))))
look(key) = (key eq previous ? 0 : begin(key), valid(8) ? inside(column(6), column(7)) : 0, \
    row = row + 1)
stats slices using (look(strcol(1).'/'.strcol(2).'/'.strcol(3))) nooutput
if (!exists("particles")) particles = found
n = words(particles)
blocks = words(block_first)

# The extremes are voxel centres: leave room for the outer halves of the voxels.
if (half_x == 0) { half_x = 1; half_y = 1 }
half_x = 1.04 * half_x
half_y = 1.04 * half_y
half_z = 1.04 * half_z

# Layout in nanometres: a column is 2 half_x wide; a particle takes a row of height
# 2 half_y and one of height 2 half_z. All slices have one scale.
gap = 0.24 * half_x
column_pitch = 2 * half_x + gap
particle_pitch = 2 * half_y + 2 * half_z + 2.5 * gap
x_of(b) = int(word(block_step, b)) * column_pitch
particle_of(b) = sum [i = 1:n] (word(block_particle, b) eq word(particles, i) ? i : 0)
y_xy(i) = -(i - 1) * particle_pitch - half_y
y_xz(i) = y_xy(i) - half_y - gap - half_z
y_of(b) = word(block_plane, b) eq 'xy' ? y_xy(particle_of(b)) : y_xz(particle_of(b))
first(b) = int(word(block_first, b))
last(b) = b < blocks ? first(b + 1) - 1 : row - 1

# Canvas: about twice the size shown in a page, for sharp prints.
width_nm = (step_max + 1) * column_pitch - gap
height_nm = n * particle_pitch - 1.5 * gap
longest = 0
do for [i = 1:n] { longest = larger(longest, strlen(word(particles, i))) }
left = 90 + 14 * longest
right = 170
upper = 60
lower = 70
pixels_per_nm = 1300.0 / width_nm
if (pixels_per_nm * 2 * half_x > 300) { pixels_per_nm = 300.0 / (2 * half_x) }
if (pixels_per_nm * height_nm > 2000) { pixels_per_nm = 2000.0 / height_nm }
width = int(left + right + pixels_per_nm * width_nm)
height = int(upper + lower + pixels_per_nm * height_nm)
set terminal pngcairo size width,height noenhanced font 'Helvetica,20' background '#ffffff'
set output figures.'/orthoslices.png'
set lmargin at screen 1.0 * left / width
set rmargin at screen 1 - 1.0 * right / width
set tmargin at screen 1 - 1.0 * upper / height
set bmargin at screen 1.0 * lower / height
set xrange [-half_x:width_nm - half_x]
set yrange [-height_nm:0]
unset border
unset xtics
unset ytics
unset key

# Viridis at eleven points: dark is core metal, light is shell metal.
set palette defined (0 '#440154', 0.1 '#482475', 0.2 '#414487', 0.3 '#355f8d', 0.4 '#2a788e', \
    0.5 '#21918c', 0.6 '#22a884', 0.7 '#44bf70', 0.8 '#7ad151', 0.9 '#bddf26', 1 '#fde725')
set cbrange [0:1]
set cbtics 0.2
set cblabel 'Fraction of shell metal (1)'
bar_height = pixels_per_nm * height_nm < 500 ? pixels_per_nm * height_nm : 500
set colorbox user origin 1 - 0.85 * right / width, 1 - 1.0 * (upper + bar_height) / height \
    size 26.0 / width, 1.0 * bar_height / height

# Set points above the columns, particles and planes beside the rows.
do for [s = 0:step_max] {
    nominal_K = NaN
    stats steps using (column('step') == s ? (nominal_K = column('nominal_K')) : 0) nooutput
    set label (s == 0 ? 'RT' : sprintf('%.4g °C', nominal_K - 273.15)) at s * column_pitch, 0 center offset 0,0.8
}
do for [i = 1:n] {
    set label word(particles, i).', xy' at -half_x, y_xy(i) right offset -1,0
    set label word(particles, i).', xz' at -half_x, y_xz(i) right offset -1,0
}

# Scale bar: the longest round length that fits in half a column.
bar = 1
do for [length in '2 5 10 20 50 100 200 500'] { if (real(length) <= 1.2 * half_x) { bar = int(length) } }
set arrow from -half_x, -height_nm to bar - half_x, -height_nm nohead lw 6 lc rgb '#222222' front
set label sprintf('%d nm', bar) at 0.5 * bar - half_x, -height_nm center offset 0,-1

plot for [b = 1:blocks] slices every ::first(b)::last(b) \
         using (column('horizontal_nm') + x_of(b)):(column('vertical_nm') + y_of(b)):(valid(8) ? column(8) : NaN) \
         with image
