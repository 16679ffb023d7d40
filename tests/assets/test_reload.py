"""Reloads of a small WSGI server: warm, without a refused connection, with a page
for one that does not start."""
import json
import os
import re
import signal
import socket
import sys
import threading
import time
import unittest

import paths
from paths import InScratch
from test_supervisor import Child

SERVER = """import sys, time
from wsgiref import simple_server
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver
import os, re
import heavy, value, late
re.compile("a pattern of the project's own")
here = os.path.dirname(os.path.abspath(__file__))

class Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    daemon_threads = True

def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        open(os.path.join(here, "begun"), "w").close()
        while not os.path.exists(os.path.join(here, "end")):
            time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("%s %s" % (value.VALUE, heavy.VALUE)).encode("ascii")]

class Quiet(simple_server.WSGIRequestHandler):
    def log_message(self, *_words):
        pass

server = simple_server.make_server("127.0.0.1", int(sys.argv[1]), application, Server, Quiet)
print("it serves now")
sys.stdout.flush()
server.serve_forever()
"""
# It tells who loads it, and takes its time.
HEAVY = """import os, time
VALUE = %r
open(%r, "a").write("%%d\\n" %% os.getpid())
time.sleep(0.3)
"""
# Breaks where the project's settings are not there yet.
LATE = """import os
os.environ["DJANGO_SETTINGS_MODULE"]
"""


# The Python that supervisor and server run under; another one to try a release.
PYTHON = os.environ.get("BIOSTAR_TUI_TEST_PYTHON", sys.executable)


