//! A tiny image of the host's static busybox: no registry is needed.

use std::{path::Path, process::Command};

const APPLETS: [&str; 17] = [
    "sh", "echo", "printf", "sleep", "cat", "id", "whoami", "stat", "mkdir", "chmod", "chown", "true", "false", "head",
    "ls", "kill", "env",
];

/// The root file system as a tar archive.
pub fn busybox_root() -> Vec<u8> {
    let program = std::fs::read(busybox()).expect("the static busybox can be read");
    let mut archive = tar::Builder::new(Vec::new());
    for folder in ["bin", "etc", "tmp", "root", "proc", "sys", "dev"] {
        let mode = if folder == "tmp" { 0o1777 } else { 0o755 };
        let mut header = header(tar::EntryType::Directory, mode, 0);
        archive.append_data(&mut header, folder, std::io::empty()).unwrap();
    }
    let mut file = |path: &str, mode, content: &[u8]| {
        let mut header = header(tar::EntryType::Regular, mode, content.len());
        archive.append_data(&mut header, path, content).unwrap();
    };
    file("bin/busybox", 0o755, &program);
    file("etc/passwd", 0o644, b"root:x:0:0:root:/root:/bin/sh\n");
    file("etc/group", 0o644, b"root:x:0:\n");
    for applet in APPLETS {
        let mut header = header(tar::EntryType::Symlink, 0o777, 0);
        archive.append_link(&mut header, format!("bin/{applet}"), "busybox").unwrap();
    }
    archive.into_inner().unwrap()
}

fn header(kind: tar::EntryType, mode: u32, size: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size as u64);
    header
}

/// The host's static busybox; installed where it is missing and that is possible.
fn busybox() -> &'static Path {
    let path = Path::new("/bin/busybox");
    if !path.exists() {
        let install = "apt-get install -y busybox-static || (apt-get update && apt-get install -y busybox-static)";
        let done = Command::new("sh").args(["-c", install]).output().expect("sh runs");
        assert!(
            path.exists(),
            "these tests need a static busybox: `apt-get install busybox-static` failed: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    path
}
