"""Found first by every Python of the container, so it does next to nothing:
hooks the settings module where there is one, in tasks migrate too, in servers debuggers, then lets
the sitecustomize that it stands in front of have its turn.
"""
import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _hook():
    settings, announces = os.environ.get("BIOSTAR_TUI_SETTINGS"), os.environ.get("BIOSTAR_TUI_ANNOUNCE")
    serves = os.environ.get("BIOSTAR_TUI_DEBUGGER")
    if settings or announces or serves:
        import biostar_tui_hook
    if serves:
        import biostar_tui_debugger
        biostar_tui_debugger.install(biostar_tui_hook.install)
    if settings:
        biostar_tui_hook.install(settings)
    if announces:
        biostar_tui_hook.install("django.core.management.commands.migrate",
                                 biostar_tui_hook.announce_migrations)
    if os.environ.get("BIOSTAR_TUI_COPY"):
        biostar_tui_hook.install("django.core.management", biostar_tui_hook.watch_commands)


def _other_places():
    return [path for path in sys.path if os.path.abspath(path or ".") != _HERE]


def _load_next():
    if sys.version_info[0] >= 3:
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec("sitecustomize", _other_places())
        if spec is not None and spec.loader is not None:
            module = type(sys)("sitecustomize")
            module.__spec__, module.__file__ = spec, spec.origin
            sys.modules["sitecustomize"] = module
            spec.loader.exec_module(module)
        return
    import imp
    try:
        found = imp.find_module("sitecustomize", _other_places())
    except ImportError:
        return
    imp.load_module("sitecustomize", *found)


try:
    _hook()
except Exception as error:  # an interpreter without Django must not suffer from us
    sys.stderr.write("biostar-tui: the settings overlay is off: %s\n" % error)
_load_next()
