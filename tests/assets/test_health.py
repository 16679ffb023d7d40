"""health.sh, as the engine runs it: again and again."""
import os
import socket
import subprocess
import unittest

import paths
from paths import InScratch


class Health(InScratch):
    def setUp(self):
        InScratch.setUp(self)
        self.listener = socket.socket()
        self.addCleanup(self.listener.close)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(50)
        # Its marker's name ends with the user's id, and its pauses are long.
        self.program("id", "echo test-%d" % os.getpid())
        self.program("sleep", "exec /bin/sleep 0.1")
        self.addCleanup(self.remove_marker)

    def program(self, name, text):
        os.chmod(self.write("bin/" + name, "#!/bin/sh\n%s\n" % text), 0o755)

    def remove_marker(self):
        for folder in ("/dev/shm", "/tmp"):
            for end in ("", ".lingers"):
                path = "%s/biostar-tui-health-test-%d%s" % (folder, os.getpid(), end)
                if os.path.exists(path):
                    os.unlink(path)

    def check(self):
        environment = dict(os.environ, PATH=os.path.join(self.scratch, "bin") + ":" + os.environ["PATH"])
        port = str(self.listener.getsockname()[1])
        command = ["sh", os.path.join(paths.CONTAINER, "health.sh"), "tcp", port]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)

    def end_of(self, check):
        """(its exit code, what it said)."""
        said = check.communicate()[0].decode("utf-8")
        return check.returncode, said

    def connections(self):
        """How often a check has connected."""
        self.listener.setblocking(False)
        count = 0
        try:
            while True:
                self.listener.accept()[0].close()
                count += 1
        except (IOError, OSError):
            return count

    def test_the_first_success_is_said_at_once_and_the_next_goes_on_looking(self):
        self.assertEqual(self.end_of(self.check()), (0, ""))
        self.assertEqual(self.connections(), 1)
        self.assertEqual(self.end_of(self.check()), (0, ""))
        self.assertEqual(self.connections(), 9)

    def test_what_fails_meanwhile_is_said_at_once(self):
        self.end_of(self.check())
        lingers = self.check()
        self.listener.accept()[0].close()
        self.listener.accept()[0].close()
        port = self.listener.getsockname()[1]
        self.listener.close()
        self.assertEqual(self.end_of(lingers), (1, "port %d does not answer\n" % port))


if __name__ == "__main__":
    unittest.main()
