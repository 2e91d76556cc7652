//! JSON Schemas for editors: one for each kind of file, with the ids of a loaded rule set as its words.
//!
//! One file here per kind of file, or per few that belong together; `parts` builds what they share. The loader decides what is
//! right; a schema says as much of it as an editor can check, and `tests/schema.rs` holds the two together.

mod agency;
mod case;
mod check;
mod decision;
mod facts;
mod form;
mod list;
mod news;
mod overlay;
mod parts;
mod profile;
mod route;
mod setting;
mod source;
mod suppression;
mod taplo;
mod vocabulary;

use serde_json::{Value as Json, json};

use crate::ruleset::RuleSet;

pub use taplo::associations;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Decision,
    Vocabulary,
    Agency,
    Form,
    Source,
    List,
    Pending,
    Change,
    Check,
    Route,
    Case,
    Edge,
    Setting,
    Suppression,
    Ruleset,
    Overlay,
    Profile,
}

impl FileKind {
    pub const ALL: [Self; 17] = [
        Self::Decision,
        Self::Vocabulary,
        Self::Agency,
        Self::Form,
        Self::Source,
        Self::List,
        Self::Pending,
        Self::Change,
        Self::Check,
        Self::Route,
        Self::Case,
        Self::Edge,
        Self::Setting,
        Self::Suppression,
        Self::Ruleset,
        Self::Overlay,
        Self::Profile,
    ];

    /// The word on the command line, and the stem of the schema's file.
    pub fn id(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Vocabulary => "vocabulary",
            Self::Agency => "agency",
            Self::Form => "form",
            Self::Source => "source",
            Self::List => "list",
            Self::Pending => "pending",
            Self::Change => "change",
            Self::Check => "check",
            Self::Route => "route",
            Self::Case => "case",
            Self::Edge => "edge",
            Self::Setting => "setting",
            Self::Suppression => "suppression",
            Self::Ruleset => "ruleset",
            Self::Overlay => "overlay",
            Self::Profile => "profile",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.id() == word)
    }

    /// What the file at a path inside a rule set or an overlay is.
    pub fn of(path: &str) -> Self {
        match path.split_once('/').map_or(path, |(folder, _)| folder) {
            "vocabulary" => Self::Vocabulary,
            "agencies" => Self::Agency,
            "forms" => Self::Form,
            "sources" => Self::Source,
            "lists" => Self::List,
            "pending" => Self::Pending,
            "changes" => Self::Change,
            "checks" => Self::Check,
            "routes" => Self::Route,
            "cases" => Self::Case,
            "edges" => Self::Edge,
            "settings" => Self::Setting,
            "suppressions" => Self::Suppression,
            "ruleset.toml" => Self::Ruleset,
            "overlay.toml" => Self::Overlay,
            _ => Self::Decision,
        }
    }
}

/// The schema of a kind of file.
pub fn schema(rules: &RuleSet, kind: FileKind) -> Json {
    let mut schema = match kind {
        FileKind::Decision => decision::file(rules),
        FileKind::Vocabulary => vocabulary::file(rules),
        FileKind::Agency => agency::file(rules),
        FileKind::Form => form::file(rules),
        FileKind::Source => source::file(),
        FileKind::List => list::file(rules),
        FileKind::Pending => news::pending(rules),
        FileKind::Change => news::changes(rules),
        FileKind::Check => check::file(rules),
        FileKind::Route => route::file(rules),
        FileKind::Case => case::cases(rules),
        FileKind::Edge => case::edges(rules),
        FileKind::Setting => setting::file(rules),
        FileKind::Suppression => suppression::file(),
        FileKind::Ruleset => overlay::ruleset(),
        FileKind::Overlay => overlay::file(rules),
        FileKind::Profile => profile::file(rules),
    };
    // Draft 7 is what TOML language servers read.
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!(format!("Candor: {} ({} {})", kind.id(), rules.meta.id, rules.meta.version));
    schema
}
