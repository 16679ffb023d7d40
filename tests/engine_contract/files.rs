//! Files in containers.

use biostar_tui::core::container::PasswdEntry;
use biostar_tui::engine::ErrorKind;
use biostar_tui::engine::fake::Program;
use biostar_tui::engine::port::{LogRequest, LogStream};

use crate::{command, kind, support::bench::Bench, text_file, texts};

async fn files_are_there_at_the_start(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0).line(LogStream::Stdout, "1000 1001 640 hello 755 0"));
    if bench.fake.is_none() {
        let show = "echo $(stat -c '%u %g %a' /run/own/deep/file.txt) $(cat /run/own/deep/file.txt) $(stat -c '%a %u' /run/own)";
        spec.command = Some(command(&["sh", "-c", show]));
    }
    spec.files = vec![text_file("/run/own/deep/file.txt", "hello"), text_file("/run/own/other", "")];
    let (id, _) = bench.ran(&spec).await;
    assert_eq!(texts(&bench.lines(&id, LogRequest::default(), 1).await), ["1000 1001 640 hello 755 0"]);
    let mut files = bench.engine.download(&id, "/run/own").await.unwrap();
    files.sort();
    assert_eq!(files, [("deep/file.txt".to_owned(), b"hello".to_vec()), ("other".to_owned(), Vec::new())]);
    let one = bench.engine.download(&id, "/run/own/deep/file.txt").await.unwrap();
    assert_eq!(one, [("file.txt".to_owned(), b"hello".to_vec())]);
    assert_eq!(kind(bench.engine.download(&id, "/run/nothing").await), ErrorKind::NotFound);
}

async fn uploads_reach_what_runs(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.upload(&id, &[text_file("/tmp/new/it", "one")]).await.unwrap();
    bench.engine.upload(&id, &[text_file("/tmp/new/it", "two")]).await.unwrap();
    let files = bench.engine.download(&id, "/tmp/new").await.unwrap();
    assert_eq!(files, [("it".to_owned(), b"two".to_vec())]);
    // A folder that was there keeps its mode; a new one is root's.
    bench.on_exec(&bench.name("a"), 0, "1777 0\n755 0\n", "");
    let stat = command(&["stat", "-c", "%a %u", "/tmp", "/tmp/new"]);
    let output = bench.engine.exec(&id, None, &stat).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1777 0\n755 0\n");
}

async fn a_user_gets_a_passwd_entry(bench: &Bench) {
    let mut spec = bench.spec("a", Program::task(0).line(LogStream::Stdout, "ada 1000 755 /home/ada"));
    if bench.fake.is_none() {
        spec.command = Some(command(&["sh", "-c", "echo $(whoami) $(stat -c '%u %a' /home/ada) ~"]));
    }
    spec.user = Some("1000:1000".into());
    spec.passwd = Some(PasswdEntry { name: "ada".into(), uid: 1000, gid: 1000, home: "/home/ada".into() });
    let (id, _) = bench.ran(&spec).await;
    assert_eq!(texts(&bench.lines(&id, LogRequest::default(), 1).await), ["ada 1000 755 /home/ada"]);
    let passwd = bench.engine.download(&id, "/etc/passwd").await.unwrap().remove(0).1;
    let passwd = String::from_utf8(passwd).unwrap();
    assert!(passwd.starts_with("root:x:0:") && passwd.contains("ada:x:1000:1000::/home/ada:"), "{passwd}");
}

contract!(files_are_there_at_the_start, uploads_reach_what_runs, a_user_gets_a_passwd_entry,);
