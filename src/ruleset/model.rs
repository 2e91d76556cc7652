//! What a rule set is made of. Plain data; `docs/writing-rules.md` describes the files it comes from.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::condition::{Cond, Frame, Lists, Set, Slot};
use crate::facts::{Answer, Answers, FieldType, Value};
use crate::release::Standing;

/// A whole, checked rule set.
#[derive(Debug, Clone)]
pub struct RuleSet {
    pub meta: Meta,
    /// SHA-256 over the names and contents of all files but the cases, in hexadecimal.
    pub digest: String,
    /// Built in, or signed by whom.
    pub standing: Standing,
    /// Record kinds first in file order of their ids, with `entity`, `target` and `person` among them.
    pub kinds: Vec<Kind>,
    /// One frame per kind, by the same index.
    pub frames: Vec<Frame>,
    /// Fields and values that had another id before. Only comparing two rule sets reads it.
    pub renamed: Vec<Renamed>,
    pub agencies: Vec<Agency>,
    pub forms: Vec<Form>,
    pub sources: Vec<Source>,
    /// Law that may change, in file order.
    pub pending: Vec<Pending>,
    /// What changed for researchers, newest first. Read with the tests only: no ruling needs it.
    pub changes: Vec<Change>,
    /// What institutions may set for themselves, in order of id.
    pub settings: Vec<Setting>,
    /// What institutions add, in the order given.
    pub overlays: Vec<Overlay>,
    pub lists: Vec<List>,
    /// By list: the first day and the bit of each edition, in order of date.
    pub list_dates: Vec<Vec<(crate::calendar::Day, u64)>>,
    /// Names of organisations on lists; made when first needed.
    pub(crate) names: std::sync::OnceLock<super::names::Index>,
    /// In order of id.
    pub decisions: Vec<Decision>,
    /// In order of their files; one that compares entries of several kinds stands once for each.
    pub checks: Vec<Check>,
    /// In order of their files.
    pub routes: Vec<Route>,
    /// In order of their files. Read with the tests only: no ruling needs it.
    pub suppressions: Vec<Suppression>,
}

/// The rule set's own description.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    pub id: String,
    pub title: String,
    pub version: String,
    pub released: Option<NaiveDate>,
    pub not_covered: Vec<String>,
}

/// How the names that an overlay adds to the vocabulary begin.
pub const OWN_WORDS: &str = "x-";

/// Is the name one that an overlay adds?
pub fn is_own_word(name: &str) -> bool {
    name.starts_with(OWN_WORDS)
}

/// What an institution adds to a rule set: decisions for its own places, never a change of what is there.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// Also the folder that its decisions stand in.
    pub id: String,
    /// Where it was read from, as its files are named in messages.
    pub folder: String,
    pub title: String,
    pub version: String,
    pub released: Option<NaiveDate>,
    /// SHA-256 over its files, as for the rule set itself.
    pub digest: String,
    /// Signed by whom.
    pub standing: Standing,
    pub contacts: Vec<Contact>,
}

/// A constant of the rules that an institution may set otherwise, within bounds.
#[derive(Debug, Clone)]
pub struct Setting {
    pub id: String,
    pub title: String,
    pub help: String,
    pub default: Set,
    /// The least and the greatest that an institution may set, in hundredths.
    pub at_least: Option<i64>,
    pub at_most: Option<i64>,
    /// What lets an institution set it.
    pub authority: Vec<Authority>,
    /// What it is set to.
    pub value: Set,
    /// The overlay that set it.
    pub set_by: Option<String>,
    /// File name, for messages.
    pub file: String,
}

impl Setting {
    pub fn is_default(&self) -> bool {
        self.value == self.default
    }
}

/// An office to turn to.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    pub office: String,
    pub email: String,
    pub phone: String,
    pub url: String,
    /// The places it looks after; empty: everything that no other office does.
    pub places: Vec<String>,
}

/// What a field, or one of its values, was called before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The kind's id.
    pub kind: String,
    /// The field's id now.
    pub field: String,
    /// The value's id now, if it is a value that was renamed.
    pub value: Option<String>,
    pub from: String,
}

