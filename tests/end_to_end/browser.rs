//! A browser for one site, as far as signing in and posting a form need one: it keeps
//! cookies, sends Django's token along, and follows no redirect.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

pub struct Browser {
    address: String,
    cookies: BTreeMap<String, String>,
}

pub struct Answer {
    /// The status code and its words.
    pub status: String,
    pub location: Option<String>,
    pub body: String,
}

impl Browser {
    pub fn of(url: &str) -> Self {
        let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        Self { address, cookies: BTreeMap::new() }
    }

    /// A page that must be there.
    #[track_caller]
    pub fn page(&mut self, path: &str) -> String {
        let answer = self.ask(&format!("GET {path} HTTP/1.0"), "");
        assert!(answer.status.starts_with("200 "), "{path}: {}\n{}", answer.status, answer.body);
        answer.body
    }

    /// Posts a form of the page at `path`, which the site must take: where it leads to.
    #[track_caller]
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        self.page(path);
        let token = self.cookies.get("csrftoken").cloned().unwrap_or_default();
        let token = ("csrfmiddlewaretoken", token.as_str());
        let form = std::iter::once(&token)
            .chain(fields)
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect::<Vec<_>>()
            .join("&");
        let answer = self.ask(&format!("POST {path} HTTP/1.0"), &form);
        answer.location.unwrap_or_else(|| panic!("{path} was not taken: {}\n{}", answer.status, answer.body))
    }

    fn ask(&mut self, line: &str, form: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("the site can be reached");
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let head = format!(
            "{line}\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n",
            self.address,
            cookies.join("; "),
            form.len()
        );
        stream.write_all((head + form).as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("the answer can be read");
        self.answer(&String::from_utf8_lossy(&bytes))
    }

    fn answer(&mut self, text: &str) -> Answer {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split_once(' ')).map_or("", |(_, status)| status).to_owned();
        let mut location = None;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "location" => location = Some(value.to_owned()),
                "set-cookie" => self.keep(value),
                _ => {}
            }
        }
        Answer { status, location, body: body.to_owned() }
    }

    fn keep(&mut self, cookie: &str) {
        if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}
