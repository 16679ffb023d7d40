//! The screen as a function of the model.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::actions::registry::Scope;
use crate::app::availability::{nothing_runs, unavailable};
use crate::app::keymap::Binding;
use crate::app::layout::{self, Places, SMALLEST};
use crate::app::model::{Model, Overlay, Pane, Task, Zoom};
use crate::components::banner::Banner;
use crate::components::footer::{Footer, Hint};
use crate::components::help::{Group, Help};
use crate::components::log_pane::LogPane;
use crate::components::look::{BOLD, DIM};
use crate::components::notices::Notices;
use crate::components::offline::Offline;
use crate::components::pane::{self, Focus};
use crate::components::question::Dialog;
use crate::components::services::Services;
use crate::components::status_line::StatusLine;
use crate::components::tabs::Tabs;
use crate::components::tasks::{self, Detail, Tasks};
use crate::core::connection::Connection;
use crate::core::status::ServiceView;

/// What the footer shows, the most important first.
const FOOTER: &[&str] = &["help", "quit", "up", "halt", "destroy", "next-pane", "zoom", "follow"];

/// Draws the whole screen. The model's size is the screen's.
pub fn draw(model: &Model, buf: &mut Buffer) {
    if layout::is_too_small(model.screen.size) {
        return too_small(model.screen.size, buf);
    }
    let places = layout::places(model);
    status_line(model).render(places.status, buf);
    if let Some(area) = places.banner {
        Banner { environment: &model.header.environment, colours: model.screen.colours }.render(area, buf);
    }
    if let Some(area) = places.tabs {
        with_tabs(model, |tabs| tabs.render(area, buf));
    }
    for (pane, area) in &places.panes {
        draw_pane(model, *pane, *area, buf);
    }
    draw_offline(model, &places, buf);
    Footer { hints: &hints(model) }.render(places.footer, buf);
    draw_overlay(model, places.body, buf);
}

fn too_small((columns, rows): (u16, u16), buf: &mut Buffer) {
    let lines = [
        format!("{columns}x{rows} is too small:"),
        format!("{}x{} is needed", SMALLEST.0, SMALLEST.1),
        "q quits".to_owned(),
    ];
    for (row, text) in buf.area.rows().zip(&lines) {
        Line::styled(text.as_str(), BOLD).render(row, buf);
    }
}

fn status_line(model: &Model) -> StatusLine<'_> {
    StatusLine {
        project: &model.header.project,
        environment: &model.header.environment,
        endpoint: &model.header.endpoint,
        connection: &model.connection,
        colours: model.screen.colours,
    }
}

/// Calls `f` with the tabs of the model's panes.
pub fn with_tabs<T>(model: &Model, f: impl FnOnce(Tabs<'_>) -> T) -> T {
    let panes = model.panes();
    let titles: Vec<_> = panes.iter().map(|pane| model.title(*pane).to_owned()).collect();
    let active = panes.iter().position(|pane| *pane == model.screen.focus).unwrap_or(0);
    f(Tabs { titles: &titles, active })
}

/// Until the services were seen there is nothing in the panes, so the engine's state has
/// their place; when it is lost later, it lies over the lower part of them.
fn draw_offline(model: &Model, places: &Places, buf: &mut Buffer) {
    let offline = Offline {
        endpoint: &model.header.endpoint,
        connection: &model.connection,
        now: model.now,
        colours: model.screen.colours,
    };
    match (&model.connection, model.observed) {
        (Connection::Connected { .. }, true) => {}
        (_, false) => {
            ratatui::widgets::Clear.render(places.body, buf);
            offline.render(places.body, buf);
        }
        (_, true) => {
            let height = places.body.height / 2;
            let lower = Rect { y: places.body.bottom() - height, height, ..places.body };
            offline.render(lower, buf);
        }
    }
}

fn draw_pane(model: &Model, pane: Pane, area: Rect, buf: &mut Buffer) {
    if let Pane::Log(n) = pane {
        log_pane(model, n).into_iter().for_each(|log| log.render(area, buf));
        return;
    }
    let inner = pane::frame(Line::from(model.title(pane)), number(model, pane), focus(model, pane), area, buf);
    pane::list(&lines(model, pane, inner.width), offset(model, pane), inner, buf);
}

fn log_pane(model: &Model, n: usize) -> Option<LogPane<'_>> {
    let log = model.logs.get(n)?;
    Some(LogPane {
        service: &log.service,
        state: service(model, &log.service).map(|service| service.state),
        number: number(model, Pane::Log(n)),
        store: &log.store,
        scroll: log.scroll,
        focus: focus(model, Pane::Log(n)),
        colours: model.screen.colours,
    })
}

