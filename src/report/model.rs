//! What a report says, as plain data that every format renders and none changes.
//!
//! The order of everything is the order of the forms, the profile and the rule set. All text in it is cleaned.

use chrono::NaiveDate;
use serde::Serialize;

use crate::release::Standing;
use crate::report::fill::Filled;
use crate::report::letter::Letter;
use crate::report::route::RouteNote;
use crate::report::words;
use crate::ruleset::{RuleSet, Setting, set_text};

/// The name and version of the report's JSON.
pub const SCHEMA: &str = "candor.report/1";

/// One report over one or several targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub schema: &'static str,
    pub title: String,
    /// The person's name, if it was entered.
    pub name: Option<String>,
    pub as_of: Day,
    /// The whole report in one sentence.
    pub summary: String,
    pub attention: Vec<Attention>,
    pub targets: Vec<TargetPart>,
    /// The lists on which rulings looked names up, and what was found.
    pub lists: Vec<ListNote>,
    /// Law that concerns these targets and is not settled.
    pub unsettled: Vec<Unsettled>,
    pub not_looked_at: NotLookedAt,
    /// Everything cited, numbered as in the text.
    pub sources: Vec<SourceNote>,
    pub rule_set: RuleSetNote,
}

/// A date for programs and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    pub date: String,
    pub words: String,
}

impl Report {
    /// True if something needs an answer, an office or a second look: exit code 1.
    pub fn needs_attention(&self) -> bool {
        !self.attention.is_empty() || self.targets.iter().any(|t| t.letter.is_some())
    }
}

impl Day {
    pub fn of(d: NaiveDate) -> Self {
        Self { date: d.to_string(), words: words::date(d) }
    }
}

/// Why something needs attention, most pressing first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    Stop,
    Late,
    Contradiction,
    #[default]
    Open,
    Differ,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Attention {
    pub matter: Matter,
    /// The targets concerned, in words.
    pub targets: Vec<String>,
    pub about: Vec<About>,
    pub says: String,
    /// What to do.
    pub todo: String,
    /// Questions still to answer, in asking order.
    pub questions: Vec<String>,
    /// What the answers decide.
    pub decides: Vec<String>,
    pub reasons: Vec<Reason>,
    /// How something found late is put right.
    pub route: Option<RouteNote>,
}

/// What a ruling is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct About {
    /// The kind's id, `target` or `person`.
    pub kind: String,
    /// The kind in words.
    pub kind_title: String,
    /// The record's id; empty for the target and the person.
    pub id: String,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetPart {
    pub id: String,
    pub agency: String,
    pub moment: String,
    /// `NSF proposal`
    pub title: String,
    /// What the person calls it, if they named it.
    pub name: Option<String>,
    /// When it is to be filed, if that is known.
    pub filing: Option<Day>,
    /// Duties that hold at all times; there is no form to file.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
    pub summary: String,
    pub counts: Counts,
    pub forms: Vec<FormPart>,
    pub certify: Vec<Item>,
    pub institution: Vec<Group>,
    pub letter: Option<Letter>,
    pub later: Vec<Group>,
    pub earlier: Vec<Group>,
    pub nothing_due: Vec<Nothing>,
    pub clocks: Vec<ClockNote>,
}

/// What the summary counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub entries: usize,
    pub certify: usize,
    pub institution: usize,
    pub stop: usize,
    pub questions: usize,
    /// Records with answers missing that decide something.
    pub open: usize,
    /// Records for which nothing is due now.
    pub nothing_due: usize,
    /// Some of those are asked for later.
    pub nothing_due_is_for_now: bool,
    /// Records that were ruled on.
    pub records: usize,
}

/// One form, with the entries to make, in its own order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormPart {
    pub id: String,
    pub title: String,
    pub sections: Vec<SectionPart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionPart {
    pub id: String,
    pub title: String,
    pub help: String,
    pub entries: Vec<Entry>,
}

/// One entry to make in one section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub about: About,
    pub fields: Vec<Filled>,
    pub deadline: Deadline,
    /// The decisions that ask for it.
    pub reasons: Vec<Reason>,
    /// Who has been told already, from the record's own log.
    pub told: Vec<String>,
    /// Set where the log has notes, but none that this agency was told.
    pub not_told: Option<String>,
}

/// A ruling that is not an entry on a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Whom it is about: one record, or several for which the very same holds.
    pub records: Vec<ItemRecord>,
    /// The record's label; the question, where there is no record or more than one.
    pub heading: String,
    /// What is said under the heading: the place, with the ruling where the section does not say it.
    pub line: String,
    pub decision: String,
    pub asks: String,
    pub ruling: &'static str,
    /// The ruling in words.
    pub says: &'static str,
    pub place: Place,
    /// The institution files it.
    pub by_office: bool,
    /// The office to turn to, where the institution's overlay names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    pub reasons: Vec<Reason>,
}

/// One of the records that an item is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemRecord {
    pub about: About,
    pub deadline: Deadline,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    pub id: String,
    pub words: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// Empty where a date would say nothing.
    pub words: String,
    pub date: Option<String>,
    pub late: bool,
}

