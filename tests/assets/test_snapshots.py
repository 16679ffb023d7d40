"""Snapshots, on a server that is made of dictionaries: what is there after each verb."""
import json
import re
import unittest

import paths  # noqa: F401
import database
import snapshots

NAME = r'"((?:[^"]|"")+)"'
BOUNDS = {"keep": 2, "bytes": 1000}


class Server(object):
    """Databases by name, and the statements of ours that it understands."""

    def __init__(self):
        self.databases = {"app": {"bytes": 100, "comment": None, "open": True, "content": "now"}}
        self.free = 10 ** 12

    def alone(self, text):
        return self.admin(text)

    def sql(self, text, database=None):
        """Only a new identity is written in this way."""
        self.databases[database]["identity"] = "new" if "update biostar_tui.identity" in text else "old"

    def admin(self, text):
        rows = []
        for statement in text.split(";\n"):
            rows = self.one(statement.strip().rstrip(";")) or rows
        return rows

    def one(self, statement):
        for pattern, verb in ((r"select datname, pg_database_size", self.list), (r"select pg_database_size", self.size),
                              (r"select current_setting", self.version), (r"select setting", lambda _: []),
                              (r"create database %s template %s owner" % (NAME, NAME), self.create),
                              (r"drop database if exists %s" % NAME, self.drop),
                              (r"alter database %s rename to %s" % (NAME, NAME), self.rename),
                              (r"alter database %s with allow_connections (\w+)" % NAME, self.allow),
                              (r"comment on database %s is (.*)" % NAME, self.comment)):
            found = re.match(pattern, statement, re.DOTALL)
            if found:
                return verb(found)
        if statement not in ("", "begin", "commit"):
            raise AssertionError("not understood: %s" % statement)

    def list(self, match):
        start = re.search(r"like '(.*)%'", match.string).group(1).replace("\\_", "_").replace("\\\\", "\\")
        return [[name, str(it["bytes"]), (it["comment"] or "").encode("utf-8").hex()]
                for name, it in self.databases.items() if name.startswith(start)]

    def size(self, match):
        return [[str(self.databases[re.search(r"datname = '(.*)'", match.string).group(1)]["bytes"])]]

    def version(self, _match):
        return [["150004", "app"]]

    def create(self, match):
        if match.group(1) in self.databases:
            raise database.DatabaseError("there is a database %s" % match.group(1))
        source = self.databases[match.group(2)]
        self.databases[match.group(1)] = dict(source, comment=None, open=True)

    def drop(self, match):
        self.databases.pop(match.group(1), None)

    def rename(self, match):
        if match.group(2) in self.databases:
            raise database.DatabaseError("there is a database %s" % match.group(2))
        self.databases[match.group(2)] = self.databases.pop(match.group(1))

    def allow(self, match):
        self.databases[match.group(1)]["open"] = match.group(2) == "true"

    def comment(self, match):
        text = match.group(2)
        self.databases[match.group(1)]["comment"] = None if text == "null" else text[1:-1].replace("''", "'")


