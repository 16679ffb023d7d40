//! Services with a bound on their memory.

use crate::place::Place;

const SERVICES: &str = "
[services.greedy]
image = \"IMAGE\"
command = [\"sh\", \"-c\", \"echo begins; sleep 2; exec busybox dd if=/dev/zero of=/dev/null bs=200M count=1\"]
memory = \"16m\"

[services.modest]
image = \"IMAGE\"
command = [\"sleep\", \"600\"]
memory = \"16m\"
";

#[test]
fn what_is_killed_for_memory_is_shown_as_such() {
    let place = Place::with_file("memory", SERVICES);
    place.run(&["up"]);
    let status = place.until("greedy was killed", || {
        let status = place.run(&["status", "--json"]).ends(0).json();
        (status["services"][0]["state"] == "failed").then_some(status)
    });
    assert_eq!(status["services"][0]["exit_code"], 137);
    assert_eq!(status["services"][1]["state"], "running");
    assert!(place.service("greedy").oom_killed);
    place.run(&["status"]).ends(0).says(&["greedy", "failed (out of memory)"]);
    let usage = place.run(&["status", "--json", "--stats"]).ends(0).json();
    assert_eq!(usage["services"][0]["memory_bytes"], serde_json::Value::Null);
    assert!(usage["services"][1]["memory_bytes"].as_u64().unwrap() < 16 << 20);
    place.write("biostar-tui.toml", &SERVICES.replace("IMAGE", &place.tiny_image()).replacen("16m", "5 apples", 1));
    place.run(&["up"]).ends(2).says(&["biostar-tui.toml:5:", "no amount of memory", "64m"]);
}
