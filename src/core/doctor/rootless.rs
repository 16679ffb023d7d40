//! Whom files belong to that containers make.

use crate::core::doctor::{Finding, Surroundings, engine, surroundings::Engine};

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let Engine::Up(answer) = &surroundings.engine else {
        return vec![Finding::skipped(engine::missing(surroundings).unwrap_or_default())];
    };
    vec![if answer.rootless {
        Finding::ok("rootless engine: the root of its containers is the engine's own user here")
    } else {
        Finding::ok("engine of root: containers run as the owner of the project's folder")
    }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::surroundings::Answer;

    #[test]
    fn both_kinds_are_well() {
        assert!(look(&Surroundings::sample())[0].summary.starts_with("engine of root"));
        let engine = Engine::Up(Answer { rootless: true, ..Answer::default() });
        assert!(look(&Surroundings { engine, ..Surroundings::sample() })[0].summary.starts_with("rootless"));
    }
}
