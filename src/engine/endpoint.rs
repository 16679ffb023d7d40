//! Where the engine is: resolved as the docker CLI does it, from what is passed in, so
//! that no test needs an environment of its own.

use std::path::{Path, PathBuf};

use crate::{
    core::digest,
    engine::error::{EngineError, ErrorKind},
};

/// The socket of an engine that nobody has configured.
pub const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// The address of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A unix socket.
    Unix(PathBuf),
    /// Plain HTTP: `host:port`.
    Tcp(String),
}

impl Default for Endpoint {
    fn default() -> Self {
        Self::Unix(DEFAULT_SOCKET.into())
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp://{address}"),
        }
    }
}

impl Endpoint {
    /// The endpoint that a URL names; a bare path is a unix socket.
    ///
    /// # Errors
    /// `Endpoint` for schemes that are not supported, and for what is no URL.
    pub fn parse(url: &str) -> Result<Self, EngineError> {
        match url.split_once("://") {
            Some(("unix", path)) if path.starts_with('/') => Ok(Self::Unix(path.into())),
            Some(("tcp" | "http", address)) => tcp(url, address),
            Some(("ssh", _)) => {
                Err(unusable(url, "ssh endpoints are not yet supported: forward the socket (`ssh -L`)"))
            }
            Some(("https", _)) => Err(unusable(url, "TLS endpoints are not yet supported")),
            Some(("npipe", _)) => Err(unusable(url, "Windows pipes are not supported: run it inside WSL2")),
            None if url.starts_with('/') => Ok(Self::Unix(url.into())),
            _ => Err(unusable(url, "expected unix:///path/to/socket or tcp://host:port")),
        }
    }
}

fn tcp(url: &str, address: &str) -> Result<Endpoint, EngineError> {
    let address = address.trim_end_matches('/');
    if address.is_empty() || address.contains(['/', '@', ' ']) {
        return Err(unusable(url, "expected tcp://host:port"));
    }
    let has_port = address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    Ok(Endpoint::Tcp(if has_port { address.to_owned() } else { format!("{address}:2375") }))
}

fn unusable(url: &str, why: &str) -> EngineError {
    EngineError::new(ErrorKind::Endpoint, "use endpoint", url, why)
}

/// What the resolution reads: the environment and small files.
pub struct Surroundings<'a> {
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The content of a file, where it can be read.
    pub read: &'a dyn Fn(&Path) -> Option<String>,
}

impl Surroundings<'_> {
    fn set(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.trim().is_empty())
    }

    fn docker_folder(&self) -> Option<PathBuf> {
        let own = self.set("DOCKER_CONFIG").map(PathBuf::from);
        own.or_else(|| self.set("HOME").map(|home| Path::new(&home).join(".docker")))
    }

    fn json(&self, path: &Path) -> Option<serde_json::Value> {
        serde_json::from_str(&(self.read)(path)?).ok()
    }

    fn current_context(&self) -> Option<String> {
        let config = self.json(&self.docker_folder()?.join("config.json"))?;
        config.get("currentContext")?.as_str().map(str::to_owned)
    }

    /// The docker CLI keeps a context in a folder named by the digest of its name.
    fn context(&self, name: &str) -> Result<Endpoint, EngineError> {
        let missing =
            || unusable(name, "the docker CLI knows no context of this name (`docker context ls` lists them)");
        let folder = self.docker_folder().ok_or_else(missing)?;
        let meta = folder.join("contexts/meta").join(digest::of_bytes(name.as_bytes())).join("meta.json");
        let meta = self.json(&meta).ok_or_else(missing)?;
        let host = meta.pointer("/Endpoints/docker/Host").and_then(|host| host.as_str());
        Endpoint::parse(host.ok_or_else(|| unusable(name, "this docker context names no host"))?)
    }
}

