"""The supervisor's side of the warm process: it is begun, asked for servers, and
given up when it does not do what it should."""
from __future__ import print_function

import fcntl
import json
import os
import select
import signal
import time

import processes
from processes import say

LAUNCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "biostar_tui_launch.py")
# A fork takes some milliseconds; a machine that is busy gets more.
PATIENCE = 3.0
# Some modules come late by chance; for so few not all are loaded anew.
FEW = 10


def launched(argv):
    """The command with our hooks in it; None where it is not `python SCRIPT ...`."""
    is_python = os.path.basename(argv[0]).startswith("python")
    if not is_python or len(argv) < 2 or argv[1].startswith("-"):
        return None
    return [argv[0], LAUNCH] + argv[1:]


def inherited(descriptor):
    """Makes a descriptor one that programs get (Python 3 keeps them back)."""
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFD)
    fcntl.fcntl(descriptor, fcntl.F_SETFD, flags & ~fcntl.FD_CLOEXEC)


def modules(path):
    """What the last server had loaded."""
    try:
        with open(path) as stream:
            return set(json.load(stream)["modules"])
    except (IOError, OSError, ValueError, KeyError, TypeError):
        return set()


class Warm(object):
    """A warm process, which may still be warming up."""

    def __init__(self, argv, environment):
        self.has = modules(environment["BIOSTAR_TUI_MODULES"])
        self.ready = False
        self._said = b""
        theirs, self._commands = os.pipe()
        self.replies, their_replies = os.pipe()
        for descriptor in (theirs, their_replies):
            inherited(descriptor)
        for descriptor in (self._commands, self.replies):
            processes.make_private(descriptor)
        command = [argv[0], LAUNCH, "--warm", str(theirs), str(their_replies)] + argv[1:]
        self.pid = processes.start(command, environment, foreground=False)
        os.close(theirs)
        os.close(their_replies)

    def lacks(self, path):
        """Whether servers have come to load a package that this one knows nothing of."""
        return len(modules(path) - self.has - modules(path + ".warm")) > FEW

    def _lines(self, seconds):
        """The lines that come within this time."""
        try:
            if select.select([self.replies], [], [], seconds)[0]:
                self._said += os.read(self.replies, 4096)
        except (OSError, select.error):
            pass  # Python 2: a signal has come, the end of another server's say
        lines = self._said.split(b"\n")
        self._said = lines.pop()
        return [line.decode("ascii", "replace").split() for line in lines]

    def look(self):
        """Takes in that it is ready."""
        for line in self._lines(0):
            if line[:1] == ["ready"]:
                self.ready = True
                say("%s modules are kept loaded for reloads" % line[1])

    def fork(self):
        """The pid of a new server; None where there is none to be had from here."""
        self.look()
        if not self.ready:
            return None
        try:
            os.write(self._commands, b"s")
        except OSError:
            return None
        deadline = time.time() + PATIENCE
        while time.time() < deadline:
            for line in self._lines(0.05):
                return int(line[1]) if line[0] == "pid" else None
        return None

    def end(self):
        """Ends it; its servers are no children of its."""
        processes.signal_group(self.pid, signal.SIGKILL)
        for descriptor in (self._commands, self.replies):
            os.close(descriptor)
