"""A process that has loaded what servers need before the project's settings, and
forks them: Django, other packages, the standard library. It has one thread.

What is loaded is what the last server had loaded, as far as it can be imported
without settings. That is tried in a process that is thrown away, one module
after the other; one that breaks there, starts a thread or opens a connection is
left out.
"""
from __future__ import print_function

import fcntl
import gc
import importlib
import json
import os
import signal
import struct
import sys
import termios
import time

import biostar_tui_serving
import biostar_tui_start

# Of packages that are left out so many are named.
NAMED = 5
# A module that takes longer to import is left out.
PATIENCE = 20
# Rounds of trying: each begins without one more module that has ended the last. What comes
# after the one that ends the last round is left out too.
ROUNDS = 6
# Times of files are those of the last tick of the kernel's clock.
TICK = 0.02
OURS = ("__main__", "sitecustomize", "usercustomize")


def say(text):
    """One line in the server's log."""
    try:
        os.write(1, ("biostar-tui: %s\n" % text).encode("utf-8"))
    except OSError:
        pass


def is_foreign(name):
    """Whether a loaded module is neither the project's nor ours."""
    origin = getattr(sys.modules.get(name), "__file__", None)
    return origin is None or biostar_tui_serving.is_foreign(origin)


def told():
    """What the last server had loaded and compiled."""
    try:
        with open(os.environ.get("BIOSTAR_TUI_MODULES", "")) as stream:
            return json.load(stream)
    except (IOError, OSError, ValueError):
        return {"modules": [], "patterns": []}


def wanted(names):
    """Of these modules those that are not ours."""
    return [str(name) for name in names
            if name not in OURS and not name.startswith("biostar_tui_") and name not in sys.modules]


def is_at_rest():
    """Whether this process has one thread and no connection."""
    try:
        if len(os.listdir("/proc/self/task")) > 1:
            return False
        links = [os.readlink("/proc/self/fd/" + each) for each in os.listdir("/proc/self/fd")
                 if os.path.islink("/proc/self/fd/" + each)]
    except OSError:
        return True
    held = os.environ.get("BIOSTAR_TUI_LISTEN_FD")
    sockets = [each for each in links if each.startswith("socket:")]
    return len(sockets) <= (1 if held else 0)


def settings_are_touched():
    """Whether a module has set up Django by itself."""
    conf = sys.modules.get("django.conf")
    return conf is not None and conf.settings.configured


def attempt(name):
    """Whether a module can be loaded early: it works, it is foreign with all that
    it brings, and it leaves no trace."""
    before = set(sys.modules)
    try:
        importlib.import_module(name)
    except BaseException:  # a module may raise whatever it likes
        return False
    brought = [each for each in sys.modules if each not in before]
    return all(is_foreign(each) for each in brought) and is_at_rest() and not settings_are_touched()


def silence():
    """What modules say when they are loaded, the first server has said already."""
    quiet = os.open(os.devnull, os.O_RDWR)
    kept = [os.dup(descriptor) for descriptor in (1, 2)]
    for descriptor in (1, 2):
        os.dup2(quiet, descriptor)
    os.close(quiet)
    return kept


def try_all(names, report):
    """In the process that is thrown away: a line for each module before and after."""
    for name in names:
        report(b"try " + name.encode("utf-8"))
        # For each of them: all together take long where the machine is busy.
        signal.alarm(PATIENCE)
        good = attempt(name)
        report((b"good " if good else b"bad ") + name.encode("utf-8"))
        if not good and not (is_at_rest() and not settings_are_touched()):
            os._exit(1)
    report(b"end")


