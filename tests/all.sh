#!/bin/sh
# Everything that must hold before a change goes in; `./setup check` comes here after the
# build. Stops at the first part that fails; the last line tells the tests passed and failed.
# shellcheck disable=SC2317 # the parts are called by name
set -u
cd "$(dirname "$0")/.." || exit 99
jobs=$(nproc)
top=$PWD
log=$top/build/all.log
passed=0
failed=0
skipped=0
started=$(date +%s)

# count NAME: tests with this outcome in automake's summaries in the log. The log of a
# failed suite has the same lines once more, but not under this heading.
count() {
    awk -v name="$1:" '/^Testsuite summary/ {on = 1} /^See / {on = 0}
        on && $1 == "#" && $2 == name {n += $3} END {print n + 0}' "$log"
}

finish() {
    [ "$skipped" -eq 0 ] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
    exit
}

# part TITLE COMMAND...: run one part, count its tests; a part that has none is a test.
part() {
    title=$1
    shift
    echo "==== $title"
    part_started=$(date +%s)
    { "$@" 2>&1 || echo "part failed"; } | tee "$log"
    tests=$(count TOTAL)
    part_failed=$(($(count FAIL) + $(count ERROR) + $(count XPASS)))
    passed=$((passed + $(count PASS) + $(count XFAIL)))
    skipped=$((skipped + $(count SKIP)))
    if grep -q '^part failed$' "$log"; then
        [ "$part_failed" -gt 0 ] || part_failed=1
    elif [ "$tests" -eq 0 ]; then
        passed=$((passed + 1))
    fi
    failed=$((failed + part_failed))
    now=$(date +%s)
    echo "---- $title: $((now - part_started)) s, $((now - started)) s in all"
    if [ "$part_failed" -gt 0 ]; then
        echo "FAILED: $title"
        finish
    fi
}

# configured DIR [options]: a build folder, configured once for these options and libraries.
configured() {
    dir=$1
    shift
    mkdir -p "$dir" || return
    id="$* $(cat configure build/config.status | cksum)"
    if [ "$(cat "$dir/configured" 2>/dev/null)" != "$id" ]; then
        (cd "$dir" && ../configure -q "$@") || return
        echo "$id" >"$dir/configured"
    fi
}

gcc_check() {
    make -C build -s -j"$jobs" check VERBOSE=1
}

clang_build() {
    configured build-clang CC=clang --enable-werror --with-mpi --prefix="$top/build-clang/installed" &&
        make -C build-clang -s -j"$jobs" everything
}

four_ranks() {
    ALLOYTWIN=$top/build-clang/alloytwin ALLOYTWIN_DATA=$top top_srcdir=$top \
        tests/cli/study_mpi.sh
}

# link_mpi MODULE: the program of build-clang with another MPI. One source file knows of it;
# that one is compiled again, all else linked again.
link_mpi() {
    rm -f build-clang/src/study/ensemble_mpi.o
    make -C build-clang -s MPI_CFLAGS="$(pkg-config --cflags "$1")" \
        MPI_LIBS="$(pkg-config --libs "$1")" alloytwin
}

four_ranks_mpich() {
    link_mpi mpich && ldd build-clang/alloytwin | grep -q libmpich &&
        MPIRUN=mpirun.mpich four_ranks
    code=$?
    link_mpi ompi-c && return "$code"
}

sanitizer_check() {
    configured build-asan --enable-sanitizers CFLAGS="-O1 -g" &&
        make -C build-asan -s -j"$jobs" check-unit VERBOSE=1 &&
        build-asan/alloytwin run tests/cli/small.yaml -o build-asan/small --force
}

# Read-only source, another build folder, install and uninstall, all from the tarball.
distribution() {
    make -C build -s -j"$jobs" distcheck VERBOSE=1
}

# Nothing that is under version control may be missing in the tarball.
completeness() {
    if ! git ls-files >build/tracked 2>/dev/null; then
        echo "not a git clone: nothing to compare with"
        return 0
    fi
    tar tzf build/alloytwin-*.tar.gz | sed 's/^[^/]*\///' | sort >build/distributed
    missing=$(grep -vE '^\.(gitignore|editorconfig|gitattributes)$' build/tracked | sort |
        comm -23 - build/distributed)
    [ -z "$missing" ] || {
        echo "not in the tarball:"
        echo "$missing"
        return 1
    }
}

# is_run DIR: the main job has left there what it promises.
is_run() {
    for file in report.html result.json truth.json result.emd provenance.json; do
        [ -s "$1/$file" ] || {
            echo "$1/$file is missing or empty"
            return 1
        }
    done
}

main_job() {
    build/alloytwin run scenarios/double-spiral.yaml -o build/main-job --force &&
        is_run build/main-job
}

# The installed program finds scenarios, models and plots by itself, from another folder.
installed_program() (
    unset ALLOYTWIN_DATA
    prefix=$top/build-clang/installed
    rm -rf "$prefix"
    make -C build-clang -s install >/dev/null &&
        cd "$prefix" &&
        bin/alloytwin run share/alloytwin/scenarios/double-spiral.yaml -o run --force &&
        is_run run
)

part "gcc, warnings are errors: all tests" gcc_check
part "clang, warnings are errors: everything compiles" clang_build
part "Open MPI: four ranks on this machine" four_ranks
part "MPICH: builds, four ranks" four_ranks_mpich
part "address, leak and undefined-behaviour sanitizers: unit tests, a run" sanitizer_check
part "distribution: build, test, install from the tarball" distribution
part "distribution: complete" completeness
part "main job" main_job
part "main job, installed, from another folder" installed_program
finish
