//! The engine's disk is full: that is named, nothing is left half-written, and with space
//! again `up` goes on.

use crate::{place::Place, second_engine::SecondEngine};

const PROJECT: &str = "
[services.hoard]
dockerfile = \"Dockerfile\"
command = [\"sleep\", \"3600\"]
";

#[test]
fn a_full_disk_is_named_and_with_space_again_up_goes_on() {
    let engine = SecondEngine::with_disk("full", 64);
    let place = Place::over("full-disk", engine.endpoint());
    place.set("DOCKER_HOST", &engine.endpoint().to_string());
    std::fs::create_dir_all(&place.root).unwrap();
    place.write("biostar-tui.toml", PROJECT);
    let image = place.tiny_image();
    place.write("Dockerfile", &format!("FROM {image}\nRUN head -c 100000000 /dev/zero | cat > /hoard\n"));
    let full = place.run(&["up"]).ends(1);
    assert!(full.err.contains("the image of hoard could not be built: the engine's disk is full"), "{}", full.err);
    assert!(full.err.contains("No space left on device"), "{}", full.err);
    assert!(full.err.contains("free space on the engine's disk"), "{}", full.err);
    assert!(place.containers().is_empty(), "nothing is created for an image that is not there");
    engine.resize_disk(512);
    place.run(&["up"]).ends(0);
    assert_eq!(place.service("hoard").phase, biostar_tui::core::observed::Phase::Running);
    place.nothing_to_do();
}
