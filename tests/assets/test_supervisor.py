"""The supervisor as a child under a pseudo-terminal, with small programs as its server."""
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
import unittest

import paths
from paths import InScratch
import supervisor
import watchers

SERVER = """import os, sys, time
import value
print("up %s tty=%s" % (value.VALUE, os.tcgetpgrp(0) == os.getpgrp()))
sys.stdout.flush()
time.sleep(60)
"""


class Child(object):
    """A process under a pseudo-terminal and what it has printed."""

    def __init__(self, argv):
        self.output = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execv(argv[0], argv)

    def wait_for(self, text, seconds=30, after=0):
        """Where `text` ends in the output; fails after `seconds`."""
        deadline = time.time() + seconds
        while time.time() < deadline:
            at = self.output.find(text, after)
            if at >= 0:
                return at + len(text)
            if select.select([self.terminal], [], [], 0.05)[0]:
                try:
                    self.output += os.read(self.terminal, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        raise AssertionError("no %r in %r" % (text, self.output[after:]))

    def read_for(self, seconds):
        """Takes in what it prints in this time."""
        try:
            self.wait_for("\0", seconds)
        except AssertionError:
            pass

    def end(self):
        """TERM; (seconds it took, exit status)."""
        begun = time.time()
        os.kill(self.pid, signal.SIGTERM)
        while time.time() - begun < 5:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.terminal)
                return time.time() - begun, status
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError("it did not end; it said %r" % self.output)


class Supervised(InScratch):
    def start(self, *command):
        return Child(["/usr/bin/env", "BIOSTAR_TUI_WATCHED=" + os.path.join(self.scratch, "watched"), sys.executable,
                      "-B", "-E", "-s", "-u", os.path.join(paths.CONTAINER, "supervisor.py"),
                      "--tree", self.scratch, "--"] + list(command))

    def watch(self):
        """Somebody who watches, until they are killed."""
        watcher = paths.watcher(os.path.join(self.scratch, "watched"))
        self.addCleanup(paths.end, watcher)
        return watcher

    def start_server(self):
        self.write("value.py", "VALUE = 'one'")
        self.write("server.py", SERVER)
        return self.start(sys.executable, "-B", os.path.join(self.scratch, "server.py"))

    def test_the_server_has_the_terminal_and_ends_within_a_second(self):
        child = self.start_server()
        child.wait_for("up one tty=True")
        seconds, status = child.end()
        self.assertLess(seconds, 8)
        self.assertEqual(status, 0)

    def test_hup_starts_it_anew(self):
        child = self.start_server()
        at = child.wait_for("up one")
        os.kill(child.pid, signal.SIGHUP)
        child.wait_for("up one tty=True", after=at)
        child.end()

    def test_a_change_starts_it_anew_and_a_crash_waits_for_one(self):
        child = self.start_server()
        at = child.wait_for("up one")
        self.write("value.py", "VALUE = 'three'")
        at = child.wait_for("up three", after=at)
        self.write("value.py", "def (")
        at = child.wait_for("server exited with code 1; waiting for a change", after=at)
        self.write("value.py", "VALUE = 'mended'")
        child.wait_for("up mended tty=True", after=at)
        child.end()

    def test_it_looks_only_while_nobody_watches(self):
        child = self.start_server()
        at = child.wait_for("up one")
        self.write("value.py", "VALUE = 'before'")
        watcher = self.watch()
        at = child.wait_for("up before", after=at)
        time.sleep(0.2)
        self.write("value.py", "VALUE = 'meanwhile'")
        child.read_for(1.5)
        self.assertNotIn("meanwhile", child.output)
        paths.end(watcher)
        child.wait_for("up meanwhile", after=at)
        child.end()

    def test_what_a_watcher_has_reloaded_is_not_reloaded_again(self):
        child = self.start_server()
        at = child.wait_for("up one")
        watcher = self.watch()
        time.sleep(0.3)
        self.write("value.py", "VALUE = 'told'")
        time.sleep(0.1)
        os.kill(child.pid, signal.SIGHUP)
        at = child.wait_for("up told", after=at)
        paths.end(watcher)
        child.read_for(1.5)
        self.assertNotIn("changed; restarting", child.output)
        child.end()

    def test_a_program_that_does_not_exist(self):
        child = self.start("nosuchprogram")
        child.wait_for("cannot run `nosuchprogram`: No such file")
        child.wait_for("server exited with code 127")
        child.end()

    def test_a_server_that_will_not_end_is_killed(self):
        child = self.start("sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done")
        child.wait_for("deaf")
        self.assertLess(child.end()[0], 8)

    def test_ctrl_c_reaches_the_server_alone(self):
        child = self.start_server()
        child.wait_for("up one")
        os.write(child.terminal, b"\x03")
        child.wait_for("server exited with code")
        os.kill(child.pid, signal.SIGHUP)
        child.wait_for("starting the server")
        child.end()


