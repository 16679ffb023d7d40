"""Where the files under test are, and a scratch folder for each test."""
import os
import shutil
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
