//! Create specs of consoles: a container like a service's, with another program in it.

use std::path::Path;

use crate::core::{
    console::Console,
    container::{ContainerSpec, FileUpload, Mount},
    facts::Facts,
    naming::{self, Role},
    project::Project,
    service::Service,
    spec::{self, TOOLS_DIR, environment, files, service},
};

/// Where a console's PID 1 keeps what clients ask for.
pub const FOLDER: &str = "/run/biostar-tui/console/";
/// What PID 1 is: a file with one word, [`HOLDER`] or `plain`.
pub const KIND_FILE: &str = "/run/biostar-tui/console/kind";
/// The holder's word.
pub const HOLDER: &str = "holder";
/// How many clients the holder has: a file with a number.
pub const CLIENTS_FILE: &str = "/run/biostar-tui/console/clients";

/// What bash does before each prompt: it tells the folder that it is in (OSC 7).
const TELL_FOLDER: &str = r#"printf '\033]7;file://%s%s\033\\' "$HOSTNAME" "$PWD""#;

/// What PID 1 is made of.
const TOOLS: [&str; 5] = ["console.sh", "console.py", "inner.py", "ring.py", "processes.py"];

/// The create spec of a console's container: the service's image, environment, mounts and
/// user, but neither its ports nor its health check. It begins in this folder, where that is one
/// that it shares with others.
pub fn spec(project: &Project, facts: &Facts, console: &Console, of: &Service, folder: Option<&str>) -> ContainerSpec {
    let like = service::spec(project, facts, of);
    let mut labels = service::labels(project, Role::Console, &console.name);
    labels.insert(naming::LABEL_SERVICE.to_owned(), of.name.clone());
    let mut env = environment::terminal();
    env.insert("PROMPT_COMMAND".to_owned(), TELL_FOLDER.to_owned());
    env.extend(like.env.clone());
    let mut command = vec!["sh".to_owned(), format!("{TOOLS_DIR}/console.sh")];
    command.extend(console.run.iter().cloned());
    if service::runs_project_code(project, of) {
        command = spec::sourced(project, command);
    }
    ContainerSpec {
        name: project.container_name(Role::Console, &console.name),
        entrypoint: Some(Vec::new()),
        command: Some(command),
        env,
        labels,
        tty: true,
        network: service::network(project, Vec::new()),
        ports: Vec::new(),
        health: None,
        stop_signal: None,
        stop_timeout: 2,
        working_dir: folder.and_then(|folder| shared(&like, folder)).or_else(|| like.working_dir.clone()),
        files: uploads(&like),
        ..like
    }
}

/// The path of a folder that lies in a mount, for only that is in the new container, too.
fn shared(like: &ContainerSpec, folder: &str) -> Option<String> {
    let is_in = |mount: &Mount| Path::new(folder).starts_with(&mount.target);
    like.mounts.iter().any(is_in).then(|| folder.to_owned())
}

fn uploads(like: &ContainerSpec) -> Vec<FileUpload> {
    let mut uploads = like.files.clone();
    for tool in TOOLS.into_iter().filter_map(files::tool) {
        if uploads.iter().all(|file| file.path != tool.path) {
            uploads.push(tool);
        }
    }
    // As whoever it runs: the image of a service may name a user that only it knows.
    uploads.push(FileUpload { path: FOLDER.to_owned(), mode: 0o1777, uid: 0, gid: 0, content: Vec::new() });
    uploads
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::status::tests::project;

    #[test]
    fn a_console_is_like_its_service_but_no_server() {
        let project = project();
        let (web, facts) = (project.service("web").unwrap(), Facts::default());
        let console = Console { run: vec!["psql".into()], ..Console::shell("web", true) };
        let (spec, like) = (super::spec(&project, &facts, &console, web, None), service::spec(&project, &facts, web));
        assert_eq!(spec.name, "p-development-console-bash");
        assert_eq!((&spec.image, &spec.mounts, &spec.user), (&like.image, &like.mounts, &like.user));
        assert_eq!(spec.command.unwrap(), ["sh", "/opt/biostar-tui/console.sh", "psql"]);
        assert!(spec.tty && spec.ports.is_empty() && spec.health.is_none());
        assert_eq!(spec.labels[naming::LABEL_SERVICE], "web");
        assert_eq!(spec.env["TERM"], "xterm-256color");
    }

    #[test]
    fn it_begins_in_a_folder_that_it_shares() {
        let project = project();
        let web = project.service("web").unwrap();
        let of =
            |folder| super::spec(&project, &Facts::default(), &Console::shell("web", true), web, folder).working_dir;
        assert_eq!(of(Some("/project/forum")).as_deref(), Some("/project/forum"));
        assert_eq!((of(Some("/usr/lib")), of(Some("/projects"))), (of(None), of(None)));
    }

    #[test]
    fn a_database_gets_the_holder_too() {
        let project = project();
        let db = project.service("db").unwrap();
        let spec = super::spec(&project, &Facts::default(), &Console::shell("db", false), db, None);
        for tool in TOOLS {
            assert!(spec.files.iter().any(|file| file.path == format!("{TOOLS_DIR}/{tool}")), "{tool}");
        }
    }
}
