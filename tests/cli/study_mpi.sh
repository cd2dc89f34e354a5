#!/bin/sh
# study under mpirun: four ranks give the ledger of one process, whatever dies meanwhile.
# Skipped without the mpirun of Open MPI or MPICH (MPIRUN says which) or a program configured
# --with-mpi.
. "$top_srcdir/tests/cli/support.sh"

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
MPIRUN=${MPIRUN:-mpirun}
"$MPIRUN" --version 2>/dev/null | grep -q 'Open MPI\|HYDRA' || { echo "no mpirun"; exit 77; }

# ranks CODE ARGUMENT...: as `at`, with four ranks.
ranks() {
    expected=$1
    shift
    timeout 60 "$MPIRUN" -n 4 "$ALLOYTWIN" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    fail "exit code $code, expected $expected: mpirun -n 4 alloytwin $*"
    cat "$scratch/err"
    return 1
}

digest() {
    ok status "$1" && sed -n 's/.*content //p' "$scratch/out"
}

cat >normal.yaml <<'END'
format: alloytwin-study/1
name: normal
outcome: normal-sample
replicates: 50
factors:
  - {key: bias, values: [0, 0.5]}
END

timeout 60 "$MPIRUN" -n 2 "$ALLOYTWIN" study normal.yaml -o probe.db -q >/dev/null 2>probe </dev/null
if grep -q 'built without MPI' probe; then
    [ -e probe.db ] && fail "ranks without MPI began to work"
    [ "$failures" -eq 0 ] || finish
    echo "built without MPI"
    exit 77
fi

# The same content and statistics as one process.
ok study normal.yaml -o whole.db -j 1 -q
whole=$(digest whole.db)
ranks 0 study normal.yaml -o ranks.db
has_words '3 workers' study
[ "$(digest ranks.db)" = "$whole" ] || fail "four ranks give another ledger than one process"
ok stats whole.db --json
cp "$scratch/out" stats.json
ok stats ranks.db --json
cmp -s "$scratch/out" stats.json || fail "four ranks and one process have other statistics"

# Crashes cost their items and nothing else.
cat >crash.yaml <<'END'
format: alloytwin-study/1
name: crash
outcome: "null"
replicates: 3
factors:
  - {key: failure, values: [0, 1, 2]}
END
at 4 study crash.yaml -o crash.db -q
ranks 4 study crash.yaml -o crash-ranks.db -q
[ "$(digest crash.db)" = "$(digest crash-ranks.db)" ] || fail "failures differ under MPI"

# Items that hang are stopped.
cat >hang.yaml <<'END'
format: alloytwin-study/1
name: hang
outcome: "null"
limits: {item_time: 0.3 s, failed_fraction: 1}
factors:
  - {key: duration_s, values: [0, 1000]}
END
ranks 0 study hang.yaml -o hang.db -q
ok status hang.db
says '1 failed, first point=1,replicate=0: took longer than limits.item_time'

# A signal to rank 0 stops early; a rank that dies ends the job. Both can be resumed.
cat >slow.yaml <<'END'
format: alloytwin-study/1
name: slow
outcome: "null"
replicates: 60
factors:
  - {key: duration_s, values: [0.05]}
END
ok study slow.yaml -o slow.db -j 8 -q

# ranks_of JOB: the children of mpirun, and of MPICH's proxy between them.
ranks_of() {
    for child in $(ps -o pid= --ppid "$1"); do
        case $(cat "/proc/$child/comm") in
        hydra_*) ps -o pid= --ppid "$child" ;;
        *) echo "$child" ;;
        esac
    done
}

# hit RANK SIGNAL FILE: start four ranks, wait until work is done, send the signal to one
# of them; the exit code of the job is in $code.
hit() {
    "$MPIRUN" -n 4 "$ALLOYTWIN" study slow.yaml -o "$3" -q </dev/null >"$scratch/out" 2>"$scratch/err" &
    job=$!
    tries=0
    until "$ALLOYTWIN" status "$3" 2>/dev/null | grep -q 'done [1-9]'; do
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || break
        sleep 0.05
    done
    for pid in $(ranks_of "$job"); do
        tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null |
            grep -q "^\(OMPI_COMM_WORLD\|PMI\)_RANK=$1$" && kill "-$2" "$pid"
    done
    wait "$job"
    code=$?
}

hit 0 TERM stopped.db
[ "$code" -eq 75 ] || fail "exit code $code, expected 75, after SIGTERM to rank 0"
ranks 0 study slow.yaml -o stopped.db --resume -q
[ "$(digest stopped.db)" = "$(digest slow.db)" ] || fail "stopped and resumed it differs"
hit 2 KILL killed.db
[ "$code" -ne 0 ] || fail "exit code 0 though a rank was killed"
ok status killed.db
grep -q 'missing 0' "$scratch/out" && fail "the rank was killed too late to matter"
ranks 0 study slow.yaml -o killed.db --resume -q
[ "$(digest killed.db)" = "$(digest slow.db)" ] || fail "killed and resumed it differs"

# Mistakes are said once, by rank 0.
ranks 3 study absent.yaml -o absent.db -q
[ "$(grep -c 'absent.yaml' "$scratch/err")" -eq 1 ] || fail "not one message for one mistake"
ranks 6 study normal.yaml -o ranks.db -q
[ "$(grep -c 'ranks.db' "$scratch/err")" -eq 1 ] || fail "not one message for one ledger"
finish
