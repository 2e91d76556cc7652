//! Questions for the research office, as a draft ready to send.
//!
//! Neutral and without a greeting: what is being prepared, then each question with what is known and what is not.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::condition::{Owner, Slot};
use crate::engine::{Assessment, NOTICED, Ruled, State, Timing};
use crate::profile::Target;
use crate::report::build::Builder;
use crate::report::model::About;
use crate::report::{text, words};
use crate::ruleset::{Agency, Decision, Rule, Ruling};
use crate::text::clean;

/// A draft for one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// The offices to send it to, where the institution's overlay names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    pub subject: String,
    pub opening: String,
    pub questions: Vec<Question>,
    pub closing: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    pub about: About,
    pub question: String,
    /// Something found late, to be put right.
    pub late: bool,
    /// "Is it paid? No"
    pub known: Vec<String>,
    /// Questions answered "not sure".
    pub unsure: Vec<String>,
    /// Citations of the rules that it turns on.
    pub turns_on: Vec<String>,
}

impl Letter {
    /// The body in lines, without wrapping.
    pub fn lines(&self) -> Vec<String> {
        let mut out = vec![self.opening.clone(), String::new()];
        for (i, q) in self.questions.iter().enumerate() {
            out.push(format!("{}. {}{}", i + 1, q.about.label, text::kind_note(&q.about)));
            out.push(format!("   {}", q.question));
            if !q.known.is_empty() {
                out.push("   What I know:".to_owned());
                out.extend(q.known.iter().map(|k| format!("   - {k}")));
            }
            if !q.unsure.is_empty() {
                out.push("   What I am not sure of:".to_owned());
                out.extend(q.unsure.iter().map(|k| format!("   - {k}")));
            }
            if !q.turns_on.is_empty() {
                out.push(format!("   It turns on: {}", q.turns_on.join("; ")));
            }
            out.push(String::new());
        }
        out.push(self.closing.clone());
        out
    }
}

/// The draft, or nothing when there is nothing to ask.
pub(crate) fn build(b: &Builder<'_>, assessment: &Assessment, target: &Target) -> Option<Letter> {
    let mut questions: Vec<Question> = Vec::new();
    let mut to = Vec::new();
    for ruled in assessment.rulings.iter().filter(|r| r.timing == Timing::Now) {
        let Some(decision) = b.decision(ruled) else { continue };
        let Some(q) = question(b, ruled, decision, target) else { continue };
        let place = ruled.state.outcome().map_or(&decision.place, |o| &o.place);
        merge(&mut to, b.contact(decision, place).into_iter().collect());
        match questions.iter_mut().find(|x| x.about == q.about && x.question == q.question) {
            Some(same) => {
                merge(&mut same.known, q.known);
                merge(&mut same.unsure, q.unsure);
                merge(&mut same.turns_on, q.turns_on);
            }
            None => questions.push(q),
        }
    }
    if questions.is_empty() {
        return None;
    }
    let title = words::target_label(b.rules, target);
    let name = super::fill::target_name(b.rules, target).map_or_else(String::new, |n| format!(" \u{201c}{n}\u{201d}"));
    let due = words::clock_date(b.rules, target, "filing", b.as_of)
        .map_or_else(String::new, |d| format!(", due {}", words::partial_date(&d)));
    let (subject, opening) = if questions.iter().all(|q| q.late) {
        // What was left off does not wait for what goes in next.
        let agency = b.rules.agency(&target.agency).map_or_else(|| clean(&target.agency), |a| a.short.clone());
        (
            format!("Something to put right: {title}"),
            format!(
                "I noticed something that {agency} should have heard of earlier, and would like to put it right with you."
            ),
        )
    } else if b.rules.agency(&target.agency).is_some_and(Agency::is_standing) {
        (
            "Questions about what I have to tell or clear".to_owned(),
            "I am going through what I do with others outside, and would like to settle the following.".to_owned(),
        )
    } else {
        (
            format!("Disclosure questions for the {title}{due}"),
            format!("I am preparing the {title}{name}{due}, and would like to settle the following before it goes in."),
        )
    };
    Some(Letter {
        to,
        subject,
        opening,
        questions,
        closing: "A short reply that I can keep with my records would be a help. Thank you.".to_owned(),
    })
}

