//! What the host says: who owns the project, which machine this is, its CA bundle.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    config::{
        error::Problem,
        files::{self, Files},
        source::Place,
        value::Node,
    },
    core::project::{CaBundle, Owner},
};

/// Who owns the project's folder.
///
/// # Errors
/// The folder cannot be looked at.
pub fn owner(files: &dyn Files, root: &Path) -> Result<Owner, Problem> {
    let (uid, gid) = files
        .owner(root)
        .map_err(|error| Problem::new(format!("the owner of {} cannot be read: {error}", root.display())))?;
    let passwd = files::text(files, Path::new("/etc/passwd")).unwrap_or_default();
    Ok(Owner { uid, gid, name: login_name(&passwd, uid) })
}

/// The login name of a uid.
pub fn login_name(passwd: &str, uid: u32) -> String {
    let named = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| if uid == 0 { "root".to_owned() } else { format!("user{uid}") })
}

/// What tells this machine from others that use the same engine.
pub fn machine_id(files: &dyn Files, variables: &BTreeMap<String, String>) -> String {
    let read = |path: &str| files::text(files, Path::new(path)).map(|text| text.trim().to_owned());
    ["/etc/machine-id", "/var/lib/dbus/machine-id", "/proc/sys/kernel/hostname", "/etc/hostname"]
        .into_iter()
        .find_map(|path| read(path).filter(|text| is_id(text)))
        .or_else(|| variables.get("HOSTNAME").filter(|name| is_id(name)).cloned())
        .unwrap_or_else(|| "localhost".to_owned())
}

/// systemd writes `uninitialized` into an image's machine-id until its first boot.
fn is_id(text: &str) -> bool {
    !text.is_empty() && text != "uninitialized" && text.chars().all(|c| c.is_ascii_graphic())
}

const BUNDLE_VARIABLES: [&str; 4] = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT"];
const EXTRA_CERTIFICATES: &str = "/usr/local/share/ca-certificates";
const SYSTEM_BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The CA bundle that `base.ca_certificates` asks for.
///
/// # Errors
/// A path that it names is no bundle that can be read.
pub fn ca_bundle(
    files: &dyn Files,
    variables: &BTreeMap<String, String>,
    root: &Path,
    wanted: Option<&Node>,
) -> Result<Option<CaBundle>, Problem> {
    match wanted.and_then(|node| Some((node, node.as_text()?))) {
        Some((_, "auto")) => Ok(host_bundle(files, variables)),
        Some((_, "none")) | None => Ok(None),
        Some((node, path)) => named_bundle(files, &root.join(path), &node.origin.place).map(Some),
    }
}

fn named_bundle(files: &dyn Files, path: &Path, place: &Place) -> Result<CaBundle, Problem> {
    let content = files.read(path).map_err(|error| {
        Problem::at(place.clone(), format!("the CA bundle {} cannot be read: {error}", path.display()))
            .help("a file of certificates in PEM form, \"auto\", or false")
    })?;
    if !is_pem(&content) {
        let message = format!("{} is no CA bundle: it has no certificate in PEM form", path.display());
        return Err(Problem::at(place.clone(), message));
    }
    Ok(CaBundle { path: path.to_owned(), content })
}

/// The host's CA bundles in the order in which they are taken, each with what names it.
pub fn bundle_candidates(files: &dyn Files, variables: &BTreeMap<String, String>) -> Vec<(&'static str, PathBuf)> {
    let of_variable = |name: &&'static str| Some((*name, PathBuf::from(variables.get(*name)?)));
    let named = BUNDLE_VARIABLES.iter().filter_map(of_variable).filter(|(_, path)| path != Path::new(""));
    let extra = files.names(Path::new(EXTRA_CERTIFICATES)).iter().any(|name| name.ends_with(".crt"));
    named.chain(extra.then(|| (EXTRA_CERTIFICATES, PathBuf::from(SYSTEM_BUNDLE)))).collect()
}

fn host_bundle(files: &dyn Files, variables: &BTreeMap<String, String>) -> Option<CaBundle> {
    bundle_candidates(files, variables).into_iter().find_map(|(_, path)| {
        let content = files.read(&path).ok().filter(|content| is_pem(content))?;
        Some(CaBundle { path, content })
    })
}

fn is_pem(content: &[u8]) -> bool {
    const MARK: &[u8] = b"-----BEGIN ";
    content.windows(MARK.len()).any(|window| window == MARK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::files::fake::Table;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\n";

    #[test]
    fn login_names() {
        let passwd = "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\nbroken\n";
        assert_eq!(login_name(passwd, 1000), "ada");
        assert_eq!(login_name(passwd, 7), "user7");
        assert_eq!(login_name("", 0), "root");
    }

    #[test]
    fn the_machine_has_an_id() {
        let files = Table::default().with("/etc/machine-id", "uninitialized\n").with("/etc/hostname", "box\n");
        assert_eq!(machine_id(&files, &BTreeMap::new()), "box");
        assert_eq!(machine_id(&Table::default(), &BTreeMap::new()), "localhost");
    }

    #[test]
    fn the_bundle_of_a_variable_comes_first() {
        let files = Table::default().with("/ca.pem", PEM).with(SYSTEM_BUNDLE, PEM);
        let variables = BTreeMap::from([("PIP_CERT".to_owned(), "/ca.pem".to_owned())]);
        assert_eq!(host_bundle(&files, &variables).expect("a bundle").path, Path::new("/ca.pem"));
        assert_eq!(host_bundle(&files, &BTreeMap::new()), None, "the system's own is no extra one");
        let files = files.with("/usr/local/share/ca-certificates/x.crt", PEM);
        assert_eq!(host_bundle(&files, &BTreeMap::new()).expect("a bundle").path, Path::new(SYSTEM_BUNDLE));
    }
}
