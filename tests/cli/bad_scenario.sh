#!/bin/sh
# A scenario that is not right is refused with one message that names file, line, key,
# value, unit and remedy, with exit code 3, and leaves nothing behind.
. "$top_srcdir/tests/cli/support.sh"

refuses_edit() { # WORDS SED-SCRIPT
    edited bad.yaml "$2"
    refuses 3 "$1" run bad.yaml -o run
    rm -rf bad.yaml run
}

# units
refuses_edit 'bad.yaml:14:|heating.steps[0].dwell|60 nm|wrong dimension|"1 s"' '14s/60 s/60 nm/'
refuses_edit 'bad.yaml:14:|heating.steps[0].dwell|60' '14s/"60 s"/60/'
refuses_edit 'bad.yaml:14:|set_point|400 s|wrong dimension|degC' '14s/400 degC/400 s/'
refuses_edit 'bad.yaml:10:|particles[0].core_diameter|12 parsnips' '10s/12 nm/12 parsnips/'
refuses_edit 'bad.yaml:11:|temperature_offset|-34 degC|difference|K' \
    '11s/window: edge/temperature_offset: "-34 degC"/'

# shapes
refuses_edit 'particle A|slab|nanorod, sphere, cylinder or box' '10s/core_diameter/shape: slab, core_diameter/'

# keys
refuses_edit 'bad.yaml:11:|core_diametre|core_diameter' '11s/core_diameter/core_diametre/'
refuses_edit 'bad.yaml:16:|simulatoin|simulation' '16s/simulation/simulatoin/'
refuses_edit 'bad.yaml:17:|microscope.pixels|pixel' '17s/pixel:/pixels:/'
refuses_edit 'bad.yaml:16:|voxel|already given in line 16' '16s/{.*}/{voxel: "1 nm", voxel: "2 nm"}/'
refuses_edit 'bad.yaml:17:|simulation|already given in line 16' '16p'

# values
refuses_edit 'bad.yaml:16:|simulation.voxel|100 nm|0.05 nm|10 nm' '16s/1 nm/100 nm/'
refuses_edit 'bad.yaml:18:|iterations|0|1|10000' '18s/10/0/'
refuses_edit 'bad.yaml:18:|iterations|ten' '18s/10/ten/'
refuses_edit 'bad.yaml:14:|dwell|-60 s|0 s' '14s/60 s/-60 s/'
refuses_edit 'bad.yaml:14:|dwell' '14s/60 s/0 s/'
refuses_edit 'bad.yaml:14:|dwell|nan' '14s/60 s/nan s/'
refuses_edit 'bad.yaml:14:|set_point|1500 degC|25 to 1300 degC' '14s/400 degC/1500 degC/'
refuses_edit 'bad.yaml:14:|set_point|-300 degC|absolute zero' '14s/400 degC/-300 degC/'
refuses_edit 'bad.yaml:17:|microscope.tilt' '17s/step: "4 deg"/first: "10 deg", last: "-10 deg"/'

# models
refuses_edit 'bad.yaml:7:|chip.model|dubble-spiral-like|double-spiral-like' '7s/double/dubble/'
refuses_edit 'bad.yaml:7:|chip.compare|dubble|double-spiral-like' '7s/}/, compare: dubble}/'
refuses_edit 'bad.yaml:8:|material.model|golden-silver|gold-silver' '8s/gold-/golden-/'
refuses_edit 'bad.yaml:10:|particles[0].model|rod|au-ag-nanorod' '10s/au-ag-nanorod/rod/'

# particles
refuses_edit 'bad.yaml:11:|particles[1].window|moon|centre|edge' '11s/edge/moon/'
refuses_edit "bad.yaml:11:|particles[1]|'A'" '11s/name: B/name: A/'
refuses_edit 'bad.yaml:11:|particles[1]|a/b|letters' '11s/name: B/name: a\/b/'
refuses_edit 'bad.yaml:11:|window|temperature_offset' '11s/window: edge, //'
refuses_edit "bad.yaml:6:|reference|'C'|A|B" '6s/A/C/'
refuses_edit 'bad.yaml:10:|particles|1 given|at least 2' '11d'

# what shows once it is simulated
refuses_edit 'particle A|single metal|erosion (1.5 nm)|simulation.voxel (10 nm)|finer' '16s/1 nm/10 nm/'
refuses_edit 'particle A|step 0|mixed before heating|analysis.segmentation|counts_per_unit' \
    '10s/shell_side: "4 nm"/shell_side: "0.3 nm"/'

# methods
refuses_edit 'bad.yaml:18:|analysis.estimators|papyrus|paper' \
    '18s/{rec/{estimators: [papyrus], rec/'
refuses_edit 'bad.yaml:18:|analysis.reconstruction.method|fbp|em|sirt' \
    '18s/iterations/method: fbp, iterations/'
refuses_edit 'bad.yaml:18:|analysis.background|dark|auto|none' '18s/{rec/{background: dark, rec/'
refuses_edit 'bad.yaml:18:|analysis.initial_state|export_states' '18s/{rec/{initial_state: given, rec/'

# the file itself
refuses 3 'missing.yaml' run missing.yaml -o run
refuses 3 'larger than 1 MiB' run "$ALLOYTWIN" -o run
refuses_edit 'bad.yaml:2:|format|alloytwin-scenario/1' '2s/scenario.1/scenario\/9/'
refuses_edit 'bad.yaml:2:|format|alloytwin-scenario/1' '2d'
refuses_edit 'not valid YAML' '17s/}$//'
printf '' >empty.yaml
refuses 3 'empty.yaml' run empty.yaml -o run
mkdir folder
refuses 3 'folder' run folder -o run

# --set is checked like the file
refuses 3 '--set|simulation.voxel|1 s' run "$small" -o run --set simulation.voxel='1 s'
refuses 3 '--set|simulation.voxle|voxel' run "$small" -o run --set simulation.voxle='1 nm'
refuses 3 '--set|particles[7]' run "$small" -o run --set 'particles[7].scale=2'

refuses 3 '--set|analysis.segmentation.per_step|rule model' run "$small" -o run \
    --set analysis.segmentation.rule=model --set analysis.segmentation.per_step=true

# every command that reads a scenario
edited bad.yaml '16s/1 nm/1 s/'
for command in run simulate phantom; do
    refuses 3 'bad.yaml:16:|simulation.voxel' "$command" bad.yaml -o out.emd
done
refuses 3 'bad.yaml:16:|simulation.voxel' config check bad.yaml
refuses 3 'bad.yaml:16:|simulation.voxel' config show bad.yaml
refuses 3 "particle|'Z'|A|B" phantom "$small" --particle Z -o p.emd
finish
