//! Whether the host's extra CA bundle is found and can be used.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::core::doctor::{
    Finding, Surroundings,
    surroundings::{Bundle, Certificates},
};

const BEGIN: &str = "-----BEGIN ";

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let facts = &surroundings.certificates;
    if facts.unwanted {
        return vec![unwanted(facts)];
    }
    let taken = facts.bundles.iter().position(|bundle| is_taken(facts, bundle));
    let passed_over = facts.bundles[..taken.unwrap_or(facts.bundles.len())].iter();
    let mut findings: Vec<Finding> = passed_over.map(useless).collect();
    findings.extend(taken.map(|at| used(&facts.bundles[at])));
    if findings.is_empty() {
        findings.push(none(facts));
    }
    findings
}

/// Without a project the first that has anything in PEM form would be.
fn is_taken(facts: &Certificates, bundle: &Bundle) -> bool {
    match &facts.used {
        Some(path) => *path == bundle.path,
        None => bundle.text.as_ref().is_ok_and(|text| text.contains(BEGIN)),
    }
}

fn none(facts: &Certificates) -> Finding {
    let finding = Finding::ok("this machine has no CA bundle of its own, and none is needed");
    if facts.proxies.is_empty() {
        return finding;
    }
    let hint =
        format!("{} is set: where that proxy opens TLS, its CA's file goes into SSL_CERT_FILE", facts.proxies[0]);
    finding.remedy(hint)
}

fn unwanted(facts: &Certificates) -> Finding {
    match facts.bundles.iter().find(|bundle| bundle.text.is_ok()) {
        None => Finding::ok("[base] ca_certificates = false, and this machine has no CA bundle of its own"),
        Some(bundle) => Finding::warning(format!("the CA bundle {} is left out of builds and containers", bundle.path))
            .because(format!("[base] ca_certificates = false, but {} names it", bundle.named_by))
            .remedy("set [base] ca_certificates = \"auto\" where pip or apt fail with certificate errors"),
    }
}

fn useless(bundle: &Bundle) -> Finding {
    let Bundle { named_by, path, text } = bundle;
    let why = text.as_ref().err().map_or("it has no certificate in PEM form", String::as_str);
    Finding::warning(format!("{named_by} names a CA bundle that cannot be used: {path}"))
        .because(why)
        .remedy(format!("name a file of certificates in PEM form, or unset {named_by}"))
}

fn used(bundle: &Bundle) -> Finding {
    let Bundle { named_by, path, text } = bundle;
    let text = text.as_deref().unwrap_or_default();
    let blocks = blocks(text);
    let good = blocks.iter().filter(|block| block.is_certificate()).count();
    let keys = blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY"));
    let known = format!("{path} ({named_by})");
    match () {
        () if keys => Finding::error(format!("the CA bundle {known} holds a private key"))
            .because("it goes into images and containers, where everyone can read it")
            .remedy("name a file that holds nothing but certificates"),
        () if good == 0 => Finding::error(format!("the CA bundle {known} has no whole certificate"))
            .because("none of its blocks is a certificate in PEM form")
            .remedy("fetch it anew; `openssl x509 -in FILE -noout -subject` reads its first certificate"),
        () if good < blocks.len() => Finding::warning(format!(
            "{} of {} blocks of the CA bundle {known} are broken",
            blocks.len() - good,
            blocks.len()
        ))
        .because("some programs read no further than the first broken one")
        .remedy("fetch it anew"),
        () => Finding::ok(format!("the CA bundle {known} with {good} certificates goes into builds and containers")),
    }
}

struct Block<'a> {
    label: &'a str,
    /// `None` where its end is missing.
    body: Option<&'a str>,
}

impl Block<'_> {
    /// A certificate is DER, which begins with a sequence (0x30).
    fn is_certificate(&self) -> bool {
        let named = matches!(self.label, "CERTIFICATE" | "TRUSTED CERTIFICATE" | "X509 CERTIFICATE");
        let plain: Option<String> = self.body.map(|body| body.split_whitespace().collect());
        let der = plain.and_then(|plain| BASE64_STANDARD.decode(plain).ok());
        named && der.is_some_and(|der| der.len() > 64 && der[0] == 0x30)
    }
}

/// The blocks of a text in PEM form.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let heads = text.split(BEGIN).skip(1);
    heads
        .map(|rest| {
            let (label, rest) = rest.split_once("-----").unwrap_or((rest, ""));
            let body = rest.split_once("-----END ").map(|(body, _)| body);
            Block { label: label.lines().next().unwrap_or_default(), body }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    fn pem(label: &str, bytes: &[u8]) -> String {
        format!("# about it\n-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(bytes))
    }

    fn certificate() -> String {
        pem("CERTIFICATE", &[0x30; 100])
    }

    fn bundle(text: Result<String, String>) -> Bundle {
        Bundle { named_by: "PIP_CERT".into(), path: "/ca.pem".into(), text }
    }

    fn found(bundles: Vec<Bundle>, unwanted: bool) -> Vec<Finding> {
        let certificates = Certificates { bundles, unwanted, ..Certificates::default() };
        look(&Surroundings { certificates, ..Surroundings::sample() })
    }

    fn verdict(text: String) -> Verdict {
        found(vec![bundle(Ok(text))], false)[0].verdict
    }

    #[test]
    fn contents() {
        assert_eq!(verdict(certificate() + &certificate()), Verdict::Ok);
        assert_eq!(verdict(certificate() + "-----BEGIN CERTIFICATE-----\nMII"), Verdict::Warning);
        assert_eq!(verdict("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----".into()), Verdict::Error);
        assert_eq!(verdict(certificate() + &pem("RSA PRIVATE KEY", &[1; 80])), Verdict::Error);
        assert_eq!(verdict("nothing of the kind".into()), Verdict::Warning);
    }

    #[test]
    fn bundles_are_passed_over_with_a_word() {
        let found = found(vec![bundle(Err("no such file".into())), bundle(Ok(certificate()))], false);
        assert_eq!(found.iter().map(|it| it.verdict).collect::<Vec<_>>(), [Verdict::Warning, Verdict::Ok]);
    }

    #[test]
    fn none_wanted_or_none_there() {
        assert_eq!(found(vec![], true)[0].verdict, Verdict::Ok);
        assert_eq!(found(vec![bundle(Ok(certificate()))], true)[0].verdict, Verdict::Warning);
        let certificates = Certificates { proxies: vec!["https_proxy".into()], ..Certificates::default() };
        let machine = Surroundings { certificates, ..Surroundings::sample() };
        assert!(look(&machine)[0].remedy.as_ref().unwrap().starts_with("https_proxy is set"));
    }
}
