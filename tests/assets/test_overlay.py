"""The settings overlay: the pure part, and the hook in real interpreters."""
import json
import os
import subprocess
import sys
import unittest

import paths
from paths import InScratch
import biostar_tui_elsewhere as elsewhere
import biostar_tui_overlay as overlay

OURS = {"NAME": "app", "USER": "u", "HOST": "db", "PORT": "5432"}


class Connection(unittest.TestCase):
    def laid(self, own, django=(4, 2)):
        return overlay.connection(own, OURS, "secret", django)

    def test_another_engine_is_replaced_with_its_options(self):
        laid = self.laid({"ENGINE": "django.db.backends.sqlite3", "NAME": "x", "OPTIONS": {"timeout": 3},
                          "ATOMIC_REQUESTS": True})
        self.assertEqual(laid, {"ENGINE": "django.db.backends.postgresql", "NAME": "app", "USER": "u",
                                "HOST": "db", "PORT": "5432", "PASSWORD": "secret", "ATOMIC_REQUESTS": True})

    def test_postgresql_engines_stay(self):
        for engine in ("django.contrib.gis.db.backends.postgis", "psqlextra.backend",
                       "django_prometheus.db.backends.postgresql", "django.db.backends.postgresql_psycopg2"):
            self.assertEqual(self.laid({"ENGINE": engine})["ENGINE"], engine)

    def test_options_stay_but_for_the_connections_own(self):
        laid = self.laid({"ENGINE": "django.db.backends.postgresql",
                          "OPTIONS": {"sslmode": "require", "service": "x", "options": "-c a=b"}})
        self.assertEqual(laid["OPTIONS"], {"options": "-c a=b"})

    def test_old_django_has_the_old_name(self):
        self.assertEqual(self.laid({}, (1, 8))["ENGINE"], "django.db.backends.postgresql_psycopg2")
        self.assertEqual(self.laid({}, (1, 9))["ENGINE"], "django.db.backends.postgresql")

    def test_geographic_engines_become_postgis(self):
        laid = self.laid({"ENGINE": "django.contrib.gis.db.backends.spatialite"})
        self.assertEqual(laid["ENGINE"], "django.contrib.gis.db.backends.postgis")


class Lay(unittest.TestCase):
    def settings(self):
        return {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}, "other": {"ENGINE": "x"}},
                "ALLOWED_HOSTS": []}

    def test_twice_is_once(self):
        once, twice = self.settings(), self.settings()
        arguments = ({"ALLOWED_HOSTS": ["*"]}, OURS, "s", {"URL": "http://search"}, "waitress", (4, 2))
        overlay.lay(once, *arguments)
        overlay.lay(twice, *arguments)
        overlay.lay(twice, *arguments)
        self.assertEqual(once, twice)

    def test_other_databases_and_the_project_object_stay(self):
        settings = self.settings()
        own = settings["DATABASES"]
        overlay.lay(settings, {}, OURS)
        self.assertEqual(settings["DATABASES"]["other"], {"ENGINE": "x"})
        self.assertEqual(own["default"], {"ENGINE": "django.db.backends.sqlite3"})

    def test_nothing_leads_away_from_our_connection(self):
        settings = self.settings()
        overlay.lay(settings, {"DATABASES": {"default": {"ENGINE": "psqlextra.backend", "HOST": "away"}}}, OURS)
        self.assertEqual(settings["DATABASES"]["default"]["HOST"], "db")
        self.assertEqual(settings["DATABASES"]["default"]["ENGINE"], "psqlextra.backend")

    def test_no_database_no_change(self):
        settings = self.settings()
        overlay.lay(settings, {})
        self.assertEqual(settings, self.settings())

    def test_static_root_only_under_waitress_and_only_if_unset(self):
        settings = {"STATIC_ROOT": None}
        overlay.lay(settings, {}, serve="runserver")
        self.assertIsNone(settings["STATIC_ROOT"])
        overlay.lay(settings, {}, serve="waitress")
        self.assertEqual(settings["STATIC_ROOT"], overlay.STATIC_ROOT)
        settings = {"STATIC_ROOT": "/mine"}
        overlay.lay(settings, {}, serve="waitress")
        self.assertEqual(settings["STATIC_ROOT"], "/mine")

    def test_search(self):
        settings = {"HAYSTACK_CONNECTIONS": {"default": {"ENGINE": "e", "URL": "old"}}}
        overlay.lay(settings, {}, search_keys={"URL": "new"})
        self.assertEqual(settings["HAYSTACK_CONNECTIONS"], {"default": {"ENGINE": "e", "URL": "new"}})


