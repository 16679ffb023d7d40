//! Reading, searching and filtering logs.

use super::*;
use crate::app::log_effect::LogEffect;
use crate::app::logs;
use crate::app::message::WatchMsg;
use crate::components::log_view::Shows;
use crate::core::input::Button;
use crate::core::observed::Timestamp;
use crate::core::watching::{Outcome, Reload, Watcher, WatcherState};

const TRACEBACK: [&str; 6] = [
    "ERROR django.request: Internal Server Error: /boom/",
    "Traceback (most recent call last):",
    "  File \"/x/site-packages/django/base.py\", line 7, in inner",
    "  File \"/project/forum/views.py\", line 42, in boom",
    "ValueError: cannot divide",
    "[22/Nov/2026 18:59:26] \"GET /boom/ HTTP/1.1\" 500 66117",
];

fn log(model: &mut Model, service: &str, lines: &[(i64, &str)]) {
    let line = |(time, text): &(i64, &str)| {
        LogLine::new(&RawLine { time: *time, bytes: (*text).into(), beyond: 0 }, &mut Sanitiser::default())
    };
    let lines = lines.iter().map(line).collect();
    update(model, Msg::Log(LogMsg::Lines { service: service.into(), lines }));
}

fn work(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while logs::is_behind(model) {
        effects.extend(update(model, Msg::Work));
    }
    effects
}

/// A web log with a traceback among numbered lines, in focus.
fn reading() -> Model {
    let mut model = connected();
    let before: Vec<_> = (0..50).map(|n| format!("line {n}")).collect();
    let after: Vec<_> = (50..60).map(|n| format!("line {n}")).collect();
    let texts = before.iter().map(String::as_str).chain(TRACEBACK).chain(after.iter().map(String::as_str));
    let lines: Vec<_> = (0..).zip(texts).collect();
    log(&mut model, "web", &lines);
    press(&mut model, "3 z");
    model
}

#[test]
fn escape_ends_a_search_before_it_leaves_the_zoom() {
    let mut model = reading();
    press(&mut model, "/ l i n e enter");
    work(&mut model);
    assert!(screen(&model).contains("/line") && hints_of(&model, "n"), "{}", screen(&model));
    press(&mut model, "esc");
    assert!(!screen(&model).contains("/line") && !hints_of(&model, "n"));
    assert_eq!(model.screen.zoom, Zoom::In);
    press(&mut model, "esc");
    assert_eq!(model.screen.zoom, Zoom::Out);
}

fn hints_of(model: &Model, key: &str) -> bool {
    crate::app::hints::hints(model).iter().any(|hint| hint.key == key)
}

fn watched(model: &mut Model, reloads: &[(Timestamp, Outcome)]) {
    let reload = |&(saved_at, outcome)| Reload { cause: "forum/views.py".into(), saved_at, outcome };
    let watcher = Watcher {
        state: WatcherState::Watching,
        pid: 1,
        kind: "dashboard".into(),
        since: 0,
        folders: 1,
        branch: None,
        reloads: reloads.iter().rev().map(reload).collect(),
    };
    update(model, Msg::Watch(WatchMsg::Ours(watcher)));
}

#[test]
fn a_server_that_does_not_start_is_told_until_one_does() {
    let mut model = reading();
    let told = |model: &Model| {
        let told = model.notices.iter().map(|noted| &noted.notice).find(|it| it.summary.contains("does not start"));
        told.map(|notice| notice.cause.clone().unwrap_or_default())
    };
    watched(&mut model, &[(1, Outcome::Failed)]);
    assert_eq!(told(&model), None, "from before it was opened");
    watched(&mut model, &[(1, Outcome::Failed), (2, Outcome::Failed)]);
    let root = model.project.root.display().to_string();
    assert_eq!(told(&model), Some(format!("ValueError: cannot divide: {root}/forum/views.py:42")));
    watched(&mut model, &[(2, Outcome::Failed), (3, Outcome::Answered(300))]);
    assert_eq!(told(&model), None);
    watched(&mut model, &[(3, Outcome::Answered(300)), (99, Outcome::Failed)]);
    assert_eq!(told(&model).as_deref(), Some(""), "the traceback is an older one");
}

