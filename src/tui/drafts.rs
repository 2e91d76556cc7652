//! Typed text that is not an answer yet, so that none is ever lost: not on leaving a question, not on a hang-up.
//!
//! Kept beside the profile as NAME.draft while there is any. This file knows its contents; `run` reads and writes it.

use std::collections::BTreeMap;

use super::form::{Key, Of};

/// Drafts by question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drafts(BTreeMap<String, String>);

const SCHEMA: &str = "candor.draft/1";

impl Drafts {
    pub fn get(&self, of: &Of, key: &Key) -> Option<&str> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&name(of, key)).map(String::as_str)
    }

    /// Keeps a draft; `None` drops it. True if that changed anything.
    pub fn put(&mut self, of: &Of, key: &Key, text: Option<String>) -> bool {
        let name = name(of, key);
        match text {
            Some(text) => self.0.insert(name, text.clone()).as_ref() != Some(&text),
            None => self.0.remove(&name).is_some(),
        }
    }

    /// Drops the drafts of something that was removed.
    pub fn forget(&mut self, of: &Of) {
        let prefix = format!("{} ", of_name(of));
        self.0.retain(|name, _| !name.starts_with(&prefix));
    }

    /// True if something was typed about this and not finished.
    pub fn any_of(&self, of: &Of) -> bool {
        let prefix = format!("{} ", of_name(of));
        self.0.keys().any(|name| name.starts_with(&prefix))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of the sidecar file.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(&serde_json::json!({ "schema": SCHEMA, "typed": self.0 })).unwrap_or_default()
    }

    /// Reads the sidecar file; whatever is not understood is ignored, a draft is a convenience.
    pub fn from_text(text: &str) -> Self {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
            return Self::default();
        };
        let typed = value.get("typed").and_then(|t| t.as_object());
        let pairs = typed.into_iter().flatten();
        Self(pairs.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect())
    }
}

fn of_name(of: &Of) -> String {
    match of {
        Of::Person => "person".into(),
        Of::Target(id) => format!("target {id}"),
        Of::Record(id) => format!("record {id}"),
    }
}

fn name(of: &Of, key: &Key) -> String {
    let of = of_name(of);
    match key {
        Key::Own(field) => format!("{of} {field}"),
        Key::ForTarget { target, field } => format!("{of} for {target} {field}"),
        Key::Entity { via, field } => format!("{of} of {via} {field}"),
        Key::Clock(clock) => format!("{of} clock {clock}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_survive_the_file_and_nonsense_is_ignored() {
        let mut drafts = Drafts::default();
        let of = Of::Record("trip-1".into());
        assert!(drafts.put(&of, &Key::Own("value".into()), Some("about 5o0\u{202e}\"\n".into())));
        assert!(drafts.put(&of, &Key::ForTarget { target: "t".into(), field: "f".into() }, Some("x".into())));
        assert_eq!(Drafts::from_text(&drafts.to_text()), drafts);
        for bad in ["", "{", "[]", "{\"typed\": 3}", "{\"typed\": {\"a\": 1}}"] {
            assert!(Drafts::from_text(bad).is_empty(), "{bad}");
        }
        drafts.forget(&of);
        assert!(drafts.is_empty());
    }

    #[test]
    fn one_record_does_not_see_another_whose_id_starts_alike() {
        let mut drafts = Drafts::default();
        drafts.put(&Of::Record("trip-12".into()), &Key::Own("value".into()), Some("x".into()));
        assert!(!drafts.any_of(&Of::Record("trip-1".into())));
    }
}
