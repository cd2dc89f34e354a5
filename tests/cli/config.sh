#!/bin/sh
# config, list and the help: what there is, what a key means, what a scenario comes to.
. "$top_srcdir/tests/cli/support.sh"

for scenario in "$top_srcdir"/scenarios/*.yaml "$small"; do
    ok config check "$scenario"
    says 'ok, resolved SHA-256'
    before=$(sed 's/.*SHA-256 //' "$scratch/out")
    for style in plain origin annotated; do
        ok config show "$scenario" --style $style
        cp "$scratch/out" shown.yaml
        ok config check shown.yaml
        [ "$(sed 's/.*SHA-256 //' "$scratch/out")" = "$before" ] ||
            fail "config show --style $style changes $scenario"
    done
done
ok config show "$small" --set simulation.voxel='1.25 nm' --seed 99
says '1.25 nm'
says '# --set'
says 'seed: 99'
says 'noise_seed: 99'
says '# default'
ok config show "$small" --seed 99 --set analysis.noise_seed=5
says 'seed: 99'
says 'noise_seed: 5'
ok config check "$small" --seed 99
grep -q "$before" "$scratch/out" && fail "another seed gives the same SHA-256"

# what is shown runs, and gives the same numbers
ok config show "$small"
cp "$scratch/out" shown.yaml
ok simulate "$small" -o a
ok simulate shown.yaml -o b
cmp a/truth.json b/truth.json || fail "the shown scenario has another truth"
cmp a/experiment/B_002_410C.mrc b/experiment/B_002_410C.mrc || fail "and other images"
sha() { sed -n 's/.*"scenario_sha256": "\([0-9a-f]*\)".*/\1/p' "$1/provenance.json"; }
[ -n "$(sha a)" ] || fail "provenance has no SHA-256"
[ "$(sha a)" = "$(sha b)" ] || fail "provenance has another SHA-256"
ok config check --experiment a/experiment/experiment.yaml
ok config show --experiment a/experiment/experiment.yaml
says 'alloytwin-experiment/1'

ok config explain
says 'simulation.voxel'
says 'analysis.estimators'
ok config explain simulation.voxel
says '0.05 nm'
says '10 nm'
says '0.4 nm'
ok config explain --experiment
says 'particles[].steps[].tilts'

ok list models
for model in double-spiral-like circular-spiral-like gold-silver au-ag-nanorod haadf-200kv; do
    says "$model"
done
ok list scenarios
for scenario in double-spiral circular-spiral null saturated annotated matched; do
    says "$scenario"
done
ok list estimators
says paper
ok list methods
says em
says sirt
for what in models scenarios estimators methods; do
    ok list $what --json
    python3 -c '' 2>/dev/null || continue
    python3 -c '
import json, sys
rows = json.load(open(sys.argv[1]))
assert rows and all({"kind", "name", "description"} <= set(row) for row in rows)
' "$scratch/out" || fail "list $what --json"
done

ok --version
says alloytwin
ok --help
for command in run simulate analyse phantom diffuse project image reconstruct quantify \
    arrhenius bound report config list; do
    says "$command"
done
cp "$scratch/out" overview
helps() { # COMMAND OPTION...
    command=$1
    shift
    ok "$command" --help
    for option in --out --force --set --seed --threads --quiet --json "$@"; do
        says "$option"
    done
    [ -s "$scratch/err" ] && fail "$command --help writes to stderr"
}
helps run --no-report
helps simulate
helps analyse --no-report
helps phantom --particle
helps bound --replicates --delta-T-model --photons-only
helps diffuse --composition --metal --D --time --material --temperature
helps project --tilts --angles
helps image --microscope --material --metal --intensity --tilts --counts-per-nm
helps reconstruct --angles --method --iterations --background --rows --pixel-size
helps quantify --alloyed --intensity-ratio --erosion --background --rule --threshold --mask
helps arrhenius --reference
helps report
helps config --style --experiment
helps list
finish
