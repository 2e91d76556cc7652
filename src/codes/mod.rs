//! What each code of a diagnostic or finding means: one table entry per code, in the TOML files beside this one.
//!
//! An entry says what happened, how to mend it, and holds an example that a test loads: `wrong` in place of `right` in the
//! small rule set of the tests gives this very code. `docs/diagnostics.md` is written from here; [`page`] is the whole of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

/// The tables, each with the heading of its part of the page.
const TABLES: [(&str, &str); 6] = [
    ("Conditions", include_str!("conditions.toml")),
    ("Files of a rule set", include_str!("rules.toml")),
    ("Overlays", include_str!("overlays.toml")),
    ("Profiles", include_str!("profiles.toml")),
    ("Proofs", include_str!("proofs.toml")),
    ("What `rules check` and `rules test` find besides", include_str!("housekeeping.toml")),
];

static ALL: LazyLock<Vec<(&str, BTreeMap<String, Entry>)>> = LazyLock::new(|| {
    // The tables are part of the program; a test reads every one.
    TABLES.iter().map(|(part, text)| (*part, toml::from_str(text).unwrap_or_default())).collect()
});

/// What is said about one code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// What is wrong, in a few words.
    pub title: String,
    /// What it means.
    pub says: String,
    /// What to do.
    pub mend: String,
    /// Where the example stands: in the rule set if it does not say.
    #[serde(default, rename = "in")]
    pub place: Place,
    /// The example's file.
    #[serde(default)]
    pub file: String,
    /// The mistake.
    pub wrong: Option<String>,
    /// The same without it; none where the mistake is to add `wrong` to the file.
    pub right: Option<String>,
    /// Why there is no example.
    pub no_example: Option<String>,
}

/// What kind of folder or file an example is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    #[default]
    Rules,
    Overlay,
    Profile,
}

/// Every code with its entry, by part.
pub fn parts() -> impl Iterator<Item = (&'static str, &'static BTreeMap<String, Entry>)> {
    ALL.iter().map(|(part, entries)| (*part, entries))
}

/// Every code with its entry.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Entry)> {
    ALL.iter().flat_map(|(_, entries)| entries.iter().map(|(code, entry)| (code.as_str(), entry)))
}

/// What is said about a code, in whatever case it is written.
pub fn entry(code: &str) -> Option<(&'static str, &'static Entry)> {
    all().find(|(known, _)| known.eq_ignore_ascii_case(code))
}

/// The known code that one which is not known comes nearest to: of the same letter, the nearest number.
pub fn nearest(code: &str) -> Option<&'static str> {
    let split = |code: &str| {
        let (letter, number) = code.split_at_checked(1)?;
        Some((letter.to_ascii_uppercase(), number.parse::<i64>().ok()?))
    };
    match split(code) {
        Some((letter, number)) => all()
            .filter_map(|(known, _)| {
                split(known).filter(|(l, _)| *l == letter).map(|(_, n)| ((n - number).abs(), known))
            })
            .min()
            .map(|(_, known)| known),
        None => crate::text::nearest(&code.to_uppercase(), all().map(|(known, _)| known)),
    }
}

/// The line that ends a list of problems; nothing for none.
pub fn says_more<'a>(codes: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut codes = codes.into_iter();
    let first = codes.next()?;
    let code = if codes.all(|c| c == first) { first } else { "CODE" };
    Some(format!("`candor rules explain-error {code}` says more."))
}

/// One code as Markdown, under a heading of the given depth.
fn section(out: &mut String, code: &str, entry: &Entry) {
    let _ = write!(out, "### {code}: {}\n\n{}\n\n", entry.title, entry.says);
    match (&entry.wrong, &entry.right, &entry.no_example) {
        (Some(wrong), right, _) => {
            let file = if entry.file.is_empty() { "a profile" } else { &entry.file };
            let _ = write!(out, "```toml\n# {file}\n{wrong}\n");
            if let Some(right) = right {
                let _ = write!(out, "# instead of\n{right}\n");
            }
            out.push_str("```\n\n");
        }
        (None, _, Some(why)) => {
            let _ = write!(out, "There is no example here: {why}.\n\n");
        }
        (None, _, None) => {}
    }
    let _ = write!(out, "**To mend it:** {}\n\n", entry.mend);
}

/// The whole of `docs/diagnostics.md`.
pub fn page() -> String {
    let mut out = String::from(
        "# What the codes mean\n\nEvery problem in a file has a code that begins with `C`, every finding of `candor rules check` and \
         `rules test` one\nthat begins with `A`. `candor rules explain-error CODE` prints what stands here. This page is written from \
         `src/codes`;\na test keeps it current and tries every example.\n\n",
    );
    for (part, entries) in parts() {
        let _ = write!(out, "## {part}\n\n");
        for (code, entry) in entries {
            section(&mut out, code, entry);
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
