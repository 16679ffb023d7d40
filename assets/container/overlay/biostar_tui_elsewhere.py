"""Which files of the project lead its default connection away from our database."""
import os
import re
import sys

PROJECT = "/project"
# Set, changed by key, or through `settings`; comparing is none of these.
SETS = re.compile(r"^[^#\n]*\bDATABASES\b\s*(\[[^\]]*\]\s*)*(=(?!=)|\.update\()", re.MULTILINE)
SKIPPED = ("node_modules", "site-packages", "venv", "env", "__pycache__", "migrations")
# A project has hundreds of files; whoever has more is told less.
MOST = 5000


def _sources(root):
    count = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(names):
            if name.endswith(".py"):
                count += 1
                if count > MOST:
                    return
                yield os.path.join(folder, name)


def places(root=PROJECT, settings=None):
    """`file:line` of each, the settings module itself left out: the overlay comes after that."""
    own = os.path.join(*(settings or os.environ.get("BIOSTAR_TUI_SETTINGS") or "settings").split("."))
    found = []
    for path in _sources(root):
        short = os.path.relpath(path, root)
        if os.path.splitext(short)[0].endswith(own):
            continue
        try:
            with open(path, "rb") as stream:
                text = stream.read().decode("utf-8", "replace")
        except (IOError, OSError):
            continue
        found.extend("%s:%d" % (short, text.count("\n", 0, match.end()) + 1) for match in SETS.finditer(text))
    return found


def named(most=3):
    """The places in words; empty where there are none."""
    all_places = places()
    if not all_places:
        return ""
    return "DATABASES is set in %s" % ", ".join(all_places[:most]) + (" and others" if len(all_places) > most else "")


def refuse(alias):
    """Ends a migration that would go into another kind of database than ours, before it has
    changed anything."""
    database = sys.modules.get("django.db")
    if database is None or alias != "default" or not os.environ.get("BIOSTAR_TUI_DATABASE"):
        return
    connection = database.connections[alias]
    if connection.vendor == "postgresql":
        return
    sys.stderr.write("biostar-tui: the project's default connection is not our PostgreSQL but %s (%s)\n"
                     % (connection.vendor, connection.settings_dict.get("NAME") or "no name"))
    sys.stderr.write("biostar-tui: %s\n" % (named() or "something sets it after the settings were read"))
    raise SystemExit(1)
