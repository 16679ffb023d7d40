"""Receipts: what has been done, kept with what it was done to.

Each kind of place answers the same four questions. A receipt is a dictionary
with `state` (begun, done, failed) and `digest`; the places add what they need.
"""
from __future__ import print_function

import os
import time

import database
import files


class Nowhere(object):
    """For what leaves nothing behind that could be described."""

    def read(self):
        """Never anything."""
        return None

    def begin(self, digest):
        """Nothing to write."""

    def finish(self, state, digest, code, milliseconds):
        """Nothing to write."""

    def satisfied(self, receipt, digest, when):
        """Never."""
        return False


def _is_done(receipt, digest, when):
    if receipt is None or receipt.get("state") != "done":
        return False
    return when == "once" or (when == "changed" and receipt.get("digest") == digest)


def _now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _begun(digest):
    return {"state": "begun", "digest": digest, "begun_at": _now(), "run": os.uname()[1]}


def _finished(receipt, state, digest, code, milliseconds):
    receipt = dict(receipt or {})
    receipt.update(state=state, digest=digest, finished_at=_now(), exit_code=code,
                   duration_ms=milliseconds)
    return receipt


class InFolder(object):
    """A file in a volume."""

    def __init__(self, folder, step):
        files.make_folder(folder)
        self.path = os.path.join(folder, step.replace("/", "-") + ".json")

    def read(self):
        """The receipt, or None."""
        return files.read_json(self.path)

    def begin(self, digest):
        """Before the first change."""
        files.write_json(self.path, _begun(digest))

    def finish(self, state, digest, code, milliseconds, **more):
        """After the last one; `more` is kept with it."""
        receipt = _finished(self.read(), state, digest, code, milliseconds)
        receipt.update(more)
        files.write_json(self.path, receipt)

    def satisfied(self, receipt, digest, when):
        """Whether the step need not run."""
        return _is_done(receipt, digest, when)


class InDatabase(object):
    """A row in the database that the step changes: whatever happens to the one
    happens to the other."""

    def __init__(self, step):
        self.step = step
        # Whether the database as it was before the step is there, once it was read.
        self.has_copy = False
        # With this digest the step begins in the session that reads, where nothing is in
        # the way: for a step that runs whatever its receipt says and copies nothing before.
        self.begins_with = None
        self.has_begun = False

    def read(self):
        """The receipt, or None; `has_copy` tells more after it."""
        then = ("select state, coalesce(digest, '') from biostar_tui.receipts where step = %s;"
                % database.literal(self.step))
        if self.begins_with is not None:
            then += "select 'at once', '';" + self._begin_if_clear(self.begins_with)
        rows, self.has_copy = database.mend(self.step, then)
        if ["at once", ""] in rows:
            at = rows.index(["at once", ""])
            rows, self.has_begun = rows[:at], len(rows) > at + 1
        return {"state": rows[0][0], "digest": rows[0][1]} if rows else None

    def begin(self, digest):
        """Before the first change, after the copy."""
        if not self.has_begun:
            database.sql(self._begin(digest, "values (%s)") + ";")

    def _begin(self, digest, given):
        values = "%s, 'begun', %s, now(), %s" % tuple(
            database.literal(text) for text in (self.step, digest, os.uname()[1]))
        return ("insert into biostar_tui.receipts as receipt (step, state, digest, begun_at, run) " + given % values
                + " on conflict (step) do update set state = 'begun', digest = excluded.digest,"
                " begun_at = now(), finished_at = null, duration_ms = null, exit_code = null, run = excluded.run")

    def _begin_if_clear(self, digest):
        """Not while a killed run is to be rolled back, nor while a copy is there, which the
        next run would take for the database before this one."""
        clear = ("select %%s where not exists (select from pg_database where datname = %s)"
                 " and not exists (select from pg_stat_activity where application_name = %s and pid <> pg_backend_pid())"
                 % (database.literal(database.copy_name(self.step)), database.literal(database.SESSION)))
        return self._begin(digest, clear) + " where receipt.state <> 'begun' returning 'begun';"

    def finish(self, state, digest, code, milliseconds, then=""):
        """After the last change; then the statements `then`, which need the receipt. The
        row is made anew: a step may have put another database in the place of the one it
        began with."""
        begun = "now() - interval '%d milliseconds'" % milliseconds
        database.ensure_schema(
            "insert into biostar_tui.receipts values (%s, %s, %s, %s, now(), %d, %d, %s)"
            " on conflict (step) do update set state = excluded.state, digest = excluded.digest,"
            " begun_at = excluded.begun_at, finished_at = now(), duration_ms = excluded.duration_ms,"
            " exit_code = excluded.exit_code, run = excluded.run;"
            % (database.literal(self.step), database.literal(state), database.literal(digest), begun,
               milliseconds, code, database.literal(os.uname()[1])) + then)

    def satisfied(self, receipt, digest, when):
        """Whether the step need not run. What once initialised a database is
        not done again to a dump of it."""
        if receipt is None and when == "once" and database.imported():
            return True
        return _is_done(receipt, digest, when)


