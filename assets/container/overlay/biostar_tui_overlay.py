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
    if os.environ.get("BIOSTAR_TUI_LIVE_RELOAD"):
        import biostar_tui_live
        biostar_tui_live.lay(settings, _django())
