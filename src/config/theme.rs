//! Themes: the shipped ones, and the user's own files.

use std::path::{Path, PathBuf};

use crate::{
    config::{
        document::Document,
        error::Problem,
        files::Files,
        forms::{self, short},
        names, parse,
        schema::{Form, Kind, THEME_FILE},
        source::{Layer, Place, Source},
        validate,
        value::{Node, Table},
    },
    core::{
        notice::Notice,
        theme::{Appearance, Colour, Depth, Ground, Motion, Role, Shapes, Theme, Themes},
    },
};

/// The shipped themes by their names.
const SHIPPED: &[(&str, &str)] = &[
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../assets/themes/colour-blind.toml")),
    ("plain", include_str!("../../assets/themes/plain.toml")),
    ("plain-light", include_str!("../../assets/themes/plain-light.toml")),
];

/// The name that leaves the choice to the terminal.
pub const AUTO: &str = "auto";

/// The names of the shipped themes.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// A shipped theme; `None` for a name that none has.
pub fn shipped(name: &str) -> Option<Theme> {
    let (_, text) = SHIPPED.iter().find(|(other, _)| *other == name)?;
    let source = Source::file(format!("built-in themes/{name}.toml"), *text);
    // A test reads them all.
    parse::document(Layer::Default, &source).ok().map(|root| over(Theme::default(), &root))
}

/// Dark and light of these names.
fn pair(dark: &str, light: &str) -> Themes {
    Themes { dark: shipped(dark).unwrap_or_default(), light: shipped(light).unwrap_or_default() }
}

/// What the theme of a configuration comes to.
#[derive(Default)]
pub(super) struct Chosen {
    /// The themes.
    pub appearance: Appearance,
    /// What is wrong with it: the default is used then.
    pub notices: Vec<Notice>,
    /// The theme's own file.
    pub file: Option<PathBuf>,
}

/// The theme that a configuration names, its colours over it. `user` is the folder of the
/// user's configuration.
pub(super) fn choose(files: &dyn Files, user: Option<&Path>, document: &Document) -> Chosen {
    let name = document.text(&["theme", "name"]);
    let mut chosen = Chosen::default();
    let named = match (name, shipped(name)) {
        (AUTO, _) => None,
        (_, Some(theme)) => Some(theme),
        (_, None) => {
            let own = own(files, user, document, name);
            let broken = own.problems.iter().map(defaulted);
            (chosen.notices, chosen.file) = (broken.collect(), own.file);
            own.theme
        }
    };
    let (rich, plain) = match named {
        Some(theme) => (both(&theme), both(&theme)),
        None => (pair("dark", "light"), pair("plain", "plain-light")),
    };
    let word = |key| document.text(&["theme", key]);
    let motion = if word("motion") == "reduced" { Motion::Reduced } else { Motion::Full };
    let (depth, shapes) = (depth(word("depth")), shapes(word("shapes")));
    chosen.appearance = Appearance { rich, plain, depth, shapes, motion };
    chosen.notices.extend(lay_over(&mut chosen.appearance, document));
    chosen
}

fn depth(word: &str) -> Option<Depth> {
    let words = [("true", Depth::True), ("256", Depth::Many), ("16", Depth::Sixteen), ("none", Depth::None)];
    words.into_iter().find(|(other, _)| *other == word).map(|(_, depth)| depth)
}

fn shapes(word: &str) -> Option<Shapes> {
    let words = [("unicode", Shapes::Unicode), ("ascii", Shapes::Ascii)];
    words.into_iter().find(|(other, _)| *other == word).map(|(_, shapes)| shapes)
}

/// The configuration's own colours are over every theme's. Those that are none are told.
fn lay_over(appearance: &mut Appearance, document: &Document) -> Vec<Notice> {
    let mut notices = Vec::new();
    for entry in document.entries(&["theme", "colors"]) {
        if let Err(misfit) = forms::check(Form::Colour, entry.node.as_text().unwrap_or_default()) {
            let problem = Problem::at(entry.node.origin.place.clone(), misfit.message).maybe_help(misfit.help);
            let notice = problem.notice();
            notices.push(Notice { summary: format!("{}; the theme's own is used", notice.summary), ..notice });
        }
        for themes in [&mut appearance.rich, &mut appearance.plain] {
            set(&mut themes.dark, &entry.key, &entry.node);
            set(&mut themes.light, &entry.key, &entry.node);
        }
    }
    notices
}

fn both(theme: &Theme) -> Themes {
    Themes { dark: theme.clone(), light: theme.clone() }
}

fn defaulted(problem: &Problem) -> Notice {
    let notice = problem.notice();
    Notice { summary: format!("{}; the theme `{AUTO}` is used", notice.summary), ..notice }
}

/// A theme of the user's own, or what is wrong with it.
#[derive(Default)]
struct Own {
    theme: Option<Theme>,
    problems: Vec<Problem>,
    file: Option<PathBuf>,
}

/// The user's own theme of a name.
fn own(files: &dyn Files, user: Option<&Path>, document: &Document, name: &str) -> Own {
    let folder = user.map(|folder| folder.join("themes"));
    // A name is no path.
    let is_name = !name.contains(['/', '\\', '\0']) && !name.starts_with('.');
    let path = folder.as_ref().filter(|_| is_name).map(|folder| folder.join(format!("{name}.toml")));
    let Some(path) = path.filter(|path| files.kind(path).is_some()) else {
        let known = folder.map(|folder| files.names(&folder)).unwrap_or_default();
        return Own { problems: vec![unknown(document, name, &known)], ..Own::default() };
    };
    match read(files, &path) {
        Ok(theme) => Own { theme: Some(theme), problems: Vec::new(), file: Some(path) },
        Err(problems) => Own { theme: None, problems, file: Some(path) },
    }
}

