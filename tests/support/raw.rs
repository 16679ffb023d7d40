//! The engine's API by hand, for what the port does not need.

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use biostar_tui::engine::Endpoint;

/// The socket of the engine under test.
pub fn socket() -> std::path::PathBuf {
    match super::bench::endpoint() {
        Endpoint::Unix(path) => path,
        other => panic!("these tests look at the engine through a unix socket, not {other}"),
    }
}

/// The body of a GET on the engine's API.
pub fn get(path: &str) -> String {
    get_from(&socket(), path)
}

/// The same of another engine.
pub fn get_from(socket: &Path, path: &str) -> String {
    let mut body = Vec::new();
    send(socket, &format!("GET {path} HTTP/1.0\r\nHost: engine\r\n\r\n"), &mut std::io::empty())
        .read_to_end(&mut body)
        .unwrap();
    String::from_utf8_lossy(&body).into_owned()
}

/// A POST on the engine's API.
pub fn post(path: &str, body: &str) {
    post_to(&socket(), path, body);
}

/// The same on another engine's.
pub fn post_to(socket: &Path, path: &str, body: &str) {
    let head = format!(
        "POST {path} HTTP/1.0\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    send(socket, &head, &mut body.as_bytes()).read_to_end(&mut Vec::new()).unwrap();
}

/// A DELETE on the engine's API.
pub fn delete(path: &str) {
    let head = format!("DELETE {path} HTTP/1.0\r\nHost: engine\r\n\r\n");
    send(&socket(), &head, &mut std::io::empty()).read_to_end(&mut Vec::new()).unwrap();
}

/// Sends a request and gives the answer's body, whose end is the connection's: HTTP/1.0.
fn send(socket: &Path, head: &str, body: &mut dyn Read) -> impl Read + use<> {
    let mut stream = UnixStream::connect(socket).expect("the engine's socket can be reached");
    stream.set_read_timeout(Some(Duration::from_secs(300))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    std::io::copy(body, &mut stream).unwrap();
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("the engine answers");
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    assert!(head.starts_with("HTTP/1.0 2") || head.starts_with("HTTP/1.1 2"), "{head}");
    stream
}

/// Copies images from one engine to another.
pub fn copy_images(from: &Path, to: &Path, references: &[&str]) {
    let names: Vec<String> = references.iter().map(|name| format!("names={name}")).collect();
    let request = format!("GET /images/get?{} HTTP/1.0\r\nHost: engine\r\n\r\n", names.join("&"));
    let mut archive = tempfile::tempfile().unwrap();
    let length = std::io::copy(&mut send(from, &request, &mut std::io::empty()), &mut archive).unwrap();
    std::io::Seek::rewind(&mut archive).unwrap();
    let head = format!(
        "POST /images/load?quiet=1 HTTP/1.0\r\nHost: engine\r\nContent-Type: application/x-tar\r\nContent-Length: {length}\r\n\r\n"
    );
    let mut answer = String::new();
    send(to, &head, &mut archive).read_to_string(&mut answer).unwrap();
    assert!(!answer.contains("\"error\""), "{answer}");
}
