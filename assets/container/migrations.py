"""migrations.py report DIGEST | plan DIGEST APP [MIGRATION] | make [ARGUMENT...]

What the migrations of the code and those of the database have to do with each other,
asked of Django itself, or of South. Run with the project's Python and environment, from
the project's folder; the answer is one line of JSON, the last on standard output.
Python 2.7 and 3.

A report is kept in the state volume with the digest of the code and of what is applied,
so that who asks again is answered without Django.
"""
from __future__ import print_function

import hashlib
import json
import os
import subprocess
import sys

PROJECT = "/project"
STATE = os.environ.get("BIOSTAR_TUI_STATE", "/var/lib/biostar-tui/state")
# What is shown of a list; the rest is counted.
MOST = 200
EMPTY = {"system": "none", "pending": [], "unknown": [], "changes": [], "conflicts": [], "error": None}
# The tables of applied migrations, the first that is there counts, and what a row is known by.
# One that is not there must not be read: PostgreSQL would write an error into its log at
# every look.
TABLES = (("django_migrations", "app || name"), ("south_migrationhistory", "app_name || migration"))
PRESENT = "select " + ", ".join(
    "to_regclass('%s') is not null" % table for table in [table for table, _ in TABLES] + ["biostar_tui.identity"])
IDENTITY = "coalesce((select id::text from biostar_tui.identity), '')"
APPLIED = """
select %s, md5(string_agg(line, ',')) from (
  select %s as line from %s order by id) applied;
"""


def psql(statement):
    """The rows of a statement, or None where it cannot be carried out."""
    try:
        asked = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-w", "-c", statement],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError:
        return None
    out, _ = asked.communicate()
    return out.decode("utf-8", "replace").strip() if asked.returncode == 0 else None


def applied_digest():
    """What tells one state of the database from another; empty where that is not known."""
    present = (psql(PRESENT) or "").split("|")
    identity = IDENTITY if present[-1] == "t" else "''"
    for (table, line), is_there in zip(TABLES, present):
        found = psql(APPLIED % (identity, line, table)) if is_there == "t" else None
        if found:
            return hashlib.sha1(found.encode("utf-8")).hexdigest()
    return ""


def kept_path():
    """Where the last report is kept."""
    return os.path.join(STATE, "migrations.json")


def kept(key):
    """The report that was made under this key, or None."""
    try:
        with open(kept_path()) as stream:
            found = json.load(stream)
    except (IOError, OSError, ValueError):
        return None
    return found.get("report") if isinstance(found, dict) and found.get("key") == key else None


def keep(key, report):
    """For who asks next; a volume that cannot be written keeps nothing."""
    beside = "%s.%d" % (kept_path(), os.getpid())
    try:
        with open(beside, "w") as stream:
            json.dump({"key": key, "report": report}, stream)
        os.rename(beside, kept_path())
    except (IOError, OSError):
        pass


def set_up():
    """Django with the project's settings."""
    sys.path.insert(0, os.getcwd())
    import django
    if hasattr(django, "setup"):
        django.setup()
    from django.conf import settings
    return settings


def uses_south(settings):
    """Django before 1.7 has no migrations of its own."""
    try:
        import django.db.migrations  # noqa: F401
        return False
    except ImportError:
        return "south" in settings.INSTALLED_APPS


def is_own(path):
    """Whether code lies in the project's folder, and not among the packages."""
    folder = os.path.realpath(PROJECT) + os.sep
    return (os.path.realpath(path) + os.sep).startswith(folder)


def native_report():
    """By Django's own migrations, 1.7 and later."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    executor = MigrationExecutor(connections["default"])
    loader = executor.loader
    conflicts = loader.detect_conflicts()
    report = dict(EMPTY, system="django", unknown=native_unknown(loader))
    report["conflicts"] = [{"app": app, "migrations": sorted(names)} for app, names in sorted(conflicts.items())]
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    report["pending"] = ["%s.%s" % (step.app_label, step.name) for step, _backwards in plan]
    if not conflicts:
        report["changes"] = native_changes(loader)
    return report


def native_unknown(loader):
    """Applied migrations that the code does not have. One that a squashed one stands for
    is not missed."""
    replaced = set()
    for migration in loader.disk_migrations.values():
        replaced.update(tuple(name) for name in migration.replaces)
    applied = set(loader.applied_migrations)
    return sorted("%s.%s" % key for key in applied - set(loader.disk_migrations) - replaced)


def native_changes(loader):
    """What makemigrations would write for the project's own apps."""
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.questioner import MigrationQuestioner
    from django.db.migrations.state import ProjectState
    own = set(config.label for config in apps.get_app_configs()
              if config.models_module is not None and is_own(config.path))
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), MigrationQuestioner())
    found = detector.changes(graph=loader.graph)
    return [{"app": app, "operations": [described(operation) for migration in migrations
                                        for operation in migration.operations]}
            for app, migrations in sorted(found.items())
            # The tables of an app without migrations are made without.
            if app in own and app in loader.migrated_apps]