fn service<'a>(model: &'a Model, name: &str) -> Option<&'a ServiceView> {
    model.services.iter().find(|service| service.name == name)
}

fn focus(model: &Model, pane: Pane) -> Focus {
    if model.screen.focus == pane { Focus::Here } else { Focus::Elsewhere }
}

/// The digit that focuses a pane.
fn number(model: &Model, pane: Pane) -> Option<usize> {
    model.panes().iter().position(|other| *other == pane).map(|n| n + 1).filter(|n| *n <= 9)
}

fn offset(model: &Model, pane: Pane) -> usize {
    let offsets = &model.screen.offsets;
    match pane {
        Pane::Services => offsets.services,
        Pane::Tasks => offsets.tasks,
        Pane::Notices => offsets.notices,
        Pane::Log(_) => 0,
    }
}

/// The lines of a pane that is a list.
pub fn lines(model: &Model, pane: Pane, width: u16) -> Vec<Line<'_>> {
    let colours = model.screen.colours;
    match pane {
        Pane::Services => services(model),
        Pane::Tasks => tasks_pane(model).lines(),
        Pane::Notices => Notices { notices: &model.notices, colours }.lines(width),
        Pane::Log(_) => Vec::new(),
    }
}

/// The table of services; where none of them runs, with the key that brings them up.
fn services(model: &Model) -> Vec<Line<'static>> {
    let table = Services { services: &model.services, now: model.now, colours: model.screen.colours };
    let mut lines = table.lines();
    if let Some(up) = model.keymap.of("up").filter(|_| unavailable(model, "up").is_none() && nothing_runs(model)) {
        lines.push(Line::styled(format!("nothing runs; {} brings it up", up.key), DIM));
    }
    lines
}

fn tasks_pane(model: &Model) -> Tasks<'_> {
    Tasks {
        operation: model.runs.operation.as_ref(),
        tasks: model.tasks.iter().map(shown_task).collect(),
        now: model.now,
        detail: if model.screen.zoom == Zoom::In { Detail::Full } else { Detail::Short },
        colours: model.screen.colours,
    }
}

fn shown_task(task: &Task) -> tasks::Task<'_> {
    tasks::Task { view: &task.view, progress: task.progress.as_ref(), output: &task.output }
}

fn hints(model: &Model) -> Vec<Hint> {
    let bound = FOOTER.iter().filter_map(|action| model.keymap.of(action));
    bound
        .map(|binding| Hint {
            key: binding.key.to_string(),
            label: binding.action.id.replace('-', " "),
            unavailable: unavailable(model, binding.action.id),
        })
        .collect()
}

fn draw_overlay(model: &Model, body: Rect, buf: &mut Buffer) {
    match &model.screen.overlay {
        Overlay::None => {}
        Overlay::Help { offset } => Help { groups: &help_groups(model), offset: *offset }.render(body, buf),
        Overlay::Question { question, typed } => {
            Dialog { question, typed, colours: model.screen.colours }.render(body, buf);
        }
    }
}

/// All keys, grouped by where their actions are offered.
pub fn help_groups(model: &Model) -> Vec<Group> {
    let of_project = |binding: &Binding| binding.action.scope != Scope::Screen;
    let (project, screen): (Vec<_>, Vec<_>) = model.keymap.bindings().iter().partition(|binding| of_project(binding));
    [("the project", project), ("the dashboard", screen)]
        .into_iter()
        .map(|(title, bindings)| Group { title: title.to_owned(), rows: help_rows(&bindings) })
        .collect()
}

fn help_rows(bindings: &[&Binding]) -> Vec<(String, String)> {
    let row = |bindings: &[&Binding]| (key_names(bindings), bindings[0].action.summary.to_owned());
    bindings.chunk_by(|a, b| a.action == b.action).map(row).collect()
}

/// `z, enter`; of many only the first and the last: `1 to 9`.
fn key_names(bindings: &[&Binding]) -> String {
    match bindings {
        [first, .., last] if bindings.len() > 4 => format!("{} to {}", first.key, last.key),
        _ => bindings.iter().map(|binding| binding.key.to_string()).collect::<Vec<_>>().join(", "),
    }
}
