//! Reads the facts that specs and digests are made from.

use std::path::Path;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::core::{digest, facts::Facts, image::Context, notice::Notice, project::Project, spec::build, step::Step};
use crate::{config::requirements, runtime::context_archive};

/// Folders that hold no inputs of a project's steps, however large they are.
const PRUNED: &[&str] =
    &[".git", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache", ".pytest_cache"];

/// Reads the facts of a project.
///
/// # Errors
/// A notice when a requirement file, an input or a build context cannot be read.
pub fn read(project: &Project, rootless: bool) -> Result<Facts, Notice> {
    let (requirements, constraints) = flattened(project)?;
    let mut facts = Facts { rootless, requirements, constraints, ..Facts::default() };
    for step in project.steps.iter().filter(|step| !step.inputs.is_empty()) {
        facts.inputs.insert(step.name.clone(), inputs(&project.root, step)?);
    }
    for service in project.wanted() {
        let context = build::build(project, &facts, service).map(|build| build.context);
        if let Some(Context::Folder { folder, .. }) = context {
            facts.contexts.insert(service.name.clone(), context_archive::digest_of(&folder)?);
        }
    }
    Ok(facts)
}

fn flattened(project: &Project) -> Result<(String, String), Notice> {
    if project.manage.is_none() {
        return Ok(Default::default());
    }
    let environment = &project.environment;
    let read = |path: &str| std::fs::read_to_string(project.root.join(path));
    let flat = requirements::flatten(&environment.requirements, &environment.packages, &environment.pins, &read);
    flat.map(|flat| (flat.text, flat.constraints)).map_err(|error| unreadable(&error))
}

fn unreadable(error: &requirements::RequirementsError) -> Notice {
    Notice::error(error.to_string())
        .remedy("mend that line, or name other files under [environments.NAME] requirements")
}

fn inputs(root: &Path, step: &Step) -> Result<String, Notice> {
    let globs = glob_set(step)?;
    let outputs: Vec<&str> = step.outputs.iter().map(|output| output.trim_end_matches('/')).collect();
    let mut found = Vec::new();
    let walk = ignore::WalkBuilder::new(root)
        .standard_filters(false)
        .filter_entry(|entry| !PRUNED.iter().any(|name| entry.file_name() == *name))
        .build();
    for entry in walk.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file())) {
        let Ok(relative) = entry.path().strip_prefix(root) else { continue };
        if globs.is_match(relative) && !outputs.iter().any(|output| relative.starts_with(output)) {
            // A file that vanished meanwhile or may not be read counts by its name alone.
            let content = std::fs::read(entry.path()).unwrap_or_default();
            found.push((relative.to_string_lossy().into_owned(), digest::of_bytes(&content)));
        }
    }
    found.sort();
    Ok(digest::of(&found))
}

fn glob_set(step: &Step) -> Result<GlobSet, Notice> {
    let mut builder = GlobSetBuilder::new();
    for pattern in &step.inputs {
        builder.add(Glob::new(pattern).map_err(|error| bad_glob(step, &error))?);
    }
    builder.build().map_err(|error| bad_glob(step, &error))
}

fn bad_glob(step: &Step, error: &globset::Error) -> Notice {
    Notice::error(format!("the inputs of step {} are no globs", step.name)).because(error.to_string())
}
