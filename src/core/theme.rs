//! How the dashboard looks: a colour for each role, and what of it a terminal can show.

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// The terminal's own foreground or background.
    #[default]
    Terminal,
    /// One of the terminal's 256 colours; the first 16 are ANSI's.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// The words for ANSI's colours in the order of their numbers.
pub const ANSI: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "gray",
    "darkgray",
    "lightred",
    "lightgreen",
    "lightyellow",
    "lightblue",
    "lightmagenta",
    "lightcyan",
    "white",
];

/// xterm's own 16 colours; other terminals' are near them.
const XTERM: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

/// Red, green and blue of one of xterm's 256 colours: 16 of its own, a cube of 6 levels, 24
/// greys.
pub fn xterm(number: u8) -> (u8, u8, u8) {
    let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    match number {
        ..16 => XTERM[usize::from(number)],
        16..232 => (level((number - 16) / 36), level((number - 16) / 6 % 6), level((number - 16) % 6)),
        232.. => [8 + 10 * (number - 232); 3].into(),
    }
}

/// The word for the terminal's own colour.
pub const RESET: &str = "reset";

impl Colour {
    /// The colour that a text names: `"#rrggbb"`, 0 to 255, one of [`ANSI`], [`RESET`].
    pub fn parse(text: &str) -> Option<Self> {
        let part = |range| u8::from_str_radix(text.get(range)?, 16).ok();
        if text.starts_with('#') {
            let is_hex = text.len() == 7 && text.bytes().skip(1).all(|byte| byte.is_ascii_hexdigit());
            return is_hex.then(|| Some(Self::Rgb(part(1..3)?, part(3..5)?, part(5..7)?)))?;
        }
        if text == RESET {
            return Some(Self::Terminal);
        }
        let word = ANSI.iter().zip(0..).find(|(word, _)| **word == text).map(|(_, number)| number);
        word.or_else(|| text.parse().ok()).map(Self::Indexed)
    }
}

/// What a colour is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Text,
    /// What is behind everything.
    Background,
    /// Frames, and text of less weight.
    Dim,
    /// What went well.
    Good,
    /// What goes on, waits, or warns.
    Busy,
    /// What failed.
    Bad,
    /// What is told.
    Info,
    /// A name among others in a merged log.
    Second,
    /// Another.
    Third,
    /// Another.
    Fourth,
    /// What a search has found.
    FindText,
    /// What is behind it.
    Find,
    /// The banner of production.
    BannerText,
    /// What is behind it.
    Banner,
}

impl Role {
    /// All of them with their names in theme files.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Text, "text"),
        (Self::Background, "background"),
        (Self::Dim, "dim"),
        (Self::Good, "good"),
        (Self::Busy, "busy"),
        (Self::Bad, "bad"),
        (Self::Info, "info"),
        (Self::Second, "second"),
        (Self::Third, "third"),
        (Self::Fourth, "fourth"),
        (Self::FindText, "find_text"),
        (Self::Find, "find"),
        (Self::BannerText, "banner_text"),
        (Self::Banner, "banner"),
    ];

    /// The role of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, other)| *other == name).map(|(role, _)| *role)
    }
}

/// Whether a terminal's background is dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ground {
    /// It is.
    #[default]
    Dark,
    /// It is light.
    Light,
}

impl Ground {
    /// The ground of a background's colour: light where black text is the better to read on it.
    pub fn of(rgb: (u8, u8, u8)) -> Self {
        let black = contrast(rgb, (0, 0, 0));
        if black > contrast(rgb, (255, 255, 255)) { Self::Light } else { Self::Dark }
    }

    /// Its word in theme files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The ground of a word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Dark, Self::Light].into_iter().find(|ground| ground.as_str() == word)
    }
}

/// The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// WCAG 2.2, "relative luminance".
fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
    let linear = |part: u8| match f64::from(part) / 255.0 {
        part @ ..=0.04045 => part / 12.92,
        part => ((part + 0.055) / 1.055).powf(2.4),
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/// A colour for each role; by default the terminal's own everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Theme {
    /// The background that it is made for.
    pub ground: Ground,
    roles: [Colour; Role::ALL.len()],
    /// ANSI's 16 colours, for what programs print.
    pub ansi: Option<[Colour; 16]>,
}