fn merge(into: &mut Vec<String>, more: Vec<String>) {
    for m in more {
        if !into.contains(&m) {
            into.push(m);
        }
    }
}

fn question(b: &Builder<'_>, ruled: &Ruled, decision: &Decision, target: &Target) -> Option<Question> {
    match &ruled.state {
        State::Decided(o) if b.is_late(ruled, decision) => {
            let rules: Vec<&Rule> = o.rules.iter().filter_map(|i| decision.rules.get(*i)).collect();
            let about = b.about(ruled, target);
            let place = b.place(&o.place).words;
            let question = match b.route(ruled, target, &about.label, &place) {
                Some(route) => route.draft,
                None => format!(
                    "I noticed that this {} ({place}). By which route shall we send it in?",
                    words::was_due(&o.deadline)
                ),
            };
            Some(Question {
                about,
                question,
                late: true,
                known: facts(b, ruled, decision, target, &with_noticed(b, decision, &o.rests_on)),
                unsure: Vec::new(),
                turns_on: turns_on(b, &rules),
            })
        }
        State::Decided(o) if matches!(o.ruling, Ruling::AskOffice | Ruling::Stop) => {
            let rules: Vec<&Rule> = o.rules.iter().filter_map(|i| decision.rules.get(*i)).collect();
            let asked = rules.iter().map(|r| r.question.as_str()).find(|q| !q.is_empty());
            if asked.is_none() && o.ruling == Ruling::Stop {
                return None;
            }
            Some(Question {
                about: b.about(ruled, target),
                question: asked.unwrap_or(&decision.asks).to_owned(),
                known: facts(b, ruled, decision, target, &o.rests_on),
                late: false,
                unsure: Vec::new(),
                turns_on: turns_on(b, &rules),
            })
        }
        State::Open(open) if !open.unsure.is_empty() => {
            let rules: Vec<&Rule> = open.possible.iter().filter_map(|i| decision.rules.get(*i)).collect();
            let mut slots: BTreeSet<Slot> = BTreeSet::new();
            for rule in &rules {
                rule.fires.atoms(&mut |a| {
                    slots.insert(a.slot());
                });
            }
            let unsure: Vec<Slot> = open.unsure.clone();
            let known: Vec<Slot> = slots.into_iter().filter(|s| !unsure.contains(s)).collect();
            Some(Question {
                about: b.about(ruled, target),
                question: decision.asks.clone(),
                late: false,
                known: facts(b, ruled, decision, target, &known),
                unsure: unsure
                    .iter()
                    .map(|s| words::question_at(b.rules, b.profile, target, &ruled.subject, decision.kind, *s))
                    .collect(),
                turns_on: turns_on(b, &rules),
            })
        }
        _ => None,
    }
}

/// The slots, and with them the day on which something left off was noticed.
fn with_noticed(b: &Builder<'_>, decision: &Decision, slots: &[Slot]) -> Vec<Slot> {
    let noticed = b.rules.frames.get(decision.kind).and_then(|f| f.slot(NOTICED));
    slots.iter().copied().chain(noticed.filter(|n| !slots.contains(n))).collect()
}

/// What is known, without the dates that the opening states and what was answered "not sure".
fn facts(b: &Builder<'_>, ruled: &Ruled, decision: &Decision, target: &Target, slots: &[Slot]) -> Vec<String> {
    let clock = |s: &Slot| {
        let frame = b.rules.frames.get(decision.kind);
        frame.and_then(|f| f.slots.get(usize::from(*s))).is_none_or(|d| d.owner == Owner::Clock)
    };
    slots
        .iter()
        .filter(|s| !clock(s))
        .filter_map(|s| words::fact(b.rules, b.profile, target, &ruled.subject, decision.kind, *s, b.as_of))
        .filter(|f| f.value != "not sure")
        .map(|f| format!("{} {}", f.question, words::upper_first(&f.value)))
        .collect()
}

fn turns_on(b: &Builder<'_>, rules: &[&Rule]) -> Vec<String> {
    let mut out = Vec::new();
    for authority in rules.iter().flat_map(|r| &r.authority) {
        let words = words::citation(b.rules, authority);
        if !out.contains(&words) {
            out.push(words);
        }
    }
    out
}
