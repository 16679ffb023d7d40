"""What a start of the server puts off, and what the warm process has done for it."""
import gc
import re
import sys
import threading
import types
import unittest

import paths  # noqa: F401
import biostar_tui_start as start


class Starts(unittest.TestCase):
    def setUp(self):
        self.addCleanup(gc.set_threshold, *gc.get_threshold())
        self.addCleanup(sys.modules.pop, start.COMMAND, None)
        self.addCleanup(setattr, start, "LATER", start.LATER)
        self.addCleanup(start._kept.clear)
        start.LATER = 0
        self.asked = []
        self.looked = threading.Event()

    def command(self, error=None):
        """A command of Django's, whose look at the migrations is noted."""
        def check_migrations(command):
            self.asked.append(command)
            self.looked.set()
            if error:
                raise error
        kind = type("BaseCommand", (object,), {"check_migrations": check_migrations})
        sys.modules[start.COMMAND] = types.SimpleNamespace(BaseCommand=kind)
        return kind()

    def test_garbage_is_looked_for_again_when_it_listens(self):
        before = gc.get_threshold()
        start.begin()
        self.assertEqual(gc.get_threshold()[0], start.OBJECTS)
        start.done()
        self.assertEqual(gc.get_threshold(), before)

    def test_migrations_are_looked_at_when_it_listens(self):
        command = self.command()
        start.begin()
        command.check_migrations()
        self.assertEqual(self.asked, [])
        start.done()
        self.assertTrue(self.looked.wait(60))
        self.assertEqual(self.asked, [command])
        command.check_migrations()
        self.assertEqual(len(self.asked), 2, "afterwards it is Django's own again")

    def test_a_database_that_is_away_ends_no_server(self):
        command = self.command(ValueError("no database"))
        printed = []
        self.addCleanup(setattr, start.traceback, "print_exc", start.traceback.print_exc)
        start.traceback.print_exc = lambda: printed.append(sys.exc_info()[1])
        start.begin()
        command.check_migrations()
        start._carry_out(start._kept["work"])
        self.assertEqual([str(error) for error in printed], ["no database"])

    def test_a_django_without_that_is_left_alone(self):
        sys.modules[start.COMMAND] = types.SimpleNamespace(BaseCommand=object)
        start.begin()
        start.done()

    def test_patterns_are_compiled_early(self):
        re.purge()
        wanted = re.compile("a(b)?", re.IGNORECASE)
        found = start.patterns()
        re.purge()
        start.compile_again([["(", 0], [3, None]] + found)
        self.assertIn(("a(b)?", int(re.IGNORECASE)), start.patterns())
        self.assertEqual(re.compile("a(b)?", re.IGNORECASE), wanted)


if __name__ == "__main__":
    unittest.main()
