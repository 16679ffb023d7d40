//! The forms of texts: ports, durations, mounts and the like, each read by one function
//! that validation and resolution share.

use std::{net::IpAddr, time::Duration};

use crate::{
    config::{memory, names, schema::Form},
    core::{
        service::{Health, Port, UserMount},
        theme::{ANSI, Colour, RESET},
    },
};

/// Why a text does not have its form, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Misfit {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()) }
    }
}

/// Whether the text has the form.
///
/// # Errors
/// What is wrong with it.
pub fn check(form: Form, text: &str) -> Result<(), Misfit> {
    if text.contains('\0') {
        return Err(Misfit::new("a zero byte can be in no name, path or command", "leave it out"));
    }
    match form {
        Form::Any => Ok(()),
        Form::Filled => filled(text),
        Form::OneOf(words) => one_of(words, text),
        Form::Part => part(text),
        Form::Port => port(text, None).map(drop),
        Form::Duration => duration(text).map(drop),
        Form::Memory => memory::bytes(text).map(drop),
        Form::Glob => glob(text),
        Form::Progress => progress(text),
        Form::Command => command(text).map(drop),
        Form::Mount => mount(text).map(drop),
        Form::Health => health(text).map(drop),
        Form::Module => module(text),
        Form::Colour => colour(text),
    }
}

fn filled(text: &str) -> Result<(), Misfit> {
    if text.trim().is_empty() {
        Err(Misfit::new("this may not be empty", "write a value, or leave the key out"))
    } else {
        Ok(())
    }
}

fn one_of(words: &'static [&'static str], text: &str) -> Result<(), Misfit> {
    if words.contains(&text) {
        return Ok(());
    }
    let help = names::help(text, "known words", words.iter().copied());
    Err(Misfit { message: format!("unknown word `{}`", short(text)), help })
}

/// A part of a container's name: the engine's rule, and a length that leaves room for
/// the project's slug in a host name.
fn part(text: &str) -> Result<(), Misfit> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if starts && text.len() <= 40 && text.chars().all(legal) {
        return Ok(());
    }
    let message = format!("`{}` cannot be part of a container's name", short(text));
    Err(Misfit::new(message, "ASCII letters, digits, `_`, `.` and `-`, a letter or digit first, 40 characters at most"))
}

const PORT_FORM: &str = "[ADDRESS:]PORT[:CONTAINER_PORT], for example \"127.0.0.1:8000\" or \"8025:8025\"";

/// A wanted port; `None` for the empty text. `container` is the port in the container
/// where the text names none.
///
/// # Errors
/// What is wrong with it.
pub fn port(text: &str, container: Option<u16>) -> Result<Option<Port>, Misfit> {
    if text.is_empty() {
        return Ok(None);
    }
    let (address, ports) = split_address(text)?;
    let numbers: Vec<u16> = ports.split(':').map(|number| port_number(text, number)).collect::<Result<_, _>>()?;
    let (host, inside) = match numbers.as_slice() {
        [host] => (*host, container.unwrap_or(*host)),
        [host, inside] => (*host, *inside),
        _ => return Err(Misfit::new(format!("`{}` has too many parts for a port", short(text)), PORT_FORM)),
    };
    if inside == 0 {
        return Err(Misfit::new(format!("`{}` does not name the port in the container", short(text)), PORT_FORM));
    }
    Ok(Some(Port { address, host, container: inside, strict: false }))
}

fn split_address(text: &str) -> Result<(String, &str), Misfit> {
    if let Some((address, ports)) = text.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
        return Ok((ip_address(address)?, ports));
    }
    match text.split_once(':') {
        Some((address, ports)) if !address.is_empty() && !address.bytes().all(|b| b.is_ascii_digit()) => {
            Ok((ip_address(address)?, ports))
        }
        _ => Ok(("127.0.0.1".to_owned(), text)),
    }
}

fn ip_address(text: &str) -> Result<String, Misfit> {
    if text == "localhost" {
        return Ok("127.0.0.1".to_owned());
    }
    let address = text.parse::<IpAddr>().map(|address| address.to_string());
    address.map_err(|_| Misfit::new(format!("`{}` is no address of this host", short(text)), PORT_FORM))
}

