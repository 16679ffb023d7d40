#!/bin/sh
# Run as root, once before everything else and harmlessly again: makes what the
# volumes have to hold, and gives it to the uid that the containers run as.
# From the environment: RUN_UID, RUN_GID, PG_USER; PG_HOST and PG_PORT if other
# than db and 5432. The secret is never printed and never an argument.
set -eu
umask 077

secrets=/run/biostar-tui/secrets
packages=/var/lib/biostar-tui/packages
state=/var/lib/biostar-tui/state
db_uid=999

: "${RUN_UID:?biostar-tui: prepare.sh needs RUN_UID}" "${RUN_GID:?biostar-tui: prepare.sh needs RUN_GID}"
: "${PG_USER:?biostar-tui: prepare.sh needs PG_USER}"

# folder MODE UID GID PATH
folder() {
    mkdir -p "$4"
    chown "$2:$3" "$4"
    chmod "$1" "$4"
}

# write UID GID PATH, the content from standard input. Renamed into place, so
# that a reader sees the old file or the new one, never half of one.
write() {
    cat > "$3.new"
    chown "$1:$2" "$3.new"
    chmod 0400 "$3.new"
    mv -f "$3.new" "$3"
}

# 36 characters that need no quoting in a URL, a shell or SQL: 214 random bits.
generate() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | head -c 36; }

# One field of pgpass, where colon and backslash have a meaning.
field() { printf %s "$1" | sed 's/[\\:]/\\&/g'; }

# The folder itself comes last: a kill in between is found by its old owner.
hand_over() {
    [ "$(stat -c %u:%g "$1")" = "$RUN_UID:$RUN_GID" ] || {
        find "$1" -mindepth 1 -exec chown -h "$RUN_UID:$RUN_GID" {} +
        chown "$RUN_UID:$RUN_GID" "$1"
    }
    chmod 0755 "$1"
}

prepare_secrets() {
    chmod 0755 "$secrets"
    folder 0700 0 0 "$secrets/master"
    if [ ! -s "$secrets/master/password" ]; then generate | write 0 0 "$secrets/master/password"; fi
    [ "$(wc -c < "$secrets/master/password")" -ge 32 ] || {
        echo "biostar-tui: too little from /dev/urandom for a password; run \`up\` again." >&2
        rm -f "$secrets/master/password"
        exit 1
    }
    folder 0700 "$RUN_UID" "$RUN_GID" "$secrets/app"
    folder 0700 "$db_uid" "$db_uid" "$secrets/db"
    write "$RUN_UID" "$RUN_GID" "$secrets/app/password" < "$secrets/master/password"
    write "$db_uid" "$db_uid" "$secrets/db/password" < "$secrets/master/password"
    printf '%s:%s:*:%s:%s\n' "$(field "${PG_HOST:-db}")" "${PG_PORT:-5432}" "$(field "$PG_USER")" \
        "$(cat "$secrets/master/password")" | write "$RUN_UID" "$RUN_GID" "$secrets/app/pgpass"
}

# `current` exists from the start, so that a `pip install` by hand lands in a
# base and not in a folder where the link has to go.
prepare_packages() {
    umask 022
    mkdir -p "$packages/bases" "$packages/cache" "$packages/receipts"
    if [ ! -L "$packages/current" ]; then
        mkdir -p "$packages/bases/empty"
        ln -s bases/empty "$packages/current"
        chown -h "$RUN_UID:$RUN_GID" "$packages/current"
        chown "$RUN_UID:$RUN_GID" "$packages/bases/empty"
    fi
    chown "$RUN_UID:$RUN_GID" "$packages/bases" "$packages/cache" "$packages/receipts"
    hand_over "$packages"
}

prepare_state() {
    mkdir -p "$state/locks" "$state/receipts"
    chown "$RUN_UID:$RUN_GID" "$state/locks" "$state/receipts"
    hand_over "$state"
}

prepare_secrets
prepare_packages
prepare_state
