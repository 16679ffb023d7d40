//! A thousand times: the program, or a task with it, is killed at some moment of `up`; the
//! next `up` completes it, and nothing is there twice.

use std::time::{Duration, Instant};

use biostar_tui::{
    core::{naming::Role, spec::VolumeKind},
    engine::Engine as _,
};

use crate::place::{POSTS, Place, page};

/// The design's number; fewer while somebody works on this.
fn rounds() -> u64 {
    std::env::var("BIOSTAR_TUI_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1000)
}

/// Moments and choices, the same ones in every run: xorshift64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

#[test]
fn killed_at_any_moment_up_completes_it() {
    let place = Place::with_demo("rounds");
    place.set("BIOSTAR_TUI_STEPS__FIXTURES__RUN", &fixtures_that_cannot_be_loaded_twice());
    place.bring_up(&["up"]).ends(0);
    let mut dice = Dice(0x5eed_cafe);
    for round in 0..rounds() {
        println!("round {round}");
        start_over(&place, &mut dice);
        for _ in 0..1 + dice.below(3) {
            kill_somewhere(&place, &mut dice);
        }
        place.run(&["up"]).ends(0);
        is_whole(&place, round);
    }
}

fn fixtures_that_cannot_be_loaded_twice() -> String {
    let insert = "insert into forum_sitetext values ('only-once', 'x')";
    format!(r#"["sh", "-c", "python3 manage.py loaddata initial && psql -qc \"{insert}\""]"#)
}

/// Packages stay, for pip alone would take most of the time; now and then they go too.
fn start_over(place: &Place, dice: &mut Dice) {
    place.run(&["destroy", "--yes"]).ends(0);
    let mut kinds = vec![VolumeKind::Database];
    if dice.below(20) == 0 {
        kinds.push(VolumeKind::Packages);
    }
    if dice.below(5) == 0 {
        kinds.push(VolumeKind::Secrets);
    }
    for kind in kinds {
        let name = biostar_tui::core::naming::volume(&place.name, "development", kind.as_str());
        place.wait_for(place.engine.remove_volume(&name)).unwrap();
    }
}

fn kill_somewhere(place: &Place, dice: &mut Dice) {
    let mut up = place.start("up.log", &["up"]);
    let (begun, moment) = (Instant::now(), Duration::from_millis(dice.below(12_000)));
    let ended = place.until("the moment has come", || match up.has_ended() {
        true => Some(true),
        false => (begun.elapsed() >= moment).then_some(false),
    });
    if ended {
        assert_eq!(up.end(), Some(0), "{}", place.said_by("up.log"));
        return;
    }
    up.kill();
    if dice.below(2) == 0 {
        let tasks = place.containers().into_iter().filter(|it| it.role() == Some(Role::Task) && it.is_up());
        for task in tasks {
            // It may have ended meanwhile.
            let _ = place.wait_for(place.engine.kill(&task.id, "SIGKILL"));
        }
    }
}

fn is_whole(place: &Place, round: u64) {
    assert_eq!(place.posts(), POSTS, "round {round}");
    let once = "select count(*) from forum_sitetext where name = 'only-once'";
    assert_eq!(place.query("development", once), "1", "round {round}");
    let copies = "select count(*) from pg_database where datname like '%\\_\\_before\\_%'";
    assert_eq!(place.query("development", copies), "0", "round {round}");
    place.nothing_to_do();
    let status = place.run(&["status", "--json"]).ends(0).json();
    assert!(page(status["url"].as_str().unwrap(), "/search/?q=trinity").contains("axolotl"), "round {round}");
}
