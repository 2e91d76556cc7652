//! What changed between two profiles, and what that makes due: as data, as text and as JSON.
//!
//! Both profiles are ruled on for the same targets, on the same day, by the same rules, so that what differs comes from the
//! entries alone.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use crate::engine::{self, Ruled, State, Subject, Timing, View};
use crate::facts::Answers;
use crate::profile::{Profile, Record, Target};
use crate::report::words;
use crate::report::wrap::Page;
use crate::ruleset::{Decision, Kind, RuleSet, Ruling};
use crate::text::{clean, count};

/// The name and version of the comparison's JSON.
pub const SCHEMA: &str = "candor.diff/1";

/// Two profiles compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    pub schema: &'static str,
    pub as_of: String,
    pub old: Side,
    pub new: Side,
    pub changes: Vec<Change>,
    /// Rulings that come out otherwise because of the changes.
    pub due: Vec<Due>,
    /// True if one of them asks something of the person: exit code 1.
    pub needs_attention: bool,
}

/// One of the two profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    pub name: String,
    /// The day a snapshot was taken.
    pub taken: Option<String>,
    /// The digest of the rule set then in use, where it is another than today's.
    pub other_rules: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    Added,
    Removed,
    Changed,
}

/// An entry that came, went or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub what: What,
    /// The kind's id, `person`, `target` or `entity`.
    pub kind: String,
    pub kind_title: String,
    /// The record's or target's id, or the organisation's name; empty for the person.
    pub id: String,
    pub label: String,
    pub answers: Vec<Answered>,
}

/// A question answered otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    pub field: String,
    pub question: String,
    /// In words; none where it was not answered.
    pub was: Option<String>,
    pub is: Option<String>,
}

/// A ruling that comes out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    pub target: String,
    pub target_title: String,
    pub record: String,
    pub label: String,
    pub decision: String,
    pub asks: String,
    /// Rulings in words; none where there was nothing to rule on.
    pub was: Option<String>,
    pub is: Option<String>,
    /// Its place, and by when, where something is due now.
    pub place: Option<String>,
    pub deadline: Option<String>,
    pub because: Option<String>,
}

/// One of the profiles, and how it is named to people.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub profile: &'a Profile,
    pub name: &'a str,
}

/// Compares two profiles for these targets, on a day.
pub fn build(rules: &RuleSet, old: Named<'_>, new: Named<'_>, targets: &[Target], as_of: NaiveDate) -> Diff {
    let due: Vec<(bool, Due)> =
        targets.iter().flat_map(|target| due(rules, old.profile, new.profile, target, as_of)).collect();
    Diff {
        schema: SCHEMA,
        as_of: as_of.to_string(),
        old: side(rules, old),
        new: side(rules, new),
        changes: changes(rules, old.profile, new.profile),
        needs_attention: due.iter().any(|(attention, _)| *attention),
        due: due.into_iter().map(|(_, due)| due).collect(),
    }
}

fn side(rules: &RuleSet, named: Named<'_>) -> Side {
    let taken = named.profile.taken.as_ref();
    Side {
        name: clean(named.name),
        taken: taken.map(|t| t.on.to_string()),
        other_rules: taken.filter(|t| t.digest != rules.digest).map(|t| clean(&t.digest)),
    }
}

fn changes(rules: &RuleSet, old: &Profile, new: &Profile) -> Vec<Change> {
    let mut out = Vec::new();
    if let Some((_, kind)) = rules.kind("person") {
        out.extend(changed(kind, "", "You", answered(kind, &old.person, &new.person)));
    }
    if let Some((_, kind)) = rules.kind("target") {
        let label = |t: &Target| words::target_label(rules, t);
        let pairs = pairs(&old.targets, &new.targets, |t| &t.id);
        out.extend(pairs.into_iter().filter_map(|pair| match pair {
            Pair::Added(t) => Some(came(What::Added, kind, &t.id, label(t))),
            Pair::Removed(t) => Some(came(What::Removed, kind, &t.id, label(t))),
            Pair::Both(was, is) => {
                let mut answers = answered(kind, &was.answers, &is.answers);
                answers.extend(clocks(was, is));
                changed(kind, &is.id, &label(is), answers)
            }
        }));
    }
    if let Some((_, kind)) = rules.kind("entity") {
        for pair in pairs(&old.entities, &new.entities, |e| &e.name) {
            out.extend(match pair {
                Pair::Added(e) => Some(came(What::Added, kind, &e.name, clean(&e.name))),
                Pair::Removed(e) => Some(came(What::Removed, kind, &e.name, clean(&e.name))),
                Pair::Both(was, is) => {
                    changed(kind, &is.name, &clean(&is.name), answered(kind, &was.answers, &is.answers))
                }
            });
        }
    }
    for pair in pairs(&old.records, &new.records, |r| &r.id) {
        let record = match pair {
            Pair::Added(r) | Pair::Removed(r) | Pair::Both(_, r) => r,
        };
        let Some((_, kind)) = rules.kind(&record.kind) else { continue };
        let label = words::record_label(rules, record);
        out.extend(match pair {
            Pair::Added(_) => Some(came(What::Added, kind, &record.id, label)),
            Pair::Removed(_) => Some(came(What::Removed, kind, &record.id, label)),
            Pair::Both(was, is) => changed(kind, &is.id, &label, of_record(kind, was, is)),
        });
    }
    out
}