#[test]
fn a_search_goes_to_the_nearest_match_above_and_counts_all() {
    let mut model = reading();
    press(&mut model, "/ l i n e");
    work(&mut model);
    assert!(screen(&model).contains("/line 1 of 62"), "{}", screen(&model));
    press(&mut model, "space 7 $");
    work(&mut model);
    press(&mut model, "enter");
    assert!(screen(&model).contains("/line 7$ 1 of 1"), "{}", screen(&model));
    assert!(model.logs[1].view.folds.except.is_empty(), "what was met on the way is folded again");
    let there = model.logs[1].view.position.clone();
    assert!(matches!(there, Position::Paused { .. }));
    press(&mut model, "n N");
    assert_eq!(model.logs[1].view.cursor, Some((0, 7)));
    press(&mut model, "/ Z Z");
    work(&mut model);
    assert!(screen(&model).contains("/ZZ 0"));
    press(&mut model, "esc");
    work(&mut model);
    assert_eq!(model.logs[1].view.position, there);
    assert!(screen(&model).contains("/line 7$ 1 of 1"));
}

#[test]
fn a_bad_expression_is_told_and_changes_nothing() {
    let mut model = reading();
    press(&mut model, "/ 7 enter");
    work(&mut model);
    press(&mut model, "/ ( enter");
    assert!(screen(&model).contains("unclosed group at character 1"));
    press(&mut model, "esc");
    work(&mut model);
    assert!(screen(&model).contains("/7 "));
    press(&mut model, "& [ enter");
    assert!(screen(&model).contains("unclosed character class"));
    press(&mut model, "esc");
    assert!(model.logs[1].view.filtered.filter.is_empty());
}

#[test]
fn filters_add_up_and_an_empty_one_clears_them() {
    let mut model = reading();
    press(&mut model, "& 5 enter & ! 5 5 enter");
    work(&mut model);
    let shown = screen(&model);
    assert!(shown.contains("only 5, !55") && shown.contains("line 54") && !shown.contains("line 55"), "{shown}");
    assert!(!shown.contains("line 44"));
    log(&mut model, "web", &[(100, "line 95"), (101, "line 66")]);
    work(&mut model);
    let shown = screen(&model);
    assert!(shown.contains("line 95") && !shown.contains("line 66"), "{shown}");
    press(&mut model, "& enter");
    work(&mut model);
    assert!(screen(&model).contains("line 66"));
    press(&mut model, "e e");
    work(&mut model);
    let shown = screen(&model);
    assert!(shown.contains("only error and worse") && shown.contains("▸ ValueError"), "{shown}");
    assert!(!shown.contains("line 5"));
}

#[test]
fn a_traceback_is_one_line_until_it_is_unfolded() {
    let mut model = reading();
    let folded = "▸ ValueError: cannot divide · forum/views.py:42 in boom · 5 lines";
    assert!(screen(&model).contains(folded), "{}", screen(&model));
    press(&mut model, "[ [");
    assert_eq!(model.logs[1].view.cursor, Some((0, 50)), "the server's own line is no error of its own");
    press(&mut model, "o");
    let shown = screen(&model);
    assert!(!shown.contains(folded) && shown.contains("line 42, in boom"), "{shown}");
    press(&mut model, "o");
    assert!(screen(&model).contains(folded));
}

#[test]
fn enter_on_a_traceback_opens_its_place() {
    let mut model = reading();
    press(&mut model, "[");
    let path = model.project.root.join("forum/views.py");
    assert_eq!(press(&mut model, "enter"), [Effect::Log(LogEffect::Edit { path: path.clone(), line: 42 })]);
    press(&mut model, "E");
    assert!(screen(&model).contains("frames, the innermost last"));
    assert_eq!(press(&mut model, "enter"), [Effect::Log(LogEffect::Edit { path, line: 42 })]);
    press(&mut model, "E k");
    assert_eq!(press(&mut model, "enter"), []);
    assert!(model.notices[0].notice.summary.contains("in the container alone"));
}

#[test]
fn all_logs_in_one_are_in_the_order_of_time() {
    let mut model = connected();
    log(&mut model, "db", &[(1, "first"), (4, "fourth")]);
    log(&mut model, "web", &[(2, "second"), (3, "third")]);
    press(&mut model, "L z");
    assert_eq!(model.logs[0].view.shows, Shows::All);
    let shown = screen(&model);
    let places: Vec<_> = ["db  │ first", "web │ second", "web │ third", "db  │ fourth"]
        .iter()
        .map(|text| shown.find(text).unwrap_or_else(|| panic!("{text} in {shown}")))
        .collect();
    assert!(places.is_sorted());
    press(&mut model, "/ r enter");
    work(&mut model);
    assert!(screen(&model).contains("/r 3"), "{}", screen(&model));
    press(&mut model, "L");
    assert!(!screen(&model).contains("web │"));
}

