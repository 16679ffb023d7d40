"""Debuggers in a server: one of them at a time has the terminal, whoever looks is told
of it, and a client that attaches gets the prompt drawn again. Python 2.7 and 3.

pdb, ipdb and pudb are all a bdb.Bdb whose `interaction` talks to the user, so that is
what every instance gets wrapped. A thread has its turn from its first prompt until its
program goes on without being stepped through; others wait for theirs by a lock that
holds between processes, too. What is open is told by a file for each in FOLDER and by a
line in the log.
"""
import errno
import fcntl
import json
import os
import signal
import sys
import termios
import threading

FOLDER = os.environ.get("BIOSTAR_TUI_DEBUGGER", "")
TURNS = threading.local()
# The turn that has the terminal now, where it is one of this process.
OPEN = []


def say(text):
    """One line in the server's log."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, IOError, OSError, ValueError):
            pass
    try:
        os.write(1, ("biostar-tui: %s\n" % text).encode("utf-8"))
    except OSError:
        pass


def has_terminal(debugger):
    """Whether it is ours that this debugger talks on: remote ones have a socket."""
    try:
        stdin = getattr(debugger, "stdin", None)
        return os.isatty(0) and (stdin is None or stdin.fileno() == 0)
    except (AttributeError, IOError, OSError, ValueError):
        return False


def is_in_background():
    """Whether another process group has the terminal: to read it would stop us."""
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False


def place_of(frame):
    """(file:line as the project knows it, function)."""
    if frame is None:
        return "a traceback", ""
    path = frame.f_code.co_filename
    tree = os.environ.get("BIOSTAR_TUI_TREE", "/project").rstrip(os.sep) + os.sep
    path = path[len(tree):] if path.startswith(tree) else path
    return "%s:%d" % (path, frame.f_lineno), frame.f_code.co_name


class Turn(object):
    """A thread's turn at the terminal."""

    def __init__(self, debugger, frame):
        self.debugger = debugger
        self.place, self.function = place_of(frame)
        self.depth = 0
        self.pid = os.getpid()
        self.path = os.path.join(FOLDER, "%d-%x" % (os.getpid(), threading.current_thread().ident))
        self.lock = os.open(os.path.join(FOLDER, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.fcntl(self.lock, fcntl.F_SETFD, fcntl.FD_CLOEXEC)

    def tell(self, state):
        """What this turn is at, for whoever asks for the file."""
        words = {"state": state, "place": self.place, "function": self.function,
                 "program": self.debugger.__class__.__module__.split(".")[0]}
        try:
            with open(self.path + ".new", "w") as stream:
                json.dump(words, stream)
            os.rename(self.path + ".new", self.path)
        except (IOError, OSError):
            pass

    def take(self):
        """Waits until the terminal is free."""
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (IOError, OSError) as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            self.tell("waits")
            fcntl.flock(self.lock, fcntl.LOCK_EX)
        try:
            # What was typed while no prompt was there would be obeyed by this one.
            termios.tcflush(0, termios.TCIFLUSH)
        except termios.error:
            pass
        self.tell("open")
        OPEN.append(self)
        say("a debugger waits for an answer: %s at %s%s"
            % (self.debugger.__class__.__name__, self.place, self.function and " in " + self.function))

    def give_up(self):
        """The next one may have the terminal."""
        if self.lock is None or self.pid != os.getpid():
            return  # a fork's copy
        lock, self.lock = self.lock, None
        try:
            os.unlink(self.path)
        except OSError:
            pass
        if self in OPEN:
            OPEN.remove(self)
            say("the debugger at %s was left; the server goes on" % self.place)
        os.close(lock)

    __del__ = give_up  # its thread has ended


def is_stepping(debugger):
    """Whether its next prompt is a matter of lines: bdb marks `continue` by -1."""
    return (sys.gettrace() is not None and not getattr(debugger, "quitting", False)
            and getattr(debugger, "stoplineno", -1) != -1)


def finished():
    """The request of this thread has ended: so has its turn."""
    turn = getattr(TURNS, "turn", None)
    if turn is not None:
        TURNS.turn = None
        turn.give_up()


def interact(debugger, own, frame, arguments, keywords):
    """A debugger's own interaction, in its thread's turn."""
    if not has_terminal(debugger):
        return own(frame, *arguments, **keywords)
    if is_in_background():
        say("the breakpoint at %s was passed over: another server has the terminal" % place_of(frame)[0])
        return debugger.set_continue()
    turn = getattr(TURNS, "turn", None)
    if turn is None:
        turn = Turn(debugger, frame)
        turn.take()
        TURNS.turn = turn
    turn.debugger = debugger
    turn.depth += 1
    try:
        return own(frame, *arguments, **keywords)
    finally:
        turn.depth -= 1
        if turn.depth == 0 and not is_stepping(debugger):
            finished()


def patch(bdb):
    """For bdb, when it has been imported."""
    own = bdb.Bdb.__init__

    def init(self, *arguments, **keywords):
        own(self, *arguments, **keywords)
        talk = getattr(self, "interaction", None)
        if talk is not None:
            self.interaction = lambda frame=None, *rest, **named: interact(self, talk, frame, rest, named)
    bdb.Bdb.__init__ = init


def watch_size():
    """A client that attaches makes the terminal another size for a moment. A prompt in
    another thread than the first hears nothing of it by itself."""
    signal.signal(signal.SIGWINCH, lambda _number, _frame: draw_again())
    signal.siginterrupt(signal.SIGWINCH, False)


def draw_again():
    """The prompt that is open, as it stands."""
    for turn in [turn for turn in OPEN[-1:] if turn.pid == os.getpid()]:
        try:
            redraw(turn.debugger)
        except Exception:  # a debugger of a kind that we know nothing of
            pass


def redraw(debugger):
    """By whatever draws this debugger: urwid, prompt_toolkit, or readline."""
    screen = getattr(getattr(debugger, "ui", None), "screen", None)
    if hasattr(screen, "_sigwinch_handler"):
        return screen._sigwinch_handler(signal.SIGWINCH, None)
    app = getattr(getattr(debugger, "pt_app", None), "app", None)
    if getattr(app, "loop", None) is not None:
        return app.loop.call_soon_threadsafe(app._on_resize)
    readline = sys.modules.get("readline")
    typed = readline.get_line_buffer() if readline else ""
    prompt = getattr(debugger, "prompt", "")
    os.write(1, ("\r\x1b[K%s%s" % (prompt, typed)).encode("utf-8", "replace"))


def install(hook):
    """Before anything of the project: nothing is imported until a debugger is."""
    try:
        with open(os.path.join(FOLDER, "ready"), "w"):
            pass
    except (IOError, OSError):
        return
    watch_size()
    # Nobody may be attached who could answer ipdb's question where the cursor is.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    if "bdb" in sys.modules:
        patch(sys.modules["bdb"])
    else:
        hook("bdb", patch)
