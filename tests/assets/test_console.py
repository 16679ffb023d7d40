"""A console's holder: as a child under a pseudo-terminal with small programs in it, and
its ring by itself."""
import base64
import os
import pty
import re
import select
import struct
import sys
import time
import unittest

import paths
import console
from ring import Modes, Ring

FRAME = struct.Struct(">I")


class Client(object):
    """One client's view of the holder's stream."""

    def __init__(self, holder, number):
        self.holder = holder
        self.id = ("%016x" % number).encode("ascii")
        self.start = None

    def say(self, *words):
        words = [word if isinstance(word, bytes) else str(word).encode("ascii") for word in words]
        self.holder.write(b"\n" + b" ".join([self.id] + words) + b"\n")

    def hello(self, rows=24, columns=80):
        self.start = len(self.holder.output)
        self.say("hello", rows, columns)

    def type(self, text, word="keys"):
        self.say(word, len(text), base64.b64encode(text))

    def frames(self):
        """(letter, content) of every frame since our welcome."""
        data = self.holder.output[self.start:]
        at = data.find(b"\x1eW" + FRAME.pack(16) + self.id)
        found = []
        while 0 <= at and at + 6 <= len(data):
            assert data[at:at + 1] == b"\x1e", data[at:at + 20]
            length = FRAME.unpack(data[at + 2:at + 6])[0]
            if at + 6 + length > len(data):
                break
            found.append((data[at + 1:at + 2], data[at + 6:at + 6 + length]))
            at += 6 + length
        return found

    def history(self):
        """What was there before, up to the word that it is complete."""
        own = [content[16:] for letter, content in self.frames() if letter == b"H" and content[:16] == self.id]
        return b"".join(content[1:] for content in own if content[:1] == b"O")

    def screen(self):
        """History and live output together."""
        return self.history() + b"".join(content for letter, content in self.frames() if letter == b"O")

    def wait(self, what, seen=None):
        """Until `what` is in the output; the output."""
        seen = seen or self.screen
        self.holder.until(lambda: what in seen(), what)
        return seen()


class Holder(object):
    def __init__(self, *command):
        self.output = b""
        self.ended = None
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
            script = os.path.join(paths.CONTAINER, "console.py")
            os.execv(sys.executable, [sys.executable, "-B", "-u", script, "--"] + list(command))

    def write(self, data):
        while data:
            data = data[os.write(self.terminal, data):]
            self.read(0)

    def read(self, seconds):
        if select.select([self.terminal], [], [], seconds)[0]:
            try:
                self.output += os.read(self.terminal, 65536)
            except OSError:
                time.sleep(0.01)

    def until(self, holds, what, seconds=60):
        deadline = time.time() + seconds
        while not holds():
            if time.time() > deadline:
                raise AssertionError("never: %r in %r" % (what, self.output[-2000:]))
            self.read(0.02)

    def client(self, number=1, rows=24, columns=80):
        client = Client(self, number)
        client.hello(rows, columns)
        self.until(lambda: (b"L", client.id) in client.frames(), "welcome")
        return client

    def code(self, seconds=60):
        """The exit code; fails when it does not end."""
        def has_ended():
            if self.ended is None:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                self.ended = os.WEXITSTATUS(status) if pid else None
            return self.ended is not None
        self.until(has_ended, "end", seconds)
        return self.ended

    def close(self):
        if self.ended is None:
            os.kill(self.pid, 9)
            os.waitpid(self.pid, 0)
        os.close(self.terminal)


