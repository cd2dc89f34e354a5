#!/bin/sh
# A wrong command line ends with exit code 2 and one message that says what to give.
. "$top_srcdir/tests/cli/support.sh"

ok phantom "$small" -o p.mrc
ok project p-metal.mrc --tilts -20:20:20 -o t.mrc

# stdout may not hold the help of a command that was not asked for it
at 2
[ -s "$scratch/out" ] && fail "without arguments the help goes to stdout"
refuses 2 "no command 'rnu'|--help" rnu "$small" -o run
refuses 2 "no command '--json'" --json
for command in run simulate analyse phantom diffuse project image reconstruct quantify slices \
    arrhenius bound report config list; do
    refuses 2 "alloytwin $command" "$command"
    refuses 2 "alloytwin $command|--sett" "$command" --sett a=b
    refuses 2 "alloytwin $command|--seed 'x'" "$command" --seed x
    refuses 2 "alloytwin $command|--seed '-1'" "$command" --seed=-1
    refuses 2 "alloytwin $command|--threads '1.5'" "$command" --threads 1.5
    refuses 2 "alloytwin $command|KEY=VALUE" "$command" --set voxel
done
for command in run simulate phantom; do
    refuses 2 '-o PATH' "$command" "$small"
    refuses 2 'one input file' "$command" "$small" "$small" -o run
done
refuses 2 'one input file' bound "$small" "$small"
refuses 2 "--replicates 'x'" bound "$small" --replicates x
refuses 2 "'linear' is neither" bound "$small" --delta-T-model linear
refuses 2 '-o PATH' analyse experiment.yaml
refuses 2 '-o PATH' project p-metal.mrc
refuses 2 '-o PATH' image p-metal.mrc --intensity
refuses 2 '-o PATH' reconstruct t.mrc
refuses 2 '-o PATH' diffuse --composition p-composition.mrc --metal p-metal.mrc \
    --D '1e-19 m2/s' --time '1 s'

# --tilts
for tilts in '' x 1 1:2 1:2: 1:2:3:4 5:-5:1 -5:5:0 -5:5:-1 nan:1:1 0:inf:1 -200:0:1 \
    0:200:1 '0:1:1 deg' 0:180:1e-9; do
    refuses 2 "--tilts '$tilts'" project p-metal.mrc --tilts "$tilts" -o u.mrc
    refuses 2 "--tilts '$tilts'" image p-metal.mrc --intensity --tilts "$tilts" -o u.mrc
done
refuses 2 'not both' project p-metal.mrc --tilts 0:1:1 --angles t.rawtlt -o u.mrc

# --rows; the series has as many rows as the volume
rows=$(od -An -t d4 -j 4 -N 4 t.mrc | tr -d ' ')
for bad in '' x 1 1: :2 2:2 3:2 -1:2 "0:$((rows + 1))" 0:2:3 0:99999999999999999999 1.5:2; do
    refuses 2 "--rows '$bad'|$rows" reconstruct t.mrc --rows "$bad" -o v.mrc
done
refuses 2 "no method 'fbp'|em|sirt" reconstruct t.mrc --method fbp -o v.mrc
refuses 2 "--iterations '0'" reconstruct t.mrc --iterations 0 -o v.mrc
refuses 2 "--iterations 'x'" reconstruct t.mrc --iterations x -o v.mrc
refuses 2 "background 'dark'|auto|none" reconstruct t.mrc --background dark -o v.mrc
refuses 2 "--pixel-size '1 s'" reconstruct t.mrc --pixel-size '1 s' -o v.mrc
refuses 2 "--pixel-size" reconstruct t.mrc --pixel-size '-1 nm' -o v.mrc

diffuse() { # WORDS OPTION...
    words=$1
    shift
    refuses 2 "$words" diffuse --composition p-composition.mrc --metal p-metal.mrc -o d.mrc "$@"
}
diffuse "--D '1 nm'" --D '1 nm' --time '1 s'
diffuse "--D '1e-19'|unit" --D 1e-19 --time '1 s'
diffuse "--time '1 nm'" --D '1e-19 m2/s' --time '1 nm'
diffuse "--time|negative" --D '1e-19 m2/s' --time '-1 s'
diffuse "D = -1e-19|positive" --D '-1e-19 m2/s' --time '1 s'
diffuse "D = 0|positive" --D '0 m2/s' --time '1 s'
diffuse "--temperature '400'|unit" --material gold-silver --temperature 400 --time '1 s'
diffuse "--material" --temperature '400 degC' --time '1 s'
diffuse "either --D" --D '1e-19 m2/s' --material gold-silver --temperature '400 degC' --time '1 s'
for bad in -1 0 1e-9 0.1 nan; do
    diffuse "--tolerance '$bad'" --D '1e-19 m2/s' --time '1 s' --tolerance "$bad"
done
refuses 2 '--metal' diffuse --composition p-composition.mrc --D '1e-19 m2/s' --time '1 s' -o d.mrc
refuses 3 'golden|gold-silver' diffuse --composition p-composition.mrc --metal p-metal.mrc -o d.mrc \
    --material golden --temperature '400 degC' --time '1 s'

refuses 2 '--metal' image p-composition.mrc -o u.mrc
refuses 3 'scope|haadf-200kv' image p-metal.mrc --intensity --microscope scope -o u.mrc
refuses 2 'exclude' image p-composition.mrc --intensity --metal p-metal.mrc -o u.mrc
refuses 2 "--counts-per-nm '-5'|positive" image p-metal.mrc --intensity --counts-per-nm -5 -o u.mrc
refuses 2 "--intensity-ratio '2.6 nm'|without a unit" quantify p-metal.mrc --intensity-ratio '2.6 nm'
refuses 2 '--intensity-ratio|brighter' quantify p-metal.mrc --intensity-ratio 0.5
refuses 2 '--erosion' quantify p-metal.mrc --erosion 1
refuses 2 '--erosion' quantify p-metal.mrc --erosion '-1 nm'
refuses 2 "--threshold '-1'|negative" quantify p-metal.mrc --threshold -1
refuses 2 "--rule 'half'|surface" quantify p-metal.mrc --rule half
refuses 2 "--threshold '0.4'|otsu" quantify p-metal.mrc --rule otsu --threshold 0.4
refuses 2 '--rule value|--threshold' quantify p-metal.mrc --rule value
refuses 2 '--mask|--rule' quantify p-metal.mrc --mask p-metal.mrc --rule otsu
printf 'particle,nominal_K,D_m2_per_s\nA,673,1e-20\nA,683,2e-20\nB,673,1e-20\n' >data.csv
refuses 2 "--reference 'Z'" arrhenius data.csv --reference Z
refuses 2 'show, explain or check' config look "$small"
refuses 2 'name of a file' config show
refuses 2 "--style 'bold'" config show "$small" --style bold
refuses 2 "'sockets'|models" list sockets
refuses 2 'simulation.voxle|simulation.voxel' config explain simulation.voxle
finish
