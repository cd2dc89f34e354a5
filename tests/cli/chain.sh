#!/bin/sh
# The stages by hand, one small command after the other, through MRC and through EMD.
. "$top_srcdir/tests/cli/support.sh"
need_python

# $1: python expressions about result.json-like output in $scratch/out, as `r`
holds() {
    python3 - "$scratch/out" "$1" <<'PY' || fail "does not hold: $1"
import json, sys
r = json.load(open(sys.argv[1]))
if not eval(sys.argv[2]):
    print(json.dumps(r)); sys.exit(1)
PY
}

# $1: file, $2: expression about header and values: n (x, y, z), size, v
mrc_holds() {
    python3 - "$1" "$2" <<'PY' || fail "does not hold for $1: $2"
import array, struct, sys
data = open(sys.argv[1], "rb").read()
n = struct.unpack("<3i", data[0:12])
pixel_nm = struct.unpack("<f", data[40:44])[0] / n[0] / 10
v = array.array("f"); v.frombytes(data[1024 + struct.unpack("<i", data[92:96])[0]:])
def at(x, y, z): return v[(z * n[1] + y) * n[0] + x]
if not eval(sys.argv[2]):
    print(n, pixel_nm, len(v)); sys.exit(1)
PY
}

metal_voxels=0
for suffix in mrc emd; do
    mkdir $suffix
    ok phantom "$small" --particle B -o $suffix/p.$suffix
    [ -s "$scratch/out" ] && fail "phantom writes to stdout"
    [ $suffix = mrc ] && metal_voxels=$(python3 - mrc/p-metal.mrc <<'PY'
import array, struct, sys
data = open(sys.argv[1], "rb").read()
n = struct.unpack("<3i", data[0:12]); edge = struct.unpack("<f", data[40:44])[0] / n[0] / 10
v = array.array("f"); v.frombytes(data[1024 + struct.unpack("<i", data[92:96])[0]:])
print(sum(v) * edge ** 3) # in voxels of 1 nm
PY
)
    pair="--composition $suffix/p.emd"
    volume=$suffix/p.emd
    [ $suffix = mrc ] && pair="--composition mrc/p-composition.mrc --metal mrc/p-metal.mrc" &&
        volume="mrc/p-composition.mrc --metal mrc/p-metal.mrc"
    # shellcheck disable=SC2086
    {
    ok diffuse $pair --D '1e-19 m2/s' --time '0 s' -o $suffix/d0.$suffix
    ok diffuse $pair --D '1e-19 m2/s' --time '60 s' -o $suffix/d1.$suffix
    ok diffuse $pair --material gold-silver --temperature '700 degC' --time '60 s' -o $suffix/d2.$suffix
    ok image $volume --set microscope.pixel='1 nm' --seed 3 -o $suffix/t0.$suffix
    }
    gain=$(sed -n 's/.*gain: \([0-9.]*\) counts.*/\1/p' "$scratch/err")
    [ -n "$gain" ] || fail "image does not say its gain"
    for k in 1 2; do
        volume=$suffix/d$k.emd
        [ $suffix = mrc ] && volume="mrc/d$k.mrc --metal mrc/p-metal.mrc"
        # shellcheck disable=SC2086
        ok image $volume --set microscope.pixel='1 nm' --seed 3$k --counts-per-nm "$gain" \
            -o $suffix/t$k.$suffix
    done
    for k in 0 1 2; do
        ok reconstruct $suffix/t$k.$suffix --iterations 15 -o $suffix/v$k.$suffix
        [ -s "$scratch/out" ] && fail "reconstruct writes to stdout"
    done
    ok quantify $suffix/v0.$suffix $suffix/v1.$suffix $suffix/v2.$suffix \
        --alloyed $suffix/v2.$suffix --json -o $suffix/q.json
    cmp -s "$scratch/out" $suffix/q.json ||
        python3 -c "import json,sys; sys.exit(json.load(open('$scratch/out')) != json.load(open('$suffix/q.json')))" ||
        fail "quantify -o and --json differ"
    holds "len(r['volumes']) == 3"
    holds "abs(r['volumes'][0]['alloying_degree_quadrature']) < 1e-12"
    holds "0.2 < r['volumes'][1]['alloying_degree_quadrature'] < 0.9"
    holds "abs(r['volumes'][2]['alloying_degree_quadrature'] - 1) < 1e-12"
    holds "r['core_intensity'] / r['shell_intensity'] > 2.59"
    # heating moves metal but neither makes nor loses any
    holds "all(abs(x['total_change']) < 0.01 for x in r['volumes'])"
    holds "all(abs(x['composition_change']) < 0.06 for x in r['volumes'])"
    holds "all(0 < x['composition_mean_std'] < 0.02 for x in r['volumes'])"
    # four measures of spread, each with its deviation, fall as the particle alloys
    holds "all(sorted(x['measures']) == ['iqr', 'mad', 'peaks', 'std'] for x in r['volumes'])"
    holds "abs(r['volumes'][0]['measures']['std']['spread'] - r['volumes'][0]['spread']) < 1e-4"
    holds "r['volumes'][0]['measures']['std']['degree_linear_std'] == 0"
    holds "all(r['volumes'][0]['measures'][m]['spread'] > 1.2 * r['volumes'][2]['measures'][m]['spread'] for m in ('std', 'iqr'))"
    holds "all(0 < x['measures'][m]['spread_std'] < 0.1 for x in r['volumes'] for m in ('std', 'mad', 'iqr'))"
    holds "0 < r['volumes'][1]['measures']['std']['degree_quadrature_std'] < 0.1"
    holds "all(0 < g[k] < 0.3 * x['peaks'][1]['mean'] for x in r['volumes'] for g in x['peaks'] for k in ('share_std', 'mean_std', 'std_std'))"
    holds "r['volumes'][0]['total_change_std'] == 0"
    holds "all(abs(x['total_change']) < 5 * x['total_change_std'] < 0.05 for x in r['volumes'][1:])"
    # the core and the shell, the former 2.6 times as bright
    holds "all(abs(sum(g['share'] for g in x['peaks']) - 1) < 1e-9 for x in r['volumes'] if x['peaks'])"
    holds "r['volumes'][0]['peaks'][0]['mean'] < r['volumes'][0]['peaks'][1]['mean']"
    ok quantify $suffix/v0.$suffix $suffix/v2.$suffix --json
    holds "0.75 < r['volumes'][1]['alloying_degree_linear'] < 1"
    holds "abs(r['volumes'][1]['alloying_degree_linear'] - r['volumes'][1]['alloying_degree_quadrature']) < 1e-12"
    ok quantify $suffix/v0.$suffix --intensity-ratio 2.60 --threshold 0.5 --erosion '1.5 nm' --json
    cp "$scratch/out" explicit.json
    ok quantify $suffix/v0.$suffix --json
    cmp "$scratch/out" explicit.json || fail "the defaults of quantify are not what help says"
    ok quantify $suffix/v0.$suffix $suffix/v2.$suffix
    says 'degree(linear)'
    # every way to the mask; that of the model has the volume of the particle
    metal=$suffix/p-metal.mrc
    [ $suffix = emd ] && metal=mrc/p-metal.mrc
    ok quantify $suffix/v0.$suffix --mask $metal --json
    holds "r['threshold'] is None and abs(r['mask_voxels'] / $metal_voxels - 1) < 0.02"
    ok quantify $suffix/v0.$suffix --rule surface --json
    holds "abs(r['mask_voxels'] / $metal_voxels - 1) < 0.1"
    ok quantify $suffix/v0.$suffix --rule otsu --json
    holds "r['mask_voxels'] < 0.85 * $metal_voxels"
    holds "0.5 * r['shell_intensity'] < r['threshold'] < r['core_intensity']"
    otsu=$(python3 -c "import json; print(json.load(open('$scratch/out'))['threshold'])")
    ok quantify $suffix/v0.$suffix --rule value --threshold "$otsu" --json
    holds "r['threshold'] == $otsu"
    ok quantify $suffix/v0.$suffix --rule fraction --threshold 0.25 --json
    holds "$otsu > r['threshold'] > 0.1 * r['core_intensity']"
