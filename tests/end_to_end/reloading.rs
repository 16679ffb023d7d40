//! Saves on the real demo: served, or their traceback is, and open pages are told.

use serde_json::Value;

use crate::place::{Place, get, page};

const VIEWS: &str = "forum/views.py";

/// Exactly one reload each, with what became of it.
pub fn each_save_is_one_reload(place: &Place, url: &str) {
    let watcher = place.start("watch.log", &["watch"]);
    place.until("the watcher has looked", || place.said_by("watch.log").contains("watching:").then_some(()));
    let original = std::fs::read_to_string(place.root.join(VIEWS)).unwrap();
    for (n, mark) in ["served-one", "served-two"].into_iter().enumerate() {
        place.write(VIEWS, &answering(&original, mark));
        place.until(mark, || is(url, " 200 ", mark).then_some(()));
        has_reloads(place, n + 1);
    }
    place.write(VIEWS, "def (\n");
    place.until("the traceback", || is(url, " 503 ", "SyntaxError").then_some(()));
    assert!(is(url, " 503 ", VIEWS), "it names the file");
    has_reloads(place, 3);
    place.write(VIEWS, &original);
    place.until("the mended page", || is(url, " 200 ", "<").then_some(()));
    let outcomes = has_reloads(place, 4);
    assert_eq!(outcomes, ["answered", "failed", "answered", "answered"], "the newest first");
    watcher.kill();
}

/// The script comes by the overlay and answers come from the server's hooks.
pub fn pages_are_told(url: &str) {
    assert!(page(url, "/").contains("/.biostar-tui/live.js"));
    assert!(page(url, "/.biostar-tui/live.js").contains("EventSource"));
    assert!(page(url, "/admin/login/").contains("/.biostar-tui/live.js"), "a page of Django's own");
}

/// The views with an answer in the place of the search's.
fn answering(views: &str, mark: &str) -> String {
    format!(
        "{views}\n\nfrom django.http import HttpResponse\n\n\ndef search(request):\n    return HttpResponse(\"{mark}\")\n"
    )
}

fn is(url: &str, status: &str, text: &str) -> bool {
    get(url, "/search/").is_ok_and(|(head, body)| head.contains(status) && body.contains(text))
}

/// What became of so many reloads. Until the supervisor has heard of the watcher it looks for itself,
/// and serves a save that the watcher would do together with the next one.
fn has_reloads(place: &Place, count: usize) -> Vec<String> {
    place.until(&format!("the history of {count} reloads"), || outcomes(place).filter(|all| all.len() >= count))
}

fn outcomes(place: &Place) -> Option<Vec<String>> {
    let status = place.run(&["status", "--json"]).ends(0).json();
    let of = |reload: &Value| reload["outcome"].as_str().unwrap_or_default().to_owned();
    Some(status["watcher"]["reloads"].as_array()?.iter().map(of).collect())
}
