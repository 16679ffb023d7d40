//! Fault 24: fifty containers that restart in a loop.

use std::time::{Duration, Instant};

use biostar_tui::{
    core::{
        container::ContainerSpec,
        naming::{self, Role},
    },
    engine::Engine as _,
};

use crate::{
    dashboard::{open, shows},
    place::Place,
    support::raw,
};

const SERVICES: usize = 50;
/// Long enough for a rate, short enough that the engine's rests between restarts (they
/// double) have not made it quiet.
const MEASURED: Duration = Duration::from_secs(12);
/// Ticks a second in `/proc`: 100 on every Linux (USER_HZ).
const TICKS: f64 = 100.0;
/// The dashboard's own, and a log and what it uses for each service.
const DESCRIPTORS: usize = 60 + 2 * SERVICES;

#[test]
fn fault_24_the_dashboard_stays_calm() {
    let place = Place::new("loop");
    std::fs::create_dir_all(&place.root).unwrap();
    let image = place.tiny_image();
    let service = |n| format!("[services.s{n}]\nimage = \"{image}\"\ncommand = [\"sh\", \"-c\", \"echo begun\"]\n");
    place.write("biostar-tui.toml", &(0..SERVICES).map(service).collect::<String>());
    let ids: Vec<String> = (0..SERVICES).map(|n| restarting(&place, &format!("s{n}"), &image)).collect();
    let dashboard = open(&place, (200, 50));
    shows(&dashboard, "restarting");
    let (begun, before) = (Instant::now(), cpu_seconds(dashboard.pid()));
    let mut most = 0;
    while begun.elapsed() < MEASURED {
        most = most.max(descriptors(dashboard.pid()));
        std::thread::sleep(Duration::from_millis(200));
    }
    let share = (cpu_seconds(dashboard.pid()) - before) / begun.elapsed().as_secs_f64();
    let restarts: i64 = place.containers().iter().map(|container| container.restarts).sum();
    println!("{restarts} restarts: {:.1} % of a processor, at most {most} descriptors", share * 100.0);
    ids.iter().for_each(|id| place.wait_for(place.engine.remove(id)).unwrap());
    assert!(restarts > i64::try_from(SERVICES).unwrap(), "{restarts} restarts");
    assert!(share < 0.2, "{:.1} % of a processor", share * 100.0);
    assert!(most < DESCRIPTORS, "{most} descriptors");
}

/// A container of the place whose program ends at once, and which the engine restarts.
fn restarting(place: &Place, part: &str, image: &str) -> String {
    let name = naming::container(&place.name, "development", Role::Service, part);
    let host = biostar_tui::config::load(&biostar_tui::config::Request {
        start: place.root.clone(),
        variables: place.variables.borrow().clone(),
        ..Default::default()
    });
    let mut labels = host.expect("the configuration is right").project.labels();
    labels.insert(naming::LABEL_ROLE.to_owned(), Role::Service.as_str().to_owned());
    labels.insert(naming::LABEL_NAME.to_owned(), part.to_owned());
    let command = Some(["sh", "-c", "echo begun"].map(str::to_owned).to_vec());
    let id = place.wait_for(place.engine.create(&ContainerSpec { labels, command, ..ContainerSpec::new(name, image) }));
    let id = id.unwrap();
    raw::post(&format!("/containers/{id}/update"), "{\"RestartPolicy\":{\"Name\":\"always\"}}");
    place.wait_for(place.engine.start(&id)).unwrap();
    id
}

/// Processor time of a process (`proc(5)`, `stat`: fields 14 and 15, in ticks).
fn cpu_seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let after_name = stat.rsplit_once(") ").expect("a name in parentheses").1;
    let ticks = |field: usize| after_name.split(' ').nth(field - 3).and_then(|text| text.parse::<f64>().ok()).unwrap();
    (ticks(14) + ticks(15)) / TICKS
}

fn descriptors(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs").count()
}
