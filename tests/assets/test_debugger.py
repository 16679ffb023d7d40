"""Debuggers in a server under the supervisor: told of, one at a time, drawn again, and
waited for by a reload."""
import json
import os
import signal
import sys
import time

import paths
from paths import InScratch
from test_supervisor import Child

# The Python that supervisor and server run under; another one to try a release.
PYTHON = os.environ.get("BIOSTAR_TUI_TEST_PYTHON", sys.executable)

# Requests are threads that begin when their file is there, and end with another one.
SERVER = """import os, sys, threading, time
def view(name):
    while not os.path.exists(name):
        time.sleep(0.01)
    found = 40
    import pdb; pdb.set_trace()
    found += 2
    with open(name + ".new", "w") as stream:
        stream.write(str(found))
    os.rename(name + ".new", name + ".done")

for name in sys.argv[1:]:
    threading.Thread(target=view, args=(name,)).start()
print("up")
sys.stdout.flush()
while True:
    time.sleep(0.05)
"""


class Debugged(InScratch):
    def setUp(self):
        InScratch.setUp(self)
        self.folder = os.path.join(self.scratch, "turns")

    def start(self, *requests):
        script = self.write("server.py", SERVER)
        environment = ["PYTHONPATH=" + paths.OVERLAY, "BIOSTAR_TUI_DEBUGGER=" + self.folder,
                       "BIOSTAR_TUI_TREE=" + self.scratch]
        child = Child(["/usr/bin/env"] + environment + [
            PYTHON, "-B", "-E", "-s", "-u", os.path.join(paths.CONTAINER, "supervisor.py"), "--tree", self.scratch,
            "--", PYTHON, "-B", script] + [os.path.join(self.scratch, name) for name in requests])
        self.addCleanup(child.end)
        child.wait_for("up")
        return child

    def turns(self):
        """What the turns tell, in the order of their states."""
        told = []
        for name in os.listdir(self.folder):
            if "-" in name and not name.endswith(".new"):
                try:
                    with open(os.path.join(self.folder, name)) as stream:
                        told.append(json.load(stream))
                except FileNotFoundError:
                    pass  # A turn that ended after the folder was listed.
        return sorted(told, key=lambda turn: turn["state"])

    def until(self, holds):
        deadline = time.time() + 30
        while not holds():
            if time.time() > deadline:
                self.fail(self.turns())
            time.sleep(0.01)

    def has_ended(self, name):
        return os.path.exists(os.path.join(self.scratch, name + ".done"))

    def test_a_prompt_is_told_and_what_was_typed_before_is_dropped(self):
        child = self.start("one")
        self.assertTrue(os.path.exists(os.path.join(self.folder, "ready")))
        os.write(child.terminal, b"c\n")
        child.wait_for("c\r\n")
        self.write("one")
        at = child.wait_for("a debugger waits for an answer: Pdb at server.py:")
        child.wait_for("(Pdb) ", after=at)
        self.assertEqual([(turn["state"], turn["function"]) for turn in self.turns()], [("open", "view")])
        self.assertFalse(self.has_ended("one"))
        os.write(child.terminal, b"found = 50\n")
        at = child.wait_for("(Pdb) ", after=child.wait_for("found = 50", after=at))
        os.write(child.terminal, b"c\n")
        child.wait_for("was left; the server goes on", after=at)
        self.until(lambda: self.has_ended("one"))
        self.assertEqual(self.turns(), [])
        with open(os.path.join(self.scratch, "one.done")) as stream:
            self.assertEqual(stream.read(), "52")

    def test_several_breakpoints_queue_and_stepping_keeps_the_turn(self):
        child = self.start("one", "two")
        self.write("one")
        at = child.wait_for("(Pdb) ")
        self.write("two")
        self.until(lambda: [turn["state"] for turn in self.turns()] == ["open", "waits"])
        os.write(child.terminal, b"n\n")
        at = child.wait_for("(Pdb) ", after=at)
        self.assertEqual(child.output.count("a debugger waits"), 1)
        os.write(child.terminal, b"c\n")
        at = child.wait_for("a debugger waits", after=child.wait_for("was left", after=at))
        self.assertTrue(self.has_ended("one") or not self.until(lambda: self.has_ended("one")))
        child.wait_for("(Pdb) ", after=at)
        os.write(child.terminal, b"c\n")
        self.until(lambda: self.has_ended("two"))

    def test_a_prompt_in_a_thread_is_drawn_again_with_what_was_typed(self):
        child = self.start("one")
        self.write("one")
        at = child.wait_for("(Pdb) ")
        os.write(child.terminal, b"foun")
        at = child.wait_for("foun", after=at)
        os.kill(self.server(), signal.SIGWINCH)
        child.wait_for("(Pdb) foun", after=at)

    def server(self):
        return int(os.listdir(self.folder) and [n for n in os.listdir(self.folder) if "-" in n][0].split("-")[0])

    def test_a_reload_waits_and_a_server_that_dies_is_forgotten(self):
        child = self.start("one")
        self.write("one")
        at = child.wait_for("(Pdb) ")
        os.kill(child.pid, signal.SIGHUP)
        at = child.wait_for("the reload waits for its end", after=at)
        self.assertFalse(self.has_ended("one"))
        os.kill(self.server(), signal.SIGKILL)
        child.wait_for("a debugger has ended with its server", after=at)
        self.until(lambda: self.turns() == [] or [turn["state"] for turn in self.turns()] == ["open"])
