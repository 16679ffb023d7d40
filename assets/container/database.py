"""The project's database as the task runner sees it, through `psql`.

Only one task at a time changes it (the lock of class `database`), so whatever a
killed run left behind is found, and mended, by the next one.
"""
from __future__ import print_function

import os
import subprocess
import time
import uuid

from processes import say

# Sessions of ours carry this name, so that those of a killed runner are found.
SESSION = "biostar-tui task"
LONGEST_NAME = 63
# From here on the pages are copied as files: writing each to the log as well
# would cost more than the two checkpoints that copying files needs.
LARGE = 100 * 1024 * 1024

# A dump may have brought all of it, or a part: what is there is left alone.
SCHEMA = """
create schema if not exists biostar_tui;
create table if not exists biostar_tui.identity (id uuid not null, origin text not null default 'created');
create table if not exists biostar_tui.receipts (
  step text primary key, state text not null, digest text, begun_at timestamptz,
  finished_at timestamptz, duration_ms bigint, exit_code int, run text);
insert into biostar_tui.identity (id) select '%s'::uuid where not exists (select from biostar_tui.identity);
"""

# Tables that are there although no step of ours ever began came with a dump.
MARK_IMPORTED = """
update biostar_tui.identity set origin = 'imported' where origin = 'created'
  and not exists (select from biostar_tui.receipts where step <> 'database')
  and exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_'
      and n.nspname not in ('information_schema', 'biostar_tui', 'topology', 'tiger')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'));
"""

# Settings made with ALTER DATABASE belong to a database's entry and not to its
# content: a copy lacks them. Lists keep their own quoting.
SETTINGS = """
select setting, case when setting in ('search_path', 'temp_tablespaces',
      'session_preload_libraries', 'local_preload_libraries') then value else quote_literal(value) end
from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase, unnest(s.setconfig) entry,
  lateral (select split_part(entry, '=', 1) as setting, substr(entry, strpos(entry, '=') + 1) as value) parts
where d.datname = %s and s.setrole = 0;
"""


class DatabaseError(Exception):
    """What the server, or psql, said."""


def literal(text):
    """A string constant. A value comes from a task's file, not from us."""
    return "'%s'" % text.replace("'", "''")


def identifier(name):
    """A quoted name."""
    return '"%s"' % name.replace('"', '""')


def name():
    """The project's database."""
    return os.environ.get("PGDATABASE") or os.environ.get("PGUSER") or "postgres"


def bounded_name(text):
    """PostgreSQL cuts longer names off in silence, and two would become one."""
    if len(text.encode("utf-8")) <= LONGEST_NAME:
        return text
    import hashlib  # loads OpenSSL, which most runs can do without
    digest = hashlib.sha1(text.encode("utf-8")).hexdigest()[:8]
    kept = text.encode("utf-8")[:LONGEST_NAME - 9].decode("utf-8", "ignore")
    return "%s_%s" % (kept, digest)


def copy_name(step):
    """The database as it was before `step`."""
    return bounded_name("%s__before_%s" % (name(), step))


def failed_name():
    """The database as the last failed step left it."""
    return bounded_name("%s__failed" % name())


def sql(text, database=None):
    """Runs statements, each in a transaction of its own; the rows as lists of
    strings. The statements go through standard input: arguments can be seen."""
    environment = dict(os.environ, PGAPPNAME=SESSION, PGCONNECT_TIMEOUT="10",
                       PGOPTIONS="-c client_min_messages=warning")
    argv = ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-w",
            "-d", database or name()]
    try:
        psql = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=environment)
    except OSError:
        raise DatabaseError("the image has no psql; add its package (postgresql-client) to the image")
    out, err = psql.communicate(text.encode("utf-8"))
    if psql.returncode != 0:
        raise DatabaseError(_reason(err.decode("utf-8", "replace")))
    return [line.split("\t") for line in out.decode("utf-8", "replace").splitlines()]