/// A kind of record: appointment, trip, … and also entity, person, target.
#[derive(Debug, Clone)]
pub struct Kind {
    pub id: String,
    pub title: String,
    pub plural: String,
    pub summary: String,
    /// How one record is told of somebody, with its article: `a trip`, `research support`.
    pub phrase: Option<String>,
    /// Fields that name a record on screen.
    pub label: Vec<String>,
    /// One per profile or target, not a list.
    pub once: bool,
    /// Place in the interview.
    pub order: i64,
    pub fields: Vec<Field>,
}

/// One question about one kind of record.
#[derive(Debug, Clone)]
pub struct Field {
    pub id: String,
    pub ty: FieldType,
    /// The question.
    pub ask: String,
    pub help: String,
    pub example: String,
    /// Why it is asked.
    pub why: String,
    /// Choices and sets: id and wording, in order.
    pub values: Vec<Choice>,
    /// Dates: the wording of the open end ("Still ongoing").
    pub never: Option<String>,
    /// Asked once per record and target.
    pub per_target: bool,
    /// The program sets it; it is never asked.
    pub set_by_program: bool,
    /// The kind of record that a yes here opens.
    pub opens: Option<String>,
    pub phrase: Phrase,
}

/// How an answer is told of somebody: `paid for by {}`, `that nobody paid for`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phrase {
    /// For an answer; `{}` stands for it. Of a yes-no, for yes.
    pub some: Option<String>,
    /// For no, for none, and for a date's open end.
    pub none: Option<String>,
}

/// One value of a choice or set.
#[derive(Debug, Clone)]
pub struct Choice {
    pub id: String,
    pub label: String,
    /// The kind of record that this value opens; in a set, where it is another than the field's.
    pub opens: Option<String>,
    /// How it is told of somebody, where the label would not do.
    pub phrase: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Agency {
    /// Place in lists; equal ones stand by id.
    pub order: i64,
    pub id: String,
    pub title: String,
    pub short: String,
    /// Folders whose decisions also apply to this agency's targets.
    pub ruled_with: Vec<String>,
    pub moments: Vec<Moment>,
    /// About the person: whom its standing duties concern; none: everybody.
    pub concerns: Option<Cond>,
}

/// The moment of duties that hold at all times, without a proposal.
pub const STANDING: &str = "standing";

impl Agency {
    /// Are its duties such as hold at all times, and nothing else?
    pub fn is_standing(&self) -> bool {
        self.moments.iter().all(|m| m.id == STANDING)
    }
}

/// A moment at which an agency collects something.
#[derive(Debug, Clone)]
pub struct Moment {
    pub id: String,
    pub title: String,
    /// Clocks that have a date at this moment. `today` always has one.
    pub clocks: Vec<String>,
    /// The clock that `filing` means here.
    pub filing: String,
    /// Stands apart from the way of a proposal: what is decided only here is not ruled on at other moments.
    pub apart: bool,
}

/// The clocks a rule set may use, in order. `filing` is derived, `today` is always known.
pub const CLOCKS: [&str; 7] = ["published", "due", "submission", "award", "budget-period", "filing", "today"];

#[derive(Debug, Clone)]
pub struct Form {
    pub id: String,
    pub title: String,
    pub sections: Vec<Section>,
}

/// A place on a form. Its id is what decisions name.
#[derive(Debug, Clone)]
pub struct Section {
    pub id: String,
    pub title: String,
    pub help: String,
    /// In the form's own order.
    pub fields: Vec<FormField>,
}

#[derive(Debug, Clone)]
pub struct FormField {
    pub id: String,
    pub title: String,
    pub required: bool,
    /// Most characters the form takes.
    pub limit: Option<usize>,
    pub help: String,
    /// By record kind: the name of the slot that fills it.
    pub from: BTreeMap<String, String>,
    /// The form's own word for an answer: a value's id, `date` for any date, `never` for its open end.
    pub words: BTreeMap<String, String>,
}

/// How much of a source was read.
pub const READ: [&str; 3] = ["full", "part", "relayed"];

#[derive(Debug, Clone)]
pub struct Source {
    pub id: String,
    pub title: String,
    pub issuer: String,
    pub url: String,
    pub issued: Option<NaiveDate>,
    pub effective: Option<NaiveDate>,
    pub superseded: Option<NaiveDate>,
    pub last_verified: Option<NaiveDate>,
    /// One of [`READ`], or nothing.
    pub read: String,
    pub note: String,
    /// What the source provides, clause by clause. Read with the tests only: no ruling needs it.
    pub clauses: Vec<Clause>,
    /// File name, for messages; its stem groups the ledger.
    pub file: String,
}

/// One provision of a source.
#[derive(Debug, Clone)]
pub struct Clause {
    /// The pinpoint, as rules cite it.
    pub at: String,
    /// What it provides, in other words.
    pub says: String,
    /// Why no rule stands for it, where none does.
    pub out: Option<String>,
    /// 1-based.
    pub line: usize,
}

/// A finding of the audit that somebody has looked at and left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The finding's code.
    pub code: String,
    /// Id of a decision or rule, or a file, that the finding is about.
    pub at: String,
    pub reason: String,
    /// The first day on which it no longer holds.
    pub until: NaiveDate,
    pub file: String,
    /// 1-based.
    pub line: usize,
}

