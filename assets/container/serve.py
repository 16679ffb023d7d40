"""serve.py PORT [MODULE:CALLABLE]: the project's WSGI application under waitress,
its static files by WhiteNoise. Run with the project's Python and environment.
"""
from __future__ import print_function

import os
import sys
from importlib import import_module


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
    try:
        return WhiteNoise(app, autorefresh=True, **keywords)
    except TypeError:  # WhiteNoise 1, the last for Python 2, cannot look anew
        return WhiteNoise(app, **keywords)


def main(argv):
    """Serves until it is ended."""
    port = int(argv[0])
    try:
        from waitress import serve
    except ImportError:
        sys.exit("biostar-tui: `serve = \"waitress\"` needs waitress: add it to the environment's `packages`")
    app = with_static_files(application(argv[1] if len(argv) > 1 else None))
    print("biostar-tui: waitress serves on port %d" % port)
    sys.stdout.flush()
    serve(app, host="0.0.0.0", port=port, threads=8)


if __name__ == "__main__":
    # Ours is not a place that the project imports from.
    sys.path[0] = os.getcwd()
    main(sys.argv[1:])
