//! What follows the leader is told to whoever hesitates.

use super::console::opened;
use super::*;
use crate::app::next_keys::HESITATION;

#[test]
fn who_hesitates_after_the_leader_sees_what_can_follow() {
    let mut model = opened();
    model.now = 1_000_000_000;
    press(&mut model, "ctrl-]");
    assert!(!screen(&model).contains("ctrl-] and then"));
    assert_eq!(model.pace(), Some(HESITATION), "time alone brings it");
    update(&mut model, Msg::Tick(1_500_000_000));
    let shown = screen(&model);
    assert!(shown.contains("ctrl-] and then") && shown.contains("q leave"), "{shown}");
    assert!(shown.contains("1 to 9 pane") && shown.contains("f2 rename console"), "{shown}");
    // The next key is what it would be without, and ends it.
    press(&mut model, "z");
    assert!(model.screen.zoom == Zoom::In && !screen(&model).contains("and then"));
    press(&mut model, "ctrl-]");
    assert!(!screen(&model).contains("and then"), "it is counted anew");
    update(&mut model, Msg::Tick(3_000_000_000));
    press(&mut model, "1");
    assert!(!screen(&model).contains("and then"));
}

#[test]
fn it_fits_every_screen() {
    for size in [(60, 15), (80, 24), (120, 30), (200, 50), (40, 10)] {
        let mut model = opened();
        model.screen.size = size;
        press(&mut model, "ctrl-]");
        update(&mut model, Msg::Tick(2_000_000_000));
        let shown = screen(&model);
        assert!(layout::is_too_small(&model) || shown.contains("and then"), "{size:?}\n{shown}");
    }
}
