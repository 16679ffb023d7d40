//! Which settings module is for development.

use regex::Regex;

use crate::config::{
    guess,
    init::ground::{Ground, Guess, line_of},
};

/// Modules that are meant for a developer's machine.
const FOR_DEVELOPMENT: &[&str] = &["development", "dev", "local"];
/// Modules that are not.
const FOR_OTHERS: &[&str] = &["production", "prod", "base", "common", "staging", "live"];

/// The settings.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The module; `None` where nothing names one.
    pub(super) module: Option<Guess>,
    /// What else should be known about it.
    pub(super) notes: Vec<String>,
}

pub(super) fn look(ground: &Ground<'_>) -> Settings {
    let Some(named) = named(ground).or_else(|| found(ground)) else { return Settings::default() };
    let module = better(ground, &named).unwrap_or(named);
    let notes = switch(ground, &module.value).into_iter().chain(others(ground, &module.value)).collect();
    Settings { module: Some(module), notes }
}

/// What `manage.py`, or else `wsgi.py` or `asgi.py`, falls back to.
fn named(ground: &Ground<'_>) -> Option<Guess> {
    let servers = ground
        .folders(ground.manage)
        .into_iter()
        .flat_map(|folder| ["wsgi.py", "asgi.py"].map(|file| ground.below_manage(&format!("{folder}/{file}"))));
    std::iter::once(ground.below_manage("manage.py")).chain(servers).find_map(|path| {
        let text = ground.text(&path)?;
        let (module, span) = guess::settings_of(&text)?;
        Some(Guess::new(module, format!("{path}:{}", line_of(&text, span.start))))
    })
}

/// The first folder with settings in it; where there are more, all are named.
fn found(ground: &Ground<'_>) -> Option<Guess> {
    let all = candidates(ground);
    let file = file(ground, all.first()?)?;
    let from = match all.as_slice() {
        [_] => format!("{file}, for manage.py names none"),
        _ => format!("{file}, the first of {}, for manage.py names none of them", all.join(" and ")),
    };
    Some(Guess::new(all[0].clone(), from))
}

/// The settings modules in the folders beside `manage.py`.
pub(super) fn candidates(ground: &Ground<'_>) -> Vec<String> {
    let modules = ground.folders(ground.manage).into_iter().map(|folder| format!("{folder}.settings"));
    modules.filter(|module| file(ground, module).is_some()).collect()
}

/// The file of a module.
pub(super) fn file(ground: &Ground<'_>, module: &str) -> Option<String> {
    let path = ground.below_manage(&module.replace('.', "/"));
    [format!("{path}.py"), format!("{path}/__init__.py")].into_iter().find(|path| ground.is_file(path))
}

/// Files with their text: the module's, and those beside it that it takes everything from,
/// and that these do.
pub(super) fn texts(ground: &Ground<'_>, module: &str) -> Vec<(String, String)> {
    let Some(file) = file(ground, module) else { return Vec::new() };
    let folder = file.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
    let Ok(beside) = Regex::new(r"(?m)^from\s+(?:\.|[\w.]*\.)(\w+)\s+import\s+\*") else { return Vec::new() };
    let mut paths = vec![file];
    let mut texts = Vec::new();
    // Each file once: modules may take from each other.
    while let Some(path) = paths.get(texts.len()).cloned() {
        let text = ground.text(&path).unwrap_or_default();
        let siblings = beside.captures_iter(&text).map(|found| format!("{folder}{}.py", &found[1]));
        let fresh: Vec<String> = siblings.filter(|path| ground.is_file(path) && !paths.contains(path)).collect();
        paths.extend(fresh);
        texts.push((path, text));
    }
    texts
}

/// The module for development, where the named one is not.
fn better(ground: &Ground<'_>, named: &Guess) -> Option<Guess> {
    let module = &named.value;
    let (parent, last) = module.rsplit_once('.').unwrap_or(("", module));
    let file = file(ground, module);
    let package = file.as_ref().filter(|file| file.ends_with("/__init__.py"));
    let parent = match package {
        // A package that says something itself chooses its module itself.
        Some(init) if !is_empty(&ground.text(init)?) => return None,
        Some(_) => module.as_str(),
        None if file.is_none() || FOR_OTHERS.contains(&last) => parent,
        None => return None,
    };
    let mut candidates = FOR_DEVELOPMENT.iter().map(|name| format!("{parent}.{name}"));
    let better = candidates.find(|candidate| self::file(ground, candidate).is_some())?;
    let path = self::file(ground, &better)?;
    Some(Guess::new(better, format!("{path}; {} names {module}", named.from)))
}

/// Whether a module has no code.
fn is_empty(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// The variable that a settings package chooses by.
fn switch(ground: &Ground<'_>, module: &str) -> Option<String> {
    let file = file(ground, module).filter(|file| file.ends_with("/__init__.py"))?;
    let text = ground.text(&file)?;
    let read = Regex::new(r#"environ(?:\.get)?\s*[\[(]\s*['"](\w+)['"]|getenv\(\s*['"](\w+)['"]"#).ok()?;
    let found = read.captures(&text)?;
    let name = found.get(1).or(found.get(2))?;
    let line = line_of(&text, name.start());
    Some(format!("{file}:{line} chooses by {}: [services.web] env or env_file can set it", name.as_str()))
}

/// The modules beside it.
fn others(ground: &Ground<'_>, module: &str) -> Option<String> {
    let (parent, last) = module.rsplit_once('.')?;
    let folder = if file(ground, module)?.ends_with("/__init__.py") { module } else { parent };
    // A file `settings.py` has views and URLs beside it, not other settings.
    let is_settings = folder.rsplit('.').next().is_some_and(|name| name == "settings" || name == "config");
    let names = ground.names(&ground.below_manage(&folder.replace('.', "/")));
    let modules = names.iter().filter_map(|name| name.strip_suffix(".py"));
    let others: Vec<&str> = modules.filter(|name| *name != last && !name.starts_with("__")).collect();
    (is_settings && folder != "config" && !others.is_empty()).then(|| format!("beside it: {}", others.join(", ")))
}
