"""Receipts beside what they describe, above all whose things may be removed."""
import json
import os
import unittest

from paths import InScratch
import database
import files
import receipts


class Project(InScratch):
    def setUp(self):
        InScratch.setUp(self)
        self.addCleanup(setattr, files, "PROJECT", files.PROJECT)
        files.PROJECT = self.scratch
        self.place = receipts.InProject(["index"], False)
        self.index = os.path.join(self.scratch, "index")

    def finish(self, digest="d"):
        self.place.begin(digest)
        os.mkdir(self.index)
        self.place.finish("done", digest, 0, 5)

    def test_done_is_satisfied_only_with_the_same_digest(self):
        self.finish()
        receipt = self.place.read()
        self.assertTrue(self.place.satisfied(receipt, "d", "changed"))
        self.assertFalse(self.place.satisfied(receipt, "other", "changed"))
        self.assertTrue(self.place.satisfied(receipt, "other", "once"))
        self.assertFalse(self.place.satisfied(receipt, "d", "always"))

    def test_the_receipt_moves_into_the_folder(self):
        self.finish()
        self.assertEqual(sorted(os.listdir(self.scratch)), ["index"])
        self.assertEqual(os.listdir(self.index), [".biostar-tui.json"])

    def test_another_database_makes_it_stale(self):
        self.finish()
        path = os.path.join(self.index, ".biostar-tui.json")
        with open(path) as stream:
            receipt = json.load(stream)
        files.write_json(path, dict(receipt, database="another"))
        self.assertFalse(self.place.satisfied(self.place.read(), "d", "changed"))

    def test_a_removed_output_is_not_done(self):
        self.finish()
        files.remove(self.index)
        self.assertFalse(self.place.satisfied(self.place.read(), "d", "changed"))

    def test_what_a_killed_run_made_is_removed(self):
        self.place.begin("d")
        self.write("index/half")
        self.assertEqual(self.place.read()["state"], "begun")
        self.assertEqual(self.place.remove_half_made(), ["index"])
        self.assertEqual(os.listdir(self.scratch), [])

    def test_a_step_may_empty_the_folder_that_it_fills(self):
        self.finish()
        self.place.begin("e")
        files.remove(self.index)
        self.write("index/half")
        self.assertEqual(self.place.read()["state"], "begun")
        self.assertEqual(self.place.remove_half_made(), ["index"])

    def test_what_was_there_before_us_stays(self):
        self.write("index/precious")
        for _round in range(2):
            self.place.begin("d")
            self.assertEqual(self.place.remove_half_made(), [])
            self.place.finish("done", "d", 0, 1)
        self.assertTrue(os.path.exists(os.path.join(self.index, "precious")))

    def test_what_appeared_after_a_failure_is_the_users(self):
        self.place.begin("d")
        self.write("index/half")
        self.place.remove_half_made()
        self.place.finish("failed", "d", 1, 1)
        self.write("index/precious")
        self.place.begin("d")
        self.assertEqual(self.place.remove_half_made(), [])

    def test_a_file_has_its_receipt_beside_it(self):
        place = receipts.InProject(["deep/data.bin"], False)
        place.begin("d")
        self.write("deep/data.bin")
        place.finish("done", "d", 0, 1)
        self.assertEqual(sorted(os.listdir(os.path.join(self.scratch, "deep"))),
                         ["data.bin", "data.bin.biostar-tui.json"])
        self.assertTrue(place.satisfied(place.read(), "d", "changed"))

    def test_a_damaged_receipt_counts_as_none(self):
        self.finish()
        self.write("index/.biostar-tui.json", "{half")
        self.assertIsNone(self.place.read())


class Apart(InScratch):
    """Outputs in the environment's own volume."""

    def setUp(self):
        InScratch.setUp(self)
        self.addCleanup(setattr, files, "STATE", files.STATE)
        files.STATE = self.scratch
        self.place = receipts.for_task({"scope": "project", "has_database": False, "name": "index",
                                        "outputs": ["export/search/"], "outputs_apart": True})
        self.index = os.path.join(self.scratch, "outputs", "export", "search")

    def test_done_while_it_is_there(self):
        self.place.begin("d")
        self.assertTrue(os.path.isdir(os.path.dirname(self.index)), "the folders above it are made")
        os.mkdir(self.index)
        self.place.finish("done", "d", 0, 5)
        self.assertEqual(os.listdir(os.path.join(self.scratch, "receipts")), ["index.json"])
        self.assertTrue(self.place.satisfied(self.place.read(), "d", "once"))
        os.rmdir(self.index)
        self.assertFalse(self.place.satisfied(self.place.read(), "d", "once"))

    def test_what_was_made_elsewhere_is_named(self):
        self.place.begin("d")
        self.assertEqual(self.place.missing(), ["export/search"])

    def test_what_a_killed_run_made_is_removed(self):
        self.place.begin("d")
        self.write("outputs/export/search/half")
        self.assertEqual(self.place.remove_half_made(), ["export/search"])
        self.assertEqual(self.place.remove_half_made(), [])

    def test_another_database_makes_it_stale(self):
        self.place.has_database = True
        self.addCleanup(setattr, database, "identity", database.identity)
        database.identity = lambda: "one"
        self.place.begin("d")
        os.mkdir(self.index)
        self.place.finish("done", "d", 0, 5)
        self.assertTrue(self.place.satisfied(self.place.read(), "d", "once"))
        database.identity = lambda: "another"
        self.assertFalse(self.place.satisfied(self.place.read(), "d", "once"))


class Volume(InScratch):
    def test_begun_done_failed(self):
        place = receipts.InFolder(self.scratch, "step")
        self.assertIsNone(place.read())
        place.begin("d")
        self.assertEqual(place.read()["state"], "begun")
        self.assertFalse(place.satisfied(place.read(), "d", "once"))
        place.finish("failed", "d", 7, 12)
        self.assertEqual((place.read()["state"], place.read()["exit_code"]), ("failed", 7))
        place.finish("done", "d", 0, 12, installed="hash")
        self.assertTrue(place.satisfied(place.read(), "d", "changed"))
        self.assertEqual(place.read()["installed"], "hash")

    def test_a_step_name_cannot_leave_the_folder(self):
        place = receipts.InFolder(self.scratch, "../evil")
        place.begin("d")
        self.assertEqual(os.listdir(self.scratch), ["..-evil.json"])


class AtOnce(unittest.TestCase):
    """A step that begins in the session that reads its receipt."""

    def setUp(self):
        for function in ("mend", "sql"):
            self.addCleanup(setattr, database, function, getattr(database, function))
        self.asked = []
        database.sql = self.asked.append
        self.place = receipts.InDatabase("migrate")
        self.place.begins_with = "d"

    def read(self, *rows):
        database.mend = lambda step, then: (list(rows), False)
        receipt = self.place.read()
        self.place.begin("d")
        return receipt

    def test_it_does_not_begin_again(self):
        self.assertEqual(self.read(["done", "c"], ["at once", ""], ["begun"]), {"state": "done", "digest": "c"})
        self.assertEqual(self.asked, [])

    def test_the_first_time_there_is_no_receipt(self):
        self.assertIsNone(self.read(["at once", ""], ["begun"]))
        self.assertEqual(self.asked, [])

    def test_what_was_in_the_way_is_cleared_before_it_begins(self):
        self.assertEqual(self.read(["begun", "d"], ["at once", ""])["state"], "begun")
        self.assertEqual(len(self.asked), 1)
        self.assertIn("values ('migrate', 'begun', 'd', now(),", self.asked[0])


if __name__ == "__main__":
    unittest.main()