#[test]
fn long_lines_wrap_or_scroll_sideways() {
    let mut model = connected();
    let long: String = (0..30).map(|n| format!("<{n:06}>")).collect();
    log(&mut model, "web", &[(1, "short"), (2, &long)]);
    press(&mut model, "3 z");
    assert!(!screen(&model).contains("029>"));
    press(&mut model, "ctrl-w");
    let shown = screen(&model);
    assert!(shown.contains("<000000>") && shown.contains("029>"), "{shown}");
    press(&mut model, "right right");
    let shown = screen(&model);
    assert!(shown.contains("│<000002>") || shown.contains("┃<000002>"), "{shown}");
    press(&mut model, "left left left");
    assert!(screen(&model).contains("<000000>"));
}

#[test]
fn a_wrapped_line_higher_than_the_pane_is_scrolled_through() {
    let mut model = connected();
    let huge: String = (0..1000).map(|n| format!("<{n:06}>")).collect();
    log(&mut model, "web", &[(1, "first"), (2, &huge), (3, "last")]);
    press(&mut model, "3 z ctrl-w");
    assert!(screen(&model).contains("last") && !screen(&model).contains("<000100>"));
    for _ in 0..60 {
        press(&mut model, "k");
    }
    assert!(screen(&model).contains("first") && screen(&model).contains("<000100>"), "{}", screen(&model));
    for _ in 0..60 {
        press(&mut model, "j");
    }
    assert_eq!(model.logs[1].view.position, Position::Following);
}

#[test]
fn clearing_hides_and_brings_back() {
    let mut model = reading();
    press(&mut model, "K");
    assert!(!screen(&model).contains("line 59"));
    log(&mut model, "web", &[(100, "fresh")]);
    assert!(screen(&model).contains("fresh") && !screen(&model).contains("line 59"));
    press(&mut model, "K");
    assert!(screen(&model).contains("line 59"));
}

#[test]
fn marks_and_moments_are_gone_to() {
    let mut model = reading();
    press(&mut model, ".");
    let more: Vec<_> = (0..100).map(|n| (200 + n, "more")).collect();
    log(&mut model, "web", &more);
    press(&mut model, ",");
    assert!(screen(&model).contains(" mark "), "{}", screen(&model));
    update(&mut model, Msg::Tick(1_800_000_000_000_000_000));
    press(&mut model, "@ n o enter");
    assert!(screen(&model).contains("write 14:03"));
    press(&mut model, "esc");
    press(&mut model, "@ 1 9 7 0 - 0 1 - 0 1 T 0 0 : 0 0 : 0 0 Z enter");
    assert!(screen(&model).contains("line 0"), "{}", screen(&model));
}

#[test]
fn requests_are_told_in_columns() {
    let mut model = reading();
    log(&mut model, "web", &[(90, "[22/Nov/2026 18:59:26] \"POST /p/5/ HTTP/1.1\" 302 0 12 ms")]);
    press(&mut model, "v");
    work(&mut model);
    let shown = screen(&model);
    assert!(shown.contains("500 GET              /boom/") && shown.contains("302 POST       12 ms /p/5/"), "{shown}");
    assert!(shown.contains("2 requests, 0 4xx, 1 5xx, median 12 ms"), "{shown}");
}

