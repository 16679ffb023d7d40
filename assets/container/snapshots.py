"""Snapshots of the project's database: databases beside it, copied by PostgreSQL's own
templates. What a snapshot is (its name, kind, branch, age) stands in its comment, so that
it cannot be lost apart from it.

Only tasks of class `database` come here, one at a time.
"""
from __future__ import print_function

import json
import os
import time
import uuid

import database
import files
from database import DatabaseError, identifier, literal
from processes import say

NAMED, AUTOMATIC, BRANCH = "named", "automatic", "branch"
# Left free on the engine's disk: a full one stops every database on it.
RESERVE = 256 * 1024 * 1024


class Refused(Exception):
    """It was not begun; why, and what to do."""


def prefix():
    """What the names of all snapshots' databases begin with."""
    return "%s__snapshot_" % database.name()


def database_of(kind, name):
    """The database of a snapshot; kinds have names of their own."""
    mark = {NAMED: "", AUTOMATIC: "auto_", BRANCH: "branch_"}[kind]
    return database.bounded_name(prefix() + mark + name)


def being_restored():
    """The database that is about to take the project's place."""
    return database.bounded_name("%s__restoring" % database.name())


def being_imported():
    """The database that a dump was read into."""
    return database.bounded_name("%s__importing" % database.name())


def listed():
    """All snapshots, the oldest first: dictionaries with name, kind, branch, at, bytes, database."""
    pattern = prefix().replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%") + "%"
    rows = database.admin(
        "select datname, pg_database_size(oid), coalesce(encode(convert_to(shobj_description(oid, 'pg_database'),"
        " 'UTF8'), 'hex'), '') from pg_database where datname like %s;"
        % literal(pattern))
    return sorted((_described(*row) for row in rows), key=lambda it: it["at"])


def _described(name, size, comment):
    found = {"name": name[len(prefix()):], "kind": NAMED, "branch": "", "at": 0}
    try:
        found.update(json.loads(bytes(bytearray.fromhex(comment)).decode("utf-8")))
    except ValueError:
        pass  # one whose maker was killed before it could describe it
    return dict(found, database=name, bytes=int(size))


def find(kind, name):
    """The snapshot, or None."""
    wanted = database_of(kind, name)
    return next((it for it in listed() if it["database"] == wanted), None)


def named(word):
    """The snapshot that a user's word means: a name, or `branch:NAME`; automatic ones by
    their names too."""
    if word.startswith("branch:"):
        found = find(BRANCH, word[len("branch:"):])
    else:
        found = find(NAMED, word) or find(AUTOMATIC, word)
    if found is None:
        known = ", ".join(label(it) for it in listed()) or "none"
        raise Refused("there is no snapshot %s; there are: %s" % (word, known))
    return found


def label(snapshot):
    """What a user calls it."""
    return ("branch:" if snapshot["kind"] == BRANCH else "") + snapshot["name"]


def comment(name, kind, branch, database_name):
    """The statement that describes a snapshot."""
    text = json.dumps({"name": name, "kind": kind, "branch": branch, "at": int(time.time())})
    return "comment on database %s is %s;\n" % (identifier(database_name), literal(text))


def free_bytes():
    """What the engine's disk has left: its volumes lie on one."""
    found = os.statvfs(files.STATE)
    return found.f_bavail * found.f_frsize


def size_of(database_name):
    """Bytes of a database."""
    return int(database.admin("select pg_database_size(oid) from pg_database where datname = %s;"
                              % literal(database_name))[0][0])


def must_fit(wanted):
    """Refuses what the disk has no room for, before anything is begun."""
    if wanted + RESERVE > free_bytes():
        raise Refused("the snapshot needs %s beside %s kept free, and the engine's disk has %s left: make room"
                      " first, or delete snapshots"
                      % (megabytes(wanted), megabytes(RESERVE), megabytes(free_bytes())))


