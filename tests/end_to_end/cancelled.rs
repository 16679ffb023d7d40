//! Ctrl-C while something is done.

use biostar_tui::core::{naming::Role, observed::Phase};

use crate::place::Place;

#[test]
fn ctrl_c_stops_its_own_task_says_so_and_ends_with_130() {
    let place = Place::with_demo("cancelled");
    place.bring_up(&["up"]);
    a_command_is_stopped(&place);
    a_build_is_given_up(&place);
    a_step_is_rolled_back(&place);
    output_is_the_commands_own(&place);
}

fn a_command_is_stopped(place: &Place) {
    let run = place.start("run.log", &["run", "--", "sh", "-c", "echo begun; sleep 300"]);
    let task = place.until("the command runs", || {
        let all = place.containers();
        all.into_iter().find(|c| c.role() == Some(Role::Task) && c.part().starts_with("run-") && c.is_up())
    });
    place.until("it has begun", || place.output(&task.id).contains("begun").then_some(()));
    run.interrupt();
    assert_eq!(run.end(), Some(130));
    let said = place.said_by("run.log");
    assert!(
        said.contains("run sh -c 'echo begun; sleep 300' was cancelled")
            && said.contains("was stopped; what it has done so far stays"),
        "{said}"
    );
    let task = place.find(Role::Task, task.part()).unwrap();
    assert_eq!((task.phase, task.exit_code), (Phase::Exited, 143));
    let listed = place.run(&["status"]).ends(0);
    assert!(listed.out.contains("cancelled exit code 143") && listed.out.contains("run sh -c 'echo begun; sleep 300'"));
}

fn a_build_is_given_up(place: &Place) {
    let image = place.service("web").image_id;
    let build = place.start("build.log", &["rebuild", "web"]);
    place.until("the build is at its long step", || place.said_by("build.log").contains("4/").then_some(()));
    build.interrupt();
    assert_eq!(build.end(), Some(130));
    let said = place.said_by("build.log");
    assert!(said.contains("build web was given up; the image from before stays"), "{said}");
    assert!(!said.contains("panicked") && !said.contains("error:"), "one clear notice: {said}");
    let web = place.service("web");
    assert!(web.is_up() && web.image_id == image);
}

fn a_step_is_rolled_back(place: &Place) {
    place.set("BIOSTAR_TUI_STEPS__FIXTURES__RUN", "[\"sh\", \"-c\", \"echo midst; sleep 300\"]");
    let up = place.start("up.log", &["up", "--force", "fixtures"]);
    place.until("the step is in its midst", || {
        let task = place.find(Role::Task, "fixtures").filter(|task| task.is_up())?;
        place.output(&task.id).contains("midst").then_some(())
    });
    up.interrupt();
    assert_eq!(up.end(), Some(130));
    let said = place.said_by("up.log");
    assert!(said.contains("task fixtures was stopped; what it had begun is rolled back by its next run"), "{said}");
    place.set("BIOSTAR_TUI_STEPS__FIXTURES__RUN", "[\"python3\", \"manage.py\", \"loaddata\", \"initial\"]");
    place.run(&["up"]).ends(0);
    assert_eq!(place.posts(), crate::place::POSTS);
}

/// Also where a step has to run before it: its output is not the command's.
fn output_is_the_commands_own(place: &Place) {
    place.append("requirements.txt", "# edited");
    assert_eq!(place.run(&["run", "echo", "alone"]).ends(0).out, "alone\n");
}