def tried(names):
    """(those that can be loaded, the one that ended the trying or None)."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            os.nice(10)
            silence()
            try_all(names, lambda line: os.write(writing, line + b"\n"))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as lines:
        said = [line.decode("utf-8").split() for line in lines]
    os.waitpid(pid, 0)
    good = [line[1] for line in said if line[0] == "good"]
    if said and said[-1][0] == "end":
        return good, None
    return good, said[-1][1] if said else None


def chosen(names):
    """The modules that can be loaded, after as many rounds as it takes."""
    names, good = list(names), []
    for _ in range(ROUNDS):
        good, ended = tried(names)
        if ended is None:
            return good
        say("%s is not loaded early: it breaks, leaves something behind, or takes too long" % ended)
        names.remove(ended)
    return good


def tell_left_out(names, good):
    """Names the packages of the modules that cannot be loaded early: most need settings."""
    packages = sorted(set(name.split(".")[0] for name in set(names).difference(good)))
    if packages:
        rest = "" if len(packages) <= NAMED else " and %d more" % (len(packages) - NAMED)
        say("parts of %s%s are left to each server: they cannot be loaded early, most for want of settings"
            % (", ".join(packages[:NAMED]), rest))


def loaded():
    """The files of all that is loaded."""
    return set(getattr(module, "__file__", None) or "" for module in list(sys.modules.values()))


def is_newer(paths, moment):
    """Whether one of these was changed after a moment."""
    for path in paths:
        try:
            if os.stat(path).st_ctime >= moment - TICK:
                return True
        except OSError:
            continue
    return False


def prints(paths):
    """What these look like on the disk: packages may change."""
    seen = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            continue
        seen[path] = (status.st_mtime, status.st_ino)
    return seen


def forget_folders():
    """What importing remembers of folders is from before the save."""
    if hasattr(importlib, "invalidate_caches"):
        importlib.invalidate_caches()


def warm_up():
    """Loads what can be loaded; how many modules."""
    settings = os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        last = told()
        names = wanted(last["modules"])
        good = chosen(names)
        tell_left_out(names, good)
        kept = silence()
        for name in good:
            importlib.import_module(name)
        biostar_tui_start.compile_again(last["patterns"])
        for descriptor, own in zip(kept, (1, 2)):
            os.dup2(descriptor, own)
            os.close(descriptor)
    finally:
        if settings is not None:
            os.environ["DJANGO_SETTINGS_MODULE"] = settings
    forget_folders()  # it loads modules of its own in Python 3.13
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()  # servers share these pages as long as nobody writes to them
    return len(good)


def take_terminal():
    """The server's group gets the terminal, as processes.start has it."""
    os.setpgid(0, 0)
    if os.isatty(0):
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        try:
            fcntl.ioctl(0, termios.TIOCSPGRP, struct.pack("i", os.getpgrp()))
        except (IOError, OSError):
            pass
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)


def become(command, commands, replies, serve):
    """In the server: never returns."""
    try:
        take_terminal()
        os.write(replies, ("pid %d\n" % os.getpid()).encode("ascii"))
        for descriptor in (commands, replies):
            os.close(descriptor)
        forget_folders()
        serve(command)
    finally:
        os._exit(1)


def fork_server(command, commands, replies, serve):
    """By way of a process that ends at once, so that the server is the supervisor's
    child and not ours."""
    pid = os.fork()
    if pid == 0:
        try:
            if os.fork() == 0:
                become(command, commands, replies, serve)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def run(serve):
    """Warms up, then forks a server for each line that comes; until there are none,
    or what is loaded is no longer what is on the disk."""
    commands, replies = int(sys.argv[2]), int(sys.argv[3])
    command = sys.argv[4:]
    begun = time.time()
    count = warm_up()
    biostar_tui_serving.tell_modules(".warm")
    files = loaded()
    if is_newer(files, begun):
        return  # packages were installed meanwhile: some are of before
    paths = files.union(sys.path)
    looks = prints(paths)
    os.write(replies, ("ready %d %d\n" % (count, 1000 * (time.time() - begun))).encode("ascii"))
    while os.read(commands, 1):
        if prints(paths) != looks:
            os.write(replies, b"stale\n")
            return
        fork_server(command, commands, replies, serve)
