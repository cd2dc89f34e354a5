#!/bin/sh
# The shell scripts are free of what shellcheck knows to be wrong. Excepted: variables from
# the environment of the tests, and files that are sourced by such a variable.
set -u
command -v shellcheck >/dev/null || { echo "shellcheck is not installed"; exit 77; }
cd "${top_srcdir:?}" || exit 99
{ echo setup; echo .ci/run; find tests -name '*.sh'; } | sort | tr '\n' '\0' | xargs -0 shellcheck -e SC1091,SC2154