class Output(object):
    """One thing that a step makes in the project, with its receipt: inside it
    when it is a finished folder, beside it otherwise. A step may well empty the
    folder that it fills, so `begun` cannot be kept inside."""

    def __init__(self, path):
        self.path = os.path.join(files.PROJECT, path.rstrip("/"))
        self.beside = self.path + ".biostar-tui.json"
        self.inside = os.path.join(self.path, ".biostar-tui.json")

    def read(self):
        """The receipt, or None."""
        return files.read_json(self.beside) or files.read_json(self.inside)

    def write_begun(self, receipt):
        """Where the step does not come by."""
        files.make_folder(os.path.dirname(self.beside))
        files.write_json(self.beside, receipt)

    def write_finished(self, receipt):
        """In its last place; the other is cleared after, so a kill loses nothing."""
        if os.path.isdir(self.path):
            files.write_json(self.inside, receipt)
            files.remove(self.beside)
        else:
            self.write_begun(receipt)

    def made_by_us(self):
        """Whether it may be removed: it was not there before us, or is ours since."""
        if not os.path.lexists(self.path):
            return True
        return bool((self.read() or {}).get("ours"))

    def remove(self):
        """The thing first and its receipt last: a kill in between is found."""
        files.remove(self.path)
        files.remove(self.beside)


class InProject(object):
    """A file with every output. It names the database that the output was made
    from: an index of another database's posts is stale, however new."""

    def __init__(self, outputs, has_database):
        self.outputs = [Output(path) for path in outputs]
        self.has_database = has_database

    def _identity(self):
        return database.identity() if self.has_database else None

    def read(self):
        """The receipt that says least: one begun output makes the step begun."""
        receipts = [output.read() for output in self.outputs]
        for state in ("begun", "failed"):
            for receipt in receipts:
                if receipt is not None and receipt.get("state") == state:
                    return receipt
        return None if None in receipts or not receipts else receipts[0]

    def begin(self, digest):
        """Before the first change; who owned each output is settled now."""
        for output in self.outputs:
            ours = output.made_by_us()
            output.write_begun(dict(_begun(digest), ours=ours))

    def finish(self, state, digest, code, milliseconds):
        """After the last one."""
        for output in self.outputs:
            receipt = _finished(output.read(), state, digest, code, milliseconds)
            receipt["database"] = self._identity()
            output.write_finished(receipt)

    def satisfied(self, receipt, digest, when):
        """Done, there, and made from the database that is there now."""
        receipts = [output.read() for output in self.outputs]
        if not receipts or not all(_is_done(each, digest, when) for each in receipts):
            return False
        if not all(os.path.lexists(output.path) for output in self.outputs):
            return False
        identity = self._identity()
        return all(each.get("database") == identity for each in receipts)

    def remove_half_made(self):
        """What a killed or failed run left; what the user had there before stays."""
        removed = []
        for output in self.outputs:
            if output.made_by_us() and os.path.lexists(output.path):
                removed.append(os.path.relpath(output.path, files.PROJECT))
                output.remove()
        return removed


class InState(InFolder):
    """A file in the environment's state volume, for outputs that lie there too. As in
    the project's folder, it names the database that they were made from."""

    def __init__(self, step, outputs, has_database):
        InFolder.__init__(self, os.path.join(files.STATE, "receipts"), step)
        self.folder = os.path.join(files.STATE, "outputs")
        self.outputs = [path.rstrip("/") for path in outputs]
        self.has_database = has_database

    def _path(self, output):
        return os.path.join(self.folder, output)

    def missing(self):
        """The outputs that are not there."""
        return [output for output in self.outputs if not os.path.lexists(self._path(output))]

    def begin(self, digest):
        """Not every step makes the folders above what it makes."""
        InFolder.begin(self, digest)
        for output in self.outputs:
            files.make_folder(os.path.dirname(self._path(output)))

    def finish(self, state, digest, code, milliseconds, **more):
        """What is not there is of no database."""
        identity = database.identity() if self.has_database and not self.missing() else None
        InFolder.finish(self, state, digest, code, milliseconds, database=identity, **more)

    def satisfied(self, receipt, digest, when):
        """Done, there, and made from the database that is there now."""
        if not _is_done(receipt, digest, when) or self.missing():
            return False
        return not self.has_database or receipt.get("database") == database.identity()

    def remove_half_made(self):
        """What a killed or failed run left; all of it is ours."""
        there = [output for output in self.outputs if os.path.lexists(self._path(output))]
        for output in there:
            files.remove(self._path(output))
        return there


def for_task(task):
    """The place where the receipt of this task lives."""
    scope = task["scope"]
    if scope == "database" and task["has_database"]:
        return InDatabase(task["name"])
    if scope == "database":
        return InFolder(os.path.join(files.STATE, "receipts"), task["name"])
    if scope == "packages":
        return InFolder(os.path.join(files.PACKAGES, "receipts"), task["name"])
    if scope == "project" and task["outputs"] and task["outputs_apart"]:
        return InState(task["name"], task["outputs"], task["has_database"])
    if scope == "project" and task["outputs"]:
        return InProject(task["outputs"], task["has_database"])
    if scope == "project":
        return InFolder(os.path.join(files.STATE, "receipts"), task["name"])
    return Nowhere()