done

# time zero returns the input, bit for bit, and mass is kept
tail -c +1025 mrc/p-composition.mrc >in.raw
tail -c +1025 mrc/d0.mrc >out.raw
cmp in.raw out.raw || fail "diffuse with time 0 changes the composition"
cmp -s mrc/d1.mrc mrc/d0.mrc && fail "diffuse changes nothing"
ok diffuse --composition emd/p.emd --D '1e-19 m2/s' --time '60 s' --tolerance 1e-3 -o coarse.emd
# both formats carry the same numbers
python3 - <<'PY' || fail "MRC and EMD give different degrees"
import json, sys
def numbers(r):
    if isinstance(r, dict):
        return [x for key in sorted(r) if key != "volume" for x in numbers(r[key])]
    return [x for e in r for x in numbers(e)] if isinstance(r, list) else [r]
a, b = (numbers(json.load(open(s + "/q.json"))["volumes"]) for s in ("mrc", "emd"))
if len(a) != len(b) or len(a) < 100:
    print(len(a), len(b)); sys.exit(1)
for p, q in zip(a, b):
    if (p is None) != (q is None) or p is not None and abs(p - q) > 1e-4 * (1 + abs(p)):
        print(p, q); sys.exit(1)
PY
# a second image with the same seed is the same, with another it is not
ok image emd/p.emd --set microscope.pixel='1 nm' --seed 3 -o same.mrc
ok image emd/p.emd --set microscope.pixel='1 nm' --seed 4 -o other.mrc
cmp mrc/t0.mrc same.mrc || fail "the same seed gives another image"
cmp -s same.mrc other.mrc && fail "another seed gives the same image"

