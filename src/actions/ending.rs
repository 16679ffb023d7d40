//! What is told when a request has been carried out.

use crate::actions::{renew, request::Request};
use crate::core::{plan::Plan, project::Project};

impl Request {
    /// What is told at its end; `url` is the site's address now.
    pub fn end(&self, project: &Project, plan: &Plan, url: Option<&str>) -> String {
        let name = &project.name;
        match self {
            Self::Up(_) => addressed(format!("{name} is up"), url),
            Self::Halt if plan.is_empty() => format!("{name} did not run; `biostar-tui up` starts it"),
            Self::Halt => format!("{name} is halted; `biostar-tui up` starts it again"),
            Self::Suspend if plan.is_empty() => format!("nothing of {name} runs"),
            Self::Suspend => format!("{name} is suspended; `biostar-tui resume` lets it go on"),
            Self::Resume if plan.is_empty() => format!("nothing of {name} is paused"),
            Self::Resume => format!("{name} goes on"),
            Self::Reload(service) => renewed(project, service.as_deref(), "is told to start its process anew", None),
            Self::Restart(service) => renewed(project, service.as_deref(), "was restarted", url),
            Self::Rebuild(service) => renewed(project, service.as_deref(), "was rebuilt", url),
            Self::Destroy(intent) => destroyed(project, intent.volumes, plan.is_empty()),
            Self::Clean(_) if plan.is_empty() => "nothing is left over".to_owned(),
            Self::Clean(_) => format!("{} leftovers are removed", plan.steps.len()),
            Self::Adopt(_) if plan.is_empty() => "no other folder has left anything under this name".to_owned(),
            Self::Adopt(_) => {
                format!("{name} ({}) is taken over; `biostar-tui up` brings it up", project.environment.name)
            }
            Self::Snapshot(request) => request.end(project),
            Self::Toggle(toggle) => toggle.end(project),
            Self::Step(_)
            | Self::Migrate(_)
            | Self::MakeMigrations(_)
            | Self::Test(_)
            | Self::Manage(_)
            | Self::Run(_) => "done".to_owned(),
        }
    }

    /// Whether the site's address is told at its end: a container that was made anew, or
    /// started, may have got another port.
    pub const fn tells_address(&self) -> bool {
        matches!(self, Self::Up(_) | Self::Restart(_) | Self::Rebuild(_))
    }
}

fn destroyed(project: &Project, with_volumes: bool, was_nothing: bool) -> String {
    let whole = format!("{} ({})", project.name, project.environment.name);
    match (with_volumes, was_nothing) {
        (true, true) => format!("{whole} was not there"),
        (true, false) => format!("{whole} is gone"),
        (false, true) => format!("there were no containers and no network of {whole}"),
        (false, false) => format!("the containers and the network of {whole} are gone, its volumes are kept"),
    }
}

fn renewed(project: &Project, service: Option<&str>, what: &str, url: Option<&str>) -> String {
    let usual = || renew::default_service(project).map(|service| service.name.as_str());
    let service = service.or_else(usual).unwrap_or("nothing");
    // The address is the Django server's: of another service it tells nothing.
    addressed(format!("{service} {what}"), url.filter(|_| usual() == Some(service)))
}

fn addressed(text: String, url: Option<&str>) -> String {
    match url {
        Some(url) => format!("{text}: {url}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::status::tests::project;

    const URL: Option<&str> = Some("http://127.0.0.1:8001/");

    fn end(request: &Request) -> String {
        request.end(&project(), &Plan::default(), URL)
    }

    #[test]
    fn it_is_told_of_with_its_words() {
        assert_eq!(Request::Rebuild(Some("web".to_owned())).label(), "rebuild web");
        assert_eq!(Request::Run(vec!["ls".to_owned(), "a b".to_owned()]).label(), "run ls 'a b'");
        assert_eq!(Request::Up(vec!["index".to_owned()]).label(), "up");
    }

    #[test]
    fn what_destroy_keeps_is_not_said_to_be_gone() {
        assert_eq!(destroyed(&project(), true, false), "p (development) is gone");
        let kept = "the containers and the network of p (development) are gone, its volumes are kept";
        assert_eq!(destroyed(&project(), false, false), kept);
        let nothing = "there were no containers and no network of p (development)";
        assert_eq!(destroyed(&project(), false, true), nothing);
    }

    #[test]
    fn a_server_made_anew_tells_where_it_answers_now() {
        assert_eq!(end(&Request::Rebuild(None)), "web was rebuilt: http://127.0.0.1:8001/");
        assert_eq!(end(&Request::Restart(Some("web".to_owned()))), "web was restarted: http://127.0.0.1:8001/");
        assert_eq!(end(&Request::Restart(Some("db".to_owned()))), "db was restarted");
        assert_eq!(end(&Request::Reload(None)), "web is told to start its process anew");
        assert!(Request::Rebuild(None).tells_address() && !Request::Halt.tells_address());
    }
}