def described(operation):
    """An operation in a line."""
    return operation.describe() if hasattr(operation, "describe") else type(operation).__name__


def south_modules():
    """Every app's migrations, as South finds them."""
    from django.core.management import call_command  # noqa: F401 - South wants its commands set up
    from south.migration import all_migrations
    return list(all_migrations())


def south_applied():
    """(app, migration) of South's history."""
    from south.models import MigrationHistory
    return [(str(row.app_name), str(row.migration))
            for row in MigrationHistory.objects.filter(applied__isnull=False).order_by("applied")]


def south_report():
    """By South."""
    modules, applied = south_modules(), set(south_applied())
    known = set((str(module.app_label()), str(migration.name())) for module in modules for migration in module)
    report = dict(EMPTY, system="south")
    report["pending"] = ["%s.%s" % (module.app_label(), migration.name()) for module in modules
                         for migration in module
                         if (str(module.app_label()), str(migration.name())) not in applied]
    report["unknown"] = sorted("%s.%s" % key for key in applied - known)
    report["changes"] = [change for change in map(south_changes, modules) if change]
    return report


def south_changes(module):
    """What `schemamigration --auto` would write for an app of the project."""
    from south.creator import changes, freezer
    migrations = list(module)
    if not migrations or not is_own(module._application.__file__):
        return None
    label, last = module.app_label(), migrations[-1].migration_class()
    if not hasattr(last, "models"):
        return None
    ours = dict((name, model) for name, model in last.models.items() if name.split(".")[0] == label)
    now = dict((name, model) for name, model in freezer.freeze_apps([label]).items() if name.split(".")[0] == label)
    found = changes.AutoChanges(migrations=module, old_defs=ours, old_orm=migrations[-1].orm(), new_defs=now)
    names = [name for name, _ in found.get_changes()]
    return {"app": str(label), "operations": names} if names else None


def native_backwards(app, target):
    """Migrations that going to the target undoes, in the order in which that is done."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    executor = MigrationExecutor(connections["default"])
    if target == "zero":
        key = (app, None)
    else:
        key = (app, executor.loader.get_migration_by_prefix(app, target).name)
    plan = executor.migration_plan([key])
    return ["%s.%s" % (step.app_label, step.name) for step, backwards in plan if backwards]


def south_backwards(app, target):
    """The same by South, within the app: its migrations stand in a row."""
    for module in south_modules():
        if app not in (module.app_label(), module._application.__name__):
            continue
        names = [str(migration.name()) for migration in module]
        last = -1 if target == "zero" else max(n for n, name in enumerate(names) if name.startswith(target))
        applied = set(south_applied())
        return ["%s.%s" % (module.app_label(), name) for name in reversed(names[last + 1:])
                if (str(module.app_label()), name) in applied]
    return []


def last_line(error):
    """An error without its frames."""
    text = " ".join(("%s" % (error,)).split())
    return "%s: %s" % (type(error).__name__, text) if text else type(error).__name__


def bounded(report):
    """A list that is too long is cut; how long it was stays known."""
    for key in ("pending", "unknown"):
        report[key + "_count"] = len(report[key])
        report[key] = report[key][:MOST]
    return report


def make_report(digest):
    """The report, kept or new."""
    key = "%s %s" % (digest, applied_digest())
    found = kept(key) if digest else None
    if found:
        return found
    try:
        settings = set_up()
        report = bounded(south_report() if uses_south(settings) else native_report())
    except (Exception, SystemExit) as error:  # whatever the project's code raises
        return bounded(dict(EMPTY, error=last_line(error)))
    if digest:
        keep(key, report)
    return report


def make_plan(app, target):
    """What going to a target undoes."""
    try:
        settings = set_up()
        undone = south_backwards(app, target) if uses_south(settings) else native_backwards(app, target)
        return {"backwards": undone, "error": None}
    except (Exception, SystemExit) as error:
        return {"backwards": [], "error": last_line(error)}


def make(arguments):
    """makemigrations; with South schemamigration --auto of every app that has changed."""
    settings = set_up()
    from django.core.management import call_command, execute_from_command_line
    if not uses_south(settings):
        return execute_from_command_line(["manage.py", "makemigrations", "--noinput"] + arguments)
    apps = [word for word in arguments if not word.startswith("-")]
    apps = apps or [change["app"] for change in map(south_changes, south_modules()) if change]
    if not apps:
        print("No changes detected")
    for app in apps:
        call_command("schemamigration", app, auto=True)


def main(arguments):
    """What is asked for."""
    verb, rest = arguments[0], arguments[1:]
    if verb == "make":
        return make(rest)
    # What the project prints when it is imported must not stand in the answer's line.
    answer = make_report(rest[0]) if verb == "report" else make_plan(rest[1], rest[2])
    sys.stdout.flush()
    print("\n" + json.dumps(answer))


if __name__ == "__main__":
    # Its own folder holds names that a project may have, too.
    sys.path[:] = [path for path in sys.path if os.path.realpath(path or ".") != os.path.dirname(os.path.realpath(__file__))]
    main(sys.argv[1:])
