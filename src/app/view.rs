//! The screen as a function of the model.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::actions::registry::Scope;
use crate::app::availability::{nothing_runs, unavailable};
use crate::app::console_view;
use crate::app::keymap::Binding;
use crate::app::layout::{self, Places, SMALLEST};
use crate::app::model::{Model, Overlay, Pane, Reading, Task, Zoom};
use crate::app::{activity, hints, logs, news, next_keys, overlays, remedy, task_list};
use crate::components::banner::Banner;
use crate::components::footer::Footer;
use crate::components::frames::FrameList;
use crate::components::help::{Group, Help};
use crate::components::log_pane::LogPane;
use crate::components::look::{BOLD, DIM};
use crate::components::notices::{self, Notices};
use crate::components::offline::Offline;
use crate::components::paint::paint;
use crate::components::pane::{self, Focus};
use crate::components::question::Dialog;
use crate::components::services::Services;
use crate::components::status_line::StatusLine;
use crate::components::tabs::Tabs;
use crate::components::tasks::{self, Detail, Tasks};
use crate::components::usage_graphs::{UsageGraphs, Used};
use crate::components::wrap::fitting;
use crate::core::connection::Connection;
use crate::core::console::Attachment;
use crate::core::migrations::Migrations;
use crate::core::observed::Timestamp;
use crate::core::progress::Question;
use crate::core::state::TaskState;
use crate::core::status::ServiceView;
use crate::core::usage::history::KEPT;

/// Draws the whole screen. The model's size is the screen's.
pub fn draw(model: &Model, buf: &mut Buffer) {
    draw_roles(model, buf);
    paint(&model.screen.look, buf);
}

fn draw_roles(model: &Model, buf: &mut Buffer) {
    if layout::is_too_small(model) {
        return too_small(model, buf);
    }
    let places = layout::places(model);
    if model.screen.alone {
        places.panes.iter().for_each(|(pane, area)| draw_pane(model, *pane, *area, buf));
        draw_news(model, 0, pane::lower_border(places.body), buf);
        return draw_overlay(model, places.body, buf);
    }
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
    for (panes, area) in &places.behind {
        draw_behind(model, panes, *area, buf);
    }
    draw_offline(model, &places, buf);
    Footer { hints: &hints::hints(model) }.render(places.footer, buf);
    draw_told(model, &places, buf);
    draw_overlay(model, places.body, buf);
}

fn too_small(model: &Model, buf: &mut Buffer) {
    let ((columns, rows), least) = (model.screen.size, format!("{}x{}", SMALLEST.0, SMALLEST.1));
    let quit = model.keymap.of("quit").map(|quit| format!("{} quits", quit.key)).unwrap_or_default();
    let whole = [format!("{columns}x{rows} is too small:"), format!("{least} is needed"), quit.clone()];
    let is_fitting = whole.iter().all(|text| text.chars().count() <= usize::from(columns));
    let lines = if is_fitting { whole } else { ["too small:".to_owned(), format!("min {least}"), quit] };
    for (row, text) in buf.area.rows().zip(&lines) {
        Line::styled(text.as_str(), BOLD).render(row, buf);
    }
}

fn status_line(model: &Model) -> StatusLine<'_> {
    StatusLine {
        project: &model.header.project,
        environment: &model.header.environment,
        branch: model.watching.watcher.as_ref().and_then(|watcher| watcher.branch.as_deref()),
        endpoint: &model.header.endpoint,
        connection: &model.connection,
        watching: model.watching.line(),
        migrations: model.migrations.report.as_ref().and_then(Migrations::summary),
        drift: &model.drift.parts,
        is_broken: model.is_broken,
        traffic: model.traffic(),
        colours: model.screen.colours,
    }
}

