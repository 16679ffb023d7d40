"""Runs one task as PID 1 of its container, by the rules of its receipt.

`begun` is written before the first change and `done` after the last one and its
`verify`. A run that was killed in between is rolled back by the next one, so a
step is either done or as if it had never begun.
"""
from __future__ import print_function

import errno
import json
import os
import sys
import time

import database
import files
import processes
import receipts
from database import DatabaseError
from processes import Interrupted, say

TASK = "/opt/biostar-tui/task.json"
DEFAULTS = {"run": [], "kind": "command", "when": "always", "scope": "none", "class": "none",
            "digest": "", "force": False, "verify": [], "probe": [], "outputs": [], "outputs_apart": False,
            "has_database": False, "snapshots": {}}


# Exit code of a step whose outputs cannot be made (EX_CANTCREAT of sysexits.h): no
# reason to keep the site down.
LEFT_OUT = 73


class Failed(Exception):
    """The step failed; `lines` are its last words."""

    def __init__(self, code, *lines):
        Exception.__init__(self, code, *lines)
        self.code = code
        self.lines = lines


def load():
    """The task, whole."""
    task = dict(DEFAULTS)
    with open(TASK) as stream:
        for key, value in json.load(stream).items():
            task[key] = DEFAULTS.get(key, "") if value is None else value
    return task


def way_back():
    """What becomes of what was begun: a command that was asked for has no receipt."""
    return "" if load()["scope"] == "none" else "; what a step had begun is rolled back by its next run"


def copies_database(task):
    """Whether the step can be undone by a copy of the database."""
    return task["scope"] == "database" and task["has_database"] and task["kind"] == "command"


def copies_late(task):
    """Whether Django's `migrate` itself can tell when there is something to undo, so that
    one with nothing to do ends no session and copies nothing. Only where nothing else
    runs; `--run-syncdb` makes tables that are in no plan."""
    run = task["run"]
    return (copies_database(task) and len(run) > 2 and os.path.basename(run[0]).startswith("python")
            and os.path.basename(run[1]) == "manage.py" and run[2] == "migrate"
            and "--run-syncdb" not in run and not task["verify"])


def lock_class(task):
    """Whose turn it needs. What takes copies of the database, or makes a base,
    cannot do without, whatever the task says."""
    if copies_database(task) or task["kind"] in ("database", "packages", "snapshot"):
        return "packages" if task["kind"] == "packages" else "database"
    return task["class"]


def lock(task):
    """Held until we are gone."""
    kind = lock_class(task)
    if kind == "none":
        return None
    return files.take_lock(kind, task["name"], lambda holder: say(
        "waiting for %s (class %s)" % (holder, kind)))


def mend(task):
    """What a killed run may have left of the database, before it is looked at. Where the
    receipt is in the database, reading it does the same."""
    if (lock_class(task) == "database" and task["has_database"] and task["kind"] != "database"
            and not copies_database(task)):
        database.repair()


def roll_back_killed(task, place):
    """Undoes the half of a run that was killed."""
    say("%s was interrupted before; rolling back" % task["name"])
    if copies_database(task) and not database.roll_back(task["name"]) and not copies_late(task):
        say("there is no copy of the database from before it: it runs over what is there")
    remove_outputs(place)


def remove_outputs(place):
    """Half of an index answers like a whole one, so it may not stay."""
    if hasattr(place, "remove_half_made"):
        for path in place.remove_half_made():
            say("removed the half-made %s" % path)


def runs_anyway(task):
    """Whether it runs whatever its receipt says."""
    return task["force"] or task["when"] == "always"


def unmet(task, place):
    """Whether the task has to run; leftovers of killed runs are cleared."""
    receipt = place.read()
    if receipt is not None and receipt.get("state") == "begun":
        roll_back_killed(task, place)
        receipt = None
    elif copies_database(task) and place.has_copy:
        database.drop_copy(task["name"])
    if task["kind"] == "packages":
        import packages
        packages.remove_leftovers()
    if runs_anyway(task):
        return True
    if task["when"] == "probe":
        return processes.run(task["probe"], directory=files.PROJECT) != 0
    return not place.satisfied(receipt, task["digest"], task["when"])


def command(task):
    """Runs the command, then what proves that it did its work."""
    code = processes.run(task["run"], directory=files.PROJECT)
    if code != 0:
        raise Failed(code, "step %s failed with exit code %d" % (task["name"], code))
    if task["verify"]:
        verified = processes.run(task["verify"], directory=files.PROJECT)
        if verified != 0:
            raise Failed(1, "step %s failed: it ended with 0, but its verify `%s` ended with %d"
                         % (task["name"], " ".join(task["verify"]), verified))


def install(task):
    """The packages; what failed keeps the current base as it was."""
    import packages  # here and below: what one kind of step needs, no other has to load
    code, reason = packages.install()
    if code != 0:
        raise Failed(code, "step %s failed with exit code %d; the packages from before stay in use"
                     % (task["name"], code), reason)


