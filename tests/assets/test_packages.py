"""packages.py: how pip is called."""
import unittest

from paths import InScratch
import packages


class Flags(unittest.TestCase):
    def test_the_flag_is_given_where_python_knows_it(self):
        for version, flags in [("Python 3.11.2", ["-P"]), ("Python 3.13.0rc1", ["-P"]), ("Python 3.9.2", []),
                               ("Python 2.7.18", []), ("", [])]:
            self.assertEqual(packages._flags(version), flags, version)

    def test_builds_may_import_what_lies_beside_their_setup_py(self):
        self.assertNotIn("PYTHONSAFEPATH", packages._environment("/base"))


class Requirements(InScratch):
    def test_packages_are_counted_and_options_are_not(self):
        path = self.write("requirements.txt", "-c /x/constraints.txt\n# a comment\n\nDjango==5.2\n-e ./mine\n"
                                              "--extra-index-url https://x\n  whoosh\n")
        self.addCleanup(setattr, packages, "REQUIREMENTS", packages.REQUIREMENTS)
        packages.REQUIREMENTS = path
        self.assertEqual(packages._packages(packages.requirements()), ["Django==5.2", "-e ./mine", "whoosh"])
        packages.REQUIREMENTS = path + ".missing"
        self.assertEqual(packages.requirements(), [])


if __name__ == "__main__":
    unittest.main()
