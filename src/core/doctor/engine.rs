//! Whether the engine answers.

use crate::core::doctor::{
    Finding, Fix, Surroundings,
    surroundings::{Down, Engine},
};

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    vec![match &surroundings.engine {
        Engine::Up(answer) => Finding::ok(format!("engine {} answers at {}", answer.version, surroundings.endpoint)),
        // These two answer, after all: their own checks say what is wrong.
        Engine::Down(Down::Forbidden, _) => Finding::skipped("the socket may not be opened"),
        Engine::Down(Down::WrongVersion, _) => Finding::ok(format!("an engine answers at {}", surroundings.endpoint)),
        Engine::Down(down, notice) => Finding::of(notice).fix(fix(surroundings, *down)),
    }]
}

/// An engine of this machine can be started at the usual place alone.
fn fix(surroundings: &Surroundings, down: Down) -> Option<Fix> {
    let startable = surroundings.endpoint_is_default && down == Down::Unreachable;
    startable.then_some(Fix::StartEngine)
}

/// Why what needs an engine was not looked at.
pub(super) fn missing(surroundings: &Surroundings) -> Option<&'static str> {
    matches!(surroundings.engine, Engine::Down(..)).then_some("no engine answers")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{doctor::Verdict, notice::Notice};

    fn found(down: Down, default: bool) -> Finding {
        let engine = Engine::Down(down, Notice::error("could not connect to it").because("no such file"));
        look(&Surroundings { engine, endpoint_is_default: default, ..Surroundings::sample() }).remove(0)
    }

    #[test]
    fn each_way_not_to_answer() {
        assert!(look(&Surroundings::sample())[0].summary.contains("unix:///var/run/docker.sock"));
        let error = found(Down::Unreachable, true);
        assert_eq!((error.verdict, error.fix), (Verdict::Error, Some(Fix::StartEngine)));
        assert_eq!(found(Down::Unreachable, false).fix, None, "another socket is nobody's to start");
        assert_eq!(found(Down::NoEndpoint, true).fix, None);
        assert_eq!(found(Down::Forbidden, true).verdict, Verdict::Skipped);
        assert_eq!(found(Down::WrongVersion, true).verdict, Verdict::Ok);
    }
}
