//! Whole screens as pictures in text, with a second picture of the styles.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod sample;

use biostar_tui::app::message::EngineMsg;
use biostar_tui::app::{Model, Msg, update, view};
use biostar_tui::components::look::Colours;
use biostar_tui::core::notice::Notice;
use insta::assert_snapshot;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

fn draw(model: &Model) -> Buffer {
    let (columns, rows) = model.screen.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    view::draw(model, &mut buffer);
    buffer
}

fn picture(buffer: &Buffer, cell: impl Fn(&Cell) -> String) -> String {
    let width = usize::from(buffer.area.width);
    let row = |row: &[Cell]| row.iter().map(&cell).collect::<String>().trim_end().to_owned();
    buffer.content().chunks(width).map(row).collect::<Vec<_>>().join("\n")
}

/// The characters; the second column of a wide one is left out.
fn text(model: &Model) -> String {
    let buffer = draw(model);
    let width = usize::from(buffer.area.width);
    let row = |row: &[Cell]| {
        let mut skip = 0;
        let mut text = String::new();
        for cell in row {
            if skip == 0 {
                text.push_str(cell.symbol());
                skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).max(1);
            }
            skip -= 1;
        }
        text.trim_end().to_owned()
    };
    buffer.content().chunks(width).map(row).collect::<Vec<_>>().join("\n")
}

/// A letter for each style: of the colour, a capital where it is bold; `.` for dim, `#` for
/// reversed or on a background.
fn styles(model: &Model) -> String {
    picture(&draw(model), |cell| {
        let colour = match cell.fg {
            Color::Reset => 'n',
            Color::Red => 'r',
            Color::Green => 'g',
            Color::Yellow => 'y',
            Color::Cyan => 'c',
            _ => 'x',
        };
        let style = match (cell.modifier, cell.bg) {
            (_, bg) if bg != Color::Reset => '#',
            (modifier, _) if modifier.contains(Modifier::REVERSED) => '#',
            (modifier, _) if modifier.contains(Modifier::DIM) => '.',
            (modifier, _) if modifier.contains(Modifier::BOLD) => colour.to_ascii_uppercase(),
            _ if cell.symbol() == " " => ' ',
            _ => colour,
        };
        style.to_string()
    })
}

#[test]
fn everything_at_once_on_a_large_screen() {
    assert_snapshot!(text(&sample::filled("development", (200, 50))));
}

#[test]
fn everything_at_once_on_the_smallest_wide_screen() {
    let model = sample::filled("development", (120, 30));
    assert_snapshot!(text(&model));
    assert_snapshot!("everything_at_once_styles", styles(&model));
}

#[test]
fn folded_to_tabs() {
    let mut model = sample::filled("development", (80, 24));
    assert_snapshot!("folded_services", text(&model));
    sample::press(&mut model, &["tab"]);
    assert_snapshot!("folded_log", text(&model));
    sample::press(&mut model, &["5"]);
    assert_snapshot!("folded_tasks", text(&model));
}

#[test]
fn folded_to_the_smallest() {
    let mut model = sample::filled("production", (60, 15));
    sample::press(&mut model, &["3"]);
    assert_snapshot!(text(&model));
}

#[test]
fn too_small() {
    assert_snapshot!(text(&sample::filled("development", (40, 10))), @r"
    40x10 is too small:
    60x15 is needed
    q quits
    ");
    for size in [(0, 0), (1, 1), (10, 3), (59, 15), (60, 14)] {
        text(&sample::filled("production", (size.0.max(1), size.1)));
    }
}

#[test]
fn an_operation_runs() {
    assert_snapshot!(text(&sample::busy((120, 30))));
}

#[test]
fn production_asks_for_the_name() {
    let mut model = sample::asked(Some("biostar"), (120, 30));
    sample::press(&mut model, &["b", "i", "o"]);
    assert_snapshot!("production_question", text(&model));
    assert_snapshot!("production_question_styles", styles(&model));
    assert_snapshot!("question_on_a_small_screen", text(&sample::asked(None, (60, 15))));
}

#[test]
fn help() {
    let mut model = sample::filled("development", (120, 40));
    sample::press(&mut model, &["?"]);
    assert_snapshot!(text(&model));
}

#[test]
fn before_the_engine_has_answered() {
    let mut model = sample::fresh("development", (80, 24));
    assert_snapshot!("connecting", text(&model));
    let notice = Notice::error("could not connect to unix:///run/docker.sock")
        .because("Permission denied (os error 13)")
        .remedy("add yourself to the group that owns the socket (`sudo usermod -aG docker $USER`, then log in again)");
    update(&mut model, Msg::Engine(EngineMsg::Disconnected(notice)));
    assert_snapshot!("disconnected", text(&model));
}

#[test]
fn the_engine_is_lost_later() {
    let mut model = sample::filled("development", (120, 30));
    let notice =
        Notice::error("could not follow the events of unix:///run/docker.sock").because("the connection ended");
    update(&mut model, Msg::Engine(EngineMsg::Disconnected(notice)));
    assert_snapshot!(text(&model));
}

#[test]
fn without_colours_nothing_is_lost() {
    let mut model = sample::filled("production", (120, 30));
    let coloured = text(&model);
    model.screen.colours = Colours::None;
    assert_eq!(text(&model), coloured);
    let buffer = draw(&model);
    assert!(buffer.content().iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
}

#[test]
fn secrets_and_sequences_never_reach_the_screen() {
    let shown = text(&sample::filled("development", (200, 50)));
    assert!(!shown.contains("correct-horse") && shown.contains("password ********"));
    assert!(shown.contains("hostile title <U+202E>txt"));
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()));
}
