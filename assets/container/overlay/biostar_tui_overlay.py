"""What is laid over a project's settings, as a function of the two.

Laying it over twice is the same as once: the hook and biostar_tui_settings may
both see the same module.
"""
import json
import os

POSTGRESQL = "django.db.backends.postgresql"
# Its name before Django 1.9.
OLD_POSTGRESQL = "django.db.backends.postgresql_psycopg2"
POSTGIS = "django.contrib.gis.db.backends.postgis"
# Options of the connection itself, which is ours now: another server's service
# file or its demand for TLS would keep Django out.
CONNECTION_OPTIONS = ("service", "passfile", "host", "hostaddr", "port", "user", "dbname", "password",
                      "sslmode", "sslrootcert", "sslcert", "sslkey", "gssencmode", "channel_binding",
                      "target_session_attrs")
STATIC_ROOT = "/var/lib/biostar-tui/state/static"
PROJECT = "/project"


def is_postgresql(engine):
    """PostGIS, django-prometheus, psqlextra and tenants are PostgreSQL too."""
    return any(word in engine for word in ("postgres", "postgis", "psqlextra"))


def engine_for(engine, django):
    """The engine to use in place of `engine`; `django` is its version's tuple."""
    if is_postgresql(engine):
        return engine
    if ".gis." in engine:
        return POSTGIS
    return POSTGRESQL if django >= (1, 9) else OLD_POSTGRESQL


def connection(own, ours, password, django):
    """DATABASES["default"] with the connection keys replaced; the rest stays
    (ATOMIC_REQUESTS, CONN_MAX_AGE, TEST). Options speak to one engine only."""
    engine = own.get("ENGINE") or ""
    laid = dict(own, ENGINE=engine_for(engine, django))
    options = laid.pop("OPTIONS", None)
    if options and laid["ENGINE"] == engine:
        laid["OPTIONS"] = dict((key, value) for key, value in options.items()
                               if key not in CONNECTION_OPTIONS)
    for key in ("NAME", "USER", "HOST", "PORT"):
        laid[key] = str(ours.get(key, ""))
    # Without one the client library takes it from PGPASSFILE.
    laid["PASSWORD"] = password
    return laid


def search(own, ours):
    """HAYSTACK_CONNECTIONS with its default's keys replaced."""
    laid = dict(own or {})
    laid["default"] = dict(laid.get("default", {}), **ours)
    return laid


def moved_path(path, outputs, folder):
    """Where a path of the project's folder lies that is, or is in, one of the outputs."""
    full = os.path.normpath(path)
    for output in outputs:
        of_project = os.path.join(PROJECT, os.path.normpath(output))
        if full == of_project or full.startswith(of_project + "/"):
            return os.path.join(folder, os.path.relpath(full, PROJECT))
    return path


def moved(value, outputs, folder):
    """A setting with the paths in it moved; whatever has none stays the object it is.
    Its type is asked, not itself, which may be lazy and is not to be woken."""
    kind = type(value)
    if kind is dict:
        new = dict((key, moved(each, outputs, folder)) for key, each in value.items())
        return new if any(new[key] is not value[key] for key in value) else value
    if kind in (list, tuple):
        new = [moved(each, outputs, folder) for each in value]
        return kind(new) if any(a is not b for a, b in zip(new, value)) else value
    if issubclass(kind, (str, type(u""))):
        return moved_path(value, outputs, folder) if value.startswith(PROJECT + "/") else value
    if hasattr(kind, "__fspath__"):
        path = value.__fspath__()
        new = moved(path, outputs, folder)
        return value if new is path else kind(new)
    return value


def move(settings, outputs, folder):
    """What is made in the project's folder, which all environments share, is made in
    this environment's own instead; static files too. In place."""
    for key in [key for key in settings if key.isupper()]:
        settings[key] = moved(settings[key], outputs, folder)


def lay(settings, overlay, ours=None, password="", search_keys=None, serve="", django=(99,)):
    """Changes the namespace `settings` in place. Keys of the overlay replace
    whole settings; the connection comes last, so nothing leads away from it."""
    settings.update(overlay)
    if ours:
        databases = dict(settings.get("DATABASES") or {})
        databases["default"] = connection(databases.get("default") or {}, ours, password, django)
        settings["DATABASES"] = databases
    if search_keys:
        settings["HAYSTACK_CONNECTIONS"] = search(settings.get("HAYSTACK_CONNECTIONS"), search_keys)
    if serve == "waitress":
        # collectstatic and WhiteNoise need a place, and the project may be read-only.
        settings["STATIC_ROOT"] = settings.get("STATIC_ROOT") or STATIC_ROOT
        settings["STATIC_URL"] = settings.get("STATIC_URL") or "/static/"


def _object(name):
    """The JSON object in an environment variable; one that is broken is named."""
    text = os.environ.get(name, "")
    try:
        value = json.loads(text) if text else {}
    except ValueError as error:
        raise ValueError("%s is not JSON: %s" % (name, error))
    return _native(value) if isinstance(value, dict) else {}


def _list(name):
    """The JSON list of texts in an environment variable."""
    return _native(json.loads(os.environ.get(name) or "[]"))


def _native(value):
    """Python 2 settings are made of byte strings, and old Django insists on it."""
    if isinstance(value, dict):
        return dict((_native(key), _native(each)) for key, each in value.items())
    if isinstance(value, list):
        return [_native(each) for each in value]
    if str is bytes and isinstance(value, type(u"")):
        return value.encode("utf-8")
    return value


def _password():
    try:
        with open(os.environ.get("BIOSTAR_TUI_PASSWORD_FILE", "")) as stream:
            return stream.read().strip()
    except (IOError, OSError):
        return ""


def _django():
    try:
        import django
        return tuple(django.VERSION[:2])
    except ImportError:
        return (99,)


def lay_over(settings):
    """`lay`, with everything from the environment."""
    lay(settings, _object("BIOSTAR_TUI_OVERLAY"), _object("BIOSTAR_TUI_DATABASE"), _password(),
        _object("BIOSTAR_TUI_SEARCH"), os.environ.get("BIOSTAR_TUI_SERVE", ""), _django())
    folder = os.environ.get("BIOSTAR_TUI_OUTPUTS")
    if folder:
        move(settings, _list("BIOSTAR_TUI_OUTPUT_PATHS"), folder)
        if os.environ.get("BIOSTAR_TUI_SERVE") == "waitress":
            settings["STATIC_ROOT"] = STATIC_ROOT
    if os.environ.get("BIOSTAR_TUI_LIVE_RELOAD"):
        import biostar_tui_live
        biostar_tui_live.lay(settings, _django())