fn port_number(whole: &str, number: &str) -> Result<u16, Misfit> {
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| digits).ok_or_else(|| {
        let message = format!("`{}` is no port: `{}` is not a number from 0 to 65535", short(whole), short(number));
        Misfit::new(message, PORT_FORM)
    })
}

/// A duration: `100ms`, `2s`, `1.5m`, `1h`.
///
/// # Errors
/// What is wrong with it.
pub fn duration(text: &str) -> Result<Duration, Misfit> {
    let wrong =
        || Misfit::new(format!("`{}` is no duration", short(text)), "a number with ms, s, m or h: \"100ms\", \"2s\"");
    let at = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(at);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

fn glob(text: &str) -> Result<(), Misfit> {
    filled(text)?;
    globset::GlobBuilder::new(text).literal_separator(true).build().map(drop).map_err(|error| {
        Misfit::new(
            format!("`{}` is no glob: {}", short(text), error.kind()),
            "for example \"**/*.py\" or \"templates/**\"",
        )
    })
}

const PROGRESS_FORM: &str = r"two groups, done and total: '(\d+)/(\d+)'";

fn progress(text: &str) -> Result<(), Misfit> {
    // The bound keeps a hostile expression from taking the memory; ours are a line long.
    let built = regex::RegexBuilder::new(text).size_limit(1 << 20).build();
    let regex = built.map_err(|error| Misfit::new(regex_reason(&error), PROGRESS_FORM))?;
    if regex.captures_len() < 3 {
        let found = if regex.captures_len() == 2 { "one group" } else { "no group" };
        return Err(Misfit::new(format!("the regular expression has {found} instead of two"), PROGRESS_FORM));
    }
    Ok(())
}

/// The last line of the library's message: the others draw the expression again.
fn regex_reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
    format!("this is no regular expression: {reason}")
}

/// A command line, split as a shell does.
///
/// # Errors
/// A quote that is not closed.
pub fn command(text: &str) -> Result<Vec<String>, Misfit> {
    shell_words::split(text).map_err(|_| {
        Misfit::new("a quote in the command is not closed", "close it, or write a list: [\"program\", \"argument\"]")
    })
}

const MOUNT_FORM: &str = "SOURCE:TARGET[:ro], for example \"./media:/media\" or \"cache:/var/cache:ro\"";

/// A mount.
///
/// # Errors
/// What is wrong with it.
pub fn mount(text: &str) -> Result<UserMount, Misfit> {
    let wrong = |why: &str| Misfit::new(format!("`{}` is no mount: {why}", short(text)), MOUNT_FORM);
    let mut parts = text.split(':');
    let (source, target) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let read_only = match (parts.next(), parts.next()) {
        (None, None) => false,
        (Some("ro"), None) => true,
        (Some("rw"), None) => false,
        _ => return Err(wrong("what follows the target is neither `ro` nor `rw`")),
    };
    if source.is_empty() || target.is_empty() {
        return Err(wrong("it needs a source and a target"));
    }
    if !target.starts_with('/') {
        return Err(wrong("the target must be an absolute path in the container"));
    }
    if !is_path(source) {
        part(source).map_err(|_| wrong("the source is neither a path (with a `/`) nor the name of a volume"))?;
    }
    Ok(UserMount { source: source.to_owned(), target: target.to_owned(), read_only })
}

/// Whether a mount's source is a path of the host; otherwise it is a volume's name.
pub fn is_path(source: &str) -> bool {
    source.starts_with('.') || source.contains('/')
}

const HEALTH_FORM: &str = "\"http://:PORT/PATH\", \"tcp://:PORT\", or a list: [\"command\", \"argument\"]";

/// A health check written as a text; `None` for the empty one.
///
/// # Errors
/// What is wrong with it.
pub fn health(text: &str) -> Result<Option<Health>, Misfit> {
    let wrong = || Misfit::new(format!("`{}` is no health check", short(text)), HEALTH_FORM);
    if text.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
    let authority = rest.split('/').next().unwrap_or_default();
    let port = authority.rsplit_once(':').map(|(_, port)| port_number(text, port)).transpose()?;
    match (scheme, port) {
        ("tcp", Some(port)) if rest.starts_with(':') && rest == authority && port > 0 => Ok(Some(Health::Tcp(port))),
        ("http", port) if port.is_some() || !authority.is_empty() => Ok(Some(Health::Http(text.to_owned()))),
        _ => Err(wrong()),
    }
}