class Move(unittest.TestCase):
    OUT = "/state/outputs"

    def moved(self, value):
        return overlay.moved(value, ["export/search", "index/"], self.OUT)

    def test_paths_of_outputs_go_to_the_environments_own_folder(self):
        self.assertEqual(self.moved("/project/index"), "/state/outputs/index")
        self.assertEqual(self.moved("/project/export/media/../search/x"), "/state/outputs/export/search/x")
        own = {"default": {"ENGINE": "e", "PATH": "/project/index"}, "more": ["/project/index", 1]}
        self.assertEqual(self.moved(own), {"default": {"ENGINE": "e", "PATH": "/state/outputs/index"},
                                           "more": ["/state/outputs/index", 1]})
        self.assertEqual(own["default"]["PATH"], "/project/index", "the project's own object is left alone")

    def test_everything_else_stays_the_object_it_is(self):
        for value in ("/project/indexes", "index", "/project", {"a": ["/project/media"]}, ("x",), None, 3, object()):
            self.assertIs(self.moved(value), value)

    def test_a_path_object_stays_one(self):
        try:
            from pathlib import PurePosixPath
        except ImportError:
            return
        self.assertEqual(self.moved(PurePosixPath("/project/index/a")), PurePosixPath("/state/outputs/index/a"))

    def test_what_is_lazy_is_not_woken(self):
        class Lazy(object):
            @property
            def __class__(self):
                raise AssertionError("woken")

            def __getattr__(self, name):
                raise AssertionError("woken by " + name)
        value = Lazy()
        self.assertIs(self.moved(value), value)

    def test_twice_is_once(self):
        settings = {"INDEX": "/project/index", "own": "/project/index"}
        for _ in range(2):
            overlay.move(settings, ["index"], self.OUT)
        self.assertEqual(settings, {"INDEX": "/state/outputs/index", "own": "/project/index"})


class Elsewhere(InScratch):
    def places(self, **texts):
        for name, text in texts.items():
            self.write("app/%s.py" % name, text)
        self.write("app/settings.py", "DATABASES = {}\n")
        self.write("venv/x.py", "DATABASES = {}\n")
        return elsewhere.places(self.scratch, "app.settings")

    def test_what_sets_the_databases_behind_the_settings(self):
        places = self.places(apps="import x\nfrom django.conf import settings as s\ns.DATABASES = {'default': {}}\n",
                             local="DATABASES['default'] = {}\nDATABASES[\"default\"][\"NAME\"] = 'x'\n",
                             late="settings.DATABASES.update(more)\n")
        self.assertEqual(places, ["app/apps.py:3", "app/late.py:1", "app/local.py:1", "app/local.py:2"])

    def test_what_only_looks_is_not_named(self):
        self.assertEqual(self.places(a="if settings.DATABASES == {}:\n    x = settings.DATABASES['default']\n",
                                     b="# DATABASES = {}\nMY_DATABASES = 1\n"), [])


def pythons():
    """The running Python, and a 2.7 where there is one."""
    return [sys.executable] + [path for path in os.environ.get("ASSETS_PYTHONS", "").split(":") if path]


