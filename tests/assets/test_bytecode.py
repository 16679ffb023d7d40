"""Cached modules that may be stale."""
import os
import time
import unittest

import paths
from paths import InScratch
import biostar_tui_bytecode as bytecode


class Bytecode(InScratch):
    def setUp(self):
        InScratch.setUp(self)
        self.write("tree/a.py")
        self.source = os.path.join(self.scratch, "tree/a.py")
        self.cached = os.path.join(self.scratch, "a.pyc")
        self.asked = []
        self.look = bytecode.checked(lambda _loader, path: self.asked.append(path),
                                     os.path.join(self.scratch, "tree"), lambda _path: self.cached)

    def cache(self, seconds):
        """A cached module that was made so long after its source was changed."""
        with open(self.cached, "w"):
            pass
        made = os.stat(self.source).st_ctime + seconds
        os.utime(self.cached, (made, made))

    def test_what_was_changed_a_moment_ago_is_not_cached(self):
        with self.assertRaises(OSError):
            self.look(None, self.source)
        self.assertEqual(self.asked, [])

    def test_what_is_older_than_its_source_is_removed(self):
        now, time.time = time.time, lambda: now() + 10
        try:
            for seconds, stays in ((-1, False), (0, False), (1, True)):
                self.cache(seconds)
                self.look(None, self.source)
                self.assertEqual(os.path.exists(self.cached), stays, seconds)
        finally:
            time.time = now
        self.assertEqual(self.asked, [self.source] * 3)

    def test_packages_are_not_asked_about(self):
        self.write("packages/b.py")
        self.cache(-1)
        self.look(None, os.path.join(self.scratch, "packages/b.py"))
        self.assertTrue(os.path.exists(self.cached))

    def test_a_sweep_removes_what_is_not_to_be_trusted(self):
        self.write("tree/a.pyc")
        self.write("tree/node_modules/b.py")
        self.write("tree/node_modules/b.pyc")
        bytecode.sweep(os.path.join(self.scratch, "tree"))
        self.assertFalse(os.path.exists(self.source + "c"))
        self.assertTrue(os.path.exists(os.path.join(self.scratch, "tree/node_modules/b.pyc")))


if __name__ == "__main__":
    unittest.main()