/// An element of two lists, by its name.
#[derive(Clone, Copy)]
enum Pair<'a, T> {
    Added(&'a T),
    Removed(&'a T),
    Both(&'a T, &'a T),
}

/// The elements of the new list in its order, then those that only the old one has.
fn pairs<'a, T>(old: &'a [T], new: &'a [T], name: impl Fn(&T) -> &String) -> Vec<Pair<'a, T>> {
    let find = |list: &'a [T], item: &T| list.iter().find(|x| name(x) == name(item));
    let there = new.iter().map(|is| find(old, is).map_or(Pair::Added(is), |was| Pair::Both(was, is)));
    let gone = old.iter().filter(|was| find(new, was).is_none()).map(Pair::Removed);
    there.chain(gone).collect()
}

fn came(what: What, kind: &Kind, id: &str, label: String) -> Change {
    let (kind, kind_title) = (kind.id.clone(), kind.title.clone());
    Change { what, kind, kind_title, id: clean(id), label, answers: Vec::new() }
}

fn changed(kind: &Kind, id: &str, label: &str, answers: Vec<Answered>) -> Option<Change> {
    let change = Change { answers, ..came(What::Changed, kind, id, label.to_owned()) };
    (!change.answers.is_empty()).then_some(change)
}

/// What was answered otherwise, about the record itself or about it and a target.
fn of_record(kind: &Kind, was: &Record, is: &Record) -> Vec<Answered> {
    let mut out = answered(kind, &was.answers, &is.answers);
    let targets: BTreeSet<&String> = was.for_target.keys().chain(is.for_target.keys()).collect();
    let none = Answers::new();
    for target in targets {
        let of = |r: &Record| r.for_target.get(target).cloned().unwrap_or_else(|| none.clone());
        out.extend(answered(kind, &of(was), &of(is)));
    }
    out
}

fn answered(kind: &Kind, was: &Answers, is: &Answers) -> Vec<Answered> {
    let differ = kind.fields.iter().filter(|f| was.get(&f.id) != is.get(&f.id));
    differ
        .map(|f| Answered {
            field: f.id.clone(),
            question: f.ask.clone(),
            was: was.get(&f.id).map(|a| words::answer(f, a)),
            is: is.get(&f.id).map(|a| words::answer(f, a)),
        })
        .collect()
}

fn clocks(was: &Target, is: &Target) -> Vec<Answered> {
    let names: BTreeSet<&String> = was.clocks.keys().chain(is.clocks.keys()).collect();
    names
        .into_iter()
        .filter(|c| was.clocks.get(*c) != is.clocks.get(*c))
        .map(|c| Answered {
            field: c.clone(),
            question: format!("What is the {}?", words::clock(c)),
            was: was.clocks.get(c).map(words::partial_date),
            is: is.clocks.get(c).map(words::partial_date),
        })
        .collect()
}

/// The rulings on both profiles for one target, where they differ and one of them is more than "nothing due". Whether the new
/// one asks something of the person stands beside it.
fn due(rules: &RuleSet, old: &Profile, new: &Profile, target: &Target, today: NaiveDate) -> Vec<(bool, Due)> {
    let assess = |profile: &Profile| -> Vec<Ruled> {
        let rulings = engine::assess(View { rules, profile, target, today }).rulings;
        rulings.into_iter().filter(|r| r.timing == Timing::Now).collect()
    };
    let (was, is) = (assess(old), assess(new));
    let find = |list: &[Ruled], of: &Ruled| -> Option<Ruled> {
        list.iter().find(|r| r.decision == of.decision && r.subject == of.subject).cloned()
    };
    let gone = was.iter().filter(|w| find(&is, w).is_none()).map(|w| (Some(w.clone()), None));
    let pairs: Vec<(Option<Ruled>, Option<Ruled>)> =
        is.iter().map(|i| (find(&was, i), Some(i.clone()))).chain(gone).collect();
    let mut out = Vec::new();
    for (was, is) in pairs {
        let Some(decision) = is.as_ref().or(was.as_ref()).and_then(|r| rules.decisions.get(r.decision)) else {
            continue;
        };
        let (before, after) = (was.as_ref().map(says), is.as_ref().map(says));
        let nothing = |s: &Option<&'static str>| s.is_none_or(|s| s == Ruling::NothingDue.title());
        if before == after || (nothing(&before) && nothing(&after)) {
            continue;
        }
        let attention = !nothing(&after);
        out.push((attention, entry(rules, (old, new), target, decision, was.as_ref(), is.as_ref())));
    }
    out
}

fn entry(
    rules: &RuleSet,
    (old, new): (&Profile, &Profile),
    target: &Target,
    decision: &Decision,
    was: Option<&Ruled>,
    is: Option<&Ruled>,
) -> Due {
    let subject = is.or(was).map(|r| &r.subject);
    let (record, label) = match subject {
        Some(Subject::Record(id)) => {
            let found = new.record(id).or_else(|| old.record(id));
            (clean(id), found.map_or_else(|| clean(id), |r| words::record_label(rules, r)))
        }
        Some(Subject::Person) => (String::new(), "You".to_owned()),
        _ => (String::new(), format!("The {} as a whole", words::target_label(rules, target))),
    };
    let outcome = is.and_then(|r| r.state.outcome()).filter(|o| o.ruling != Ruling::NothingDue);
    let rule = outcome.and_then(|o| decision.rules.get(*o.rules.first()?));
    Due {
        target: clean(&target.id),
        target_title: words::target_label(rules, target),
        record,
        label,
        decision: decision.id.clone(),
        asks: decision.asks.clone(),
        was: was.map(|r| says(r).to_owned()),
        is: is.map(|r| says(r).to_owned()),
        place: outcome.map(|o| words::place(rules, &o.place)),
        deadline: outcome.map(|o| words::due(&o.deadline, o.ruling)).filter(|w| !w.is_empty()),
        because: rule.map(|r| r.because.clone()),
    }
}

/// A ruling in a few words.
fn says(ruled: &Ruled) -> &'static str {
    match &ruled.state {
        State::Decided(o) => o.ruling.title(),
        State::Open(_) => "Answers missing",
        State::Contradiction { .. } => "Please look again",
    }
}

