//! Whether this user may use the socket.

use crate::core::doctor::{
    Finding, Surroundings,
    surroundings::{Down, Engine, Socket},
};

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let user = &surroundings.user.name;
    let forbidden = matches!(surroundings.engine, Engine::Down(Down::Forbidden, _));
    vec![match &surroundings.socket {
        None if forbidden => of_forbidden(surroundings),
        None if surroundings.endpoint.starts_with("tcp:") => Finding::ok("a tcp endpoint needs no permission"),
        None => Finding::skipped(format!("there is no socket at {}", surroundings.endpoint)),
        Some(socket) if socket.usable && !forbidden => Finding::ok(format!("{user} may use {}", socket.path)),
        Some(socket) => refused(surroundings, socket),
    }]
}

fn of_forbidden(surroundings: &Surroundings) -> Finding {
    let Engine::Down(_, notice) = &surroundings.engine else { return Finding::ok("") };
    Finding::of(notice)
}

fn refused(surroundings: &Surroundings, socket: &Socket) -> Finding {
    let user = &surroundings.user;
    let Socket { path, group, mode, .. } = socket;
    let finding = Finding::error(format!("{} may not use {path}", user.name));
    let cause = format!("it is open to the group {group} (mode {mode:04o})");
    if user.groups.contains(group) {
        return finding
            .because(format!("{cause}; {} is in it, but not yet in this session", user.name))
            .remedy(format!("log in again, or `newgrp {group}`"));
    }
    let remedy = format!("`sudo usermod -aG {group} {}`, then log in again; its members can become root", user.name);
    finding.because(cause).remedy(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{doctor::Verdict, notice::Notice};

    #[test]
    fn each_way_to_be_kept_out() {
        let mut machine = Surroundings::sample();
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
        machine.engine = Engine::Down(Down::Forbidden, Notice::error("could not connect").remedy("x"));
        machine.socket.as_mut().unwrap().usable = false;
        assert!(look(&machine)[0].remedy.as_ref().unwrap().contains("newgrp docker"));
        machine.user.groups.clear();
        let found = look(&machine).remove(0);
        assert_eq!(found.verdict, Verdict::Error);
        assert!(found.remedy.unwrap().contains("usermod -aG docker ada"));
        machine.socket = None;
        assert_eq!(look(&machine)[0].verdict, Verdict::Error);
        machine.engine = Engine::default();
        assert_eq!(look(&machine)[0].verdict, Verdict::Skipped);
        machine.endpoint = "tcp://10.0.0.2:2375".into();
        assert_eq!(look(&machine)[0].verdict, Verdict::Ok);
    }
}
