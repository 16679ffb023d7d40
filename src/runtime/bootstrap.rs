//! Builds a Debian base image from the distribution's mirror, where no registry is reached.

use std::{path::PathBuf, process::Stdio};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::core::{image::Base, naming, notice::Notice};
use crate::engine::{Engine, EngineError, ErrorKind, port::Stream};

/// The mirror that Debian's own installer proposes.
const DEFAULT_MIRROR: &str = "http://deb.debian.org/debian";

/// What is left out: things that are only read.
const LEFT_OUT: &[&str] = &["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*"];

/// The mirror of a base.
pub fn mirror(base: &Base) -> &str {
    if base.mirror.is_empty() { DEFAULT_MIRROR } else { &base.mirror }
}

/// The host of the mirror.
pub fn mirror_host(base: &Base) -> String {
    let rest = mirror(base).split_once("://").map_or(mirror(base), |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or(rest).to_owned()
}

/// Builds the base and imports it under its own reference.
///
/// # Errors
/// A notice where the tool is missing (and may not be installed), fails, or the engine
/// refuses the import.
pub async fn run(engine: &dyn Engine, base: &Base, fix: bool, output: &(impl Fn(&str) + Sync)) -> Result<(), Notice> {
    let Some(release) = base.release() else { return Err(not_debian(base)) };
    if !has_tool().await {
        install_tool(fix, output).await?;
    }
    output(&format!("building {} with mmdebstrap from {}", base.image, mirror(base)));
    let mut child = tool(base, release).spawn().map_err(|error| tool_failed(&error.to_string()))?;
    let (Some(archive), Some(messages)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(tool_failed("its output could not be read"));
    };
    let labels = [(naming::LABEL_BUILD.to_owned(), format!("bootstrapped {}", base.image))].into();
    let reference = base.bootstrapped();
    let import = engine.import(&reference, &labels, pieces(archive));
    let (imported, last) = tokio::join!(import, relay(messages, output));
    finish(engine, child, &reference, imported, &last).await
}

/// The tool's own failure is the cause of whatever the engine says of its archive.
async fn finish(
    engine: &dyn Engine,
    mut child: Child,
    reference: &str,
    imported: Result<(), EngineError>,
    last: &str,
) -> Result<(), Notice> {
    let status = child.wait().await.map_err(|error| tool_failed(&error.to_string()))?;
    if !status.success() {
        // A truncated archive may have been imported all the same.
        let _ = engine.remove_image(reference).await;
        return Err(tool_failed(last));
    }
    imported.map_err(Notice::from)
}

fn tool(base: &Base, release: &str) -> Command {
    let mut command = Command::new("mmdebstrap");
    command.args(["--variant=minbase", "--format=tar", "--aptopt=Acquire::Languages \"none\""]);
    command.args(LEFT_OUT.iter().map(|path| format!("--dpkgopt=path-exclude={path}")));
    command.arg(release).arg("-").arg(mirror(base));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Whether mmdebstrap is installed.
pub async fn has_tool() -> bool {
    let mut command = Command::new("mmdebstrap");
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

/// Installs mmdebstrap where that was allowed.
///
/// # Errors
/// A notice where it may not be installed, or that fails.
pub async fn install_tool(fix: bool, output: &(impl Fn(&str) + Sync)) -> Result<(), Notice> {
    let can = fix && PathBuf::from("/usr/bin/apt-get").exists() && rustix::process::geteuid().is_root();
    if !can {
        return Err(missing_tool());
    }
    for arguments in [&["update", "-q"][..], &["install", "-q", "-y", "--no-install-recommends", "mmdebstrap"][..]] {
        output(&format!("apt-get {}", arguments.join(" ")));
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        let result = command.output().await.map_err(|error| tool_failed(&error.to_string()))?;
        if !result.status.success() {
            let text = String::from_utf8_lossy(&result.stderr);
            let last = text.lines().last().unwrap_or_default();
            return Err(Notice::error("mmdebstrap could not be installed").because(last).remedy("install it by hand"));
        }
    }
    Ok(())
}

fn missing_tool() -> Notice {
    Notice::error("the base image can be neither pulled nor built")
        .because(
            "no registry is reached, and mmdebstrap, which builds it from the distribution's mirror, is not installed",
        )
        .remedy("`sudo apt-get install mmdebstrap`; or use --fix as root; or load the image into the engine by hand")
}

fn not_debian(base: &Base) -> Notice {
    Notice::error(format!("the base image {} cannot be built from a mirror", base.image))
        .because("only Debian's releases (debian:bookworm-slim) can be bootstrapped")
        .remedy("load the image into the engine by hand, or set [base] image to a release of Debian")
}

fn tool_failed(last: &str) -> Notice {
    Notice::error("mmdebstrap could not build the base image")
        .because(last)
        .remedy("look whether the mirror is reached and the release exists there; [base] mirror names another one")
}

/// Tells every line of the tool's messages, and gives the last error among them.
async fn relay(messages: impl AsyncRead + Unpin, output: &(impl Fn(&str) + Sync)) -> String {
    let mut lines = BufReader::new(messages).lines();
    let mut last = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        output(&line);
        if last.is_empty() || line.starts_with("E:") {
            last = line;
        }
    }
    last
}

fn pieces(archive: impl AsyncRead + Unpin + Send + 'static) -> Stream<Bytes> {
    let read = |mut archive: Box<dyn AsyncRead + Unpin + Send>| async move {
        let mut buffer = vec![0; 64 * 1024];
        match archive.read(&mut buffer).await {
            Ok(0) => None,
            Ok(count) => {
                buffer.truncate(count);
                Some((Ok(Bytes::from(buffer)), archive))
            }
            Err(error) => {
                let failure =
                    EngineError::new(ErrorKind::Refused, "read", "the base image's archive", error.to_string());
                Some((Err(failure), archive))
            }
        }
    };
    stream::unfold(Box::new(archive) as Box<dyn AsyncRead + Unpin + Send>, read).boxed()
}
