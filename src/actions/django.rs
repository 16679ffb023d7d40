//! Django's own management commands, for completion.

/// Commands of Django and its contributed apps that end by themselves and need no terminal
/// (docs.djangoproject.com, "django-admin and manage.py").
pub const COMMANDS: &[&str] = &[
    "changepassword",
    "check",
    "clearsessions",
    "collectstatic",
    "compilemessages",
    "createcachetable",
    "createsuperuser",
    "diffsettings",
    "dumpdata",
    "findstatic",
    "flush",
    "inspectdb",
    "loaddata",
    "makemessages",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "remove_stale_contenttypes",
    "sendtestemail",
    "showmigrations",
    "sqlflush",
    "sqlmigrate",
    "sqlsequencereset",
    "squashmigrations",
    "startapp",
    "test",
];
