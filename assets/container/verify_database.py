"""Run with the project's Python and environment: is the project's default
connection really our database? Says what was found and what to do; exit 0 or 1.
"""
from __future__ import print_function

import os
import sys
import traceback
import warnings

PROJECT = "/project"


def complain(*lines):
    """The last lines of the task: what, to what, why, what to do."""
    for line in lines:
        print("biostar-tui: %s" % line)
    return 1


def last_line(error):
    """The exception as Python would print it, without the frames, on one line."""
    return " ".join(traceback.format_exception_only(type(error), error)[-1].split())


def in_project(trace):
    """The frames in the project's folder, the deepest last."""
    return [frame for frame in traceback.extract_tb(trace) if frame[0].startswith(PROJECT + "/")]


def innermost_frame(trace):
    """file:line of the deepest frame in the project, in the project's terms."""
    inside = in_project(trace)
    if not inside:
        return ""
    return " at %s:%s" % (os.path.relpath(inside[-1][0], PROJECT), inside[-1][1])


def last_frames(trace, most=3):
    """The deepest frames in the project, as Python prints them; a module that cannot be
    parsed has none."""
    return "".join(traceback.format_list(in_project(trace)[-most:])).splitlines()


def named_settings():
    """The module that the user knows by name."""
    return os.environ.get("BIOSTAR_TUI_SETTINGS") or os.environ.get("DJANGO_SETTINGS_MODULE", "")


def elsewhere():
    """The files that lead away from it, as far as they can be told by their text."""
    try:
        import biostar_tui_elsewhere
    except ImportError:
        return ""
    named = biostar_tui_elsewhere.named()
    return " " + named + "." if named else ""


def remedy():
    """How the connection can be made ours, with and without the overlay."""
    if os.environ.get("DJANGO_SETTINGS_MODULE") == "biostar_tui_settings":
        return ("Check that `settings` names the module with the project's DATABASES"
                " (now %s) and that nothing sets DATABASES after it.%s" % (named_settings(), elsewhere()))
    return ("With `overlay = false` the settings (%s) have to read DATABASE_URL, or PGHOST, PGUSER,"
            " PGDATABASE and PGPASSFILE; or leave `overlay` out and the connection is set for you."
            % named_settings())


def load_settings():
    """(databases, exit code of a failure). Importing runs the user's code."""
    try:
        from django.conf import settings
    except ImportError as error:
        return None, complain(
            "cannot check the database: Django cannot be imported (%s)." % last_line(error),
            "Is Django among the environment's `requirements` or `packages`?")
    try:
        return settings.DATABASES, 0
    except BaseException as error:  # SystemExit is what some settings end with
        trace = sys.exc_info()[2]
        frames = last_frames(trace)
        last = traceback.format_exception_only(type(error), error)
        return None, complain(
            "cannot check the database: the settings %s do not import: %s%s."
            % (named_settings(), last_line(error), innermost_frame(trace)),
            *(frames + "".join(last[:-1]).splitlines()
              + ["Mend that, or name another module as the environment's `settings`."]))


def connected_identity():
    """(identity, error) through Django's own connection."""
    # Django warns of a query before its apps are set up; they are not, on purpose:
    # what else is wrong with them is no business of the database's.
    warnings.simplefilter("ignore")
    try:
        from django.db import connection
        cursor = connection.cursor()
        cursor.execute("select id from biostar_tui.identity")
        return str(cursor.fetchone()[0]), None
    except Exception as error:
        return None, error


def describe(default):
    """What the settings lead to, never with its password."""
    return "engine %s, host %s, port %s, database %s" % tuple(
        default.get(key) or "(none)" for key in ("ENGINE", "HOST", "PORT", "NAME"))


def check(expected):
    """Exit code."""
    databases, failed = load_settings()
    if databases is None:
        return failed
    default = databases.get("default", {})
    if not any(word in default.get("ENGINE", "") for word in ("postgres", "postgis", "psqlextra")):
        return complain("the project's default connection is not our PostgreSQL: %s." % describe(default), remedy())
    found, error = connected_identity()
    if isinstance(error, ImportError) or type(error).__name__ == "ImproperlyConfigured":
        return complain("Django cannot use its database engine: %s." % last_line(error),
                        "Add a driver to `packages`: psycopg2-binary, or psycopg[binary] on Django 4.2 and later.")
    if error is not None:
        return complain("the project's default connection (%s) cannot be used or is not our database: %s."
                        % (describe(default), last_line(error)), remedy())
    if found != expected:
        return complain("the project's default connection leads to another database than ours: %s."
                        % describe(default), remedy())
    return 0


if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    sys.exit(check(sys.argv[1]))
