//! Services and steps that a project may want: written as comments, for only its people
//! know.

use crate::config::init::{ground::Ground, needs::Needs, settings};

/// How deep fixtures are looked for: `apps/forum/fixtures`.
const DEEPEST: usize = 3;
/// So many fit into a line.
const SHOWN: usize = 5;

/// Each with where it comes from.
#[derive(Debug, Default)]
pub(super) struct Extras {
    /// Celery: the app's package.
    pub(super) celery: Option<(String, String)>,
    /// A search engine's client.
    pub(super) engine: Option<(String, String)>,
    /// Haystack.
    pub(super) haystack: Option<(String, String)>,
    /// Names of fixtures.
    pub(super) fixtures: Option<(Vec<String>, String)>,
    /// A package that brings commands of its own for the first start.
    pub(super) spirit: Option<String>,
}

pub(super) fn look(ground: &Ground<'_>, needs: &Needs, module: Option<&str>) -> Extras {
    let spirit = needs.line("django-spirit").map(|(_, from)| from.clone());
    Extras {
        celery: needs.line("celery").map(|(_, from)| (celery_app(ground, module), from.clone())),
        engine: needs.first(&["elasticsearch", "django-elasticsearch-dsl", "elasticsearch-dsl", "opensearch-py"]),
        haystack: needs
            .first(&["django-haystack"])
            .or_else(|| spirit.clone().map(|from| ("haystack (by django-spirit)".to_owned(), from))),
        fixtures: fixtures(ground),
        spirit,
    }
}

/// The package with a `celery.py`; else that of the settings.
fn celery_app(ground: &Ground<'_>, module: Option<&str>) -> String {
    let holder = ground
        .folders(ground.manage)
        .into_iter()
        .find(|folder| ground.is_file(&ground.below_manage(&format!("{folder}/celery.py"))));
    let of_settings = || module.and_then(|module| module.split('.').next()).unwrap_or("mysite").to_owned();
    holder.unwrap_or_else(of_settings)
}

fn fixtures(ground: &Ground<'_>) -> Option<(Vec<String>, String)> {
    let mut level = vec![if ground.manage == "." { String::new() } else { format!("{}/", ground.manage) }];
    for _ in 0..DEEPEST {
        for folder in level.iter().map(|prefix| format!("{prefix}fixtures")) {
            let names: Vec<String> =
                ground.names(&folder).iter().filter_map(|name| fixture(name)).take(SHOWN).collect();
            if !names.is_empty() {
                return Some((names, folder));
            }
        }
        level = level.iter().flat_map(|prefix| inner(ground, prefix)).collect();
    }
    None
}

fn inner(ground: &Ground<'_>, prefix: &str) -> Vec<String> {
    let folder = if prefix.is_empty() { "." } else { prefix.trim_end_matches('/') };
    ground.folders(folder).into_iter().filter(|name| name != "tests").map(|name| format!("{prefix}{name}/")).collect()
}

/// The name that `loaddata` takes: without its endings.
fn fixture(name: &str) -> Option<String> {
    let plain = [".gz", ".bz2", ".xz", ".zip"].iter().fold(name, |name, ending| name.trim_end_matches(ending));
    [".json", ".yaml", ".yml", ".xml", ".jsonl"].iter().find_map(|ending| plain.strip_suffix(ending)).map(str::to_owned)
}

/// Whether the settings keep a Whoosh index, and so a folder of the project.
pub(super) fn has_whoosh(ground: &Ground<'_>, module: Option<&str>) -> bool {
    let file = module.and_then(|module| settings::file(ground, module));
    file.and_then(|file| ground.text(&file)).is_some_and(|text| text.contains("whoosh"))
}
