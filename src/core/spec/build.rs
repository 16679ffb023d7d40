//! The builds of images.

use std::collections::BTreeMap;

use crate::core::{
    assets, digest,
    facts::Facts,
    image::{Base, Build, Context},
    naming,
    project::Project,
    service::{ImageSource, Service},
};

/// The base image of a service's built-in image.
pub fn base(project: &Project, service: &Service) -> Base {
    match service.base.as_deref() {
        None | Some("") => project.base.clone(),
        Some(image) => Base { image: image.to_owned(), ..project.base.clone() },
    }
}

/// The reference of a service's image, whether it exists yet or not.
pub fn reference(project: &Project, facts: &Facts, service: &Service) -> String {
    match &service.image {
        ImageSource::Reference(reference) => reference.clone(),
        ImageSource::Service(other) => match project.service(other) {
            // Validation refuses a service that names itself or a chain of names.
            Some(other) if other.name != service.name => reference(project, facts, other),
            _ => String::new(),
        },
        ImageSource::Builtin(_) | ImageSource::Dockerfile(_) => {
            build(project, facts, service).map(|build| build.tag).unwrap_or_default()
        }
    }
}

/// The build of a service's image, where it is built at all.
pub fn build(project: &Project, facts: &Facts, service: &Service) -> Option<Build> {
    match &service.image {
        ImageSource::Builtin(name) => Some(builtin(project, service, name)),
        ImageSource::Dockerfile(path) => Some(dockerfile(project, facts, service, path)),
        ImageSource::Reference(_) | ImageSource::Service(_) => None,
    }
}

fn builtin(project: &Project, service: &Service, name: &str) -> Build {
    let mut args = BTreeMap::new();
    args.insert("BASE".to_owned(), base(project, service).image);
    if let Some(python) = &service.python {
        args.insert("PYTHON".to_owned(), python.clone());
    }
    if !service.system_packages.is_empty() {
        args.insert("SYSTEM_PACKAGES".to_owned(), service.system_packages.join(" "));
    }
    let files: Vec<_> = assets::image_context(name)
        .into_iter()
        .map(|(path, data)| (path.into_owned(), digest::of_bytes(&data)))
        .collect();
    let digest = digest::of(&(name, &args, files));
    // No labels: each is an instruction behind the bulk, which the classic builder takes
    // seconds to commit. The tag carries the digest.
    let labels = BTreeMap::new();
    let target = if name == "web" && service.system_packages.is_empty() { "web" } else { "" }.to_owned();
    let tag = Build::builtin_tag(name, &digest);
    Build { name: service.name.clone(), tag, digest, args, target, context: Context::Builtin(name.to_owned()), labels }
}

fn dockerfile(project: &Project, facts: &Facts, service: &Service, path: &str) -> Build {
    let content = facts.contexts.get(&service.name).cloned().unwrap_or_default();
    let digest = digest::of(&(path, content));
    let (folder, dockerfile) = match path.rsplit_once('/') {
        Some((folder, file)) => (project.root.join(folder), file.to_owned()),
        None => (project.root.clone(), path.to_owned()),
    };
    let mut labels = project.labels();
    labels.insert(naming::LABEL_BUILD.to_owned(), digest.clone());
    Build {
        name: service.name.clone(),
        tag: Build::project_tag(&project.slug, &project.environment.name, &service.name, &digest),
        digest,
        args: BTreeMap::new(),
        target: String::new(),
        context: Context::Folder { folder, dockerfile },
        labels,
    }
}
