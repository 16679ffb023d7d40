"""packages.py: how pip is called."""
import unittest

import paths  # noqa: F401, it finds the files under test
import packages


class Flags(unittest.TestCase):
    def test_the_flag_is_given_where_python_knows_it(self):
        for version, flags in [("Python 3.11.2", ["-P"]), ("Python 3.13.0rc1", ["-P"]), ("Python 3.9.2", []),
                               ("Python 2.7.18", []), ("", [])]:
            self.assertEqual(packages._flags(version), flags, version)

    def test_builds_may_import_what_lies_beside_their_setup_py(self):
        self.assertNotIn("PYTHONSAFEPATH", packages._environment("/base"))


if __name__ == "__main__":
    unittest.main()
