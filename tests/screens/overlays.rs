//! What lies over the panes.

use biostar_tui::app::message::{Page, TaskMsg};
use biostar_tui::app::{Model, Msg, update};
use biostar_tui::core::input::{Input, Key};
use insta::assert_snapshot;

use crate::{sample, text};

fn typed(model: &mut Model, line: &str) {
    line.chars().for_each(|c| drop(update(model, Msg::Input(Input::Key(Key::char(c))))));
}

fn palette(line: &str, size: (u16, u16)) -> String {
    let mut model = sample::filled("development", size);
    typed(&mut model, ":");
    typed(&mut model, line);
    text(&model)
}

#[test]
fn the_palette() {
    assert_snapshot!("palette", palette("", (120, 30)));
    assert_snapshot!("palette_folded", palette("re", (80, 24)));
    assert_snapshot!("palette_on_the_smallest", palette("pane", (60, 15)));
}

#[test]
fn arguments_in_the_palette() {
    assert_snapshot!("palette_arguments", palette("up --force ", (80, 24)));
    let mut model = sample::filled("development", (60, 15));
    typed(&mut model, ":run 'echo a");
    sample::press(&mut model, &["enter"]);
    assert_snapshot!("palette_wrong", text(&model));
}

#[test]
fn an_open_task() {
    let mut model = sample::filled("development", (80, 24));
    sample::press(&mut model, &["5", "j", "enter"]);
    let lines = (0..60).map(|n| format!("Applying forum.{n:04}_step... OK")).collect::<Vec<_>>();
    let lines = sample::lines(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    update(&mut model, Msg::Task(TaskMsg::Whole { container: "migrate".into(), lines }));
    assert_snapshot!("open_task", text(&model));
    sample::press(&mut model, &["x"]);
    assert_snapshot!("open_task_cancel", text(&model));
}

#[test]
fn the_list_of_tasks_has_a_selection() {
    let mut model = sample::filled("development", (120, 30));
    sample::press(&mut model, &["5", "j", "j"]);
    assert_snapshot!("selected_task_styles", crate::styles(&model));
}

#[test]
fn something_to_read() {
    let mut model = sample::filled("development", (60, 15));
    let long = "a line that is longer than the page is wide and goes on in the next row";
    let body: String = (0..30).map(|n| format!("{n} {long}\n")).collect();
    update(&mut model, Msg::Page(Page::text("biostar-tui config show", &body)));
    sample::press(&mut model, &["j", "j"]);
    assert_snapshot!("page", text(&model));
}
