"""Running one program under a PID 1: groups, terminal, signals, zombies.

Shared by the task runner and the supervisor. Python 2.7 and 3.
"""
from __future__ import print_function

import errno
import fcntl
import os
import signal
import sys
import time

# How long a program may take to obey TERM. A container is to stop within a
# second, and the rest of that second is the engine's.
GRACE = 0.8


class Interrupted(Exception):
    """We were told to end; raised from the signal handler, so that it cuts
    through whatever we wait for."""

    def __init__(self, number):
        Exception.__init__(self, number)
        self.number = number


def say(text):
    """One line of ours, at once, and never an error: output may be gone."""
    try:
        sys.stdout.write("biostar-tui: %s\n" % text)
        sys.stdout.flush()
    except (IOError, OSError, ValueError):
        pass


def raise_when_interrupted():
    """PID 1 has no default signal actions: without a handler TERM does nothing."""
    def handler(number, _frame):
        raise Interrupted(number)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handler)


def make_private(descriptor):
    """Not inherited by programs and never blocking: for the pipe that signals
    write to (Python 2 inherits, and a full pipe must not stop a handler)."""
    for get, put, flag in ((fcntl.F_GETFD, fcntl.F_SETFD, fcntl.FD_CLOEXEC),
                           (fcntl.F_GETFL, fcntl.F_SETFL, os.O_NONBLOCK)):
        fcntl.fcntl(descriptor, put, fcntl.fcntl(descriptor, get) | flag)


def terminal():
    """The descriptor of the terminal we lead, or None."""
    if not os.isatty(0):
        return None
    try:
        os.tcgetpgrp(0)
    except OSError:
        return None
    return 0


def give_terminal(descriptor, group):
    """Makes `group` the one that Ctrl-C and reads belong to. SIGTTOU is blocked
    meanwhile by being ignored: a background group that asks is stopped otherwise."""
    if descriptor is None:
        return
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        os.tcsetpgrp(descriptor, group)
    except OSError:
        pass
    finally:
        signal.signal(signal.SIGTTOU, before)


def restore_signals():
    """What Python ignores or we handle must not be inherited by the program."""
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGCHLD", "SIGTTOU", "SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)


def _become(argv, environment, directory, output, tty):
    """In the child: everything up to exec. Never returns."""
    try:
        signal.set_wakeup_fd(-1)
        os.setpgid(0, 0)
        give_terminal(tty, os.getpgrp())
        restore_signals()
        if output is not None:
            os.dup2(output, 1)
            os.dup2(output, 2)
        os.chdir(directory)
        os.execvpe(argv[0], argv, environment)
    except OSError as error:
        os.write(2, ("biostar-tui: cannot run `%s`: %s\n"
                     % (argv[0], error.strerror)).encode("utf-8"))
        os._exit(126 if error.errno == errno.EACCES else 127)
    except BaseException as error:  # a fork must never run on as its parent
        os.write(2, ("biostar-tui: %r\n" % (error,)).encode("utf-8"))
    os._exit(127)


def start(argv, environment=None, directory=".", output=None, foreground=True):
    """Forks `argv` into a process group of its own that has the terminal, if
    there is one and it is to be in the foreground. `output`: a descriptor to take
    in place of both outputs."""
    tty = terminal() if foreground else None
    environment = os.environ if environment is None else environment
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _become(argv, environment, directory, output, tty)
    try:
        os.setpgid(pid, pid)  # both sides do it: neither knows who is first
    except OSError:
        pass
    return pid


def reap():
    """The (pid, exit code) of every child that has ended, orphans included."""
    ended = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except OSError:
            return ended
        if pid == 0:
            return ended
        ended.append((pid, exit_code(status)))


def exit_code(status):
    """A wait status in the shell's terms: 128 and the number for a signal."""
    if os.WIFSIGNALED(status):
        return 128 + os.WTERMSIG(status)
    return os.WEXITSTATUS(status)


def wait(pid):
    """Waits for `pid`, reaping orphans on the way; its exit code."""
    while True:
        try:
            ended, status = os.waitpid(-1, 0)
        except OSError as error:
            if error.errno == errno.EINTR:
                continue
            return 127
        if ended == pid:
            give_terminal(terminal(), os.getpgrp())
            return exit_code(status)


def signal_group(pid, number):
    """Signals the whole group; whether anybody was there."""
    try:
        os.killpg(pid, number)
        return True
    except OSError:
        return False


def end(pid, grace=GRACE):
    """TERM to the group, KILL to what is left of it after `grace` seconds; the
    leader's exit code."""
    signal_group(pid, signal.SIGTERM)
    deadline = time.time() + grace
    code = None
    while time.time() < deadline:
        for ended, its_code in reap():
            code = its_code if ended == pid else code
        # Signal 0 asks: the leader may be gone and its children not.
        if code is not None and not signal_group(pid, 0):
            break
        time.sleep(0.02)
    signal_group(pid, signal.SIGKILL)
    if code is None:
        code = wait(pid)
    reap()
    give_terminal(terminal(), os.getpgrp())
    return code


def run(argv, environment=None, directory="."):
    """Runs to the end with everything inherited. An interruption ends the
    group before it goes on up."""
    pid = start(argv, environment, directory)
    try:
        return wait(pid)
    except Interrupted:
        end(pid)
        raise


def run_watched(argv, on_line, environment=None, directory="."):
    """Runs to the end; each line of output is passed on and shown to `on_line`."""
    reading, writing = os.pipe()
    pid = start(argv, environment, directory, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as lines:
            for line in iter(lines.readline, b""):
                os.write(1, line)
                on_line(line.decode("utf-8", "replace").rstrip("\r\n"))
        return wait(pid)
    except Interrupted:
        end(pid)
        raise
