//! Ports of the host: whether they are free, who has them, and which to take instead.

use std::net::{IpAddr, SocketAddr, TcpListener};

use crate::core::{container::PublishedPort, observed::Container};

/// How many ports after the wanted one are tried.
const FALL_BACKS: u16 = 100;

/// Whether a port of this host can be bound now. `false` for an address that is none of
/// this host's would be wrong on remote engines, so there it counts as free.
pub fn is_free(address: &str, port: u16) -> bool {
    let Ok(address) = address.parse::<IpAddr>() else { return true };
    match TcpListener::bind(SocketAddr::new(address, port)) {
        Ok(_) => true,
        Err(error) => error.kind() != std::io::ErrorKind::AddrInUse,
    }
}

/// The next free port after the wanted one.
pub fn next_free(port: &PublishedPort, after: u16, containers: &[Container]) -> Option<u16> {
    (after.checked_add(1)?..=after.saturating_add(FALL_BACKS))
        .find(|candidate| container_with(containers, *candidate).is_none() && is_free(&port.address, *candidate))
}

/// The container that has published a port of the host.
pub fn container_with(containers: &[Container], port: u16) -> Option<&Container> {
    containers.iter().find(|container| container.ports.iter().any(|used| used.host == port))
}

/// Who has a port: a container's name, or a process of this host.
pub fn owner(containers: &[Container], port: u16) -> String {
    match container_with(containers, port) {
        Some(container) => format!("the container {}", container.name),
        None => process_with(port).unwrap_or_else(|| "a process of another user".to_owned()),
    }
}

/// The process that listens on a port, where `/proc` shows it to this user.
fn process_with(port: u16) -> Option<String> {
    let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .flat_map(|table| table.lines().skip(1).filter_map(|line| listening_inode(line, port)).collect::<Vec<_>>())
        .collect();
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let mut numbered = processes.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok());
    let holder = numbered.find(|entry| holds_socket(&entry.path(), &inodes))?;
    let id = holder.file_name().to_string_lossy().into_owned();
    let name = std::fs::read_to_string(holder.path().join("comm")).unwrap_or_default();
    Some(named(name.trim(), &id))
}

fn named(name: &str, id: &str) -> String {
    match name {
        // The engine's own: it holds the port before the engine lists it.
        "docker-proxy" | "rootlessport" => {
            format!("a container that is starting, or another engine's ({name}, process {id})")
        }
        _ => format!("{name} (process {id})"),
    }
}

/// The inode of a listening socket on this port, from a line of `/proc/net/tcp`.
fn listening_inode(line: &str, port: u16) -> Option<String> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let local = fields.get(1)?.rsplit_once(':')?.1;
    // State 0A is LISTEN (include/net/tcp_states.h).
    let listens = *fields.get(3)? == "0A" && u16::from_str_radix(local, 16).ok()? == port;
    listens.then(|| fields.get(9).map(|inode| (*inode).to_owned())).flatten()
}

fn holds_socket(process: &std::path::Path, inodes: &[String]) -> bool {
    let Ok(descriptors) = std::fs::read_dir(process.join("fd")) else { return false };
    descriptors.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok()).any(|target| {
        let target = target.to_string_lossy();
        inodes.iter().any(|inode| target == format!("socket:[{inode}]"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_not_free_and_has_an_owner() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free("127.0.0.1", port));
        assert!(owner(&[], port).contains(&format!("process {}", std::process::id())));
    }

    #[test]
    fn the_next_free_port_is_another_one() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = listener.local_addr().unwrap().port();
        let port = PublishedPort { container: 80, address: "127.0.0.1".into(), wanted: taken, publish: taken };
        assert_ne!(next_free(&port, taken, &[]), Some(taken));
    }
}
