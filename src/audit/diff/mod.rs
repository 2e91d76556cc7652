//! `rules diff`: whom do two rule sets answer differently?
//!
//! `union` lays the two over each other, `compare` asks the solver about one decision, `words` says what differs besides,
//! `cases` runs the cases of both under both, `text` prints. The result is data; a letter is made of it elsewhere.

mod cases;
mod compare;
mod neutral;
mod text;
mod union;
mod words;

use chrono::NaiveDate;
use serde::Serialize;

pub use cases::CaseChange;
pub use neutral::{Neutral, Through, neutral};
pub use text::{attention_line, proof_line, text};
pub(crate) use text::{class_title, list_lines, outcomes, word_line};
pub use union::CannotCompare;
pub use words::{EditionChange, ListChange, Said, Word, WordChange};

use self::words::Outcome;
use crate::report::words as plain;
use crate::ruleset::{Case, Decision, RuleSet, Ruling};
use crate::text::clean;

/// The name and version of the comparison's JSON.
pub const SCHEMA: &str = "candor.rules-diff/1";

/// Two rule sets compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    pub schema: &'static str,
    pub as_of: String,
    pub old: Version,
    pub new: Version,
    /// Decisions that both have and that could be compared.
    pub compared: usize,
    /// Those of them of which it is proved that nobody is answered differently.
    pub proved: usize,
    /// Whom they answer differently: duties gained or lost first.
    pub changes: Vec<Change>,
    /// Decisions asked at other moments, or of other agencies' targets.
    pub moments: Vec<MomentChange>,
    pub added: Vec<OneSided>,
    pub removed: Vec<OneSided>,
    /// Questions and answers.
    pub words: Vec<WordChange>,
    pub lists: Vec<ListChange>,
    /// The same rulings with other reasons or sources.
    pub citations: Vec<Citation>,
    /// Decisions of which nothing can be said, and why.
    pub unclear: Vec<Unclear>,
    /// Decisions with more changes than are shown.
    pub cut_short: Vec<String>,
    /// Decisions that differ only on days before a list begins, where both sides leave the ruling open.
    pub open_before_lists: Vec<String>,
    pub cases: Vec<CaseChange>,
    /// Filled in by whoever knows profiles.
    pub profiles: Vec<ProfileChange>,
}

/// A profile ruled on under both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProfileChange {
    pub profile: String,
    /// Rulings that were compared.
    pub looked_at: usize,
    pub changes: Vec<RulingChange>,
}

/// What comes out otherwise for an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulingChange {
    pub target: String,
    pub entry: String,
    pub decision: String,
    pub asks: String,
    /// `None` where the side does not ask.
    pub was: Option<String>,
    pub is: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    pub id: String,
    pub title: String,
    pub version: String,
    pub released: Option<String>,
    pub digest: String,
}

/// How much a change matters: what comes first is shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Something is due that was not.
    DutyGained,
    /// Something that was due is not.
    DutyLost,
    /// Another ruling.
    Ruling,
    Place,
    Deadline,
}

impl Class {
    fn of(was: &Outcome, is: &Outcome) -> Self {
        let acts = |r: Ruling| r.is_duty() || r == Ruling::Stop;
        match (acts(was.ruling), acts(is.ruling)) {
            (false, true) => Self::DutyGained,
            (true, false) => Self::DutyLost,
            _ if was.ruling != is.ruling => Self::Ruling,
            _ if was.place != is.place => Self::Place,
            _ => Self::Deadline,
        }
    }
}

/// People who are answered differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub class: Class,
    pub was: Said,
    pub is: Said,
    /// The decisions in which it happens.
    pub decisions: Vec<Affected>,
    /// One for each pair of rules, in the first of the decisions.
    pub examples: Vec<Example>,
    pub was_because: String,
    pub is_because: String,
    pub was_sources: Vec<String>,
    pub is_sources: Vec<String>,
    /// Lists by whose entries alone it comes about.
    pub lists: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Affected {
    pub decision: String,
    pub asks: String,
    pub kind: String,
}

/// Answers that come out otherwise, as few as there can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    pub facts: String,
    pub was_rule: String,
    pub is_rule: String,
}

/// A decision that is asked at other moments or for other agencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MomentChange {
    pub decision: String,
    pub asks: String,
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

/// A decision that only one side has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OneSided {
    pub decision: String,
    pub asks: String,
    pub kind: String,
    pub place: String,
    /// What it can come to.
    pub rulings: Vec<&'static str>,
}

