//! What containers go through: stops, signals, pauses, health, use, events.

use std::time::{Duration, Instant};

use biostar_tui::core::container::HealthCheck;
use biostar_tui::core::observed::{HealthState, Phase};
use biostar_tui::core::service::Health;
use biostar_tui::core::usage::Usage;
use biostar_tui::engine::ErrorKind;
use biostar_tui::engine::fake::Program;
use biostar_tui::engine::port::Result;
use futures_util::StreamExt as _;

use crate::{command, kind, support::bench::Bench, until};

async fn stopping_is_quick_for_who_listens(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program { stop_code: 4, ..Program::service() })).await;
    // The trap is set a moment after the start.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begin = Instant::now();
    bench.engine.stop(&id, 10).await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    let seen = bench.engine.container(&id).await.unwrap();
    assert_eq!((seen.phase, seen.exit_code), (Phase::Exited, 4));
    bench.engine.stop(&id, 10).await.unwrap();
}

async fn stopping_kills_who_does_not(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program { ignores_stop: true, ..Program::service() })).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begin = Instant::now();
    bench.engine.stop(&id, 1).await.unwrap();
    assert!(begin.elapsed() > Duration::from_millis(900) && begin.elapsed() < Duration::from_secs(8));
    assert_eq!(bench.engine.container(&id).await.unwrap().exit_code, 137);
}

async fn signals_arrive(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.kill(&id, "SIGKILL").await.unwrap();
    assert_eq!(bench.engine.wait(&id).await.unwrap(), 137);
    assert_eq!(kind(bench.engine.kill(&id, "SIGHUP").await), ErrorKind::Conflict);
}

async fn pausing_twice_is_no_error(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    bench.engine.pause(&id).await.unwrap();
    bench.engine.pause(&id).await.unwrap();
    assert_eq!(bench.engine.container(&id).await.unwrap().phase, Phase::Paused);
    bench.engine.unpause(&id).await.unwrap();
    bench.engine.unpause(&id).await.unwrap();
    assert_eq!(bench.engine.container(&id).await.unwrap().phase, Phase::Running);
    bench.engine.kill(&id, "SIGKILL").await.unwrap();
    bench.engine.wait(&id).await.unwrap();
    assert_eq!(kind(bench.engine.pause(&id).await), ErrorKind::Conflict);
}

async fn a_signal_does_not_end_a_pause(bench: &Bench) {
    let mut spec = bench.spec("a", Program::service());
    spec.stop_signal = Some("SIGTERM".to_owned());
    let id = bench.started(&spec).await;
    bench.engine.pause(&id).await.unwrap();
    bench.engine.kill(&id, "SIGURG").await.unwrap();
    assert_eq!(bench.engine.container(&id).await.unwrap().phase, Phase::Paused);
    bench.engine.unpause(&id).await.unwrap();
    assert_eq!(bench.engine.container(&id).await.unwrap().phase, Phase::Running);
}

async fn waiting_for_what_has_ended_returns(bench: &Bench) {
    let (id, _) = bench.ran(&bench.spec("a", Program::task(7))).await;
    assert_eq!(bench.engine.wait(&id).await.unwrap(), 7);
}

async fn events_tell_a_life(bench: &Bench) {
    let mut events = bench.engine.events(&bench.labels(), None).await.unwrap();
    let spec = bench.spec("a", Program::task(5));
    let (id, _) = bench.ran(&spec).await;
    bench.engine.remove(&id).await.unwrap();
    let mut actions = Vec::new();
    while actions.last().map(String::as_str) != Some("destroy") {
        let event = tokio::time::timeout(Duration::from_secs(60), events.next()).await.unwrap().unwrap().unwrap();
        if event.id == id {
            assert_eq!(event.attributes.get("name"), Some(&spec.name));
            assert!(event.kind == "container" && event.time > 0);
            if event.action == "die" {
                assert_eq!(event.attributes.get("exitCode").map(String::as_str), Some("5"));
            }
            actions.push(event.action);
        }
    }
    let told = ["create", "start", "die", "destroy"];
    assert!(told.iter().all(|it| actions.iter().any(|action| action == it)), "{actions:?}");
}

