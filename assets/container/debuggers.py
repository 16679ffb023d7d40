"""The supervisor's side of debuggers in servers: the folder in which they tell that they
wait for an answer (overlay/biostar_tui_debugger.py, which also says what is in it)."""
import os

FOLDER = "/tmp/biostar-tui-debugger"
KEY = "BIOSTAR_TUI_DEBUGGER"


def _remove(names):
    for name in names:
        try:
            os.unlink(os.path.join(os.environ[KEY], name))
        except OSError:
            pass


def _names():
    try:
        return os.listdir(os.environ[KEY])
    except (KeyError, OSError):
        return []


def prepare():
    """An empty folder that servers know of, for as long as we live."""
    os.environ.setdefault(KEY, FOLDER)
    try:
        os.mkdir(os.environ[KEY], 0o700)
    except OSError:
        _remove(_names())


def turns(pid=None):
    """The names of the turns that are told, of one process or of all."""
    names = [name for name in _names() if "-" in name and not name.endswith(".new")]
    return [name for name in names if pid is None or name.startswith("%d-" % pid)]


def forget(pid):
    """A process has ended, and with it its debuggers: whether it had any."""
    gone = turns(pid)
    _remove(gone)
    return bool(gone)