/// A rule that rules people as they were ruled before, and says otherwise why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The decisions in which it does.
    pub decisions: Vec<String>,
    /// The rule now, without its decision.
    pub is_rule: String,
    /// The rules that ruled these people before.
    pub was_rules: Vec<String>,
    /// What differs: `the reason`, `the sources`.
    pub what: Vec<&'static str>,
    /// The texts that differ, where one rule took the place of one.
    pub texts: Vec<(String, String)>,
    /// Lists by whose entries alone it comes about.
    pub lists: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unclear {
    pub decision: String,
    pub says: String,
}

impl Diff {
    /// Is anybody answered differently, or can that not be ruled out?
    pub fn differs(&self) -> bool {
        let answers = self.words.iter().any(|w| w.what == Word::Answer);
        let none = self.changes.is_empty()
            && self.moments.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.unclear.is_empty()
            && self.cut_short.is_empty();
        !none || answers
    }
}

/// A rule set and its cases.
#[derive(Clone, Copy)]
pub struct Sided<'a> {
    pub rules: &'a RuleSet,
    pub cases: &'a [Case],
}

/// Compares two rule sets. `today` is the day that examples prefer.
pub fn diff(old: Sided<'_>, new: Sided<'_>, today: NaiveDate) -> Result<Diff, CannotCompare> {
    diff_of(old, new, today, &|_| true)
}

/// The same for some of the decisions.
pub(super) fn diff_of(
    old: Sided<'_>,
    new: Sided<'_>,
    today: NaiveDate,
    wanted: &dyn Fn(&Decision) -> bool,
) -> Result<Diff, CannotCompare> {
    let union = union::unite(old.rules, new.rules)?;
    let mut out = Diff {
        schema: SCHEMA,
        as_of: today.to_string(),
        old: Version::of(old.rules),
        new: Version::of(new.rules),
        compared: 0,
        proved: 0,
        changes: Vec::new(),
        moments: Vec::new(),
        added: Vec::new(),
        removed: Vec::new(),
        words: union.words.clone(),
        lists: union.lists.clone(),
        citations: Vec::new(),
        unclear: Vec::new(),
        cut_short: Vec::new(),
        open_before_lists: Vec::new(),
        cases: cases::touched(old, new),
        profiles: Vec::new(),
    };
    let mut met: Vec<&str> = Vec::new();
    for was in old.rules.decisions.iter().filter(|d| wanted(d)) {
        match twin(old.rules, new.rules, was) {
            Some(is) => {
                met.push(&is.id);
                one(&union, was, is, today, &mut out);
            }
            None => out.removed.push(OneSided::of(old.rules, was)),
        }
    }
    let added = new.rules.decisions.iter().filter(|d| wanted(d) && !met.contains(&d.id.as_str()));
    out.added.extend(added.map(|d| OneSided::of(new.rules, d)));
    out.changes.sort_by_key(|c| c.class);
    Ok(out)
}

/// The later side's decision for one of the earlier side: of its name, or that says it bore it, or the other way round.
pub(crate) fn twin<'r>(old: &RuleSet, new: &'r RuleSet, was: &Decision) -> Option<&'r Decision> {
    let forward = new.decisions.iter().find(|d| d.renamed_from.as_deref() == Some(was.id.as_str()));
    let backward =
        || was.renamed_from.as_deref().and_then(|id| new.decision(id)).filter(|d| old.decision(&d.id).is_none());
    let found = forward.or_else(|| new.decision(&was.id)).or_else(backward)?;
    let kind = |rules: &RuleSet, d: &Decision| rules.kinds.get(d.kind).map(|k| k.id.clone());
    (kind(old, was) == kind(new, found)).then_some(found)
}

fn one(union: &union::Union<'_>, was: &Decision, is: &Decision, today: NaiveDate, out: &mut Diff) {
    let compared = compare::compare(union, was, is, today);
    out.moments.extend(MomentChange::of(union, was, is));
    if let Some(says) = compared.unclear {
        out.unclear.push(Unclear { decision: is.id.clone(), says });
        return;
    }
    out.compared += 1;
    for citation in compared.citations {
        let citation = Citation { lists: compared.lists.clone(), ..citation };
        match out.citations.iter_mut().find(|c| c.is_same(&citation)) {
            Some(same) => same.decisions.extend(citation.decisions),
            None => out.citations.push(citation),
        }
    }
    if compared.cut_short {
        out.cut_short.push(is.id.clone());
    }
    if compared.pairs.is_empty() {
        out.proved += 1;
        if compared.open > 0 {
            out.open_before_lists.push(is.id.clone());
        }
        return;
    }
    let mut changes: Vec<Change> = Vec::new();
    for pair in compared.pairs {
        match changes.iter_mut().find(|c| c.was == pair.was && c.is == pair.is) {
            Some(same) => same.examples.push(pair.example),
            None => changes.push(change(union, was, is, pair, &compared.lists)),
        }
    }
    for change in changes {
        match out.changes.iter_mut().find(|c| c.is_same(&change)) {
            Some(same) => same.decisions.extend(change.decisions),
            None => out.changes.push(change),
        }
    }
}