def set_up_database(_task):
    """The database, our tables in it, and the proof that the project uses it."""
    database.repair()
    if database.create_if_missing():
        say("created the database %s" % database.name())
    database.ensure_schema()
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        return
    import packages
    code = processes.run([packages.interpreter(), "/opt/biostar-tui/verify_database.py",
                          database.identity()], directory=files.PROJECT)
    if code != 0:
        raise Failed(code)


def snapshot(task):
    """A snapshot is taken, restored, removed; or refused before anything is begun."""
    import snapshots
    try:
        snapshots.run(task)
    except snapshots.Refused as refused:
        raise Failed(1, str(refused))


WORK = {"command": command, "packages": install, "database": set_up_database, "snapshot": snapshot}


def milliseconds_since(begun):
    """Whole ones, as receipts hold them."""
    return int((time.time() - begun) * 1000)


def finish(task, place, begun):
    """The receipt of success; only then may the way back be removed."""
    more = {}
    if task["kind"] == "packages":
        import packages
        more["installed"] = packages.installed_hash()
    missing = place.missing() if hasattr(place, "missing") else []
    for path in missing:
        say("%s made no %s: is that path in the settings? Only then each environment has its own"
            % (task["name"], path))
    if copies_database(task):
        more["then"] = database.without_copy(task["name"])
    place.finish("done", task["digest"], 0, milliseconds_since(begun), **more)


def roll_back(task):
    """What became of the database, in words."""
    if database.roll_back(task["name"]):
        return ("the database %s is as it was before the step; what the step left is in %s"
                % (database.name(), database.failed_name()))
    if copies_late(task):
        return "no migration was applied: the database %s is as it was" % database.name()
    return "the database could not be rolled back: its copy is gone"


def undo(task, place, failure, begun):
    """After a failure: the database as it was, the receipt, the last words."""
    last = list(failure.lines)
    if copies_database(task):
        last.append(roll_back(task))
    remove_outputs(place)
    place.finish("failed", task["digest"], failure.code, milliseconds_since(begun))
    return last


def execute(task, place):
    """From `begun` to `done`, or to `failed`."""
    # For the overlay's hook: who follows a task wants to know how much there is to do.
    os.environ["BIOSTAR_TUI_ANNOUNCE"] = "1"
    begun = time.time()
    if copies_late(task):
        os.environ["BIOSTAR_TUI_COPY"] = "1"
    elif copies_database(task):
        database.take_copy(task["name"])
    # The database's own step has no place for a receipt before it has run.
    if task["kind"] != "database":
        place.begin(task["digest"])
    try:
        WORK[task["kind"]](task)
    except Failed as failure:
        failure.lines = undo(task, place, failure, begun)
        raise
    finish(task, place, begun)


def main():
    """Exit code."""
    task = load()
    place = receipts.for_task(task)
    held = lock(task)  # noqa: F841 - dropping it would free the lock
    mend(task)
    if copies_late(task) and runs_anyway(task):
        place.begins_with = task["digest"]
    if task["kind"] != "database" and not unmet(task, place):
        print("%s: already done" % task["name"])
        return 0
    execute(task, place)
    return 0


def guarded():
    """`main`, every way it can end turned into an exit code and plain words."""
    processes.raise_when_interrupted()
    try:
        return main()
    except Failed as failure:
        for line in failure.lines:
            say(line)
        return failure.code
    except DatabaseError as error:
        say("PostgreSQL at %s: %s" % (database.address(), error))
        say(remedy(str(error)))
        return 1
    except Interrupted as interruption:
        say("interrupted%s" % way_back())
        return 128 + interruption.number
    except (IOError, OSError) as error:
        if is_closed_folder(error):
            say("left out: the project's folder may not be written (%s: %s); what the step makes lies there"
                % (error.filename, error.strerror))
            return LEFT_OUT
        say("cannot use %s: %s" % (error.filename or "a file", error.strerror or error))
        return 1


def is_closed_folder(error):
    """Whether a place in the project's folder is read-only or another user's. Only our
    own files raise here, and the first of them is written before anything else."""
    return (error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
            and str(error.filename or "").startswith(files.PROJECT + "/"))


def remedy(reason):
    """What to do about what the server said."""
    if "no password supplied" in reason:
        return "The secrets volume does not fit this user, host or database: run `up`, which prepares it anew."
    if "password authentication failed" in reason:
        return "The password does not match: restart the db container, which takes it from the secrets volume."
    if "No space left" in reason:
        return "The engine's disk is full: make room, then run the step again."
    if any(sign in reason for sign in ("refused", "translate host name", "starting up", "timeout")):
        return "Is the db container up? Its log tells why not; `up` starts it."
    return "The db container's log has the details."


if __name__ == "__main__":
    sys.exit(guarded())
