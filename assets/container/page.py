"""What is served while no server runs: why, as a page, on the server's own port."""
from __future__ import print_function

import errno
import os
import re
import select
import signal
import socket
import time

TEMPLATE = u"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>The server does not start</title>
<style>body { font: 15px/1.5 sans-serif; margin: 2em; color: #222; background: #fff }
pre { background: #f4f0f0; border-left: 4px solid #b00; padding: 1em; overflow-x: auto }</style></head>
<body><h1>The server does not start</h1>
<p>Mend what it names and save: it is started again, and this page goes.</p>
<pre>%s</pre></body></html>
"""


# What colours a terminal: Django's checks are written for one.
COLOURS = re.compile(u"\x1b\\[[0-9;]*[A-Za-z]")


def escaped(text):
    """As text in HTML."""
    return COLOURS.sub(u"", text).replace(u"&", u"&amp;").replace(u"<", u"&lt;").replace(u">", u"&gt;")


def answer(words):
    """The whole answer. Its name tells whoever asks that this is no server."""
    body = (TEMPLATE % escaped(words)).encode("utf-8")
    head = ("HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/html; charset=utf-8\r\n"
            "X-Biostar-Tui-Server: page-%d\r\nCache-Control: no-store\r\n"
            "Content-Length: %d\r\nConnection: close\r\n\r\n" % (time.time() * 1e9, len(body)))
    return head.encode("ascii") + body


def received(connection):
    """What comes next. Python 2 gives up when a signal comes, and TERM must not cut an
    answer off."""
    while True:
        try:
            return connection.recv(65536)
        except (IOError, OSError) as error:
            if error.errno != errno.EINTR:
                raise


def converse(connection, text):
    """One request, whatever it is, and the answer."""
    try:
        connection.settimeout(2)
        received(connection)
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        received(connection)  # until it has been read: a close with unread data cuts it off
    except (IOError, OSError):
        pass
    finally:
        connection.close()


class Page(object):
    """Serves until TERM, which waits for the answer that is being given."""

    def __init__(self, listener, words):
        self.listener = listener
        self.text = answer(words)
        self.busy = False
        self.ended = False

    def end(self, _number, _frame):
        """TERM."""
        self.ended = True
        if not self.busy:
            os._exit(0)

    def serve(self):
        """One after the other."""
        signal.signal(signal.SIGTERM, self.end)
        self.listener.listen(128)
        while not self.ended:
            select.select([self.listener], [], [])
            self.busy = True
            try:
                converse(self.listener.accept()[0], self.text)
            except (IOError, OSError) as error:
                if error.errno not in (errno.EAGAIN, errno.EINTR, errno.ECONNABORTED):
                    raise
            self.busy = False


def start(listener, words):
    """The pid of a process that serves the page."""
    pid = os.fork()
    if pid == 0:
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            os.setpgid(0, 0)
            listener.setblocking(False)
            Page(listener, words).serve()
        finally:
            os._exit(1)
    try:
        os.setpgid(pid, pid)  # both sides do it: it may be ended before it has begun
    except OSError:
        pass
    return pid