impl Theme {
    /// The colour of a role.
    pub const fn of(&self, role: Role) -> Colour {
        self.roles[role as usize]
    }

    /// Gives a role a colour.
    pub const fn set(&mut self, role: Role, colour: Colour) {
        self.roles[role as usize] = colour;
    }
}

/// The themes for a dark and for a light background; the same one where the user chose it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Themes {
    /// For a dark one.
    pub dark: Theme,
    /// For a light one.
    pub light: Theme,
}

impl Themes {
    /// The theme for a background.
    pub const fn of(&self, ground: Ground) -> &Theme {
        match ground {
            Ground::Dark => &self.dark,
            Ground::Light => &self.light,
        }
    }
}

/// How many colours a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Depth {
    /// None: bold, dim and reverse only.
    None,
    /// ANSI's 16.
    #[default]
    Sixteen,
    /// 256.
    Many,
    /// All.
    True,
}

/// Which shapes a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shapes {
    /// All of Unicode.
    #[default]
    Unicode,
    /// ASCII alone.
    Ascii,
}

/// Whether what goes on may move on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Motion {
    /// It may: times count every second.
    #[default]
    Full,
    /// As little as possible.
    Reduced,
}

/// How the dashboard is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// The themes to choose from by the background.
    pub themes: Themes,
    /// The background.
    pub ground: Ground,
    /// Colours that there are.
    pub depth: Depth,
    /// Shapes that there are.
    pub shapes: Shapes,
    /// Whether it moves.
    pub motion: Motion,
}

impl Look {
    /// The theme in use.
    pub const fn theme(&self) -> &Theme {
        self.themes.of(self.ground)
    }
}

/// How the dashboard is to look, as far as the configuration says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Appearance {
    /// The themes for terminals with more than 16 colours.
    pub rich: Themes,
    /// The themes for the others.
    pub plain: Themes,
    /// Colours that the terminal shows, where the user knows better.
    pub depth: Option<Depth>,
    /// Shapes that it shows, where the user knows better.
    pub shapes: Option<Shapes>,
    /// Whether what goes on may move.
    pub motion: Motion,
}

/// What a terminal is able to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// Its background.
    pub ground: Ground,
    /// Its colours.
    pub depth: Depth,
    /// Its shapes.
    pub shapes: Shapes,
}

impl Appearance {
    /// How it looks on a terminal.
    pub fn on(&self, terminal: Abilities) -> Look {
        let depth = self.depth.unwrap_or(terminal.depth);
        let themes = if depth > Depth::Sixteen { &self.rich } else { &self.plain };
        Look {
            themes: themes.clone(),
            ground: terminal.ground,
            depth,
            shapes: self.shapes.unwrap_or(terminal.shapes),
            motion: self.motion,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_have_names_numbers_and_parts() {
        assert_eq!(Colour::parse("#0a141E"), Some(Colour::Rgb(10, 20, 30)));
        assert_eq!(Colour::parse("lightred"), Some(Colour::Indexed(9)));
        assert_eq!(Colour::parse("208"), Some(Colour::Indexed(208)));
        assert_eq!(Colour::parse("reset"), Some(Colour::Terminal));
        for text in ["", "#12345", "#12345é", "256", "pink", "#+1+2+3"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn roles_are_in_the_order_of_their_table() {
        for (place, (role, name)) in Role::ALL.into_iter().enumerate() {
            assert_eq!((role as usize, Role::parse(name)), (place, Some(role)));
        }
    }

    #[test]
    fn contrast_is_wcags() {
        assert!((contrast((255, 255, 255), (0, 0, 0)) - 21.0).abs() < 1e-9);
        // The example of a grey that just passes AA on white.
        assert!((contrast((0x76, 0x76, 0x76), (255, 255, 255)) - 4.54).abs() < 0.01);
        assert_eq!((Ground::of((0xfd, 0xf6, 0xe3)), Ground::of((0x28, 0x2c, 0x34))), (Ground::Light, Ground::Dark));
    }
}
