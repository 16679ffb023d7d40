//! Whether engine and program speak one version of the API.

use crate::core::doctor::{
    Finding, Surroundings, engine,
    surroundings::{Down, Engine},
};

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    vec![match &surroundings.engine {
        Engine::Up(answer) => Finding::ok(format!("API {} of engine {}", answer.api, answer.version)),
        Engine::Down(Down::WrongVersion, notice) => Finding::of(notice),
        Engine::Down(..) => Finding::skipped(engine::missing(surroundings).unwrap_or_default()),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{doctor::Verdict, notice::Notice};

    #[test]
    fn a_version_that_nobody_speaks_is_an_error() {
        let notice = Notice::error("could not connect").because("engine 19 speaks API 1.12 to 1.40").remedy("newer");
        let engine = Engine::Down(Down::WrongVersion, notice);
        let machine = Surroundings { engine, ..Surroundings::sample() };
        assert_eq!(look(&machine)[0].verdict, Verdict::Error);
        assert_eq!(look(&Surroundings::sample())[0].summary, "API 1.41 of engine 20.10.24");
    }
}
