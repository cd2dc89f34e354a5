#!/bin/sh
# study, merge, status, stats: a study from file to statistics, and what can go wrong.
. "$top_srcdir/tests/cli/support.sh"

cat >normal.yaml <<'END'
format: alloytwin-study/1
name: normal
outcome: normal-sample
replicates: 50
factors:
  - {key: bias, values: [0, 0.5]}
criteria:
  - {measure: bias, quantity: value, at_most: 0.7}
END

digest() {
    ok status "$1" && sed -n 's/.*content //p' "$scratch/out"
}

# One process, three, shards and merge: one content.
ok study normal.yaml -o whole.db -j 1 -q
whole=$(digest whole.db)
ok study normal.yaml -o three.db -j 3 -q
[ "$(digest three.db)" = "$whole" ] || fail "three processes give another ledger than one"
ok study normal.yaml -o a.db -q --shard 1/2
ok study normal.yaml -o b.db -q --shard 2/2
ok merge a.db b.db -o all.db -q
[ "$(digest all.db)" = "$whole" ] || fail "merged shards are not the whole"
ok merge b.db a.db -o all.db -q
[ "$(digest all.db)" = "$whole" ] || fail "merging again changes the ledger"

# Statistics as table, JSON, CSV; criteria decide the exit code.
ok stats whole.db
says "met: bias of value of every estimator, at most 0.7"
ok stats whole.db -o stats.csv
grep -q '^1,bias=0.5,mean,value,50,0,' stats.csv || fail "stats.csv lacks point 1"
grep -q ',convergence,convergence_mcse$' stats.csv || fail "stats.csv lacks measures"
ok stats whole.db --json
says '"schema": "alloytwin-stats/1"'
cp "$scratch/out" stats.json
ok stats three.db --json
cmp -s "$scratch/out" stats.json || fail "one and three processes have other statistics"
need_python
python3 - stats.json <<'END' || fail "the response curve is not the bias at its points"
import json, sys
stats = json.load(open(sys.argv[1]))
levels = stats["responses"][0]["levels"]
bias = [point["estimates"][0]["bias"] for point in stats["points"]]
ok = [level["x"] for level in levels] == [0, 0.5] and all(
    level["n"] == 50 and abs(level["error"]["value"] - b["value"]) < 1e-12 and
    abs(level["error"]["mcse"] - b["mcse"]) < 1e-12 for level, b in zip(levels, bias))
sys.exit(not ok)
END
ok stats whole.db --figures figures -q
grep -q '^bias,"0.5",0.5,mean,value,50,' figures/tables/study_response.csv || fail "no table of responses"
grep -q '</svg>' figures/figures/study_response.svg || fail "no figure of responses"
[ -e figures/tables/study_ranks.csv ] && fail "ranks of nothing"
refuses 6 'figures|--force' stats whole.db --figures figures
ok stats whole.db --figures figures --force -q
sed 's/at_most: 0.7/at_most: 0.2/' normal.yaml >strict.yaml
ok study strict.yaml -o strict.db -q
ok study normal.yaml -o paired.db -q --set common_random_numbers=true --set replicates=4
ok stats paired.db
says '  point 1: bias = 0.5'
grep -q '^    mean  *value  *0\.5 +- 0  *(4 pairs)$' "$scratch/out" || fail "no difference of pairs"
grep -q '^  mean .* \[0\.[0-9]*, 1\.00\]$' "$scratch/out" || fail "no interval of a coverage"
at 5 stats strict.db && has_words 'criteria are not met' stats

# The points of a sample are one answer.
cat >sample.yaml <<'END'
format: alloytwin-study/1
name: sample
outcome: normal-sample
design: {kind: latin-hypercube, size: 50}
factors:
  - {key: bias, distribution: uniform, min: 0, max: 1}
END
ok study sample.yaml -o sample.db -q
ok stats sample.db
says 'all points together'
grep -q '^point' "$scratch/out" && fail "points of a sample by themselves"
ok stats sample.db --json
python3 - "$scratch/out" <<'END' || fail "all points together are not the mean of the points"
import json, sys
stats = json.load(open(sys.argv[1]))
overall, = stats["overall"]
each = [point["estimates"][0]["bias"]["value"] for point in stats["points"]]
mean = sum(each) / len(each)
spread = (sum((x - mean) ** 2 for x in each) / 49) ** 0.5
sys.exit(not (overall["n"] == 50 and abs(overall["bias"]["value"] - mean) < 1e-12 and
              abs(overall["empirical_se"]["value"] - spread) < 1e-12))
