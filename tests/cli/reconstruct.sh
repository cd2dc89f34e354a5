#!/bin/sh
# Options of reconstruct: what they do to the volume, and what is refused.
. "$top_srcdir/tests/cli/support.sh"
need_python

# A disc of 4 voxels radius at (3, -2) from the centre of 24 x 24, the same in 5 slices of
# which slice 3 is twice as bright; views are exact chords, sampled finely.
python3 - <<'PY'
import math, struct

def write(path, n, values):
    head = bytearray(1024)
    struct.pack_into("<10i", head, 0, *n, 2, 0, 0, 0, *n)
    struct.pack_into("<3f", head, 40, *(10.0 * k for k in n))
    struct.pack_into("<3i", head, 64, 1, 2, 3)
    head[208:212] = b"MAP "
    head[212:214] = b"\x44\x44"
    open(path, "wb").write(bytes(head) + struct.pack("<%df" % len(values), *values))

def pixel(u, t, offset):
    centre = 3 * math.cos(t) - 2 * math.sin(t) + offset
    at = [u - 11.5 + (k - 9.5) / 20 - centre for k in range(20)]
    return sum(2 * math.sqrt(max(16 - a * a, 0)) for a in at) / 20

angles = [3.0 * i - 60 for i in range(41)]
for name, offset in (("t", 0.0), ("off", 2.5)):
    values = [pixel(u, math.radians(a), offset) * (2 if v == 3 else 1)
              for a in angles for v in range(5) for u in range(24)]
    write(name + ".mrc", (24, 5, 41), values)
    open(name + ".rawtlt", "w").write("".join("%g\n" % a for a in angles))
mask = [float(x >= 12) for z in range(24) for y in range(5) for x in range(24)]
write("mask.mrc", (24, 5, 24), mask)
write("small-mask.mrc", (24, 5, 23), mask[:24 * 5 * 23])
PY

# holds FILE EXPRESSION: v(x, y, z) of a volume, size n
holds() {
    python3 - "$1" "$2" <<'PY' || fail "does not hold for $1: $2"
import struct, sys
data = open(sys.argv[1], "rb").read()
n = struct.unpack("<3i", data[:12])
values = struct.unpack("<%df" % (n[0] * n[1] * n[2]), data[-4 * n[0] * n[1] * n[2]:])
def v(x, y, z): return values[(z * n[1] + y) * n[0] + x]
def centre(y):
    slab = [(v(x, y, z), x, z) for z in range(n[2]) for x in range(n[0])]
    total = sum(s[0] for s in slab)
    return [sum(s[0] * s[k] for s in slab) / total for k in (1, 2)]
if not eval(sys.argv[2]):
    print(n, centre(0)); sys.exit(1)
PY
}
bare="--background none"

ok reconstruct t.mrc $bare --json -o em.mrc
grep -q 'em: 24 x 5 x 24 voxels from 41 views, up to 20 iterations, about [1-9][.0-9]* MiB' \
    "$scratch/err" || { fail "no estimate of memory"; cat "$scratch/err"; }
python3 - "$scratch/out" <<'PY' || fail "the report is not right"
import json, sys
report = json.load(open(sys.argv[1]))
r = report["residual"]
assert report["method"] == "em" and report["iterations"] == 20 == len(r), report
assert report["voxels"] == [24, 5, 24] and report["memory_MiB"] > 0
assert all(b < a for a, b in zip(r, r[1:])) and r[-1] < 0.1, r
open("middle", "w").write("%.9g" % (0.5 * (r[9] + r[10])))
PY
holds em.mrc "n == (24, 5, 24) and abs(v(14, 0, 9) - 1) < 0.1"
holds em.mrc "abs(centre(0)[0] - 14.5) < 0.1 and abs(centre(0)[1] - 9.5) < 0.3"

# stopping rules
ok reconstruct t.mrc $bare --discrepancy "$(cat middle)" --json -o d.mrc
says '"iterations": 11'
ok reconstruct t.mrc $bare --iterations 11 -o eleven.mrc
holds d.mrc "list(values) == list(struct.unpack('<2880f', open('eleven.mrc', 'rb').read()[-11520:]))"
ok reconstruct t.mrc $bare --hold-out 4 --iterations 9 --json -o h.mrc
says '"iterations": 9'

# more memory than any machine has: 1e12 voxels
python3 - <<'PY'
import struct
n = (10000, 1000, 2)
head = bytearray(1024)
struct.pack_into("<10i", head, 0, *n, 0, 0, 0, 0, *n)
struct.pack_into("<3f", head, 40, *(10.0 * k for k in n))
struct.pack_into("<3i", head, 64, 1, 2, 3)
head[208:212] = b"MAP "
head[212:214] = b"\x44\x44"
open("wide.mrc", "wb").write(bytes(head) + bytes(range(1, 126)) * 160000)
open("wide.rawtlt", "w").write("-30\n30\n")
PY
refuses 1 'wide.mrc|GiB, this machine has|--rows|--thickness' reconstruct wide.mrc \
    $bare --thickness 100000 -o v.mrc
