#!/bin/sh
# The commands chip and calibrate: temperatures, files, a chip of one's own, bad input.
. "$top_srcdir/tests/cli/support.sh"
need_python
coarse="chip.mesh.cell=15 um"

# $1: expression about the JSON on stdout
holds() {
    python3 - "$scratch/out" "$1" <<'PY' || fail "does not hold: $1"
import json, sys
r = json.load(open(sys.argv[1]))
if not eval(sys.argv[2]):
    print(json.dumps(r)); sys.exit(1)
PY
}

# chip MODEL: a table for people, the contract of --json for programs.
ok chip double-spiral-like
says 'power 5.'
says 'time constant 1'
ok chip double-spiral-like --json
holds "[w['name'] for w in r['windows']] == ['centre', 'edge', 'near']"
holds "abs(r['windows'][1]['T_K'] - r['windows'][0]['T_K'] + 34) < 0.1"
holds "r['windows'][1]['x_um'] == 90 and abs(r['windows'][0]['T_K'] - 673.15) < 1e-6"
holds "abs(r['power_W'] - r['current_A']**2 * r['resistance_ohm']) < 1e-9"
ok chip circular-spiral-like --set-point "410 degC" --json
holds "abs(r['windows'][1]['T_K'] - 683.15) < 2"
ok chip double-spiral-like --table --json --set "$coarse"
holds "[t['set_point_K'] for t in r['table']] == [100.0 * k + 373.15 for k in range(13)]"
ok chip double-spiral-like --compare circular-spiral-like --set "$coarse"
says 'equal distances'

# Files.
ok chip double-spiral-like --compare circular-spiral-like --set "$coarse" --pixel "4 um" -o d
for file in chip.emd provenance.json figures/chip_map.png figures/chip_profile.svg \
    tables/chip_profile.csv tables/chip_windows.csv tables/chip_history.csv \
    tables/chip_trace.csv; do
    [ -s "d/$file" ] || fail "d/$file is missing or empty"
done
python3 - <<'PY' || fail "tables"
import csv
rows = list(csv.DictReader(open("d/tables/chip_profile.csv")))
at = {(r["chip"], round(float(r["distance_um"]))): r for r in rows}
old, new = (float(at[c, 90]["mean_T_K"]) for c in ("double-spiral-like", "circular-spiral-like"))
assert old + 10 < new < 673.15, (old, new)
assert all(float(r["least_T_K"]) <= float(r["mean_T_K"]) + 1e-9 <= float(r["greatest_T_K"]) + 2e-9 for r in rows)
history = [r for r in csv.DictReader(open("d/tables/chip_history.csv")) if r["window"] == "edge"]
cooling = [float(r["quench_K"]) for r in history]
assert cooling == sorted(cooling, reverse=True) and abs(cooling[-1] - 298.15) < 2, cooling[-1]
assert abs(float(history[-1]["heating_K"]) - 639) < 2
PY
ok chip double-spiral-like --set "$coarse" --pixel "4 um" -o map.png
[ "$(head -c 4 map.png | tail -c 3)" = PNG ] || fail "map.png is no PNG"
refuses 6 'map.png|exists' chip double-spiral-like --set "$coarse" -o map.png

# A chip of one's own: a line from a file.
mkdir -p models/chips
cat >models/chips/mine.yaml <<'YAML'
windows:
  - {name: middle, x: "0 um", y: "0 um"}
  - {name: side, x: "0 um", y: "30 um"}
mesh: {cell: "10 um"}
heater: {shape: polyline, path: line.csv}
YAML
cat >models/chips/line.csv <<'CSV'
x_um,y_um,width_um
-100,10,6
100,10,6
100,45,8
-100,45,8
CSV
cp -r "$ALLOYTWIN_DATA/plots" .
ALLOYTWIN_DATA=$PWD ok chip mine
says 'side'
mine() {
    ALLOYTWIN_DATA=$PWD refuses "$@"
}
printf '%s\n' '0,-5,6' >>models/chips/line.csv
mine 3 'models/chips/mine.yaml:5|chip.heater.path|overlaps itself|(' chip mine
sed -i '$d' models/chips/line.csv
printf '%s\n' '-500,45,8' >>models/chips/line.csv
mine 3 'chip.heater.path|leaves the membrane at (-500, 45) um' chip mine
sed 's/width_um/breite/' models/chips/line.csv >x && mv x models/chips/line.csv
mine 3 'line.csv|no column width_um' chip mine

# Bad input: one error that names the key.
bad() {
    expected=$1
    shift
    refuses 3 "$expected" chip double-spiral-like "$@"
}
bad 'chip.windows[1]|not inside the membrane' --set "chip.windows[1].x=399 um"
bad 'chip.windows[1]|under the trace' --set "chip.windows[1].x=100 um"
bad 'chip.heater.pitch|overlaps itself' --set "chip.heater.width=20 um"
bad 'chip.heater|leaves the membrane' --set "chip.heater.turns=12"
bad 'chip.heater.conductivity|W/(m K)' --set "chip.heater.conductivity=-4 W/(m K)"
bad 'chip.membrane.thickness|not physical' --set "chip.membrane.thickness=0 nm"
bad 'below the frame, 25 degC' --set-point "10 degC"
bad 'controller.greatest_current' --set-point "400 degC" \
    --set "chip.controller.greatest_current=2 mA"
refuses 1 'no steady state within 2 iterations' chip double-spiral-like --set "$coarse" \
    --set chip.mesh.max_iterations=2 -o no.emd
[ -e no.emd ] && fail "a map without convergence"
refuses 2 'name a chip model' chip
refuses 2 'heater.width|chip.KEY' chip double-spiral-like --set "heater.width=9 um"
refuses 3 'no file models/chips/double' chip double

# calibrate: the shipped model is its own result; another difference gives another model.
ok calibrate double-spiral-like --json
holds "abs(r['value_SI'] - 46.128) < 0.01 and abs(r['difference_K'] + 34) < 1e-3"
holds "r['range_SI'][0] <= r['value_SI'] <= r['range_SI'][1]"
ok calibrate double-spiral-like --difference "-32 K" --set "$coarse" -o models/chips/flat.yaml
ALLOYTWIN_DATA=$PWD ok chip flat --set "$coarse" --json
holds "abs(r['windows'][1]['T_K'] - 641.15) < 1e-3"
refuses 3 'cannot be met|heater.conductivity|120 W/(m K)' calibrate double-spiral-like \
    --difference "-5 K" --set "$coarse"
refuses 3 'calibration|parameter is not set' calibrate circular-spiral-like
finish
