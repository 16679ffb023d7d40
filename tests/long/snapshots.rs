//! A restore of a database of a gigabyte.

use std::time::{Duration, Instant};

use crate::place::{POSTS, Place};

/// A gigabyte that neither compresses nor is stored apart.
const BALLAST: &str = "create table ballast (id int, t text); alter table ballast alter t set storage external; \
                       insert into ballast select g, md5(random()::text) || repeat(md5(g::text), 60) \
                       from generate_series(1, 510000) g";

/// Five seconds on a machine that has nothing else to do; twice that on one that has.
const BOUND: Duration = Duration::from_secs(10);

#[test]
fn a_gigabyte_is_restored_within_seconds() {
    let place = Place::with_demo("gigabyte");
    place.bring_up(&["up"]).ends(0);
    place.query("development", BALLAST);
    let size = place.query("development", "select pg_database_size(current_database())");
    assert!(size.parse::<u64>().unwrap() >= 1_000_000_000, "{size}");
    place.run(&["snapshot", "save", "big"]).ends(0);
    place.query("development", "delete from ballast where id > 1");
    let round = || {
        let begun = Instant::now();
        place.run(&["--yes", "snapshot", "restore", "big"]).ends(0);
        begun.elapsed()
    };
    let took = [round(), round(), round()];
    assert_eq!(place.query("development", "select count(*) from ballast"), "510000");
    assert_eq!(place.posts(), POSTS);
    println!("a restore of {size} bytes took {took:?}");
    let best = took.into_iter().min().unwrap();
    assert!(best < BOUND, "a restore took {took:?}");
}
