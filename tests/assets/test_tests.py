"""The runner of a project's tests: by a manage.py without Django, each in a process."""
import json
import os
import subprocess
import sys
import unittest

import paths
from paths import InScratch

RUNNER = os.path.join(paths.CONTAINER, "tests.py")
# What `manage.py test` does, as far as the runner sees it.
MANAGE = """import sys, unittest
words = [word for word in sys.argv[2:] if not word.startswith("-")]
print("arguments", *sys.argv[1:])
suite = unittest.defaultTestLoader.loadTestsFromNames(words or ["cases"])
sys.exit(0 if unittest.TextTestRunner(stream=sys.stdout).run(suite).wasSuccessful() else 1)
"""
CASES = """import unittest

class Some(unittest.TestCase):
    def test_bad(self):
        value = 41
        self.assertEqual(value, 42)

    def test_good(self):
        pass

    @unittest.skip("not here")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_unexpected(self):
        pass

    def test_with_parts(self):
        for part in range(3):
            with self.subTest(part=part):
                self.assertNotEqual(part, 1)

class Unready(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise ValueError("no such thing")

    def test_never(self):
        pass
"""


class Runs(InScratch):
    def setUp(self):
        InScratch.setUp(self)
        self.manage = self.write("project/manage.py", MANAGE)
        self.write("project/cases.py", CASES)
        self.write("lib/django.py", "VERSION = (3, 2)\n")

    def run_tests(self, *words, **options):
        environment = dict(os.environ, BIOSTAR_TUI_STATE=self.scratch, PYTHONDONTWRITEBYTECODE="1",
                           PYTHONPATH=os.path.join(self.scratch, "lib"))
        child = subprocess.Popen([sys.executable, RUNNER, self.manage] + list(words), env=environment,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = child.communicate(options.get("typed", "").encode("utf-8"))[0].decode("utf-8")
        return child.returncode, output

    def noted(self):
        with open(os.path.join(self.scratch, "tests.json")) as stream:
            return json.load(stream)

    def test_each_test_is_a_line_and_failures_are_noted(self):
        code, output = self.run_tests()
        self.assertEqual(code, 1, output)
        said = [line.split(" (")[0] for line in output.splitlines() if line.startswith("biostar-tui: test ")]
        self.assertEqual(said, ["biostar-tui: test 1/6 FAILED cases.Some.test_bad",
                                "biostar-tui: test 2/6 ok cases.Some.test_good",
                                "biostar-tui: test 3/6 skipped cases.Some.test_skipped",
                                "biostar-tui: test 4/6 FAILED cases.Some.test_unexpected",
                                "biostar-tui: test 5/6 FAILED cases.Some.test_with_parts"])
        self.assertIn("biostar-tui: 6 tests to run", output)
        self.assertIn("5 tests: 1 passed, 4 failed, 1 skipped", output)
        self.assertEqual(self.noted(), {"failed": ["cases.Some.test_bad", "cases.Some.test_unexpected",
                                                   "cases.Some.test_with_parts", "cases.Unready"], "ran": 5})

    def test_failed_ones_alone_run_again(self):
        self.run_tests("cases.Some.test_bad", "cases.Some.test_good")
        code, output = self.run_tests("--failed")
        self.assertIn("arguments test --noinput --keepdb cases.Some.test_bad\n", output)
        self.assertEqual(code, 1, output)
        self.write("project/cases.py", CASES.replace("42", "41"))
        self.assertIn("1 test: 1 passed, 0 failed", self.run_tests("--failed")[1])
        self.assertIn("nothing has failed in the last run", self.run_tests("--failed")[1])

    def test_what_cannot_be_imported_is_named_by_its_module(self):
        self.write("project/broken.py", "import nosuchthing\n")
        self.run_tests("broken", "cases.Some.test_good")
        self.assertEqual(self.noted()["failed"], ["broken"])

    def test_the_test_database_is_kept_where_django_can(self):
        for version, words, wanted in (("(1, 6)", [], "test --noinput cases"), ("(3, 2)", ["--fresh"], "test --noinput cases"),
                                       ("(1, 8)", [], "test --noinput --keepdb cases")):
            self.write("lib/django.py", "VERSION = %s\n" % version)
            self.assertIn("arguments %s\n" % wanted, self.run_tests(*words + ["cases"])[1])

    def test_a_shell_in_the_frame_that_failed(self):
        code, output = self.run_tests("--shell", "cases.Some.test_bad", typed="p value + 1000\nc\n")
        self.assertEqual(code, 1, output)
        self.assertIn("1041", output)
        self.assertIn("1 test: 0 passed, 1 failed", output)

    def test_a_state_that_cannot_be_written_is_said(self):
        os.mkdir(os.path.join(self.scratch, "tests.json"))
        code, output = self.run_tests("cases.Some.test_good")
        self.assertEqual(code, 0, output)
        self.assertIn("what has failed is not noted", output)


if __name__ == "__main__":
    unittest.main()