/// Calls `f` with the tabs of the model's panes.
pub fn with_tabs<T>(model: &Model, f: impl FnOnce(Tabs<'_>) -> T) -> T {
    let panes = model.panes();
    let titles: Vec<_> = panes.iter().map(|pane| tab(model, *pane)).collect();
    let active = panes.iter().position(|pane| *pane == model.screen.focus).unwrap_or(0);
    f(Tabs { titles: &titles, active })
}

/// A tab's text: that of the notices counts those that nobody has seen.
fn tab(model: &Model, pane: Pane) -> String {
    match model.screen.news.filter(|_| pane == Pane::Notices) {
        Some(news) => format!("{}+{}", model.title(pane), news.count),
        None => model.title(pane).to_owned(),
    }
}

/// The panes that share a place with the one that is shown, with their digits, in its lower
/// border.
fn draw_behind(model: &Model, panes: &[Pane], area: Rect, buf: &mut Buffer) {
    let name = |pane: &Pane| match number(model, *pane) {
        Some(number) => format!("{number} {}", model.title(*pane)),
        None => model.title(*pane).to_owned(),
    };
    let text = format!(" behind: {} ", panes.iter().map(name).collect::<Vec<_>>().join(", "));
    let line = Line::styled(fitting(&text, usize::from(area.width.saturating_sub(4))), DIM);
    buf.set_line(area.x + 2, area.bottom().saturating_sub(1), &line, area.width.saturating_sub(4));
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
    if !model.connection.is_connected() {
        draw_local(model, places, buf);
    }
}

/// The pane in focus once more where its program lives without the engine: on this host.
fn draw_local(model: &Model, places: &Places, buf: &mut Buffer) {
    let is_attached = |pane: Pane| match pane {
        Pane::Console(place) => {
            model.consoles.list.get(place).is_some_and(|console| console.attachment == Attachment::Attached)
        }
        _ => false,
    };
    let focus = model.screen.focus;
    if let Some(area) = places.of(focus).filter(|_| is_attached(focus)) {
        ratatui::widgets::Clear.render(area, buf);
        draw_pane(model, focus, area, buf);
    }
}

/// Columns below which a line has no room for two texts of half its width.
const NARROW: u16 = 80;

/// What goes on and what was told, where the panes that have it are not in view: in the lower
/// border; the last line has what goes on while something lies over the border. What was told
/// before it began has had its time.
fn draw_told(model: &Model, places: &Places, buf: &mut Buffer) {
    let border = pane::lower_border(places.body);
    let Some(activity) = activity::shown(model) else { return draw_news(model, 0, border, buf) };
    let is_covered = !matches!(model.screen.overlay, Overlay::None);
    let row = if is_covered { places.footer } else { border };
    let shares = !is_covered && news::line_since(model, activity.since).is_some();
    // Where there is little room for both the notice gets most of it: what goes on needs a name.
    let width = match shares {
        true if row.width < NARROW => row.width / 3,
        true => row.width / 2,
        false => row.width,
    };
    let rest = pane::over_border(&activity.line(model.now, width, model.screen.colours), row, buf);
    draw_news(model, activity.since, if is_covered { border } else { rest }, buf);
}

fn draw_news(model: &Model, since: Timestamp, row: Rect, buf: &mut Buffer) {
    news::line_since(model, since).into_iter().for_each(|line| line.render(row, buf));
}

fn draw_pane(model: &Model, pane: Pane, area: Rect, buf: &mut Buffer) {
    if let Pane::Log(n) = pane {
        return draw_log(model, n, area, buf);
    }
    if let Pane::Console(n) = pane {
        console_view::pane(model, n, number(model, pane)).into_iter().for_each(|console| console.render(area, buf));
        return;
    }
    let inner = pane::frame(Line::from(model.title(pane)), number(model, pane), focus(model, pane), area, buf);
    let lines = lines(model, pane, inner.width);
    pane::list(&lines, offset(model, pane), inner, buf);
    if pane == Pane::Services && layout::is_folded(model) {
        let rows = u16::try_from(lines.len() + 1).unwrap_or(u16::MAX).min(inner.height);
        let rest = Rect { y: inner.y + rows, height: inner.height - rows, ..inner };
        UsageGraphs { services: &used(model), colours: model.screen.colours }.render(rest, buf);
    }
}

/// What the services used of which anything is known, as far back as it is kept.
fn used(model: &Model) -> Vec<Used> {
    let points = |name: &String| model.used.get(name).map(|used| used.points(model.now, KEPT));
    let known = |points: &Vec<_>| points.iter().any(Option::is_some);
    let services = model.services.iter().map(|service| &service.name);
    services.filter_map(|name| Some(Used { name: name.clone(), points: points(name).filter(known)? })).collect()
}

fn draw_log(model: &Model, n: usize, area: Rect, buf: &mut Buffer) {
    let Some(log) = model.logs.get(n) else { return };
    logs::with_shown(model, n, |shown| {
        let pane = LogPane {
            service: &log.service,
            state: service(model, &log.service).map(|service| service.state),
            number: number(model, Pane::Log(n)),
            shown,
            is_behind: logs::pane_is_behind(model, n),
            unreadable: log.unreadable.as_ref(),
            focus: focus(model, Pane::Log(n)),
        };
        pane.render(area, buf);
    });
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
        Pane::Log(_) | Pane::Console(_) => 0,
    }
}

/// The lines of a pane that is a list.
pub fn lines(model: &Model, pane: Pane, width: u16) -> Vec<Line<'_>> {
    match pane {
        Pane::Services => services(model, width),
        Pane::Tasks => tasks_pane(model).lines(),
        Pane::Notices => notices_pane(model).lines(width),
        Pane::Log(_) | Pane::Console(_) => Vec::new(),
    }
}

/// The table of services; where none of them runs, with the key that brings them up.
fn services(model: &Model, width: u16) -> Vec<Line<'static>> {
    let Model { services, used, now, .. } = model;
    let table = Services { services, used, now: *now, width, colours: model.screen.colours };
    let mut lines = table.lines();
    if let Some(up) = model.keymap.of("up").filter(|_| unavailable(model, "up").is_none() && nothing_runs(model)) {
        lines.push(Line::styled(format!("nothing runs; {} brings it up", up.key), DIM));
    }
    lines
}

