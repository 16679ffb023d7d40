#!/bin/sh
# console.sh COMMAND ARGUMENT...: PID 1 of a console. Under the holder where the image has
# Python; otherwise the program itself has the container's terminal, and a client that
# attaches again gets what the engine has kept.
here=/opt/biostar-tui
kind=/run/biostar-tui/console/kind
for python in "${BIOSTAR_TUI_PYTHON:-}" python3 python python2; do
    if [ -n "$python" ] && command -v "$python" >/dev/null 2>&1; then
        # Somebody waits: without what sites add, and without writing compiled modules down.
        exec "$python" -E -s -S -B -u "$here/console.py" -- "$@"
    fi
done
if ! command -v "$1" >/dev/null 2>&1; then
    case "$1" in
        python*) why="the image has no Python; name a service whose image has it, or let it be built from ours" ;;
        *) why="the image has no such program" ;;
    esac
    echo "biostar-tui: cannot run \`$1\`: $why" >&2
    exit 127
fi
# Clients wait for this file before they type; the one that has started us for the same word
# on the terminal, as an application's command (APC), which no terminal shows.
echo plain >"$kind"
printf '\033_biostar-tui plain\033\\'
# A program reads its terminal's size when it starts, so the client's has to be there.
tries=0
while [ "$(stty size 2>/dev/null)" = "0 0" ] && [ $tries -lt 40 ]; do
    tries=$((tries + 1))
    sleep 0.05
done
exec "$@"
