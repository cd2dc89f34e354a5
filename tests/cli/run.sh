#!/bin/sh
# A whole run: every file and key there is, the same numbers from run, from simulate and
# analyse, for any number of threads, and other numbers for another seed.
. "$top_srcdir/tests/cli/support.sh"
need_python

ok run "$small" -o run --threads 2
says 'truth'
says '-34.46'
says 'bound  '
for file in experiment/experiment.yaml truth.json result.json result.emd provenance.json \
    report.html tables/alloying.csv tables/diffusion.csv tables/arrhenius.csv \
    tables/chip_profile.csv tables/chip_windows.csv tables/histograms.csv tables/posterior.csv; do
    [ -s "run/$file" ] || fail "run/$file is missing or empty"
done
for particle in A B; do
    for step in 000_RT 001_400C 002_410C; do
        for suffix in mrc rawtlt; do
            file=run/experiment/${particle}_$step.$suffix
            [ -s "$file" ] || fail "$file is missing or empty"
        done
    done
done
if command -v gnuplot >/dev/null; then
    for figure in orthoslices.png histograms.svg alloying.svg diffusion_curves.svg arrhenius.svg \
        chip_profile.svg delta_T.svg posterior.svg; do
        [ -s "run/figures/$figure" ] || fail "run/figures/$figure is missing or empty"
    done
fi
[ "$(find run -type f | wc -l)" -le 37 ] || fail "files nobody asked for: $(find run -type f)"

ok simulate "$small" -o one --threads 1
rm one/truth.json
ok analyse one/experiment/experiment.yaml -o one-result --threads 1 --no-report
ok simulate "$small" -o two --threads 2
rm two/truth.json
ok analyse two/experiment/experiment.yaml -o two-result --threads 2 --no-report
ok run "$small" -o again --threads 1 --no-report
ok run "$small" -o seed --seed 7 --no-report
grep -q 'noise_seed: 7' seed/experiment/experiment.yaml || fail "--seed leaves the analysis' noise as it is"
ok run "$small" -o unbound --no-report --no-bound --set 'analysis.estimators=[paper]'
grep -q '^bound  ' "$scratch/out" && fail "--no-bound prints a bound"
ok run "$small" -o json --no-report --json
cp "$scratch/out" printed.json

# The analysis may not depend on where the experiment lies or what else is there.
mkdir elsewhere
mv one/experiment elsewhere/
ok analyse elsewhere/experiment/experiment.yaml -o moved --no-report
for series in A_000_RT B_001_400C; do
    cmp "run/experiment/$series.mrc" "two/experiment/$series.mrc" || fail "$series.mrc differs"
done
for table in alloying diffusion arrhenius histograms curves posterior chip_profile; do
    cmp "run/tables/$table.csv" "again/tables/$table.csv" || fail "$table.csv differs"
done

python3 - <<'PY' || fail "result.json is not what it should be"
import json, math, re

def load(name):
    with open(name) as stream:
        return json.load(stream)

run, again, seed = load("run/result.json"), load("again/result.json"), load("seed/result.json")
analysed = [load(n + "/result.json") for n in ("one-result", "two-result", "moved")]

TOP = {"schema", "scenario", "seed", "truth", "particles", "estimates", "bound", "timings_s"}
TRUTH = {"delta_T_K", "delta_T_by_step_K", "Q_J_per_mol", "D0_m2_per_s"}
def ends(interval):
    "null: the profile has no end there, as with one degree of freedom"
    return [o if x is None else x for x, o in zip(interval, (-math.inf, math.inf))]

LISTS = {"nominal_K", "true_K", "alloying_degree", "alloying_degree_std",
         "alloying_degree_true", "D_m2_per_s", "D_std_m2_per_s", "D_true_m2_per_s"}
ESTIMATE = {"estimator", "weighting", "reference", "delta_T_K", "std_K", "interval_68_K",
            "interval_95_K", "Q_J_per_mol", "D0_m2_per_s", "status"}