class Hook(InScratch):
    def run_python(self, python, code, **environment):
        names = dict((key, value) for key, value in os.environ.items()
                     if not key.startswith(("PYTHON", "BIOSTAR", "DJANGO")))
        names.update(PYTHONPATH=paths.OVERLAY + ":" + self.scratch, PYTHONDONTWRITEBYTECODE="1", **environment)
        child = subprocess.Popen([python, "-c", code], env=names, cwd=self.scratch,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return child.communicate()[0].decode("utf-8", "replace").strip()

    def in_every_python(self, code, expected, **more):
        environment = dict({"BIOSTAR_TUI_SETTINGS": "site_a.settings",
                            "BIOSTAR_TUI_DATABASE": json.dumps(OURS),
                            "BIOSTAR_TUI_OVERLAY": json.dumps({"LAID": ["yes"]})}, **more)
        for python in pythons():
            self.assertIn(expected, self.run_python(python, code, **environment), python)

    def setUp(self):
        InScratch.setUp(self)
        self.write("site_a/__init__.py")
        self.write("site_a/settings.py", "OWN = 1\nDATABASES = {'default': {'ENGINE': 'sqlite3'}}\n")

    def test_the_projects_module_is_patched_however_it_is_reached(self):
        self.in_every_python("import site_a.settings as s; print(s.LAID, s.OWN, s.DATABASES['default']['HOST'])", "db")
        self.in_every_python("from site_a.settings import LAID; print('laid', LAID[0])", "yes")

    def test_our_module_has_all_of_it(self):
        self.in_every_python("import biostar_tui_settings as s; print(s.OWN + 1, s.DATABASES['default']['NAME'])", "app")

    def test_a_settings_package(self):
        self.write("site_b/settings/__init__.py", "from .base import *\n")
        self.write("site_b/settings/base.py", "BASE = 3\n")
        self.write("site_b/__init__.py")
        self.in_every_python("import site_b.settings as s; print('%s %s' % (s.BASE, s.LAID[0]))", "3 yes",
                             BIOSTAR_TUI_SETTINGS="site_b.settings")

    def test_a_broken_module_keeps_its_traceback(self):
        self.write("site_a/settings.py", "first = 1\nraise RuntimeError('mine')\n")
        self.in_every_python("import site_a.settings", "site_a/settings.py\", line 2")
        self.in_every_python("import biostar_tui_settings", "RuntimeError: mine")

    def test_a_missing_module_is_pythons_own_error(self):
        self.in_every_python("import nosuch.settings", "No module named", BIOSTAR_TUI_SETTINGS="nosuch.settings")

    def test_broken_json_is_named(self):
        self.in_every_python("import site_a.settings", "BIOSTAR_TUI_OVERLAY is not JSON", BIOSTAR_TUI_OVERLAY="{")

    def test_the_next_sitecustomize_has_its_turn(self):
        self.write("sitecustomize.py", "import sys; sys.next_one = 'ran'")
        self.in_every_python("import sys; print(sys.next_one)", "ran")

    def migrates(self, expected, code, **environment):
        for folder in ("django", "django/core", "django/core/management", "django/core/management/commands"):
            self.write(folder + "/__init__.py")
        self.write("django/core/management/commands/migrate.py", code)
        self.in_every_python("from django.core.management.commands import migrate as m; m.run()", expected,
                             **environment)

    def test_in_tasks_migrate_says_how_much_there_is_to_do(self):
        emits = ("def emit_pre_migrate_signal(verbosity, plan=None):\n    return 'emitted'\n"
                 "def run():\n    print(emit_pre_migrate_signal(1, plan=%s))\n")
        announced = "biostar-tui: 3 migrations to apply"
        self.migrates(announced + "\nemitted", emits % "[1, 2, 3]", BIOSTAR_TUI_ANNOUNCE="1")
        self.migrates("emitted", emits % "[]", BIOSTAR_TUI_ANNOUNCE="1")
        self.migrates("emitted", emits % "None", BIOSTAR_TUI_ANNOUNCE="1", BIOSTAR_TUI_SETTINGS="")
        self.migrates("old", "def run():\n    print('old')\n", BIOSTAR_TUI_ANNOUNCE="1")
        self.assertNotIn("to apply", self.run_python(
            sys.executable, "from django.core.management.commands import migrate as m; m.run()"))

    def copies(self, expected, management, migrate, run, **environment):
        """What is printed when the copy is an `echo` and Django a few lines."""
        for folder in ("django", "django/core", "django/core/management", "django/core/management/commands"):
            self.write(folder + "/__init__.py")
        self.write("django/core/management/__init__.py", management)
        self.write("django/core/management/commands/migrate.py", migrate)
        code = ("import biostar_tui_hook as h; h.TAKE_COPY = %s\nimport django.core.management as m\n" + run)
        command = [sys.executable, "-c", "print('COPIED')"]
        for python in pythons():
            names = dict({"BIOSTAR_TUI_SETTINGS": "", "BIOSTAR_TUI_ANNOUNCE": "1", "BIOSTAR_TUI_COPY": "1",
                          "PYTHONUNBUFFERED": "1"}, **environment)
            self.assertEqual(self.run_python(python, code % command, **names).splitlines(), expected, python)

    MANAGEMENT = ("def load_command_class(app, name):\n    print('loaded %s' % app)\n"
                  "    from django.core.management.commands import migrate\n    return migrate\n")
    MIGRATE = ("def emit_pre_migrate_signal(verbosity, plan=None):\n    print('emitted')\n"
               "def handle(plan):\n    emit_pre_migrate_signal(1, plan=plan)\n    print('applied')\n")

    def test_the_copy_is_taken_when_there_is_something_to_apply(self):
        run = "m.load_command_class('%s', 'migrate').handle([%s])"
        told = "biostar-tui: 1 migrations to apply"
        self.copies(["loaded django.core", told, "COPIED", "emitted", "applied"], self.MANAGEMENT, self.MIGRATE,
                    run % ("django.core", "1"))
        self.copies(["loaded django.core", "emitted", "applied"], self.MANAGEMENT, self.MIGRATE, run % ("django.core", ""))
        # Another app's command of that name may change something before any signal.
        self.copies(["COPIED", "loaded south", "emitted", "applied"], self.MANAGEMENT, self.MIGRATE, run % ("south", ""))
        self.copies(["loaded django.core", "emitted", "applied"], self.MANAGEMENT, self.MIGRATE, run % ("django.core", ""),
                    BIOSTAR_TUI_COPY="")

    def test_a_django_without_a_plan_or_a_signal_is_copied_for(self):
        run = "m.load_command_class('django.core', 'migrate').handle()"
        self.copies(["loaded django.core", "COPIED", "old"], self.MANAGEMENT, "def handle():\n    print('old')\n", run)
        without_plan = ("def emit_pre_migrate_signal(verbosity):\n    print('emitted')\n"
                        "def handle():\n    emit_pre_migrate_signal(1)\n")
        self.copies(["loaded django.core", "COPIED", "emitted"], self.MANAGEMENT, without_plan, run)

    def test_without_its_copy_nothing_is_applied(self):
        self.copies(["loaded django.core", "biostar-tui: 1 migrations to apply"],
                    self.MANAGEMENT, self.MIGRATE,
                    "h.TAKE_COPY = ['false']\nm.load_command_class('django.core', 'migrate').handle([1])")

    def test_an_interpreter_without_django_is_left_alone(self):
        self.in_every_python("import sys; print('json' in sys.modules, len(sys.meta_path))", "False",
                             BIOSTAR_TUI_SETTINGS="")

    def test_the_password_comes_from_its_file(self):
        path = self.write("password", "s3cret\n")
        self.in_every_python("import site_a.settings as s; print(s.DATABASES['default']['PASSWORD'])", "s3cret",
                             BIOSTAR_TUI_PASSWORD_FILE=path)


if __name__ == "__main__":
    unittest.main()
