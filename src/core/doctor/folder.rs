//! The project's folder: whose it is, whether it can be written, and what it lies on.

use crate::core::doctor::{Finding, Surroundings, surroundings::Folder};

/// File systems that tell nothing of changes made at their other end.
const SILENT: &[&str] = &["nfs", "nfs4", "9p", "virtiofs", "cifs", "smb3", "smbfs", "vboxsf", "prl_fs", "afs", "ceph"];

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let Some(folder) = &surroundings.folder else {
        let why = surroundings.configuration.missing().unwrap_or("the project's folder cannot be read");
        return vec![Finding::skipped(why)];
    };
    let mount = mount_of(&folder.mounts, &folder.path);
    let wrong: Vec<Finding> =
        [owner(surroundings, folder, mount.as_ref()), mount.as_ref().and_then(|mount| silent(folder, mount))]
            .into_iter()
            .flatten()
            .collect();
    if wrong.is_empty() { vec![Finding::ok(summary(folder, mount.as_ref()))] } else { wrong }
}

fn summary(folder: &Folder, mount: Option<&Mount>) -> String {
    let on = mount.map(|mount| format!(", on {}", mount.kind)).unwrap_or_default();
    format!("{} belongs to {}:{}{on}", folder.path, folder.uid, folder.gid)
}

fn owner(surroundings: &Surroundings, folder: &Folder, mount: Option<&Mount>) -> Option<Finding> {
    let user = &surroundings.user;
    if mount.is_some_and(|mount| mount.read_only) {
        let finding = Finding::warning(format!("{} is on a file system that is read-only", folder.path));
        return Some(
            finding
                .because("steps that write into the project (an index, static files) fail")
                .remedy("mount it so that it can be written, or point such steps to another place by their settings"),
        );
    }
    let finding = Finding::warning(format!("{} may not write to {}", user.name, folder.path));
    let cause = format!("it belongs to {}:{}, and containers run as these", folder.uid, folder.gid);
    let remedy = format!("`sudo chown -R {} {}`, or work as its owner", user.name, folder.path);
    (!folder.writable).then(|| finding.because(cause).remedy(remedy))
}

fn silent(folder: &Folder, mount: &Mount) -> Option<Finding> {
    let kind = mount.kind.as_str();
    let shared = SILENT.contains(&kind) || kind.starts_with("fuse.");
    let finding = Finding::warning(format!("{} is on {kind} (mounted at {})", folder.path, mount.at))
        .because("changes made at its other end give no events: files are looked at again and again instead");
    let remedy = match kind {
        "9p" | "drvfs" => "keep the project inside the Linux file system (in WSL2: below /home, not below /mnt)",
        _ => "keep the project on a disk of this machine where saving feels slow",
    };
    shared.then(|| finding.remedy(remedy))
}

/// A mounted file system.
#[derive(Debug, PartialEq, Eq)]
struct Mount {
    at: String,
    kind: String,
    read_only: bool,
}

/// The mount that a path is on: the deepest, and of those the last one, which hides the others.
fn mount_of(table: &str, path: &str) -> Option<Mount> {
    let holds =
        |at: &str| at == "/" || path.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    table.lines().filter_map(mount).filter(|mount| holds(&mount.at)).max_by_key(|mount| mount.at.len())
}

/// A line of `/proc/self/mountinfo` (proc(5)): fields, ` - `, then type, source, options.
fn mount(line: &str) -> Option<Mount> {
    let (place, kind) = line.split_once(" - ")?;
    let fields: Vec<&str> = place.split(' ').collect();
    let mut of_kind = kind.split(' ');
    let kind = of_kind.next()?.to_owned();
    let read_only = |options: &str| options.split(',').any(|option| option == "ro");
    let read_only = read_only(fields.get(5)?) || of_kind.nth(1).is_some_and(read_only);
    Some(Mount { at: unescaped(fields.get(4)?), kind, read_only })
}

/// Blanks, tabs, line ends and backslashes are written in octal.
fn unescaped(path: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(path.to_owned(), |path, (code, character)| path.replace(code, character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    const ROOT: &str = "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";

    fn found(path: &str, mounts: &str, writable: bool) -> Finding {
        let folder = Folder { path: path.into(), mounts: format!("{ROOT}{mounts}"), writable, uid: 7, gid: 8 };
        look(&Surroundings { folder: Some(folder), ..Surroundings::sample() }).remove(0)
    }

    #[test]
    fn owner_and_permission() {
        assert_eq!(found("/srv/x", "", true).summary, "/srv/x belongs to 7:8, on ext4");
        let kept_out = found("/srv/x", "", false);
        assert_eq!(kept_out.verdict, Verdict::Warning);
        assert!(kept_out.cause.unwrap().contains("7:8"));
    }

    #[test]
    fn mounts_by_their_type() {
        let line = |at: &str, kind: &str, options: &str| format!("2 1 0:5 / {at} {options} - {kind} host:/x rw\n");
        for kind in ["nfs4", "9p", "virtiofs", "fuse.sshfs"] {
            assert!(found("/mnt/a b/x", &line("/mnt/a\\040b", kind, "rw"), true).summary.contains(kind), "{kind}");
        }
        assert_eq!(found("/mnt/ab", &line("/mnt/a", "nfs", "rw"), true).verdict, Verdict::Ok, "a part of a name");
        assert_eq!(found("/mnt/a", &line("/mnt/a", "overlay", "rw"), true).verdict, Verdict::Ok);
        assert!(found("/mnt/a", &line("/mnt/a", "ext4", "ro,relatime"), false).summary.ends_with("read-only"));
        assert_eq!(found("/a", "nonsense\n1 - \n - x\n", true).verdict, Verdict::Ok);
    }

    #[test]
    fn a_later_mount_hides_an_earlier_one() {
        let twice = "2 1 0:5 / /a rw - nfs h:/x rw\n3 1 0:6 / /a rw - ext4 /dev/b rw\n";
        assert_eq!(found("/a", twice, true).verdict, Verdict::Ok);
    }
}
