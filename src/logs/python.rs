//! Python's tracebacks, line by line ("traceback" in the standard library's manual).

/// A frame of a traceback.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Frame {
    /// The file as the interpreter names it.
    pub path: String,
    /// The line in it, from 1.
    pub line: u32,
    /// The function; empty where a syntax error has none.
    pub function: String,
}

impl Frame {
    /// `:12 in index`; where a file could not be read to its end there is no function.
    pub fn place_in_file(&self) -> String {
        match self.function.as_str() {
            "" => format!(":{}", self.line),
            function => format!(":{} in {function}", self.line),
        }
    }

    /// Whether it is in the project's code rather than in a library's.
    pub fn is_of_project(&self) -> bool {
        !is_library(&self.path)
    }
}

/// The line that a traceback begins with, in an exception group too.
pub fn begins(text: &str) -> bool {
    // Most lines end here: their first characters are others.
    matches!(text.as_bytes().first(), Some(b'T' | b' ' | b'E' | b'+' | b'|'))
        && bare(text).trim_start_matches("Exception Group ").starts_with("Traceback (most recent call last):")
}

/// A line without the margin that exception groups have (`  | `, `  +-+----`).
pub fn bare(text: &str) -> &str {
    text.trim_start_matches([' ', '|', '+'])
}

/// The frame of a line `  File "/project/forum/views.py", line 42, in post`.
pub fn frame(text: &str) -> Option<Frame> {
    let (path, rest) = bare(text).strip_prefix("File \"")?.split_once("\", line ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let line = rest[..end].parse().ok()?;
    let function = rest[end..].strip_prefix(", in ").unwrap_or_default();
    Some(Frame { path: path.to_owned(), line, function: function.to_owned() })
}

/// Whether a file belongs to a library or to Python itself. Frozen and generated code
/// (`<frozen importlib._bootstrap>`, `<string>`) has no file that could be opened.
pub fn is_library(path: &str) -> bool {
    let parts = ["/site-packages/", "/dist-packages/", "/lib/python2", "/lib/python3", "/opt/biostar-tui/"];
    path.starts_with('<') || parts.iter().any(|part| path.contains(part))
}

/// Whether a line stands between the traceback of a cause and that of what it caused.
pub fn chains(text: &str) -> bool {
    let text = bare(text);
    text.starts_with("The above exception was the direct cause of the following exception:")
        || text.starts_with("During handling of the above exception, another exception occurred:")
}

/// Whether a line is an exception with its message: a dotted name, alone or before a colon.
pub fn is_exception(text: &str) -> bool {
    let text = bare(text);
    let name = text.split_once(':').map_or(text, |(name, _)| name).trim_end();
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            || part == "<locals>"
    };
    !name.is_empty() && name.split('.').all(is_name)
}

/// The exception's name without its module: `psycopg2.errors.UndefinedTable: relation …`
/// is read more easily without.
pub fn short_exception(text: &str) -> String {
    let text = bare(text).trim_end();
    let (name, message) = text.split_once(':').unwrap_or((text, ""));
    let name = name.rsplit('.').next().unwrap_or(name);
    if message.is_empty() { name.to_owned() } else { format!("{name}:{message}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn frames() {
        let found = frame("  File \"/project/forum/views.py\", line 42, in post").unwrap();
        assert_eq!((found.path.as_str(), found.line, found.function.as_str()), ("/project/forum/views.py", 42, "post"));
        assert!(found.is_of_project());
        assert!(
            !frame("  |   File \"/x/lib/python3.11/site-packages/a.py\", line 1, in <module>").unwrap().is_of_project()
        );
        assert_eq!(frame("  File \"/project/x.py\", line 3").unwrap().function, "");
        assert_eq!(frame("    return get_response(request)"), None);
        assert!(is_library("<frozen importlib._bootstrap>"));
    }

    #[test]
    fn exceptions() {
        for text in ["ValueError: x", "KeyboardInterrupt", "psycopg2.errors.UndefinedTable: x", "  | ValueError: 1"] {
            assert!(is_exception(text), "{text}");
        }
        for text in ["", "During handling of", "x y: z", "    ^^^^"] {
            assert!(!is_exception(text), "{text}");
        }
        assert_eq!(short_exception("django.db.utils.ProgrammingError: relation: x"), "ProgrammingError: relation: x");
        assert_eq!(short_exception("KeyboardInterrupt"), "KeyboardInterrupt");
    }

    #[test]
    fn beginnings_and_links() {
        assert!(begins("Traceback (most recent call last):"));
        assert!(begins("  + Exception Group Traceback (most recent call last):"));
        assert!(!begins("a Traceback (most recent call last):"));
        assert!(chains("During handling of the above exception, another exception occurred:"));
    }

    proptest! {
        #[test]
        fn any_line_may_come(text in "\\PC{0,80}") {
            let _ = (begins(&text), frame(&text), is_exception(&text), short_exception(&text), chains(&text));
        }
    }
}
