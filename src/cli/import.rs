//! `candor import`: reads a file of another kind into a profile.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;

use super::{Ended, ImportKind, out};
use crate::exchange::sciencv;
use crate::profile::{Store, Vocabulary};
use crate::ruleset::RuleSet;
use crate::text::{clean, count};

pub fn run(rules: &RuleSet, kind: ImportKind, file: &Path, into: &Path) -> anyhow::Result<Ended> {
    let words = Vocabulary::from(rules);
    let mut store = if into.exists() { Store::open(into, words)? } else { Store::create(into, words) };
    store.writable()?;
    let mut bytes = Vec::new();
    let most = sciencv::MOST_BYTES as u64 + 1;
    std::fs::File::open(file)
        .and_then(|f| f.take(most).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {}", file.display()))?;
    let found = match kind {
        ImportKind::Sciencv => sciencv::read(&bytes, store.profile()).with_context(|| file.display().to_string())?,
    };
    let before = store.profile().records.len();
    for edit in &found.edits {
        store.apply(edit)?;
    }
    store.save()?;
    let mut text =
        format!("{} added to {}.\n", count(store.profile().records.len() - before, "entry", "entries"), into.display());
    if found.known > 0 {
        text.push_str(&format!("{} there already.\n", count(found.known, "entry was", "entries were")));
    }
    for note in &found.notes {
        text.push_str(&format!("Note: {}\n", clean(note)));
    }
    let remarks = crate::engine::checks(rules, store.profile(), chrono::Local::now().date_naive());
    for remark in &remarks {
        text.push_str(&format!("To look at: {}\n", clean(&remark.says)));
    }
    out(&text)?;
    Ok(if remarks.is_empty() { Ended::Clear } else { Ended::Attention })
}
