#!/bin/sh
# env.sh COMMAND ARGUMENT...: a command in the environment of the project's env file, which
# takes a shell to be read. It is sourced in the project's folder, by bash where the image
# has it. From the environment: BIOSTAR_TUI_ENV_FILE, relative to that folder, and
# BIOSTAR_TUI_ENV_KEEP, names of variables that the file does not change.
if [ -z "${BASH_VERSION:-}" ] && command -v bash >/dev/null 2>&1; then
    exec bash "$0" "$@"
fi
cd "${BIOSTAR_TUI_PROJECT_DIR:-/project}" || exit 78
file=./$BIOSTAR_TUI_ENV_FILE
# What cannot be parsed would be sourced as far as it goes. EX_CONFIG of sysexits.h.
if ! "${BASH:-sh}" -n "$file"; then
    echo "biostar-tui: the env file $BIOSTAR_TUI_ENV_FILE is none that a shell can read; mend the line that it names" >&2
    exit 78
fi
for name in $BIOSTAR_TUI_ENV_KEEP; do
    eval "[ -z \"\${$name+set}\" ] || kept_$name=\$$name"
done
set -a
. "$file" </dev/null >&2
set +aeu
for name in $BIOSTAR_TUI_ENV_KEEP; do
    eval "[ -z \"\${kept_$name+set}\" ] || export $name=\"\$kept_$name\""
done
exec "$@"
