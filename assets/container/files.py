"""Files that a kill at any moment leaves whole, and locks that it leaves free."""
from __future__ import print_function

import errno
import fcntl
import json
import os

PROJECT = "/project"
PACKAGES = "/var/lib/biostar-tui/packages"
STATE = "/var/lib/biostar-tui/state"


def write_json(path, value):
    """Written beside its place, flushed, renamed into it."""
    beside = path + ".new"
    with open(beside, "w") as stream:
        json.dump(value, stream, indent=1, sort_keys=True)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    os.rename(beside, path)


def read_json(path):
    """The object in `path`; None when there is none, or none that can be read:
    a damaged receipt counts as none."""
    try:
        with open(path) as stream:
            value = json.load(stream)
    except (IOError, OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def make_folder(path):
    """`mkdir -p`."""
    try:
        os.makedirs(path)
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise


def remove(path):
    """`rm -rf`, links themselves and not what they lead to."""
    if os.path.isdir(path) and not os.path.islink(path):
        import shutil  # loads every compression there is
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.unlink(path)


def _open_lock(name):
    folder = os.path.join(STATE, "locks")
    make_folder(folder)
    descriptor = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT, 0o644)
    # A child that outlived us would hold the lock otherwise (Python 2 inherits).
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFD)
    fcntl.fcntl(descriptor, fcntl.F_SETFD, flags | fcntl.FD_CLOEXEC)
    return descriptor


def _write_holder(descriptor, holder):
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, holder.encode("utf-8"))


def _read_holder(descriptor):
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 200).decode("utf-8", "replace") or "another task"


def take_lock(name, holder, on_wait):
    """Holds the lock `name` until this process is gone, however it goes.
    `on_wait` is told who has it, once, if we are not the first."""
    descriptor = _open_lock(name)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (IOError, OSError):
        on_wait(_read_holder(descriptor))
        _wait_for(descriptor)
    _write_holder(descriptor, holder)
    return descriptor


def _wait_for(descriptor):
    """Python 2 does not go on by itself when a signal passes by."""
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX)
        except (IOError, OSError) as error:
            if error.errno != errno.EINTR:
                raise