#[test]
fn what_the_spool_has_is_read_when_one_scrolls_there() {
    let mut model = connected();
    let entries = |from: u64, to: u64| (from..to).map(|n| Entry::Line(line(&format!("old {n}")))).collect::<Vec<_>>();
    let spooled = LogMsg::Spooled { service: "web".into(), oldest: 0, first: 900, entries: entries(900, 1000) };
    update(&mut model, Msg::Log(spooled));
    press(&mut model, "3 z");
    let effects = press(&mut model, "g");
    let [Effect::Log(LogEffect::Read { service, around })] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((service.as_str(), *around < 30), ("web", true));
    let page = LogMsg::Page { service: "web".into(), first: 0, entries: entries(0, 512) };
    assert_eq!(update(&mut model, Msg::Log(page)), []);
    assert!(screen(&model).contains("old 0 "), "{}", screen(&model));
    press(&mut model, "j");
    assert!(!screen(&model).contains("old 0 ") && screen(&model).contains("old 1 "));
    press(&mut model, "/ o l d enter");
    let effects = work(&mut model);
    let [Effect::Log(LogEffect::Search { search, before: 900, .. })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let found = LogMsg::Found { search: *search, service: "web".into(), hits: (0..900).collect(), from: 0 };
    update(&mut model, Msg::Log(found));
    assert!(screen(&model).contains("/old 1000") || screen(&model).contains("of 1000"), "{}", screen(&model));
}

#[test]
fn what_comes_is_kept() {
    let mut model = connected();
    update(&mut model, Msg::Log(LogMsg::Spooled { service: "web".into(), oldest: 5, first: 7, entries: Vec::new() }));
    let lines = LogMsg::Lines { service: "web".into(), lines: vec![line("one"), line("two")] };
    assert_eq!(update(&mut model, Msg::Log(lines)), [], "a few lines wait for others");
    let records = b"L1 one\nL1 two\n".to_vec();
    let kept = Effect::Log(LogEffect::Keep { service: "web".into(), first: 7, records });
    assert_eq!(update(&mut model, Msg::Keep), [kept]);
    let lines = LogMsg::Lines { service: "web".into(), lines: vec![line(&"x".repeat(9000)); 2] };
    let effects = update(&mut model, Msg::Log(lines));
    assert!(matches!(effects.as_slice(), [Effect::Log(LogEffect::Keep { first: 9, .. })]), "many do not: {effects:?}");
    let lines = LogMsg::Lines { service: "db".into(), lines: vec![line("one")] };
    assert_eq!(update(&mut model, Msg::Log(lines)), [], "without a spool nothing is");
}

fn copied(effects: &[Effect]) -> &str {
    let [Effect::Log(LogEffect::Copy(text))] = effects else { panic!("{effects:?}") };
    text
}

#[test]
fn lines_are_selected_by_keys_and_copied() {
    let mut model = reading();
    press(&mut model, "space k k");
    assert_eq!(copied(&press(&mut model, "y")), "line 57\nline 58\nline 59\n");
    press(&mut model, "f f Y k esc");
    assert_eq!((model.logs[1].view.selected_from, model.screen.zoom), (None, Zoom::In), "dropped before the zoom");
    press(&mut model, "[ space k");
    let text = press(&mut model, "y");
    let lines: Vec<&str> = copied(&text).lines().collect();
    assert_eq!((lines[0], lines.len()), ("line 49", TRACEBACK.len()), "a folded one is copied whole: {lines:?}");
}

#[test]
fn the_merged_log_is_selected_in_its_order() {
    let mut model = connected();
    log(&mut model, "web", &[(1, "a"), (3, "c")]);
    log(&mut model, "db", &[(2, "b"), (4, "d")]);
    press(&mut model, "3 L space k k");
    let text = press(&mut model, "y");
    let ends: String = copied(&text).lines().filter_map(|line| line.chars().last()).collect();
    assert_eq!(ends, "bcd");
}

#[test]
fn lines_are_selected_with_the_mouse_and_copied_when_it_is_let_go() {
    let mut model = connected();
    log(&mut model, "web", &[(1, "a"), (2, "b"), (3, "c")]);
    let area = layout::places(&model).of(Pane::Log(1)).unwrap();
    let mut mouse = |kind, row| {
        let mouse = Mouse { kind, column: area.x + 3, row: area.y + 1 + row, held: Default::default() };
        update(&mut model, Msg::Input(Input::Mouse(mouse)))
    };
    let (drag, release) = (MouseKind::Dragged(Button::Left), MouseKind::Released(Button::Left));
    mouse(MouseKind::Press, 0);
    assert_eq!(mouse(release, 0), [], "a click copies nothing");
    mouse(MouseKind::Press, 2);
    mouse(drag, 2);
    mouse(drag, 1);
    assert_eq!(copied(&mouse(release, 1)), "b\nc\n");
}

#[test]
fn a_double_click_copies_a_word_and_marks_it_until_esc() {
    let mut model = connected();
    log(&mut model, "web", &[(1, "GET /p/1/ 200"), (2, "b")]);
    let area = layout::places(&model).of(Pane::Log(1)).unwrap();
    let text = "GET /p/1/ 200";
    // The column is counted from the text, behind whatever stands before it.
    let column = area.x + 1 + u16::try_from(logs::with_shown(&model, 1, |shown| shown.prefix_width())).unwrap() + 5;
    let click = |model: &mut Model, at: i64| {
        update(model, Msg::Tick(at));
        let mut mouse = |kind| {
            let mouse = Mouse { kind, column, row: area.y + 1, held: Default::default() };
            update(model, Msg::Input(Input::Mouse(mouse)))
        };
        mouse(MouseKind::Press);
        mouse(MouseKind::Released(Button::Left))
    };
    assert_eq!(click(&mut model, 1_000_000_000), [], "a click alone");
    assert_eq!(click(&mut model, 2_000_000_000), [], "too late to be a double one");
    assert_eq!(copied(&click(&mut model, 2_200_000_000)), &text[4..9]);
    assert!(model.logs[1].view.word.is_some());
    press(&mut model, "esc");
    assert!(model.logs[1].view.word.is_none());
}
