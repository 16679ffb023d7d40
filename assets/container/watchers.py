"""Those who watch the files from outside, and send HUP on a change. Each holds a pipe
open, so that its end is seen at once, however it ends, and writes to it from time to
time, so that one that stands still is not believed for long.
"""
from __future__ import print_function

import os
import stat
import time

import processes
from processes import say

PIPE = os.environ.get("BIOSTAR_TUI_WATCHED", "/tmp/biostar-tui-watched")
# A byte comes every 5 s; twice in a row it may be late on a busy machine.
SILENCE = 12.0


def make_pipe(path):
    """A named pipe at `path`, the one of the last start or a new one."""
    try:
        if stat.S_ISFIFO(os.lstat(path).st_mode):
            return
        os.unlink(path)
    except OSError:
        pass  # there is none
    os.mkfifo(path, 0o600)


class Watchers(object):
    """Whether anybody watches; `until` is when to look again whether they still do."""

    def __init__(self):
        self.until = 0
        self.pipe = None
        self._open()

    def _open(self):
        """Opens the pipe, or, after an end, opens it anew: the old one tells of that end
        for ever. It is closed last, so that a writer always has a reader."""
        old, self.pipe = self.pipe, None
        try:
            make_pipe(PIPE)
            self.pipe = os.open(PIPE, os.O_RDONLY | os.O_NONBLOCK)
            processes.make_private(self.pipe)
        except (IOError, OSError) as error:
            say("nobody can say that they watch the files (%s): they are looked at here" % error)
        if old is not None:
            os.close(old)

    def sources(self):
        """What tells of watchers."""
        return [] if self.pipe is None else [self.pipe]

    def hear(self, ready):
        """Takes in that somebody watches, or that the last one has gone."""
        if self.pipe not in ready:
            return
        try:
            said = os.read(self.pipe, 4096)
        except OSError:
            return  # somebody has come who has said nothing yet
        if said:
            self.until = time.time() + SILENCE
        else:
            self.until = 0
            self._open()

    def is_alive(self):
        """Whether one was heard of lately."""
        return time.time() < self.until