def _reason(text):
    """psql's complaint without its own name and line number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines:
        for mark in ("ERROR:  ", "FATAL:  ", "error: "):
            if mark in line:
                return line.split(mark)[-1]
    return lines[-1] if lines else "psql ended without a reason"


def admin(text):
    """Statements about the database, which cannot be made from inside it."""
    return sql(text, "postgres" if name() != "postgres" else "template1")


def exists(database):
    """Whether there is such a database."""
    return bool(admin("select 1 from pg_database where datname = %s;" % literal(database)))


def _allow(yes):
    return ("alter database %s with allow_connections %s;\n"
            % (identifier(name()), "true" if yes else "false"))


def _end_sessions():
    return ("select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = %s and pid <> pg_backend_pid();\n" % literal(name()))


def alone(statements):
    """Runs statements while nobody is connected to the database nor can be:
    in one session, because the project waits outside meanwhile."""
    try:
        admin(_allow(False) + _end_sessions() + statements + _allow(True))
    except BaseException:
        admin(_allow(True))
        raise


def _look(step):
    """What a runner killed in the middle of a copy left: a statement that the server still
    carries out, a database that nobody may enter; and the copy from before `step`."""
    return ("select 'session', pg_terminate_backend(pid)::text from pg_stat_activity"
            " where application_name = %s and pid <> pg_backend_pid();"
            "select 'barred', '' from pg_database where not datallowconn and datname = %s;"
            "select 'copy', '' from pg_database where datname = %s;"
            % (literal(SESSION), literal(name()), literal(copy_name(step) if step else "")))


def repair():
    """Waits for the server, then undoes what a killed runner left."""
    for _attempt in range(100):
        found = [row[0] for row in wait_until_ready(_look(None))]
        if "session" not in found:
            break
        time.sleep(0.1)
    if "barred" in found:
        say("an interrupted run had closed the database %s; it is open again" % name())
        admin(_allow(True))


def mend(step, then):
    """Our tables, and the rows of the statements `then`, with nothing left of a killed
    runner; and whether the copy from before `step` is there. In one session, for each
    costs as much as a small step: it is made good only where something is wrong."""
    statements = _look(step) + SCHEMA % uuid.uuid4() + MARK_IMPORTED + "select 'then', '';" + then
    try:
        rows = sql(statements)
    except DatabaseError:
        rows = None
    if rows is None or rows[0][0] == "session":
        repair()
        rows = sql(statements)
    at = rows.index(["then", ""])
    return rows[at + 1:], ["copy", ""] in rows[:at]


def take_copy(step):
    """Copies the database to its name before `step`. Nobody may be connected to
    the original meanwhile, so sessions are ended and new ones kept out."""
    copy = identifier(copy_name(step))
    owner, size, version = admin(
        "select pg_get_userbyid(datdba), pg_database_size(oid), current_setting('server_version_num')"
        " from pg_database where datname = %s;" % literal(name()))[0]
    as_files = int(size) > LARGE and int(version) >= 150000
    alone("drop database if exists %s;\ncreate database %s template %s owner %s%s;\n" % (
        copy, copy, identifier(name()), identifier(owner), " strategy file_copy" if as_files else ""))


def drop_copy(step):
    """Removes the copy, if there is one."""
    admin(without_copy(step))


def without_copy(step):
    """The statement that removes it."""
    return "drop database if exists %s;" % identifier(copy_name(step))


def roll_back(step):
    """Puts the copy in the database's place and keeps the broken one aside;
    False when there is no copy. The exchange is one transaction: a kill leaves
    either the old state or the new one."""
    if not exists(copy_name(step)):
        return False
    alone(_exchange(step, settings_of(name())))
    return True


def settings_of(database):
    """Statements that give the project's database the settings of this one."""
    return ["alter database %s set %s = %s;" % (identifier(name()), identifier(row[0]), row[1])
            for row in admin(SETTINGS % literal(database))]


def _exchange(step, settings):
    names = {"now": identifier(name()), "copy": identifier(copy_name(step)),
             "failed": identifier(failed_name())}
    return "\n".join([
        "drop database if exists %(failed)s;" % names,
        "begin;",
        "alter database %(now)s rename to %(failed)s;" % names,
        "alter database %(copy)s rename to %(now)s;" % names,
        "alter database %(failed)s with allow_connections true;" % names,
    ] + settings + ["commit;", ""])


def wait_until_ready(statements="select 1;", seconds=60):
    """Waits for the server to take connections over TCP; the rows of the statements."""
    begun, told = time.time(), False
    while True:
        try:
            return admin(statements)
        except DatabaseError as error:
            if not _may_pass(str(error)) or time.time() - begun > seconds:
                raise
        if not told and time.time() - begun > 2:
            say("waiting for PostgreSQL at %s" % address())
            told = True
        time.sleep(0.2)


def _may_pass(reason):
    """Whether waiting can help: a server that starts, not one that refuses us."""
    return any(sign in reason for sign in (
        "refused", "starting up", "shutting down", "translate host name", "timeout",
        "timed out", "No route", "unreachable", "closed the connection", "recovery"))


def address():
    """Where the server is, for people."""
    return "%s:%s" % (os.environ.get("PGHOST", "db"), os.environ.get("PGPORT", "5432"))


def create_if_missing():
    """True when the database was not there."""
    if exists(name()):
        return False
    admin("create database %s;" % identifier(name()))
    return True


def ensure_schema(then=""):
    """Our tables and the database's identity; the rows of the statements `then`."""
    return sql(SCHEMA % uuid.uuid4() + MARK_IMPORTED + then)


def identity():
    """What tells this database from every other one; None before its time."""
    if not sql("select 1 where to_regclass('biostar_tui.identity') is not null;"):
        return None
    rows = sql("select id from biostar_tui.identity;")
    return rows[0][0] if rows else None


def imported():
    """Whether the content came with a dump, which counts as initialised."""
    return bool(sql("select 1 from biostar_tui.identity where origin = 'imported';"))