fn module(text: &str) -> Result<(), Misfit> {
    let identifier = |part: &str| {
        !part.is_empty()
            && !part.starts_with(|c: char| c.is_ascii_digit())
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    if text.is_empty() || text.split('.').all(identifier) {
        return Ok(());
    }
    let message = format!("`{}` is no Python module", short(text));
    Err(Misfit::new(message, "a dotted name, without .py: \"mysite.settings\""))
}

fn colour(text: &str) -> Result<(), Misfit> {
    if Colour::parse(text).is_some() {
        return Ok(());
    }
    let help = names::help(text, "colours: \"#rrggbb\", 0 to 255", ANSI.into_iter().chain([RESET]));
    Err(Misfit { message: format!("`{}` is no colour", short(text)), help })
}

/// A foreign text as it may stand in a message: one line, of bounded length.
pub fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut plain: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port_of(text: &str) -> (String, u16, u16) {
        let port = port(text, Some(80)).expect("a port").expect("not empty");
        (port.address, port.host, port.container)
    }

    #[test]
    fn ports() {
        assert_eq!(port_of("8000"), ("127.0.0.1".into(), 8000, 80));
        assert_eq!(port_of("8025:8026"), ("127.0.0.1".into(), 8025, 8026));
        assert_eq!(port_of("0.0.0.0:8000"), ("0.0.0.0".into(), 8000, 80));
        assert_eq!(port_of("localhost:0:8000"), ("127.0.0.1".into(), 0, 8000));
        assert_eq!(port_of("[::1]:8000:81"), ("::1".into(), 8000, 81));
        assert_eq!(port("", None), Ok(None));
    }

    #[test]
    fn bad_ports() {
        for text in ["x", "65536", "1:2:3", "here:80", ":80", "80:", "127.0.0.1:", "127.0.0.1:80:80:80", "+80", "80:0"]
        {
            assert!(port(text, None).is_err(), "{text}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(duration("1.5m"), Ok(Duration::from_secs(90)));
        for text in ["", "5", "s", "-1s", "1 day", "infs", "1e400s"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn mounts() {
        assert_eq!(mount("./a:/a:ro"), Ok(UserMount { source: "./a".into(), target: "/a".into(), read_only: true }));
        assert!(is_path("./a") && is_path("/a") && is_path("a/b") && !is_path("cache"));
        for text in ["", "a", "a:b", "a:/b:rx", "a:/b:ro:ro", ":/b", "a b:/b"] {
            assert!(mount(text).is_err(), "{text}");
        }
    }

    #[test]
    fn health_checks() {
        assert_eq!(health("tcp://:80"), Ok(Some(Health::Tcp(80))));
        assert_eq!(health("http://:9200/x"), Ok(Some(Health::Http("http://:9200/x".into()))));
        assert_eq!(health(""), Ok(None));
        for text in ["tcp://80", "tcp://:0", "http://", "https://:1", "http://:x/", "9200", "tcp://:80/x"] {
            assert!(health(text).is_err(), "{text}");
        }
    }

    #[test]
    fn progress_needs_two_groups() {
        assert!(check(Form::Progress, r"(\d+)/(\d+)").is_ok());
        assert!(check(Form::Progress, r"\d+").is_err());
        assert!(check(Form::Progress, "(").is_err());
    }

    #[test]
    fn colours_modules_and_parts() {
        for text in ["red", "#a0b1c2", "255"] {
            assert!(check(Form::Colour, text).is_ok(), "{text}");
        }
        assert!(check(Form::Colour, "256").is_err());
        assert!(check(Form::Module, "a.b_c").is_ok() && check(Form::Module, "a/b.py").is_err());
        assert!(check(Form::Part, "web-2").is_ok() && check(Form::Part, "-web").is_err());
    }
}
