#!/bin/sh
# Every external symbol of the library starts with atw_.
set -u
bad=$(nm --defined-only --extern-only "${top_builddir:?}/src/liballoytwin.a" |
      awk 'NF == 3 && $2 ~ /[A-Z]/ && $3 !~ /^(atw_|__asan|__odr_asan|___asan)/ {print $3}' | sort -u)
[ -z "$bad" ] && exit 0
echo "external symbols without the prefix atw_:"
echo "$bad"
exit 1
