"""Lays the overlay over the environment's settings module however it is reached.

Projects assign DJANGO_SETTINGS_MODULE in manage.py and wsgi.py, or are given
`--settings`: what all of these have in common is the import.
"""
import sys


def _apply(module):
    import biostar_tui_overlay
    biostar_tui_overlay.lay_over(module.__dict__)


class _Loader(object):
    """The module's own loader, with a word after it has done its work. The
    user's error passes through with its traceback."""

    def __init__(self, loader):
        self._loader = loader

    def __getattr__(self, name):
        # linecache, runpy and pkgutil ask a loader for more than importing.
        return getattr(self._loader, name)

    def create_module(self, spec):
        """Python 3: as the own loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module):
        """Python 3: runs the module, then lays over."""
        self._loader.exec_module(module)
        _apply(module)


class _Finder(object):
    """Python 3: asks the finders behind it and wraps the loader they name."""

    def __init__(self, name):
        self._name = name

    def find_spec(self, name, path=None, target=None):
        """Only the one module is ours."""
        if name != self._name:
            return None
        for finder in sys.meta_path:
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader)
                return spec
        return None


class _OldFinder(object):
    """Python 2: finder and loader in one."""

    def __init__(self, name):
        self._name = name
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
        """Runs the module, then lays over."""
        import imp
        stream = self._found[0]
        try:
            module = imp.load_module(name, *self._found)
        finally:
            if stream:
                stream.close()
        _apply(module)
        return module


def install(name):
    """Before the first import; a second call changes nothing."""
    kind = _Finder if sys.version_info[0] >= 3 else _OldFinder
    if not any(type(finder).__name__ == kind.__name__ and
               getattr(finder, "_name", None) == name for finder in sys.meta_path):
        sys.meta_path.insert(0, kind(name))
