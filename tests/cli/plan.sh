#!/bin/sh
# plan of a scenario: the table, the JSON, the scenario it writes, every refusal.
. "$top_srcdir/tests/cli/support.sh"
coarse="--set microscope.tilt.step=12deg --set microscope.pixel=2.4nm"
coarse="$coarse --set simulation.voxel=1.5nm -q"

# shellcheck disable=SC2086 # the options are words
ok plan "$small" $coarse --max-steps 2 -o plan.yaml
says 'published'
says 'best of 2'
says 'within 120 s, 350 to 410 degC'
grep -q '^# Planned by .alloytwin plan. for small, from degrees: standard deviation of dT' plan.yaml ||
    fail "plan.yaml does not say what it is"
ok config check plan.yaml
ok config show plan.yaml --style plain
says 'name: small-plan'
says 'voxel: 1.5 nm'
[ "$(grep -c 'set_point: .* degC' "$scratch/out")" -ge 2 ] || fail "fewer than two steps"
ok bound plan.yaml --photons-only -q
says 'photons'

# The figures of the bound, their tables and its JSON tell the same.
# shellcheck disable=SC2086
ok bound "$small" $coarse --replicates 8 --figures bound
if command -v gnuplot >/dev/null; then
    grep -q 'D linear weights' bound/figures/bound_stages.svg || fail "a stage is not drawn"
    grep -q 'B, degree of alloying' bound/figures/bound_series.svg || fail "a series is not drawn"
fi
if python3 -c '' 2>/dev/null; then
    python3 - <<'END' || fail "tables and JSON of the bound differ"
import csv, json
bound = json.load(open("bound/bound.json"))
stages = list(csv.DictReader(open("bound/tables/bound_stages.csv")))
assert [(s["stage"].replace(",", ""), p["particle"], p["delta_T_std_K"])
        for s in bound["stages"] for p in s["particles"]] == [
    (r["stage"], r["particle"], float(r["delta_T_std_K"])) for r in stages], stages
assert len(stages) == 8
series = list(csv.DictReader(open("bound/tables/bound_series.csv")))
assert [(s["particle"], s["step"], s["ln_S_std"]["photons"], s["ln_S_std"]["alloying degrees"])
        for s in bound["steps"]] == [
    (r["particle"], int(r["step"]), float(r["ln_S_std_photons"]), float(r["ln_S_std_degree"]))
    for r in series], series
END
fi
# shellcheck disable=SC2086
refuses 6 'bound|exists' bound "$small" $coarse --photons-only --figures bound

# shellcheck disable=SC2086
ok plan "$small" $coarse --objective photons --max-steps 3 --max-time '3 min' \
    --max-temperature '425 degC' --min-temperature '390 degC' --min-dwell '20 s' \
    --max-dose 50000 --tilts -60:60:12 --json
says '"schema": "alloytwin-heating-plan/1"'
says '"objective": "photons"'
says '"time_s": 180'
says '"dose": 50000'
says '"views": 11'

# shellcheck disable=SC2086
refuses 6 'plan.yaml|exists' plan "$small" $coarse --max-steps 2 -o plan.yaml
refuses 2 '--max-time|positive' plan "$small" --max-time '-1 s'
refuses 2 '--max-temperature' plan "$small" --max-temperature hot
refuses 2 '--objective|degrees|photons' plan "$small" --objective joy
refuses 2 '--tilts|one tilt' plan "$small" --tilts 0:0:2
refuses 2 '--max-steps|12' plan "$small" --max-steps 13
refuses 2 'is a scenario|--pilot' plan "$small" --pilot 2
refuses 2 'do not fit into 15 s' plan "$small" -q --max-time '15 s'
refuses 3 'without noise' plan "$small" -q --set microscope.shot_noise=false
printf 'format: alloytwin-study/1\n' >study.yaml
refuses 2 'not a scenario|--mcse' plan study.yaml --max-time '1 min'
refuses 3 'nowhere.yaml' plan nowhere.yaml
finish
