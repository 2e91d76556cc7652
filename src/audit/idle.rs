//! Questions and answers that change nothing.
//!
//! Three degrees: nothing reads a question at all (a warning); rules read it, and every answer leaves every ruling as it is (a
//! warning); single answers of a question are ruled alike everywhere (a note). What a form prints or the program itself needs is
//! no idle question, whatever the rules do with it.

use std::collections::BTreeSet;

use super::Finding;
use super::proofs::{Effect, Effects};
use crate::condition::{Cond, Frame, Slot};
use crate::facts::FieldType;
use crate::logic::each_slot;
use crate::ruleset::{Deadline, Field, Kind, RuleSet, is_own_word};

/// Adds what is idle. `effects` are those of all decisions (`whole`) or of overlays' only; `None` where a decision is not
/// proved, for then nobody knows what its answers do.
pub(super) fn inspect(rules: &RuleSet, whole: bool, effects: Option<Effects>, findings: &mut Vec<Finding>) {
    let printed = printed(rules);
    let read = all_read(rules);
    let used: BTreeSet<(&str, &str)> = read.union(&printed).copied().collect();
    unused(rules, &used, findings);
    if let Some(effects) = effects {
        without_effect(rules, whole, &printed, effects, findings);
    }
}

/// Questions that rules read in vain, and answers that no ruling tells apart.
fn without_effect(
    rules: &RuleSet,
    whole: bool,
    printed: &BTreeSet<(&str, &str)>,
    effects: Effects,
    findings: &mut Vec<Finding>,
) {
    let effects = effects.into_map();
    for kind in &rules.kinds {
        let mut questions: Vec<&str> = Vec::new();
        let mut answers: Vec<String> = Vec::new();
        // Where only an overlay's decisions were looked at, only its own questions can be judged.
        for field in kind.fields.iter().filter(|f| whole || is_own_word(&f.id) || is_own_word(&kind.id)) {
            let Some(effect) = effects.get(&(kind.id.clone(), field.id.clone())) else { continue };
            let shown = printed.contains(&(kind.id.as_str(), field.id.as_str())) || needed(kind, field);
            if effect.is_none() {
                if !shown {
                    questions.push(&field.id);
                }
            } else if let Some(alike) = alike(field, effect) {
                answers.push(alike);
            }
        }
        let mut add = |mut finding: Finding| {
            finding.file = format!("vocabulary/{}.toml", kind.id);
            findings.push(finding);
        };
        if !questions.is_empty() {
            let text = format!(
                "questions about `{}` that rules read, and whose every answer leaves all rulings as they are: {}",
                kind.id,
                questions.join(", ")
            );
            add(Finding::warning("A0038", text).help("take them out of the rules, or write the rule that needs them"));
        }
        if !answers.is_empty() {
            let text = format!("answers about `{}` that no ruling tells apart: {}", kind.id, answers.join("; "));
            add(Finding::note("A0039", text)
                .help("they may still be worth telling apart on a form; if not, one would do"));
        }
    }
}

/// `role: visiting, adjunct`: answers that are ruled alike, or do nothing.
fn alike(field: &Field, effect: &Effect) -> Option<String> {
    let names = |mask: u64| -> Vec<&str> {
        let ids = field.values.iter().enumerate().filter(|(i, _)| *i < 64 && mask & (1 << i) != 0);
        ids.map(|(_, value)| value.id.as_str()).collect()
    };
    let said: Vec<String> = match effect {
        Effect::Any(_) => Vec::new(),
        Effect::Groups(groups) => groups
            .iter()
            .filter(|g| g.count_ones() > 1)
            .map(|g| names(*g).join(" and "))
            .filter(|t| !t.is_empty())
            .collect(),
        Effect::Each { alive, all } if alive != all => vec![format!("{} (no effect)", names(all & !alive).join(", "))],
        Effect::Each { .. } => Vec::new(),
    };
    (!said.is_empty()).then(|| format!("{}: {}", field.id, said.join(", ")))
}

