"""PID 1 of a console: console.py -- COMMAND ARGUMENT...

The program runs on a terminal of its own, within. Clients come and go on the
container's terminal, which is theirs together: each gives itself an id, asks
with `hello`, and gets what the program has written so far, followed without a
gap by what it writes from then on. The protocol is described where the other
end is, in src/console/holder.rs. Python 2.7 and 3, standard library only.
"""
from __future__ import print_function

import binascii
import errno
import os
import pty
import select
import signal
import struct
import sys
import time

import inner
import processes
from ring import Ring

FOLDER = "/run/biostar-tui/console"
START = b"\x1e"
# A piece of output in one frame, and what one read may give.
PIECE = 64 * 1024
# A terminal takes some kilobytes at once.
WRITE = 16 * 1024
# What waits for slow clients before the program has to wait: it goes on as fast as
# the engine takes its output, and the engine always takes it.
HIGH_WATER = 512 * 1024
# What waits to be read by the program. A paste that it does not read is not endless.
MOST_INPUT = 1024 * 1024
# A line of a client's is shorter.
LONGEST_LINE = 4096
# Without a client for so long the program is started all the same.
PATIENCE = 2.0
# Clients say every 5 seconds that they are there.
FORGOTTEN = 15.0
# For what is still in the program's terminal when it has ended.
LAST_WORDS = 0.3
GRACE = 0.8


