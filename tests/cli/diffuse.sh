#!/bin/sh
# diffuse reaches every option of a material, a particle and a heating programme; its numbers
# agree with each other and with what must be.
. "$top_srcdir/tests/cli/support.sh"
need_python

holds() { # EXPRESSION in r, the JSON on stdout, and p, the one before
    python3 -c "
import json, sys
from math import *
r = json.load(open('$scratch/out')); p = json.load(open('$scratch/kept')) if '$1'.find('p[') >= 0 else None
sys.exit(not ($1))" || { fail "not so: $1"; cat "$scratch/out"; }
}

keep() {
    cp "$scratch/out" "$scratch/kept"
}

ok phantom "$small" --particle A -o p.emd
heat() { # OUTPUT OPTION...
    output=$1
    shift
    ok diffuse --composition p.emd --force --json -o "$output" "$@"
}
darken="--material gold-silver-darken --temperature 380degC"
gold="--material gold-silver --temperature 400degC"

# a constant D: amount kept, states at several times, one file each
heat d.emd --D '5e-20 m2/s' --time '60 s'
holds 'abs(r["states"][0]["amount_m3"] / r["before"]["amount_m3"] - 1) < 1e-9'
holds '0.1 < r["states"][0]["alloying"] < 0.9 and r["work"]["operator_applications"] > 10'
holds 'r["states"][0]["lost_m3"] == 0 and abs(r["before"]["aspect_ratio"] - 1.4) < 0.02'
keep
heat d.emd --D '5e-20 m2/s' --time '20 s,60 s, 2 min'
for k in 1 2 3; do
    [ -s "d-00$k.emd" ] || fail "no file for state $k"
done
holds 'abs(r["states"][1]["alloying"] - p["states"][0]["alloying"]) < 1e-4'
holds '[s["time_s"] for s in r["states"]] == [20, 60, 120]'
holds 'r["states"][0]["std"] > r["states"][1]["std"] > r["states"][2]["std"]'
ok diffuse --composition d-001.emd --D '5e-20 m2/s' --time '40 s' -o e.emd --json
holds 'abs(r["states"][0]["std"] - p["states"][0]["std"]) < 1e-4'
heat d.emd --D '5e-20 m2/s' --time '0 s'
holds 'r["states"][0]["std"] == r["before"]["std"] and r["states"][0]["alloying"] == 0'

