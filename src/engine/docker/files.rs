//! Files in containers: uploads, downloads, and what a new container is furnished with.

use std::{io::Read as _, path::Path as FilePath};

use crate::{
    core::container::{ContainerSpec, FileUpload, PasswdEntry},
    engine::{
        docker::{
            DockerEngine,
            errors::Failure,
            http::{Ask, Call},
            query::Path,
            users::Users,
        },
        error::ErrorKind,
        port::Result,
    },
};

/// The most that a download holds.
const LARGEST_DOWNLOAD: usize = 16 << 20;
/// What the archive around it may add.
const ARCHIVE_OVERHEAD: usize = 8 << 20;

impl DockerEngine {
    /// Gives a new container its files and its user; `users` are its image's, where they
    /// are known already.
    pub(super) async fn furnish(&self, id: &str, spec: &ContainerSpec, users: Option<Users>) -> Result<()> {
        let mut files = spec.files.clone();
        if let Some(entry) = &spec.passwd {
            let users = match users {
                Some(users) => users,
                None => self.users(id, spec).await?,
            };
            files.extend(user_files(users, entry, spec));
        }
        self.upload_files(id, &files).await
    }

    pub(super) async fn text_file(&self, id: &str, path: &str) -> Result<String> {
        match self.download_files(id, path).await {
            Ok(files) => {
                let content = files.into_iter().next().map(|(_, content)| content).unwrap_or_default();
                Ok(String::from_utf8_lossy(&content).into_owned())
            }
            Err(error) if error.kind == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn upload_files(&self, id: &str, files: &[FileUpload]) -> Result<()> {
        if files.is_empty() {
            return Ok(());
        }
        let call = Call::new("upload files to", id);
        let archive = packed(files).map_err(|error| call.error(error))?;
        let path = Path::of("containers", id).part("archive").with("path", "/");
        self.http.done(call, Ask::put(path.with("noOverwriteDirNonDir", "1")).tar(archive)).await
    }

    pub(super) async fn download_files(&self, id: &str, path: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let call = Call::new("download files of", id);
        let ask = Ask::get(Path::of("containers", id).part("archive").with("path", path));
        let archive = self.http.bytes(call, ask, LARGEST_DOWNLOAD + ARCHIVE_OVERHEAD).await?;
        unpacked(&archive).map_err(|failure| call.error(failure))
    }
}

/// `/etc/passwd` and `/etc/group` with the user in them, and the home folder. A home
/// inside of a mount is left alone: its owner is not ours to change.
fn user_files(Users { passwd, group }: Users, entry: &PasswdEntry, spec: &ContainerSpec) -> Vec<FileUpload> {
    let mut files = vec![system_file("/etc/passwd", entry.merged_into(&passwd))];
    if !has_group(&group, entry.gid) {
        files.push(system_file("/etc/group", with_group(&group, entry)));
    }
    let home = entry.home.trim_end_matches('/');
    if !home.is_empty() && !spec.mounts.iter().any(|mount| FilePath::new(home).starts_with(&mount.target)) {
        files.push(FileUpload {
            path: format!("{home}/"),
            mode: 0o755,
            uid: entry.uid.into(),
            gid: entry.gid.into(),
            content: Vec::new(),
        });
    }
    files
}

fn relative(path: &str) -> &str {
    path.trim_matches('/')
}

fn system_file(path: &str, content: String) -> FileUpload {
    FileUpload { path: path.to_owned(), mode: 0o644, uid: 0, gid: 0, content: content.into_bytes() }
}

fn has_group(group: &str, gid: u32) -> bool {
    group.lines().any(|line| line.split(':').nth(2) == Some(gid.to_string().as_str()))
}

fn with_group(group: &str, entry: &PasswdEntry) -> String {
    let newline = if group.is_empty() || group.ends_with('\n') { "" } else { "\n" };
    format!("{group}{newline}{}:x:{}:\n", entry.name, entry.gid)
}

/// One archive of all. Folders above the files are not in it: the engine makes those that
/// are missing (root's, 0755), and those that are there keep their owner and mode.
fn packed(files: &[FileUpload]) -> std::io::Result<Vec<u8>> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        append(&mut archive, file, now)?;
    }
    archive.into_inner()
}

fn append(archive: &mut tar::Builder<Vec<u8>>, file: &FileUpload, now: u64) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(file.mode);
    header.set_uid(file.uid);
    header.set_gid(file.gid);
    header.set_mtime(now);
    header.set_size(file.content.len() as u64);
    let folder = file.path.ends_with('/');
    header.set_entry_type(if folder { tar::EntryType::Directory } else { tar::EntryType::Regular });
    archive.append_data(&mut header, relative(&file.path), file.content.as_slice())
}

/// The regular files of an archive, by their path below its first folder; a file that was
/// asked for itself keeps its name.
fn unpacked(archive: &[u8]) -> std::result::Result<Vec<(String, Vec<u8>)>, Failure> {
    let (mut files, mut room) = (Vec::new(), LARGEST_DOWNLOAD as u64);
    let garbled = |error: std::io::Error| Failure::Protocol(format!("not an archive: {error}"));
    for entry in tar::Archive::new(archive).entries().map_err(garbled)? {
        let mut entry = entry.map_err(garbled)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        room = room.checked_sub(entry.size()).ok_or_else(|| Failure::Protocol("more than 16 MiB of files".into()))?;
        let name = below_first(&String::from_utf8_lossy(&entry.path_bytes()));
        let mut content = Vec::with_capacity(entry.size().min(LARGEST_DOWNLOAD as u64) as usize);
        entry.read_to_end(&mut content).map_err(garbled)?;
        files.push((name, content));
    }
    Ok(files)
}

fn below_first(path: &str) -> String {
    let path = path.trim_start_matches("./");
    path.split_once('/').map_or(path, |(_, below)| below).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_carry_owner_and_mode() {
        let file =
            FileUpload { path: "/a/b/c.txt".into(), mode: 0o640, uid: 1000, gid: 1001, content: b"hello".to_vec() };
        let folder = FileUpload { path: "/a/b/".into(), mode: 0o700, uid: 7, gid: 0, content: Vec::new() };
        let bytes = packed(&[folder, file]).unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let entries: Vec<_> = archive.entries().unwrap().map(|entry| entry.unwrap().header().clone()).collect();
        let seen = entries.iter().map(|it| (it.entry_type().is_dir(), it.mode().unwrap(), it.uid().unwrap()));
        assert_eq!(seen.collect::<Vec<_>>(), [(true, 0o700, 7), (false, 0o640, 1000)]);
        assert!(entries.iter().all(|it| it.mtime().unwrap() > 1_600_000_000));
        assert_eq!(unpacked(&bytes).unwrap(), [("b/c.txt".to_owned(), b"hello".to_vec())]);
    }

    #[test]
    fn garbage_is_no_archive() {
        assert!(unpacked(&[7; 1024]).is_err());
        assert!(unpacked(b"").unwrap().is_empty());
    }

    #[test]
    fn a_group_is_added_once() {
        let entry = PasswdEntry { name: "ada".into(), uid: 1000, gid: 1000, home: "/home/ada".into() };
        let text = with_group("root:x:0:", &entry);
        assert_eq!(text, "root:x:0:\nada:x:1000:\n");
        assert!(has_group(&text, 1000) && !has_group(&text, 100));
    }
}