/// The endpoint: the explicit one, `DOCKER_HOST`, `DOCKER_CONTEXT`, the docker CLI's
/// current context, the default socket, in this order.
///
/// # Errors
/// `Endpoint` where what is named cannot be used: falling through to another engine
/// would act on the wrong one.
pub fn resolve(explicit: Option<&str>, surroundings: &Surroundings) -> Result<Endpoint, EngineError> {
    let named = explicit.map(str::trim).filter(|host| !host.is_empty()).map(str::to_owned);
    if let Some(url) = named.or_else(|| surroundings.set("DOCKER_HOST")) {
        return Endpoint::parse(url.trim());
    }
    let context = surroundings.set("DOCKER_CONTEXT").or_else(|| surroundings.current_context());
    match context.as_deref() {
        None | Some("" | "default") => Ok(Endpoint::default()),
        Some(name) => surroundings.context(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn resolved(
        explicit: Option<&str>,
        variables: &[(&str, &str)],
        files: &[(String, &str)],
    ) -> Result<String, String> {
        let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
        let files: BTreeMap<&Path, &str> = files.iter().map(|(path, text)| (Path::new(path), *text)).collect();
        let surroundings = Surroundings {
            variable: &|name| variables.get(name).map(|value| (*value).to_owned()),
            read: &|path| files.get(path).map(|text| (*text).to_owned()),
        };
        resolve(explicit, &surroundings).map(|endpoint| endpoint.to_string()).map_err(|error| error.to_string())
    }

    fn colima() -> Vec<(String, &'static str)> {
        let meta = format!("/home/ada/.docker/contexts/meta/{}/meta.json", digest::of_bytes(b"colima"));
        vec![
            ("/home/ada/.docker/config.json".into(), r#"{"auths": {}, "currentContext": "colima"}"#),
            (meta, r#"{"Name": "colima", "Endpoints": {"docker": {"Host": "unix:///home/ada/.colima/docker.sock"}}}"#),
        ]
    }

    const HOME: (&str, &str) = ("HOME", "/home/ada");

    #[test]
    fn the_default_is_the_default_socket() {
        assert_eq!(resolved(None, &[], &[]).unwrap(), "unix:///var/run/docker.sock");
        assert_eq!(resolved(Some(""), &[("DOCKER_HOST", "")], &[]).unwrap(), "unix:///var/run/docker.sock");
    }

    #[test]
    fn explicit_goes_before_variables_and_they_before_the_context() {
        let host = ("DOCKER_HOST", "tcp://10.0.0.2:2375");
        assert_eq!(resolved(Some("unix:///x.sock"), &[host, HOME], &colima()).unwrap(), "unix:///x.sock");
        assert_eq!(resolved(None, &[host, HOME], &colima()).unwrap(), "tcp://10.0.0.2:2375");
        assert_eq!(resolved(None, &[HOME], &colima()).unwrap(), "unix:///home/ada/.colima/docker.sock");
    }

    #[test]
    fn a_context_variable_goes_before_the_current_one() {
        let variables = [HOME, ("DOCKER_CONTEXT", "default")];
        assert_eq!(resolved(None, &variables, &colima()).unwrap(), "unix:///var/run/docker.sock");
        let error = resolved(None, &[HOME, ("DOCKER_CONTEXT", "gone")], &colima()).unwrap_err();
        assert!(error.contains("gone") && error.contains("context"), "{error}");
    }

    #[test]
    fn broken_files_of_the_cli_fall_back_to_the_default() {
        let files = [("/home/ada/.docker/config.json".to_owned(), "{nonsense")];
        assert_eq!(resolved(None, &[HOME], &files).unwrap(), "unix:///var/run/docker.sock");
    }

    #[test]
    fn unsupported_schemes_say_so() {
        assert!(resolved(Some("ssh://ada@host"), &[], &[]).unwrap_err().contains("not yet supported"));
        assert!(resolved(Some("https://host:2376"), &[], &[]).unwrap_err().contains("TLS"));
        assert!(resolved(Some("nonsense"), &[], &[]).unwrap_err().contains("expected unix"));
        assert!(resolved(Some("tcp://"), &[], &[]).is_err());
    }

    #[test]
    fn tcp_gets_the_default_port() {
        assert_eq!(Endpoint::parse("tcp://host").unwrap(), Endpoint::Tcp("host:2375".into()));
        assert_eq!(Endpoint::parse("http://[::1]:99/").unwrap(), Endpoint::Tcp("[::1]:99".into()));
    }
}