class Held(unittest.TestCase):
    def holder(self, *command):
        holder = Holder(*command)
        self.addCleanup(holder.close)
        return holder

    def test_a_client_types_and_sees(self):
        client = self.holder("cat").client()
        client.type(b"hello\r")
        client.wait(b"hello\r\nhello\r\n")

    def test_the_program_starts_with_the_clients_size(self):
        client = self.holder("sh", "-c", "stty size; cat").client(rows=33, columns=101)
        client.wait(b"33 101\r\n")
        client.say("size", 20, 70)
        resized = (b"S", struct.pack(">HH", 20, 70))
        client.holder.until(lambda: resized in client.frames(), "the new size")

    def test_a_second_client_gets_the_whole_history_then_the_same_stream(self):
        holder = self.holder("cat")
        first = holder.client(1)
        first.type(b"one\r")
        first.wait(b"one\r\none\r\n")
        first.type(b"unfinished")
        first.wait(b"unfinished")
        second = holder.client(2)
        self.assertEqual(second.history(), b"one\r\none\r\nunfinished")
        second.type(b" line\r")
        self.assertEqual(first.wait(b"line\r\nunfinished line\r\n"), second.wait(b"line\r\nunfinished line\r\n"))

    def test_only_the_client_used_last_answers_and_decides_the_size(self):
        holder = self.holder("sh", "-c", "stty -echo; cat")
        first, second = holder.client(1, 24, 80), holder.client(2, 30, 90)
        first.type(b"from the first\r", "reply")
        second.type(b"from the second\r", "reply")
        second.wait(b"from the second")
        self.assertNotIn(b"from the first", second.screen())
        first.type(b"typed\r")
        first.wait(b"typed")
        self.assertEqual([content for letter, content in second.frames() if letter == b"S"][-1],
                         struct.pack(">HH", 24, 80))

    def test_its_name_is_told_to_all_and_to_who_comes_later(self):
        holder = self.holder("cat")
        first, second = holder.client(1), holder.client(2)
        first.type(b"mine", "call")
        for client in (first, second, holder.client(3)):
            holder.until(lambda: (b"T", b"mine") in client.frames(), "the name")
        second.say("call", 0)
        holder.until(lambda: (b"T", b"") in first.frames(), "no name")
        self.assertNotIn(b"T", [letter for letter, _ in holder.client(4).frames()])

    def test_ctrl_z_does_not_stall_it(self):
        for command in ("echo ready; cat", "kill -STOP $$; echo ready; cat"):
            client = self.holder("sh", "-c", command).client()
            client.wait(b"ready")
            client.type(b"\x1ahere\r")
            client.wait(b"here\r\nhere\r\n")

    def test_the_exit_code_is_told_and_kept(self):
        holder = self.holder("sh", "-c", "read x; echo bye; exit 3")
        client = holder.client()
        client.type(b"\r")
        self.assertEqual(holder.code(), 3)
        self.assertIn((b"X", b"\0\x03"), client.frames())
        self.assertIn(b"bye", client.screen())

    def test_a_program_that_does_not_exist(self):
        holder = self.holder("nosuchprogram")
        client = holder.client()
        client.wait(b"cannot run `nosuchprogram`: No such file")
        self.assertEqual(holder.code(), 127)

    def test_it_ends_when_it_is_told_even_with_a_deaf_program(self):
        for command in (["cat"], ["sh", "-c", "trap '' HUP TERM; echo deaf; while :; do sleep 1; done"]):
            holder = self.holder(*command)
            client = holder.client()
            if command[0] == "sh":
                client.wait(b"deaf")
            os.kill(holder.pid, 15)
            holder.code()

    def test_what_is_no_line_is_dropped(self):
        holder = self.holder("cat")
        client = holder.client()
        for line in (b"garbage\n", b"\n\n", client.id + b" keys 9 YQ==\n", client.id + b" keys x y z\n",
                     b"0000000000000009 keys 1 YQ==\n", client.id + b" nonsense\n", b"x" * 9000 + b"\n"):
            holder.write(line)
        client.type(b"still here\r")
        client.wait(b"still here")
        self.assertNotIn(b"a", client.screen().replace(b"still here", b""))

    def test_a_flood_is_all_there_and_in_order(self):
        holder = self.holder("seq", "1", "100000")
        client = Client(holder, 1)
        client.hello()
        holder.until(lambda: holder.output.endswith(b"\x1eX\0\0\0\x02\0\0"), "the end")
        lines = client.screen().split()
        self.assertEqual(lines, [b"%d" % number for number in range(1, 100001)])

    def test_a_large_paste_arrives_whole(self):
        holder = self.holder("sh", "-c", "stty raw -echo; echo ready; head -c 200000 | md5sum")
        client = holder.client()
        client.wait(b"ready")
        text = bytes(bytearray(32 + number % 90 for number in range(200000)))
        for start in range(0, len(text), 600):
            client.type(text[start:start + 600])
        import hashlib
        client.wait(hashlib.md5(text).hexdigest().encode("ascii"))

    def test_without_a_client_it_starts_all_the_same(self):
        holder = self.holder("sh", "-c", "stty size; sleep 60")
        time.sleep(console.PATIENCE + 0.5)
        holder.client().wait(b"24 80")


class Kept(unittest.TestCase):
    def test_modes_of_what_was_dropped_are_replayed(self):
        modes = Modes()
        for piece in (b"\x1b[?1049h\x1b[?25", b"l\x1b[?1;2004h\x1b=\x1b[2;9r\x1b[>1u\x1b[>4;2m text"):
            modes.see(piece)
        self.assertTrue(modes.is_full_screen)
        self.assertEqual(modes.replay(), b"\x1b[?1049h\x1b[?1h\x1b[?2004h\x1b[?25l\x1b=\x1b[>4;2m\x1b[>1u\x1b[2;9r")
        modes.see(b"\x1bc")
        self.assertEqual(modes.replay(), b"")

    def test_the_ring_is_bounded_and_begins_with_a_line(self):
        ring = Ring(limit=1000)
        ring.add(b"S", b"\0\x18\0\x50")
        ring.add(b"O", b"\x1b[?2004h")
        for number in range(500):
            ring.add(b"O", b"line %03d\r\n" % number)
        self.assertLessEqual(ring.length, 1000)
        history = ring.history()
        self.assertEqual(history[0], (b"S", b"\0\x18\0\x50"))
        text = b"".join(content for letter, content in history if letter == b"O")
        self.assertTrue(re.match(br"\x1b\[\?2004hline \d\d\d\r\n", text), text[:40])
        self.assertTrue(text.endswith(b"line 499\r\n"))

    def test_a_string_that_was_cut_is_replayed_as_one(self):
        for begin, wanted in ((b"\x1b]0;", b"\x1b]999999;xx"), (b"\x1bPq", b"\x1bPxx"), (b"\x1b[1m", b"xx"),
                              (b"\x1b]0;a\x07", b"xx"), (b"\x1b]0;a\x1b\\", b"xx")):
            ring = Ring(limit=100)
            for piece in (begin[:1], begin[1:], b"x" * 90, b"x" * 90):
                ring.add(b"O", piece)
            text = b"".join(content for letter, content in ring.history() if letter == b"O")
            self.assertTrue(text.startswith(wanted), (begin, text[:20]))
        ring.add(b"O", b"\x07" + b"y" * 100)
        ring.add(b"O", b"z")
        self.assertTrue(ring.history()[-1][1].startswith(b"z"))
        self.assertEqual(ring.dropped.string, b"")

    def test_what_fits_is_kept_as_it_was(self):
        ring = Ring()
        for record in ((b"S", b"\0\x18\0\x50"), (b"O", b"half a \x1b[3"), (b"O", b"1mline")):
            ring.add(*record)
        self.assertEqual(ring.history(), list(ring.records))


if __name__ == "__main__":
    unittest.main()
