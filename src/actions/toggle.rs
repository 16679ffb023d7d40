//! `toggle`: a service that is there on demand, a search engine above all, on or off.

use crate::actions::{
    arguments::Arguments,
    registry::{Action, Argument, Asks, Form, Needs, Scope},
    renew,
    request::Prepared,
    up::{self, Intent},
};
use crate::core::{facts::Facts, notice::Notice, observed::Observed, plan::Refusal, project::Project};

/// The service that is meant where none is named.
const SEARCH: &str = "search";

/// `toggle`.
pub const TOGGLE: Action = Action {
    id: "toggle",
    summary: "Switch a service on or off that is not always wanted: search, by default",
    details: "Over what `enabled` of the configuration says, until it is switched again. What depends on it (the \
              environment of the server) is made anew. `up --search` switches the search service on, too.",
    keys: &["B"],
    arguments: &[
        Argument {
            name: "service",
            help: "The service; `search` where none is named",
            short: None,
            form: Form::Optional,
        },
        Argument { name: "on", help: "Switch it on, whatever it is", short: None, form: Form::Switch },
        Argument { name: "off", help: "Switch it off, whatever it is", short: None, form: Form::Switch },
        Argument { name: "dry-run", help: "Print the plan and change nothing", short: None, form: Form::Switch },
    ],
    scope: Scope::Everywhere,
    asks: Asks::Never,
    needs: Needs::Engine,
};

/// `toggle` with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toggle {
    /// The service.
    pub service: String,
    /// Whether it is to be on; `None` for the other way round.
    pub on: Option<bool>,
}

impl Toggle {
    /// From the arguments.
    pub fn of(arguments: &Arguments) -> Self {
        let on = match (arguments.has("on"), arguments.has("off")) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        Self { service: arguments.one("service").unwrap_or(SEARCH).to_owned(), on }
    }

    /// Whether it will be on.
    pub fn switches_on(&self, project: &Project) -> bool {
        self.on.unwrap_or_else(|| !project.service(&self.service).is_some_and(|service| service.enabled))
    }

    /// What is wrong with it.
    pub fn wrong(&self, project: &Project) -> Option<Notice> {
        match renew::declared(project, &self.service) {
            Ok(_) => None,
            Err(_) if self.service == SEARCH => Some(Notice::error("the project declares no service `search`").remedy(
                "in biostar-tui.toml: [services.search] preset = \"elasticsearch\", enabled = false; or image, \
                     port, health and env of another engine",
            )),
            Err(refusal) => Some(refusal.0),
        }
    }

    /// The plan of `up` with the service switched.
    ///
    /// # Errors
    /// As `up`.
    pub(super) fn prepare(&self, project: &Project, facts: &Facts, observed: &Observed) -> Result<Prepared, Refusal> {
        let mut project = project.clone();
        let on = self.switches_on(&project);
        project.switch(&self.service, on);
        let intent = Intent::default();
        Ok(Prepared { plan: up::plan(&project, facts, observed, &intent)?, project, intent })
    }

    /// What is told when it has been carried out.
    pub(super) fn end(&self, project: &Project) -> String {
        let on = project.service(&self.service).is_some_and(|service| service.enabled);
        format!("{} is {}", self.service, if on { "on" } else { "off" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::registry;
    use crate::core::status::tests::project;

    fn toggle(line: &str) -> Toggle {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Toggle::of(&Arguments::read(registry::find("toggle").unwrap(), &words).unwrap())
    }

    #[test]
    fn search_is_switched_by_default_and_the_other_way_round() {
        let mut project = project();
        assert!(!project.service("search").unwrap().enabled);
        let request = toggle("");
        assert!(request.switches_on(&project));
        project.switch("search", true);
        assert!(!request.switches_on(&project));
        assert!(toggle("--on").switches_on(&project) && !toggle("web --off").switches_on(&project));
    }

    #[test]
    fn a_service_that_is_not_declared_is_named() {
        let mut project = project();
        project.services.retain(|service| service.name != "search");
        assert!(toggle("").wrong(&project).unwrap().remedy.unwrap().contains("elasticsearch"));
        assert!(toggle("other").wrong(&project).is_some() && toggle("web").wrong(&project).is_none());
    }
}
