//! Whole screens as pictures in text, with a second picture of the styles.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod lists;
mod overlays;
mod sample;
mod sizes;

use biostar_tui::app::console_view;
use biostar_tui::app::message::{ConsoleMsg, EngineMsg};
use biostar_tui::app::{Model, Msg, update, view};
use biostar_tui::console::frame::{Shape, Underline};
use biostar_tui::console::{Emulator as _, Frame, Source, Terminal};
use biostar_tui::core::connection::Connection;
use biostar_tui::core::console::{Attachment, Size};
use biostar_tui::core::notice::Notice;
use biostar_tui::core::theme::{Depth, Look};
use insta::assert_snapshot;
use ratatui::backend::{Backend as _, CrosstermBackend};
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
            Color::Indexed(1 | 9) => 'r',
            Color::Indexed(2 | 10) => 'g',
            Color::Indexed(3 | 11) => 'y',
            Color::Indexed(6 | 14) => 'c',
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
fn what_services_use_as_graphs() {
    let mut model = sample::used((120, 30));
    sample::press(&mut model, &["z"]);
    assert_snapshot!("graphs", text(&model));
    assert_snapshot!("graphs_styles", styles(&model));
    model.screen.look.shapes = biostar_tui::core::theme::Shapes::Ascii;
    let shown = text(&model);
    assert!(shown.is_ascii(), "{shown}");
    assert_snapshot!("graphs_in_ascii", shown);
    let wide = text(&sample::used((200, 50)));
    let services: Vec<&str> =
        wide.lines().skip(2).take(2).map(|line| line[..line.find("┃│").unwrap()].trim_end()).collect();
    assert_snapshot!(services.join("\n"), @r"
    ┃db     ● running  cpu  10% ▁▁▁▁▁▁▁▁  mem  114M  healthy  :5432  up 1 h 11 m
    ┃web    ◐ starting cpu  90% ▁▂▃▄▄▅▆▇  mem  1.2G           :8000  up 5 m
    ");
}

#[test]
fn folded_to_the_smallest() {
    let mut model = sample::filled("production", (60, 15));
    sample::press(&mut model, &["3"]);
    assert_snapshot!(text(&model));
}

#[test]
fn a_console_with_a_program() {
    let mut model = sample::with_console((120, 30));
    assert_snapshot!("console_in_focus", text(&model));
    assert_snapshot!("console_styles", styles(&model));
    let asked = console_view::asked(&model);
    assert_eq!(asked.cursor.map(|(place, shape)| (place.x, place.y, shape)), Some((53 + 4, 18 + 7, Shape::Beam)));
    sample::press(&mut model, &["ctrl-]", "z"]);
    assert_snapshot!("console_zoomed", text(&model));
    sample::press(&mut model, &["ctrl-]", "z", "ctrl-]"]);
    for (name, attachment) in [
        ("console_detached", Attachment::Detached("could not reach\u{1b}[31m the engine".into())),
        ("console_ended", Attachment::Ended(3)),
        (
            "console_failed",
            Attachment::Failed(Notice::error("the console cannot be started").because("no image").remedy("`up`")),
        ),
    ] {
        sample::attachment(&mut model, attachment);
        assert_snapshot!(name, text(&model));
        assert_eq!(console_view::asked(&model).cursor.is_some(), name == "console_detached");
    }
}

#[test]
fn a_console_on_this_host_is_seen_without_an_engine() {
    let mut model = sample::with_output((120, 30), b"here it goes on");
    let notice = Notice::error("could not reach the engine");
    model.connection = Connection::Lost { since: model.now, notice };
    for observed in [true, false] {
        model.observed = observed;
        sample::attachment(&mut model, Attachment::Attached);
        assert!(text(&model).contains("here it goes on"), "{}", text(&model));
        assert!(text(&model).contains("disconnected"), "{}", text(&model));
    }
    sample::attachment(&mut model, Attachment::Detached("could not reach the engine".into()));
    assert!(!text(&model).contains("here it goes on"), "the engine's state has its place: {}", text(&model));
}

#[test]
fn fault_23_only_printable_text_reaches_the_terminal_from_a_console() {
    let hostile = "a\tb\u{9b}31m\u{202e}c\u{e0041}d\x1b]52;c;aGk=\x07e\x08f\x7fg\u{301}\u{301}";
    // A title, and a link that is none: of terminals with many colours links are known.
    let beside = "\x1b]2;t\u{202e}\u{9b}31m\u{e0041}\x07\r\n\x1b]8;;https://x/\u{9d}52;c;aGk=\x1b\\link\x1b]8;;\x1b\\";
    let mut model = sample::with_output((120, 30), format!("{hostile}{beside}").as_bytes());
    model.screen.look.depth = Depth::True;
    update(&mut model, called("n\u{1b}]52;c;aGk=\u{7}\u{202e}\u{e0041}"));
    let symbols: String = draw(&model).content().iter().map(|cell| cell.symbol().to_owned()).collect();
    assert!(symbols.chars().all(|c| !c.is_control() && !biostar_tui::logs::glyph::is_deceptive(c)));
    assert!(text(&model).contains("a       b31mcdfg\u{301}\u{301}"), "{}", text(&model));
    assert!(text(&model).contains("console django: n"), "{}", text(&model));
}

fn called(name: &str) -> Msg {
    Msg::Console(ConsoleMsg::Called { console: "django".into(), called: name.into() })
}

/// What is on a terminal's screen after the drawing of a model.
fn on_a_terminal(model: &Model) -> Frame {
    let buffer = draw(model);
    let mut written = Vec::new();
    let cells = Buffer::empty(buffer.area);
    CrosstermBackend::new(&mut written).draw(cells.diff(&buffer).into_iter()).unwrap();
    let mut terminal = Terminal::new(Size { columns: buffer.area.width, rows: buffer.area.height });
    terminal.feed(&written, Source::Live);
    terminal.frame()
}

#[test]
fn links_and_kinds_of_underlines_reach_a_terminal_that_knows_them() {
    let output = "\x1b]8;;https://x/\x1b\\日link\x1b]8;;\x1b\\ \x1b[4:3mwave\x1b[m behind";
    let mut model = sample::with_output((120, 30), output.as_bytes());
    let plain = on_a_terminal(&model);
    assert!(plain.text().contains("日link wave behind") && plain.cells.iter().all(|cell| cell.link.is_none()));
    model.screen.look.depth = Depth::True;
    let rich = on_a_terminal(&model);
    assert_eq!(rich.text(), plain.text(), "they take no room");
    let of = |wanted: &dyn Fn(&biostar_tui::console::frame::Cell) -> bool| -> String {
        rich.cells.iter().filter(|cell| wanted(cell)).map(|cell| cell.c).collect()
    };
    assert_eq!(of(&|cell| cell.link.as_deref() == Some("https://x/")).replace(' ', ""), "日link");
    assert_eq!(of(&|cell| cell.style.underline == Underline::Curl), "wave");
}

#[test]
fn a_wide_character_is_cut_at_the_panes_edge() {
    // Another client's pane is wider than this one.
    let model = sample::with_output((120, 30), "日本語".repeat(40).as_bytes());
    let buffer = draw(&model);
    let right = buffer[(119, 19)].symbol().to_owned();
    assert_eq!(right, "┃", "the border is whole: {}", text(&model));
}

#[test]
fn too_small() {
    assert_snapshot!(text(&sample::filled("development", (40, 10))), @r"
    40x10 is too small:
    60x15 is needed
    q quits
    ");
    assert_snapshot!(text(&sample::filled("development", (10, 3))), @r"
    too small:
    min 60x15
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

/// What goes on is told where its pane is not in view, at every size, whatever is over it.
#[test]
fn what_goes_on_is_told_wherever_one_looks() {
    for (columns, rows) in [(60, 15), (80, 24)] {
        assert_snapshot!(format!("goes_on_at_{columns}x{rows}"), text(&sample::busy((columns, rows))));
    }
    let mut model = sample::busy((200, 50));
    assert!(!lower_border(&model).contains("1/5 steps"), "the pane of tasks has it");
    sample::press(&mut model, &["3", "z"]);
    assert_snapshot!("goes_on_beside_a_zoomed_log", text(&model));
    assert_snapshot!("goes_on_styles", styles(&sample::busy((80, 24))));
    let mut model = sample::busy((200, 50));
    sample::press(&mut model, &["?"]);
    assert!(text(&model).lines().last().unwrap().contains("◐ up · build web [█████░░░░░░░] 4/9"), "{}", text(&model));
}

/// The row above the last.
fn lower_border(model: &Model) -> String {
    text(model).lines().rev().nth(1).unwrap().to_owned()
}

#[test]
fn what_is_told_meanwhile_stands_beside_what_goes_on() {
    let mut model = sample::busy((80, 24));
    sample::press(&mut model, &["3"]);
    update(&mut model, Msg::Notice(Notice::warning("port 8001 is used: 8000 is taken by python3")));
    assert_snapshot!(
        lower_border(&model),
        @"┗ ◐ up · 1 more · 1 m 23 s  ! warning: port 8001 is used: 8000 is taken by py… ┛"
    );
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
    let look = Look { depth: Depth::None, ..model.screen.look.clone() };
    model.screen.wear(look);
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
