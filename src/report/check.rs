//! What `candor check` answers with: every ruling on every record, compact for people and complete for programs.

mod compact;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

use crate::engine::{Assessment, Flip, Remark, Ruled, State, Subject, Timing};
use crate::profile::{Profile, Target};
use crate::report::build::Builder;
use crate::report::model::{About, ClockNote, Deadline, Place, RuleSetNote};
use crate::report::words::{self, Fact};
use crate::report::wrap::Page;
use crate::ruleset::{Decision, Rule, RuleSet, Ruling};
use crate::text::clean;

/// The name and version of the check's JSON.
pub const SCHEMA: &str = "candor.check/1";

/// All rulings, by target and record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    pub schema: &'static str,
    pub as_of: String,
    pub summary: String,
    /// True if something needs an answer, an office or a second look: exit code 1.
    pub needs_attention: bool,
    /// Whether reasons were asked for in full.
    #[serde(skip)]
    why: bool,
    pub rule_set: RuleSetNote,
    pub targets: Vec<CheckTarget>,
    /// Entries that differ from each other.
    pub remarks: Vec<CheckRemark>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckRemark {
    pub says: String,
    pub records: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckTarget {
    pub id: String,
    pub agency: String,
    pub moment: String,
    pub title: String,
    pub summary: String,
    pub clocks: Vec<ClockNote>,
    pub records: Vec<CheckRecord>,
}

/// A record, or the target or the person, with its rulings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckRecord {
    #[serde(flatten)]
    pub about: About,
    pub decisions: Vec<CheckDecision>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckDecision {
    pub id: String,
    pub asks: String,
    /// `decided`, `open` or `contradiction`
    pub state: &'static str,
    /// The ruling's id; none while it is open.
    pub ruling: Option<&'static str>,
    pub place: Place,
    pub moments: Vec<String>,
    /// `now`, `later` or `earlier`
    pub timing: &'static str,
    /// The moment at which it is collected, where that is not now.
    pub at: Option<String>,
    pub by_office: bool,
    pub deadline: Deadline,
    /// The rule it rests on; its keys stand beside the others, and are empty while the decision is open.
    #[serde(flatten)]
    pub reason: CheckRule,
    /// Other rules that may be the one it rests on, where all of them lead to the same.
    pub or: Vec<CheckRule>,
    /// While it is open: the rules that may still apply.
    pub possible: Vec<Possible>,
    /// The facts it rests on.
    pub facts: Vec<Fact>,
    /// Fields still to be answered that can change it, in asking order.
    pub unknown: Vec<Unknown>,
    /// What a contradiction is about.
    pub says: Option<String>,
    /// The nearest change that would lead elsewhere, where it was asked for and there is one.
    pub nearest: Option<Nearest>,
}

/// A rule that may still apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Possible {
    pub rule: String,
    pub ruling: &'static str,
}

/// What a rule says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckRule {
    /// The rule's id.
    pub rule: Option<String>,
    pub because: Option<String>,
    pub action: Option<String>,
    pub authority: Vec<CheckAuthority>,
    pub basis: Option<&'static str>,
    pub basis_note: Option<String>,
    pub verified: Option<String>,
    pub review_note: Option<String>,
    pub may_list: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckAuthority {
    pub source: String,
    pub title: String,
    pub at: String,
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    pub field: String,
    pub question: String,
    /// Answered "not sure": a question for the office rather than for the person.
    pub not_sure: bool,
}

/// The nearest flip in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Nearest {
    pub changes: Vec<Fact>,
    pub ruling: &'static str,
    pub place: Place,
    /// The whole in one sentence.
    pub words: String,
}

/// Finds the nearest flip of one ruling; what `--why` turns on.
pub type FindFlip<'f> = &'f dyn Fn(&Target, &Ruled) -> Option<Flip>;

