//! `demo`.

use std::{io::IsTerminal as _, path::PathBuf, time::Duration};

use clap::ArgMatches;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::actions::request::Request;
use crate::cli::{
    exit::{Failure, Outcome},
    flags::Flags,
    print,
    session::{self, Manner, Session},
    verbs::{dashboard, up},
};
use crate::core::{notice::Notice, overview};
use crate::runtime::{demo, host_setup};

/// Where the demo is written by default.
const FOLDER: &str = "biostar-tui-demo";

/// Writes the demo, brings it up, and opens the dashboard or ends when the site answers.
///
/// # Errors
/// What failed on the way.
pub async fn run(flags: &Flags, matches: &ArgMatches) -> Outcome {
    let folder = matches.get_one::<String>("folder").map_or_else(|| PathBuf::from(FOLDER), PathBuf::from);
    let fix = matches.get_flag("fix");
    let root = demo::write(&folder).map_err(|notice| Failure::Usage(vec![notice]))?;
    let flags = Flags { project: Some(root.clone()), ..flags.clone() };
    print::aside(&format!("the demo is in {}", root.display()));
    let loaded = session::load(&flags)?;
    let engine = session::engine(&loaded.project)?;
    let ensured = host_setup::ensure_engine(engine.as_ref(), fix, &|line| print::aside(&format!("… {line}"))).await;
    ensured.map_err(Failure::Unreachable)?;
    if let Some(name) = demo::find_name(engine.as_ref(), &loaded.project).await? {
        print::aside(&format!("another folder has a demo already: this one's name is {name}"));
    }
    let mut session = Session::open_for_objects(&flags).await?;
    let manner = Manner { verbose: flags.verbose, fix, raw: false };
    up::bring_up(&mut session, &Request::Up(Vec::new()), manner).await?;
    if matches.get_flag("no-dashboard") || flags.json || !std::io::stdout().is_terminal() {
        return print_address(&session, &flags).await;
    }
    dashboard::run(&flags).await
}

async fn print_address(session: &Session, flags: &Flags) -> Outcome {
    let observed = session.observe_objects().await?;
    let Some(url) = overview::url(&session.project, &observed) else {
        return Err(Notice::error("the demo is up but publishes no port").into());
    };
    await_site(&url).await?;
    if flags.json {
        print::json(&json!({ "url": url }))
    } else {
        print::aside(&format!("log in at {url}admin/ as admin, with the password admin"));
        print::line(&url)
    }
    Ok(())
}

/// Waits until the site answers 200: healthy means that it listens, this that it serves.
async fn await_site(url: &str) -> Result<(), Notice> {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let mut last = String::new();
    for _ in 0..100 {
        match status_line(address).await {
            Ok(line) if line.contains(" 200") => return Ok(()),
            Ok(line) => last = line,
            Err(error) => last = error.to_string(),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Notice::error(format!("the demo is up but {url} does not answer with 200"))
        .because(last)
        .remedy("`biostar-tui logs web` shows the server's log"))
}

async fn status_line(address: &str) -> std::io::Result<String> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    stream.write_all(format!("GET / HTTP/1.0\r\nHost: {address}\r\n\r\n").as_bytes()).await?;
    let mut head = vec![0; 64];
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut head)).await;
    let count = read.map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))??;
    let text = String::from_utf8_lossy(&head[..count]).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
