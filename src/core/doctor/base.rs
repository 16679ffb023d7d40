//! Whether the base image is there or can be had.

use crate::core::{
    doctor::{Finding, Fix, Surroundings, engine, surroundings::BaseImage},
    image::Bootstrap,
};

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    if let Some(why) = engine::missing(surroundings) {
        return vec![Finding::skipped(why)];
    }
    if surroundings.bases.is_empty() {
        return vec![Finding::ok("no service is built on a base image")];
    }
    surroundings.bases.iter().map(|base| one(surroundings, base)).collect()
}

fn one(surroundings: &Surroundings, wanted: &BaseImage) -> Finding {
    let image = &wanted.base.image;
    let may_bootstrap = wanted.base.bootstrap != Bootstrap::Never;
    match &wanted.registry {
        _ if wanted.present => Finding::ok(format!("the base {image} is there")),
        _ if wanted.bootstrapped && may_bootstrap => {
            Finding::ok(format!("the base {image} is there, built from the distribution's mirror"))
        }
        Some(Ok(())) => Finding::ok(format!("the base {image} is not there yet; `up` pulls it")),
        registry if !may_bootstrap => neither(wanted, registry.as_ref(), "[base] bootstrap = \"never\""),
        registry if wanted.base.release().is_none() => {
            neither(wanted, registry.as_ref(), "only Debian's releases (debian:bookworm-slim) can be built")
        }
        _ if surroundings.has_bootstrapper => {
            Finding::ok(format!("the base {image} is not there yet; `up` builds it from the distribution's mirror"))
        }
        registry => without_tool(surroundings, wanted, registry.as_ref()),
    }
}

fn cause(registry: Option<&Result<(), String>>, and: &str) -> String {
    match registry {
        Some(Err(why)) => format!("the registry: {why}; {and}"),
        _ => and.to_owned(),
    }
}

fn neither(wanted: &BaseImage, registry: Option<&Result<(), String>>, and: &str) -> Finding {
    Finding::error(format!("the base {} can be neither pulled nor built", wanted.base.image))
        .because(cause(registry, and))
        .remedy("load the image into the engine by hand (`docker load`), or set [base] image to a release of Debian")
}

fn without_tool(surroundings: &Surroundings, wanted: &BaseImage, registry: Option<&Result<(), String>>) -> Finding {
    let fix = surroundings.has_apt.then_some(Fix::InstallBootstrapper);
    Finding::error(format!("the base {} can be neither pulled nor built", wanted.base.image))
        .because(cause(registry, "mmdebstrap, which builds it from the distribution's mirror, is not installed"))
        .remedy("`sudo apt-get install mmdebstrap`, or load the image into the engine by hand")
        .fix(fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    /// Wanted image, bootstrap, what the registry says, whether mmdebstrap is here.
    fn found(image: &str, bootstrap: Bootstrap, registry: Option<Result<(), String>>, tool: bool) -> Finding {
        let mut machine = Surroundings { has_bootstrapper: tool, ..Surroundings::sample() };
        let base = &mut machine.bases[0];
        (base.base.image, base.base.bootstrap) = (image.to_owned(), bootstrap);
        (base.present, base.registry) = (false, registry);
        look(&machine).remove(0)
    }

    #[test]
    fn each_way_to_the_base() {
        use Bootstrap::{Always, Auto, Never};
        let (debian, down) = ("debian:trixie", || Some(Err("no route to host".to_owned())));
        assert!(found(debian, Auto, Some(Ok(())), false).summary.contains("pulls"));
        assert!(found(debian, Auto, down(), true).summary.contains("builds"));
        assert!(found(debian, Always, None, true).summary.contains("builds"));
        let missing = found(debian, Auto, down(), false);
        assert_eq!((missing.verdict, missing.fix), (Verdict::Error, Some(Fix::InstallBootstrapper)));
        assert!(missing.cause.unwrap().contains("no route to host"));
        assert_eq!(found(debian, Never, down(), true).verdict, Verdict::Error);
        assert_eq!(found("python:3.12", Auto, down(), true).fix, None);
    }

    #[test]
    fn what_is_there_is_well() {
        let mut machine = Surroundings::sample();
        (machine.bases[0].present, machine.bases[0].bootstrapped) = (false, true);
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
        machine.bases.clear();
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
    }
}
