#!/bin/sh
# A tilt series with known shifts through align, as a user would.
. "$top_srcdir/tests/cli/support.sh"
need_python

ok phantom "$small" --particle A -o p.emd
shaken() { # FILE OPTION...
    file=$1
    shift
    ok image p.emd --set microscope.pixel='1.2 nm' --set 'microscope.drift.walk=2 nm' \
        --set 'microscope.axis.offset=-2.4 nm' --set 'microscope.margin=22 nm' --tilts -72:72:8 "$@" -o "$file"
}
shaken t.mrc --truth truth.json

# holds EXPRESSION about the JSON of align, r, and the errors across and along the axis
holds() {
    python3 - "$scratch/out" "$1" <<'PY' || fail "does not hold: $1"
import json, math, sys
r, truth = json.load(open(sys.argv[1])), json.load(open("truth.json"))
views = r["views"]
t = [math.radians(v["tilt_deg"]) for v in views]
du = [v["shift_u_px"] - (truth["shift_u_nm"][v["view"] - 1] - 2.4) / 1.2 for v in views]
dv = [v["shift_v_px"] - truth["shift_v_nm"][v["view"] - 1] / 1.2 for v in views]
# without a cos t + b sin t across and a constant along, which only move the specimen
def inner(x, y): return sum(a * b for a, b in zip(x, y))
c, s = [math.cos(x) for x in t], [math.sin(x) for x in t]
cc, cs, ss, cu, su = inner(c, c), inner(c, s), inner(s, s), inner(c, du), inner(s, du)
a, b = (cu * ss - su * cs) / (cc * ss - cs * cs), (su * cc - cu * cs) / (cc * ss - cs * cs)
def rms(x): return math.sqrt(inner(x, x) / len(x))
across = rms([d - a * x - b * y for d, x, y in zip(du, c, s)])
along = rms([d - sum(dv) / len(dv) for d in dv])
moved = max(map(abs, truth["shift_v_nm"])) / 1.2
if not eval(sys.argv[2]):
    print(across, along, moved, {k: v for k, v in r.items() if k != "views"}); sys.exit(1)
PY
}

ok align t.mrc --json -o aligned.mrc
holds "moved > 4 and across < 0.1 and along < 0.1"
holds "r['method'] == 'com' and r['rejected'] == 0 and r['rounds'] > 0 and len(views) == 19"
holds "all(0 < v['residual'] < 0.1 and not v['rejected'] for v in views)"
grep -q 'residuals: median 0.0' "$scratch/err" || { fail "no residuals"; cat "$scratch/err"; }
cmp t.rawtlt aligned.rawtlt || fail "the angles changed"
ok align aligned.mrc --rotation 0 --json
holds "r['rms_shift_px'] < 0.1 and abs(r['axis_offset_px']) < 0.2"
ok align t.mrc --json --method xcorr --rounds 0 --rotation 0
holds "r['rounds'] == 0 and r['last_move_px'] is None and all(v['residual'] is None for v in views)"
grep -q residuals "$scratch/err" && fail "residuals without rounds"

# a view with half of the beam off is named and left out
python3 - <<'PY'
data = bytearray(open("t.mrc", "rb").read())
size = (len(data) - 1024) // 19
data[1024 + 9 * size:1024 + 9 * size + size // 2] = bytes(size // 2)
open("bad-view.mrc", "wb").write(data)
PY
cp t.rawtlt bad-view.rawtlt
ok align bad-view.mrc --rotation 0 --json -o good.mrc
holds "[v['view'] for v in views if v['rejected']] == [10]"
grep -q 'view 10 at 0 degrees is dropped' "$scratch/err" || { fail "view 10"; cat "$scratch/err"; }
[ "$(wc -l <good.rawtlt)" -eq 18 ] || fail "the angle of the dropped view is still there"
ok align bad-view.mrc --rotation 0 --json --reject 0
holds "r['rejected'] == 0"

ok align bad-view.mrc --rotation 0 --json --exclude 10,2-3 -o good.mrc --force
holds "across < 0.1 and along < 0.1"
holds "r['excluded'] == [2, 3, 10] and r['rejected'] == 0 and len(views) == 16"
holds "[v['view'] for v in views] == [1] + list(range(4, 10)) + list(range(11, 20))"
[ "$(wc -l <good.rawtlt)" -eq 16 ] || fail "the angles of excluded views are still there"
for bad in '' x 0 20 1-20 5-4 '1,' ',1' 1-2-3 1.5 -1 '1 2' 99999999999999999999; do
    refuses 2 "--exclude '$bad'|1 to 19" align t.mrc --exclude="$bad" -o u.mrc
done
refuses 2 "--exclude '1-19'|no view is left" align t.mrc --exclude 1-19 -o u.mrc

# every format there is, and what follows
ok align t.mrc --rotation 0 --rounds 0 -o aligned.emd
ok align t.mrc --rotation 0 --rounds 0 -o stack.tif
ok align t.mrc --rotation 0 --rounds 0 -o aligned.nxs
ok reconstruct aligned.emd --iterations 2 -o v.tif
refuses 3 'stack.tif|not read' align stack.tif -o again.mrc

# options that are wrong or would do nothing
refuses 2 '-o TILTS' align t.mrc
refuses 2 'name a tilt series' align -o u.mrc
refuses 2 'one tilt series at a time' align t.mrc t.mrc -o u.mrc
refuses 2 "no method 'luck'|com, xcorr, common-line" align t.mrc --method luck -o u.mrc
refuses 2 "--rounds '-1'|0 to 1000" align t.mrc --rounds=-1 -o u.mrc
refuses 2 "--rotation '91'|-90 to 90" align t.mrc --rotation 91 -o u.mrc
refuses 2 "--reject '-1'|0 to" align t.mrc --reject=-1 -o u.mrc
refuses 2 "--max-shift '0'|1 to" align t.mrc --max-shift 0 -o u.mrc
refuses 2 "--max-shift|com compares no views" align t.mrc --method com --max-shift 3 -o u.mrc
refuses 2 "--no-axis|common-line finds the axis|xcorr" align t.mrc --method common-line --no-axis -o u.mrc
refuses 2 "--reject|without rounds" align t.mrc --rounds 0 --reject 4 -o u.mrc
refuses 2 "--pixel-size '-1 nm'" align t.mrc --pixel-size '-1 nm' -o u.mrc

# series that cannot be aligned
ok project p.emd::metal --tilts 0:6:6 -o two.mrc
refuses 3 '2 views|at least 3' align two.mrc -o u.mrc
python3 - <<'PY'
data = bytearray(open("t.mrc", "rb").read())
size = (len(data) - 1024) // 19
data[1024 + 3 * size:1024 + 4 * size] = bytes(size)
open("flat.mrc", "wb").write(data)
PY
cp t.rawtlt flat.rawtlt
refuses 3 'view 4 at -48 degrees has no contrast|leave it out' align flat.mrc -o u.mrc
ok align flat.mrc --exclude 4 --rounds 0 --rotation 0 -o no-flat.mrc
sed 's/.*/20/' t.rawtlt >same.tlt
refuses 3 't.mrc|all taken at 20 degrees|two directions' align t.mrc --angles same.tlt -o u.mrc
printf '%s\n' 1 2 3 >three.tlt
refuses 3 't.mrc|19 views|three.tlt|3 angles' align t.mrc --angles three.tlt -o u.mrc
awk '{ print $1 * 3.14159265 / 180 }' t.rawtlt >radians.tlt
refuses 3 'radians.tlt|looks like radians|degrees' align t.mrc --angles radians.tlt -o u.mrc
finish
