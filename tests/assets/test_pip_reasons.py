"""One sentence out of a page of pip."""
import unittest

import paths  # noqa: F401
from pip_reasons import explain

NOT_FOUND = """Collecting django-nosuch==9
ERROR: Could not find a version that satisfies the requirement django-nosuch==9 (from versions: none)
ERROR: No matching distribution found for django-nosuch==9"""

NO_VERSION = """ERROR: Could not find a version that satisfies the requirement six==99 (from versions: 1.0, 1.1, 1.15.0, 1.16.0)
ERROR: No matching distribution found for six==99"""

CERTIFICATE = """WARNING: Retrying (Retry(total=0)) after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate'))': /simple/six/
ERROR: Could not find a version that satisfies the requirement six (from versions: none)
ERROR: No matching distribution found for six"""

NETWORK = """WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip>: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/six/
ERROR: Could not find a version that satisfies the requirement six==1 (from versions: none)
ERROR: No matching distribution found for six==1"""

HEADER = """Collecting python-ldap==3.4
  Building wheel for python-ldap (pyproject.toml): started
  error: subprocess-exited-with-error
  \xd7 Building wheel for python-ldap (pyproject.toml) did not run successfully.
  \u2502 exit code: 1
      Modules/common.h:15:10: fatal error: lber.h: No such file or directory
      compilation terminated.
      error: command '/usr/bin/gcc' failed with exit code 1
  ERROR: Failed building wheel for python-ldap
ERROR: Could not build wheels for python-ldap, which is required to install pyproject.toml-based projects"""

METADATA = """Collecting good==1.0
Collecting mysqlclient==2.0
  error: subprocess-exited-with-error
  \xd7 python setup.py egg_info did not run successfully.
      /bin/sh: 1: mysql_config: not found
      OSError: mysql_config not found
error: metadata-generation-failed"""

IMPORTS = """Collecting lxml==1
  error: subprocess-exited-with-error
      Traceback (most recent call last):
      ModuleNotFoundError: No module named 'distutils.msvccompiler'
error: metadata-generation-failed"""

CONFLICT = """ERROR: Cannot install celery==3.1 and kombu==5.0 because these package versions have conflicting dependencies.

The conflict is caused by:
    The user requested kombu==5.0
    celery 3.1 depends on kombu<3.1 and >=3.0
ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/"""


class Explain(unittest.TestCase):
    def says(self, output, *parts):
        sentence = explain(output.splitlines(), "Python 3.11.2")
        for part in parts:
            self.assertIn(part, sentence)
        self.assertNotIn("\n", sentence)

    def test_unknown_name(self):
        self.says(NOT_FOUND, "django-nosuch==9", "nothing of that name for Python 3.11.2")

    def test_unknown_version_names_the_newest(self):
        self.says(NO_VERSION, "six==99", "1.15.0, 1.16.0")

    def test_certificate_comes_before_not_found(self):
        self.says(CERTIFICATE, "six", "base.ca_certificates")

    def test_network_comes_before_not_found(self):
        self.says(NETWORK, "six==1", "cannot be reached")

    def test_missing_header(self):
        self.says(HEADER, "python-ldap cannot be built", "lber.h", "system_packages")

    def test_missing_tool_names_the_package_being_collected(self):
        self.says(METADATA, "mysqlclient==2.0 cannot be built", "mysql_config", "system_packages")

    def test_failing_build_script(self):
        self.says(IMPORTS, "lxml==1", "No module named 'distutils.msvccompiler'")

    def test_conflict(self):
        self.says(CONFLICT, "celery==3.1 and kombu==5.0", "requested kombu==5.0", "pins")

    def test_other_python(self):
        self.says("ERROR: Package 'numpy' requires a different Python: 3.8.1 not in '>=3.9'", "numpy", ">=3.9")

    def test_full_disk(self):
        self.says("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
                  "disk")

    def test_invalid_line(self):
        self.says("ERROR: Invalid requirement: 'six=1' (from line 1 of /opt/requirements.txt)", "six=1", "line 1")

    def test_anything_else_is_pips_last_error(self):
        self.says("noise\nERROR: something new\nnotice", "something new")

    def test_silence(self):
        self.says("", "without a word")


if __name__ == "__main__":
    unittest.main()
