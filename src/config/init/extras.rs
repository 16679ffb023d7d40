//! Services and steps that a project may want: written as comments where only its people
//! know.

use regex::Regex;

use crate::config::init::{
    ground::{Ground, Guess, line_of},
    needs::Needs,
    settings,
};

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
    /// The folder of its Whoosh index, where the settings name one in the project.
    pub(super) whoosh: Option<Guess>,
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
        whoosh: module.and_then(|module| whoosh(ground, module)),
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

/// `os.path.join(BASE_DIR, "index")` or `BASE_DIR / "index"` as the path of a Whoosh
/// index; the usual BASE_DIR is the folder of `manage.py`.
fn whoosh(ground: &Ground<'_>, module: &str) -> Option<Guess> {
    let joined = r#"os\.path\.join\(\s*BASE_DIR\s*,\s*['"]([\w.-]+)['"]\s*,?\s*\)"#;
    let divided = r#"BASE_DIR\s*/\s*['"]([\w.-]+)['"]"#;
    let path = Regex::new(&format!(r#"['"]PATH['"]\s*:\s*(?:str\()?(?:{joined}|{divided})"#)).ok()?;
    settings::texts(ground, module).into_iter().find_map(|(file, text)| {
        let found = path.captures(&text).filter(|_| text.contains("WhooshEngine"))?;
        let name = found.get(1).or(found.get(2))?;
        let place = format!("{file}:{}", line_of(&text, name.start()));
        Some(Guess::new(ground.below_manage(name.as_str()), place))
    })
}
