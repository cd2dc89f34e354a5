#!/bin/sh
# Sources are formatted as .clang-format says (clang-format 14).
set -u
[ -n "$CLANG_FORMAT" ] || { echo "clang-format-14 is not installed"; exit 77; }
cd "${top_srcdir:?}" || exit 99
find src tests -name '*.[ch]' | sort | xargs "$CLANG_FORMAT" --dry-run --Werror