/// What conditions, guards, constraints, checks and deadlines read, by kind and field.
fn all_read(rules: &RuleSet) -> BTreeSet<(&str, &str)> {
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for frame in &rules.frames {
        for def in &frame.slots {
            if let Some(guard) = &def.guard {
                read(rules, frame, guard, &mut used);
            }
        }
        for constraint in &frame.constraints {
            read(rules, frame, &constraint.holds, &mut used);
        }
    }
    for decision in &rules.decisions {
        let Some(frame) = rules.frames.get(decision.kind) else { continue };
        for rule in &decision.rules {
            read(rules, frame, &rule.fires, &mut used);
            if let Deadline::After { slot, .. } | Deadline::Before { slot, .. } | Deadline::AsSoonAs { slot, .. } =
                rule.deadline
            {
                used.extend(owner(frame, slot));
            }
        }
    }
    for check in &rules.checks {
        let beside = check.beside.iter().chain(&check.without).map(|b| (b.kind, &b.when));
        for (kind, cond) in [(check.kind, &check.when), (check.kind, &check.quiet_when)].into_iter().chain(beside) {
            if let Some(frame) = rules.frames.get(kind) {
                read(rules, frame, cond, &mut used);
            }
        }
    }
    used
}

/// What forms print.
fn printed(rules: &RuleSet) -> BTreeSet<(&str, &str)> {
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (kind, slot) in rules.forms.iter().flat_map(|f| &f.sections).flat_map(|s| &s.fields).flat_map(|f| &f.from) {
        if let Some((i, _)) = rules.kind(kind)
            && let Some(s) = rules.frames[i].slot(slot)
        {
            used.extend(owner(&rules.frames[i], s));
        }
    }
    used
}

/// Questions whose answers nothing reads and no form prints.
fn unused(rules: &RuleSet, used: &BTreeSet<(&str, &str)>, findings: &mut Vec<Finding>) {
    for kind in &rules.kinds {
        let idle: Vec<&str> = kind
            .fields
            .iter()
            .filter(|f| !needed(kind, f) && !used.contains(&(kind.id.as_str(), f.id.as_str())))
            .map(|f| f.id.as_str())
            .collect();
        if !idle.is_empty() {
            let message = format!("questions about `{}` whose answers nothing uses: {}", kind.id, idle.join(", "));
            let mut finding =
                Finding::warning("A0025", message).help("a question that changes nothing costs everybody time");
            finding.file = format!("vocabulary/{}.toml", kind.id);
            findings.push(finding);
        }
    }
}

/// Names of things, links to other records and organisations are used by the program itself.
fn needed(kind: &Kind, field: &Field) -> bool {
    field.set_by_program
        || field.opens.is_some()
        || kind.label.contains(&field.id)
        || matches!(field.ty, FieldType::Entity)
        || (kind.id == "entity" && field.id == crate::engine::SIMILAR_LISTED)
        || (field.ty == FieldType::Text && (field.id == "name" || field.id == "title"))
}

fn read<'r>(rules: &'r RuleSet, frame: &'r Frame, cond: &Cond, used: &mut BTreeSet<(&'r str, &'r str)>) {
    each_slot(cond, &mut |s| used.extend(owner(frame, s)));
    quantified(rules, cond, used);
}

/// What quantifiers inside a condition read.
fn quantified<'r>(rules: &'r RuleSet, cond: &Cond, used: &mut BTreeSet<(&'r str, &'r str)>) {
    match cond {
        Cond::Exists { kind, cond } => {
            if let Some(frame) = rules.frames.get(*kind) {
                read(rules, frame, cond, used);
            }
        }
        Cond::Not(c) => quantified(rules, c, used),
        Cond::All(cs) | Cond::Any(cs) => cs.iter().for_each(|c| quantified(rules, c, used)),
        Cond::Const(_) | Cond::Atom(_) => {}
    }
}

/// The kind and field that a slot shows.
fn owner(frame: &Frame, slot: Slot) -> Option<(&str, &str)> {
    Some((frame.kind_of(slot)?, &frame.def(slot).field))
}
