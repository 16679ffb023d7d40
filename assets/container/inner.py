"""Terminals of a console: the program's own, within, and the container's, which is made a
plain channel. Python 2.7 and 3.
"""
import errno
import fcntl
import os
import signal
import struct
import termios
import tty

import processes


def set_size(descriptor, size):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", size[0], size[1], 0, 0))


def get_size(descriptor):
    """(rows, columns), or None where nobody has set them."""
    try:
        packed = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, b"\0" * 8)
    except (IOError, OSError):
        return None
    size = struct.unpack("HHHH", packed)[:2]
    return size if all(size) else None


def become(argv, size):
    """In the child: everything up to exec. Never returns."""
    try:
        signal.set_wakeup_fd(-1)
        processes.restore_signals()
        set_size(0, size)
        os.execvp(argv[0], argv)
    except OSError as error:
        os.write(2, ("biostar-tui: cannot run `%s`: %s\r\n" % (argv[0], error.strerror)).encode("utf-8"))
        os._exit(126 if error.errno == errno.EACCES else 127)
    except BaseException as error:  # a fork must never run on as its parent
        os.write(2, ("biostar-tui: %r\r\n" % (error,)).encode("utf-8"))
    os._exit(127)


def take_terminal():
    """Makes the container's terminal a plain channel. What was typed ahead stays."""
    if os.isatty(0):
        tty.setraw(0, termios.TCSANOW)
    for descriptor in (0, 1):
        flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
        fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_NONBLOCK)