class Holder(object):
    """The program, its output so far, and the clients."""

    def __init__(self, argv, now=time.time):
        self.argv = argv
        self.now = now
        self.pid = None
        self.master = None
        self.code = None
        self.ring = Ring()
        self.size = None
        self.nudge = None
        self.outgoing = bytearray()
        self.incoming = bytearray()
        self.typed = bytearray()
        self.clients = {}  # id: (when it was heard last, its size)
        self.active = None
        self.called = b""
        self.is_listening = True

    # Clients -----------------------------------------------------------------

    def send(self, letter, content):
        """One frame to everybody."""
        self.outgoing += START + letter + struct.pack(">I", len(content)) + content

    def heard(self, data):
        """Bytes from the clients: whole lines are obeyed."""
        self.incoming += data
        while True:
            end = self.incoming.find(b"\n")
            if end < 0:
                break
            line = bytes(self.incoming[:end])
            del self.incoming[:end + 1]
            self.obey(line.split())
        if len(self.incoming) > LONGEST_LINE:
            del self.incoming[:]

    def obey(self, words):
        """A line of a client's; what is none is dropped."""
        verbs = {b"hello": self.hello, b"size": self.resized, b"keys": self.keys,
                 b"reply": self.reply, b"call": self.call, b"ping": lambda _client: None, b"bye": self.bye}
        if len(words) < 2 or len(words[0]) != 16 or words[1] not in verbs:
            return
        client = words[0]
        known = self.clients.get(client)
        if known is None and words[1] != b"hello":
            return
        if known is not None:
            self.clients[client] = (self.now(), known[1])
        try:
            verbs[words[1]](client, *words[2:])
        except (TypeError, ValueError):
            pass  # half a line, or two that were mixed

    def hello(self, client, rows, columns):
        """A client wants everything from the beginning."""
        size = (int(rows), int(columns))
        is_new = client not in self.clients
        self.clients[client] = (self.now(), size)
        self.read_program()
        self.send(b"W", client)
        if self.called:
            self.send(b"T", self.called)
        for letter, content in self.ring.history():
            for start in range(0, len(content), PIECE):
                self.send(b"H", client + letter + content[start:start + PIECE])
        self.send(b"L", client)
        self.use(client)
        if self.ring.is_cut and self.ring.is_full_screen:
            # The picture began before what is kept: the program draws it again.
            self.nudge, size = size, (max(2, size[0] - 1), size[1])
            self.apply(size)
        if is_new:
            self.tell_clients()

    def resized(self, client, rows, columns):
        """A client's pane has another size."""
        self.clients[client] = (self.now(), (int(rows), int(columns)))
        self.use(client)

    def keys(self, client, length, text):
        """A client types."""
        data = decoded(length, text)
        self.use(client)
        if len(self.typed) + len(data) > MOST_INPUT:
            self.output(b"\x07")
        else:
            self.typed += data

    def reply(self, client, length, text):
        """A client's emulator answers a question: only the active one's counts,
        or the program would get as many answers as there are clients."""
        if client == self.active:
            self.typed += decoded(length, text)

    def call(self, _client, length, text=b""):
        """The user gives the console a name, for all who show it."""
        self.called = decoded(length, text)
        self.send(b"T", self.called)

    def bye(self, client):
        """A client goes."""
        self.clients.pop(client, None)
        self.tell_clients()

    def use(self, client):
        """The client that is used last decides the size."""
        self.active = client
        self.apply(self.clients[client][1])

    def forget(self):
        """Clients that have not been heard for long are gone."""
        late = self.now() - FORGOTTEN
        gone = [client for client, (heard, _) in self.clients.items() if heard < late]
        for client in gone:
            self.bye(client)

    def tell_clients(self):
        """How many there are, for whoever asks the engine for the file."""
        write_whole("clients", "%d\n" % len(self.clients))

    # The program -------------------------------------------------------------

    def apply(self, size):
        """Gives the program's terminal a size, and says so at this place of the
        stream: whoever replays it does the same at the same place."""
        size = tuple(min(max(2, number), 1000) for number in size)
        if size == self.size:
            return
        self.read_program()
        self.size = size
        if self.master is not None:
            inner.set_size(self.master, size)
        content = struct.pack(">HH", *size)
        self.ring.add(b"S", content)
        self.send(b"S", content)

    def start(self):
        """Forks the program on its own terminal."""
        if self.size is None:
            self.apply(inner.get_size(0) or (24, 80))
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            inner.become(self.argv, self.size)
        processes.make_private(self.master)
        inner.set_size(self.master, self.size)

    def output(self, data):
        self.ring.add(b"O", data)
        self.send(b"O", data)

    def read_program(self):
        """All that it has written by now; whether it may write more."""
        for _ in range(16):  # a flood must not keep the clients waiting
            try:
                data = os.read(self.master, PIECE) if self.master is not None else b""
            except OSError as error:
                # EIO: nobody has the other end any more.
                return error.errno in (errno.EAGAIN, errno.EINTR)
            if not data:
                return False
            self.output(data)
        return True

    def write_program(self):
        try:
            del self.typed[:os.write(self.master, bytes(self.typed[:4096]))]
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EINTR):
                del self.typed[:]

    def look_after(self):
        """A program that has stopped itself waits for a shell to continue it, and there
        is none: nano's and mc's Ctrl-Z would be the end of their console."""
        try:
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
        except OSError:
            return
        if pid and os.WIFSTOPPED(status):
            processes.signal_group(self.pid, signal.SIGCONT)
        elif pid:
            self.code = processes.exit_code(status)

    def reap(self):
        """Whether the program has ended."""
        if self.code is None:
            self.look_after()
        for pid, code in processes.reap():
            if pid == self.pid:
                self.code = code
        return self.code is not None

    def end_program(self):
        """What a terminal that is closed does, then what `docker stop` would."""
        for number in (signal.SIGHUP, signal.SIGCONT, signal.SIGTERM):
            processes.signal_group(self.pid, number)
        deadline = self.now() + GRACE
        while not self.reap() and self.now() < deadline:
            self.read_program()
            time.sleep(0.02)
        processes.signal_group(self.pid, signal.SIGKILL)

    # The loop ----------------------------------------------------------------

    def flush(self):
        try:
            del self.outgoing[:os.write(1, bytes(self.outgoing[:WRITE]))]
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EINTR):
                del self.outgoing[:]

    def step(self, waking, pause):
        """Waits for whatever comes next, and does it."""
        reading, writing = [waking], []
        if self.is_listening:
            reading.append(0)
        if self.master is not None and len(self.outgoing) < HIGH_WATER:
            reading.append(self.master)
        if self.outgoing:
            writing.append(1)
        if self.typed and self.master is not None:
            writing.append(self.master)
        try:
            readable, writable, _ = select.select(reading, writing, [], pause)
        except (OSError, IOError, select.error):
            return  # interrupted, in Python 2
        if waking in readable:
            os.read(waking, 512)
        if 0 in readable:
            self.listen()
        if self.master in readable and not self.read_program():
            # Its terminal has no program any more; the program's end is what counts.
            time.sleep(0.01)
        if 1 in writable:
            self.flush()
        if self.master in writable and self.typed:
            self.write_program()

    def listen(self):
        try:
            data = os.read(0, PIECE)
        except OSError as error:
            data = None
            self.is_listening = error.errno in (errno.EAGAIN, errno.EINTR)
        if data:
            self.heard(data)
        elif data is not None:
            self.is_listening = False

    def run(self, waking, wanted):
        """Until the program ends, or until `wanted()`: the exit code."""
        begun = self.now()
        while not wanted():
            if self.pid is None and (self.clients or self.now() - begun > PATIENCE):
                self.start()
            if self.nudge is not None:
                size, self.nudge = self.nudge, None
                self.apply(size)
            if self.pid is not None and self.reap():
                break
            self.step(waking, 0.1 if self.pid is None else FORGOTTEN if self.clients else None)
            self.forget()
        if self.code is None and self.pid is not None:
            self.end_program()
        return self.finish()

    def finish(self):
        """The last words of the program and its code, to everybody."""
        deadline = self.now() + LAST_WORDS
        while self.master is not None and self.read_program() and self.now() < deadline:
            time.sleep(0.01)
        code = 143 if self.code is None else self.code
        self.send(b"X", struct.pack(">H", code))
        deadline = self.now() + GRACE
        while self.outgoing and self.now() < deadline:
            left = len(self.outgoing)
            select.select([], [1], [], 0.1)
            self.flush()
            if len(self.outgoing) < left:
                # Somebody takes it: he gets all of it, however slow he is.
                deadline = self.now() + GRACE
        return code


