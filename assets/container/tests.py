"""tests.py MANAGE [--failed] [--fresh] [--shell] [LABEL...]: the project's tests, by its
own manage.py, with a line for each test. Run with the project's Python and environment.
Python 2.7 and 3.

The test database is kept between runs where Django can do that (since 1.8); what has
failed is noted in the state volume, for --failed. --shell stops at the first failure with
a debugger in the failed frame, the test's database as the test has left it.
"""
from __future__ import print_function

import json
import os
import pdb
import runpy
import sys
import time
import traceback
import unittest

STATE = os.environ.get("BIOSTAR_TUI_STATE", "/var/lib/biostar-tui/state")
NOTE = os.path.join(STATE, "tests.json")


def label(identifier):
    """What names a test on manage.py's command line: without a subtest's values, the
    class for what its set-up fails with, the module for one that cannot be imported."""
    if "(" in identifier and identifier.split(" ", 1)[0] in ("setUpClass", "tearDownClass", "setUpModule"):
        return identifier.split("(", 1)[1].rstrip(")")
    for mark in ("unittest.loader._FailedTest.", "unittest.loader.ModuleImportFailure."):
        if identifier.startswith(mark):
            return identifier[len(mark):]
    return identifier.split(" ", 1)[0]


def say(text):
    """One line, at once: whoever watches counts them."""
    sys.stdout.write("biostar-tui: %s\n" % text)
    sys.stdout.flush()


class Watcher(object):
    """Counts what a result is told, and tells it."""

    def __init__(self, result, total, shell):
        self.total, self.done, self.passed, self.shell = total, 0, 0, shell
        self.failed, self.skipped, self.begun = [], 0, time.time()
        self.outcome = "ok"
        result.dots = result.showAll = False
        self._wrap(result, "startTest", self.started)
        self._wrap(result, "stopTest", self.stopped)
        self._wrap(result, "addSkip", self.skip)
        for name in ("addFailure", "addError"):
            self._wrap(result, name, self.failure)
        self._wrap(result, "addSubTest", self.subtest)
        self._wrap(result, "addUnexpectedSuccess", self.failure)

    @staticmethod
    def _wrap(result, name, then):
        own = getattr(result, name, None)
        if own is None:
            return

        def told(*arguments):
            then(*arguments)
            return own(*arguments)
        setattr(result, name, told)

    def started(self, _test):
        self.outcome, self.begun = "ok", time.time()

    def skip(self, *_arguments):
        self.outcome = "skipped"
        self.skipped += 1

    def subtest(self, _test, subtest, error):
        if error is not None:
            self.failure(subtest, error)

    def failure(self, test, error=None, *_more):
        self.outcome = "FAILED"
        name = label(test.id())
        if name not in self.failed:
            self.failed.append(name)
        if self.shell and error is not None and error[2] is not None:
            stop_in(test, error)

    def stopped(self, test):
        self.done += 1
        self.passed += self.outcome == "ok"
        say("test %d/%d %s %s (%.2f s)"
            % (self.done, self.total, self.outcome, test.id(), time.time() - self.begun))

    def summary(self):
        """The last line."""
        text = "%d test%s: %d passed, %d failed, %d skipped" % (
            self.done, "" if self.done == 1 else "s", self.passed, len(self.failed), self.skipped)
        return text + ("; `biostar-tui test --failed` runs those again" if self.failed else "")


def failed_frame(trace):
    """The frame that has failed: of the project, not of the assertions that it calls."""
    frames = []
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    asserts = ("unittest", "django.test")
    while len(frames) > 1 and frames[-1].f_globals.get("__name__", "").startswith(asserts):
        frames.pop()
    return frames[-1]


def stop_in(test, error):
    """A debugger where the test has failed; the run goes on when it is left."""
    print("\n%s" % ("=" * 70))
    traceback.print_exception(*error)
    print("%s\n%s has failed: this is its frame, with its database (interact: a Python prompt,"
          " c: go on, q: end)" % ("=" * 70, test.id()))
    debugger = pdb.Pdb()
    debugger.reset()
    debugger.interaction(failed_frame(error[2]), None)
    if getattr(debugger, "quitting", False):
        raise SystemExit(1)


def watch_runs(shell):
    """Every text runner, Django's among them, makes its results by way of this method."""
    runner = unittest.TextTestRunner
    own_make, own_run = runner._makeResult, runner.run
    state = {}

    def make(self):
        result = own_make(self)
        state["watcher"] = Watcher(result, state.get("total", 0), shell)
        return result

    def run(self, test):
        state["total"] = test.countTestCases()
        say("%d tests to run" % state["total"])
        result = own_run(self, test)
        watcher = state.get("watcher")
        if watcher is not None:
            note(watcher)
            say(watcher.summary())
        return result
    runner._makeResult, runner.run = make, run


def note(watcher):
    """For --failed; a volume that cannot be written keeps nothing."""
    try:
        with open(NOTE + ".new", "w") as stream:
            json.dump({"failed": watcher.failed, "ran": watcher.done}, stream)
        os.rename(NOTE + ".new", NOTE)
    except (IOError, OSError) as error:
        say("what has failed is not noted: %s" % error)


def failed_before():
    """The labels of the last run's failures."""
    try:
        with open(NOTE) as stream:
            return [str(name) for name in json.load(stream)["failed"]]
    except (IOError, OSError, ValueError, KeyError):
        return []


def keeps_database():
    """Django keeps its test database since 1.8."""
    import django
    return django.VERSION[:2] >= (1, 8)


def settings():
    """The tests' own settings module, as manage.py is told of it. The overlay is laid over
    it too: it need not be made of the other."""
    module = os.environ.get("BIOSTAR_TUI_TEST_SETTINGS")
    if not module:
        return []
    if os.environ.get("BIOSTAR_TUI_SETTINGS"):
        import biostar_tui_hook
        biostar_tui_hook.install(module)
    return ["--settings=" + module]


def main(manage, words):
    """Runs `manage.py test` in this process."""
    flags = set(word for word in words if word in ("--failed", "--fresh", "--shell"))
    labels = [word for word in words if word not in flags]
    if "--failed" in flags:
        labels = failed_before() + labels
        if not labels and "--shell" not in flags:
            return say("nothing has failed in the last run")
    folder = os.path.dirname(os.path.abspath(manage))
    sys.path[0] = folder
    watch_runs("--shell" in flags)
    arguments = ["--noinput"] + settings() + (["--keepdb"] if keeps_database() and "--fresh" not in flags else [])
    sys.argv = [manage, "test"] + arguments + labels
    runpy.run_path(manage, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
