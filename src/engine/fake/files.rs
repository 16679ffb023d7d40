//! Files in the fake's containers and volumes.

use crate::{
    core::container::{FileUpload, MountSource},
    engine::{
        error::{EngineError, ErrorKind},
        fake::{
            FakeEngine,
            state::{Files, Kept, State},
        },
        port::Result,
    },
};

impl FakeEngine {
    /// A program in a container writes a file (into a volume, where one is mounted).
    pub fn write_file(&self, id: &str, path: &str, content: impl Into<Vec<u8>>) -> Result<()> {
        let file = FileUpload { path: path.to_owned(), mode: 0o644, uid: 0, gid: 0, content: content.into() };
        self.change(|state| state.upload(id, &[file]))
    }

    /// A file of a container, as it was uploaded.
    pub fn file(&self, id: &str, path: &str) -> Option<FileUpload> {
        let state = self.state();
        let kept = state.find(id).ok()?;
        match volume_of(kept, path) {
            Some((volume, below)) => state.volumes.get(&volume)?.1.get(&below).cloned(),
            None => kept.files.get(path).cloned(),
        }
    }
}

/// The volume that a path of a container lies in, and its path there.
fn volume_of(kept: &Kept, path: &str) -> Option<(String, String)> {
    kept.spec.mounts.iter().find_map(|mount| {
        let below = path.strip_prefix(mount.target.trim_end_matches('/'))?;
        match &mount.source {
            MountSource::Volume(name) if below.is_empty() || below.starts_with('/') => {
                Some((name.clone(), below.to_owned()))
            }
            _ => None,
        }
    })
}

impl State {
    /// Gives a new container its files and its user.
    pub(super) fn furnish(&mut self, id: &str) -> Result<()> {
        let spec = self.find(id)?.spec.clone();
        let mut files = spec.files;
        if let Some(entry) = spec.passwd {
            let content = entry.merged_into("root:x:0:0:root:/root:/bin/sh\n").into_bytes();
            files.push(FileUpload { path: "/etc/passwd".to_owned(), mode: 0o644, uid: 0, gid: 0, content });
        }
        self.upload(id, &files)
    }

    pub(super) fn upload(&mut self, id: &str, files: &[FileUpload]) -> Result<()> {
        for file in files {
            match volume_of(self.find(id)?, &file.path) {
                Some((volume, below)) => {
                    if let Some((_, kept)) = self.volumes.get_mut(&volume) {
                        kept.insert(below, file.clone());
                    }
                }
                None => {
                    self.find_mut(id)?.files.insert(file.path.clone(), file.clone());
                }
            }
        }
        Ok(())
    }

    pub(super) fn download(&self, id: &str, path: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let kept = self.find(id)?;
        let found = match volume_of(kept, path) {
            Some((volume, below)) => {
                let files = self.volumes.get(&volume).map(|(_, files)| under(files, &below)).unwrap_or_default();
                // The volume's own folder is there, even while it is empty.
                if below.trim_matches('/').is_empty() { Some(files.unwrap_or_default()) } else { files }
            }
            None => under(&kept.files, path),
        };
        found.ok_or_else(|| {
            let text = format!("Could not find the file {path} in container {id}");
            EngineError::new(ErrorKind::NotFound, "download files of", id, text)
        })
    }
}

/// The files under a path; a file itself by its name; `None` where there is neither.
fn under(files: &Files, path: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let path = path.trim_end_matches('/');
    if let Some(file) = files.get(path) {
        let name = path.rsplit('/').next().unwrap_or(path);
        return Some(vec![(name.to_owned(), file.content.clone())]);
    }
    let folder = format!("{path}/");
    let mut below = files.iter().filter(|(name, _)| name.starts_with(&folder)).peekable();
    below.peek()?;
    let regular = below.filter(|(name, _)| !name.ends_with('/'));
    Some(regular.map(|(name, file)| (name[folder.len()..].to_owned(), file.content.clone())).collect())
}
