#!/bin/sh
# Rooms may include only what their may_include lists; only core/ode* may see SUNDIALS.
set -u
cd "${top_srcdir:?}/src" || exit 99
bad=0
for room in */; do
    room=${room%/}
    allowed=" $room $(grep -v '^#' "$room/may_include" | tr '\n' ' ') "
    for file in "$room"/*.c "$room"/*.h; do
        [ -e "$file" ] || continue
        # shellcheck disable=SC2013 # room names have no blanks
        for seen in $(sed -n 's/^#include "\([a-z_]*\)\/.*/\1/p' "$file" | sort -u); do
            case $allowed in
            *" $seen "*) ;;
            *) echo "$file: room '$room' may not include '$seen' (see $room/may_include)"; bad=1 ;;
            esac
        done
        case $file in
        core/ode*) ;;
        *) if grep -nE '#include <(cvode|nvector|sunlinsol|sundials)' "$file"; then
               echo "$file: only core/ode may include SUNDIALS"; bad=1
           fi ;;
        esac
        if grep -nE '#include "[^/]*"' "$file" | grep -v '"config.h"'; then
            echo "$file: include project headers as \"room/header.h\""; bad=1
        fi
    done
done
exit $bad
