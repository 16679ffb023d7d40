#!/bin/sh
# import.sh: reads the dump /dump into the database $IMPORT_INTO, made anew: PostgreSQL's
# custom or tar format, plain SQL, or SQL in gzip. Run in the database's own image: its
# pg_restore reads what its server can.
set -eu
say() { echo "biostar-tui: $*"; }

admin() { psql -X -q -w -v ON_ERROR_STOP=1 -d postgres "$@"; }

[ -r /dump ] || { say "the dump cannot be read by the project's owner (uid $(id -u))"; exit 1; }
[ -s /dump ] || { say "the dump is empty"; exit 1; }
admin -c "drop database if exists \"$IMPORT_INTO\"" -c "create database \"$IMPORT_INTO\""

# A server reads dumps of its own version and of older ones.
version() { pg_restore -l /dump 2>/dev/null | sed -n 's/^;  *Dumped from database version: *//p'; }

# The first bytes tell the format: PGDMP, gzip's two, else a tar archive's name, else SQL.
first=$(head -c 5 /dump | od -An -tx1 | tr -d ' \n')
case "$first" in
    5047444d50) kind=archive ;;
    1f8b*) kind=gzip ;;
    *) if [ "$(head -c 7 /dump)" = toc.dat ]; then kind=archive; else kind=sql; fi ;;
esac
case "$kind" in
    archive)
        from=$(version)
        here=$(admin -At -c 'show server_version_num')
        if [ -n "$from" ] && [ "${from%%.*}" -gt "$((here / 10000))" ]; then
            say "the dump is of PostgreSQL ${from%% *}, this server is $((here / 10000)): it may lack what the dump needs"
        fi
        pg_restore --no-owner --no-privileges --exit-on-error -d "$IMPORT_INTO" /dump || {
            # Without a table of contents its form itself is unknown here.
            [ -n "$from" ] || say "its pg_dump may be newer than this PostgreSQL $((here / 10000)): make it with" \
                "\`--format=plain\`, or take a newer \`base\` for db"
            say "pg_restore could not read it${from:+ (a dump of PostgreSQL $from)}; nothing of the project was changed"
            exit 1
        } ;;
    gzip) gunzip -c < /dump > /tmp/dump.sql || { say "it is no whole gzip file"; exit 1; } ;;
esac
case "$kind" in
    gzip) file=/tmp/dump.sql ;;
    sql) file=/dump ;;
    *) exit 0 ;;
esac
psql -X -q -w -v ON_ERROR_STOP=1 --single-transaction -d "$IMPORT_INTO" -f "$file" > /dev/null || {
    say "the SQL of the dump failed; nothing of the project was changed"
    exit 1
}
