//! The built-in vocabulary and checks without the decisions: all that reading a profile needs, and independent of how rules read.

use std::path::Path;

use candor::diagnostic::render;
use candor::ruleset::{RuleSet, Tests, load_files, read_dir};

pub fn vocabulary() -> RuleSet {
    static ONCE: std::sync::OnceLock<RuleSet> = std::sync::OnceLock::new();
    ONCE.get_or_init(load).clone()
}

fn load() -> RuleSet {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal");
    let mut files = read_dir(&dir).expect("the rule set's folder");
    files.retain(|f| {
        ["vocabulary/", "agencies/", "lists/", "sources/", "checks/"].iter().any(|d| f.name.starts_with(d))
            || !f.name.contains('/')
    });
    let loaded = load_files(files, Tests::Skip);
    loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)))
}
