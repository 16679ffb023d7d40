//! Facts about this machine.

use std::{
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use crate::config;
use crate::core::{
    doctor::surroundings::{Disk, Socket, User, Watches},
    project::Project,
};
use crate::engine::{EngineError, endpoint::Endpoint};
use crate::runtime::{disk, state_folder};

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Who runs the program.
pub(super) fn user() -> User {
    let uid = rustix::process::geteuid().as_raw();
    let name = config::login_name(&read("/etc/passwd"), uid);
    let has_member = |members: &str| members.split(',').any(|member| member == name);
    let groups = groups().into_iter().filter(|group| has_member(&group.members)).map(|group| group.name).collect();
    User { uid, groups, name }
}

struct Group {
    name: String,
    gid: u32,
    members: String,
}

fn groups() -> Vec<Group> {
    let group = |line: &str| {
        let fields: Vec<&str> = line.split(':').collect();
        let (name, gid) = (fields.first()?.to_string(), fields.get(2)?.parse().ok()?);
        Some(Group { name, gid, members: fields.get(3).unwrap_or(&"").trim().to_owned() })
    };
    read("/etc/group").lines().filter_map(group).collect()
}

/// Whether Debian's package tools are here.
pub(super) fn has_apt() -> bool {
    Path::new("/usr/bin/apt-get").exists()
}

/// The endpoint's socket, where there is one.
pub(super) fn socket(endpoint: &Result<Endpoint, EngineError>) -> Option<Socket> {
    let Ok(Endpoint::Unix(path)) = endpoint else { return None };
    let metadata = path.metadata().ok()?;
    let gid = metadata.gid();
    let group = groups().into_iter().find(|group| group.gid == gid).map_or_else(|| gid.to_string(), |group| group.name);
    let both = rustix::fs::Access::READ_OK | rustix::fs::Access::WRITE_OK;
    let usable = rustix::fs::access(path, both).is_ok();
    Some(Socket { path: path.display().to_string(), group, mode: metadata.mode() & 0o7777, usable })
}

/// The folders that need space: the engine's data where they are on this machine, the
/// state folder, the project's folder.
pub(super) fn disks(project: Option<&Project>, data_root: Option<String>) -> Vec<Disk> {
    // An engine in a virtual machine names a folder that this machine does not have.
    let data = data_root.map(PathBuf::from).filter(|folder| folder.exists());
    let state = project.map_or_else(state_folder::all, state_folder::of);
    let root = project.map(|project| project.root.clone());
    let named = [("the engine's data", data), ("the state folder", Some(state)), ("the project's folder", root)];
    named.into_iter().filter_map(|(purpose, folder)| Some(disk(purpose, &folder?))).collect()
}

fn disk(purpose: &'static str, folder: &Path) -> Disk {
    Disk { purpose, path: folder.display().to_string(), free: disk::free(folder) }
}

/// The kernel's limits, and what this user has of them.
pub(super) fn watch_limits() -> Watches {
    let limit = |name: &str| read(&format!("/proc/sys/fs/inotify/{name}")).trim().parse().ok();
    Watches {
        watches: limit("max_user_watches"),
        instances: limit("max_user_instances"),
        instances_used: instances_used(),
        folders: None,
    }
}

/// The watchers of this user's processes.
fn instances_used() -> u64 {
    let uid = rustix::process::geteuid().as_raw();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbered = processes.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok());
    let own = numbered.filter(|entry| entry.metadata().is_ok_and(|metadata| metadata.uid() == uid));
    own.map(|entry| watchers_of(&entry.path())).sum()
}

fn watchers_of(process: &Path) -> u64 {
    let descriptors = std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    let targets = descriptors.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    targets.filter(|target| target.as_os_str() == "anon_inode:inotify").count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_made_yet_has_the_space_of_its_parent() {
        let parent = tempfile::tempdir().unwrap();
        assert!(disk("x", &parent.path().join("a/b")).free.is_some_and(|free| free > 0));
    }

    #[test]
    fn a_missing_socket_is_none() {
        assert_eq!(socket(&Ok(Endpoint::Unix("/nonexistent.sock".into()))), None);
        assert_eq!(socket(&Ok(Endpoint::Tcp("h:1".into()))), None);
    }
}