/// Law that is not settled: a bill, a rule before a court, a statute that has run out.
#[derive(Debug, Clone)]
pub struct Pending {
    pub id: String,
    pub title: String,
    pub status: PendingStatus,
    /// What is known.
    pub says: String,
    /// What it would change, or leaves unsure, for a researcher.
    pub would: String,
    /// Agencies whose targets it concerns.
    pub agencies: Vec<String>,
    /// Record kinds it concerns; empty: all.
    pub kinds: Vec<String>,
    pub authority: Vec<Authority>,
    pub verified: NaiveDate,
    /// The day to look again.
    pub review_by: NaiveDate,
}

/// How unsettled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingStatus {
    Bill,
    Litigation,
    Lapsed,
    Announced,
    Unknown,
}

impl PendingStatus {
    pub const ALL: [Self; 5] = [Self::Bill, Self::Litigation, Self::Lapsed, Self::Announced, Self::Unknown];

    /// The word in rule files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Bill => "bill",
            Self::Litigation => "litigation",
            Self::Lapsed => "lapsed",
            Self::Announced => "announced",
            Self::Unknown => "unknown",
        }
    }

    /// On screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Bill => "a bill, not law",
            Self::Litigation => "before a court; status uncertain",
            Self::Lapsed => "has run out; renewal not found",
            Self::Announced => "announced, not in force",
            Self::Unknown => "status unknown",
        }
    }
}

/// A change of what researchers must do, in one sentence.
#[derive(Debug, Clone)]
pub struct Change {
    pub on: NaiveDate,
    pub agencies: Vec<String>,
    pub says: String,
    pub authority: Vec<Authority>,
}

#[derive(Debug, Clone)]
pub struct List {
    pub id: String,
    pub title: String,
    /// True: entries are organisations; false: countries.
    pub of_entities: bool,
    /// In order of date.
    pub editions: Vec<Edition>,
}

#[derive(Debug, Clone)]
pub struct Edition {
    pub from: NaiveDate,
    pub source: String,
    pub entries: Vec<Entry>,
    /// The bit that stands for this edition in [`crate::facts::Known::Listed`].
    pub bit: u64,
}

#[derive(Debug, Clone)]
pub struct Entry {
    /// Country code of a country entry, or of the organisation's seat.
    pub country: String,
    /// Name, aliases and corrected spellings of an organisation; the name that the list prints comes first.
    pub names: Vec<String>,
    /// Those of the names that other organisations go by as well.
    pub shared: Vec<String>,
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ruling {
    Stop,
    AskOffice,
    PriorApproval,
    Disclose,
    TellInstitution,
    Certify,
    KeepRecord,
    NothingDue,
}

impl Ruling {
    pub const ALL: [Self; 8] = [
        Self::Stop,
        Self::AskOffice,
        Self::PriorApproval,
        Self::Disclose,
        Self::TellInstitution,
        Self::Certify,
        Self::KeepRecord,
        Self::NothingDue,
    ];