TRUE = {"true_K", "alloying_degree_true", "D_true_m2_per_s"}
for result in [run, again, seed] + analysed:
    assert TOP <= set(result), TOP - set(result)
    assert result["schema"] == "alloytwin-result/1"
    assert TRUTH <= set(result["truth"])
    assert "delta_T_std_K" in result["bound"]
    assert {"simulate", "analyse"} <= set(result["timings_s"])
    assert [p["name"] for p in result["particles"]] == ["A", "B"]
    for particle in result["particles"]:
        assert LISTS | {"window"} <= set(particle)
        assert particle["instrument_found"] == {"gain": 1.0, "mean_free_path_nm": None}
        assert all(len(particle[key]) == 2 for key in LISTS)
    assert {(e["estimator"], e["weighting"], e["delta_T_model"], e["reference"])
            for e in result["estimates"]} == {
        (n, w, m, r) for m in ("constant", "proportional")
        for n, w, r in [("paper", w, r) for w in ("log", "linear") for r in ("A", "B")] +
        [("joint", "variance", "A"), ("bayes", "variance", "A")]}
    for estimate in result["estimates"]:
        assert ESTIMATE <= set(estimate)
        low, high = ends(estimate["interval_68_K"])
        lowest, highest = ends(estimate["interval_95_K"])
        assert (estimate["r_hat"] is None) == (estimate["estimator"] != "bayes")
        assert estimate["r_hat"] is None or 0.999 < estimate["r_hat"] <= 1.01
        assert lowest <= low < estimate["delta_T_K"] < high <= highest
        assert estimate["estimator"] == "joint" or lowest < low and high < highest

assert run["scenario"] == "small" and run["seed"] == 20230510 and seed["seed"] == 7
# -34 K at 400 degC, and more at 410: dT follows the heat that flows.
at_400, at_410 = run["truth"]["delta_T_by_step_K"]
assert abs(at_400 + 34.0) < 0.1 and -35.5 < at_410 < at_400 - 0.5, (at_400, at_410)
assert abs(run["truth"]["delta_T_K"] - (at_400 + at_410) / 2) < 1e-9
assert run["truth"]["Q_J_per_mol"] == 208300.0
assert 1.0 < run["bound"]["delta_T_std_K"] < 1.8, run["bound"] # `bound`: 1.34 K
assert run["bound"]["delta_T_std_by_particle_K"] == [None, run["bound"]["delta_T_std_K"]]
assert load("unbound/result.json")["bound"]["delta_T_std_K"] is None
assert run["timings_s"]["simulate"] > 0 and run["timings_s"]["analyse"] > 0
a, b = run["particles"]
assert a["window"] == "centre" and b["window"] == "edge"
for particle in (a, b):
    assert all(abs(t - 273.15 - c) < 1e-9 for t, c in zip(particle["nominal_K"], (400, 410)))
    for D, T in zip(particle["D_true_m2_per_s"], particle["true_K"]):
        assert abs(D / (7.3e-4 * math.exp(-208300 / 8.314462618 / T)) - 1) < 1e-9
    assert 0 < particle["alloying_degree"][0] < particle["alloying_degree"][1] < 1
assert b["alloying_degree"][1] < a["alloying_degree"][0]

assert all(e["delta_T_true_K"] == run["truth"]["delta_T_K"] for e in run["estimates"])

def found(result):
    "What the analysis found, the truth left out."
    return ([{k: v for k, v in p.items() if k not in TRUE} for p in result["particles"]],
            [{k: v for k, v in e.items() if k != "delta_T_true_K"} for e in result["estimates"]])

for result in analysed:
    assert found(result) == found(run), "analyse differs from run"
    assert result["scenario"] is None and result["seed"] is None
    assert all(v is None for v in result["truth"].values())
    assert all(p[key] == [None, None] for p in result["particles"] for key in TRUE)
    assert all(e["delta_T_true_K"] is None for e in result["estimates"])
    assert result["timings_s"]["simulate"] is None

def timeless(result):
    return {k: v for k, v in result.items() if k != "timings_s"}

assert timeless(run) == timeless(again) == timeless(load("printed.json"))
for key in ("alloying_degree", "D_m2_per_s"):
    assert all(x != y for p, q in zip(run["particles"], seed["particles"])
               for x, y in zip(p[key], q[key])), key
assert [p["D_true_m2_per_s"] for p in run["particles"]] == [
    p["D_true_m2_per_s"] for p in seed["particles"]]

provenance = load("run/provenance.json")
text = json.dumps(provenance)
assert re.search(r'"scenario_sha256": "[0-9a-f]{64}"', text), text
for word in ("seed", "version", "command", "libraries"):
    assert word in text, word + " is not in provenance.json"
assert provenance["command_line"].startswith("alloytwin run "), provenance["command_line"]
assert provenance["command_line"].endswith("small.yaml -o run --threads 2")
for name in ("run", "one-result"):
    provenance = load(name + "/provenance.json")
    assert re.fullmatch("[0-9a-f]{64}", provenance["experiment_sha256"])
    assert "alloytwin-experiment/1" in provenance["experiment"]
