"""What is reported of migrations, without Django: its loader and psql are stood in for."""
import contextlib
import io
import json
import os
import types
import unittest

import paths
from paths import InScratch
import migrations


def loader(disk, applied):
    """Of migrations on disk, {(app, name): replaces}, and applied ones."""
    on_disk = dict((key, types.SimpleNamespace(replaces=replaces)) for key, replaces in disk.items())
    return types.SimpleNamespace(disk_migrations=on_disk, applied_migrations=applied)


class Replaced(InScratch):
    def replace(self, name, value):
        self.addCleanup(setattr, migrations, name, getattr(migrations, name))
        setattr(migrations, name, value)

    def setUp(self):
        InScratch.setUp(self)
        self.replace("STATE", self.scratch)
        self.replace("applied_digest", lambda: "applied")

    def fail(self, error):
        def failing():
            raise error
        self.replace("set_up", failing)


class Reports(Replaced):
    def answer(self, *words):
        """The last line of what is printed."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            migrations.main(list(words))
        return json.loads(printed.getvalue().splitlines()[-1])

    def report(self, pending):
        self.replace("set_up", lambda: print("the project prints this"))
        self.replace("uses_south", lambda _settings: False)
        self.replace("native_report", lambda: dict(migrations.EMPTY, system="django", pending=list(pending)))

    def test_the_answer_is_the_last_line(self):
        self.report(["a.0001"])
        self.assertEqual(self.answer("report", "d")["pending"], ["a.0001"])

    def test_who_asks_again_is_answered_without_django(self):
        self.report(["a.0001"])
        first = self.answer("report", "digest")
        self.fail(AssertionError("asked Django"))
        self.assertEqual(self.answer("report", "digest"), first)
        self.assertIn("asked Django", self.answer("report", "of other code")["error"])
        self.replace("applied_digest", lambda: "of another database")
        self.assertIn("asked Django", self.answer("report", "digest")["error"])

    def test_without_a_digest_nothing_is_kept(self):
        self.report([])
        self.answer("report", "")
        self.assertEqual(os.listdir(self.scratch), [])

    def test_errors_are_a_line_and_are_not_kept(self):
        for error, words in ((ValueError("no\n such  thing"), "ValueError: no such thing"),
                             (SystemExit(3), "SystemExit: 3"), (KeyError(), "KeyError")):
            self.fail(error)
            self.assertEqual(self.answer("report", "d")["error"], words)
            self.assertEqual(self.answer("plan", "d", "app", "0001"), {"backwards": [], "error": words})
        self.assertEqual(os.listdir(self.scratch), [])

    def test_a_long_list_is_cut_and_counted(self):
        self.report("a.%04d" % number for number in range(500))
        found = self.answer("report", "d")
        self.assertEqual((len(found["pending"]), found["pending_count"]), (migrations.MOST, 500))

    def test_what_is_kept_may_be_broken(self):
        for text in ("", "[]", "{", '{"key": "d applied"}'):
            self.write("migrations.json", text)
            self.assertIsNone(migrations.kept("d applied"))


class Digests(InScratch):
    def setUp(self):
        InScratch.setUp(self)
        self.addCleanup(setattr, migrations, "psql", migrations.psql)

    def test_only_the_table_that_is_there_is_read(self):
        asked = []

        def answering(present):
            def psql(statement):
                asked.append(statement)
                return present if statement == migrations.PRESENT else "rows"
            migrations.psql = psql
            del asked[:]
            return migrations.applied_digest()
        django, both = answering("t|f|t"), answering("t|t|t")
        self.assertTrue("django_migrations" in asked[1] and len(asked) == 2)
        south = answering("f|t|t")
        self.assertTrue("south_migrationhistory" in asked[1] and len(asked) == 2)
        self.assertTrue(django and django == both == south)
        for present in ("f|f|t", "f|f|f", "", None):
            self.assertEqual((answering(present), len(asked)), ("", 1))
        self.assertTrue(answering("t|f|f") and "biostar_tui" not in asked[1])

    def test_psql_that_is_not_there_or_fails_answers_nothing(self):
        self.addCleanup(os.environ.__setitem__, "PATH", os.environ["PATH"])
        os.environ["PATH"] = self.scratch
        self.assertIsNone(migrations.psql("select 1"))
        os.chmod(self.write("psql", "#!/bin/sh\necho said; exit $PSQL_CODE\n"), 0o755)
        for code, said in (("0", "said"), ("1", None)):
            os.environ["PSQL_CODE"] = code
            self.addCleanup(os.environ.pop, "PSQL_CODE", None)
            self.assertEqual(migrations.psql("select 1"), said)


class Meanings(Replaced):
    def test_applied_ones_that_the_code_has_not(self):
        on_disk = {("a", "0001"): [], ("a", "0004_squashed"): [("a", "0002"), ("a", "0003")]}
        applied = {("a", "0001"): 1, ("a", "0002"): 1, ("b", "0001"): 1}
        self.assertEqual(migrations.native_unknown(loader(on_disk, applied)), ["b.0001"])

    def test_own_code_lies_in_the_projects_folder(self):
        self.replace("PROJECT", self.scratch)
        self.assertTrue(migrations.is_own(os.path.join(self.scratch, "app")))
        for path in (self.scratch + "-other/app", "/usr/lib/python3/dist-packages/app"):
            self.assertFalse(migrations.is_own(path), path)
        os.symlink("/usr/lib", os.path.join(self.scratch, "linked"))
        self.assertFalse(migrations.is_own(os.path.join(self.scratch, "linked")))

    def test_operations_in_a_line(self):
        described = types.SimpleNamespace(describe=lambda: "Add field x")
        self.assertEqual([migrations.described(described), migrations.described(paths)], ["Add field x", "module"])


if __name__ == "__main__":
    unittest.main()
