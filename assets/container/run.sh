#!/bin/sh
# run.sh NAME ARGUMENT...: runs our NAME.py under whichever Python the image has,
# out of reach of the project's modules and of PYTHONPATH (-E -s): a project with
# a `json.py` of its own must not break the runner.
here=/opt/biostar-tui
name=$1
shift
for python in "${BIOSTAR_TUI_PYTHON:-}" python3 python python2; do
    if [ -n "$python" ] && command -v "$python" >/dev/null 2>&1; then
        exec "$python" -E -s -u "$here/$name.py" "$@"
    fi
done
echo "biostar-tui: the image has no Python (looked for python3, python, python2), which $name needs;" \
    "name an image with Python, or let the service be built from ours." >&2
exit 127