# the central ray through a sphere
cat >sphere.yaml <<'YAML'
format: alloytwin-scenario/1
name: sphere
reference: A
chip: {model: circular-spiral-like}
material: {model: gold-silver}
particles:
  - {name: A, model: sphere, window: centre}
  - {name: B, model: sphere, window: edge}
heating: {steps: [{set_point: "400 degC", dwell: "1 s"}]}
simulation: {voxel: "1 nm"}
microscope: {model: haadf-200kv}
YAML
ok phantom sphere.yaml -o sphere.mrc
ok project sphere-metal.mrc --tilts -60:60:30 -o chords.mrc
mrc_holds chords.mrc "n[2] == 5 and abs(pixel_nm - 1) < 1e-6"
# the rays next to the centre of an even detector pass it at half a pixel
mrc_holds chords.mrc "all(abs(at(n[0] // 2, n[1] // 2, k) - 40) < 1 for k in range(5))"
mrc_holds chords.mrc "all(abs(sum(v[k*n[0]*n[1]:(k+1)*n[0]*n[1]]) / 33510.3 - 1) < 2e-3 for k in range(5))"
printf '%s\n' -10 0.5 33 >three.tlt
ok project sphere-metal.mrc --angles three.tlt -o three.mrc
mrc_holds three.mrc "n[2] == 3"
[ "$(wc -l <three.rawtlt)" -eq 3 ] || fail "project does not write the angles it used"
ok project mrc/p-metal.mrc -o default.mrc
mrc_holds default.mrc "n[2] == 73"
ok reconstruct chords.mrc --rows 10:14 --background none --method sirt --iterations 2 -o rows.mrc
mrc_holds rows.mrc "n[1] == 4"

# one of several volumes of a file, by name; without one the first, and that is said
ok project emd/p.emd::metal --tilts 0:0:1 -o named.mrc
ok project mrc/p-metal.mrc --tilts 0:0:1 -o same-metal.mrc
tail -c +1025 named.mrc >named.raw
tail -c +1025 same-metal.mrc >same-metal.raw
cmp named.raw same-metal.raw || fail "p.emd::metal is not the metal"
ok project emd/p.emd --tilts 0:0:1 -o first.mrc
grep -q "holds 2 volumes or tilt series (composition, metal); this is /data/composition" "$scratch/err" ||
    fail "project does not say that there is another volume"

# exact diffusivities give back what they were made with
python3 - >data.csv <<'PY'
import math
print("particle,nominal_K,D_m2_per_s,std")
for name, delta in (("A", 0.0), ("B", -34.0)):
    for T in (673.15, 683.15, 693.15, 703.15):
        D = 7.3e-4 * math.exp(-208300 / 8.314462618 / (T + delta))
        print("%s,%.17g,%.17g,%.17g" % (name, T, D, 0.1 * D))
PY
for columns in 1-3 1-4; do
    cut -d, -f$columns data.csv >exact.csv
    ok arrhenius exact.csv --json
    holds "len(r['estimates']) == 4"
    holds "{e['weighting'] for e in r['estimates']} == {'log', 'linear'}"
    holds "all(abs(e['delta_T_K'] + 34) < 1e-6 for e in r['estimates'] if e['reference'] == 'A')"
    # B is not at the nominal temperature: close, but not the law the data were made with
    holds "all(abs(e['delta_T_K'] + 34) < 0.1 for e in r['estimates'])"
    holds "all(abs(e['Q_J_per_mol'] / 208300 - 1) < 1e-7 for e in r['estimates'] if e['reference'] == 'A')"
    holds "all(e['status'] == 'ok' for e in r['estimates'])"
    ok arrhenius exact.csv --json --reference B
    holds "all(abs(e['delta_T_K'] - 34) < 0.1 and e['particle'] == 'A' for e in r['estimates'])"
    ok arrhenius exact.csv
    says '-34.00'
done

# a haze around and in the particle is taken off as it was put on
python3 - <<'PY'
import struct
data = bytearray(open("mrc/v0.mrc", "rb").read())
count = (len(data) - 1024) // 4
values = struct.unpack("<%df" % count, data[1024:])
data[1024:] = struct.pack("<%df" % count, *(v + 2.5 for v in values))
open("hazy.mrc", "wb").write(data)
PY
ok quantify mrc/v0.mrc --json
core=$(python3 -c "import json; print(json.load(open('$scratch/out'))['core_intensity'])")
ok quantify hazy.mrc --json
holds "abs(r['core_intensity'] - $core - 2.5) < 0.01"
for background in 2.5 auto; do
    ok quantify hazy.mrc --background $background --json
    holds "abs(r['core_intensity'] / $core - 1) < 0.01"
done
refuses 2 "--background 'some'" quantify hazy.mrc --background some
finish
