"""A word after a module was imported: lays the overlay over the environment's settings
module however it is reached, and lets `migrate` say how much there is to do.

Projects assign DJANGO_SETTINGS_MODULE in manage.py and wsgi.py, or are given
`--settings`: what all of these have in common is the import.
"""
import os
import sys

TAKE_COPY = ["sh", "/opt/biostar-tui/run.sh", "take_copy"]


def lay_over(module):
    """For the settings module."""
    import biostar_tui_overlay
    biostar_tui_overlay.lay_over(module.__dict__)


def announce_migrations(module):
    """For Django's migrate: its plan, which it tells nobody but the receivers of a signal
    (since 1.10), is said aloud. On standard error: output may be somebody's result.
    Nothing has been changed at that moment, so it is also that of the copy."""
    own = getattr(module, "emit_pre_migrate_signal", None)

    def emit(*arguments, **keywords):
        import biostar_tui_elsewhere
        biostar_tui_elsewhere.refuse(keywords.get("db") or (list(arguments) + [""] * 3)[2])
        # Django 1.9 and older tell no plan: there may be something to do.
        plan = keywords.get("plan", True)
        if keywords.get("plan"):
            sys.stderr.write("biostar-tui: %d migrations to apply\n" % len(plan))
            sys.stderr.flush()
        if plan:
            copy_database()
        return own(*arguments, **keywords)

    if own is None:
        copy_database()
    else:
        module.emit_pre_migrate_signal = emit


def watch_commands(module):
    """For django.core.management: a `migrate` that is not Django's own (South's, a
    tenant's) may change something before any signal, so its copy is taken first."""
    own = getattr(module, "load_command_class", None)

    def load(app_name, name):
        # What `migrate` itself calls later finds the copy taken, or nothing to undo.
        module.load_command_class = own
        if (app_name, name) != ("django.core", "migrate"):
            copy_database()
        return own(app_name, name)

    if own is None:
        copy_database()
    else:
        module.load_command_class = load


def copy_database():
    """Once, and only where the task runner has left the copy to us."""
    if not os.environ.pop("BIOSTAR_TUI_COPY", ""):
        return
    # All sessions are ended by it: ours is let go first, and made anew when needed.
    database = sys.modules.get("django.db")
    for connection in database.connections.all() if database else ():
        connection.close()
    import subprocess  # not in every Python's start
    code = subprocess.call(TAKE_COPY)
    if code != 0:
        raise SystemExit(code)


class _Loader(object):
    """The module's own loader, with a word after it has done its work. The
    user's error passes through with its traceback."""

    def __init__(self, loader, apply):
        self._loader = loader
        self._apply = apply

    def __getattr__(self, name):
        # linecache, runpy and pkgutil ask a loader for more than importing.
        return getattr(self._loader, name)

    def create_module(self, spec):
        """Python 3: as the own loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module):
        """Python 3: runs the module, then has its word."""
        self._loader.exec_module(module)
        self._apply(module)


class _Finder(object):
    """Python 3: asks the finders behind it and wraps the loader they name."""

    def __init__(self, name, apply):
        self._name = name
        self._apply = apply

    def find_spec(self, name, path=None, target=None):
        """Only the one module is ours."""
        if name != self._name:
            return None
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, self._apply)
                return spec
        return None


class _OldFinder(object):
    """Python 2: finder and loader in one."""

    def __init__(self, name, apply):
        self._name = name
        self._apply = apply
        self._found = None

    def find_module(self, name, path=None):
        """Only the one module is ours, and only where `imp` can find it."""
        if name != self._name:
            return None
        import imp  # not before the question: this import asks us as well
        try:
            self._found = imp.find_module(name.rpartition(".")[2], path)
        except ImportError:
            return None
        return self

    def load_module(self, name):
        """Runs the module, then has its word."""
        import imp
        stream = self._found[0]
        try:
            module = imp.load_module(name, *self._found)
        finally:
            if stream:
                stream.close()
        self._apply(module)
        return module


def install(name, apply=lay_over):
    """Before the first import; a second call changes nothing."""
    kind = _Finder if sys.version_info[0] >= 3 else _OldFinder
    if not any(type(finder).__name__ == kind.__name__ and
               getattr(finder, "_name", None) == name for finder in sys.meta_path):
        sys.meta_path.insert(0, kind(name, apply))