fn change(union: &union::Union<'_>, was: &Decision, is: &Decision, pair: compare::Pair, lists: &[String]) -> Change {
    let sources = |rules: &RuleSet, decision: &Decision, rule: usize| -> (String, Vec<String>) {
        let Some(rule) = decision.rules.get(rule) else { return (String::new(), Vec::new()) };
        (clean(&rule.because), rule.authority.iter().map(|a| plain::citation(rules, a)).collect())
    };
    let (was_because, was_sources) = sources(union.old.rules, was, pair.old);
    let (is_because, is_sources) = sources(union.new.rules, is, pair.new);
    Change {
        class: pair.class,
        was: pair.was,
        is: pair.is,
        decisions: vec![Affected {
            decision: is.id.clone(),
            asks: clean(&is.asks),
            kind: union.rules.kinds.get(is.kind).map_or_else(String::new, |k| clean(&k.title)),
        }],
        examples: vec![pair.example],
        was_because,
        is_because,
        was_sources,
        is_sources,
        lists: lists.to_vec(),
    }
}

impl Change {
    /// The same thing in another decision: by the same lists, or shown by the same facts and for the same reason.
    fn is_same(&self, other: &Self) -> bool {
        let says = |c: &Self| (c.class, c.was.says.clone(), c.is.says.clone(), c.was.place == c.is.place);
        let facts = |c: &Self| c.examples.iter().map(|e| e.facts.clone()).collect::<Vec<_>>();
        says(self) == says(other)
            && self.lists == other.lists
            && (!self.lists.is_empty() || (facts(self) == facts(other) && self.is_because == other.is_because))
    }
}

impl Citation {
    /// The same thing in another decision.
    fn is_same(&self, other: &Self) -> bool {
        (&self.is_rule, &self.was_rules, &self.what, &self.texts, &self.lists)
            == (&other.is_rule, &other.was_rules, &other.what, &other.texts, &other.lists)
    }
}

impl MomentChange {
    fn of(union: &union::Union<'_>, was: &Decision, is: &Decision) -> Option<Self> {
        let asked = |rules: &RuleSet, d: &Decision| -> Vec<String> {
            let mut all = Vec::new();
            for agency in super::proofs::agencies(rules, d) {
                for moment in agency.moments.iter().filter(|m| d.moments.contains(&m.id)) {
                    all.push(format!("{}, {}", clean(&agency.short), clean(&plain::lower_first(&moment.title))));
                }
            }
            all
        };
        let (before, after) = (asked(union.old.rules, was), asked(union.new.rules, is));
        let lone = |these: &[String], those: &[String]| -> Vec<String> {
            these.iter().filter(|m| !those.contains(m)).cloned().collect()
        };
        let (added, removed) = (lone(&after, &before), lone(&before, &after));
        let none = added.is_empty() && removed.is_empty();
        (!none).then(|| Self { decision: is.id.clone(), asks: clean(&is.asks), added, removed })
    }
}

impl OneSided {
    fn of(rules: &RuleSet, decision: &Decision) -> Self {
        let rulings = Ruling::ALL.into_iter().filter(|r| decision.rules.iter().any(|rule| rule.ruling == *r));
        Self {
            decision: decision.id.clone(),
            asks: clean(&decision.asks),
            kind: rules.kinds.get(decision.kind).map_or_else(String::new, |k| clean(&k.title)),
            place: plain::place(rules, &decision.place),
            rulings: rulings.map(Ruling::title).collect(),
        }
    }
}

impl Version {
    fn of(rules: &RuleSet) -> Self {
        Self {
            id: clean(&rules.meta.id),
            title: clean(&rules.meta.title),
            version: clean(&rules.meta.version),
            released: rules.meta.released.map(plain::date),
            digest: rules.digest.clone(),
        }
    }
}