END

# The plan: a pilot's standard deviation of about 0.3, so about a thousand replicates.
ok plan normal.yaml --pilot 20 --mcse 0.01 -j 4
says 'normal: 2 points of 50 replicates, 100 items'
says '20 items, 0 failed'
says 'with 4 processes'
needed=$(sed -n 's/^mean  *value.* \([0-9]*\)$/\1/p' "$scratch/out")
[ "${needed:-0}" -gt 500 ] && [ "$needed" -lt 2000 ] || fail "$needed replicates needed"
ok plan normal.yaml --json
says '"schema": "alloytwin-plan/1"'
refuses 2 '--mcse|positive' plan normal.yaml --mcse 0
refuses 2 '--pilot' plan normal.yaml --pilot 0

# Resume, extend, one item alone.
refuses 6 'whole.db|--resume|--force' study normal.yaml -o whole.db
ok study normal.yaml -o whole.db --resume -q
refuses 3 'replicates|--extend' study normal.yaml -o whole.db --resume --set replicates=60
ok study normal.yaml -o whole.db --extend --set replicates=60 -q
ok status whole.db --json
says '"done": 120'
refuses 3 'another study|factors[0].values[1]|"0.5" there, "0.6" here' study normal.yaml \
    -o three.db --resume --set 'factors[0].values=[0, 0.6]'
ok study normal.yaml --only point=1,replicate=3
says 'mean                           value'
refuses 2 'points 0 to 1' study normal.yaml --only point=2,replicate=0

# Posteriors are judged by the ranks of the truths.
cat >posterior.yaml <<'END'
format: alloytwin-study/1
name: posterior
outcome: posterior
estimators: [bayes]
replicates: 3
factors:
  - {key: effective_samples, values: [100]}
END
ok study posterior.yaml -o posterior.db -q
ok stats posterior.db --figures ranks
grep -q '</svg>' ranks/figures/study_ranks.svg || fail "no figure of ranks"
says 'bayes/variance/constant/A, delta_T_K: ranks of the truth among posterior draws, 3 items'
ok stats posterior.db --json
says '"calibration"'
refuses 3 'estimators[0]' study posterior.yaml -o x.db --set 'estimators=[pauper]'
refuses 3 'posterior makes|estimators: [bayes]' study posterior.yaml -o x.db --set 'estimators=[]'

# Failures are counted, explained and decide the exit code.
cat >crash.yaml <<'END'
format: alloytwin-study/1
name: crash
outcome: "null"
replicates: 3
factors:
  - {key: failure, values: [0, 1, 2]}
END
at 4 study crash.yaml -o crash.db -q && has_words '6 of 9 items failed|failed_fraction' study
ok status crash.db
says '3 failed, first point=1,replicate=0: failure on demand'
says '3 failed, first point=2,replicate=0: its process was killed by signal 6'
ok stats crash.db
says 'point 2: 0 done, 3 failed, 0 missing'

# Stopped in time it can be resumed.
cat >slow.yaml <<'END'
format: alloytwin-study/1
name: slow
outcome: "null"
replicates: 40
factors:
  - {key: duration_s, values: [0.02]}
END
at 75 study slow.yaml -o slow.db -j 1 --max-time '0.3 s' -q && has_words '--resume' study
ok study slow.yaml -o slow.db -j 4 --resume -q --progress progress
grep -q '^progress=end' progress || fail "no end in the progress file"
: >empty.db # what a kill at the very start leaves
ok study slow.yaml -o empty.db -j 8 --resume -q

# One process writes; a damaged ledger is not touched.
"$ALLOYTWIN" study slow.yaml -o busy.db -j 1 -q --set replicates=200 2>/dev/null &
first=$!
until "$ALLOYTWIN" status busy.db 2>/dev/null | grep -q 'done [1-9]'; do
    kill -0 "$first" 2>/dev/null || break
    sleep 0.05