class OnAServer(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.said = []
        own = [(database, "admin", self.server.admin), (database, "alone", self.server.alone),
               (database, "sql", self.server.sql), (database, "name", lambda: "app"),
               (database, "exists", lambda name: name in self.server.databases),
               (database, "settings_of", lambda _name: []),
               (snapshots, "free_bytes", lambda: self.server.free), (snapshots, "say", self.said.append)]
        for module, name, value in own:
            self.addCleanup(setattr, module, name, getattr(module, name))
            setattr(module, name, value)

    def run_verb(self, *words, **context):
        context = dict({"bounds": BOUNDS, "branch": "main"}, **context)
        snapshots.run({"run": list(words), "snapshots": context})

    def names(self):
        return sorted(snapshots.label(it) for it in snapshots.listed())

    def kept(self, word):
        return self.server.databases[snapshots.named(word)["database"]]


class Saving(OnAServer):
    def test_a_copy_is_described_and_closed(self):
        self.run_verb("save", "it's")
        self.assertEqual(self.names(), ["it's"])
        kept = self.kept("it's")
        self.assertEqual((kept["content"], kept["open"]), ("now", False))
        self.assertEqual(json.loads(kept["comment"])["branch"], "main")

    def test_a_name_is_taken_once(self):
        self.run_verb("save", "a")
        with self.assertRaises(snapshots.Refused) as raised:
            self.run_verb("save", "a")
        self.assertIn("snapshot delete a", str(raised.exception))

    def test_automatic_ones_make_room_for_each_other(self):
        for number in range(4):
            self.run_verb("save", "--automatic", "try%d" % number)
            name = self.names()[-1]
            comment = self.server.databases[snapshots.named(name)["database"]]
            comment["comment"] = json.dumps(dict(json.loads(comment["comment"]), at=number))
        self.assertEqual([name.split("-")[0] for name in self.names()], ["try2", "try3"])

    def test_named_ones_are_never_removed_for_room(self):
        self.run_verb("save", "a")
        with self.assertRaises(snapshots.Refused) as raised:
            self.run_verb("save", "--automatic", "b", bounds={"keep": 2, "bytes": 150})
        self.assertIn("[snapshots] size", str(raised.exception))
        self.assertEqual(self.names(), ["a"])

    def test_a_full_disk_is_refused_before_anything_is_begun(self):
        self.server.free = snapshots.RESERVE
        with self.assertRaises(snapshots.Refused) as raised:
            self.run_verb("save", "a")
        self.assertIn("the engine's disk has 268 MB left", str(raised.exception))
        self.assertEqual(list(self.server.databases), ["app"])


class Coming(OnAServer):
    def test_a_snapshot_comes_back_and_what_was_there_is_kept(self):
        self.run_verb("save", "a")
        self.server.databases["app"]["content"] = "later"
        self.run_verb("restore", "a")
        app = self.server.databases["app"]
        self.assertEqual((app["content"], app["open"], app["identity"]), ("now", True, "new"))
        automatic, = [name for name in self.names() if name.startswith("before-restore-")]
        self.assertEqual(self.kept(automatic)["content"], "later")
        self.assertEqual(self.kept("a")["content"], "now", "it can be restored again")

    def test_a_restore_that_was_killed_is_in_nobodys_way(self):
        self.run_verb("save", "a")
        self.server.databases[snapshots.being_restored()] = {"bytes": 1, "comment": None, "open": True, "content": "half"}
        self.run_verb("restore", "a")
        self.assertEqual(self.server.databases["app"]["content"], "now")

    def test_one_that_is_not_there_names_those_that_are(self):
        self.run_verb("save", "a")
        with self.assertRaises(snapshots.Refused) as raised:
            self.run_verb("restore", "b")
        self.assertEqual(str(raised.exception), "there is no snapshot b; there are: a")

    def test_an_import_takes_the_place(self):
        with self.assertRaises(snapshots.Refused):
            self.run_verb("import", "x.dump")
        self.server.databases[snapshots.being_imported()] = {"bytes": 7, "comment": None, "open": True, "content": "read"}
        self.run_verb("import", "x.dump")
        self.assertEqual(self.server.databases["app"]["content"], "read")
        self.assertEqual([name.rsplit("-", 2)[0] for name in self.names()], ["before-import"])

    def test_branches_change_places(self):
        self.run_verb("switch", "main", "topic")
        self.assertEqual((self.names(), self.server.databases["app"]["content"]), (["branch:main"], "now"))
        self.server.databases["app"]["content"] = "of topic"
        self.run_verb("switch", "topic", "main")
        app = self.server.databases["app"]
        self.assertEqual((app["content"], app["comment"], app["open"]), ("now", None, True))
        self.assertEqual((self.names(), self.kept("branch:topic")["content"]), (["branch:topic"], "of topic"))

    def test_delete(self):
        self.run_verb("save", "a")
        self.run_verb("delete", "a")
        self.assertEqual(self.names(), [])


class Names(OnAServer):
    def test_kinds_have_databases_of_their_own(self):
        kinds = (snapshots.NAMED, snapshots.AUTOMATIC, snapshots.BRANCH)
        self.assertEqual(len(set(snapshots.database_of(kind, "a") for kind in kinds)), 3)

    def test_one_that_was_not_described_yet_is_listed(self):
        self.server.databases["app__snapshot_half"] = {"bytes": 5, "comment": None, "open": True, "content": ""}
        found, = snapshots.listed()
        self.assertEqual((found["name"], found["kind"], found["at"], found["bytes"]), ("half", "named", 0, 5))


if __name__ == "__main__":
    unittest.main()