async fn past_events_are_told_from_a_moment_on(bench: &Bench) {
    let (id, _) = bench.ran(&bench.spec("a", Program::task(0))).await;
    let created = bench.engine.container(&id).await.unwrap().created_at;
    let mut events = bench.engine.events(&bench.labels(), Some(created)).await.unwrap();
    until("the start is told", async || {
        let event = tokio::time::timeout(Duration::from_secs(60), events.next()).await.unwrap().unwrap().unwrap();
        event.id == id && event.action == "start"
    })
    .await;
}

async fn health_is_told(bench: &Bench) {
    let mut spec = bench.spec("a", Program::service());
    spec.health = Some(HealthCheck {
        health: Health::Tcp(80),
        command: command(&["true"]),
        interval_ms: 100,
        timeout_ms: 1000,
        start_period_ms: 0,
        retries: 3,
    });
    let id = bench.started(&spec).await;
    until("the container is healthy", async || {
        bench.engine.container(&id).await.unwrap().health == Some(HealthState::Healthy)
    })
    .await;
}

/// The engine itself calls what it pauses unhealthy.
async fn a_pause_makes_nothing_unhealthy(bench: &Bench) {
    let mut spec = bench.spec("a", Program::service());
    spec.health = Some(HealthCheck {
        health: Health::Tcp(80),
        command: command(&["sh", "-c", "echo fine; sleep 1"]),
        interval_ms: 100,
        timeout_ms: 5000,
        start_period_ms: 0,
        retries: 3,
    });
    let id = bench.started(&spec).await;
    let health = async || bench.engine.container(&id).await.unwrap().health;
    until("the container is healthy", async || health().await == Some(HealthState::Healthy)).await;
    bench.engine.pause(&id).await.unwrap();
    assert_eq!(health().await, Some(HealthState::Healthy), "while it is paused");
    bench.engine.unpause(&id).await.unwrap();
    for _ in 0..20 {
        assert_eq!(health().await, Some(HealthState::Healthy), "after it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn a_check_that_fails_makes_unhealthy(bench: &Bench) {
    let mut spec = bench.spec("a", Program::service());
    let check = HealthCheck {
        health: Health::Tcp(80),
        command: command(&["false"]),
        interval_ms: 100,
        timeout_ms: 1000,
        start_period_ms: 0,
        retries: 2,
    };
    spec.health = Some(check);
    let id = bench.started(&spec).await;
    if let Some(fake) = &bench.fake {
        fake.set_health(&spec.name, HealthState::Unhealthy);
    }
    until("the container is unhealthy", async || {
        bench.engine.container(&id).await.unwrap().health == Some(HealthState::Unhealthy)
    })
    .await;
}

async fn usage_is_read_until_the_end(bench: &Bench) {
    let id = bench.started(&bench.spec("a", Program::service())).await;
    let mut readings = bench.engine.stats(&id).await.unwrap();
    let next = |reading: Option<Result<Usage>>| reading.expect("it runs").unwrap();
    let first = tokio::time::timeout(Duration::from_secs(60), readings.next()).await.unwrap();
    assert_eq!(next(first).cpu_tenths, None);
    let second = next(tokio::time::timeout(Duration::from_secs(60), readings.next()).await.unwrap());
    assert!(second.cpu_tenths.is_some_and(|tenths| tenths < 500), "{second:?}");
    assert!((10_000..1 << 30).contains(&second.memory_bytes), "{second:?}");
    bench.engine.stop(&id, 0).await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(60), readings.collect::<Vec<_>>()).await.unwrap();
    assert!(end.iter().all(Result::is_ok), "{end:?}");
}

async fn what_does_not_run_uses_nothing(bench: &Bench) {
    let created = bench.engine.create(&bench.spec("a", Program::service())).await.unwrap();
    let (ended, _) = bench.ran(&bench.spec("b", Program::task(0))).await;
    for id in [created, ended] {
        let mut readings = bench.engine.stats(&id).await.unwrap();
        assert!(tokio::time::timeout(Duration::from_secs(60), readings.next()).await.unwrap().is_none());
    }
}

contract!(
    stopping_is_quick_for_who_listens,
    stopping_kills_who_does_not,
    signals_arrive,
    pausing_twice_is_no_error,
    a_signal_does_not_end_a_pause,
    waiting_for_what_has_ended_returns,
    events_tell_a_life,
    past_events_are_told_from_a_moment_on,
    health_is_told,
    a_pause_makes_nothing_unhealthy,
    a_check_that_fails_makes_unhealthy,
    usage_is_read_until_the_end,
    what_does_not_run_uses_nothing,
);