# ramp and quench take 3.6 time constants off the dwell: docs/heating.md
# shellcheck disable=SC2086
{
heat d.emd $gold --time '60 s' --set 'material.diffusion.D0=7.3e-4 m2/s'
keep
heat d.emd $gold --time '68.98 s' --time-constant '2.5 s'
holds 'abs(r["states"][0]["alloying"] - p["states"][0]["alloying"]) < 2e-4'

# composition-dependent D, and each of its switches
heat d.emd $darken --time '30 s'
holds 'abs(r["states"][0]["amount_m3"] / r["before"]["amount_m3"] - 1) < 1e-9'
keep
heat d.emd $darken --time '30 s' --set material.diffusion.thermodynamic_factor=false
holds 'r["states"][0]["alloying"] < p["states"][0]["alloying"] - 0.02'
heat d.emd $darken --time '30 s' --set material.diffusion.vacancy_wind=false
holds 'p["states"][0]["alloying"] - 0.05 < r["states"][0]["alloying"] < p["states"][0]["alloying"]'
heat d.emd $darken --time '30 s' --set material.diffusion.limit=nernst-planck
holds 'r["states"][0]["alloying"] < p["states"][0]["alloying"] - 0.02'
heat d.emd --material gold-palladium --temperature 380degC --time '30 s'
holds '0 < r["states"][0]["alloying"] < 0.1'

# paths, beside the same particle with the grid's dispersion, which they keep
heat d.emd $gold --time '20 s'
keep
heat d.emd $gold --time '20 s' --keep-dispersion
holds '1e-4 < p["states"][0]["alloying"] - r["states"][0]["alloying"] < 1e-2'
keep
heat d.emd $gold --time '20 s' --set particle.twin.ratio=1e4
holds 'r["states"][0]["alloying"] > p["states"][0]["alloying"] + 0.02'
heat d.emd $gold --time '20 s' --set particle.twin.ratio=1e4 --set 'particle.twin.offset=50 nm'
holds 'abs(r["states"][0]["alloying"] - p["states"][0]["alloying"]) < 1e-4'
heat d.emd $gold --time '20 s' --set material.surface.ratio=100
holds 'r["states"][0]["alloying"] >= p["states"][0]["alloying"] - 1e-4'
heat d.emd --D '5.0132e-20 m2/s' --time '20 s' --set particle.twin.ratio=1e4 \
    --set 'particle.twin.inclination=90 deg'
holds 'r["states"][0]["alloying"] > p["states"][0]["alloying"] + 0.005'

# size and shell mismatch are of the volume: a tenth larger in all is 1.21 times the time,
# and a grid that scales along makes it exact
ok phantom "$small" --particle A --set 'particles[0].scale=1.1' --set 'simulation.voxel=1.1 nm' -o large.emd
ok diffuse --composition large.emd $gold --time '24.2 s' --keep-dispersion --json -o e.emd --force
holds 'abs(r["states"][0]["alloying"] - p["states"][0]["alloying"]) < 2e-4'
ok phantom "$small" --particle A --set 'particles[0].shell_scale=0.8' -o thin.emd
ok diffuse --composition thin.emd $gold --time '20 s' --json -o e.emd --force
holds 'r["before"]["mean"] < p["before"]["mean"] - 0.02'

# reshaping: the volume that comes out has the aspect ratio that is reported
heat d.emd $gold --time '60 s' --set 'material.reshaping.rate=3e9 s-1'
holds 'abs(r["states"][0]["aspect_ratio"] - 1 - (r["before"]["aspect_ratio"] - 1) * exp(-180e9 * exp(-150e3 / 8.314462618 / 673.15))) < 1e-3'
keep
ok diffuse --composition d.emd --D '1e-19 m2/s' --time '0 s' --json -o e.emd --force
holds 'abs(r["before"]["aspect_ratio"] - p["states"][0]["aspect_ratio"]) < 0.02'
holds 'abs(r["before"]["amount_m3"] / p["before"]["amount_m3"] - 1) < 3e-3'
heat r.mrc $gold --time '60 s' --set 'material.reshaping.rate=3e9 s-1'
[ -s r-metal.mrc ] || fail "a reshaped particle lacks its metal"

# sublimation
heat d.emd $gold --time '60 s' --set material.sublimation.coefficient=1 --set material.sublimation.A=18
holds '0.001 < r["states"][0]["lost_m3"] / r["before"]["amount_m3"] < 0.01'
}

# a scenario: the particle through every step, and what only a scenario can say
whole() { # OPTION...
    ok diffuse "$small" --particle A --json -o w.emd --force "$@"
}
whole
[ -s w-001.emd ] && [ -s w-002.emd ] || fail "no file for a step"
holds '[s["dwell_s"] for s in r["states"]] == [60, 60] and r["states"][1]["time_s"] == 120'
holds 'abs(r["states"][0]["temperature_K"] - 673.15) < 1e-6'
holds '0.1 < r["states"][0]["alloying"] < r["states"][1]["alloying"] < 1'
keep
# shellcheck disable=SC2086
heat d.emd $gold --time '60 s'
holds 'abs(r["states"][0]["alloying"] - p["states"][0]["alloying"]) < 0.01'
whole --set heating.set_point_gain=0.96
holds 'abs(r["states"][0]["temperature_K"] - 658.15) < 1e-6'
holds 'r["states"][0]["alloying"] < p["states"][0]["alloying"] - 0.02'
whole --set 'heating.set_point_offset=2 K'
holds 'abs(r["states"][1]["temperature_K"] - 685.15) < 1e-6'
whole --seed 3 --set 'heating.jitter.set_point=3 K' --set 'heating.jitter.dwell=2 s'
holds 'r["states"][0]["temperature_K"] != 673.15 and abs(r["states"][0]["temperature_K"] - 673.15) < 12'
holds 'r["states"][0]["dwell_s"] != 60 and abs(r["states"][0]["dwell_s"] - 60) < 8'
whole --seed 3 --set 'heating.jitter.local=3 K'
holds 'r["states"][0]["temperature_K"] != 673.15 and r["states"][0]["dwell_s"] == 60'
whole --set 'particles[0].scale=1.1' --set 'simulation.voxel=1.1 nm' --set 'heating.steps[0].dwell=72.6 s'
holds 'abs(r["states"][0]["alloying"] - p["states"][0]["alloying"]) < 1e-3'
whole --set 'particles[0].shell_scale=0.8'
holds 'r["before"]["mean"] < p["before"]["mean"] - 0.02'
whole --set 'material.reshaping.rate=3e9 s-1' --set material.sublimation.coefficient=1 \
    --set material.sublimation.A=18 --set material.model=gold-silver-darken
