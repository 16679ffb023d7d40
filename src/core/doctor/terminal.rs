//! Whether the dashboard can be drawn here.

use crate::core::doctor::{Finding, Surroundings, surroundings::Terminal};

/// The smallest size that the dashboard folds to.
const LEAST: (u16, u16) = (60, 15);

pub(super) fn look(surroundings: &Surroundings) -> Vec<Finding> {
    let Some(terminal) = &surroundings.terminal else { return vec![Finding::skipped("there is no terminal")] };
    let wrong: Vec<Finding> =
        [kind(terminal), locale(terminal), size(terminal), colours(terminal)].into_iter().flatten().collect();
    if wrong.is_empty() { vec![Finding::ok(summary(terminal))] } else { wrong }
}

fn summary(terminal: &Terminal) -> String {
    let size = terminal.size.map(|(columns, rows)| format!(", {columns}x{rows}")).unwrap_or_default();
    format!("{}{size}, UTF-8, {}", terminal.term, colour_word(terminal))
}

fn colour_word(terminal: &Terminal) -> &'static str {
    let Terminal { term, colorterm, no_color, .. } = terminal;
    match colorterm.as_str() {
        _ if *no_color => "no colours by NO_COLOR",
        "truecolor" | "24bit" => "true colours",
        _ if term.contains("256color") || term.contains("direct") => "256 colours",
        _ => "16 colours",
    }
}

fn kind(terminal: &Terminal) -> Option<Finding> {
    let summary = match terminal.term.as_str() {
        "" => "TERM is not set",
        "dumb" | "unknown" => "TERM says that this terminal cannot place text",
        _ => return None,
    };
    let finding = Finding::warning(summary).because("the dashboard and full-screen programs cannot draw");
    Some(finding.remedy("export TERM=xterm-256color, or what your terminal's documentation names"))
}

fn colours(terminal: &Terminal) -> Option<Finding> {
    let mono = matches!(terminal.term.as_str(), "vt100" | "vt102" | "vt220" | "ansi-mono" | "xterm-mono");
    let finding = Finding::warning(format!("{} has no colours", terminal.term));
    let finding = finding.because("states are told by words alone");
    (mono && !terminal.no_color).then(|| finding.remedy("export TERM=xterm-256color where the terminal has them"))
}

fn locale(terminal: &Terminal) -> Option<Finding> {
    let speaks = |value: &str| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    };
    let said = match &terminal.locale {
        _ if terminal.always_utf8 => return None,
        Some((_, value)) if speaks(value) => return None,
        Some((name, value)) => format!("the locale is not UTF-8: {name}={value}"),
        None => "no locale is set: LC_ALL, LC_CTYPE and LANG are empty".to_owned(),
    };
    let finding = Finding::warning(said).because("programs that trust it replace letters and frames by `?`");
    Some(finding.remedy("export LANG=C.UTF-8"))
}

fn size(terminal: &Terminal) -> Option<Finding> {
    let (columns, rows) = terminal.size?;
    // A size of nothing is a line that does not know it.
    let small = (columns < LEAST.0 || rows < LEAST.1) && columns > 0 && rows > 0;
    let finding = Finding::warning(format!("the terminal has {columns}x{rows}"));
    let finding = finding.because(format!("the dashboard needs {}x{}", LEAST.0, LEAST.1));
    small.then(|| finding.remedy("make the window larger, or the letters smaller"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doctor::Verdict;

    fn found(change: impl FnOnce(&mut Terminal)) -> Vec<Finding> {
        let mut machine = Surroundings::sample();
        machine.terminal.as_mut().map(change).unwrap();
        look(&machine)
    }

    fn first(change: impl FnOnce(&mut Terminal)) -> (Verdict, String) {
        let found = found(change).remove(0);
        (found.verdict, found.summary)
    }

    #[test]
    fn each_point() {
        assert_eq!(first(|_| {}), (Verdict::Ok, "xterm-256color, 120x30, UTF-8, 256 colours".into()));
        assert_eq!(first(|it| it.term.clear()), (Verdict::Warning, "TERM is not set".into()));
        assert_eq!(first(|it| it.term = "dumb".into()).0, Verdict::Warning);
        assert_eq!(first(|it| it.term = "vt100".into()).1, "vt100 has no colours");
        assert_eq!(first(|it| it.locale = Some(("LC_ALL".into(), "C".into()))).1, "the locale is not UTF-8: LC_ALL=C");
        assert_eq!(first(|it| it.locale = None).0, Verdict::Warning);
        assert_eq!(first(|it| (it.locale, it.always_utf8) = (None, true)).0, Verdict::Ok);
        assert_eq!(first(|it| it.size = Some((60, 15))).0, Verdict::Ok);
        assert_eq!(first(|it| it.size = Some((80, 14))).1, "the terminal has 80x14");
        assert_eq!(first(|it| it.size = Some((0, 0))).0, Verdict::Ok);
        assert!(first(|it| it.colorterm = "truecolor".into()).1.ends_with("true colours"));
        assert_eq!(found(|it| *it = Terminal { size: Some((20, 5)), ..Terminal::default() }).len(), 3);
    }

    #[test]
    fn no_terminal_is_not_looked_at() {
        let machine = Surroundings { terminal: None, ..Surroundings::sample() };
        assert_eq!(look(&machine)[0].verdict, Verdict::Skipped);
    }
}