    /// The word in rule files and JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::AskOffice => "ask-office",
            Self::PriorApproval => "prior-approval",
            Self::Disclose => "disclose",
            Self::TellInstitution => "tell-institution",
            Self::Certify => "certify",
            Self::KeepRecord => "keep-record",
            Self::NothingDue => "nothing-due",
        }
    }

    /// True if somebody has to act on it by a date.
    pub fn is_duty(self) -> bool {
        matches!(self, Self::Disclose | Self::TellInstitution | Self::PriorApproval | Self::Certify)
    }

    /// The word on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Stop => "Wait for your office",
            Self::AskOffice => "Ask your office",
            Self::PriorApproval => "Prior approval",
            Self::Disclose => "List it",
            Self::TellInstitution => "Tell your institution",
            Self::Certify => "Certify",
            Self::KeepRecord => "Keep the papers",
            Self::NothingDue => "Nothing due",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.id() == word)
    }
}

/// How well a rule's source is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    Primary,
    Secondary,
    Unverified,
}

impl Basis {
    pub fn id(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Unverified => "unverified",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Primary, Self::Secondary, Self::Unverified].into_iter().find(|b| b.id() == word)
    }
}

/// One question an agency asks of one kind of record for one place.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Its place in [`RuleSet::decisions`].
    pub index: usize,
    pub id: String,
    /// The id it had before. Only comparing two rule sets reads it.
    pub renamed_from: Option<String>,
    /// The folder it stands in: `nsf`, `phs-fcoi`.
    pub agency: String,
    pub asks: String,
    /// Index of the record kind (also `target` and `person`).
    pub kind: usize,
    pub place: String,
    /// Ids of moments, at least one.
    pub moments: Vec<String>,
    /// The institution files it, not the researcher.
    pub filed_by_office: bool,
    pub rules: Vec<Rule>,
    /// File name, for messages.
    pub file: String,
}

#[derive(Debug, Clone)]
pub struct Rule {
    /// `decision-id.local-id`
    pub id: String,
    /// As written, for the rule's card.
    pub when_text: String,
    pub unless: Vec<String>,
    pub otherwise: bool,
    /// What its author wrote: true for a rule without `when`, false for `otherwise`.
    pub when: Cond,
    /// The whole condition: period, `when`, `unless`, and for `otherwise` the negation of the others.
    pub fires: Cond,
    /// Period alone.
    pub in_force: Cond,
    pub ruling: Ruling,
    /// The place, the decision's unless the rule names another.
    pub place: String,
    pub may_list: Option<String>,
    pub because: String,
    pub action: String,
    pub question: String,
    pub deadline: Deadline,
    pub period: Period,
    pub authority: Vec<Authority>,
    pub basis: Basis,
    pub verified: NaiveDate,
    pub review_by: Option<NaiveDate>,
    pub note: String,
    pub examples: Vec<Example>,
    /// What files of edges say of it.
    pub stated: Vec<Stated>,
    /// Where the rule starts in its file (1-based line).
    pub line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    pub source: String,
    pub at: String,
}

/// Half-open stretch of time on one clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Period {
    pub clock: String,
    pub clock_slot: Slot,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// By when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deadline {
    /// Together with the form, by the filing date.
    WithForm,
    /// `days` after the date in this slot.
    After {
        slot: Slot,
        days: i64,
    },
    /// `days` before the date in this slot.
    Before {
        slot: Slot,
        days: i64,
    },
    /// As soon as known; where `at_latest` is given, within so many days of it.
    AsSoonAs {
        slot: Slot,
        at_latest: Option<i64>,
    },
    Yearly,
    NotStated,
    SourcesDiffer(String),
}

/// A worked example of a rule; also its test.
#[derive(Debug, Clone)]
pub struct Example {
    /// False for a near miss.
    pub fires: bool,
    pub given: Given,
    /// What a near miss expects instead: a rule's local id, or `open`.
    pub expects: Expected,
    pub line: usize,
    /// Where it stands among the edges, if it does not stand under its rule.
    pub edge: Option<Edge>,
}

