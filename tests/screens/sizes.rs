//! The whole screen at the sizes that people have, in two themes.

use biostar_tui::app::Model;
use biostar_tui::config::theme::shipped;
use biostar_tui::core::layout::Node;
use biostar_tui::core::theme::{Depth, Look, Themes};
use insta::assert_snapshot;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use crate::{draw, sample, text};

const SIZES: [(u16, u16); 5] = [(60, 15), (80, 24), (120, 30), (200, 50), (300, 80)];

fn wear(model: &mut Model, theme: &str) {
    let theme = shipped(theme).unwrap();
    let themes = Themes { dark: theme.clone(), light: theme };
    model.screen.wear(Look { themes, depth: Depth::True, ..Look::default() });
}

fn hex(colour: Color) -> String {
    match colour {
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        other => other.to_string(),
    }
}

fn style(cell: &Cell) -> String {
    let bold = if cell.modifier.contains(Modifier::BOLD) { " bold" } else { "" };
    let reversed = if cell.modifier.contains(Modifier::REVERSED) { " reversed" } else { "" };
    format!("{} on {}{bold}{reversed}", hex(cell.fg), hex(cell.bg))
}

/// A letter for each style, below them what it stands for. Rows are told once, with how often
/// they come.
fn styles(model: &Model) -> String {
    let buffer = draw(model);
    let mut known: Vec<String> = Vec::new();
    let mut letter = |cell: &Cell| {
        let style = style(cell);
        let place = known.iter().position(|other| *other == style).unwrap_or_else(|| {
            known.push(style);
            known.len() - 1
        });
        char::from(b'a' + u8::try_from(place).unwrap())
    };
    let rows = buffer.content().chunks(usize::from(buffer.area.width));
    let rows: Vec<String> = rows.map(|row| row.iter().map(&mut letter).collect()).collect();
    let row = |same: &[String]| format!("{}{}", runs(&same[0]), times(same.len()));
    let rows = rows.chunk_by(|a, b| a == b).map(row);
    let legend = known.iter().zip('a'..).map(|(style, letter)| format!("{letter}: {style}"));
    rows.chain(legend).collect::<Vec<_>>().join("\n")
}

fn times(count: usize) -> String {
    if count > 1 { format!("  {count} times") } else { String::new() }
}

/// `a12 b3`.
fn runs(row: &str) -> String {
    let letters: Vec<char> = row.chars().collect();
    let run = |run: &[char]| format!("{}{}", run[0], run.len());
    letters.chunk_by(|a, b| a == b).map(run).collect::<Vec<_>>().join(" ")
}

#[test]
fn at_every_size_in_two_themes() {
    for (columns, rows) in SIZES {
        let mut model = sample::filled("development", (columns, rows));
        assert_snapshot!(format!("at_{columns}x{rows}"), text(&model));
        for theme in ["dark", "light"] {
            wear(&mut model, theme);
            assert_snapshot!(format!("at_{columns}x{rows}_{theme}"), styles(&model));
        }
    }
}

#[test]
fn in_every_layout() {
    for name in ["focus", "logs", "console"] {
        let mut model = sample::filled("development", (120, 30));
        model.screen.layout = Node::preset(name).unwrap();
        assert_snapshot!(format!("layout_{name}"), text(&model));
    }
    // A place for what is not there has no room, and what has no place is shown alone.
    let mut model = sample::filled("development", (120, 30));
    model.screen.layout = Node::parse("log.nothing | console.nothing | tasks").unwrap();
    sample::press(&mut model, &["1"]);
    assert!(text(&model).lines().nth(1).unwrap().starts_with("[1 services]"));
    sample::press(&mut model, &["5"]);
    assert!(text(&model).lines().nth(1).unwrap().ends_with("━┓"), "{}", text(&model));
}

#[test]
fn in_ascii_nothing_else_is_written() {
    let mut model = sample::filled("production", (120, 30));
    model.screen.look.shapes = biostar_tui::core::theme::Shapes::Ascii;
    let shown = text(&model);
    assert!(shown.is_ascii(), "{shown}");
    assert_snapshot!(shown);
}
