"""A start of the server without what can wait until it listens, or that the warm process
has done already. Python 2.7 and 3.

- Python's search for garbage finds none while modules are loaded, and takes a fifth of
  the time.
- `runserver` asks the database for migrations before it listens, only to print what is
  not applied yet: that is printed a moment later.
- A fifth of the rest are regular expressions that are compiled: the warm process has
  those that the last server compiled in Python's own cache.
"""
from __future__ import print_function

import gc
import re
import sys
import threading
import time
import traceback

# How many more objects there may be before garbage is looked for: all of a large
# project's, and yet a bound for a program that never listens.
OBJECTS = 200000
COMMAND = "django.core.management.base"
# Requests come before what can wait.
LATER = 1.0

_kept = {}


def begin():
    """Before the server's script runs."""
    _kept["threshold"] = gc.get_threshold()
    gc.set_threshold(OBJECTS, *_kept["threshold"][1:])
    if COMMAND in sys.modules:
        put_off(sys.modules[COMMAND])
        return
    try:
        import biostar_tui_hook
    except ImportError:  # by hand, without the overlay's folder
        return
    biostar_tui_hook.install(COMMAND, put_off)


def done():
    """It listens."""
    if "threshold" in _kept:
        gc.set_threshold(*_kept.pop("threshold"))
    work = _kept.pop("work", None)
    if work is not None:
        thread = threading.Thread(target=_carry_out, args=(work,))
        thread.daemon = True
        thread.start()


def put_off(module):
    """Lets commands look at migrations after they have begun to listen. Django 1.9 and
    older have that in another place: there it is as it was."""
    kind = module.BaseCommand
    own = getattr(kind, "check_migrations", None)

    def later(command):
        if "threshold" in _kept:
            _kept["work"] = lambda: own(command)
        else:
            own(command)
    if own is not None:
        kind.check_migrations = later


def _carry_out(work):
    time.sleep(LATER)
    try:
        work()
    except Exception:  # the database may be away: the server goes on
        traceback.print_exc()
    finally:
        _close_connections()


def _close_connections():
    """Those of this thread, which ends."""
    database = sys.modules.get("django.db")
    if database:
        database.connections.close_all()


def patterns():
    """(expression, flags) of what Python keeps compiled, as far as JSON can tell it."""
    keys = list(getattr(re, "_cache", ()))
    found = [key[1:3] for key in keys if isinstance(key, tuple) and len(key) >= 3]
    return [(text, int(flags)) for text, flags in found if is_text(text) and isinstance(flags, int)]


def is_text(text):
    """Whether JSON gives it back: in Python 2 what is ASCII."""
    try:
        return isinstance(text, str) and (str is not bytes or bool(text.decode("ascii")))
    except UnicodeDecodeError:
        return False


def compile_again(found):
    """In the warm process, after its own: Python forgets the oldest first."""
    for text, flags in found:
        try:
            re.compile(str(text), flags)
        except Exception:  # of another release of Python
            pass