impl Example {
    /// Facts that a program wrote down and nobody has read against a source yet: they confirm nothing.
    pub fn is_draft(&self) -> bool {
        self.edge.as_ref().is_some_and(|e| e.read.is_none())
    }
}

/// Where an edge stands, and whether somebody has read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub file: String,
    /// The line of its facts; edges that differ in one answer share it.
    pub row: usize,
    /// The day on which it was read against the sources; `None` while it is a draft.
    pub read: Option<NaiveDate>,
}

/// What a file of edges says that a rule comes to: the same thing written down twice, so that a slip in either shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    pub ruling: Ruling,
    pub place: String,
    pub deadline: Deadline,
    pub edge: Edge,
    pub line: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    ThisRule,
    Rule(String),
    Ruling(Ruling),
    Open,
}

/// Facts as an example or a case states them.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// By slot name: `paid-by`, `entity.domicile`, `target.my-role`.
    pub answers: Answers,
    /// Every clock.
    pub on: Option<NaiveDate>,
    /// Single clocks.
    pub clocks: BTreeMap<String, NaiveDate>,
}

/// A test of the rule set, from an official answer or a story.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: String,
    pub says: String,
    pub source: String,
    pub url: String,
    /// Index of the record kind.
    pub kind: usize,
    pub agency: String,
    pub given: Given,
    /// By decision id.
    pub expect: Vec<(String, Expected)>,
    /// The institution whose own policy the answer rests on.
    pub institution: Option<String>,
    /// Why the rule set answers differently from the source, where it does.
    pub disagrees: Option<String>,
    pub file: String,
    pub line: usize,
}

/// How something found late is put right with an agency.
#[derive(Debug, Clone)]
pub struct Route {
    pub agency: String,
    pub stage: Stage,
    /// Moments of the agency at which this is the route.
    pub moments: Vec<String>,
    /// False where no published route was found; `first` and `then` are then what may be done all the same.
    pub published: bool,
    /// Whom to talk to first.
    pub first: String,
    /// What follows, in order.
    pub then: Vec<String>,
    pub by: By,
    /// The note to send; `{what}`, `{place}`, `{target}` and `{noticed}` stand for what was found.
    pub draft: String,
    pub authority: Vec<Authority>,
    pub basis: Basis,
    pub verified: NaiveDate,
    pub review_by: Option<NaiveDate>,
    pub note: String,
    pub file: String,
    /// Where the route starts in its file (1-based line).
    pub line: usize,
}

/// How far a proposal or award has come when something is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    BeforeAward,
    DuringAward,
    AfterAward,
    /// For duties that hold without a proposal.
    Standing,
}

impl Stage {
    pub const ALL: [Self; 4] = [Self::BeforeAward, Self::DuringAward, Self::AfterAward, Self::Standing];

    /// The word in route files and JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::BeforeAward => "before-award",
            Self::DuringAward => "during-award",
            Self::AfterAward => "after-award",
            Self::Standing => "standing",
        }
    }

    /// The words on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::BeforeAward => "Before an award",
            Self::DuringAward => "During an award",
            Self::AfterAward => "After an award",
            Self::Standing => "At any time",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.id() == word)
    }

    /// The stages for which an agency needs a route: those of an award, if it takes proposals.
    pub fn of(agency: &Agency) -> &'static [Self] {
        if agency.moments.iter().any(|m| m.id == "proposal") {
            &[Self::BeforeAward, Self::DuringAward, Self::AfterAward]
        } else {
            &[Self::Standing]
        }
    }
}

/// By when something found late is put right, counted from the day it was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// As soon as it is noticed; where days are given, within so many.
    Soon {
        days: Option<i64>,
    },
    NotStated,
    SourcesDiffer(String),
}

