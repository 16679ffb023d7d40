//! The keys of `[theme]`, and of a theme's own file.

use crate::config::schema::{Form, Key, Kind};

const COLOUR: Kind = Kind::Text(Form::Colour);

const fn role(name: &'static str, doc: &'static str) -> Key {
    Key { name, kind: COLOUR, default: "", doc }
}

/// The colours by their roles.
const COLORS: &[Key] = &[
    role("text", "Text."),
    role("background", "What is behind everything."),
    role("dim", "Frames, and text of less weight."),
    role("good", "What went well."),
    role("busy", "What goes on, waits, or warns."),
    role("bad", "What failed."),
    role("info", "What is told."),
    role("second", "The second name in a merged log, after `info`."),
    role("third", "Another name there."),
    role("fourth", "Another name there."),
    role("find_text", "What a search has found."),
    role("find", "What is behind it."),
    role("banner_text", "The banner of production."),
    role("banner", "What is behind it."),
];

/// `[theme]`.
pub(super) const THEME: &[Key] = &[
    Key {
        name: "name",
        kind: Kind::Text(Form::Filled),
        default: "\"auto\"",
        doc: "A theme: auto (dark or light as the terminal is), dark, light, high-contrast, colour-blind, plain, \
              plain-light, or NAME for ~/.config/biostar-tui/themes/NAME.toml.",
    },
    Key {
        name: "colors",
        kind: Kind::Table(COLORS),
        default: "{}",
        doc: "Colours in place of the theme's, by role: \"#rrggbb\", 0 to 255, \"lightred\", or \"reset\".",
    },
    Key {
        name: "depth",
        kind: Kind::Text(Form::OneOf(&["auto", "true", "256", "16", "none"])),
        default: "\"auto\"",
        doc: "Colours that the terminal shows; auto: by NO_COLOR, COLORTERM and TERM.",
    },
    Key {
        name: "shapes",
        kind: Kind::Text(Form::OneOf(&["auto", "unicode", "ascii"])),
        default: "\"auto\"",
        doc: "Frames and signs; auto: ASCII where the locale is not UTF-8.",
    },
    Key {
        name: "motion",
        kind: Kind::Text(Form::OneOf(&["full", "reduced"])),
        default: "\"full\"",
        doc: "Whether times that go on count every second, or only every ten.",
    },
];

/// A theme's own file.
pub const FILE: &[Key] = &[
    Key {
        name: "for",
        kind: Kind::Text(Form::OneOf(&["dark", "light"])),
        default: "\"dark\"",
        doc: "The background that it is made for: what the file leaves out is that theme's.",
    },
    Key {
        name: "ansi",
        kind: Kind::List(&COLOUR),
        default: "[]",
        doc: "What programs print in ANSI's 16 colours, black to white.",
    },
    Key { name: "colors", kind: Kind::Table(COLORS), default: "{}", doc: "Colours by their roles." },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::theme::Role;

    #[test]
    fn every_role_has_a_key() {
        assert!(COLORS.iter().map(|key| key.name).eq(Role::ALL.iter().map(|(_, name)| *name)));
    }
}
