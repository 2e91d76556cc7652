//! Snapshots: copies of a profile as it was when something was sent, kept in a folder beside it.
//!
//! A snapshot is a profile with one table more, so everything that reads a profile reads it. Its text is the profile's own,
//! comments and all ([`super::Store::snapshot`]). It is written once and never changed.

use std::io;
use std::path::{Path, PathBuf};

use super::disk;
use super::model::{Profile, Taken, Target};
use super::read::{Vocabulary, load};

/// A snapshot and the file it is in.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub path: PathBuf,
    pub profile: Profile,
    pub taken: Taken,
}

/// The folder for snapshots of a profile: `profile.toml` has `profile.snapshots` beside it.
pub fn folder(profile: &Path) -> PathBuf {
    disk::resolve(profile).with_extension("snapshots")
}

/// Writes a snapshot's text under a name of its own, readable by its owner only.
///
/// # Errors
/// The folder cannot be made or written to.
pub fn keep(profile: &Path, taken: &Taken, text: &str) -> io::Result<PathBuf> {
    let folder = folder(profile);
    disk::make_folder(&folder)?;
    let name = format!("{}-{}", taken.on, taken.targets.first().map_or("all", String::as_str));
    let mut path = folder.join(format!("{name}.toml"));
    let mut n = 2_u32;
    while path.exists() {
        path = folder.join(format!("{name}-{n}.toml"));
        n += 1;
    }
    disk::replace(&path, text.as_bytes())?;
    Ok(path)
}

/// The snapshots of a profile, the latest first, and those files in the folder that cannot be read as one.
pub fn all(profile: &Path, words: Vocabulary<'_>) -> (Vec<Snapshot>, Vec<PathBuf>) {
    let (mut found, mut unreadable) = (Vec::new(), Vec::new());
    let entries = std::fs::read_dir(folder(profile)).into_iter().flatten().flatten();
    for path in entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "toml")) {
        match load(&path, words).ok().and_then(|read| Some((read.profile.taken.clone()?, read.profile))) {
            Some((taken, profile)) => found.push(Snapshot { path, profile, taken }),
            None => unreadable.push(path),
        }
    }
    found.sort_by(|a, b| (b.taken.on, &b.path).cmp(&(a.taken.on, &a.path)));
    unreadable.sort();
    (found, unreadable)
}

/// The target of the latest submission before this one: of the same target, else to the same agency.
pub fn last<'s>(snapshots: &'s [Snapshot], target: &Target) -> Option<(&'s Snapshot, &'s Target)> {
    let sent = |fits: &dyn Fn(&Target) -> bool| {
        snapshots.iter().find_map(|s| {
            let ids = &s.taken.targets;
            s.profile.targets.iter().find(|t| ids.contains(&t.id) && fits(t)).map(|t| (s, t))
        })
    };
    sent(&|t| t.id == target.id).or_else(|| sent(&|t| t.agency == target.agency))
}