/// Why a ruling holds: one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    pub decision: String,
    pub rule: String,
    /// True if this is one of several rules of its decision that may apply, and all lead to the same.
    pub one_of_several: bool,
    pub because: String,
    /// What to do, where the form does not make it obvious.
    pub action: String,
    pub citations: Vec<Citation>,
    pub basis: &'static str,
    /// "as relayed by …", where the agency's own text was not read.
    pub basis_note: Option<String>,
    /// Set when somebody should look at the source again soon, or should have.
    pub review_note: Option<String>,
    /// Where it may be listed though nothing is due.
    pub may_list: Option<Place>,
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// Its number in the list of sources.
    pub number: usize,
    pub source: String,
    pub title: String,
    /// The title up to its first comma.
    pub short_title: String,
    pub at: String,
    pub url: String,
}

/// Items under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    pub id: String,
    pub title: String,
    pub items: Vec<Item>,
    /// Questions that stay open at a moment that is not this one, and are not listed.
    pub undecided: usize,
}

/// What is not due, and why, for one record or for several alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Nothing {
    pub about: Vec<About>,
    pub extent: Extent,
    pub reasons: Vec<NothingReason>,
}

/// How far "nothing due" reaches for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Nothing at all.
    All,
    /// Nothing at this moment; something may be asked for later.
    Now,
    /// Nothing beyond what is said elsewhere in the report.
    Rest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NothingReason {
    /// The questions answered this way.
    pub asks: Vec<String>,
    pub decisions: Vec<String>,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockNote {
    pub id: String,
    pub words: String,
    /// As far as it is known: `2026-12-10`, `2026-12`; nothing if it was not given.
    pub date: Option<String>,
    pub date_words: String,
    /// Forms are ruled by this clock.
    pub filing: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NotLookedAt {
    /// What the rule set leaves out.
    pub not_covered: Vec<String>,
    /// Agencies in the rule set that this report is not about.
    pub other_agencies: Vec<String>,
    /// Kinds without a record, where the person said there is none.
    pub said_none: Vec<String>,
    /// Kinds without a record, where the person has not said so.
    pub empty: Vec<String>,
    /// Kinds with records, where the person has not said that these are all.
    pub unfinished: Vec<String>,
    /// Records that no rule of any target reads.
    pub unread: Vec<About>,
}

/// An edition of a list, and what comparing names with it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListNote {
    pub list: String,
    pub title: String,
    /// The first day of the edition in force on the filing day; nothing if there was none yet.
    pub edition: Option<Day>,
    pub found: Vec<NameNote>,
    /// Organisations that no entry goes by.
    pub missed: Vec<String>,
}

/// A name that an entry of a list has, or one like it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameNote {
    pub name: String,
    /// `same`, `unsure`, `near`, `another` or `elsewhere`.
    pub fit: &'static str,
    pub says: String,
}

/// Law that is not settled, with what it would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsettled {
    pub id: String,
    pub title: String,
    /// `a bill, not law`
    pub status: &'static str,
    pub says: String,
    pub would: String,
    pub citations: Vec<Citation>,
    pub verified: Day,
    pub review_by: Day,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceNote {
    pub number: usize,
    pub id: String,
    pub title: String,
    pub issuer: String,
    pub url: String,
    /// Its dates in words.
    pub dates: String,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSetNote {
    pub id: String,
    pub title: String,
    pub version: String,
    pub released: Option<Day>,
    pub digest: String,
    /// Built in, or signed by whom.
    pub release: ReleaseNote,
    /// What institutions add to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<OverlayNote>,
    /// Settings that are not at their default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<SettingNote>,
}

/// A setting that an institution has set for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingNote {
    pub id: String,
    pub title: String,
    /// `2,500 dollars`
    pub value: String,
    pub default: String,
    /// The overlay that set it.
    pub set_by: Option<String>,
}

impl SettingNote {
    /// All that are not at their default.
    pub fn all(rules: &RuleSet) -> Vec<Self> {
        let note = |s: &Setting| Self {
            id: s.id.clone(),
            title: s.title.clone(),
            value: set_text(s.value),
            default: set_text(s.default),
            set_by: s.set_by.clone(),
        };
        rules.settings.iter().filter(|s| !s.is_default()).map(note).collect()
    }

    /// `Amount above which pay counts: 2,500 dollars (federal rule: 5,000 dollars), set by fernwood`
    pub fn line(&self) -> String {
        let by = self.set_by.as_ref().map(|o| format!(", set by {o}")).unwrap_or_default();
        format!("{}: {} (otherwise {}){by}", self.title, self.value, self.default)
    }
}

/// An overlay that the report rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverlayNote {
    pub id: String,
    pub title: String,
    pub version: String,
    pub released: Option<Day>,
    pub digest: String,
    pub release: ReleaseNote,
}

/// How a rule set or overlay stands: whether it is sure who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseNote {
    /// `built-in`, `signed`, `unknown-key`, `not-signed`, `changed`, `invalid` or `not-checked`
    pub state: &'static str,
    /// The same in words.
    pub says: String,
    /// The key that the signature names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The files that are not as they were signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
}

impl ReleaseNote {
    pub(crate) fn of(standing: &Standing) -> Self {
        let found = standing.findings();
        Self {
            state: standing.state().id(),
            says: standing.words(),
            key: found.and_then(|f| f.key()).map(|k| k.to_string()),
            changed: found.map(|f| f.differences.iter().map(|d| d.path.clone()).collect()).unwrap_or_default(),
        }
    }
}
