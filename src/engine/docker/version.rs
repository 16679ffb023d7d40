//! The API version: the newest that both sides speak.

use serde::Deserialize;

use crate::engine::{
    docker::errors::Failure,
    error::{EngineError, ErrorKind},
};

/// The oldest API that the program speaks: that of engine 20.10.
const OLDEST: u32 = 41;
/// The newest, by the API description that bollard is generated from.
const NEWEST: u32 = bollard::API_DEFAULT_VERSION.minor_version as u32;

/// An engine's answer to `GET /version`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) version: String,
    pub(super) api_version: String,
    #[serde(rename = "MinAPIVersion", default)]
    pub(super) min_api_version: Option<String>,
    #[serde(default)]
    pub(super) arch: String,
}

/// The minor number of the newest version 1.x that both speak.
pub(super) fn negotiated(answer: &Answer) -> Result<u32, Failure> {
    let newest = minor(&answer.api_version)?;
    let oldest = answer.min_api_version.as_deref().map_or(Ok(0), minor)?;
    let chosen = newest.min(NEWEST);
    if chosen >= OLDEST && chosen >= oldest {
        return Ok(chosen);
    }
    let side = if chosen < OLDEST { "too old" } else { "too new" };
    let text = format!(
        "engine {} is {side}: it speaks API 1.{oldest} to 1.{newest}, this program 1.{OLDEST} to 1.{NEWEST}",
        super::errors::sanitised(&answer.version)
    );
    Err(EngineError::new(ErrorKind::Version, "connect to", "the engine", text).into())
}

fn minor(version: &str) -> Result<u32, Failure> {
    let minor = version.strip_prefix("1.").and_then(|minor| minor.parse().ok());
    minor.ok_or_else(|| Failure::Protocol(format!("not an API version of an engine: {version}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(api: &str, min: Option<&str>) -> Answer {
        Answer {
            version: "x".into(),
            api_version: api.into(),
            min_api_version: min.map(str::to_owned),
            arch: String::new(),
        }
    }

    fn chosen(api: &str, min: Option<&str>) -> Option<u32> {
        negotiated(&answer(api, min)).ok()
    }

    #[test]
    fn the_newest_that_both_speak() {
        assert_eq!(chosen("1.41", Some("1.12")), Some(41));
        assert_eq!(chosen("1.47", None), Some(47));
        assert_eq!(chosen("1.99", Some("1.44")), Some(NEWEST));
    }

    #[test]
    fn too_old_and_too_new_are_refused() {
        let kind = |api, min| negotiated(&answer(api, min)).unwrap_err().of("a", "b").kind;
        assert_eq!(kind("1.30", Some("1.12")), ErrorKind::Version);
        assert_eq!(kind("1.99", Some("1.90")), ErrorKind::Version);
        assert_eq!(kind("nonsense", None), ErrorKind::Protocol);
    }
}
