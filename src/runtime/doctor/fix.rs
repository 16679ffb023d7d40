//! Does what `--fix` can do.

use crate::core::{doctor::Fix, notice::Notice};
use crate::engine::{docker::DockerEngine, endpoint::Endpoint};
use crate::runtime::{bootstrap, host_setup};

/// Carries out a fix.
///
/// # Errors
/// A notice where this user may not, or where it fails.
pub async fn carry_out(fix: &Fix, output: &(impl Fn(&str) + Sync)) -> Result<(), Notice> {
    if !rustix::process::geteuid().is_root() {
        return Err(Notice::error("this can only be mended by root")
            .because(fix.to_string())
            .remedy("`sudo biostar-tui doctor --fix`"));
    }
    match fix {
        // Offered for the default endpoint alone.
        Fix::StartEngine => host_setup::ensure_engine(&DockerEngine::new(Endpoint::default()), true, output).await,
        Fix::InstallBootstrapper => bootstrap::install_tool(true, output).await,
        Fix::Sysctl { key, value } => {
            let setting = format!("{key}={value}");
            output(&format!("sysctl -w {setting}"));
            host_setup::run("sysctl", &["-w", &setting]).await
        }
    }
}
