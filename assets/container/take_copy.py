"""Copies the database for the task that runs in this container, asked by Django's own
`migrate` (see overlay/biostar_tui_hook.py) when it is about to change something.
"""
import sys

import database
import processes
import task


def main():
    """Exit code; the reason is said where it fails."""
    try:
        database.take_copy(task.load()["name"])
    except database.DatabaseError as error:
        processes.say("no migration was applied, for the database could not be copied first: %s" % error)
        processes.say(task.remedy(str(error)))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
