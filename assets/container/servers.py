"""Servers, one in the place of the other: cold or from the warm process, on a
socket that is never given up; those that still answer a request; the page of one
that has failed."""
from __future__ import print_function

import os
import signal
import socket
import time

import page
import processes
import warmth
from processes import say

# What a server that failed had to say; health.sh looks at it, too.
FAILED = os.environ.get("BIOSTAR_TUI_FAILED", "/tmp/biostar-tui-server-failed")
MODULES = os.environ.get("BIOSTAR_TUI_MODULES", "/tmp/biostar-tui-modules")
# How long a server may be at requests when another has taken its place; it cuts
# them off itself then (biostar_tui_serving.LIMIT).
LEAVING = 12.0
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


def adopt_orphans():
    """Makes the servers that the warm process forks our children where we are not
    PID 1, whose children all orphans are."""
    if os.getpid() != 1:
        import ctypes  # images with Python alone may lack it, and are not asked for it
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def held_socket(address):
    """A socket that is bound and does not listen: connections are refused until the
    first server listens on it. None where there is no address, or it is taken."""
    if not address:
        return None
    host, port = address.rsplit(":", 1)
    holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((host, int(port)))
    except (IOError, OSError) as error:
        say("port %s cannot be held (%s): reloads will refuse connections for a moment" % (port, error))
        return None
    warmth.inherited(holder.fileno())
    return holder


def remove(path):
    """A file that may not be there."""
    try:
        os.unlink(path)
    except OSError:
        pass


class Servers(object):
    """Starts and ends the servers of one command; `pid` is None while there is none."""

    def __init__(self, argv, tree, address):
        self.argv = argv
        self.tree = tree
        self.pid = None
        self.holder = held_socket(address)
        self.launched = warmth.launched(argv) if self.holder else None
        self.warm = None
        self.page = None
        self.leaving = {}
        self.news, self._theirs = os.pipe()
        processes.make_private(self.news)
        if self.launched:
            adopt_orphans()
        remove(FAILED)

    def _environment(self):
        warmth.inherited(self._theirs)
        return dict(os.environ, BIOSTAR_TUI_LISTEN_FD=str(self.holder.fileno()),
                    BIOSTAR_TUI_PORT=str(self.holder.getsockname()[1]),
                    BIOSTAR_TUI_NEWS_FD=str(self._theirs), BIOSTAR_TUI_MODULES=MODULES,
                    BIOSTAR_TUI_FAILED=FAILED, BIOSTAR_TUI_TREE=self.tree)

    def start(self):
        """A new server."""
        if not self.launched:
            self.pid = processes.start(self.argv)
            return
        self._end_page()
        self.pid = self.warm.fork() if self.warm else None
        if self.pid is None:
            # One that still warms up is for the next server: saves that come quickly, or a
            # machine that is busy, would never get any.
            if self.warm and self.warm.ready:
                self._end_warm()
            self.pid = processes.start(self.launched, self._environment())

    def refresh(self):
        """The pages that look at the server are to be loaded again."""
        if self.launched and self.pid is not None:
            try:
                os.kill(self.pid, signal.SIGURG)
            except OSError:
                pass

    def stop(self):
        """Ends the server before another takes its place; where the socket is held,
        it may answer the requests that it is at meanwhile."""
        if self.pid is None:
            return
        if self.launched:
            self._let_go(self.pid)
        else:
            processes.end(self.pid)
        self.pid = None

    def _let_go(self, pid):
        """It may still answer what it has been asked."""
        processes.signal_group(pid, signal.SIGTERM)
        self.leaving[pid] = time.time() + LEAVING

    def end_all(self):
        """The end of everything, at once."""
        self._end_page()
        for pid in self.leaving:
            processes.signal_group(pid, signal.SIGKILL)
        self._end_warm()
        if self.pid is not None:
            processes.end(self.pid)
            self.pid = None

    def ended(self, pid, code):
        """Takes in that a process has ended; whether it was the server."""
        if self.leaving.pop(pid, None) is not None or pid == self.pid:
            processes.signal_group(pid, signal.SIGKILL)  # what is left of its group
        if self.warm and pid == self.warm.pid:
            self._end_warm()
        if pid == self.page:
            self.page = None
        if pid != self.pid:
            return False
        self.pid = None
        self._show_page(code)
        return True

    def _show_page(self, code):
        if not self.launched:
            return
        try:
            with open(FAILED, "rb") as stream:
                words = stream.read().decode("utf-8", "replace")
        except (IOError, OSError):
            words = u"The server exited with code %d; its log says more." % code
            with open(FAILED, "w") as stream:
                stream.write(words)
        self.page = page.start(self.holder, words)

    def _end_page(self):
        if self.page is not None:
            self._let_go(self.page)
            self.page = None

    def _end_warm(self):
        if self.warm is not None:
            self.warm.end()
            self.warm = None

    def sources(self):
        """What tells of servers and of the warm process."""
        return [self.news] + ([self.warm.replies] if self.warm and not self.warm.ready else [])

    def hear(self, ready):
        """Takes in what these sources tell."""
        if self.warm and self.warm.replies in ready:
            self.warm.look()
        if self.news in ready:
            self._listens()

    def _listens(self):
        """A server listens now: it has not failed, and what it has loaded is known."""
        try:
            os.read(self.news, 512)
        except OSError:
            return
        remove(FAILED)
        if self.warm is None or self.warm.lacks(MODULES):
            self._end_warm()
            self.warm = warmth.Warm(self.argv, self._environment())

    def cut_off(self):
        """Ends those that take too long to leave; when to look again, or None."""
        for pid, deadline in list(self.leaving.items()):
            if time.time() >= deadline:
                processes.signal_group(pid, signal.SIGKILL)
        return min(self.leaving.values()) if self.leaving else None
