//! The paths that run most often: planning, cleaning a line, keeping it.
//!
//! `cargo bench --bench hot_paths`
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/planner/sample.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod sample;

#[path = "../tests/screens/sample.rs"]
#[allow(dead_code, reason = "the tests it is shared with use more of it")]
mod screens;

use std::hint::black_box;

use biostar_tui::{
    actions::up,
    app::{Msg, message::LogMsg, update, view},
    core::{
        facts::Facts,
        observed::Observed,
        secret::Secrets,
        theme::{Depth, Look, Themes},
    },
    logs::{
        Entry, Limits, LogLine, Store, assemble::RawLine, level, pattern::Pattern, sanitise::Sanitiser, scan::Scan,
    },
};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend};

fn planner(criterion: &mut Criterion) {
    let (project, facts) = (sample::project(), Facts::default());
    let (nothing, intent) = (Observed::default(), up::Intent::default());
    criterion.bench_function("plan/from nothing", |bench| {
        bench.iter(|| up::plan(black_box(&project), &facts, &nothing, &intent));
    });
}

/// What containers print: mostly plain text, some colour, now and then a progress bar.
fn lines() -> [(&'static str, Vec<u8>); 3] {
    let plain = br#"172.18.0.1 - - [22/Nov/2026 16:15:57] "GET /p/5/?page=2 HTTP/1.1" 200 4446"#.to_vec();
    let coloured = "\x1b[32;1mOK\x1b[0m Applying forum.0001_initial\u{2026} \x1b[2m(0.2 s)\x1b[0m".as_bytes().to_vec();
    let bar = (0..100).flat_map(|done| format!("\r{done:>3}% {}", "#".repeat(done / 2)).into_bytes()).collect();
    [("plain", plain), ("coloured", coloured), ("progress bar", bar)]
}

fn sanitiser(criterion: &mut Criterion) {
    let secrets = Secrets::from_variables([("DB_PASSWORD", "correct-horse"), ("API_TOKEN", "battery-staple")]);
    let mut group = criterion.benchmark_group("sanitise");
    for (name, bytes) in lines() {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let mut sanitiser = Sanitiser::new(secrets.clone());
        group.bench_function(name, |bench| bench.iter(|| sanitiser.line(black_box(&bytes), 0)));
    }
    group.finish();
}

/// A full store, where each line that comes drops the oldest.
fn store(criterion: &mut Criterion) {
    let mut sanitiser = Sanitiser::default();
    let [(_, bytes), ..] = lines();
    let line = LogLine::new(&RawLine { time: 1, bytes, beyond: 0 }, &mut sanitiser);
    let entry = Entry::Line(line);
    let mut store = Store::new(Limits::default());
    for _ in 0..Limits::default().lines {
        store.push(entry.clone());
    }
    criterion.bench_function("store/push when full", |bench| {
        bench.iter_batched(|| entry.clone(), |entry| store.push(entry), BatchSize::SmallInput);
    });
    assert_eq!(store.end() - store.first(), Limits::default().lines as u64);
}

/// Recognising what a line is, which every line goes through.
fn recognise(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("recognise");
    for (name, text) in [
        ("request", r#"[22/Nov/2026 16:15:57] "GET /p/5/?page=2 HTTP/1.1" 200 4446"#),
        ("plain", "Performing system checks, as it does whenever the server is started anew"),
        ("postgres", "2026-11-22 18:59:26.398 UTC [500] a@b ERROR:  relation \"nowhere\" does not exist"),
    ] {
        group.bench_function(name, |bench| bench.iter(|| level::recognise(black_box(text))));
    }
    group.finish();
}

/// A search of a whole store: a million lines take ten of these.
fn search(criterion: &mut Criterion) {
    let mut sanitiser = Sanitiser::default();
    let mut store = Store::new(Limits { bytes: usize::MAX, lines: usize::MAX });
    for n in 0..100_000 {
        let bytes = format!("line {n} {}", "x".repeat(90)).into_bytes();
        store.push(Entry::Line(LogLine::new(&RawLine { time: n, bytes, beyond: 0 }, &mut sanitiser)));
    }
    let pattern = Pattern::new("line 9+ ").unwrap();
    let mut group = criterion.benchmark_group("search");
    group.throughput(Throughput::Elements(store.end()));
    group.bench_function("100,000 lines", |bench| {
        bench.iter(|| {
            let mut scan = Scan::starting_at(store.end());
            let is_in = |n: &u64| store.get(*n).and_then(Entry::line).is_some_and(|line| pattern.is_in(line.text()));
            scan.work(&store, &mut usize::MAX.clone(), |unit| unit.filter(is_in).collect::<Vec<_>>().into_iter());
            assert_eq!(scan.count(), 5);
        });
    });
    group.finish();
}

/// The largest screen, on a terminal that is a file: all of it anew within 4 ms, one more line
/// of a log within 1 ms.
fn screen(criterion: &mut Criterion) {
    let mut model = screens::filled("development", (300, 80));
    let theme = biostar_tui::config::theme::shipped("dark").unwrap();
    let themes = Themes { dark: theme.clone(), light: theme };
    model.screen.wear(Look { themes, depth: Depth::True, ..Look::default() });
    let area = ratatui::layout::Rect::new(0, 0, 300, 80);
    let options = || TerminalOptions { viewport: Viewport::Fixed(area) };
    let terminal = || Terminal::with_options(CrosstermBackend::new(std::io::sink()), options()).unwrap();
    let mut group = criterion.benchmark_group("draw 300x80");
    group.bench_function("all of it", |bench| {
        bench.iter_batched_ref(
            terminal,
            |terminal| drop(terminal.draw(|frame| view::draw(&model, frame.buffer_mut()))),
            BatchSize::SmallInput,
        );
    });
    let mut terminal = terminal();
    let mut sanitiser = Sanitiser::default();
    let mut number = 0;
    group.bench_function("one more line", |bench| {
        bench.iter(|| {
            number += 1;
            let bytes = format!("line {number} of a log").into_bytes();
            let lines = vec![LogLine::new(&RawLine { time: number, bytes, beyond: 0 }, &mut sanitiser)];
            update(&mut model, Msg::Log(LogMsg::Lines { service: "web".into(), lines }));
            drop(terminal.draw(|frame| view::draw(&model, frame.buffer_mut())));
        });
    });
    group.finish();
}

criterion_group!(benches, planner, sanitiser, store, recognise, search, screen);
criterion_main!(benches);