/// Builds the check. `flips` is asked for every decided ruling, now or later.
pub fn build(
    rules: &RuleSet,
    profile: &Profile,
    assessments: &[Assessment],
    remarks: &[Remark],
    as_of: NaiveDate,
    flips: Option<FindFlip<'_>>,
) -> Check {
    let report = super::build(rules, profile, assessments, remarks, as_of);
    let b = Builder::new(rules, profile, as_of);
    let mut targets = Vec::new();
    for assessment in assessments {
        let Some(target) = profile.target(&assessment.target) else { continue };
        let Some(part) = report.targets.get(targets.len()) else { continue };
        let mut records: Vec<(&Subject, CheckRecord)> = Vec::new();
        for ruled in &assessment.rulings {
            let Some(decision) = b.decision(ruled) else { continue };
            let entry = decide(&b, ruled, decision, target, flips);
            match records.iter_mut().find(|(s, _)| **s == ruled.subject) {
                Some((_, record)) => record.decisions.push(entry),
                None => {
                    let about = b.about(ruled, target);
                    records.push((&ruled.subject, CheckRecord { about, decisions: vec![entry] }));
                }
            }
        }
        targets.push(CheckTarget {
            id: part.id.clone(),
            agency: clean(&target.agency),
            moment: part.moment.clone(),
            title: part.title.clone(),
            summary: part.summary.clone(),
            clocks: part.clocks.clone(),
            records: records.into_iter().map(|(_, r)| r).collect(),
        });
    }
    Check {
        schema: SCHEMA,
        as_of: as_of.to_string(),
        needs_attention: report.needs_attention(),
        why: flips.is_some(),
        summary: report.summary,
        rule_set: report.rule_set,
        targets,
        remarks: remarks
            .iter()
            .map(|r| CheckRemark { says: clean(&r.says), records: r.records.iter().map(|id| clean(id)).collect() })
            .collect(),
    }
}

fn decide(
    b: &Builder<'_>,
    ruled: &Ruled,
    decision: &Decision,
    target: &Target,
    flips: Option<FindFlip<'_>>,
) -> CheckDecision {
    let fact = |slot: &crate::condition::Slot| {
        words::fact(b.rules, b.profile, target, &ruled.subject, decision.kind, *slot, b.as_of)
    };
    let (timing, at) = match &ruled.timing {
        Timing::Now => ("now", None),
        Timing::Later(m) => ("later", Some(m.clone())),
        Timing::Earlier(m) => ("earlier", Some(m.clone())),
    };
    let mut out = CheckDecision {
        id: decision.id.clone(),
        asks: decision.asks.clone(),
        state: "open",
        ruling: None,
        place: b.place(&decision.place),
        moments: decision.moments.clone(),
        timing,
        at,
        by_office: decision.filed_by_office,
        deadline: Deadline::default(),
        reason: CheckRule::default(),
        or: Vec::new(),
        possible: Vec::new(),
        facts: Vec::new(),
        unknown: Vec::new(),
        says: None,
        nearest: None,
    };
    match &ruled.state {
        State::Decided(o) => {
            out.state = "decided";
            out.ruling = Some(o.ruling.id());
            out.place = b.place(&o.place);
            if !matches!(ruled.timing, Timing::Earlier(_)) {
                out.deadline = b.deadline(ruled, decision, o);
            }
            out.facts = o.rests_on.iter().filter_map(fact).collect();
            out.nearest = flips.and_then(|find| find(target, ruled)).map(|f| nearest(b, ruled, decision, &f));
            let mut rules = o.rules.iter().filter_map(|i| decision.rules.get(*i)).map(|r| rule(b, r));
            out.reason = rules.next().unwrap_or_default();
            out.or = rules.collect();
        }
        State::Open(open) => {
            let unknown = |slots: &[crate::condition::Slot], not_sure: bool| -> Vec<Unknown> {
                slots
                    .iter()
                    .map(|s| Unknown {
                        field: b
                            .rules
                            .frames
                            .get(decision.kind)
                            .and_then(|f| f.slots.get(usize::from(*s)))
                            .map_or_else(String::new, |d| d.name.clone()),
                        question: words::question_at(b.rules, b.profile, target, &ruled.subject, decision.kind, *s),
                        not_sure,
                    })
                    .collect()
            };
            out.unknown = unknown(&open.ask, false);
            out.unknown.extend(unknown(&open.unsure, true));
            let possible = open.possible.iter().filter_map(|i| decision.rules.get(*i));
            // Where every way it can still go leads to one place, that place is named.
            out.place = b.place(open.place(decision));
            out.possible = possible.map(|r| Possible { rule: r.id.clone(), ruling: r.ruling.id() }).collect();
        }
        State::Contradiction { slots, says } => {
            out.state = "contradiction";
            out.says = Some(clean(says));
            out.facts = slots.iter().filter_map(fact).collect();
        }
    }
    out
}

