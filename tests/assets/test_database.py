"""What is sent to psql, and what is read out of its complaints."""
import os
import unittest

import paths  # noqa: F401
import database


class Names(unittest.TestCase):
    def setUp(self):
        before = os.environ.get("PGDATABASE")
        os.environ["PGDATABASE"] = "app"
        self.addCleanup(os.environ.__setitem__, "PGDATABASE", before or "")

    def test_copies(self):
        self.assertEqual(database.copy_name("migrate"), "app__before_migrate")
        self.assertEqual(database.failed_name(), "app__failed")

    def test_long_names_stay_different(self):
        one, two = (database.copy_name("s" * 70 + end) for end in "ab")
        self.assertNotEqual(one, two)
        self.assertLessEqual(len(one), database.LONGEST_NAME)

    def test_long_names_are_not_cut_inside_a_letter(self):
        name = database.copy_name(u"\u00e9" * 40)
        self.assertLessEqual(len(name.encode("utf-8")), database.LONGEST_NAME)

    def test_quoting(self):
        self.assertEqual(database.literal("it's"), "'it''s'")
        self.assertEqual(database.identifier('a"b'), '"a""b"')


class Complaints(unittest.TestCase):
    def test_reason_is_without_psqls_own_prefix(self):
        for text, reason in (
                ("psql:<stdin>:1: ERROR:  relation \"x\" does not exist\nLINE 1: ...", "relation \"x\" does not exist"),
                ("psql: error: connection to server failed: FATAL:  password authentication failed", "password authentication failed"),
                ("", "psql ended without a reason")):
            self.assertEqual(database._reason(text), reason)

    def test_only_a_server_that_starts_is_waited_for(self):
        self.assertTrue(database._may_pass("the database system is starting up"))
        self.assertTrue(database._may_pass("could not translate host name \"db\" to address"))
        self.assertFalse(database._may_pass("password authentication failed for user \"app\""))


if __name__ == "__main__":
    unittest.main()
