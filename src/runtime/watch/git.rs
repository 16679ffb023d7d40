//! Looks at git's folder.

use std::path::{Path, PathBuf};

use crate::watch::git::{Head, Look};

/// What is there while git's commands go on over several runs.
const SEQUENCES: [(&str, &str); 6] = [
    ("rebase-merge", "rebase"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
];

/// Git's folder of the tree, if it is one of git's. A worktree or submodule has a file that
/// names it (gitrepository-layout(5)).
pub(super) fn folder(root: &Path) -> Option<PathBuf> {
    let git = root.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists())?;
    if git.is_dir() {
        return Some(git);
    }
    let text = std::fs::read_to_string(&git).ok()?;
    let named = git.parent()?.join(text.strip_prefix("gitdir:")?.trim());
    named.canonicalize().ok().filter(|folder| folder.is_dir())
}

/// What git's folder looks like now.
pub(super) fn look(git: &Path) -> Look {
    Look {
        locked: ["index.lock", "HEAD.lock"].iter().any(|lock| git.join(lock).exists()),
        sequence: SEQUENCES.iter().find(|(file, _)| git.join(file).exists()).map(|(_, name)| *name),
        head: head(git),
    }
}

fn head(git: &Path) -> Option<Head> {
    let text = std::fs::read_to_string(git.join("HEAD")).ok()?;
    let Some(reference) = text.trim().strip_prefix("ref: ") else {
        return Some(Head { branch: None, commit: text.trim().to_owned() });
    };
    let branch = reference.strip_prefix("refs/heads/").unwrap_or(reference).to_owned();
    Some(Head { branch: Some(branch), commit: commit(git, reference) })
}

/// The commit of a reference: a file of its own, or a line among the packed ones; empty where
/// there is none yet.
fn commit(git: &Path, reference: &str) -> String {
    // A worktree keeps its branches with the main one.
    let common = std::fs::read_to_string(git.join("commondir")).map(|text| git.join(text.trim()));
    let common = common.unwrap_or_else(|_| git.to_owned());
    let loose = std::fs::read_to_string(common.join(reference)).map(|text| text.trim().to_owned());
    loose.unwrap_or_else(|_| {
        let packed = std::fs::read_to_string(common.join("packed-refs")).unwrap_or_default();
        let line = packed.lines().find_map(|line| line.strip_suffix(reference)?.strip_suffix(' '));
        line.unwrap_or_default().to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn git(folder: &Path, words: &[&str]) {
        let own = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"];
        let output = Command::new("git").arg("-C").arg(folder).args(own).args(words).output().expect("git runs");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    #[test]
    fn what_is_checked_out() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        git(path, &["init", "-q"]);
        let own = folder(path).unwrap();
        assert_eq!(look(&own).head, Some(Head { branch: Some("main".into()), commit: String::new() }));
        git(path, &["commit", "-q", "--allow-empty", "-m", "one"]);
        let first = look(&own).head.unwrap();
        assert_eq!((first.branch.as_deref(), first.commit.len()), (Some("main"), 40));
        git(path, &["pack-refs", "--all"]);
        assert_eq!(look(&own).head.as_ref(), Some(&first), "packed references count");
        git(path, &["checkout", "-q", "--detach"]);
        assert_eq!(look(&own).head, Some(Head { branch: None, commit: first.commit }));
    }

    #[test]
    fn worktrees_and_work() {
        let root = tempfile::tempdir().unwrap();
        let main = root.path().join("main");
        std::fs::create_dir(&main).unwrap();
        git(&main, &["init", "-q"]);
        git(&main, &["commit", "-q", "--allow-empty", "-m", "one"]);
        git(&main, &["worktree", "add", "-q", "../topic"]);
        let own = folder(&root.path().join("topic/deep/down")).expect("the folder above counts");
        let looked = look(&own);
        assert_eq!(looked.head.map(|head| (head.branch, head.commit.len())), Some((Some("topic".into()), 40)));
        assert_eq!((looked.locked, looked.sequence), (false, None));
        std::fs::write(own.join("index.lock"), "").unwrap();
        std::fs::create_dir(own.join("rebase-merge")).unwrap();
        let looked = look(&own);
        assert_eq!((looked.locked, looked.sequence), (true, Some("rebase")));
        assert_eq!(folder(Path::new("/proc")), None);
    }
}
