//! The small rule set of the tests, its overlay and its profile, whole or with one change.
#![allow(dead_code)] // each test binary uses its own part

use std::path::{Path, PathBuf};

use candor::diagnostic::SourceFile;
use candor::ruleset::{Loaded, OverlayFiles, Tests, load_with, read_dir};

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub fn files(folder: &str) -> Vec<SourceFile> {
    read_dir(&fixtures().join(folder)).expect("the fixture's folder")
}

/// The small rule set, with its overlay or without.
pub fn load(rules: Vec<SourceFile>, overlay: Option<Vec<SourceFile>>) -> Loaded {
    let overlays = overlay.map(|files| OverlayFiles { name: "fern".into(), files, standing: Default::default() });
    load_with(rules, overlays.into_iter().collect(), Tests::Load)
}

/// Puts `wrong` in place of `right` in a file; without `right`, adds it at the end of the file, which need not be there.
pub fn change(files: &mut Vec<SourceFile>, name: &str, wrong: &str, right: Option<&str>) {
    if !files.iter().any(|f| f.name == name) {
        assert!(right.is_none(), "there is no {name}");
        files.push(SourceFile { name: name.into(), text: String::new() });
    }
    let file = files.iter_mut().find(|f| f.name == name).expect("it was added");
    file.text = changed(&file.text, name, wrong, right);
}

pub fn changed(text: &str, name: &str, wrong: &str, right: Option<&str>) -> String {
    match right {
        Some(right) => {
            assert!(text.contains(right), "{name} does not say: {right}");
            text.replacen(right, wrong, 1)
        }
        None => format!("{text}\n{wrong}\n"),
    }
}

/// The built-in rule set without most of its decisions and what belongs to them: all that an overlay's files name, and quick to load.
pub fn surroundings() -> Vec<SourceFile> {
    let mut files = read_dir(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal")).expect("the rule set");
    let kept = ["phs-fcoi/", "settings/", "vocabulary/", "agencies/", "lists/", "sources/", "forms/", "ruleset.toml"];
    files.retain(|f| kept.iter().any(|k| f.name.starts_with(k)));
    files
}
