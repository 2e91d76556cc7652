//! Where everything stands in the book: a file for each decision, source, agency, …, and an anchor for each rule.
//!
//! Names come from ids and nothing else, so a link stays good from one release to the next. An id is data: whatever a file
//! name or a link cannot hold is written as `~` and its code, and no two things get the same name.

use std::collections::{BTreeMap, BTreeSet};

use crate::ruleset::RuleSet;

/// Most characters of a name that are taken from an id.
const LONGEST: usize = 96;

/// Names that some file systems keep for devices, and the anchor that every page has.
const KEPT: [&str; 7] = ["con", "prn", "aux", "nul", "com1", "lpt1", "content"];

/// Pages that every book has.
pub(super) const INDEX: &str = "index.html";
pub(super) const TIMELINE: &str = "timeline.html";
pub(super) const SOURCES: &str = "sources.html";
pub(super) const FORMS: &str = "forms.html";
pub(super) const LISTS: &str = "lists.html";
pub(super) const CASES: &str = "cases.html";
pub(super) const PENDING: &str = "pending.html";
pub(super) const ROUTES: &str = "routes.html";
pub(super) const RULINGS: &str = "rulings.html";
pub(super) const STYLE: &str = "book.css";
pub(super) const SCRIPT: &str = "book.js";
pub(super) const WORDS: &str = "index.js";

/// Paths relative to the top of the book, and anchors.
pub(super) struct Paths {
    /// By index of the decision, kind.
    pub(super) decisions: Vec<String>,
    pub(super) kinds: Vec<String>,
    /// By index of the decision, then of the rule.
    pub(super) rules: Vec<Vec<String>>,
    /// By id.
    pub(super) agencies: BTreeMap<String, String>,
    pub(super) cases: BTreeMap<String, String>,
    pub(super) sources: BTreeMap<String, String>,
    pub(super) forms: BTreeMap<String, String>,
    pub(super) lists: BTreeMap<String, String>,
}

impl Paths {
    pub(super) fn of(rules: &RuleSet) -> Self {
        let mut taken = Names::default();
        for own in [INDEX, TIMELINE, SOURCES, FORMS, LISTS, CASES, PENDING, ROUTES, RULINGS, STYLE, SCRIPT, WORDS] {
            taken.take(own);
        }
        let mut all = |folder: &str, ids: Vec<&str>| -> BTreeMap<String, String> {
            ids.into_iter().map(|id| (id.to_owned(), taken.claim(&format!("{folder}/{}", slug(id)), ".html"))).collect()
        };
        // The loader keeps these folders' names from decisions.
        let agencies: Vec<&str> = rules.agencies.iter().map(|a| a.id.as_str()).collect();
        let cases = all("cases", agencies.clone());
        let agencies = all("agencies", agencies);
        let sources = all("sources", rules.sources.iter().map(|s| s.id.as_str()).collect());
        let forms = all("forms", rules.forms.iter().map(|f| f.id.as_str()).collect());
        let lists = all("lists", rules.lists.iter().map(|l| l.id.as_str()).collect());
        let kinds = rules.kinds.iter().map(|k| taken.claim(&format!("vocabulary/{}", slug(&k.id)), ".html")).collect();
        let decisions = rules
            .decisions
            .iter()
            .map(|d| taken.claim(&d.id.split('.').map(slug).collect::<Vec<_>>().join("/"), ".html"))
            .collect();
        let anchors = rules.decisions.iter().map(|d| {
            let mut taken = Names::default();
            d.rules.iter().map(|r| taken.claim(&slug(r.local_id()), "")).collect()
        });
        Self { decisions, kinds, rules: anchors.collect(), agencies, cases, sources, forms, lists }
    }
}

/// Names given out; compared as file systems that ignore case do.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    fn take(&mut self, name: &str) -> bool {
        self.0.insert(name.to_lowercase())
    }

    /// The name, or the name with a number.
    pub(super) fn claim(&mut self, stem: &str, ending: &str) -> String {
        let plain = format!("{stem}{ending}");
        if self.take(&plain) {
            return plain;
        }
        let mut n = 2;
        loop {
            let numbered = format!("{stem}~{n}{ending}");
            if self.take(&numbered) {
                return numbered;
            }
            n += 1;
        }
    }
}

/// An id as a name of a file or an anchor.
pub(super) fn slug(id: &str) -> String {
    let mut out = String::new();
    let mut before = None;
    for c in id.chars() {
        if out.len() > LONGEST {
            break;
        }
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => out.push(c),
            // `nihgps-2.5.1`, but never `..` and never first or last.
            '.' if before.is_some_and(|b: char| b.is_ascii_alphanumeric()) => out.push('.'),
            c => out.push_str(&format!("~{:x}", u32::from(c))),
        }
        before = Some(c);
    }
    if out.ends_with('.') {
        out.pop();
        out.push_str("~2e");
    }
    if out.is_empty() || KEPT.contains(&out.to_lowercase().as_str()) {
        out.push('~');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_names_that_stay_in_their_folder() {
        assert_eq!(slug("own-money"), "own-money");
        assert_eq!(slug("nihgps-2.5.1"), "nihgps-2.5.1");
        assert_eq!(slug("../../etc"), "~2e~2e~2f~2e~2e~2fetc");
        assert_eq!(slug(".."), "~2e~2e");
        assert_eq!(slug("a."), "a~2e");
        assert_eq!(slug("\"><script>"), "~22~3e~3cscript~3e");
        assert_eq!(slug(""), "~");
        assert_eq!(slug("CON"), "CON~");
        assert_eq!(slug("content"), "content~");
        assert!(slug(&"é".repeat(500)).len() < 120);
    }

    #[test]
    fn no_two_things_share_a_name() {
        let mut names = Names::default();
        assert_eq!(names.claim("a/b", ".html"), "a/b.html");
        assert_eq!(names.claim("a/B", ".html"), "a/B~2.html");
        assert_eq!(names.claim("a/b", ".html"), "a/b~3.html");
    }
}
