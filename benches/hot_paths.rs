//! The paths that run most often: planning, cleaning a line, keeping it.
//!
//! `cargo bench --bench hot_paths`
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/planner/sample.rs"]
#[allow(dead_code)]
mod sample;

use std::hint::black_box;

use biostar_tui::{
    actions::up,
    core::{facts::Facts, observed::Observed, secret::Secrets},
    logs::{Entry, Limits, LogLine, Store, assemble::RawLine, sanitise::Sanitiser},
};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

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

criterion_group!(benches, planner, sanitiser, store);
criterion_main!(benches);
