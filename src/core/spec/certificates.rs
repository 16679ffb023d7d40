//! The host's extra CA bundle in containers and in builds.

use std::collections::BTreeMap;

use crate::core::project::Project;

/// The bundle's path in containers and images.
pub const BUNDLE: &str = "/opt/biostar-tui/ca-bundle.crt";
/// What programs read its path from.
const VARIABLES: [&str; 5] =
    ["SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
/// apt reads no such variable (apt.conf(5), `Acquire::https::CAInfo`).
const APT: &str = "/etc/apt/apt.conf.d/98biostar-tui-ca";
/// Where the files lie in a build's context: a name that no project has.
const CONTEXT: &str = ".biostar-tui-certificates";

/// Variables that make programs use the bundle; none where there is no bundle.
pub fn variables(project: &Project) -> BTreeMap<String, String> {
    let bundle = || BUNDLE.to_owned();
    let all = VARIABLES.into_iter().filter(|_| project.ca_bundle.is_some());
    all.map(|key| (key.to_owned(), bundle())).collect()
}

/// What is laid into the context of a build.
#[derive(Debug, Default)]
pub struct Laid {
    /// Instructions for the start of every stage.
    pub lines: Vec<String>,
    /// Files by their path in the context.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The bundle for a build; nothing where there is none. It takes no part in the image's
/// digest: it decides whether downloads work, not what an image holds, and a distribution
/// renews it every few months.
pub fn in_builds(project: &Project) -> Laid {
    let Some(bundle) = &project.ca_bundle else { return Laid::default() };
    let settings: Vec<_> = VARIABLES.iter().map(|key| format!("{key}={BUNDLE}")).collect();
    let file = |path: &str, content: Vec<u8>| (format!("{CONTEXT}{path}"), content);
    Laid {
        lines: vec![format!("COPY {CONTEXT} /"), format!("ENV {}", settings.join(" "))],
        files: vec![
            file(BUNDLE, bundle.content.clone()),
            file(APT, format!("Acquire::https::CAInfo \"{BUNDLE}\";\n").into_bytes()),
        ],
    }
}
