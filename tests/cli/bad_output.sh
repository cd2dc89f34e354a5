#!/bin/sh
# Output that cannot be written ends with exit code 6 and leaves what was there alone; what
# exists is replaced only by --force, and a folder of somebody else not even then.
. "$top_srcdir/tests/cli/support.sh"

ok phantom "$small" -o p.emd
ok phantom "$small" -o p.mrc
ok project p-metal.mrc --tilts -20:20:20 -o t.mrc
ok simulate "$small" -o good
echo precious >file
mkdir foreign
echo precious >foreign/notes.txt
mkdir foreign-json
echo '{"schema": "somebody-else/1"}' >foreign-json/result.json
cat >data.csv <<'CSV'
particle,nominal_K,D_m2_per_s
A,673,1e-20
A,683,2e-20
A,693,4e-20
B,673,3e-21
B,683,6e-21
CSV

# Everywhere below $1 nothing can be written.
refuses_place() {
    refuses 6 "$1" run "$small" -o "$1/new"
    refuses 6 "$1" simulate "$small" -o "$1/new"
    refuses 6 "$1" analyse good/experiment/experiment.yaml -o "$1/new"
    refuses 6 "$1" project p-metal.mrc --tilts 0:0:1 -o "$1/new.mrc"
    refuses 6 "$1" project p-metal.mrc --tilts 0:0:1 -o "$1/new.emd"
    refuses 6 "$1" reconstruct t.mrc --background none --quiet --iterations 1 -o "$1/new.mrc"
    refuses 6 "$1" diffuse --composition p.emd --D '1e-19 m2/s' --time '0 s' -o "$1/new.emd"
    refuses 6 "$1" image p.emd --tilts 0:0:1 -o "$1/new.mrc" --quiet
    refuses 6 "$1" phantom "$small" -o "$1/new.emd" --quiet
    refuses 6 "$1" phantom "$small" -o "$1/new.mrc" --quiet
    refuses 6 "$1" quantify p-composition.mrc -o "$1/new.json"
    refuses 6 "$1" arrhenius data.csv -o "$1/new.json"
}
refuses_place nowhere
refuses_place file
mkdir locked
chmod 555 locked
[ "$(id -u)" -eq 0 ] || refuses_place locked # root may write anywhere
rmdir locked

# existing output
ok run "$small" -o run
refuses 6 "'run'|--force" run "$small" -o run
refuses 6 "'run'|--force" run "$small" -o run/
refuses 6 "'run'|--force" simulate "$small" -o run
refuses 6 "'run'|--force" analyse good/experiment/experiment.yaml -o run
refuses 6 "'p.emd'|--force" phantom "$small" -o p.emd --quiet
refuses 6 "p-composition.mrc|--force" phantom "$small" -o p.mrc --quiet
refuses 6 "t.mrc|--force" project p-metal.mrc --tilts 0:0:1 -o t.mrc
refuses 6 "'p-metal.mrc'|--force" reconstruct t.mrc --background none --quiet -o p-metal.mrc
refuses 6 "'data.csv'|--force" arrhenius data.csv -o data.csv
refuses 6 "'p.emd'|--force" diffuse --composition p.emd --D '1e-19 m2/s' --time '0 s' -o p.emd
rm p-composition.mrc
refuses 6 "p-metal.mrc|--force" phantom "$small" -o p.mrc --quiet
rm t.mrc
refuses 6 "t.rawtlt|--force" project p-metal.mrc --tilts 0:0:1 -o t.mrc

ok run "$small" -o run --force --no-report --set title=again
grep -q again run/result.json || fail "--force did not replace the run"
[ -e run/report.html ] && fail "--force left a file of the replaced run"
ok simulate "$small" -o run --force
[ -e run/result.json ] && fail "--force left a file of the replaced run"
ok phantom "$small" -o p.emd --force
ok project p-metal.mrc --tilts 0:0:1 -o t.mrc --force

# what is not ours
for command in run simulate; do
    refuses 6 "'foreign'|not written by alloytwin" "$command" "$small" -o foreign --force
    refuses 6 "'foreign-json'|not written by alloytwin" "$command" "$small" -o foreign-json --force
    refuses 6 "'file'|file of that name" "$command" "$small" -o file --force
    refuses 6 "'.'" "$command" "$small" -o . --force
    refuses 6 "'..'" "$command" "$small" -o .. --force
    refuses 6 "'/'" "$command" "$small" -o / --force
done
mkdir folder.emd
refuses 6 "'folder.emd'|directory" phantom "$small" -o folder.emd --force --quiet
mkdir empty
ok run "$small" -o empty --force --no-report

# An analysis into the folder it reads must not destroy what was measured.
refuses 6 "'good'|holds the input|experiment.yaml" analyse good/experiment/experiment.yaml -o good --force
cp "$small" good/small.yaml
refuses 6 "'good'|holds the input" run good/small.yaml -o good --force
refuses 6 "good/experiment" analyse good/experiment/experiment.yaml -o good/experiment --force

# standard output
ok phantom "$small" -o p.mrc --force
"$ALLOYTWIN" list models >/dev/full 2>"$scratch/err"
[ $? -eq 6 ] || fail "a full standard output does not give exit code 6"
has_words 'standard output' 'list models >/dev/full'
for arguments in '--help' '--version' 'run --help' 'config show '"$small" "config explain" \
    "config check $small" "list models --json" "arrhenius data.csv --json" "quantify p-composition.mrc"; do
    # shellcheck disable=SC2086
    "$ALLOYTWIN" $arguments >/dev/full 2>"$scratch/err"
    code=$?
    [ "$code" -eq 6 ] || fail "exit code $code on a full standard output: alloytwin $arguments"
done
"$ALLOYTWIN" run "$small" -o full --no-report >/dev/full 2>"$scratch/err"
[ $? -eq 6 ] || fail "a full standard output does not give exit code 6: run"
finish