holds 'r["states"][1]["aspect_ratio"] < r["states"][0]["aspect_ratio"] < r["before"]["aspect_ratio"]'
holds 'r["states"][1]["lost_m3"] > r["states"][0]["lost_m3"] > 0'
ok diffuse "$small" --particle B --json -o w.emd --force
holds 'r["states"][1]["temperature_K"] < p["states"][1]["temperature_K"] - 20'

# what cannot be: one message, nothing written
bad() { # CODE WORDS OPTION...
    code=$1
    words=$2
    shift 2
    refuses "$code" "$words" diffuse --composition p.emd -o no.emd "$@"
}
refuses 2 "scenario says itself" diffuse "$small" --time '3 s' -o no.emd
refuses 2 "needs a SCENARIO" diffuse --composition p.emd --D '1e-19 m2/s' --time '3 s' --particle A -o no.emd
refuses 3 "no particle|A B" diffuse "$small" --particle Z -o no.emd
refuses 3 "heating.jitter.dwell" diffuse "$small" --set 'heating.jitter.dwell=20 s' -o no.emd
bad 2 "times must be rising" --D '1e-19 m2/s' --time '60 s, 30 s'
bad 2 "--time ''" --D '1e-19 m2/s' --time ''
bad 2 "--time" --D '1e-19 m2/s' --time '60 s,'
bad 2 "inf m2/s|not a number" --D 'inf m2/s' --time '60 s'
bad 2 "--time-constant needs --material" --D '1e-19 m2/s' --time '60 s' --time-constant '14 ms'
bad 2 "--rest needs --time-constant" --material gold-silver --temperature 400degC --time '1 s' --rest 20degC
bad 2 "below the rest temperature" --material gold-silver --temperature 10degC --time '1 s' --time-constant '14 ms'
bad 2 "time-constant" --material gold-silver --temperature 400degC --time '1 s' --time-constant '-14 ms'
bad 2 "material.surface.ratio=9|particle." --D '1e-19 m2/s' --time '60 s' --set material.surface.ratio=9
bad 2 "simulation.voxel=1 nm|material.|particle." --material gold-silver --temperature 400degC \
    --time '60 s' --set 'simulation.voxel=1 nm'
bad 2 "must lie along y" --material gold-silver --temperature 400degC --time '60 s' \
    --set 'material.reshaping.rate=1e9 s-1' --set 'particle.azimuth=5 deg'
bad 3 "material.diffusion.D0" --material gold-silver --temperature 400degC --time '60 s' \
    --set 'material.diffusion.D0=-1 m2/s'
bad 3 "tracer.core_in_core: D0 is missing" --material gold-silver --temperature 400degC \
    --time '60 s' --set material.diffusion.model=darken-manning
bad 3 "such an alloy separates" --material gold-silver-darken --temperature 400degC \
    --time '60 s' --set 'material.diffusion.interaction=12 kJ/mol'
bad 3 "twin.ratio" --material gold-silver --temperature 400degC --time '1 s' --set particle.twin.ratio=0
bad 2 "particle.twinn.ratio=9|particle.twin." --material gold-silver --temperature 400degC --time '1 s' \
    --set particle.twinn.ratio=9
bad 3 "twin.ratioo" --material gold-silver --temperature 400degC --time '1 s' --set particle.twin.ratioo=9
bad 2 "particle.scale=1.1|alloytwin phantom" --material gold-silver --temperature 400degC --time '1 s' \
    --set particle.scale=1.1
bad 2 "particle.core_diameter|alloytwin phantom" --D '1e-19 m2/s' --time '1 s' \
    --set 'particle.core_diameter=12 nm'
finish
