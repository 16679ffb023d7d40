//! Reads the facts that specs and digests are made from.

use std::path::Path;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::core::{
    digest, facts::Facts, image::Context, notice::Notice, project::Project, pruned, spec::build, step::Step,
};
use crate::{
    config::requirements,
    runtime::{closed, context_archive, sources, watch},
};

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
    let closed = project.steps.iter().filter(|step| closed::outputs(project, step, rootless));
    facts.closed = closed.map(|step| step.name.clone()).collect();
    facts.branch = watch::branch(&project.root);
    for service in &project.services {
        let context = build::build(project, &facts, service).map(|build| build.context);
        let Some(Context::Folder { folder, .. }) = context else { continue };
        match context_archive::digest_of(&folder) {
            Ok(digest) => drop(facts.contexts.insert(service.name.clone(), digest)),
            // What is switched off need not be there, until it is switched on.
            Err(_) if !service.enabled => {}
            Err(notice) => return Err(notice),
        }
    }
    Ok(facts)
}

fn flattened(project: &Project) -> Result<(String, String), Notice> {
    if project.manage.is_none() {
        return Ok(Default::default());
    }
    let flat = sources::requirements(project);
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
        .filter_entry(|entry| entry.depth() == 0 || !pruned::is_pruned(entry.file_name()))
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
