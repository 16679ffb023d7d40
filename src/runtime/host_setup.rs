//! Installs and starts an engine on this host where there is none and that was asked for.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::process::Command;

use crate::core::notice::Notice;
use crate::engine::Engine;

/// How long a started engine may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);

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
    start(output).await?;
    await_engine(engine).await
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

/// By systemd where it runs; otherwise the daemon itself, which outlives this program.
async fn start(output: &impl Fn(&str)) -> Result<(), Notice> {
    if Path::new("/run/systemd/system").exists() {
        output("systemctl start docker");
        return run("systemctl", &["start", "docker"]).await;
    }
    output("dockerd");
    let log = std::fs::File::create("/var/log/dockerd.log").map(Stdio::from).unwrap_or_else(|_| Stdio::null());
    let mut command = Command::new("setsid");
    command.args(["--fork", "dockerd"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let started = command.status().await;
    started.map(drop).map_err(|error| {
        Notice::error("dockerd could not be started")
            .because(error.to_string())
            .remedy("start it by hand; its log is /var/log/dockerd.log")
    })
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

async fn await_engine(engine: &dyn Engine) -> Result<(), Notice> {
    let started = std::time::Instant::now();
    loop {
        match engine.connect().await {
            Ok(_) => return Ok(()),
            Err(error) if started.elapsed() > PATIENCE => return Err(error.notice()),
            Err(_) => tokio::time::sleep(Duration::from_millis(300)).await,
        }
    }
}
