"""Tells open pages that they are old: a script for the browser, and a stream that
says which server answers. A stream that ends, for another server takes this one's
place, is opened again by the browser and then says another name.
"""
import os
import select

SCRIPT_PATH = "/.biostar-tui/live.js"
STREAM_PATH = "/.biostar-tui/live"
# A browser that has gone without a word is found out by then, in seconds.
HEARTBEAT = 30
# How soon a browser asks again, in milliseconds: at once where a stream was open,
# at its leisure where none can be (a server with few threads, or one).
AGAIN, LATER = 100, 1000

# A page in the background holds no connection: browsers have six for a server.
SCRIPT = """(function () {
  "use strict";
  if (!window.EventSource || window.biostarTuiLive) { return; }
  window.biostarTuiLive = true;
  var seen = null, source = null;
  function open() {
    if (source || document.hidden) { return; }
    source = new EventSource("%s");
    source.onmessage = function (event) {
      if (seen !== null && seen !== event.data) { close(); window.location.reload(); }
      seen = event.data;
    };
    source.onerror = function () {
      if (source && source.readyState === 2) { close(); window.setTimeout(look, 300); }
    };
  }
  function close() {
    if (source) { source.close(); source = null; }
  }
  // No stream was to be had: is it the page of a server that does not start?
  function look() {
    var request = new XMLHttpRequest();
    request.onloadend = function () {
      var name = request.getResponseHeader("X-Biostar-Tui-Server") || "";
      if (name.indexOf("page-") === 0) { window.location.reload(); } else { window.setTimeout(open, 700); }
    };
    request.open("GET", "/.biostar-tui/server");
    request.send();
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) { close(); } else { open(); }
  });
  open();
})();
""" % STREAM_PATH


class Pages(object):
    """The pages that look at this server."""

    def __init__(self):
        # How often pages were told that what they show has changed, the server not.
        self.generation = 0
        self._streams = set()
        self._ended = False

    def refresh(self, *_signal):
        """Templates or static files have changed."""
        self.generation += 1
        self._wake()

    def end(self):
        """The server leaves."""
        self._ended = True
        self._wake()

    def _wake(self):
        for writing in list(self._streams):
            try:
                os.write(writing, b"w")
            except OSError:
                pass

    def event(self, name):
        """What a page compares."""
        return ("data: %s.%d\n\n" % (name, self.generation)).encode("ascii")

    def hold(self, connection, write, name):
        """Keeps a stream open until the browser closes it, or the server leaves."""
        reading, writing = os.pipe()
        self._streams.add(writing)
        try:
            write(("retry: %d\n\n" % AGAIN).encode("ascii"))
            while not self._ended:
                write(self.event(name))
                ready = select.select([connection, reading], [], [], HEARTBEAT)[0]
                if connection in ready:
                    return
                if reading in ready:
                    os.read(reading, 512)
        except (IOError, OSError, select.error, ValueError):
            pass  # the browser has gone
        finally:
            self._streams.discard(writing)
            os.close(reading)
            os.close(writing)


PAGES = Pages()


def answer(path, name):
    """(content type, body) of what is no stream."""
    if path == SCRIPT_PATH:
        return "text/javascript", SCRIPT.encode("ascii")
    return "text/event-stream", ("retry: %d\n" % LATER).encode("ascii") + PAGES.event(name)


def head(kind, length=None):
    """The head of an answer."""
    sized = "" if length is None else "Content-Length: %d\r\n" % length
    return ("HTTP/1.0 200 OK\r\nContent-Type: %s\r\nCache-Control: no-store\r\n"
            "%sConnection: close\r\n\r\n" % (kind, sized)).encode("ascii")


def converse(handler, path, name):
    """Answers through wsgiref's handler. A server with a thread for each connection
    can hold streams."""
    request = getattr(handler, "request_handler", None)

    def write(data):
        """At once."""
        handler.stdout.write(data)
        handler.stdout.flush()
    if path == STREAM_PATH and hasattr(getattr(request, "server", None), "daemon_threads"):
        write(head("text/event-stream"))
        PAGES.hold(request.connection, write, name)
        return
    kind, body = answer(path, name)
    write(head(kind, len(body)) + body)