def decoded(length, text):
    """The bytes of a line; ValueError where they are not so many."""
    try:
        data = binascii.a2b_base64(text)
    except binascii.Error:  # no ValueError in Python 2
        raise ValueError("no base64")
    if len(data) != int(length):
        raise ValueError("half a line")
    return data


def write_whole(name, text):
    """A file of our folder: never seen half-written. Without the folder nobody asks."""
    path = os.path.join(FOLDER, name)
    try:
        with open(path + ".new", "w") as stream:
            stream.write(text)
        os.rename(path + ".new", path)
    except (IOError, OSError):
        pass


def say(kind):
    """What PID 1 is, as an application's command (APC), which no terminal shows."""
    try:
        os.write(1, ("\x1b_biostar-tui %s\x1b\\" % kind).encode("ascii"))
    except OSError:
        pass  # a terminal that takes nothing: the file says it too


def wake_on_signals():
    """(the descriptor that wakes on a signal, whether an end is asked for)."""
    asked = []
    reading, writing = os.pipe()
    for descriptor in (reading, writing):
        processes.make_private(descriptor)
    signal.set_wakeup_fd(writing)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _frame: asked.append(number))
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    return reading, lambda: bool(asked)


def main(argv):
    """Holds the program; its exit code."""
    if argv[:1] == ["--"]:
        argv = argv[1:]
    if not argv:
        sys.exit("biostar-tui: console.py -- COMMAND ARGUMENT...")
    inner.take_terminal()
    waking, wanted = wake_on_signals()
    write_whole("clients", "0\n")
    # From here on clients may ask. The one that has started us waits for our word on the
    # terminal, where it need not look for it; to others it is no frame.
    write_whole("kind", "holder\n")
    say("holder")
    return Holder(argv).run(waking, wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
