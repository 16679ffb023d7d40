"""Hooks in the process of the server, for Python 2.7 and 3.

- It listens on the socket that the supervisor holds, so that no connection is
  refused while one server takes the place of another.
- TERM lets it finish the requests that it is at, and take no more.
- It tells the supervisor when it listens, and which modules it has loaded.
- It says who it is to whoever asks before the project's code does, and tells open
  pages when they are old (biostar_tui_pages.py).
- Templates are read anew, as under Django's own reloader.
- Cached modules that may be stale are not used.
- What a start can do without is put off until it listens (biostar_tui_start.py).
"""
import errno
import json
import os
import signal
import socket
import sys
import threading
import time

import biostar_tui_bytecode
import biostar_tui_pages as pages
import biostar_tui_start

try:
    from _thread import start_new_thread
except ImportError:  # Python 2
    from thread import start_new_thread

# A request that takes longer is cut off.
LIMIT = 10.0
# A connection that was accepted a moment ago counts as a request only when its
# thread has begun.
ACCEPTED = 0.15
QUESTION = "/.biostar-tui/server"
OURS = (QUESTION, pages.SCRIPT_PATH, pages.STREAM_PATH)
FAILED = "/tmp/biostar-tui-server-failed"
# A page has many requests: they need not all look for changed templates.
TEMPLATES = 0.2


class Requests(object):
    """How many requests are being answered."""

    def __init__(self):
        self._lock = threading.Lock()
        self.count = 0

    def __enter__(self):
        with self._lock:
            self.count += 1

    def __exit__(self, *_error):
        debugger = sys.modules.get("biostar_tui_debugger")
        if debugger:
            debugger.finished()
        with self._lock:
            self.count -= 1


REQUESTS = Requests()
NAME = []


def name():
    """Which server this is: another process, or another start, is another."""
    return NAME[0] if NAME else ""


def leave_words(words):
    """For the page that is served until the next server starts."""
    try:
        with open(os.environ.get("BIOSTAR_TUI_FAILED", FAILED), "wb") as stream:
            stream.write(words.encode("utf-8", "replace"))
    except (IOError, OSError):
        pass


def finish(_number, _frame):
    """TERM: takes no more connections, and ends when those that it has are answered.
    The main thread may be about to begin one, so it goes on; and a thread that is
    made in the plain way could wait for a lock that it holds."""
    socket.socket.accept = _accept_nothing
    pages.PAGES.end()
    start_new_thread(_leave, ())


def _accept_nothing(_self):
    """socket.accept of a server that leaves: slowly, for it will be asked again."""
    time.sleep(0.05)
    raise socket.error(errno.EAGAIN, "another server accepts")


def _leave():
    deadline = time.time() + LIMIT
    still = time.time()
    while time.time() < min(deadline, still + ACCEPTED):
        time.sleep(0.01)
        if REQUESTS.count:
            still = time.time()
    os._exit(0)


def _descriptor(key):
    try:
        return int(os.environ.get(key, ""))
    except ValueError:
        return None


def _take_over(bind):
    """socket.bind that puts the held socket in the place of one that is to be
    bound to its port; once, for there is one."""
    held, port = _descriptor("BIOSTAR_TUI_LISTEN_FD"), _descriptor("BIOSTAR_TUI_PORT")

    def bound(self, address):
        if held is None or not isinstance(address, tuple) or address[1:2] != (port,):
            return bind(self, address)
        os.dup2(held, self.fileno())
        socket.socket.bind = bind
        return None
    return bound


def _announce(listen):
    """socket.listen that tells the supervisor, once."""
    def listening(self, *backlog):
        result = listen(self, *backlog)
        socket.socket.listen = listen
        biostar_tui_start.done()
        tell_modules()
        news = _descriptor("BIOSTAR_TUI_NEWS_FD")
        if news is not None:
            try:
                os.write(news, b"listening\n")
            except OSError:
                pass
        return result
    return listening


def is_foreign(path):
    """Whether a module's file is neither the project's nor ours."""
    ours = (os.environ.get("BIOSTAR_TUI_TREE", "/project"), os.path.dirname(os.path.abspath(__file__)))
    path = os.path.abspath(path)
    return not any(path.startswith(folder.rstrip(os.sep) + os.sep) for folder in ours)


def tell_modules(suffix=""):
    """Writes the names of what is loaded, in the order in which it was, and the regular
    expressions that were compiled."""
    path = os.environ.get("BIOSTAR_TUI_MODULES", "") + suffix
    if path == suffix:
        return
    files = [(each, getattr(module, "__file__", None)) for each, module in list(sys.modules.items())]
    names = [each for each, origin in files if origin and is_foreign(origin)]
    try:
        with open(path + ".new", "w") as stream:
            json.dump({"modules": names, "patterns": biostar_tui_start.patterns()}, stream)
        os.rename(path + ".new", path)
    except (IOError, OSError):
        pass


def answer():
    """The answer to who we are."""
    return ("HTTP/1.0 204 No Content\r\nX-Biostar-Tui-Server: %s\r\n"
            "Content-Length: 0\r\nConnection: close\r\n\r\n" % name()).encode("ascii")


class _Templates(object):
    """Django 4.1 keeps templates for ever unless its own reloader runs."""
    looked = 0

    def freshen(self):
        """Forgets them, in development."""
        reloading = sys.modules.get("django.template.autoreload")
        if reloading is None or time.time() - self.looked < TEMPLATES:
            return
        self.looked = time.time()
        try:
            from django.conf import settings
            if settings.DEBUG:
                reloading.reset_loaders()
        except Exception:  # the request is to fail by itself, if it has to
            pass


def _converse(handler, path):
    """Answers what is ours, instead of the project, and keeps no connection for more."""
    request = getattr(handler, "request_handler", None)
    if request is not None:
        request.close_connection = True
    if path == QUESTION:
        handler.stdout.write(answer())
        handler.stdout.flush()
    else:
        pages.converse(handler, path, name())


def _answering(run, templates):
    """wsgiref's handler of one request, which runserver uses."""
    def answered(self, application):
        path = (getattr(self, "base_env", None) or {}).get("PATH_INFO", "")
        if path in OURS:
            return _converse(self, path)
        with REQUESTS:
            templates.freshen()
            return run(self, application)
    return answered


def wrapped(application):
    """A WSGI application that says who it is, for other servers than wsgiref's."""
    templates = _Templates()

    def answering(environ, start_response):
        path = environ.get("PATH_INFO")
        if path == QUESTION:
            start_response("204 No Content", [("X-Biostar-Tui-Server", name())])
            return []
        if path in OURS:
            kind, body = pages.answer(path, name())
            start_response("200 OK", [("Content-Type", kind), ("Cache-Control", "no-store"),
                                      ("Content-Length", str(len(body)))])
            return [body]
        with REQUESTS:
            templates.freshen()
            return application(environ, start_response)
    return answering


def install():
    """Before the server's script runs."""
    NAME[:] = ["%d-%d" % (os.getpid(), time.time() * 1e9)]
    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGURG, pages.PAGES.refresh)
    biostar_tui_start.begin()
    biostar_tui_bytecode.install()
    from wsgiref import handlers
    handlers.BaseHandler.run = _answering(handlers.BaseHandler.run, _Templates())
    socket.socket.bind = _take_over(socket.socket.bind)
    socket.socket.listen = _announce(socket.socket.listen)