/// Why, in words. Where several rules may be the one it rests on, none of them is given as the reason.
fn because(d: &CheckDecision) -> Option<String> {
    let first = d.reason.because.as_ref()?;
    let mut all: Vec<&str> = vec![first];
    for because in d.or.iter().filter_map(|r| r.because.as_deref()) {
        if !all.contains(&because) {
            all.push(because);
        }
    }
    Some(match all.as_slice() {
        [one] => (*one).to_owned(),
        all => format!("One of these holds, and all lead here: {}", all.join(" Or: ")),
    })
}

fn rule(b: &Builder<'_>, rule: &Rule) -> CheckRule {
    CheckRule {
        rule: Some(rule.id.clone()),
        because: Some(rule.because.clone()),
        action: Some(rule.action.clone()).filter(|a| !a.is_empty()),
        authority: rule
            .authority
            .iter()
            .map(|a| {
                let source = b.rules.source(&a.source);
                CheckAuthority {
                    source: a.source.clone(),
                    title: source.map_or_else(String::new, |s| s.title.clone()),
                    at: a.at.clone(),
                    url: source.map_or_else(String::new, |s| s.url.clone()),
                }
            })
            .collect(),
        basis: Some(rule.basis.id()),
        basis_note: words::basis(b.rules, rule),
        verified: Some(rule.verified.to_string()),
        review_note: words::review(rule, b.as_of),
        may_list: rule.may_list.clone(),
    }
}

fn nearest(b: &Builder<'_>, ruled: &Ruled, decision: &Decision, flip: &Flip) -> Nearest {
    let changes: Vec<Fact> = flip
        .changes
        .iter()
        .filter_map(|c| {
            let def = b.rules.frames.get(decision.kind)?.slots.get(usize::from(c.slot))?;
            Some(Fact {
                field: def.name.clone(),
                question: words::question(b.rules, b.profile, &ruled.subject, decision.kind, c.slot),
                value: words::known(b.rules, decision.kind, c.slot, c.to),
            })
        })
        .collect();
    let place = b.place(&flip.outcome.place);
    let if_so: Vec<String> =
        changes.iter().map(|c| format!("{} {}.", c.question, words::upper_first(&c.value))).collect();
    let then = match flip.outcome.ruling {
        Ruling::Disclose => format!("It would go on {}", place.words),
        other => format!("It would be \u{201c}{}\u{201d}", other.title()),
    };
    let other = if changes.len() == 1 { "another answer" } else { "other answers" };
    Nearest {
        words: format!("{then} with {other}: {}", if_so.join(" ")),
        changes,
        ruling: flip.outcome.ruling.id(),
        place,
    }
}

/// The check as indented JSON with a final line break.
pub fn json(check: &Check) -> String {
    // A `Check` holds strings, booleans and lists only, which always serialise.
    let mut out = serde_json::to_string_pretty(check).unwrap_or_default();
    out.push('\n');
    out
}