class Health(InScratch):
    def lingers(self, text):
        self.write("biostar-tui-health-%d.lingers" % os.getuid(), text)
        supervisor.end_lingering_check((self.scratch, "/nowhere"))

    def test_a_check_that_lingers_is_ended(self):
        script = self.write("health.sh", "echo begun; sleep 1; sleep 1; sleep 1")
        check = subprocess.Popen(["sh", script], stdout=subprocess.PIPE)
        self.assertEqual(check.stdout.read(6), b"begun\n")
        self.lingers("%d\n" % check.pid)
        self.assertEqual(check.wait(), -signal.SIGTERM)
        check.stdout.close()

    def test_nobody_else_is(self):
        other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        for text in ("%d\n" % other.pid, "nonsense", "", "999999999"):
            self.lingers(text)
        time.sleep(0.1)
        self.assertIsNone(other.poll())


class Watched(InScratch):
    """Those who say that they watch, without a supervisor."""

    def setUp(self):
        InScratch.setUp(self)
        before = watchers.PIPE, watchers.SILENCE
        self.addCleanup(lambda: vars(watchers).update(PIPE=before[0], SILENCE=before[1]))
        watchers.PIPE = os.path.join(self.scratch, "watched")
        self.watchers = watchers.Watchers()
        self.addCleanup(lambda: os.close(self.watchers.pipe))

    def come(self):
        return os.open(watchers.PIPE, os.O_WRONLY)

    def hear(self):
        """Takes in what is there; whether anything was."""
        ready = select.select(self.watchers.sources(), [], [], 0)[0]
        self.watchers.hear(ready)
        return bool(ready)

    def test_it_is_heard_of_until_the_last_one_goes(self):
        self.assertFalse(self.hear())
        one, other = self.come(), self.come()
        self.assertFalse(self.watchers.is_alive())
        os.write(one, b".")
        self.assertTrue(self.hear() and self.watchers.is_alive())
        os.close(one)
        self.assertFalse(self.hear())
        self.assertTrue(self.watchers.is_alive())
        os.close(other)
        self.assertTrue(self.hear())
        self.assertFalse(self.watchers.is_alive())
        self.assertFalse(self.hear(), "an end is told of once")
        again = self.come()
        os.write(again, b".")
        self.assertTrue(self.hear() and self.watchers.is_alive())
        os.close(again)

    def test_one_that_stands_still_is_not_believed_for_long(self):
        watchers.SILENCE = 0.05
        one = self.come()
        os.write(one, b".")
        self.assertTrue(self.hear() and self.watchers.is_alive())
        time.sleep(0.06)
        self.assertFalse(self.hear() or self.watchers.is_alive())
        os.write(one, b".")
        self.assertTrue(self.hear() and self.watchers.is_alive())
        os.close(one)

    def test_the_pipe_is_made_anew_where_something_else_is(self):
        one = self.come()
        os.unlink(watchers.PIPE)
        self.write("watched", "no pipe")
        os.close(one)
        self.assertTrue(self.hear())
        again = self.come()
        os.write(again, b".")
        self.assertTrue(self.hear() and self.watchers.is_alive())
        os.close(again)

    def test_where_there_can_be_none_nobody_watches(self):
        watchers.PIPE = os.path.join(self.scratch, "nowhere/watched")
        none = watchers.Watchers()
        self.assertEqual(none.sources(), [])
        none.hear([])
        self.assertFalse(none.is_alive())


class Looking(InScratch):
    def test_what_is_looked_at(self):
        self.write("a/b.py")
        for name in ("node_modules/x.py", ".git/x.py", "a/__pycache__/x.py", "own/lib/x.py", "a/notes.txt"):
            self.write(name)
        self.write("own/pyvenv.cfg")
        self.assertEqual(list(supervisor.look(self.scratch)), [os.path.join(self.scratch, "a/b.py")])

    def test_links_are_followed_and_not_in_circles(self):
        self.write("tree/a/b.py")
        self.write("other/c.py")
        tree = os.path.join(self.scratch, "tree")
        os.symlink(tree, os.path.join(tree, "a/circle"))
        os.symlink(os.path.join(self.scratch, "other"), os.path.join(tree, "out"))
        os.symlink("nowhere", os.path.join(tree, "broken"))
        self.assertEqual(sorted(supervisor.look(tree)), [os.path.join(tree, name) for name in ("a/b.py", "out/c.py")])

    def test_difference(self):
        self.assertEqual(supervisor.difference({"gone": 1, "same": 1, "new": 1}, {"same": 1, "new": 2, "came": 1}),
                         ["came", "gone", "new"])

    def test_describe(self):
        self.assertEqual(supervisor.describe(["/p/a.py"], "/p"), "a.py")
        self.assertEqual(supervisor.describe(["/p/a.py", "/p/b.py", "/p/c.py"], "/p"), "a.py and 2 more")

    def test_two_thousand_files_cost_less_than_a_hundredth_of_a_core(self):
        for number in range(2000):
            self.write("d%d/m%d.py" % (number % 40, number))
        tree = supervisor.Tree(self.scratch)
        begun = sum(os.times()[:2])
        before = time.time()
        tree.changed(lambda: False)
        self.assertLess((sum(os.times()[:2]) - begun) / (tree.due - before), 0.02)

    def test_changes_are_reported_once(self):
        path = self.write("a.py")
        tree = supervisor.Tree(self.scratch)
        self.write("a.py", "longer")
        self.assertEqual(tree.changed(lambda: False), [path])
        self.assertEqual(tree.changed(lambda: False), [])
        shutil.rmtree(self.scratch)
        self.assertEqual(tree.changed(lambda: True), [path])


if __name__ == "__main__":
    unittest.main()