fn unknown(document: &Document, name: &str, files: &[String]) -> Problem {
    let place = document.at(&["theme", "name"]).map(|node| node.origin.place.clone());
    let theirs = files.iter().filter_map(|name| name.strip_suffix(".toml"));
    let mut known: Vec<&str> = std::iter::once(AUTO).chain(names()).collect();
    known.extend(theirs);
    let message = format!("there is no theme `{}`", short(name));
    Problem { place, message, help: names::help(name, "themes", known) }
}

fn read(files: &dyn Files, path: &Path) -> Result<Theme, Vec<Problem>> {
    let whole = || Place::whole(&Source::file(path.display().to_string(), ""));
    let bytes = files.read(path).map_err(|error| vec![Problem::at(whole(), format!("cannot be read: {error}"))])?;
    let root = parse::file(Layer::User, path, &bytes)?;
    match problems(&root) {
        problems if problems.is_empty() => Ok(over(base(&root), &root)),
        problems => Err(problems),
    }
}

/// What is wrong with a theme's file.
fn problems(root: &Node) -> Vec<Problem> {
    let mut problems = validate::against(root, &Kind::Table(THEME_FILE));
    let ansi = root.at(&["ansi"]).filter(|node| node.as_list().is_some_and(|list| list.len() != 16));
    problems.extend(ansi.map(|node| {
        let count = node.as_list().map_or(0, <[Node]>::len);
        let problem = Problem::at(node.origin.place.clone(), format!("`ansi` has 16 colours, these are {count}"));
        problem.help("black, red, green, yellow, blue, magenta, cyan, white, then the bright ones")
    }));
    problems
}

/// What a file's theme is laid over: the shipped one for its ground.
fn base(root: &Node) -> Theme {
    shipped(ground(root).as_str()).unwrap_or_default()
}

fn ground(root: &Node) -> Ground {
    root.at(&["for"]).and_then(Node::as_text).and_then(Ground::parse).unwrap_or_default()
}

/// A theme with what a file says over it.
fn over(mut theme: Theme, root: &Node) -> Theme {
    theme.ground = ground(root);
    let colors = root.at(&["colors"]).and_then(Node::as_table).map(Table::entries).unwrap_or_default();
    colors.iter().for_each(|entry| set(&mut theme, &entry.key, &entry.node));
    let ansi = root.at(&["ansi"]).and_then(Node::as_list).unwrap_or_default();
    let ansi: Vec<Colour> = ansi.iter().filter_map(|node| Colour::parse(node.as_text()?)).collect();
    theme.ansi = ansi.try_into().ok().or(theme.ansi);
    theme
}

/// Sets a colour that the schema has passed.
fn set(theme: &mut Theme, role: &str, node: &Node) {
    if let Some((role, colour)) = Role::parse(role).zip(node.as_text().and_then(Colour::parse)) {
        theme.set(role, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::theme::{contrast, xterm};

    fn rgb(theme: &Theme, colour: Colour, role: Role) -> (u8, u8, u8) {
        match (colour, role, theme.ground) {
            (Colour::Rgb(red, green, blue), ..) => (red, green, blue),
            (Colour::Indexed(number), ..) => xterm(number),
            (Colour::Terminal, Role::Background, Ground::Dark) => xterm(0),
            (Colour::Terminal, Role::Background, Ground::Light) => xterm(15),
            (Colour::Terminal, _, Ground::Dark) => xterm(15),
            (Colour::Terminal, _, Ground::Light) => xterm(0),
        }
    }

    /// Text is read at 4.5 to 1 (WCAG 2.2, 1.4.3, AA), in the theme that promises it at 7.
    #[test]
    fn every_shipped_theme_has_the_contrast_of_wcag_aa() {
        const TEXTS: [Role; 9] = [
            Role::Text,
            Role::Dim,
            Role::Good,
            Role::Busy,
            Role::Bad,
            Role::Info,
            Role::Second,
            Role::Third,
            Role::Fourth,
        ];
        for name in names() {
            let theme = shipped(name).unwrap();
            let least = if name == "high-contrast" { 7.0 } else { 4.5 };
            let background = rgb(&theme, theme.of(Role::Background), Role::Background);
            let of = |role| (rgb(&theme, theme.of(role), role), format!("{role:?}"));
            let ansi = theme.ansi.iter().flatten().enumerate();
            let ansi = ansi.map(|(n, colour)| (rgb(&theme, *colour, Role::Text), format!("ansi {n}")));
            for (text, what) in TEXTS.into_iter().map(of).chain(ansi) {
                let found = contrast(text, background);
                assert!(found >= least, "{name}: {what} has {found:.2}");
            }
            for (text, behind) in [(Role::FindText, Role::Find), (Role::BannerText, Role::Banner)] {
                let found = contrast(of(text).0, of(behind).0);
                assert!(found >= 4.5, "{name}: {text:?} has {found:.2}");
            }
        }
    }

    #[test]
    fn shipped_themes_are_whole_and_sound() {
        for (name, text) in SHIPPED {
            let root = parse::document(Layer::Default, &Source::file(*name, *text)).unwrap();
            assert_eq!(problems(&root), [], "{name}");
            let colors = root.at(&["colors"]).and_then(Node::as_table).unwrap();
            assert!(
                colors.entries().iter().map(|entry| entry.key.as_str()).eq(Role::ALL.map(|(_, name)| name)),
                "{name}"
            );
        }
        assert!(shipped("auto").is_none());
    }
}
