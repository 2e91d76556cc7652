//! Which files belong to which schema, for TOML language servers that read `.taplo.toml`.

use std::fmt::Write as _;

use super::FileKind;
use crate::ruleset::RuleSet;

/// The text of a `.taplo.toml` for the top folder of the rule set or overlay. `folder` is where the schemas stand, as seen
/// from there.
pub fn associations(rules: &RuleSet, folder: &str) -> String {
    let mut out = String::from(
        "# Which schema is for which file. Copy this to .taplo.toml in the top folder of the rule set or overlay.\n",
    );
    for kind in FileKind::ALL {
        let globs = globs(rules, kind);
        if !globs.is_empty() {
            let globs: Vec<String> = globs.iter().map(|g| format!("\"{g}\"")).collect();
            let folder = folder.trim_end_matches('/').replace('\\', "/");
            let _ = write!(
                out,
                "\n[[rule]]\ninclude = [{}]\n[rule.schema]\nenabled = true\npath = \"{folder}/{}.json\"\n",
                globs.join(", "),
                kind.id()
            );
        }
    }
    out
}

fn globs(rules: &RuleSet, kind: FileKind) -> Vec<String> {
    let folder = match kind {
        FileKind::Decision => {
            let mut folders: Vec<&str> = rules.decisions.iter().map(|d| d.agency.as_str()).collect();
            folders.extend(rules.overlays.iter().map(|o| o.id.as_str()));
            folders.sort_unstable();
            folders.dedup();
            return folders.into_iter().map(|f| format!("{f}/**/*.toml")).collect();
        }
        // A profile stands where its owner keeps it.
        FileKind::Profile => return Vec::new(),
        FileKind::Ruleset => return vec!["ruleset.toml".to_owned()],
        FileKind::Overlay => return vec!["overlay.toml".to_owned()],
        FileKind::Agency => "agencies",
        FileKind::Form => "forms",
        FileKind::Source => "sources",
        FileKind::List => "lists",
        FileKind::Change => "changes",
        FileKind::Check => "checks",
        FileKind::Route => "routes",
        FileKind::Case => "cases",
        FileKind::Edge => "edges",
        FileKind::Setting => "settings",
        FileKind::Suppression => "suppressions",
        FileKind::Vocabulary | FileKind::Pending => kind.id(),
    };
    vec![format!("{folder}/**/*.toml")]
}
