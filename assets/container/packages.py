"""The project's Python packages: a new base beside the old one, then one rename.

A base is a PYTHONUSERBASE. It starts as hard links to the current one, which is
safe because pip never writes into a file that is there: it removes and makes anew.
"""
from __future__ import print_function

import hashlib
import os
import subprocess
import sys
import time

import files
import pip_reasons
import processes

REQUIREMENTS = "/opt/biostar-tui/requirements.txt"
BASES = os.path.join(files.PACKAGES, "bases")
CURRENT = os.path.join(files.PACKAGES, "current")
# What of pip's output can matter for the reason. It is bounded, because a build
# can print without end.
KEPT_LINES = 4000


def remove_leftovers():
    """Every base but the current one; the names of what was removed."""
    if not os.path.isdir(BASES):
        return []
    kept = os.path.basename(os.path.realpath(CURRENT)) if os.path.exists(CURRENT) else None
    leftovers = [name for name in os.listdir(BASES) if name != kept]
    for name in leftovers:
        files.remove(os.path.join(BASES, name))
    return leftovers


def requirements():
    """The lines that ask for something."""
    try:
        with open(REQUIREMENTS) as lines:
            return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    except (IOError, OSError):
        return []


def _packages(lines):
    """Those that name a package; the others are options. `-e` installs one, too."""
    return [line for line in lines if not line.startswith("-") or line.split()[0] in ("-e", "--editable")]


def interpreter():
    """The project's Python, which need not be the one that runs us."""
    for name in (os.environ.get("BIOSTAR_TUI_PYTHON"), "python", "python3", "python2"):
        for folder in os.environ.get("PATH", os.defpath).split(":") if name else ():
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                return path
    return sys.executable


def _new_base():
    path = os.path.join(BASES, "%s-%d" % (time.strftime("%Y%m%dT%H%M%S"), os.getpid()))
    files.make_folder(BASES)
    if os.path.isdir(CURRENT):
        subprocess.check_call(["cp", "-al", os.path.realpath(CURRENT), path])
    else:
        files.make_folder(path)
    return path


def _environment(base):
    environment = dict(os.environ, PYTHONUSERBASE=base, PIP_BREAK_SYSTEM_PACKAGES="1",
                       PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore")
    environment.setdefault("PIP_CACHE_DIR", os.path.join(files.PACKAGES, "cache"))
    # pip is to see neither the project's modules nor the settings overlay.
    environment.pop("PYTHONPATH", None)
    return environment


def _switch(base):
    """The one moment in which the packages change."""
    link = CURRENT + ".new"
    files.remove(link)
    os.symlink(os.path.relpath(base, files.PACKAGES), link)
    if os.path.isdir(CURRENT) and not os.path.islink(CURRENT):
        # A pip run by hand, before there was any base, made a folder here. What
        # is in it is in the new base already.
        os.rename(CURRENT, os.path.join(BASES, "by-hand-%d" % os.getpid()))
    os.rename(link, CURRENT)


def installed_hash():
    """A hash of names and versions of all that is in the current base."""
    found = []
    for folder, names, _files in os.walk(os.path.realpath(CURRENT)):
        if os.path.basename(folder) == "site-packages":
            found += [name for name in names if name.endswith((".dist-info", ".egg-info"))]
            del names[:]
    return hashlib.sha256("\n".join(sorted(found)).encode("utf-8")).hexdigest()


def _version(python):
    try:
        out = subprocess.check_output([python, "--version"], stderr=subprocess.STDOUT)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return out.decode("utf-8", "replace").strip()


def _flags(version):
    """Keeps the project's folder, in which pip runs, from pip's own imports. A flag
    and no variable: a variable would reach builds too, and many a setup.py imports
    what lies beside it."""
    numbers = [int(part) for part in version.split(" ")[-1].split(".")[:2] if part.isdigit()]
    return ["-P"] if numbers >= [3, 11] else []


def install():
    """(exit code, sentence): installs into a new base and makes it the current
    one; the sentence says why it did not."""
    wanted = requirements()
    if not wanted:
        processes.say("no requirements, nothing to install")
        return 0, ""
    python, base, output = interpreter(), _new_base(), []
    processes.say("%d requirements to install" % len(_packages(wanted)))

    def keep(line):
        output.append(line)
        del output[:-KEPT_LINES]

    version = _version(python)
    code = processes.run_watched(
        [python] + _flags(version) + ["-m", "pip", "install", "--user", "--no-input",
                                      "--progress-bar", "off",
                                      "--no-warn-script-location",
                                      "-r", REQUIREMENTS], keep, _environment(base), files.PROJECT)
    if code != 0:
        files.remove(base)
        return code, pip_reasons.explain(output, version)
    _switch(base)
    remove_leftovers()
    return 0, ""
