#!/bin/sh
# docs/commands.md describes every command and every long option that --help shows, and none
# that it does not show.
set -u
manual=$top_srcdir/docs/commands.md
bad=0

complain() {
    echo "docs/commands.md: $*"
    bad=1
}

# Section of a command, or of what is common to all.
section() {
    awk -v wanted="## $1" '/^## / {on = ($0 == wanted)} on' "$manual"
}

# Long options in the --help of a command; lines of options begin with blanks and a dash.
shown() {
    "$ALLOYTWIN" "$1" --help | sed -n 's/^ \{1,6\}\(-.,\)\{0,1\} *--\([A-Za-z-]*\).*/\2/p'
}

# Long options in the tables of a section.
# shellcheck disable=SC2016 # the backquotes are those of the manual
described() {
    sed -n 's/^| *\(`-[^`]*`, *\)\{0,1\}`--\([A-Za-z-]*\).*/\2/p'
}

commands=$("$ALLOYTWIN" --help | awk '/^Commands:/ {on = 1; next} /^$/ {on = 0} on {print $1}')
[ -n "$commands" ] || { echo "no commands in alloytwin --help"; exit 1; }
common=$(section "For all commands" | described)
for command in $commands; do
    [ -n "$(section "$command")" ] || { complain "no section '## $command'"; continue; }
    known=" $(printf '%s\n' "$common" "$(section "$command" | described)" | tr '\n' ' ') "
    options=$(shown "$command")
    [ -n "$options" ] || { echo "no options in alloytwin $command --help"; exit 1; }
    for option in $options; do
        case $known in
        *" $option "*) ;;
        *) complain "$command lacks --$option" ;;
        esac
    done
    for option in $known; do
        echo "$options" | grep -qx -e "$option" || complain "$command has no --$option"
    done
done
exit $bad
