//! Dockerfiles as text: what is laid into each stage of a build.

/// The Dockerfile with lines laid behind each `FROM`, so that they hold in every stage from
/// its first instruction on. Comments and continued lines are read as Docker's parser reads
/// them (<https://docs.docker.com/reference/dockerfile/#format>); a backtick as the escape
/// character is not, for it is meant for Windows images.
pub fn in_each_stage(text: &str, lines: &[String]) -> String {
    let mut laid = String::with_capacity(text.len() + 256);
    let mut instruction = Instruction::None;
    for line in text.lines() {
        laid.push_str(line);
        laid.push('\n');
        instruction = instruction.with(line);
        if instruction == Instruction::FromEnded {
            lines.iter().for_each(|line| laid.extend([line, "\n"]));
        }
    }
    laid
}

/// The instruction that a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Instruction {
    /// Between two instructions.
    None,
    /// In a `FROM` that goes on.
    From,
    /// At the end of a `FROM`.
    FromEnded,
    /// In another one that goes on.
    Other,
}

impl Instruction {
    fn with(self, line: &str) -> Self {
        let line = line.trim();
        let goes_on = line.ends_with('\\');
        let is_from = match self {
            // Comments and empty lines inside an instruction do not end it.
            Self::From | Self::Other if line.is_empty() || line.starts_with('#') => return self,
            Self::From => true,
            Self::Other => false,
            Self::None | Self::FromEnded => is_from(line),
        };
        match (is_from, goes_on) {
            (true, true) => Self::From,
            (true, false) => Self::FromEnded,
            (false, true) if !line.starts_with('#') => Self::Other,
            (false, _) => Self::None,
        }
    }
}

fn is_from(line: &str) -> bool {
    line.split_ascii_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("from"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(text: &str) -> String {
        in_each_stage(text, &["ENV A=1".to_owned()])
    }

    #[test]
    fn each_stage_has_the_lines_first() {
        assert_eq!(
            laid("ARG BASE\nFROM ${BASE} AS one\nRUN a\nfrom scratch\nCOPY --from=one /a /"),
            "ARG BASE\nFROM ${BASE} AS one\nENV A=1\nRUN a\nfrom scratch\nENV A=1\nCOPY --from=one /a /\n"
        );
    }

    #[test]
    fn continued_lines_are_one_instruction() {
        assert_eq!(laid("FROM \\\n# which\n\n  debian\nRUN a\n"), "FROM \\\n# which\n\n  debian\nENV A=1\nRUN a\n");
        let shell = "FROM x\nRUN a \\\n  # FROM y\\\n  && FROM z \\\n\nFROM q\nRUN b\n";
        assert_eq!(laid(shell), shell.replacen("FROM x\n", "FROM x\nENV A=1\n", 1), "that is shell, not a stage");
    }

    #[test]
    fn a_comment_is_no_instruction() {
        assert_eq!(laid("# FROM x \\\nFROM y"), "# FROM x \\\nFROM y\nENV A=1\n");
    }
}
