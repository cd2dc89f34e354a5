#!/bin/sh
# Input files that are damaged, incomplete or contradict each other are refused with exit
# code 3 and one message that names the file and the place that named it.
. "$top_srcdir/tests/cli/support.sh"
need_python

ok simulate "$small" -o good
ok phantom "$small" -o p.emd
ok phantom "$small" -o p.mrc

# damaged copies of MRC files: $1 from, $2 to, $3 what
damage() {
    python3 - "$@" <<'PY'
import struct, sys
source, target, what = sys.argv[1:4]
data = bytearray(open(source, "rb").read())
if what == "truncated":
    data = data[:len(data) // 2]
elif what == "header":
    data = data[:500]
elif what == "nan":
    data[1024 + 4 * 77:1024 + 4 * 78] = struct.pack("<f", float("nan"))
elif what == "no-pixel":
    data[40:52] = bytes(12)
elif what == "coarse":
    x, y, z = (2.0 * v for v in struct.unpack("<3f", data[40:52]))
    data[40:52] = struct.pack("<3f", x, y, z)
elif what == "mode":
    data[12:16] = struct.pack("<i", 42)
elif what == "one-view":
    data[8:12] = struct.pack("<i", 1)
    data[24 + 12:40] = struct.pack("<i", 1)
    data = data[:1024 + 4 * struct.unpack("<i", data[0:4])[0] * struct.unpack("<i", data[4:8])[0]]
elif what == "dark":
    count = (len(data) - 1024) // 4
    values = struct.unpack("<%df" % count, data[1024:])
    data[1024:] = struct.pack("<%df" % count, *(-v for v in values))
    data[76:84] = struct.pack("<2f", -max(values), -min(values))
elif what == "zero":
    data[76:88] = bytes(12)
    data[1024:] = bytes(len(data) - 1024)
elif what == "swapped":
    count = (len(data) - 1024) // 4
    data[1024:] = struct.pack(">%df" % count, *struct.unpack("<%df" % count, data[1024:]))
elif what == "swapped-wild": # no range in the header that would tell
    count = (len(data) - 1024) // 4
    data[76:88] = struct.pack("<3f", 0.0, -1.0, -2.0)
    data[1024:] = struct.pack(">%df" % count, *struct.unpack("<%df" % count, data[1024:]))
elif what == "stamp":
    data[212:216] = bytes([0x11, 0x11, 0, 0])
elif what == "thin":
    data = bytearray(data[:1024])
    data[0:12] = struct.pack("<3i", 4, 1, 37)
    data[28:40] = struct.pack("<3i", 4, 1, 37)
    data[40:52] = struct.pack("<3f", 48.0, 12.0, 12.0 * 37)
    data[76:88] = bytes(12)
    data += struct.pack("<148f", *(37 * [0.0, 1.0, 1.0, 0.0]))
elif what == "negative":
    data[0:4] = struct.pack("<i", -5)
open(target, "wb").write(data)
PY
}

# volumes and tilt series on the command line
ln -s "$small" text.mrc
damage p-composition.mrc truncated.mrc truncated
damage p-composition.mrc header.mrc header
damage p-composition.mrc nan.mrc nan
damage p-composition.mrc mode.mrc mode
damage p-composition.mrc negative.mrc negative
: >empty.mrc
for command in project image; do
    intensity=$([ "$command" = image ] && echo --intensity)
    # shellcheck disable=SC2086
    {
    refuses 3 'missing.mrc|No such file' $command $intensity missing.mrc -o t.mrc
    refuses 3 'truncated.mrc|bytes' $command $intensity truncated.mrc -o t.mrc
    refuses 3 'header.mrc' $command $intensity header.mrc -o t.mrc
    refuses 3 'text.mrc|MRC' $command $intensity text.mrc -o t.mrc
    refuses 3 'empty.mrc' $command $intensity empty.mrc -o t.mrc
    refuses 3 'mode.mrc|mode 42' $command $intensity mode.mrc -o t.mrc
    refuses 3 'negative.mrc|count that is not positive' $command $intensity negative.mrc -o t.mrc
    refuses 3 'nan.mrc|x 5, y 3, z 0|nan' $command $intensity nan.mrc -o t.mrc
    refuses 3 'p.txt|.mrc|.emd' $command $intensity p.txt -o t.mrc
    }
done
refuses 3 'nan.mrc|x 5, y 3, z 0|nan' quantify nan.mrc
refuses 3 'nan.mrc|x 5, y 3, z 0|nan' diffuse --composition nan.mrc --metal p-metal.mrc --D '1e-19 m2/s' \
    --time '1 s' -o d.mrc
refuses 3 'nan.mrc|x 5, y 3, z 0|nan' diffuse --composition p-composition.mrc --metal nan.mrc \
    --D '1e-19 m2/s' --time '1 s' -o d.mrc
damage good/experiment/A_000_RT.mrc t-truncated.mrc truncated
cp good/experiment/A_000_RT.rawtlt t-truncated.rawtlt
refuses 3 't-truncated.mrc|bytes' reconstruct t-truncated.mrc -o v.mrc
head -c 3000 p.emd >truncated.emd
refuses 3 'truncated.emd' project truncated.emd -o t.mrc
cp "$small" text.emd
refuses 3 'text.emd' project text.emd -o t.mrc
refuses 3 'A_000_RT.mrc|fraction|[0, 1]' diffuse --composition good/experiment/A_000_RT.mrc \
    --metal good/experiment/A_000_RT.mrc --D '1e-19 m2/s' --time '1 s' -o d.mrc

# angle files
cp good/experiment/A_000_RT.mrc t.mrc
refuses 3 't.mrc|angles' reconstruct t.mrc -o v.mrc
head -n 36 good/experiment/A_000_RT.rawtlt >short.rawtlt
refuses 3 'short.rawtlt|36|37' reconstruct t.mrc --angles short.rawtlt -o v.mrc
{ cat good/experiment/A_000_RT.rawtlt; echo 76; } >long.rawtlt
refuses 3 'long.rawtlt|38|37' reconstruct t.mrc --angles long.rawtlt -o v.mrc
sed '5s/.*/north/' good/experiment/A_000_RT.rawtlt >word.rawtlt
refuses 3 'word.rawtlt:5|north' reconstruct t.mrc --angles word.rawtlt -o v.mrc
sed '5s/.*/nan/' good/experiment/A_000_RT.rawtlt >nan.rawtlt
refuses 3 'nan.rawtlt:5' reconstruct t.mrc --angles nan.rawtlt -o v.mrc
refuses 3 'missing.rawtlt|No such file' reconstruct t.mrc --angles missing.rawtlt -o v.mrc
refuses 3 'missing.rawtlt|No such file' project p-metal.mrc --angles missing.rawtlt -o u.mrc
damage t.mrc no-pixel.mrc no-pixel
refuses 3 'no-pixel.mrc|pixel' reconstruct no-pixel.mrc \
    --angles good/experiment/A_000_RT.rawtlt -o v.mrc
ok reconstruct no-pixel.mrc --angles good/experiment/A_000_RT.rawtlt --iterations 1 \
    --pixel-size '1.2 nm' -o v.mrc
rm v.mrc

# series that hold nothing to reconstruct, or are not what their header says
damage t.mrc one.mrc one-view
echo 12 >one.rawtlt
refuses 3 "one.mrc|1 view, taken at 12 degrees|two directions" reconstruct one.mrc -o v.mrc
sed 's/.*/7/' good/experiment/A_000_RT.rawtlt >same.rawtlt
refuses 3 "t.mrc|37 views, all taken at 7 degrees" reconstruct t.mrc --angles same.rawtlt -o v.mrc
damage t.mrc dark.mrc dark
cp good/experiment/A_000_RT.rawtlt dark.rawtlt
refuses 3 "dark.mrc|above the background|inverted" reconstruct dark.mrc --background 0 -o v.mrc
damage t.mrc zero.mrc zero
cp good/experiment/A_000_RT.rawtlt zero.rawtlt
for background in auto none 0 3; do
    refuses 3 "zero.mrc|above the background|empty" reconstruct -q zero.mrc --background $background -o v.mrc
done
refuses 3 "dark.mrc|above the background of 0|inverted" reconstruct dark.mrc --background none -o v.mrc
damage t.mrc swapped.mrc swapped
cp good/experiment/A_000_RT.rawtlt swapped.rawtlt
refuses 3 "swapped.mrc|little endian|big endian: correct the header" reconstruct swapped.mrc -o v.mrc
damage t.mrc swapped-wild.mrc swapped-wild
cp good/experiment/A_000_RT.rawtlt swapped-wild.rawtlt
refuses 3 "swapped-wild.mrc|little endian|beyond 1e+15|as big endian|correct the byte order" reconstruct \
    swapped-wild.mrc -o v.mrc
damage t.mrc stamp.mrc stamp # to be read, with a warning
ok reconstruct stamp.mrc --angles good/experiment/A_000_RT.rawtlt --iterations 1 -o v.mrc
grep -q "warning: 'stamp.mrc': stamped big endian.*as little endian only" "$scratch/err" ||
    fail "no word of a stamp that lies"
rm v.mrc
damage t.mrc thin.mrc thin
cp good/experiment/A_000_RT.rawtlt thin.rawtlt
refuses 3 "thin.mrc|views of 4 pixels|give it as a number" reconstruct thin.mrc -o v.mrc
ok reconstruct thin.mrc --background 0 --iterations 1 -o v.mrc
rm v.mrc
python3 -c 'import math
for line in open("good/experiment/A_000_RT.rawtlt"): print(math.radians(float(line)))' >radians.rawtlt
refuses 3 "radians.rawtlt|looks like radians|degrees" reconstruct t.mrc --angles radians.rawtlt -o v.mrc
refuses 2 "os-em|38 subsets of 37 views|1 to 37" reconstruct -q t.mrc \
    --angles good/experiment/A_000_RT.rawtlt --method os-em --subsets 38 -o v.mrc
refuses 2 "tilt axis|100 nm|on it" reconstruct -q t.mrc --angles good/experiment/A_000_RT.rawtlt \
    --axis-offset '100 nm' -o v.mrc

# experiments: WORDS SED-SCRIPT, on a copy of good/experiment
cp -r good/experiment e
refuses_experiment() {
    sed "$2" good/experiment/experiment.yaml >e/experiment.yaml
    cmp -s good/experiment/experiment.yaml e/experiment.yaml && fail "'$2' changes nothing"
    refuses 3 "$1" analyse e/experiment.yaml -o result
}
yaml=e/experiment.yaml
refuses_experiment "$yaml:|steps[0]|missing.mrc|No such file" 's/A_001_400C.mrc/missing.mrc/'
refuses_experiment "$yaml:|steps[0]|missing.rawtlt|No such file" \
    's/A_001_400C.rawtlt/missing.rawtlt/'
refuses_experiment "$yaml:|reference_series|tilts|volume" '/A_000_RT/d'
refuses_experiment "$yaml:|reference|'A'|B" '/^reference/d; s/name: "A"/name: "C"/'
refuses_experiment "$yaml:|reference|'Z'|A|B" 's/^reference: .*/reference: Z/'
refuses_experiment "$yaml:|dwell|positive" 's/dwell: .*/dwell: "0 s"/'
refuses_experiment "$yaml:|dwell" '/dwell:/d'
refuses_experiment "$yaml:|'A'|particles[1]" 's/name: "B"/name: "A"/'
refuses_experiment "$yaml:|intensity_ratio|brighter" 's/intensity_ratio: .*/intensity_ratio: 0.5/'
refuses_experiment "$yaml:|analysis.estimators|papyrus|paper" 's/paper/papyrus/'
refuses_experiment "$yaml:|analysis.reconstruction.method|fbp|em" 's/method: em/method: fbp/'
refuses_experiment "$yaml:|initial_state|given" 's/initial_state: measured/initial_state: given/'
refuses_experiment "$yaml:|set_point|400 s" 's/400 degC/400 s/'
refuses_experiment "$yaml:|alloytwin-experiment/1" 's/experiment.1/scenario\/1/'
damage e/A_001_400C.mrc e/nan.mrc nan
refuses_experiment "$yaml:|nan.mrc|u 11, v 3|view 1|nan" 's/A_001_400C.mrc/nan.mrc/'
damage e/A_001_400C.mrc e/truncated.mrc truncated
refuses_experiment "$yaml:|truncated.mrc|bytes" 's/A_001_400C.mrc/truncated.mrc/'
damage e/A_001_400C.mrc e/coarse.mrc coarse
refuses_experiment "particle A|step 1|2.4|1.2" 's/A_001_400C.mrc/coarse.mrc/'
cp short.rawtlt one.mrc one.rawtlt e/
refuses_experiment "$yaml:|short.rawtlt|36|37" 's/A_001_400C.rawtlt/short.rawtlt/'
refuses_experiment "particle A|step 0|1 view|two directions" \
    's/A_000_RT.mrc/one.mrc/; s/A_000_RT.rawtlt/one.rawtlt/; s/method: auto/method: none/'
cp same.rawtlt zero.mrc zero.rawtlt e/
refuses_experiment "particle A|37 views, all taken at 7 degrees|two directions" \
    's/A_000_RT.rawtlt/same.rawtlt/'
for align in auto none; do
    refuses_experiment "particle A|step 1|above the background of 0|empty" \
        "s/A_001_400C/zero/; s/method: auto/method: $align/; s/background: auto/background: none/"
done
cp p-metal.mrc e/
refuses_experiment "particle A|step 1|voxels" \
    '/A_001_400C.rawtlt/d; s/tilts: A_001_400C.mrc/volume: p-metal.mrc/'

refuses_experiment "$yaml:|particles[1]|name 'a/b'" 's/name: "B"/name: "a\/b"/'

# the shortest experiment that has what cannot be guessed
sed '/^microscope:/,$d' good/experiment/experiment.yaml >e/experiment.yaml
ok analyse e/experiment.yaml -o result --no-report
rm -r result

# one particle has no difference, but a degree of alloying; one not heated is no obstacle
python3 - <<'PY'
text = open("good/experiment/experiment.yaml").read()
second, after = text.index('  - name: "B"'), text.index("microscope:")
steps = text.index("steps:", second)
open("e/single.yaml", "w").write(text[:second] + text[after:])
open("e/unheated.yaml", "w").write(text[:steps] + "steps: []\n" + text[after:])
PY
refuses 3 "e/single.yaml:|particles|1 given|at least 2|estimators: []" analyse e/single.yaml -o result
ok analyse e/single.yaml -o result --set 'analysis.estimators=[]'
rm -r result
ok analyse e/unheated.yaml -o result
[ -s result/report.html ] || fail "no report with a particle that was not heated"
rm -r result

# tables for arrhenius
table() {
    printf '%s\n' "$@" >data.csv
}
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' 'A,683,-1e-20' 'B,673,1e-20' 'B,683,2e-20'
refuses 3 'data.csv|particle A at 683 K|D = -1e-20 m2/s|positive' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' 'A,683,0' 'B,673,1e-20' 'B,683,2e-20'
refuses 3 'data.csv|particle A at 683 K|D = 0 m2/s' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' 'A,-5,2e-20' 'B,673,1e-20' 'B,683,2e-20'
refuses 3 'data.csv|particle A|temperature -5 K|positive' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' 'A,warm,2e-20' 'B,673,1e-20' 'B,683,2e-20'
refuses 3 'data.csv:3|nominal_K|warm' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' 'A,673,1e-20' 'B,673,1e-20' 'B,673,2e-20'
refuses 3 'data.csv|temperature' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,hot,1e-20' 'A,cold,2e-20'
refuses 3 "data.csv|row 1|'hot'|nominal_K" arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' ',683,2e-20' 'B,673,1e-20' 'B,683,2e-20'
refuses 3 "data.csv|row 2|no name|'particle'" arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' 'B,673,1e-20'
refuses 3 'data.csv|2' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673,1e-20' 'A,683,2e-20' 'A,693,4e-20'
refuses 3 'data.csv|1 particles|at least 2' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s'
refuses 3 'data.csv|0 particles' arrhenius data.csv
table 'particle,nominal_K,D' 'A,673,1e-20'
refuses 3 "data.csv|'D_m2_per_s'" arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s' 'A,673'
refuses 3 'data.csv:2' arrhenius data.csv
table 'particle,nominal_K,D_m2_per_s,std' 'A,673,1e-20,-1e-21' 'A,683,2e-20,1e-21' 'B,673,1e-20,1e-21' 'B,683,2e-20,1e-21'
refuses 3 'data.csv|particle A at 673 K|-1e-21' arrhenius data.csv
refuses 3 'missing.csv|No such file' arrhenius missing.csv

# reports
refuses 3 'nowhere' report nowhere
mkdir bare
refuses 3 'bare/result.json' report bare
finish
