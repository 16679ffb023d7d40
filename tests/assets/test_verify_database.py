"""What is said of settings that do not import."""
import os
import subprocess
import sys
import unittest

import paths
from paths import InScratch

# A `django.conf` that loads the module of settings, and no more of Django.
CONF = """import importlib, os
class Settings(object):
    def __getattr__(self, name):
        return getattr(importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"]), name)
settings = Settings()
"""
RUN = """import sys; sys.path[:0] = [%r, %r, %r]; sys.dont_write_bytecode = True
import verify_database
verify_database.PROJECT = %r
sys.exit(verify_database.check(""))"""


class SettingsThatDoNotImport(InScratch):
    def said(self, **files):
        for name, text in files.items():
            self.write("site/" + name + ".py", text)
        self.write("django/__init__.py")
        self.write("django/conf.py", CONF)
        self.site = os.path.join(self.scratch, "site")
        code = RUN % (paths.CONTAINER, self.scratch, self.site, self.site)
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE,
                                 env=dict(os.environ, DJANGO_SETTINGS_MODULE="site_settings"))
        lines = child.communicate()[0].decode("utf-8").splitlines()
        self.assertEqual(child.returncode, 1)
        self.assertTrue(all(line.startswith("biostar-tui: ") for line in lines), lines)
        return [line[len("biostar-tui: "):] for line in lines]

    def test_the_last_frames_in_the_project_are_shown(self):
        said = self.said(site_settings="import nosuchmodule\n")
        self.assertTrue(said[0].startswith("cannot check the database: the settings site_settings do not import: "))
        self.assertIn("nosuchmodule", said[0])
        self.assertTrue(said[0].endswith(" at site_settings.py:1."), said[0])
        self.assertEqual(said[1], '  File "%s/site_settings.py", line 1, in <module>' % self.site)
        self.assertEqual(said[2], "    import nosuchmodule")
        self.assertTrue(said[-1].startswith("Mend that"), said)

    def test_what_leads_there_is_shown_too(self):
        said = self.said(site_settings="from base_settings import *\n", base_settings="DEBUG = 1\nX = 1 / 0\n")
        places = [line.strip() for line in said if line.startswith("  File")]
        self.assertEqual(places, ['File "%s/site_settings.py", line 1, in <module>' % self.site,
                                  'File "%s/base_settings.py", line 2, in <module>' % self.site])

    def test_a_line_that_cannot_be_parsed_is_shown(self):
        said = self.said(site_settings="DEBUG = 1\nX = = 1\n")
        self.assertIn("    X = = 1", [line.rstrip() for line in said])


if __name__ == "__main__":
    unittest.main()
