//! Facts about the host's CA bundles.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{self, ConfigError, Loaded, files};
use crate::core::doctor::surroundings::{Bundle, Certificates};

const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// What names a bundle, and what the configuration says of it.
pub(super) fn certificates(loaded: &Result<Loaded, ConfigError>, variables: &BTreeMap<String, String>) -> Certificates {
    let loaded = loaded.as_ref().ok();
    let wanted = loaded.and_then(|loaded| loaded.document.at(&["base", "ca_certificates"]));
    let used = loaded.and_then(|loaded| loaded.project.ca_bundle.as_ref()).map(|bundle| bundle.path.clone());
    let own = wanted.and_then(|node| node.as_text()).filter(|text| *text != "auto").and(used.as_deref());
    let host = config::bundle_candidates(&files::Disk, variables);
    let host = host.iter().map(|(named_by, path)| bundle(named_by, path));
    Certificates {
        unwanted: wanted.is_some_and(|node| node.as_bool() == Some(false)),
        // What the configuration names stands alone: nobody else is asked.
        bundles: own.map_or_else(|| host.collect(), |path| vec![bundle("[base] ca_certificates", path)]),
        used: used.map(|path| path.display().to_string()),
        proxies: PROXIES.iter().filter(|name| variables.contains_key(**name)).map(|name| (*name).to_owned()).collect(),
    }
}

fn bundle(named_by: &str, path: &Path) -> Bundle {
    use files::Files as _;
    let text = files::Disk.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Bundle {
        named_by: named_by.to_owned(),
        path: path.display().to_string(),
        text: text.map_err(|error| error.to_string()),
    }
}
