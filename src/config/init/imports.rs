//! Packages of a project that lists none anywhere: what its settings name.

use crate::config::init::{ground::Ground, needs::Listed, settings};

/// Module and package, for packages that settings name by another name.
const KNOWN: &[(&str, &str)] = &[
    ("spirit", "django-spirit"),
    ("rest_framework", "djangorestframework"),
    ("haystack", "django-haystack"),
    ("whoosh", "whoosh"),
    ("environ", "django-environ"),
    ("decouple", "python-decouple"),
    ("dotenv", "python-dotenv"),
    ("dj_database_url", "dj-database-url"),
    ("debug_toolbar", "django-debug-toolbar"),
    ("django_extensions", "django-extensions"),
    ("corsheaders", "django-cors-headers"),
    ("crispy_forms", "django-crispy-forms"),
    ("allauth", "django-allauth"),
    ("storages", "django-storages"),
    ("django_filters", "django-filter"),
    ("django_celery_beat", "django-celery-beat"),
    ("django_celery_results", "django-celery-results"),
    ("import_export", "django-import-export"),
    ("taggit", "django-taggit"),
    ("mptt", "django-mptt"),
    ("guardian", "django-guardian"),
    ("simple_history", "django-simple-history"),
    ("wagtail", "wagtail"),
    ("whitenoise", "whitenoise"),
    ("celery", "celery"),
    ("channels", "channels"),
    ("PIL", "pillow"),
];

/// Django, and what the settings name.
pub(super) fn look(ground: &Ground<'_>, module: Option<&str>) -> Listed {
    let texts: Vec<String> = module.map(|module| texts(ground, module)).unwrap_or_default();
    let names = |name: &str| texts.iter().any(|text| is_named(text, name));
    let mut listed = Listed { from: "the settings".to_owned(), ..Listed::default() };
    // A package that is a whole site says itself which Django it needs.
    if !names("spirit") && !names("wagtail") {
        listed.add("django");
    }
    KNOWN.iter().filter(|(name, _)| names(name)).for_each(|(_, package)| listed.add(*package));
    listed
}

/// The settings module and all that are beside it in a package.
fn texts(ground: &Ground<'_>, module: &str) -> Vec<String> {
    let Some(file) = settings::file(ground, module) else { return Vec::new() };
    let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let beside = ground.names(folder).into_iter().filter(|name| name.ends_with(".py"));
    let in_package = folder.ends_with("settings");
    let paths = beside.filter(|_| in_package).map(|name| format!("{folder}/{name}"));
    std::iter::once(file.clone()).chain(paths).filter_map(|path| ground.text(&path)).collect()
}

/// Imported, or a string of its own (an app); comments do not count.
fn is_named(text: &str, name: &str) -> bool {
    let code = text.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    code.into_iter().any(|line| is_imported(line, name) || is_text(line, name))
}

fn is_imported(line: &str, name: &str) -> bool {
    let mut words = line.split([' ', '.', ',', '\t']).filter(|word| !word.is_empty());
    matches!(words.next(), Some("from" | "import")) && words.next() == Some(name)
}

/// `"name"` or `"name.apps.Config"`.
fn is_text(line: &str, name: &str) -> bool {
    line.split(['"', '\'']).skip(1).step_by(2).any(|text| text.split('.').next() == Some(name))
}
