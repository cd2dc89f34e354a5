#!/bin/sh
# Files stay readable: no source above 400 lines, no utils.c, no leftovers.
set -u
cd "${top_srcdir:?}" || exit 99
bad=0
for file in src/*/*.c src/*/*.h; do
    lines=$(wc -l < "$file")
    [ "$lines" -le 400 ] || { echo "$file: $lines lines; look for the seam"; bad=1; }
done
find src -name 'util*' -o -name 'misc*' | grep . && { echo "name files after what they hold"; bad=1; }
grep -rnwE 'TODO|FIXME|XXX' src tests/*/*.c && { echo "leftovers"; bad=1; }
exit $bad