assert "truth" not in open("run/experiment/experiment.yaml").read()
truth = load("run/truth.json")
assert truth["schema"] == "alloytwin-truth/1" and truth["reference"] == "A"
assert [p["delta_T_K"] for p in truth["particles"]] == [0.0, run["truth"]["delta_T_K"]]
page = open("run/report.html").read()
assert 'id="chip_profile"' in page
assert "small" in page.lower() and "-34" in page.replace("\u2212", "-") and "</html>" in page
PY

# Progress and log go to stderr, and nowhere with --quiet.
ok run "$small" -o quiet --no-report --quiet
[ -s "$scratch/err" ] && { fail "--quiet is not quiet"; cat "$scratch/err"; }
ok report run --quiet -o page.html
[ -s page.html ] || fail "report writes no page"
[ -s "$scratch/out" ] && fail "report writes to stdout"

# What was computed outlives figures that fail.
mkdir bin
printf '#!/bin/sh\necho "line 1: no such terminal" >&2\nexit 1\n' >bin/gnuplot
chmod +x bin/gnuplot
(PATH=$work/bin:$PATH at 1 analyse two/experiment/experiment.yaml -o figureless) ||
    fail "a failing gnuplot is not an error"
grep -q 'the results are in figureless, but not the report' "$scratch/err" ||
    fail "the message does not say that the results are there"
[ -s figureless/result.json ] || fail "figures that fail take the results with them"
[ -e figureless/report.html ] && fail "half a report was left"

# The table of diffusivities of a run goes into the fit again, holes and all. Deviations weigh
# its points, which the published estimator treats alike: it is met without that column.
ok arrhenius run/tables/diffusion.csv --json
cp "$scratch/out" weighted.json
python3 - <<'PY'
import csv
rows = list(csv.reader(open("run/tables/diffusion.csv")))
kept = [i for i, name in enumerate(rows[0]) if name != "D_std_m2_per_s"]
csv.writer(open("alike.csv", "w")).writerows([[row[i] for i in kept] for row in rows])
PY
ok arrhenius alike.csv --json
cp "$scratch/out" refit.json
python3 - <<'PY' || fail "a fit to the table of a run differs from the run's"
import json
run = [e for e in json.load(open("run/result.json"))["estimates"]
       if e["estimator"] == "paper" and e["delta_T_model"] == "constant"]
fit = json.load(open("refit.json"))["estimates"]
for one, other in zip(sorted(run, key=lambda e: (e["weighting"], e["reference"])),
                      sorted(fit, key=lambda e: (e["weighting"], e["reference"]))):
    assert abs(one["delta_T_K"] - other["delta_T_K"]) < 1e-6, (one, other)
weighted = json.load(open("weighted.json"))["estimates"]
for one, other in zip(weighted, fit):
    assert 0 < abs(one["delta_T_K"] - other["delta_T_K"]) < one["std_K"], (one, other)
PY
{ cat run/tables/diffusion.csv; echo 'A,3,693.15,,120,,,,saturated'; } >holes.csv
ok arrhenius holes.csv
grep -q 'row 5 (particle A, 693.15 K) has no diffusivity' "$scratch/err" ||
    fail "a row without diffusivity is passed over in silence"

# A rod across the tilt axis: who starts from the tomogram is told what would serve better.
rod='particles[0].core_length=40 nm'
lone='analysis.estimators=[joint]'
ok run "$small" -o oblique --no-report --no-bound --set "$lone" --set "$rod" --set 'particles[0].azimuth=60 deg'
grep -q 'particle A lies [56][0-9] degrees from the tilt axis.*analysis.joint.start' "$scratch/err" ||
    fail "nobody is told of the wedge"
grep -q 'particle B lies' "$scratch/err" && fail "a rod along the axis is taken for an oblique one"
ok run "$small" -o oblique --force --no-report --no-bound --set "$lone" --set "$rod" --set 'particles[0].azimuth=15 deg'
grep -q 'particle A lies' "$scratch/err" && fail "15 degrees are taken for oblique"

# The seed of an analysis is that of the noise of its references.
ok analyse two/experiment/experiment.yaml -o seeded --no-report --seed 5
cmp -s seeded/tables/arrhenius.csv two-result/tables/arrhenius.csv &&
    fail "another seed of the analysis changes nothing"

# A run that was killed leaves no folder of the final name, and no complete-looking file.
"$ALLOYTWIN" run "$top_srcdir/scenarios/double-spiral.yaml" -o killed --quiet >/dev/null 2>&1 &
victim=$!
sleep 0.5
kill -9 "$victim" 2>/dev/null || fail "the run ended before it was killed"
wait "$victim" 2>/dev/null
[ -e killed ] && fail "a killed run left its folder"
[ -n "$(find . -path '*killed*' -name result.json)" ] && fail "a killed run left a result"
ok run "$small" -o killed --no-report
finish
