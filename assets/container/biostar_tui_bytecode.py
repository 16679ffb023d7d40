"""Cached modules (*.pyc) that may be stale are not used.

Python takes one for fresh when size and time of its source, in whole seconds, are
those that it was made from. A file that is saved twice within a second, or that
another one of that second takes the place of, is served as it was before: with
reloads that take a fraction of a second that happens.
"""
import os
import sys
import time

# A source that was changed so lately may change again within the same second.
RACY = 2.0
PRUNED = ("node_modules", "__pycache__", "site-packages")


def is_trusted(cached, changed):
    """Whether a cached module was made after its source was last changed, in
    whatever way (saved, renamed, moved)."""
    try:
        return os.stat(cached).st_mtime > changed
    except OSError:
        return True  # there is none


def remove(path):
    """A file that may not be there, or not be removed (a read-only folder has
    no cached modules that are newer than their sources)."""
    try:
        os.unlink(path)
    except OSError:
        pass


def checked(path_stats, tree, cache_from_source):
    """importlib's SourceFileLoader.path_stats for the modules of a tree. An OSError
    means to Python that nothing can be cached."""
    inside = tree.rstrip(os.sep) + os.sep

    def look(self, path):
        """What the cached module is compared with."""
        if path.startswith(inside):
            changed = os.stat(path).st_ctime
            if abs(time.time() - changed) < RACY:
                raise OSError("%s is too new to be cached" % path)
            cached = cache_from_source(path)
            if not is_trusted(cached, changed):
                remove(cached)
        return path_stats(self, path)
    return look


def sweep(tree):
    """Python 2, whose importing cannot be asked: removes what is not to be trusted."""
    for folder, names, files in os.walk(tree):
        names[:] = [name for name in names if name not in PRUNED and not name.startswith(".")]
        for name in files:
            path = os.path.join(folder, name)
            if not name.endswith(".py") or not os.path.exists(path + "c"):
                continue
            try:
                changed = os.stat(path).st_ctime
            except OSError:
                continue
            if abs(time.time() - changed) < RACY or not is_trusted(path + "c", changed):
                remove(path + "c")


def install():
    """Before the project's first module is loaded."""
    tree = os.environ.get("BIOSTAR_TUI_TREE", "/project")
    if sys.version_info[0] < 3:
        sweep(tree)
        return
    from importlib import machinery, util
    loader = machinery.SourceFileLoader
    loader.path_stats = checked(loader.path_stats, tree, util.cache_from_source)
