"""shell.py MANAGE: Django's shell in a console, by the project's own manage.py. With
django-extensions it is shell_plus; IPython is taken by either where it is installed.
Run with the project's Python and environment. Python 2.7 and 3.
"""
import os
import runpy
import sys


def prefer_shell_plus(management):
    """`shell` becomes `shell_plus` where the project has it: only manage.py knows the
    settings, so it is decided when the command is looked for."""
    fetch = management.ManagementUtility.fetch_command

    def fetch_command(self, name):
        if name == "shell":
            # Django goes on without settings that cannot be imported, and the shell has
            # nothing of the project: their own traceback says more.
            from django.conf import settings
            settings.INSTALLED_APPS
            if "shell_plus" in management.get_commands():
                name = "shell_plus"
        return fetch(self, name)

    management.ManagementUtility.fetch_command = fetch_command


def main(path):
    """Runs `manage.py shell` in this process."""
    folder = os.path.dirname(os.path.abspath(path))
    # As if manage.py had been started: ours is not a place that it imports from.
    sys.path[0] = folder
    sys.argv = [path, "shell"]
    from django.core import management
    prefer_shell_plus(management)
    runpy.run_path(path, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1])
