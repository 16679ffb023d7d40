#!/bin/sh
# Makes the cluster when there is none, sets its password right, and becomes
# postgres. Nothing listens before the cluster is whole: what has to be done to
# it is done by single-user servers, so "answers over TCP" means "ready".
set -eu

bin=/usr/local/lib/postgresql-bin
conf=/etc/biostar-tui/postgresql.conf
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
volume=$(dirname "$PGDATA")

say() { echo "biostar-tui: $*" >&2; }

refuse() {
    for line in "$@"; do say "$line"; done
    exit 1
}

identifier() { printf '"%s"' "$(printf %s "$1" | sed 's/"/""/g')"; }
literal() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }

password() {
    if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
        [ -r "$POSTGRES_PASSWORD_FILE" ] || refuse \
            "cannot read the password file $POSTGRES_PASSWORD_FILE as uid $(id -u)." \
            "The secrets volume is missing or was not prepared: run \`biostar-tui up\` again."
        cat "$POSTGRES_PASSWORD_FILE"
    else
        printf %s "${POSTGRES_PASSWORD:-}"
    fi
}

# Two servers on one volume would destroy it, and the lock file of PostgreSQL
# itself cannot tell process ids of two containers apart. The kernel frees this
# lock with the last server process that inherited it.
take_volume() {
    [ -w "$volume" ] || refuse \
        "the volume at $volume cannot be written by uid $(id -u)." \
        "It belongs to uid $(stat -c %u "$volume"): give it to uid 999, or remove it if it is empty."
    exec 9>"$volume/lock"
    flock -n 9 || refuse \
        "another container runs PostgreSQL on the volume at $volume." \
        "Stop that one first: \`docker ps --filter volume=...\` shows it."
    rm -f "$PGDATA/postmaster.pid"
}

check_major() {
    have=$(cat "$PGDATA/PG_VERSION")
    want=$(cat /etc/biostar-tui/postgres-major)
    [ "$have" = "$want" ] || refuse \
        "the data in $volume were written by PostgreSQL $have; this image has PostgreSQL $want, which cannot read them." \
        "Dump them with an image of PostgreSQL $have (base of that release), then restore into a new volume."
}

check_empty() {
    [ ! -e "$PGDATA" ] || [ -z "$(ls -A "$PGDATA")" ] || refuse \
        "$PGDATA is neither a PostgreSQL cluster (it has no PG_VERSION) nor empty; nothing was touched." \
        "Move what is in it away, or give the service another volume."
}

# Statements for a server of one user without a network, each ended by an empty line.
# A failing statement must not be logged: it may hold the password.
single_user() {
    "$bin/postgres" --single -j -D "$1" -c log_min_error_statement=panic \
        -c log_min_messages=error -c log_checkpoints=off -c hba_file=/etc/biostar-tui/pg_hba.conf postgres >/dev/null
}

role_statement() {
    role=$(identifier "$user")
    secret=$(password)
    cat <<SQL
set password_encryption = 'scram-sha-256';

do \$do\$ begin
  if not exists (select from pg_roles where rolname = $(literal "$user")) then
    create role $role superuser;
  end if;
end \$do\$;

SQL
    [ -z "$secret" ] || printf 'alter role %s superuser login password %s;\n\n' "$role" "$(literal "$secret")"
}

create_database_statement() {
    [ "$database" = postgres ] || printf 'create database %s owner %s;\n\n' \
        "$(identifier "$database")" "$(identifier "$user")"
}

# Made beside its place and moved there whole: a kill leaves nothing half made.
initialise() {
    check_empty
    say "creating a PostgreSQL $(cat /etc/biostar-tui/postgres-major) cluster"
    rm -rf "$PGDATA.new"
    "$bin/initdb" -D "$PGDATA.new" -U "$user" --encoding=UTF8 --locale=C.UTF-8 \
        --auth-local=peer --auth-host=scram-sha-256 --no-sync >/dev/null
    { role_statement; create_database_statement; } | single_user "$PGDATA.new"
    sync -f "$PGDATA.new"
    if [ -e "$PGDATA" ]; then rmdir "$PGDATA"; fi
    mv -T "$PGDATA.new" "$PGDATA"
}

# The role's password follows the secrets volume: one that was made anew would
# lock everybody out otherwise.
adopt() {
    check_major
    role_statement | single_user "$PGDATA"
}

write_ident() {
    printf 'owner postgres %s\n' "$(identifier "$user")" > /run/postgresql/biostar-tui-ident.conf
    [ "$user" = postgres ] || echo 'owner postgres postgres' >> /run/postgresql/biostar-tui-ident.conf
}

[ "${1:-postgres}" = postgres ] || exec "$@"
[ $# -eq 0 ] || shift
trap 'exit 130' INT TERM
take_volume
write_ident
if [ -s "$PGDATA/PG_VERSION" ]; then adopt; else initialise; fi
exec "$bin/postgres" -D "$PGDATA" -c "config_file=$conf" "$@"
