//! Numbered lines through streams that are cut, restarts, and dashboards that are closed:
//! what a dashboard has kept is the exact set, and where lines fell out a mark stands.

use std::{thread::sleep, time::Duration};

use biostar_tui::{engine::Engine as _, logs::Mark};

use crate::{
    numbered::{SERVICES, Stage, leave, writer},
    place::Place,
    support::{
        fault_proxy::Mode,
        raw,
        spooled::{Kept, assert_exact, assert_gaps_are_marked},
    },
};

/// Fault 9: the short form of what `tests/long/lines.rs` does with a million lines.
#[test]
fn lines_through_cuts_a_restart_and_two_dashboards_are_exact() {
    let (batches, cut) = (20, Duration::from_secs(1));
    let stage = Stage::new(Place::new("exact"), &raw::socket(), &writer(batches, "sleep 0.2"));
    stage.proxy.set(Mode::Cut(cut));
    let screen = stage.open();
    stage.until_kept(5000);
    stage.restart();
    stage.until_kept(10_000);
    leave(screen);
    sleep(Duration::from_millis(500));
    let screen = stage.open();
    stage.until_kept(batches * 1000);
    leave(screen);
    for service in SERVICES {
        let kept = stage.kept(service);
        assert_exact(&kept, batches * 1000);
        assert!(kept.contains(&Kept::Mark(Mark::Started)), "{service}");
        assert!(!kept.contains(&Kept::Mark(Mark::Gap)), "{service}: nothing fell out");
    }
}

/// An engine that keeps but 40 KB of a log, and a dashboard that is cut off from it, closed,
/// and there again.
#[test]
fn what_fell_out_unread_is_marked_where_it_is_missing() {
    let stage = Stage::new(Place::new("gaps"), &raw::socket(), "sleep 3600");
    let id = stage.place.service("plain");
    stage.place.wait_for(stage.place.engine.remove(&id.id)).unwrap();
    let narrow = serde_json::json!({
        "Image": stage.place.tiny_image(),
        // A file is full after two seconds: a reader that is a second late on a loaded machine is
        // not overtaken by the rotation, which no engine tells.
        "Cmd": ["sh", "-c", "trap stop=1 TERM; b=0; while [ -z \"$stop\" ]; do f=$((b*50+1)); \
                 busybox seq $f $((f+49)); b=$((b+1)); sleep 0.2; done"],
        "Labels": id.labels,
        "HostConfig": { "LogConfig": { "Type": "local", "Config": { "max-size": "20k", "max-file": "2" } } },
    });
    raw::post(&format!("/containers/create?name={}", id.name), &narrow.to_string());
    raw::post(&format!("/containers/{}/start", id.name), "");
    let until = |number: u64| {
        stage.place.until(&format!("{number} was kept"), || (stage.newest("plain") >= number).then_some(()));
    };
    // More than both files hold (some 1200 lines), so that what comes next has fallen out.
    let falls_out_after = |number: u64| {
        let path = format!("/containers/{}/logs?stdout=1&tail=1", id.name);
        let written = || raw::get(&path).trim_end().rsplit(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok();
        stage.place.until("enough was written", || written().filter(|written| *written >= number + 2_000));
    };
    let mut screen = stage.open();
    until(1);
    for _ in 0..3 {
        let before = stage.newest("plain");
        stage.proxy.set(Mode::Refuse);
        stage.proxy.cut();
        falls_out_after(before);
        stage.proxy.set(Mode::Pass);
        until(before + 2_000);
    }
    let before = stage.newest("plain");
    leave(screen);
    falls_out_after(before);
    screen = stage.open();
    until(before + 2_000);
    leave(screen);
    let kept = stage.kept("plain");
    assert!(assert_gaps_are_marked(&kept) >= 4, "{} lines", kept.len());
}