fn tasks_pane(model: &Model) -> Tasks<'_> {
    Tasks {
        operation: task_list::operation(model),
        tasks: task_list::ordered(model).into_iter().map(shown_task).collect(),
        now: model.now,
        selected: (model.screen.focus == Pane::Tasks).then(|| task_list::selected_place(model)),
        detail: if model.screen.zoom == Zoom::In { Detail::Full } else { Detail::Short },
        colours: model.screen.colours,
    }
}

fn notices_pane(model: &Model) -> Notices<'_> {
    let is_focused = model.screen.focus == Pane::Notices;
    let key = model.keymap.of(if is_focused { "open" } else { "remedy" });
    let offer = remedy::next(model).zip(key).map(|((place, deed), key)| notices::Offer {
        place,
        key: key.key.to_string(),
        label: deed.label(),
    });
    let selected = (is_focused && model.notices.len() > 1).then_some(model.screen.noticed);
    Notices { notices: &model.notices, selected, offer, colours: model.screen.colours }
}

/// The line of the pane at which a notice begins.
pub fn notice_head(model: &Model, place: usize, width: u16) -> usize {
    notices_pane(model).head(place, width)
}

/// The line of the list at which a task begins.
pub fn task_head(model: &Model, place: usize) -> usize {
    tasks_pane(model).head(place)
}

fn shown_task(task: &Task) -> tasks::Task<'_> {
    let waits_for = task.waits_for.as_deref().filter(|_| task.view.state == TaskState::Running);
    tasks::Task { view: &task.view, progress: task.progress.as_ref(), waits_for, output: &task.output }
}

/// The dialog of an open question.
pub fn dialog<'a>(model: &Model, question: &'a Question, typed: &'a str) -> Dialog<'a> {
    Dialog { question, typed, offset: model.screen.offsets.question, colours: model.screen.colours }
}

fn draw_overlay(model: &Model, body: Rect, buf: &mut Buffer) {
    match &model.screen.overlay {
        Overlay::None => next_keys::shown(model).into_iter().for_each(|keys| keys.render(body, buf)),
        Overlay::Help(reading) => help(&help_groups(model, &reading.wanted), reading).render(body, buf),
        Overlay::Question { question, typed } => dialog(model, question, typed).render(body, buf),
        Overlay::Confirm { question, .. } => dialog(model, question, "").render(body, buf),
        Overlay::Palette(open) => overlays::palette(model, open).render(body, buf),
        Overlay::Page { page, offset } => overlays::page(page, *offset).render(body, buf),
        Overlay::LogPrompt(prompt) => overlays::log_prompt(model, prompt).render(body, buf),
        Overlay::ConsolePrompt(prompt) => overlays::console_prompt(model, prompt).render(body, buf),
        Overlay::Choice(open) => overlays::choice(open).render(body, buf),
        Overlay::Frames(open) => FrameList { frames: &open.frames, selected: open.selected }.render(body, buf),
        Overlay::Task => overlays::with_task(model, |task| task.render(body, buf)).unwrap_or_default(),
    }
}

/// The overlay of keys.
pub fn help<'a>(groups: &'a [Group], reading: &'a Reading) -> Help<'a> {
    Help { groups, offset: reading.offset, wanted: &reading.wanted, is_typed: reading.is_typed }
}

/// All keys of which this is a part, or of their actions' names or summaries, grouped by where
/// those are offered.
pub fn help_groups(model: &Model, wanted: &str) -> Vec<Group> {
    let wanted = wanted.to_lowercase();
    let of_project = |binding: &Binding| binding.action.scope != Scope::Screen;
    let (project, screen): (Vec<_>, Vec<_>) = model.keymap.bindings().iter().partition(|binding| of_project(binding));
    [("the project", project), ("the dashboard", screen)]
        .into_iter()
        .map(|(title, bindings)| Group { title: title.to_owned(), rows: found(help_rows(&bindings), &wanted) })
        .filter(|group| !group.rows.is_empty())
        .collect()
}

fn found(rows: Vec<(String, String)>, wanted: &str) -> Vec<(String, String)> {
    let is_in = |(keys, text): &(String, String)| format!("{keys} {text}").to_lowercase().contains(wanted);
    rows.into_iter().filter(is_in).collect()
}

fn help_rows(bindings: &[&Binding]) -> Vec<(String, String)> {
    let row = |bindings: &[&Binding]| {
        (key_names(bindings), format!("{}: {}", bindings[0].action.id, bindings[0].action.summary))
    };
    bindings.chunk_by(|a, b| a.action == b.action).map(row).collect()
}

/// `z, enter`; of many only the first and the last: `1 to 9`.
pub(super) fn key_names(bindings: &[&Binding]) -> String {
    match bindings {
        [first, .., last] if bindings.len() > 4 => format!("{} to {}", first.key, last.key),
        _ => bindings.iter().map(|binding| binding.key.to_string()).collect::<Vec<_>>().join(", "),
    }
}
