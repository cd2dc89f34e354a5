# shellcheck shell=sh
# Sourced by the tests of the command line: a scratch folder to work in, and checks that
# count what failed. A test ends with `finish`.
set -u
scratch=$(mktemp -d "${TMPDIR:-/tmp}/alloytwin-cli.XXXXXX") || exit 99
work=$scratch/work
mkdir "$work" && cd "$work" || exit 99
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM
small=$scratch/small.yaml # the path of the source may have blanks
cp "$top_srcdir/tests/cli/small.yaml" "$small" || exit 99
failures=0

fail() {
    echo "FAIL: $*"
    failures=$((failures + 1))
}

finish() {
    [ "$failures" -eq 0 ] || { echo "$failures failed"; exit 1; }
    exit 0
}

need_python() {
    python3 -c '' 2>/dev/null || { echo "python3 is not installed"; exit 77; }
}

# at CODE ARGUMENT...: the program, with its output in $scratch/out and $scratch/err, ends
# with this exit code.
at() {
    expected=$1
    shift
    "$ALLOYTWIN" "$@" >"$scratch/out" 2>"$scratch/err"
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    fail "exit code $code, expected $expected: alloytwin $*"
    cat "$scratch/err"
    return 1
}

ok() {
    at 0 "$@"
}

says() {
    grep -F -q -e "$1" "$scratch/out" || { fail "stdout lacks '$1'"; cat "$scratch/out"; }
}

# refuses CODE 'WORD|WORD|...' ARGUMENT...: exit code, one error line on stderr that holds
# every word, nothing on stdout, and no file or folder made, changed or left behind.
refuses() {
    expected=$1
    words=$2
    shift 2
    list_files >"$scratch/before"
    at "$expected" "$@"
    list_files >"$scratch/after"
    cmp -s "$scratch/before" "$scratch/after" || {
        fail "files were made or changed by: alloytwin $*"
        diff "$scratch/before" "$scratch/after" | head -n 4
    }
    [ -s "$scratch/out" ] && fail "stdout is not empty: alloytwin $*"
    # A usage error may be followed by the hint of the option parser.
    lines=$(sed '/^Try .alloytwin /,$d' "$scratch/err" | wc -l)
    [ "$lines" -eq 1 ] || { fail "$lines lines on stderr: alloytwin $*"; cat "$scratch/err"; }
    has_words "$words" "$*"
    [ -n "${SHOW_MESSAGES-}" ] && cat "$scratch/err"
    return 0
}

list_files() {
    find . -mindepth 1 -exec ls -ld --time-style=full-iso {} + | sort
}

has_words() {
    missing=
    saved_ifs=$IFS
    IFS='|'
    for word in $1; do
        grep -F -q -e "$word" "$scratch/err" || missing="$missing '$word'"
    done
    IFS=$saved_ifs
    [ -z "$missing" ] && return
    fail "the message of 'alloytwin $2' lacks$missing:"
    cat "$scratch/err"
}

# Lines of $small after a sed script, as FILE: edited FILE SCRIPT.
edited() {
    sed "$2" "$small" >"$1"
    cmp -s "$small" "$1" && fail "the edit '$2' changes nothing"
    return 0
}