def free_port():
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Reloaded(InScratch):
    def setUp(self):
        InScratch.setUp(self)
        self.port = free_port()
        self.loads = os.path.join(self.scratch, "loads")
        self.write("packages/late.py", LATE)
        self.write("project/server.py", SERVER)
        self.write("project/value.py", "VALUE = 'one'")
        self.write_heavy("first")
        self.child = None
        self.watcher = None

    def tearDown(self):
        if self.child is not None:
            self.child.end()
        if self.watcher is not None:
            paths.end(self.watcher)

    def write_heavy(self, text):
        """A package that takes its time to load."""
        self.write("packages/heavy.py", HEAVY % (text, self.loads))

    def start(self, wanted="it serves now"):
        """The supervisor with a server that answers, or says something else."""
        project = os.path.join(self.scratch, "project")
        own = {"PYTHONPATH": os.path.join(self.scratch, "packages"), "DJANGO_SETTINGS_MODULE": "x",
               "PYTHONDONTWRITEBYTECODE": "1",
               "BIOSTAR_TUI_WATCHED": os.path.join(self.scratch, "watched"),
               "BIOSTAR_TUI_FAILED": os.path.join(self.scratch, "failed"),
               "BIOSTAR_TUI_MODULES": os.path.join(self.scratch, "modules")}
        command = [PYTHON, "-B", "-E", "-s", "-u", os.path.join(paths.CONTAINER, "supervisor.py"),
                   "--tree", project, "--listen", "127.0.0.1:%d" % self.port, "--",
                   PYTHON, os.path.join(project, "server.py"), str(self.port)]
        self.child = Child(["/usr/bin/env"] + ["%s=%s" % each for each in own.items()] + command)
        self.child.wait_for(wanted)
        self.watcher = paths.watcher(os.path.join(self.scratch, "watched"))

    def start_warm(self):
        """The same, and the warm process is there."""
        self.start()
        self.child.wait_for("modules are kept loaded")

    def get(self, path="/"):
        """(the status' number, the head, the body); a refused connection is an error."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(("GET %s HTTP/1.0\r\n\r\n" % path).encode("ascii"))
            answer = b""
            for piece in iter(lambda: connection.recv(65536), b""):
                answer += piece
        head, _, body = answer.decode("utf-8").partition("\r\n\r\n")
        return int(head.split()[1]), head, body

    def is_heard(self):
        """Whether anybody listens."""
        try:
            return bool(self.get())
        except (IOError, OSError):
            return False

    def reload(self, value=None):
        """Saves a value and asks for a reload."""
        if value is not None:
            self.write("project/value.py", value)
        os.kill(self.child.pid, signal.SIGHUP)

    def until(self, look, seconds=60):
        """Asks until the answer is what is looked for."""
        deadline = time.time() + seconds
        while time.time() < deadline:
            answer = self.get()
            if look(answer):
                return
        raise AssertionError("%r; it said %r" % (answer, self.child.output))

    def wait_for(self, holds, seconds=60):
        """Waits for a condition."""
        deadline = time.time() + seconds
        while not holds():
            self.assertLess(time.time(), deadline, self.child.output)
            time.sleep(0.01)

    def loaded(self):
        """How often the heavy module was loaded."""
        with open(self.loads) as lines:
            return len(lines.readlines())

    def test_a_reload_loads_no_package_again(self):
        self.start_warm()
        count = self.loaded()
        for value in ("two", "three"):
            self.reload("VALUE = %r" % value)
            self.until(lambda answer, value=value: answer[2] == "%s first" % value)
        self.assertEqual(self.loaded(), count)

    def test_no_connection_is_refused_and_no_request_is_cut_off(self):
        self.start_warm()
        slow = []
        thread = threading.Thread(target=lambda: slow.append(self.get("/slow")))
        thread.start()
        self.wait_for(lambda: os.path.exists(os.path.join(self.scratch, "project", "begun")))
        self.reload("VALUE = 'two'")
        # The new server does not wait for the old one's request.
        self.until(lambda answer: answer[2] == "two first")
        self.write("project/end")
        thread.join()
        self.assertEqual(slow[0][2], "one first")

    def test_what_breaks_when_it_is_loaded_early_is_left_out(self):
        self.start_warm()
        self.assertIn("parts of late are left to each server", self.child.output)
        self.reload("VALUE = 'two'")
        self.until(lambda answer: answer[2] == "two first")

    def test_packages_that_have_changed_are_loaded_anew(self):
        self.start_warm()
        self.write_heavy("second")
        self.reload()
        self.until(lambda answer: answer[2] == "one second")
        at = len(self.child.output)
        self.child.wait_for("modules are kept loaded", after=at)
        self.reload("VALUE = 'two'")
        self.until(lambda answer: answer[2] == "two second")

    def test_a_server_that_does_not_start_has_a_page(self):
        self.start_warm()
        self.reload("VALUE = <b>")
        self.until(lambda answer: answer[0] == 503)
        body = self.get()[2]
        for text in ("SyntaxError", "value.py", "&lt;b&gt;"):
            self.assertIn(text, body)
        self.assertNotIn("biostar_tui_launch", body)
        self.assertTrue(os.path.exists(os.path.join(self.scratch, "failed")))
        self.reload("VALUE = 'mended'")
        self.until(lambda answer: answer[2] == "mended first")
        self.until(lambda _answer: not os.path.exists(os.path.join(self.scratch, "failed")))

    def test_a_first_start_that_fails_has_a_page_too(self):
        self.write("project/value.py", "1/0")
        self.start("server exited with code 1")
        # The page comes a moment after the word.
        self.wait_for(self.is_heard)
        self.until(lambda answer: "ZeroDivisionError" in answer[2])
        self.reload("VALUE = 'mended'")
        self.until(lambda answer: answer[2] == "mended first")

    def test_servers_say_who_they_are(self):
        self.start_warm()

        def named():
            status, head, _ = self.get("/.biostar-tui/server")
            return status, [line for line in head.split("\r\n") if line.startswith("X-Biostar-Tui-Server")]
        first = named()
        self.assertEqual((first[0], named()), (204, first))
        self.reload("VALUE = 'two'")
        self.until(lambda answer: answer[2] == "two first")
        self.assertNotEqual(named()[1], first[1])

    def test_saves_of_one_second_and_one_size_are_told_apart(self):
        self.start_warm()
        for value in ("aaa", "bbb", "ccc", "ddd"):
            self.reload("VALUE = %r" % value)
            self.until(lambda answer, value=value: answer[2] == "%s first" % value)

    def test_open_pages_are_told_of_another_server_and_of_changed_templates(self):
        self.start_warm()
        self.assertEqual(self.get("/.biostar-tui/live.js")[0], 200)
        with socket.create_connection(("127.0.0.1", self.port), 10) as stream:
            stream.sendall(b"GET /.biostar-tui/live HTTP/1.1\r\nHost: x\r\n\r\n")
            lines = stream.makefile("rb")

            def event():
                return next(line for line in iter(lines.readline, b"") if line.startswith(b"data: "))
            first = event()
            os.kill(self.child.pid, signal.SIGURG)
            self.assertNotEqual(event(), first)
            self.reload("VALUE = 'two'")
            self.assertNotIn(b"data: ", lines.read(), "it ends with the server")
        self.until(lambda answer: answer[2] == "two first")

    def test_a_page_that_looks_holds_no_reload_up(self):
        self.start_warm()
        with socket.create_connection(("127.0.0.1", self.port), 10) as stream:
            stream.sendall(b"GET /.biostar-tui/live HTTP/1.1\r\nHost: x\r\n\r\n")
            stream.recv(100)
            self.reload("VALUE = 'two'")
            self.until(lambda answer: answer[2] == "two first")

    def test_a_warm_process_that_dies_is_done_without(self):
        self.start_warm()
        for pid in self.warm():
            os.kill(pid, signal.SIGKILL)
        self.wait_for(lambda: not self.warm())
        self.reload("VALUE = 'two'")
        self.until(lambda answer: answer[2] == "two first")

    def warm(self):
        """The pids of the supervisor's warm processes."""
        with open("/proc/%d/task/%d/children" % (self.child.pid, self.child.pid)) as stream:
            return [int(pid) for pid in stream.read().split() if self.is_warm(pid)]

    @staticmethod
    def is_warm(pid):
        """Servers are forked from one, but are another's: they have an end of the held socket
        in the place of its pipe."""
        try:
            with open("/proc/%s/cmdline" % pid) as stream:
                return "--warm" in stream.read()
        except IOError:
            return False

    def test_one_that_warms_up_is_kept_while_saves_come_quickly(self):
        self.write("packages/heavy.py", HEAVY % ("first", self.loads) + "time.sleep(1)\n")
        self.start()
        self.wait_for(self.warm)
        warm = self.warm()
        self.reload("VALUE = 'two'")
        self.until(lambda answer: answer[2] == "two first")
        self.child.wait_for("modules are kept loaded")
        self.assertEqual(self.warm(), warm)

    def test_packages_that_changed_while_they_were_loaded_are_not_kept(self):
        self.write("packages/heavy.py", HEAVY % ("first", self.loads) + "time.sleep(1)\n")
        self.start()
        self.wait_for(lambda: self.loaded() > 1)
        first = self.warm()
        self.write_heavy("second")
        self.wait_for(lambda: self.warm() != first)
        self.reload("VALUE = 'two'")
        self.until(lambda answer: answer[2] == "two second")

    def test_what_the_last_server_has_compiled_is_compiled_early(self):
        self.start_warm()
        with open(os.path.join(self.scratch, "modules.warm")) as stream:
            told = json.load(stream)
        self.assertIn(["a pattern of the project's own", re.compile("").flags & ~re.UNICODE], told["patterns"])


if __name__ == "__main__":
    unittest.main()
