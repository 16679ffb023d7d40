//! Installs and starts an engine on this host where there is none and that was asked for.

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::process::{Child, Command};

use crate::core::notice::Notice;
use crate::engine::Engine;

/// How long a started engine may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where a daemon that systemd does not run writes to.
const LOG: &str = "/var/log/dockerd.log";

/// Makes sure that the engine answers.
///
/// # Errors
/// The engine's own notice where nothing may or can be done; a notice of what failed
/// otherwise.
pub async fn ensure_engine(engine: &dyn Engine, fix: bool, output: &impl Fn(&str)) -> Result<(), Notice> {
    let Err(error) = engine.connect().await else { return Ok(()) };
    if !fix || !error.is_connection() || !engine.endpoint().starts_with("unix://") {
        return Err(error.notice());
    }
    if !rustix::process::geteuid().is_root() {
        let remedy = "run it again as root (`sudo`), or install and start a Docker engine by hand";
        return Err(error.notice().remedy(remedy));
    }
    if !Path::new("/usr/sbin/dockerd").exists() && !Path::new("/usr/bin/dockerd").exists() {
        install(output).await?;
    }
    let daemon = start(output).await?;
    await_engine(engine, daemon).await
}

async fn install(output: &impl Fn(&str)) -> Result<(), Notice> {
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(Notice::error("an engine can be installed on Debian and Ubuntu only")
            .remedy("install a Docker engine the way your distribution describes"));
    }
    // iptables is only recommended by the package, but the bridge cannot be without it.
    for arguments in [
        &["update", "-q"][..],
        &["install", "-q", "-y", "--no-install-recommends", "docker.io", "iptables", "ca-certificates"][..],
    ] {
        output(&format!("apt-get {}", arguments.join(" ")));
        run("apt-get", arguments).await?;
    }
    Ok(())
}

/// By systemd where it runs; otherwise the daemon itself, in a session of its own, so that
/// it outlives this program and its terminal.
async fn start(output: &impl Fn(&str)) -> Result<Option<Child>, Notice> {
    if Path::new("/run/systemd/system").exists() {
        output("systemctl start docker");
        return run("systemctl", &["start", "docker"]).await.map(|()| None);
    }
    output("dockerd");
    let log = std::fs::File::create(LOG).map(Stdio::from).unwrap_or_else(|_| Stdio::null());
    let mut command = Command::new("setsid");
    command.arg("dockerd").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    // `adduser` and minimal systems leave the daemon's own folder out of the path.
    command.env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default()));
    command.spawn().map(Some).map_err(|error| not_started(&error.to_string()))
}

fn not_started(why: &str) -> Notice {
    Notice::error("dockerd could not be started")
        .because(why)
        .remedy(format!("mend what it names, or start it by hand; its log is {LOG}"))
}

pub(super) async fn run(program: &str, arguments: &[&str]) -> Result<(), Notice> {
    let failed = |why: String| {
        Notice::error(format!("{program} {} failed", arguments.join(" ")))
            .because(why)
            .remedy("run it by hand, mend what it names, then try again")
    };
    let mut command = Command::new(program);
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let result = command.output().await.map_err(|error| failed(error.to_string()))?;
    if result.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&result.stderr);
    let last: Vec<&str> = text.lines().rev().take(3).collect();
    Err(failed(last.into_iter().rev().collect::<Vec<_>>().join("\n")))
}

/// Until the engine answers, or the daemon that was started has ended.
async fn await_engine(engine: &dyn Engine, mut daemon: Option<Child>) -> Result<(), Notice> {
    let started = std::time::Instant::now();
    loop {
        let Err(error) = engine.connect().await else { return Ok(()) };
        let ended = daemon.as_mut().and_then(|daemon| daemon.try_wait().ok().flatten());
        match ended {
            Some(status) => return Err(not_started(&last_words(status))),
            None if started.elapsed() > PATIENCE => return Err(error.notice()),
            None => tokio::time::sleep(Duration::from_millis(300)).await,
        }
    }
}

/// What a daemon that has ended wrote last.
fn last_words(status: ExitStatus) -> String {
    let log = std::fs::read_to_string(LOG).unwrap_or_default();
    let last = log.lines().rfind(|line| !line.trim().is_empty());
    last.map_or_else(|| format!("it ended with {status}"), |line| format!("it ended with {status}: {line}"))
}
