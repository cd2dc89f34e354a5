#!/bin/sh
# Every header compiles alone.
set -u
cd "${top_srcdir:?}/src" || exit 99
bad=0
flags=$(pkg-config --cflags gsl yaml-0.1 jansson udunits nettle sqlite3 hdf5-serial)
for header in */*.h; do
    # shellcheck disable=SC2086
    $CC -std=c11 -D_GNU_SOURCE -I. $flags -Wall -Wextra -fsyntax-only -x c "$header" || {
        echo "$header does not compile alone"; bad=1; }
done
exit $bad
