//! Rounds of random edits, under which the watcher is paused, killed and lost events, the engine
//! goes away and the server's container is started anew. At the end of each what is served is
//! what is there.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::Signal;

use crate::scene::Scene;

/// Time enough on a machine that is busy. What a watcher that is there has missed nobody finds,
/// however long it is waited.
const PATIENCE: Duration = Duration::from_secs(30);
/// Events that overflow the queue of one inotify instance: more than its 16,384.
const OVERFLOW: usize = 6_000;

/// Numbers from a seed (xorshift): a round that fails can be had again.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// So many rounds from a seed.
pub fn play(rounds: usize, seed: u64) {
    let mut scene = Scene::new();
    let mut dice = Dice::new(seed);
    scene.settles(PATIENCE).unwrap_or_else(|found| panic!("the first server does not come: {found}"));
    let mut slowest = Duration::ZERO;
    for round in 0..rounds {
        let done = one(&mut scene, &mut dice);
        match scene.settles(PATIENCE) {
            Ok(taken) => slowest = slowest.max(taken),
            Err(found) => panic!("round {round} of seed {seed}: {done:#?}\n{found}"),
        }
    }
    println!("{rounds} rounds of seed {seed}; what was saved was served after {slowest:?} at the most");
}

/// What goes on while files are edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Nothing,
    /// The watcher's process stands still.
    Paused,
    /// So long that its queue overflows.
    Overflown,
    /// It is killed, and another one comes.
    Killed,
    /// It ends as it should, and for a while nobody watches.
    Ended,
    EngineAway,
    /// The container is stopped and started again.
    Restarted,
}

/// One round; what was done.
fn one(scene: &mut Scene, dice: &mut Dice) -> Vec<String> {
    if !scene.is_watched() && dice.chance(70) {
        scene.start_watcher();
    }
    let trouble = match dice.below(100) {
        0..=54 => Trouble::Nothing,
        55..=69 => Trouble::Paused,
        70..=74 => Trouble::Overflown,
        75..=82 => Trouble::Killed,
        83..=88 => Trouble::Ended,
        89..=94 => Trouble::EngineAway,
        _ => Trouble::Restarted,
    };
    let mut done = vec![format!("{trouble:?}, watched: {}", scene.is_watched())];
    done.extend(edits(scene, dice, 4));
    begin(scene, trouble);
    done.push("it begins".to_owned());
    done.extend(edits(scene, dice, 6));
    end(scene, trouble);
    done.push("it ends".to_owned());
    done.extend(edits(scene, dice, 4));
    done
}

fn begin(scene: &mut Scene, trouble: Trouble) {
    match trouble {
        Trouble::Nothing => {}
        Trouble::Paused => scene.tell_watcher(Signal::STOP),
        Trouble::Overflown => {
            scene.tell_watcher(Signal::STOP);
            overflow(&scene.root());
        }
        Trouble::Killed => scene.end_watcher(Signal::KILL),
        Trouble::Ended => scene.end_watcher(Signal::TERM),
        Trouble::EngineAway => scene.engine_is_away(true),
        Trouble::Restarted => scene.end_server(),
    }
}

fn end(scene: &mut Scene, trouble: Trouble) {
    match trouble {
        Trouble::Paused | Trouble::Overflown => scene.tell_watcher(Signal::CONT),
        Trouble::Killed if !scene.is_watched() => scene.start_watcher(),
        Trouble::EngineAway => scene.engine_is_away(false),
        Trouble::Restarted => scene.start_server(),
        _ => {}
    }
}

fn overflow(root: &Path) {
    for round in 0..OVERFLOW {
        let path = root.join(format!("noise{}.log", round % 7));
        fs::write(&path, "x").unwrap();
        fs::remove_file(path).unwrap();
    }
}

/// Up to so many edits, some of them with a moment between.
fn edits(scene: &Scene, dice: &mut Dice, most: usize) -> Vec<String> {
    let mut done = Vec::new();
    for _ in 0..dice.below(most + 1) {
        done.push(edit(scene, dice));
        if dice.chance(40) {
            std::thread::sleep(Duration::from_millis(dice.below(120) as u64));
        }
    }
    done
}

const FOLDERS: [&str; 6] = ["pa", "pb", "pa/pc", "pb/pd", "pa/pc/pe", "linked"];
const FILES: [&str; 2] = ["x.py", "y.py"];

fn file(dice: &mut Dice) -> PathBuf {
    let name = dice.one(&FILES);
    if dice.chance(20) { PathBuf::from(name) } else { Path::new(dice.one(&FOLDERS)).join(name) }
}

/// One edit, in words. One that cannot be (there is no such file) is none.
fn edit(scene: &Scene, dice: &mut Dice) -> String {
    let root = scene.root();
    let (path, other) = (file(dice), file(dice));
    let (folder, place) = (dice.one(&FOLDERS[..5]), dice.one(&FOLDERS[..5]));
    let outside = scene.outside().join(format!("away{}", dice.below(2)));
    let (words, result) = match dice.below(100) {
        0..=54 => (format!("save {}", path.display()), save(&root.join(&path), dice)),
        55..=64 => (format!("remove {}", path.display()), fs::remove_file(root.join(&path))),
        65..=72 => {
            (format!("rename {} {}", path.display(), other.display()), rename(&root.join(&path), &root.join(&other)))
        }
        73..=80 => (format!("move {folder} {place}"), rename(&root.join(folder), &root.join(place))),
        81..=85 => (format!("remove {folder}/"), fs::remove_dir_all(root.join(folder))),
        86..=90 => (format!("move out {folder}"), rename(&root.join(folder), &outside)),
        91..=96 => (format!("move in {place}"), rename(&outside, &root.join(place))),
        _ => ("link".to_owned(), link(scene, &root.join("linked"))),
    };
    match result {
        Ok(()) => words,
        Err(error) => format!("{words}: {error}"),
    }
}

/// A folder that is no longer there takes a rename's place.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to.parent().unwrap())?;
    fs::rename(from, to)
}

/// A link out of the tree, or none where there was one.
fn link(scene: &Scene, link: &Path) -> io::Result<()> {
    let target = scene.outside().join("target");
    fs::create_dir_all(&target)?;
    if link.is_symlink() { fs::remove_file(link) } else { symlink(target, link) }
}

/// Saves a value as one of the editors does; in a few cases one that cannot be loaded.
fn save(path: &Path, dice: &mut Dice) -> io::Result<()> {
    // The same size each time: then content alone tells.
    let value = 100_000 + dice.below(900_000);
    let text = if dice.chance(4) { "VALUE = (\n".to_owned() } else { format!("VALUE = {value}\n") };
    fs::create_dir_all(path.parent().unwrap())?;
    match dice.below(3) {
        0 => fs::write(path, text),
        1 => {
            let new = path.with_extension("py.tmp");
            fs::write(&new, text)?;
            fs::rename(new, path)
        }
        _ => {
            let backup = path.with_extension("py~");
            let _ = fs::rename(path, &backup);
            fs::write(path, text)?;
            let _ = fs::remove_file(backup);
            Ok(())
        }
    }
}