/// Compares entries with each other: a reminder, never a ruling.
#[derive(Debug, Clone)]
pub struct Check {
    pub id: String,
    pub title: String,
    /// Its number in the list of checks (`docs/checks.md`).
    pub number: i64,
    /// Index of the record kind, `person` or `target`.
    pub kind: usize,
    /// Agencies whose targets it is for; empty for everybody.
    pub agencies: Vec<String>,
    pub when: Cond,
    /// The condition as written.
    pub when_text: String,
    /// What explains the difference: the check stays quiet where it certainly holds. `when` has to hold for certain too.
    pub quiet_when: Cond,
    /// Names of which the entry's texts hold at least one; empty if the check is not about names.
    pub mentions: Vec<String>,
    /// An entry with the same organisation that must be there too.
    pub beside: Option<Beside>,
    /// An entry with the same organisation that must not be there.
    pub without: Option<Beside>,
    /// What to tell the person; `{name}`, `{other}` and `{mention}` stand for what was found.
    pub says: String,
    /// Where the error that it catches was seen.
    pub source: String,
    pub url: String,
    pub examples: Vec<CheckExample>,
    pub file: String,
    /// Where the check starts in its file (1-based line).
    pub line: usize,
}

/// Another entry with the same organisation.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Index of its record kind.
    pub kind: usize,
    pub when: Cond,
}

/// A worked example of a check; also its test.
#[derive(Debug, Clone)]
pub struct CheckExample {
    /// False for a near miss: the check stays quiet.
    pub fires: bool,
    pub given: Given,
    pub others: Vec<OtherEntry>,
    pub line: usize,
}

/// Another entry of an example.
#[derive(Debug, Clone)]
pub struct OtherEntry {
    pub kind: usize,
    pub given: Given,
    /// With another organisation than the example's own entry.
    pub elsewhere: bool,
}

impl RuleSet {
    /// The route for something found late at a moment of an agency.
    pub fn route(&self, agency: &str, moment: &str) -> Option<&Route> {
        self.routes.iter().find(|r| r.agency == agency && r.moments.iter().any(|m| m == moment))
    }

    /// The kind with this id, and its index.
    pub fn kind(&self, id: &str) -> Option<(usize, &Kind)> {
        self.kinds.iter().enumerate().find(|(_, k)| k.id == id)
    }

    pub fn agency(&self, id: &str) -> Option<&Agency> {
        self.agencies.iter().find(|a| a.id == id)
    }

    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.id == id)
    }

    /// Unsettled law that concerns an agency's targets.
    pub fn pending_for<'a>(&'a self, agency: &'a str) -> impl Iterator<Item = &'a Pending> {
        self.pending.iter().filter(move |p| p.agencies.iter().any(|a| a == agency))
    }

    pub fn decision(&self, id: &str) -> Option<&Decision> {
        self.decisions.iter().find(|d| d.id == id)
    }

    /// The form and section that a place names.
    pub fn place(&self, id: &str) -> Option<(&Form, &Section)> {
        self.forms.iter().find_map(|f| f.sections.iter().find(|s| s.id == id).map(|s| (f, s)))
    }

    /// The settings that are not at their default and that a decision's rules read.
    pub fn settled<'a>(&'a self, decision: &'a Decision) -> impl Iterator<Item = &'a Setting> {
        let reads = |id: &str| decision.rules.iter().any(|r| r.settings().contains(&id));
        self.settings.iter().filter(move |s| !s.is_default() && reads(&s.id))
    }

    /// The overlay that a decision belongs to.
    pub fn overlay(&self, decision: &Decision) -> Option<&Overlay> {
        self.overlays.iter().find(|o| o.id == decision.agency)
    }

    /// The office to turn to about a place: of the overlay that the decision belongs to, or of any; one that looks after the
    /// place before one that looks after everything else.
    pub fn contact(&self, decision: &Decision, place: &str) -> Option<&Contact> {
        let own = self.overlay(decision);
        let among = || self.overlays.iter().filter(|o| own.is_none_or(|own| own.id == o.id)).flat_map(|o| &o.contacts);
        let looks_after = among().find(|c| c.places.iter().any(|p| p == place));
        looks_after.or_else(|| among().find(|c| c.places.is_empty()))
    }

    /// Record kinds a person enters as records, in the order the interview goes through them.
    pub fn record_kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(|k| !k.once && k.id != "entity")
    }

    /// The field behind a slot.
    pub fn field(&self, frame: &Frame, slot: Slot) -> Option<&Field> {
        self.kind(frame.kind_of(slot)?)?.1.field(&frame.def(slot).field)
    }

    /// Decisions that apply to targets of this agency, its own first.
    pub fn decisions_for<'a>(&'a self, agency: &'a Agency) -> impl Iterator<Item = &'a Decision> {
        std::iter::once(agency.id.as_str())
            .chain(agency.ruled_with.iter().map(String::as_str))
            .flat_map(move |folder| self.decisions.iter().filter(move |d| d.agency == folder))
    }
}