refuses 2 "--thickness '241'|24 pixels|at most 10 times" reconstruct t.mrc $bare \
    --thickness 241 -o v.mrc

# mask, bounds, start image, rows, thickness, axis offset
ok reconstruct t.mrc $bare --mask mask.mrc -o m.mrc
holds m.mrc "all(v(x, y, z) == 0 for x in range(12) for y in range(5) for z in range(24))"
holds m.mrc "v(14, 0, 9) > 0.5"
ok reconstruct t.mrc $bare --bounds 0.1:0.6 -o b.mrc
holds b.mrc "min(values) >= 0.0999 and max(values) <= 0.6001"
ok reconstruct t.mrc $bare --iterations 7 -o s7.mrc
ok reconstruct t.mrc $bare --iterations 4 --start s7.mrc -o s11.mrc
holds s11.mrc "max(abs(a - b) for a, b in zip(values, struct.unpack('<2880f', open('eleven.mrc', 'rb').read()[-11520:]))) < 1e-6"
ok reconstruct t.mrc $bare --rows 2:4 -o r.mrc
holds r.mrc "n == (24, 2, 24) and abs(v(14, 1, 9) / v(14, 0, 9) - 2) < 1e-3"
ok reconstruct t.mrc $bare --thickness 17 -o thin.mrc
holds thin.mrc "n == (24, 5, 17) and abs(centre(0)[1] - 6) < 0.3"
ok reconstruct off.mrc $bare --axis-offset '2.5 nm' -o o.mrc
holds o.mrc "abs(centre(0)[0] - 14.5) < 0.1 and abs(centre(0)[1] - 9.5) < 0.3"
for method in os-em sirt cgls tv wbp; do
    ok reconstruct t.mrc $bare --method $method -o $method.mrc
    holds $method.mrc "abs(v(14, 0, 9) - 1) < 0.4 and v(14, 0, 9) > 5 * abs(v(6, 0, 15))"
done

# what is refused
for bad in x '' 0 -1 1.5 100001; do
    refuses 2 "--iterations '$bad'" reconstruct t.mrc --iterations="$bad" -o v.mrc
    refuses 2 "--thickness '$bad'" reconstruct t.mrc --thickness="$bad" -o v.mrc
    refuses 2 "--subsets '$bad'" reconstruct t.mrc --method os-em --subsets="$bad" -o v.mrc
    refuses 2 "--hold-out '$bad'" reconstruct t.mrc --hold-out="$bad" -o v.mrc
done
for bad in x '' 0 -1 nan inf '1 nm'; do
    refuses 2 "--discrepancy '$bad'" reconstruct t.mrc --discrepancy="$bad" -o v.mrc
    refuses 2 "--regularisation '$bad'" reconstruct t.mrc --method tv \
        --regularisation="$bad" -o v.mrc
done
for bad in x '' 1 1: :2 2:1 0:inf nan:1 0:1:2; do
    refuses 2 "--bounds '$bad'|LOW:HIGH" reconstruct t.mrc --bounds="$bad" -o v.mrc
done
refuses 2 "--hold-out '1'" reconstruct t.mrc --hold-out 1 -o v.mrc
refuses 2 "one view in 82 of 41|2 to 81" reconstruct --quiet t.mrc $bare --hold-out 82 -o v.mrc
refuses 2 "42 subsets of 41 views|1 to 41" reconstruct --quiet t.mrc $bare --method os-em \
    --subsets 42 -o v.mrc
refuses 2 "--axis-offset '3'" reconstruct t.mrc --axis-offset 3 -o v.mrc
refuses 2 "axis|detector" reconstruct --quiet t.mrc $bare --axis-offset '99 nm' -o v.mrc
refuses 2 "no filter 'box'|hann" reconstruct t.mrc --method wbp --filter box -o v.mrc
refuses 2 "--subsets|em|os-em" reconstruct t.mrc --subsets 3 -o v.mrc
refuses 2 "--filter|em|wbp" reconstruct t.mrc --filter hann -o v.mrc
refuses 2 "--regularisation|em|tv" reconstruct t.mrc --regularisation 1 -o v.mrc
for option in --iterations=3 --start=em.mrc --discrepancy=1 --hold-out=3; do
    refuses 2 "${option%=*}|wbp|one step" reconstruct t.mrc --method wbp "$option" -o v.mrc
done
refuses 3 "small-mask.mrc|24 x 5 x 23|24 x 5 x 24" reconstruct t.mrc $bare \
    --mask small-mask.mrc -o v.mrc
refuses 3 "mask.mrc|24 x 1 x 24" reconstruct t.mrc $bare --rows 0:1 --mask mask.mrc -o v.mrc
refuses 3 "missing.mrc|No such file" reconstruct t.mrc $bare --start missing.mrc -o v.mrc
refuses 2 "--undamp '0'|positive" reconstruct t.mrc $bare --undamp 0 -o v.mrc
finish
