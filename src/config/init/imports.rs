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

/// Packages that are a whole site: which versions of these they need they say themselves.
const SITES: &[(&str, &[&str])] = &[
    ("spirit", &["django", "django-haystack", "whoosh", "pillow"]),
    ("wagtail", &["django", "django-taggit", "pillow"]),
];

/// Django, and what the settings name.
pub(super) fn look(ground: &Ground<'_>, module: Option<&str>) -> Listed {
    let texts: Vec<String> = module.map(|module| texts(ground, module)).unwrap_or_default();
    let names = |name: &str| texts.iter().any(|text| is_named(text, name));
    let brought: Vec<&str> = SITES.iter().filter(|(site, _)| names(site)).flat_map(|(_, all)| *all).copied().collect();
    let named = KNOWN.iter().filter(|(name, _)| names(name)).map(|(_, package)| *package);
    let mut listed = Listed { from: "the settings".to_owned(), ..Listed::default() };
    std::iter::once("django").chain(named).filter(|name| !brought.contains(name)).for_each(|name| listed.add(name));
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

/// `"name"` or `"name.apps.Config"`. A key or a subscript (a logger's name) is none.
fn is_text(line: &str, name: &str) -> bool {
    let pieces: Vec<&str> = line.split(['"', '\'']).collect();
    let texts = pieces.windows(3).step_by(2);
    texts.into_iter().any(|around| {
        let is_key = around[2].trim_start().starts_with(':') || is_subscripted(around[0]);
        !is_key && around[1].split('.').next() == Some(name)
    })
}

/// Whether a bracket at the end of this takes a part of something: `LOGGING[`, but not `APPS = [`.
fn is_subscripted(before: &str) -> bool {
    let thing = before.strip_suffix('[').and_then(|before| before.chars().last());
    thing.is_some_and(|last| last.is_alphanumeric() || matches!(last, '_' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_apps_but_not_of_loggers() {
        for line in ["\"celery\",", "APPS = ['x', 'celery.apps.Config']", "APPS += ['celery']", "import celery"] {
            assert!(is_named(line, "celery"), "{line}");
        }
        for line in ["# 'celery',", "'celery': {", "LOGGING['loggers']['celery']['level'] = 1", "'celeryx'", "'celery"]
        {
            assert!(!is_named(line, "celery"), "{line}");
        }
    }
}
