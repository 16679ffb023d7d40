"""PID 1 of the web container: supervisor.py [--tree DIR] -- COMMAND ARGUMENT...

The server lives in a process group of its own that has the terminal, so that
Ctrl-C and a debugger's prompt belong to it and nothing it does ends the
container. HUP, or a change of a *.py file, starts it anew; TERM ends it all
within a second.
"""
from __future__ import print_function

import os
import select
import signal
import sys
import termios
import time

import processes
from processes import say

PRUNED = frozenset(["node_modules", "__pycache__", "venv", "env", "virtualenv", "site-packages",
                    "bower_components"])
# Looking at the files may take this share of one core, and the pause between
# two looks grows until it does.
SHARE = 0.008
SHORTEST = 1.0
# A checkout or a formatter writes for a while: the tree has to be still.
SETTLE = 0.2


def is_pruned(parent, name):
    """Folders without modules of the project. A virtualenv is known by its mark."""
    return (name in PRUNED or name.startswith(".")
            or os.path.exists(os.path.join(parent, name, "pyvenv.cfg")))


def look(tree):
    """What every *.py file under `tree` looks like now: {path: (mtime, size)}."""
    seen = {}
    for folder, names, files in os.walk(tree):
        names[:] = [name for name in names if not is_pruned(folder, name)]
        for name in files:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                try:
                    status = os.stat(path)
                except OSError:
                    continue
                seen[path] = (status.st_mtime, status.st_size)
    return seen


def difference(before, after):
    """The paths that came, went or changed, sorted."""
    paths = [path for path in after if before.get(path) != after[path]]
    return sorted(paths + [path for path in before if path not in after])


def describe(paths, tree):
    """One name, or how many."""
    first = os.path.relpath(paths[0], tree)
    return first if len(paths) == 1 else "%s and %d more" % (first, len(paths) - 1)


class Tree(object):
    """Notices changes by looking. `due` says when to look next."""

    def __init__(self, path):
        self.path = path
        self.due = 0
        self.seen = self._look()

    def _look(self):
        begun = sum(os.times()[:2])
        seen = look(self.path)
        cost = sum(os.times()[:2]) - begun
        self.due = time.time() + max(SHORTEST, cost / SHARE)
        return seen

    def changed(self, hurried):
        """The paths that changed since the last call, once the tree is still, or
        at once when `hurried()`: an end may not wait for a long checkout."""
        now = self._look()
        moving = now != self.seen
        while moving and not hurried():
            time.sleep(SETTLE)
            later = self._look()
            moving, now = later != now, later
        paths = difference(self.seen, now)
        self.seen = now
        return paths


def watcher_is_alive():
    """Whether somebody better informed sends HUP on a change, so that we need
    not look. Nobody does yet."""
    return False


class Supervisor(object):
    """One server at a time; `pid` is None while there is none."""

    def __init__(self, argv, tree):
        self.argv = argv
        self.tree = Tree(tree)
        self.pid = None
        self.modes = self._terminal_modes()
        self.wanted = None
        self.waking = self._wake_on_signals()

    def _wake_on_signals(self):
        reading, writing = os.pipe()
        for descriptor in (reading, writing):
            processes.make_private(descriptor)
        signal.set_wakeup_fd(writing)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        return reading

    def _note(self, number, _frame):
        """An end that is asked for is not forgotten over a restart."""
        if self.wanted != "end":
            self.wanted = "restart" if number == signal.SIGHUP else "end"

    @staticmethod
    def _terminal_modes():
        tty = processes.terminal()
        return None if tty is None else termios.tcgetattr(tty)

    def _restore_terminal(self):
        """A server that dies in a debugger leaves echo off and lines raw."""
        tty = processes.terminal()
        if tty is None:
            return
        processes.give_terminal(tty, os.getpgrp())
        if self.modes is not None:
            termios.tcsetattr(tty, termios.TCSANOW, self.modes)

    def start_server(self):
        """The pid of a new server. A warm process that forks it comes here."""
        return processes.start(self.argv)

    def stop_server(self):
        """Ends the server and whatever is left of its group."""
        if self.pid is not None:
            processes.end(self.pid)
            self.pid = None
            self._restore_terminal()

    def restart(self, reason):
        """A new server in place of the old one, or of none."""
        say("%s; %s the server" % (reason, "restarting" if self.pid else "starting"))
        self.stop_server()
        self.pid = self.start_server()

    def _reap(self):
        for pid, code in processes.reap():
            if pid == self.pid:
                processes.signal_group(pid, signal.SIGKILL)
                self.pid = None
                self._restore_terminal()
                say("server exited with code %d; waiting for a change" % code)

    def _sleep(self):
        """Until a signal, or until it is time to look at the files."""
        pause = None if watcher_is_alive() else max(0, self.tree.due - time.time())
        try:
            if select.select([self.waking], [], [], pause)[0]:
                os.read(self.waking, 512)
        except (OSError, IOError, select.error):
            pass  # interrupted, in Python 2: what the signal asked for is noted

    def _look_at_files(self):
        if watcher_is_alive() or time.time() < self.tree.due:
            return
        paths = self.tree.changed(lambda: self.wanted is not None)
        if paths and self.wanted is None:
            self.restart("%s changed" % describe(paths, self.tree.path))

    def _obey(self):
        """Does what a signal asked for; True when it was the end."""
        wanted, self.wanted = self.wanted, None
        if wanted == "restart":
            self.restart("asked to reload")
        return wanted == "end"

    def run(self):
        """Until TERM; the exit code."""
        self.pid = self.start_server()
        while not self._obey():
            self._reap()
            self._look_at_files()
            if self.wanted is None:
                self._sleep()
        self.stop_server()
        return 0


def arguments(argv):
    """(tree, command) from the command line."""
    tree = "/project"
    if argv[:1] == ["--tree"]:
        tree, argv = argv[1], argv[2:]
    if argv[:1] == ["--"]:
        argv = argv[1:]
    if not argv:
        sys.exit("biostar-tui: supervisor.py [--tree DIR] -- COMMAND ARGUMENT...")
    return tree, argv


if __name__ == "__main__":
    TREE, COMMAND = arguments(sys.argv[1:])
    sys.exit(Supervisor(COMMAND, TREE).run())
