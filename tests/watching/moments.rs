//! Saves at awkward moments, to a server that has really loaded the files.

use std::{fs, thread::sleep, time::Duration};

use rustix::process::Signal;

use crate::scene::Scene;

const PATIENCE: Duration = Duration::from_secs(60);

fn save(scene: &Scene, name: &str, value: usize) {
    fs::write(scene.root().join(name), format!("VALUE = {}\n", 100_000 + value)).unwrap();
}

fn settles(scene: &Scene, what: &str) {
    scene.settles(PATIENCE).unwrap_or_else(|found| panic!("{what}: {found}"));
}

#[test]
fn a_save_while_the_server_starts_is_served() {
    let mut scene = Scene::new();
    settles(&scene, "the first server");
    for round in 0..3 {
        scene.end_server();
        save(&scene, "x.py", round * 10);
        scene.start_server();
        for value in 1..8 {
            sleep(Duration::from_millis(40));
            save(&scene, "x.py", round * 10 + value);
        }
        settles(&scene, "saved while it started");
    }
}

#[test]
fn a_save_just_before_the_watcher_is_killed_is_served_by_the_next() {
    let mut scene = Scene::new();
    settles(&scene, "the first server");
    for (round, wait) in [0, 50, 70, 100, 150, 250].into_iter().enumerate() {
        save(&scene, "x.py", round);
        sleep(Duration::from_millis(wait));
        scene.end_watcher(Signal::KILL);
        scene.start_watcher();
        settles(&scene, "saved before a crash");
    }
}

#[test]
fn a_formatters_last_state_is_served() {
    let scene = Scene::new();
    (0..300).for_each(|module| save(&scene, &format!("m{module}.py"), 0));
    settles(&scene, "300 modules");
    for module in 0..300 {
        save(&scene, &format!("m{module}.py"), module + 1);
        sleep(Duration::from_millis(10));
    }
    settles(&scene, "300 modules, formatted");
}
