"""Where the files under test are, and a scratch folder for each test."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CONTAINER = os.path.join(ROOT, "assets", "container")
OVERLAY = os.path.join(CONTAINER, "overlay")
sys.dont_write_bytecode = True  # the assets are embedded in the program as they lie there
for _path in (CONTAINER, OVERLAY):
    if _path not in sys.path:
        sys.path.append(_path)


class InScratch(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self.scratch = tempfile.mkdtemp(prefix="assets-test-")
        self.addCleanup(shutil.rmtree, self.scratch, True)

    def write(self, name, text=""):
        """A file in the scratch folder; its path."""
        path = os.path.join(self.scratch, name)
        if not os.path.isdir(os.path.dirname(path)):
            os.makedirs(os.path.dirname(path))
        with open(path, "w") as stream:
            stream.write(text)
        return path


# Says on the pipe of the container's supervisor that somebody watches, for as long as it runs.
WATCHER = """import sys, time
with open(sys.argv[1], "wb", 0) as pipe:
    while True:
        pipe.write(b".")
        time.sleep(1)
"""


def watcher(pipe):
    """A process that does."""
    return subprocess.Popen([sys.executable, "-c", WATCHER, pipe])


def end(process):
    """Ends a process the hard way."""
    process.kill()
    process.wait()
