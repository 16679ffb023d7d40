"""serve.py PORT [MODULE:CALLABLE]: the project's WSGI application under waitress,
its static files by WhiteNoise. Run with the project's Python and environment.
"""
from __future__ import print_function

import os
import sys
import time
from importlib import import_module

try:
    from urllib.parse import quote
except ImportError:  # Python 2
    from urllib import quote


def attribute(path):
    """What `package.module.name` or `package.module:name` means."""
    module, name = path.split(":", 1) if ":" in path else path.rsplit(".", 1)
    return getattr(import_module(module), name)


def application(path):
    """The project's own WSGI application, or Django's plain one."""
    from django.conf import settings
    path = path or getattr(settings, "WSGI_APPLICATION", None)
    if path:
        return attribute(path)
    from django.core.wsgi import get_wsgi_application
    return get_wsgi_application()


def static_prefix(url):
    """The path of STATIC_URL, which may be a whole address."""
    if "://" in url or url.startswith("//"):
        url = "/" + url.split("//", 1)[1].partition("/")[2]
    return url.strip("/")


def finds_sources():
    """Whether static files are served from where they are written, as runserver does: so
    that a saved one is seen. With DEBUG, as WhiteNoise's own middleware has it."""
    from django.conf import settings
    return bool(settings.DEBUG) and "django.contrib.staticfiles" in settings.INSTALLED_APPS


def with_finders(whitenoise, find, prefix):
    """The WhiteNoise that asks `find` for a file before it looks where they are collected."""
    class Sources(whitenoise):
        """WhiteNoise over Django's finders."""

        def candidate_paths_for_url(self, url):
            """The source first."""
            path = find(url[len(prefix):]) if url.startswith(prefix) else None
            if path:
                yield path
            for path in whitenoise.candidate_paths_for_url(self, url):
                yield path
    return Sources


def with_static_files(app):
    """`app` behind WhiteNoise, which looks at the files anew for each request:
    collectstatic may run at any time."""
    from django.conf import settings
    root = getattr(settings, "STATIC_ROOT", None)
    if not root:
        return app
    try:
        from whitenoise import WhiteNoise
    except ImportError:
        print("biostar-tui: static files are not served: add whitenoise to the environment's `packages`")
        return app
    if not os.path.isdir(root):
        os.makedirs(root)
    keywords = {"root": root, "prefix": static_prefix(settings.STATIC_URL or "/static/")}
    if finds_sources():
        from django.contrib.staticfiles import finders
        WhiteNoise = with_finders(WhiteNoise, finders.find, "/%s/" % keywords["prefix"])
    try:
        return WhiteNoise(app, autorefresh=True, **keywords)
    except TypeError:  # WhiteNoise 1, the last for Python 2, cannot look anew
        return WhiteNoise(app, **keywords)


def request_line(environ, status, headers, seconds):
    """A request as Django's own server logs it, and how long its answer took to begin."""
    path = environ.get("PATH_INFO", "")
    # A WSGI text has one character for each byte; what is decoded in it must not end the line.
    path = quote(path.encode("latin-1") if sys.version_info[0] > 2 else path)
    query = environ.get("QUERY_STRING", "").replace('"', "%22")
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    return '[%s] "%s %s %s" %s %s %.1f ms' % (
        time.strftime("%d/%b/%Y %H:%M:%S"), environ.get("REQUEST_METHOD", "-"), path + ("?" + query if query else ""),
        environ.get("SERVER_PROTOCOL", "HTTP/1.1"), status.split(" ")[0], lengths[0] if lengths else "-", seconds * 1000)


def logged(app):
    """`app` with a line for each request: waitress itself writes none."""
    def call(environ, start_response):
        begun = time.time()

        def start(status, headers, *error):
            print(request_line(environ, status, headers, time.time() - begun))
            sys.stdout.flush()
            return start_response(status, headers, *error)
        return app(environ, start)
    return call


def main(argv):
    """Serves until it is ended."""
    port = int(argv[0])
    try:
        from waitress import serve
    except ImportError:
        sys.exit("biostar-tui: `serve = \"waitress\"` needs waitress: add it to the environment's `packages`")
    app = with_static_files(application(argv[1] if len(argv) > 1 else None))
    # The supervisor runs us with its hooks; by hand we run without.
    hooks = sys.modules.get("biostar_tui_serving")
    app = logged(hooks.wrapped(app) if hooks else app)
    print("biostar-tui: waitress serves on port %d" % port)
    sys.stdout.flush()
    serve(app, host="0.0.0.0", port=port, threads=8)


if __name__ == "__main__":
    # Ours is not a place that the project imports from.
    sys.path[0] = os.getcwd()
    main(sys.argv[1:])