done
at 6 study slow.yaml -o busy.db --resume --set replicates=200 && has_words 'another process is writing' study
at 6 merge whole.db -o busy.db && has_words 'another process is writing' merge
kill "$first" && wait "$first"
[ $? -eq 75 ] || fail "the first process was disturbed by the second"
cp whole.db damaged.db
dd if=/dev/zero of=damaged.db bs=1024 seek=4 count=8 conv=notrunc 2>/dev/null
refuses 3 'damaged.db|corrupt|.recover' study normal.yaml -o damaged.db --resume --set replicates=60
refuses 3 'damaged.db|corrupt' stats damaged.db

# What is wrong is said.
echo "no database, though long enough to be one: ......................................." >text.db
refuses 3 'text.db|not a ledger' status text.db
refuses 3 'absent.db' stats absent.db
refuses 6 'text.db|replaces a ledger only' study normal.yaml -o text.db --force
refuses 3 'text.db|not a ledger' merge a.db text.db -o fresh.db
refuses 2 '--shard' study normal.yaml -o x.db --shard 3/2
refuses 2 '--max-time' study normal.yaml -o x.db --max-time '10 nm'
refuses 2 '-o PATH' study normal.yaml
refuses 2 'resume|force' study normal.yaml -o whole.db --resume --force
refuses 3 'outcome normal-sample has no "size_of"' study normal.yaml -o x.db \
    --set 'factors[0].key=size_of'
refuses 3 'design|take 64 or 128' study normal.yaml -o x.db --set 'design={kind: sobol, size: 100}'
refuses 3 'allowed: at most 10000000' study normal.yaml -o x.db --set replicates=9000000
refuses 3 'needs a scenario' study normal.yaml -o x.db --set outcome=pipeline

# Factors of a scenario are checked before anything runs.
cat >recovery.yaml <<'END'
format: alloytwin-study/1
name: recovery
scenario: small.yaml
settings: [microscope.tilt.step=6 deg]
factors:
  - {key: "particles[1].temperature_offset", values: ["-10 K", "-34 K"]}
END
cp "$small" small.yaml
refuses 3 'factors[0].key|did you mean "microscope.peak_counts"' study recovery.yaml -o x.db \
    --set 'factors=[{key: microscope.peak_count, values: [1]}]'
refuses 3 'factors[0].key|holds other keys' study recovery.yaml -o x.db \
    --set 'factors=[{key: microscope, values: [1]}]'
refuses 3 'factors[0].values[1]|-5 is out of range|0.01 to 1000000000' study recovery.yaml -o x.db \
    --set 'factors=[{key: microscope.peak_counts, values: [100, -5]}]'
refuses 3 'settings|microscope.tilt.stop' study recovery.yaml -o x.db \
    --set 'settings=[microscope.tilt.stop=6 deg]'
sed 's/-34 K/-34/' recovery.yaml >unit.yaml
refuses 3 'unit.yaml:6:|factors[0].values[1]|"-34 K"' study unit.yaml -o x.db
ok config check recovery.yaml --study
says '2 points of 1 replicates'
refuses 3 'estimators_except[0]|dirct' study recovery.yaml -o x.db --set 'estimators_except=[dirct]'
refuses 3 'estimators_except|one of the two' study recovery.yaml -o x.db \
    --set 'estimators_except=[direct]' --set 'estimators=[paper]'
ok study recovery.yaml --only point=1,replicate=0 --set 'estimators_except=[direct, bayes]'
says 'joint/variance/constant/A'
grep -q '^direct/\|^bayes/' "$scratch/out" && fail "estimators that are left out answer"
sed -n 's/^paper\/log\/constant\/A  *delta_T_K  *\(-[0-9.]*\)  *\(-[0-9.]*\).*/\1 \2/p' "$scratch/out" >only
[ "$(cut -d' ' -f1 only)" = "-34" ] || fail "the truth of point 1 is not -34 K"

# The printed command gives the same numbers as the item.
recipe=$(sed -n "s/^alloytwin run \(.*\)/\1/p" "$scratch/out" | sed 's/-o DIR/-o rerun --no-report --json/')
eval "\"\$ALLOYTWIN\" run $recipe" >rerun.json 2>/dev/null || fail "the recipe does not run: $recipe"
need_python
python3 - only rerun.json <<'END' || fail "the recipe gives another number"
import json, sys
wanted = float(open(sys.argv[1]).read().split()[1])
found = json.load(open(sys.argv[2]))["estimates"][0]["delta_T_K"]
sys.exit(abs(found - wanted) > 1e-3 * abs(wanted))
END
finish
