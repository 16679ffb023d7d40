"""The runner's decisions without a database, its lock, and its end by a signal."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

import paths
from paths import InScratch
import task

RUN = """import sys; sys.path.insert(0, %r); sys.dont_write_bytecode = True
import files, task
files.PROJECT = files.STATE = files.PACKAGES = %r
task.TASK = sys.argv[1]
sys.exit(task.guarded())"""


class Runs(InScratch):
    def start(self, **task):
        path = self.write("task-%s-%s.json" % (task["name"], time.time()), json.dumps(task))
        return subprocess.Popen([sys.executable, "-u", "-c", RUN % (paths.CONTAINER, self.scratch), path],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.PIPE)

    def run_task(self, **task):
        child = self.start(**task)
        output = child.communicate()[0].decode("utf-8")
        return child.returncode, output

    def test_once_runs_once(self):
        task = {"name": "a", "run": ["echo", "ran"], "when": "once", "scope": "database", "digest": "1"}
        self.assertEqual(self.run_task(**task), (0, "ran\n"))
        self.assertEqual(self.run_task(**task), (0, "a: already done\n"))
        self.assertEqual(self.run_task(**dict(task, digest="2"))[1], "a: already done\n")
        self.assertEqual(self.run_task(**dict(task, force=True)), (0, "ran\n"))

    def test_changed_runs_on_another_digest(self):
        task = {"name": "a", "run": ["echo", "ran"], "when": "changed", "scope": "packages", "digest": "1"}
        self.run_task(**task)
        self.assertEqual(self.run_task(**task)[1], "a: already done\n")
        self.assertEqual(self.run_task(**dict(task, digest="2"))[1], "ran\n")

    def test_probe(self):
        task = {"name": "a", "run": ["echo", "ran"], "when": "probe"}
        self.assertEqual(self.run_task(**dict(task, probe=["true"]))[1], "a: already done\n")
        self.assertEqual(self.run_task(**dict(task, probe=["false"]))[1], "ran\n")

    def test_failure_keeps_the_code_and_comes_back(self):
        task = {"name": "a", "run": ["sh", "-c", "echo bad; exit 9"], "when": "once", "scope": "database"}
        code, output = self.run_task(**task)
        self.assertEqual((code, output), (9, "bad\nbiostar-tui: step a failed with exit code 9\n"))
        self.assertEqual(self.run_task(**dict(task, run=["echo", "good"])), (0, "good\n"))

    def test_verify_makes_a_zero_a_failure(self):
        code, output = self.run_task(name="a", run=["true"], verify=["false"], when="once", scope="database")
        self.assertEqual(code, 1)
        self.assertIn("its verify `false` ended with 1", output)

    def test_a_half_made_output_is_removed_and_made_again(self):
        task = {"name": "index", "run": ["sh", "-c", "mkdir out && kill -9 $PPID; sleep 1"], "when": "changed",
                "scope": "project", "outputs": ["out"], "digest": "1"}
        os.environ["PWD"] = self.scratch
        self.assertEqual(self.run_task(**task)[0], -9)
        code, output = self.run_task(**dict(task, run=["mkdir", "out"]))
        self.assertEqual(code, 0, output)
        self.assertIn("removed the half-made out", output)

    @unittest.skipUnless(os.path.isdir("/sys/kernel"), "needs a folder that not even root can write")
    def test_outputs_that_cannot_be_written_leave_the_step_out(self):
        os.symlink("/sys/kernel", os.path.join(self.scratch, "closed"))
        task = {"name": "a", "run": ["echo", "ran"], "when": "once", "scope": "project", "outputs": ["closed/index"]}
        code, output = self.run_task(**task)
        self.assertEqual(code, 73, output)
        self.assertIn("left out: the project's folder may not be written", output)

    def test_tasks_of_one_class_wait_and_name_the_holder(self):
        first = self.start(name="first", run=["sleep", "0.7"], **{"class": "database"})
        time.sleep(0.4)
        code, output = self.run_task(name="second", run=["echo", "ran"], **{"class": "database"})
        self.assertEqual((code, output), (0, "biostar-tui: waiting for first (class database)\nran\n"))
        first.communicate()

    def test_a_killed_holder_frees_the_lock(self):
        first = self.start(name="first", run=["sleep", "30"], **{"class": "database"})
        time.sleep(0.4)
        first.kill()
        first.wait()
        first.stdout.close()  # its orphan keeps the other end open
        first.stdin.close()
        self.assertEqual(self.run_task(name="second", run=["echo", "ran"], **{"class": "database"})[1], "ran\n")

    def test_term_ends_the_command_within_a_second(self):
        child = self.start(name="a", run=["sh", "-c", "trap '' TERM; echo up; sleep 30"], when="once", scope="database")
        self.assertEqual(child.stdout.readline(), b"up\n")
        begun = time.time()
        child.send_signal(signal.SIGTERM)
        output = child.communicate()[0].decode("utf-8")
        self.assertLess(time.time() - begun, 8)
        self.assertEqual(child.returncode, 143)
        self.assertIn("interrupted", output)

    def test_a_missing_program(self):
        code, output = self.run_task(name="a", run=["nosuch"])
        self.assertEqual(code, 127)
        self.assertIn("cannot run `nosuch`", output)


class Copies(unittest.TestCase):
    def late(self, command, **more):
        return task.copies_late(dict(task.DEFAULTS, scope="database", has_database=True, run=command.split(), **more))

    def test_djangos_own_migrate_tells_when(self):
        self.assertTrue(self.late("python3 manage.py migrate --noinput"))
        self.assertTrue(self.late("/usr/bin/python src/manage.py migrate forum 0002"))

    def test_whatever_else_is_copied_for_first(self):
        for command in ("python3 manage.py loaddata posts", "sh -c migrate", "python3 manage.py migrate --run-syncdb",
                        "python3 -S manage.py migrate", "python3 manage.py", "./manage.py migrate"):
            self.assertFalse(self.late(command), command)
        self.assertFalse(self.late("python3 manage.py migrate", verify=["true"]))


if __name__ == "__main__":
    unittest.main()
