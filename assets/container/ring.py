"""What a console's program has written, as far as it is kept: a ring of its output
with the places where its terminal changed its size. Of what was dropped the modes
are kept, so that a replay begins in the state in which the rest was written.
Python 2.7 and 3.
"""
from collections import deque

# Some ten thousand lines of a session.
LIMIT = 2 * 1024 * 1024

MODE = (br"\x1b(?:\[\?([0-9;]{1,60})([hl])|\[([0-9;]{0,11})r|\[([<>=][0-9;]{0,11})u|([=>c])"
        br"|\[>(4(?:;[0-9])?)m)")
# Bytes of a sequence that may be cut in two.
LONGEST = 80
# What a string (OSC, DCS, SOS, PM, APC) begins with, and what ends it: any other sequence too.
STRING = (b"]", b"P", b"X", b"^", b"_")


class Modes(object):
    """The modes that a stretch of output leaves behind."""

    def __init__(self, other=None):
        self.private = dict(other.private) if other else {}
        self.others = dict(other.others) if other else {}
        self.rest = other.rest if other else b""
        self.string = other.string if other else b""  # what began a string that is not ended

    def see(self, data):
        """More output."""
        import re  # late: whoever opens a console waits for all that is imported at the start
        self._look_for_strings(data)
        data = self.rest + data
        end = 0
        for match in re.finditer(MODE, data):
            end = match.end()
            self._note(match)
        self.rest = data[max(end, len(data) - LONGEST):]

    def _look_for_strings(self, data):
        """The last escape or bell decides whether this ends within a string."""
        data = self.rest[-1:] + data
        escape = data.rfind(b"\x1b", 0, -1)
        if escape > data.rfind(b"\x07"):
            kind = data[escape + 1:escape + 2]
            self.string = kind if kind in STRING else b""
        elif b"\x07" in data:
            self.string = b""

    def _note(self, match):
        numbers, to, margins, kitty, keypad, other_keys = match.groups()
        if numbers is not None:
            for number in numbers.split(b";"):
                if number:
                    self.private[number] = to
        elif margins is not None:
            self.others["margins"] = match.group(0)
        elif kitty is not None:
            self.others["kitty"] = self.others.get("kitty", b"")[-200:] + match.group(0)
        elif other_keys is not None:
            self.others["keys"] = match.group(0)
        elif keypad == b"c":
            self.private.clear()
            self.others.clear()
        else:
            self.others["keypad"] = match.group(0)

    @property
    def is_full_screen(self):
        return any(self.private.get(number) == b"h" for number in (b"1049", b"1047", b"47"))

    def replay(self):
        """What brings a terminal into these modes."""
        first = [number for number in (b"1049", b"1047", b"47") if number in self.private]
        others = sorted(number for number in self.private if number not in first and number != b"2026")
        modes = [b"\x1b[?" + number + self.private[number] for number in first + others]
        modes += [self.others[key] for key in sorted(self.others)]
        # What follows is the rest of a string, as it was: no text. No OSC has this number.
        string = b"\x1b" + self.string if self.string else b""
        return b"".join(modes) + string + (b"999999;" if self.string == b"]" else b"")


class Ring(object):
    """Records (letter, content): O for output, S for a size."""

    def __init__(self, limit=LIMIT):
        self.limit = limit
        self.records = deque()
        self.length = 0
        self.dropped = Modes()
        self.size = None  # the last one that was dropped
        self.is_cut = False

    def add(self, letter, content):
        """The newest record; the oldest go where there is no room."""
        self.records.append((letter, content))
        self.length += len(content)
        while self.length > self.limit and len(self.records) > 1:
            letter, content = self.records.popleft()
            self.length -= len(content)
            if letter == b"S":
                self.size = content
            else:
                self.dropped.see(content)
            self.is_cut = True

    @property
    def is_full_screen(self):
        """Whether a program has the whole screen now."""
        modes = Modes(self.dropped)
        for letter, content in self.records:
            if letter == b"O":
                modes.see(content)
        return modes.is_full_screen

    def history(self):
        """The records from which a terminal gets the same screen."""
        records = list(self.records)
        if not self.is_cut:
            return records
        modes = Modes(self.dropped)
        head = []
        for place, (letter, content) in enumerate(records):
            if letter == b"O":
                # The cut may be within a sequence or a character: from the next line on,
                # or where there is none from the next sequence on.
                end = content.find(b"\n") + 1 or max(0, content.find(b"\x1b"))
                if modes.string:
                    end = 0  # all of it up to the string's end is no text
                modes.see(content[:end])
                records[place] = (letter, content[end:])
                break
        if self.size is not None:
            head.append((b"S", self.size))
        return head + [(b"O", modes.replay())] + records
