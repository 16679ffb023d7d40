"""Which modules are loaded early: each is given time of its own."""
import os
import subprocess
import sys
import unittest

import paths

CHOOSE = """
import sys
import biostar_tui_warm
biostar_tui_warm.PATIENCE = 3
print(",".join(biostar_tui_warm.chosen(sys.argv[1:])))
"""


class Warm(paths.InScratch):
    def test_many_slow_modules_are_none_that_hangs(self):
        self.write("hangs.py", "import time\ntime.sleep(600)\n")
        self.write("breaks.py", "1 / 0\n")
        slow = ["slow_%d" % number for number in range(4)]
        for name in slow:
            self.write(name + ".py", "import time\ntime.sleep(1)\n")
        env = dict(os.environ, PYTHONPATH=os.pathsep.join([paths.CONTAINER, self.scratch]), PYTHONDONTWRITEBYTECODE="1")
        said = subprocess.check_output([sys.executable, "-c", CHOOSE, "hangs", "breaks"] + slow, env=env, timeout=120)
        lines = said.decode("utf-8").splitlines()
        self.assertEqual(lines[-1], ",".join(slow), lines)
        self.assertIn("hangs is not loaded early", lines[0])


if __name__ == "__main__":
    unittest.main()
