//! `init` on the command line.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::{fs, path::Path, process::Command};

fn init(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_biostar-tui"));
    let output = command.arg("init").args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n";
    fs::write(folder.path().join("manage.py"), manage).unwrap();
    fs::write(folder.path().join("requirements.txt"), "Django\n").unwrap();
    folder
}

#[test]
fn it_writes_a_file_once_and_says_what_is_next() {
    let folder = project();
    let path = folder.path().join("biostar-tui.toml");
    let (code, out, errors) = init(folder.path(), &[]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(
        out.contains("settings = \"site.settings\"  (from manage.py:1)") && out.ends_with("biostar-tui up\n"),
        "{out}"
    );
    fs::write(&path, "# mine\n").unwrap();
    let (code, _, errors) = init(folder.path(), &["--yes"]);
    assert_eq!(code, Some(4));
    assert!(errors.contains("is there already") && errors.contains("--force"), "{errors}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n");
    let (code, out, _) = init(folder.path(), &["--force", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["next"]), (Some(0), &"biostar-tui up".into()));
    assert!(fs::read_to_string(&path).unwrap().contains("[environments.development]"));
}

#[test]
fn without_manage_py_it_names_what_was_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, errors) = init(folder.path(), &[]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("manage.py") && errors.contains("looked for"), "{errors}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(init(folder.path(), &["--profile", "none"]).0, Some(0));
    assert_eq!(init(folder.path(), &["--profile", "djnago"]).0, Some(2));
}
