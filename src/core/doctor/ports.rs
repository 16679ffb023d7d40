//! Whether the wanted ports are free.

use crate::core::doctor::{
    Finding, Surroundings,
    surroundings::{Held, WantedPort},
};

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    if let Some(why) = surroundings.configuration.missing() {
        return vec![Finding::skipped(why)];
    }
    match surroundings.ports.as_slice() {
        [] => vec![Finding::ok("no service wants a port of the host")],
        ports => ports.iter().map(one).collect(),
    }
}

fn one(port: &WantedPort) -> Finding {
    let name = format!("{}:{} (service {})", port.address, port.port, port.service);
    match (&port.held, port.next) {
        (Held::Free, _) => Finding::ok(format!("{name} is free")),
        (Held::Ours(container), _) => Finding::ok(format!("{name} is held by {container}, its own container")),
        (Held::Evaded { owner, port }, _) => {
            Finding::ok(format!("{name} is taken by {owner}; the service runs on {port} instead"))
        }
        (Held::Other(owner), Some(next)) if !port.strict => Finding::warning(format!("{name} is taken by {owner}"))
            .because(format!("{next}, the next free one, is used in its place"))
            .remedy(remedy(port)),
        (Held::Other(owner), _) => Finding::error(format!("{name} is taken by {owner}"))
            .because(if port.strict {
                "strict_port = true allows no other one"
            } else {
                "none of those after it is free"
            })
            .remedy(remedy(port)),
    }
}

fn remedy(port: &WantedPort) -> String {
    format!("stop what has it, or set another one: [services.{}] port = \"{}:...\"", port.service, port.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    #[test]
    fn a_taken_port_names_its_owner() {
        let mut machine = Surroundings::sample();
        machine.ports[0].held = Held::Ours("forum-development-service-web".into());
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
        machine.ports[0].held = Held::Other("nginx (process 12)".into());
        let found = look(&machine).remove(0);
        assert_eq!(found.verdict, Verdict::Warning);
        assert!(found.summary.ends_with("is taken by nginx (process 12)") && found.cause.unwrap().contains("8001"));
        machine.ports[0].held = Held::Evaded { owner: "nginx".into(), port: 8003 };
        assert!(look(&machine)[0].summary.ends_with("the service runs on 8003 instead"));
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
        machine.ports[0].held = Held::Other("nginx (process 12)".into());
        machine.ports[0].strict = true;
        assert_eq!(look(&machine)[0].verdict, Verdict::Error);
        (machine.ports[0].strict, machine.ports[0].next) = (false, None);
        assert_eq!(look(&machine)[0].verdict, Verdict::Error);
        machine.ports.clear();
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
    }
}