/// The check as plain text, by record: with `--why` every decision in full, else what there is to do first, and what is not due in a line or two.
pub fn text(check: &Check) -> String {
    let mut p = Page::default();
    p.para(0, 0, &check.summary);
    for t in &check.targets {
        p.gap();
        let clocks: Vec<String> =
            t.clocks.iter().map(|c| format!("{} {}", words::lower_first(&c.words), c.date_words)).collect();
        p.para(0, 2, &format!("{}: {}", t.title, clocks.join("; ")));
        if check.why {
            for r in &t.records {
                record(&mut p, r);
            }
        } else {
            compact::target(&mut p, t);
        }
    }
    if !check.remarks.is_empty() {
        p.gap();
        p.para(0, 0, "Entries that differ");
        p.gap();
        for r in &check.remarks {
            let ids = if r.records.is_empty() { String::new() } else { format!(" ({})", r.records.join(", ")) };
            p.para(2, 4, &format!("- {}{ids}", r.says));
        }
    }
    p.gap();
    let set = &check.rule_set;
    let digest: String = set.digest.chars().take(12).collect();
    let added: String = set.overlays.iter().map(|o| format!(", with {} {}", o.id, o.version)).collect();
    for setting in &set.settings {
        p.para(0, 2, &format!("Set by your institution: {}.", setting.line()));
    }
    p.para(0, 2, &format!("Rule set {} {}, digest {digest}{added}, as of {}.", set.id, set.version, check.as_of));
    p.para(0, 2, &format!("Release: {}.", set.release.says));
    for o in &set.overlays {
        p.para(0, 2, &format!("Release of {}: {}.", o.id, o.release.says));
    }
    p.finish()
}

/// How wide the ruling's column is.
const COLUMN: usize = 24;

fn record(p: &mut Page, r: &CheckRecord) {
    p.gap();
    let id = if r.about.id.is_empty() { String::new() } else { format!(" ({})", r.about.id) };
    let label = if r.about.label.contains(&id) { r.about.label.clone() } else { format!("{}{id}", r.about.label) };
    p.para(2, 4, &label);
    // Answers that several open decisions wait for are listed once, at the end.
    let mut missing: BTreeMap<String, bool> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for d in &r.decisions {
        let ruling = match d.state {
            "decided" => d.ruling.and_then(Ruling::parse).map_or("", Ruling::title),
            "open" if d.timing != "now" => "Not decided yet",
            "open" if d.unknown.iter().all(|u| u.not_sure) => "Ask your office",
            "open" => "Answers missing",
            _ => "Please look again",
        };
        let when = match d.timing {
            // The form's own date stands above.
            "now" if d.deadline.words.is_empty() || d.deadline.words.starts_with("with the form") => String::new(),
            "now" => format!(", {}", d.deadline.words),
            other => format!(", {other}"),
        };
        p.after(&format!("    {ruling:<COLUMN$}"), 4 + COLUMN, &format!("{}{when}", d.place.words));
        if d.timing == "earlier" {
            continue;
        }
        if let Some(says) = &d.says
            && said.insert(says.as_str())
        {
            p.para(6, 6, says);
        }
        if d.state == "decided"
            && let (Some(id), Some(because)) = (&d.reason.rule, because(d))
        {
            let rule = &d.reason;
            p.para(6, 6, &because);
            let cited: Vec<String> = rule
                .authority
                .iter()
                .map(|a| if a.at.is_empty() { a.title.clone() } else { format!("{}, {}", a.title, a.at) })
                .collect();
            let basis = rule.basis_note.as_ref().map_or_else(String::new, |n| format!("; {n}"));
            p.para(6, 8, &format!("{}{basis}. Rule {}", cited.join("; "), id));
            // Nearly everything rests on the filing date, which stands above.
            let facts: Vec<String> = d
                .facts
                .iter()
                .filter(|f| f.field != "filing")
                .map(|f| format!("{} {}.", f.question, words::upper_first(&f.value)))
                .collect();
            if !facts.is_empty() {
                p.para(6, 8, &format!("Rests on: {}", facts.join(" ")));
            }
        }
        if let Some(n) = &d.nearest {
            p.para(6, 8, &n.words);
        }
        if d.timing == "now" {
            for u in &d.unknown {
                if missing.insert(u.question.clone(), u.not_sure).is_none() {
                    order.push(u.question.clone());
                }
            }
        }
    }
    for q in order {
        let not_sure = missing.get(&q).copied().unwrap_or(false);
        p.para(6, 8, &format!("- {q}{}", if not_sure { " (you were not sure)" } else { "" }));
    }
}
