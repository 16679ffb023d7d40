"""The env file that takes a shell: what a command then finds in its environment."""
import os
import subprocess
import unittest

import paths
from paths import InScratch

ENV = os.path.join(paths.CONTAINER, "env.sh")


class Sourced(InScratch):
    def run_in(self, text, *command, **variables):
        """Exit code and output of a command behind env.sh, in either shell."""
        self.write("conf/dev.env", text)
        names = dict(os.environ, BIOSTAR_TUI_PROJECT_DIR=self.scratch, BIOSTAR_TUI_ENV_FILE="conf/dev.env", **variables)
        child = subprocess.Popen(["sh", ENV] + list(command), env=names, cwd="/",
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = child.communicate()[0].decode("utf-8", "replace")
        return child.returncode, output

    def echo(self, text, shown, **variables):
        return self.run_in(text, "sh", "-c", 'echo "%s"' % shown, **variables)

    def test_substitutions_and_variables(self):
        text = "export HOME_DIR=`pwd`\nexport SUB=$HOME_DIR/x\nPLAIN=$(echo two words)\n"
        self.assertEqual(self.echo(text, "$SUB $PLAIN"), (0, self.scratch + "/x two words\n"))

    def test_what_is_kept_is_not_the_files(self):
        text = "export HOST=$(echo file)\nexport NEW=`echo new`\n"
        code, output = self.echo(text, "$HOST $NEW ${NONE-none}", HOST="it's \"ours\" $x", BIOSTAR_TUI_ENV_KEEP="HOST NONE")
        self.assertEqual((code, output), (0, "it's \"ours\" $x new none\n"))

    def test_the_commands_exit_code_and_arguments(self):
        self.assertEqual(self.run_in("export A=`true`\n", "sh", "-c", "exit 7")[0], 7)
        self.assertEqual(self.run_in("export A=`true`\n", "printf", "%s|", "a b", "$c"), (0, "a b|$c|"))

    def test_a_line_that_is_no_shells_is_named_and_nothing_runs(self):
        code, output = self.echo("export A=`pwd`\nif true; then\nexport B=(\n", "ran")
        self.assertEqual(code, 78)
        self.assertIn("conf/dev.env: line 3", output)
        self.assertNotIn("ran", output)

    def test_a_command_that_is_not_there_is_named_by_its_line(self):
        code, output = self.echo("export A=`pwd`\nno-such-command\n", "ran")
        self.assertEqual(code, 0)
        self.assertIn("conf/dev.env: line 2: no-such-command", output)

    def test_other_files_and_a_strict_mode_do_not_reach_the_command(self):
        self.write("conf/base.env", "BASE=base\n")
        text = "set -eu\n. conf/base.env\nexport A=$BASE\n"
        self.assertEqual(self.echo(text, "$A $BASE ${UNSET}"), (0, "base base \n"))


if __name__ == "__main__":
    unittest.main()