/// The comparison as indented JSON with a final line break.
pub fn json(diff: &Diff) -> String {
    // A `Diff` holds strings, booleans and lists only, which always serialise.
    let mut out = serde_json::to_string_pretty(diff).unwrap_or_default();
    out.push('\n');
    out
}

/// The comparison as plain text.
pub fn text(diff: &Diff) -> String {
    let mut p = Page::default();
    let entries = count(diff.changes.len(), "change", "changes");
    p.para(0, 0, &format!("{entries} from {} to {}.", named(&diff.old), named(&diff.new)));
    for side in [&diff.old, &diff.new] {
        if let Some(digest) = &side.other_rules {
            let digest: String = digest.chars().take(12).collect();
            let says = format!(
                "{} was made with another rule set (digest {digest}); both are ruled on by the one in use now.",
                side.name
            );
            p.para(0, 2, &says);
        }
    }
    for (what, title) in [(What::Added, "New"), (What::Removed, "No longer there"), (What::Changed, "Changed")] {
        let these: Vec<&Change> = diff.changes.iter().filter(|c| c.what == what).collect();
        if !these.is_empty() {
            p.gap();
            p.para(0, 0, title);
            p.gap();
        }
        for change in these {
            p.para(2, 4, &format!("{} ({})", change.label, words::lower_first(&change.kind_title)));
            for a in &change.answers {
                let or_none = |w: &Option<String>| w.clone().unwrap_or_else(|| "not answered".to_owned());
                p.para(
                    4,
                    6,
                    &format!("{} {}; was {}.", a.question, words::upper_first(&or_none(&a.is)), or_none(&a.was)),
                );
            }
        }
    }
    p.gap();
    p.para(
        0,
        0,
        if diff.due.is_empty() { "Nothing becomes due or falls away by this." } else { "What that makes due" },
    );
    for due in &diff.due {
        p.gap();
        p.para(2, 4, &format!("{}, for the {}", due.label, due.target_title));
        let or_none = |w: &Option<String>| w.clone().unwrap_or_else(|| "no entry".to_owned());
        p.para(4, 6, &format!("{} {}; was: {}.", due.asks, or_none(&due.is), words::lower_first(&or_none(&due.was))));
        if let Some(place) = &due.place {
            let deadline = due.deadline.as_ref().map_or_else(String::new, |d| format!(", {d}"));
            p.para(4, 6, &format!("{place}{deadline}."));
        }
        if let Some(because) = &due.because {
            p.para(4, 6, because);
        }
    }
    p.finish()
}

fn named(side: &Side) -> String {
    match &side.taken {
        Some(on) => format!("{} (as of {on})", side.name),
        None => side.name.clone(),
    }
}
