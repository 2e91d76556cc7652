//! `candor rules book`: the rule set as a folder of pages.
//!
//! Owns the writing: a new folder is made whole beside the place and moved there, and only a book of ours gives way to it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::cli::{Ended, RulesFrom, explain, load, out};
use crate::publish::book::{self, File, MARKER};
use crate::ruleset::Tests;
use crate::text::count;

#[derive(Debug, Args)]
pub struct Command {
    /// The rule set's folder (default: the built-in rule set)
    dir: Option<PathBuf>,
    /// The folder to write: a new or empty one, or an earlier book
    #[arg(short, long = "output", value_name = "OUT")]
    output: PathBuf,
}

pub(super) fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let place = Place::find(&command.output)?;
    let loaded = load(from.in_dir(command.dir.as_deref()), Tests::Load)?;
    explain(&loaded.problems);
    let Some(rules) = loaded.rules else {
        return Ok(Ended::Unusable);
    };
    let files = book::book(&rules, &loaded.cases)?;
    place.write(&files)?;
    let pages = files.iter().filter(|f| f.path.ends_with(".html")).count();
    out(&format!(
        "{} in {}; open {} in a browser.\n",
        count(pages, "page", "pages"),
        command.output.display(),
        command.output.join("index.html").display()
    ))
}

/// Where a book may be written.
#[derive(Debug)]
struct Place {
    /// The folder itself, links followed.
    at: PathBuf,
    /// What stands there now.
    now: Now,
}

#[derive(Debug, PartialEq, Eq)]
enum Now {
    Nothing,
    Empty,
    Book,
}

impl Place {
    /// Refuses what is neither free nor a book of ours.
    fn find(wanted: &Path) -> anyhow::Result<Self> {
        let at = if wanted.exists() {
            wanted.canonicalize().with_context(|| format!("cannot read {}", wanted.display()))?
        } else {
            wanted.to_owned()
        };
        if at.symlink_metadata().is_err() {
            return Ok(Self { at, now: Now::Nothing });
        }
        if !at.is_dir() {
            bail!("{} is not a folder; name a new folder for the book", wanted.display());
        }
        let empty = fs::read_dir(&at).with_context(|| format!("cannot read {}", wanted.display()))?.next().is_none();
        if empty {
            return Ok(Self { at, now: Now::Empty });
        }
        refuse_foreign(&at, wanted)?;
        Ok(Self { at, now: Now::Book })
    }

    /// Writes all files into a new folder beside the place, then moves it there.
    fn write(&self, files: &[File]) -> anyhow::Result<()> {
        let parent = match self.at.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
        // Both are removed again when dropped, whatever happens.
        let beside = |what: &str| {
            let made = tempfile::Builder::new().prefix(&format!(".candor-book-{what}-")).tempdir_in(parent);
            made.with_context(|| format!("cannot write in {}; name another folder", parent.display()))
        };
        let new = beside("new")?;
        let fresh = new.path().join("book");
        for file in files {
            let path = fresh.join(&file.path);
            write(&path, &file.bytes).with_context(|| format!("cannot write {}", path.display()))?;
        }
        let old = beside("old")?;
        let aside = old.path().join("book");
        match self.now {
            Now::Nothing => {}
            Now::Empty => fs::remove_dir(&self.at).with_context(|| format!("cannot replace {}", self.at.display()))?,
            Now::Book => {
                // Somebody may have put a file there while the pages were made.
                refuse_foreign(&self.at, &self.at)?;
                fs::rename(&self.at, &aside)
                    .with_context(|| format!("cannot move the earlier book in {} aside", self.at.display()))?;
            }
        }
        if let Err(error) = fs::rename(&fresh, &self.at) {
            // Put back what was there.
            if self.now == Now::Book {
                let _ = fs::rename(&aside, &self.at);
            }
            return Err(error).with_context(|| format!("cannot move the book to {}", self.at.display()));
        }
        Ok(())
    }
}

/// Fails unless the folder is a book of ours and holds nothing else.
fn refuse_foreign(at: &Path, named: &Path) -> anyhow::Result<()> {
    let Some(own) = fs::read_to_string(at.join(MARKER)).ok().as_deref().and_then(book::listed) else {
        bail!(
            "{} holds files and is not a book of Candor's, so nothing was changed; name a new or empty folder",
            named.display()
        );
    };
    let mut others = Vec::new();
    foreign(at, at, &own, &mut others).with_context(|| format!("cannot read {}", named.display()))?;
    match others.as_slice() {
        [] => Ok(()),
        [one, rest @ ..] => bail!(
            "{} is a book, but {one}{} in it {} not part of it, so nothing was changed; move {} elsewhere first",
            named.display(),
            if rest.is_empty() {
                String::new()
            } else {
                format!(" and {}", count(rest.len(), "other file", "other files"))
            },
            if rest.is_empty() { "is" } else { "are" },
            if rest.is_empty() { "it" } else { "them" },
        ),
    }
}

/// Files below `dir` that the book did not write. Links are never followed, and never ours.
fn foreign(top: &Path, dir: &Path, own: &BTreeSet<String>, others: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        let name = path.strip_prefix(top).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let kind = entry.file_type()?;
        if kind.is_dir() {
            foreign(top, &path, own, others)?;
        } else if !kind.is_file() || !own.contains(&name) {
            others.push(name);
        }
    }
    others.sort_unstable();
    Ok(())
}

/// Not synced: a book that a power cut spoils is made again with one command.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)
}