def megabytes(count):
    """For people."""
    return "%d MB" % (count // 1000000)


def make_room(bounds, wanted):
    """Drops automatic snapshots, the oldest first, until another one keeps to the bounds."""
    found = listed()
    removable = [it for it in found if it["kind"] == AUTOMATIC]
    total = sum(it["bytes"] for it in found)
    while removable and (len(removable) >= bounds["keep"] or total + wanted > bounds["bytes"]):
        total -= drop_oldest(removable, bounds)
    if total + wanted > bounds["bytes"]:
        raise Refused("with another %s the snapshots would take more than %s: delete some, or raise"
                      " [snapshots] size" % (megabytes(wanted), megabytes(bounds["bytes"])))


def drop_oldest(removable, bounds):
    """Removes the first of the automatic snapshots; its bytes."""
    oldest = removable.pop(0)
    say("removing the automatic snapshot %s: [snapshots] keeps %d of them and %s in all"
        % (oldest["name"], bounds["keep"], megabytes(bounds["bytes"])))
    drop(oldest["database"])
    return oldest["bytes"]


def make_place(bounds):
    """Drops automatic snapshots, the oldest first, until one more keeps to their number:
    what becomes one takes no more room than before."""
    removable = [it for it in listed() if it["kind"] == AUTOMATIC]
    while len(removable) >= bounds["keep"]:
        drop_oldest(removable, bounds)


def drop(database_name):
    """Removes a database."""
    database.admin("drop database if exists %s;" % identifier(database_name))


def copy(source, target):
    """Statement: a copy by the server, as files where it can."""
    version, owner = database.admin(
        "select current_setting('server_version_num'), pg_get_userbyid(datdba) from pg_database"
        " where datname = %s;" % literal(source))[0]
    strategy = " strategy file_copy" if int(version) >= 150000 else ""
    return ("create database %s template %s owner %s%s;\n"
            % (identifier(target), identifier(source), identifier(owner), strategy))


def save(kind, name, context):
    """A copy of the database as it is now."""
    if kind == AUTOMATIC:
        name = stamped(name)
    target = database_of(kind, name)
    if kind == NAMED and find(kind, name):
        raise Refused("there is a snapshot %s already: `snapshot delete %s`, or take another name" % (name, name))
    wanted = size_of(database.name())
    must_fit(wanted)
    make_room(context["bounds"], wanted)
    database.alone(copy(database.name(), target)
                   + comment(name, kind, context["branch"], target)
                   + closed(target))
    say("saved %s (%s)" % (name, megabytes(wanted)))


def stamped(name):
    """The name of an automatic snapshot."""
    return "%s-%s" % (name, time.strftime("%Y%m%d-%H%M%S"))


def closed(database_name):
    """Statement: nobody may connect to a snapshot, or it would be one no more."""
    return "alter database %s with allow_connections false;\n" % identifier(database_name)


def restore(word, context):
    """The snapshot's copy takes the place of the database, which stays as an automatic
    snapshot: the long part is done while the project goes on."""
    snapshot = named(word)
    must_fit(snapshot["bytes"])
    target = being_restored()
    drop(target)
    database.admin(copy(snapshot["database"], target))
    database.admin("alter database %s with allow_connections true;" % identifier(target))
    take_place(target, "before-restore", context)
    say("restored %s" % label(snapshot))


def take_import(context):
    """The database that a dump was read into takes the project's place."""
    target = being_imported()
    if not database.exists(target):
        raise Refused("nothing was imported")
    take_place(target, "before-import", context)
    say("imported; the database from before is kept as a snapshot")


def take_place(target, why, context):
    """The database of this name becomes the project's, under a new identity: what was
    made from another content, a search index, must not pass for its own."""
    renew_identity(target)
    keep_as = stamped(why)
    old = database_of(AUTOMATIC, keep_as)
    make_place(context["bounds"])
    exchange(target, old, comment(keep_as, AUTOMATIC, context["branch"], old))


def exchange(target, old, then=""):
    """`target` takes the database's name, which becomes `old`; one transaction."""
    now = identifier(database.name())
    settings = database.settings_of(database.name())
    database.alone("\n".join([
        "begin;",
        "alter database %s rename to %s;" % (now, identifier(old)),
        "alter database %s rename to %s;" % (identifier(target), now),
    ] + settings + ["commit;", then]))


def renew_identity(database_name):
    """A new identity, and our tables where they are not there."""
    database.sql(database.SCHEMA % uuid.uuid4() + database.MARK_IMPORTED
                 + "update biostar_tui.identity set id = %s::uuid;" % literal(str(uuid.uuid4())),
                 database=database_name)


def switch(left, entered, context):
    """Another branch was checked out: its own database where it has one, else it goes on
    with a copy of the one that is left."""
    kept, comes = database_of(BRANCH, left), find(BRANCH, entered)
    drop(kept)
    if comes is None:
        wanted = size_of(database.name())
        must_fit(wanted)
        make_room(context["bounds"], wanted)
        database.alone(copy(database.name(), kept) + comment(left, BRANCH, left, kept) + closed(kept))
        say("the database of %s is kept; %s begins with it" % (left, entered))
        return
    database.admin("alter database %s with allow_connections true;" % identifier(comes["database"]))
    renew_identity(comes["database"])
    exchange(comes["database"], kept, comment(left, BRANCH, left, kept))
    database.admin("comment on database %s is null;" % identifier(database.name()))
    say("the database of %s is kept, that of %s is back" % (left, entered))


def delete(word):
    """Removes a snapshot."""
    snapshot = named(word)
    drop(snapshot["database"])
    say("deleted %s" % label(snapshot))


def run(task):
    """What the words of the task say."""
    verb, words, context = task["run"][0], task["run"][1:], task["snapshots"]
    if verb == "save" and words[0] == "--automatic":
        return save(AUTOMATIC, words[1], context)
    work = {"save": lambda name: save(NAMED, name, context), "restore": lambda name: restore(name, context),
            "delete": delete, "switch": lambda left, entered: switch(left, entered, context),
            "import": lambda *_file: take_import(context)}
    return work[verb](*words)
