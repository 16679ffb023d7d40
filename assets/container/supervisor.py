"""PID 1 of the web container: supervisor.py [--tree DIR] [--listen HOST:PORT] -- COMMAND ARGUMENT...

The server lives in a process group of its own that has the terminal, so that
Ctrl-C and a debugger's prompt belong to it and nothing it does ends the
container. HUP, or a change of a *.py file, starts it anew; TERM ends it all
within a second. While somebody else watches the files (watchers.py) we need not
look for ourselves. URG, which means nothing to other programs, is for the pages
that look at the server.
"""
from __future__ import print_function

import os
import select
import signal
import sys
import termios
import time

import debuggers
import processes
import servers
import watchers
from processes import say

PRUNED = frozenset(["node_modules", "__pycache__", "venv", "site-packages", "bower_components"])
# Whatever a virtualenv is called; Python 2's has the second alone.
MARKS = ("pyvenv.cfg", "bin/activate")
# Looking at the files may take this share of one core, and the pause between
# two looks grows until it does.
SHARE = 0.008
SHORTEST = 1.0
# A checkout or a formatter writes for a while: the tree has to be still.
SETTLE = 0.2
# How often an open prompt of a debugger is looked at while a reload waits for it.
PROMPT = 0.5
# Times of files are those of the last tick of the kernel's clock.
TICK = 0.02


def is_pruned(parent, name):
    """Folders without modules of the project. A virtualenv is known by its mark."""
    return (name in PRUNED or name.startswith(".")
            or any(os.path.exists(os.path.join(parent, name, mark)) for mark in MARKS))


def is_new(path, known):
    """Whether a folder was not come by before: links may lead in circles."""
    try:
        status = os.stat(path)
    except OSError:
        return False
    identity = (status.st_dev, status.st_ino)
    if identity in known:
        return False
    known.add(identity)
    return True


def look(tree):
    """What every *.py file under `tree` looks like now: {path: (mtime, size)}."""
    seen, known = {}, set()
    is_new(tree, known)
    for folder, names, files in os.walk(tree, followlinks=True):
        names[:] = [name for name in names
                    if not is_pruned(folder, name) and is_new(os.path.join(folder, name), known)]
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


def is_newer(path, moment):
    """Whether a path was changed after `moment`, or is gone, which has no time."""
    try:
        return os.lstat(path).st_ctime >= moment - TICK
    except OSError:
        return True


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


def end_lingering_check(folders=("/dev/shm", "/tmp")):
    """A health check that lingers after its last success (health.sh) would call a
    server that has died healthy for seconds more: its end counts as a failure."""
    for folder in folders:
        path = "%s/biostar-tui-health-%d.lingers" % (folder, os.getuid())
        try:
            with open(path) as stream:
                pid = int(stream.read())
            with open("/proc/%d/cmdline" % pid) as stream:
                # The id may be another process's by now.
                if "/health.sh\0" in stream.read():
                    os.kill(pid, signal.SIGTERM)
        except (IOError, OSError, ValueError):
            pass


class Supervisor(object):
    """Servers, files and signals."""

    def __init__(self, argv, tree, address=None):
        self.tree = Tree(tree)
        debuggers.prepare()
        self.servers = servers.Servers(argv, tree, address)
        self.started = 0
        self.watchers = watchers.Watchers()
        # Whether the files were looked at since a watcher came: what was changed
        # before it began to watch is ours.
        self.handed_over = False
        self.modes = self._terminal_modes()
        self.wanted = None
        self.reason = None
        self.prompted = False
        self.waking = self._wake_on_signals()

    def _wake_on_signals(self):
        reading, writing = os.pipe()
        for descriptor in (reading, writing):
            processes.make_private(descriptor)
        signal.set_wakeup_fd(writing)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)
        signal.signal(signal.SIGURG, lambda _number, _frame: self.servers.refresh())
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

    def _start(self):
        self.started = time.time()
        self.servers.start()

    def restart(self, reason):
        """A new server in place of the old one, or of none."""
        say("%s; %s the server" % (reason, "restarting" if self.servers.pid else "starting"))
        self.servers.stop()
        self._restore_terminal()
        self._start()

    def _reap(self):
        for pid, code in processes.reap():
            if debuggers.forget(pid):
                say("a debugger has ended with its server")
            if self.servers.ended(pid, code):
                self._restore_terminal()
                say("server exited with code %d; waiting for a change" % code)
                end_lingering_check()

    def _next_look(self):
        """When there is something to look at again without being told."""
        due = max(self.tree.due, self.watchers.until) if self.handed_over else self.tree.due
        if self.prompted:
            due = min(due, time.time() + PROMPT)
        leaving = self.servers.cut_off()
        return due if leaving is None else min(due, leaving)

    def _sleep(self):
        """Until a signal, news of a server, or the next look."""
        pause = max(0, self._next_look() - time.time())
        try:
            sources = [self.waking] + self.servers.sources() + self.watchers.sources()
            ready = select.select(sources, [], [], pause)[0]
            if self.waking in ready:
                os.read(self.waking, 512)
            self.watchers.hear(ready)
            self.servers.hear(ready)
        except (OSError, IOError, select.error):
            pass  # interrupted, in Python 2: what the signal asked for is noted

    def _look_at_files(self):
        alive = self.watchers.is_alive()
        if (alive and self.handed_over) or (time.time() < self.tree.due and alive == self.handed_over):
            return
        self.handed_over = alive
        paths = self.tree.changed(lambda: self.wanted is not None)
        # The server has what was there when it was started, whoever asked for that.
        paths = [path for path in paths if is_newer(path, self.started)]
        if paths and self.wanted is None:
            self.wanted = "restart"
            self.reason = "%s changed" % describe(paths, self.tree.path)

    def _prompt_is_open(self):
        """Whether a debugger waits for an answer, or steps to its next prompt: it tells
        so, or its line editor has the terminal."""
        if debuggers.turns():
            return True
        tty = processes.terminal()
        if tty is None or self.servers.pid is None:
            return False
        return not termios.tcgetattr(tty)[3] & termios.ICANON

    def _obey(self):
        """Does what a signal, or a change, asked for; True when it was the end."""
        if self.wanted == "restart" and self._prompt_is_open():
            if not self.prompted:
                say("a debugger waits for an answer; the reload waits for its end")
                if self.servers.pid is not None:  # its prompt was written over
                    processes.signal_group(self.servers.pid, signal.SIGWINCH)
            self.prompted = True
            return False
        wanted, self.wanted, self.prompted = self.wanted, None, False
        if wanted == "restart":
            reason, self.reason = self.reason, None
            self.restart(reason or "asked to reload")
        return wanted == "end"

    def run(self):
        """Until TERM; the exit code."""
        self._start()
        while not self._obey():
            self._reap()
            self._look_at_files()
            if self.wanted is None or self.prompted:
                self._sleep()
        self.servers.end_all()
        return 0


def arguments(argv):
    """(command, tree, address) from the command line."""
    options = {"--tree": "/project", "--listen": None}
    while argv[:1] and argv[0] in options:
        options[argv[0]], argv = argv[1], argv[2:]
    if argv[:1] == ["--"]:
        argv = argv[1:]
    if not argv:
        sys.exit("biostar-tui: supervisor.py [--tree DIR] [--listen HOST:PORT] -- COMMAND ARGUMENT...")
    return argv, options["--tree"], options["--listen"]


if __name__ == "__main__":
    sys.exit(Supervisor(*arguments(sys.argv[1:])).run())