impl Lists for RuleSet {
    fn list(&self, name: &str) -> Option<(usize, bool)> {
        self.lists.iter().position(|l| l.id == name).map(|i| (i, self.lists[i].of_entities))
    }
    fn names(&self) -> Vec<&str> {
        self.lists.iter().map(|l| l.id.as_str()).collect()
    }
    fn setting(&self, name: &str) -> Option<Set> {
        self.settings.iter().find(|s| s.id == name).map(|s| s.value)
    }
    fn settings(&self) -> Vec<&str> {
        self.settings.iter().map(|s| s.id.as_str()).collect()
    }
}

impl Kind {
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }
}

impl Field {
    /// The wording of a value.
    pub fn label<'a>(&'a self, value: &'a str) -> &'a str {
        self.values.iter().find(|c| c.id == value).map_or(value, |c| c.label.as_str())
    }
}

impl Field {
    /// The kinds of record that an answer opens, each with the values that do; a yes has none.
    pub fn opened_by(&self, answer: &Answer) -> BTreeMap<&str, Vec<&Choice>> {
        let mut out: BTreeMap<&str, Vec<&Choice>> = BTreeMap::new();
        match answer {
            Answer::Is(Value::YesNo(true)) => out.extend(self.opens.as_deref().map(|kind| (kind, Vec::new()))),
            Answer::Is(Value::Choice(id)) => {
                let value = self.values.iter().find(|v| v.id == *id);
                out.extend(value.and_then(|v| Some((v.opens.as_deref()?, vec![v]))));
            }
            Answer::Is(Value::Set { has, .. }) => {
                for value in self.values.iter().filter(|v| has.contains(&v.id)) {
                    if let Some(kind) = value.opens.as_deref().or(self.opens.as_deref()) {
                        out.entry(kind).or_default().push(value);
                    }
                }
            }
            _ => {}
        }
        out
    }
}

impl Decision {
    pub fn rule(&self, local_id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.local_id() == local_id || r.id == local_id)
    }
}

impl Rule {
    /// The settings that its `when` reads.
    pub fn settings(&self) -> Vec<&str> {
        let words: Vec<&str> = self.when_text.split(|c: char| c.is_whitespace() || "(){},".contains(c)).collect();
        let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
        words.windows(2).filter(|w| w[0] == "setting").map(|w| w[1]).collect()
    }

    /// The id within the decision.
    pub fn local_id(&self) -> &str {
        self.id.rsplit('.').next().unwrap_or(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_opens_what_its_value_says() {
        let value = |id: &str, opens: Option<&str>| Choice {
            id: id.into(),
            label: id.into(),
            opens: opens.map(str::to_owned),
            phrase: None,
        };
        let field = Field {
            id: "programme".into(),
            ty: FieldType::Choice(vec!["none".into(), "talent".into()]),
            ask: "?".into(),
            help: String::new(),
            example: String::new(),
            why: "?".into(),
            values: vec![value("none", None), value("talent", Some("agreement"))],
            never: None,
            per_target: false,
            set_by_program: false,
            opens: None,
            phrase: Phrase::default(),
        };
        let opened = |id: &str| {
            let answer = Answer::Is(Value::Choice(id.into()));
            field.opened_by(&answer).into_keys().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(opened("talent"), ["agreement"]);
        assert!(opened("none").is_empty());
        assert!(field.opened_by(&Answer::NotSure).is_empty());
    }
}
