#!/bin/sh
# No shell script makes shellcheck warn. Excepted: variables from the environment of the
# tests, and files that are sourced by such a variable.
set -u
command -v shellcheck >/dev/null || { echo "shellcheck is not installed"; exit 77; }
cd "${top_srcdir:?}" || exit 99
{ echo setup; echo .ci/run; find tests -name '*.sh'; } | sort | tr '\n' '\0' |
    xargs -0 shellcheck --severity=warning --exclude=SC1091,SC2154
