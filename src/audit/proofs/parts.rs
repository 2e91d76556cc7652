//! Parts of conditions that have no effect: in every valid set of answers the rule fires, or does not, just as it would
//! without them.
//!
//! A part matters where flipping it alone would flip the rule: its siblings let it through, the period runs, and nothing that
//! `unless` names takes the answers away. A part that is always true there, or always false, says nothing. Each such finding names
//! the smallest set of other parts that already says it.

use super::*;
use crate::ruleset::exclusions;

/// What already says what an idle part says.
#[derive(Clone, Copy)]
enum Because<'a> {
    Period,
    Part(&'a Cond),
    Without(&'a Cond),
    Unless(&'a str),
}

/// A literal that is assumed, and what it stands for.
type Given<'a> = (Lit, Because<'a>);

/// The conditions that each rule's `unless` takes away, by rule, with the names it gives them.
pub(super) type Exclusions<'a> = Vec<Vec<(&'a str, Cond)>>;

pub(super) fn exclusions_of(decision: &Decision) -> Exclusions<'_> {
    decision.rules.iter().map(|r| exclusions(&decision.rules, r)).collect()
}

impl<'a> Proof<'a, '_> {
    /// Looks at every part of every rule that its author wrote out.
    pub(super) fn idle_parts(&mut self, excluded: &'a Exclusions<'a>) {
        for (i, without) in excluded.iter().enumerate() {
            let rule = self.rule(i);
            if self.spent("parts of conditions") {
                return;
            }
            // A rule that never fires has been named already; all its parts are idle.
            if rule.otherwise || !self.problem.solve(&[self.lits[i]]) {
                continue;
            }
            let mut given: Vec<Given<'a>> = vec![(self.problem.lit(MAIN, &rule.in_force), Because::Period)];
            let mut unless = Vec::new();
            for (id, cond) in without {
                let lit = !self.problem.lit(MAIN, cond);
                unless.push((lit, Because::Unless(id)));
            }
            self.idle_unless(rule, &given, &unless);
            given.extend(unless);
            let mut idle = Vec::new();
            let whole = self.problem.lit(MAIN, &rule.when);
            if rule.when == Cond::Const(true) {
                continue;
            } else if let Some(reasons) = self.forced(&given, !whole) {
                self.idle(&rule.when, true, &reasons, &mut idle);
            } else {
                self.walk(&rule.when, &given, &mut idle);
            }
            if !idle.is_empty() {
                let text = format!("parts of `{}` say nothing more: {}", rule.local_id(), idle.join("; "));
                let help = "leave out what is said already, or mend it if something else was meant";
                self.add(Finding::note("A0036", text).at(self.decision, rule).help(help));
            }
        }
    }

    /// Names in `unless` whose answers this rule never meets.
    fn idle_unless(&mut self, rule: &'a Rule, period: &[Given<'a>], unless: &[Given<'a>]) {
        let when = self.problem.lit(MAIN, &rule.when);
        let mut never: Vec<String> = Vec::new();
        for (k, &(kept, name)) in unless.iter().enumerate() {
            let Because::Unless(id) = name else { continue };
            let mut given = period.to_vec();
            given.push((when, Because::Part(&rule.when)));
            given.extend(unless.iter().enumerate().filter(|(j, _)| *j != k).map(|(_, g)| *g));
            if self.forced(&given, !kept).is_some() {
                never.push(format!("`{id}`"));
            }
        }
        if !never.is_empty() {
            let text = format!("`{}` never meets what its `unless` names: {}", rule.local_id(), never.join(", "));
            let help = "leave the names out of `unless`, one at a time: another may then be needed";
            self.add(Finding::note("A0037", text).at(self.decision, rule).help(help));
        }
    }

    /// The parts of a condition that matters where `given` holds.
    fn walk(&mut self, cond: &'a Cond, given: &[Given<'a>], idle: &mut Vec<String>) {
        match cond {
            Cond::Const(_) | Cond::Exists { .. } => {}
            Cond::Atom(atom) => self.idle_values(atom, given, idle),
            Cond::Not(inner) => self.walk(inner, given, idle),
            Cond::All(parts) | Cond::Any(parts) => {
                let all = matches!(cond, Cond::All(_));
                let lits: Vec<Lit> = parts.iter().map(|p| self.problem.lit(MAIN, p)).collect();
                for (k, part) in parts.iter().enumerate() {
                    let mut here = given.to_vec();
                    here.extend(
                        parts
                            .iter()
                            .zip(&lits)
                            .enumerate()
                            .filter(|(j, _)| *j != k)
                            .map(|(_, (p, l))| if all { (*l, Because::Part(p)) } else { (!*l, Because::Without(p)) }),
                    );
                    // Of an `and`, a part that is always true is idle; of an `or`, one that is always false.
                    let other = if all { !lits[k] } else { lits[k] };
                    match self.forced(&here, other) {
                        Some(reasons) => self.idle(part, all, &reasons, idle),
                        None => self.walk(part, &here, idle),
                    }
                }
            }
        }
    }

    /// Values that stand in a list of values and cannot be the answer where the list matters.
    fn idle_values(&mut self, atom: &'a Atom, given: &[Given<'a>], idle: &mut Vec<String>) {
        let (Atom::Choice { slot, any_of: mask } | Atom::Includes { slot, any_of: mask }) = *atom else { return };
        let Some(classes) = self.problem.classes(MAIN, slot) else { return };
        let within: Vec<(u64, Lit)> = classes.into_iter().filter(|(class, _)| class & mask != 0).collect();
        if within.len() < 2 {
            return;
        }
        let applies = self.problem.applies(MAIN, slot);
        for (class, lit) in within {
            let chosen = self.problem.all(vec![applies, lit]);
            if let Some(reasons) = self.forced(given, chosen) {
                let shown =
                    super::super::words::atom_text(self.rules, self.frame, &Atom::Choice { slot, any_of: class });
                idle.push(format!("{shown} cannot be, here ({})", self.reasons_text(&reasons)));
            }
        }
    }

    /// If the literal cannot hold beside what is given: the smallest part of it that says so. `None` also where what is given
    /// cannot hold itself, for then a larger part is idle and has been named.
    fn forced(&mut self, given: &[Given<'a>], lit: Lit) -> Option<Vec<Because<'a>>> {
        let lits = |given: &[Given<'a>]| given.iter().map(|(l, _)| *l).filter(|l| *l != Lit::TRUE).collect::<Vec<_>>();
        let with = |given: &[Given<'a>], last: Lit| {
            let mut all = lits(given);
            all.push(last);
            all
        };
        if self.problem.solve(&with(given, lit)) || !self.problem.solve(&lits(given)) {
            return None;
        }
        let mut needed = given.to_vec();
        let mut at = 0;
        while at < needed.len() {
            let mut fewer = needed.clone();
            fewer.remove(at);
            if self.problem.solve(&with(&fewer, lit)) {
                at += 1;
            } else {
                needed = fewer;
            }
        }
        Some(needed.into_iter().map(|(_, because)| because).collect())
    }

    fn idle(&mut self, part: &'a Cond, always: bool, reasons: &[Because<'a>], idle: &mut Vec<String>) {
        if !self.only_spells_out(part, reasons) {
            let shown = super::super::words::cond_text(self.rules, self.frame, part);
            let always = if always { "always true" } else { "never true" };
            idle.push(format!("{shown} is {always}, here ({})", self.reasons_text(reasons)));
        }
    }

    /// Does the part only say that a field applies, which another part reads? Writing that out helps the reader.
    fn only_spells_out(&self, part: &Cond, reasons: &[Because<'a>]) -> bool {
        let mut read: Vec<Slot> = Vec::new();
        for reason in reasons {
            if let Because::Part(other) | Because::Without(other) = reason {
                each_slot(other, &mut |s| read.push(s));
            }
        }
        let mut only = true;
        each_slot(part, &mut |own| only &= read.iter().any(|s| self.asked_after(*s, &[own])));
        only
    }

    fn reasons_text(&self, reasons: &[Because<'a>]) -> String {
        let text = |cond: &Cond| super::super::words::cond_text(self.rules, self.frame, cond);
        let said: Vec<String> = reasons
            .iter()
            .map(|r| match r {
                Because::Period => "its period".to_owned(),
                Because::Part(cond) => text(cond),
                Because::Without(cond) => format!("not {}", text(cond)),
                Because::Unless(id) => format!("unless \"{id}\""),
            })
            .collect();
        if said.is_empty() { "by the vocabulary".to_owned() } else { format!("by {}", crate::text::list(&said, "and")) }
    }

    /// Why a rule can never fire: the smallest part of it that cannot hold.
    pub(super) fn why_never(&mut self, rule: &'a Rule, without: &'a [(&'a str, Cond)]) -> String {
        let mut given: Vec<Given<'a>> = vec![(self.problem.lit(MAIN, &rule.in_force), Because::Period)];
        for part in super::parts(&rule.when) {
            given.push((self.problem.lit(MAIN, part), Because::Part(part)));
        }
        for (id, cond) in without {
            given.push((!self.problem.lit(MAIN, cond), Because::Unless(id)));
        }
        let mut at = 0;
        while at < given.len() {
            let mut fewer = given.clone();
            fewer.remove(at);
            let lits: Vec<Lit> = fewer.iter().map(|(l, _)| *l).collect();
            if self.problem.solve(&lits) {
                at += 1;
            } else {
                given = fewer;
            }
        }
        let taken: Vec<String> = given
            .iter()
            .filter_map(|(_, b)| if let Because::Unless(id) = b { Some(format!("`{id}`")) } else { None })
            .collect();
        if !taken.is_empty() {
            let list = crate::text::list(&taken, "and");
            return format!(
                "everything it says is taken by {list}, which its `unless` names: leave one of the two out, or narrow the other"
            );
        }
        let reasons: Vec<Because<'a>> = given.into_iter().map(|(_, b)| b).collect();
        match reasons.as_slice() {
            [Because::Part(one)] => {
                let shown = super::super::words::cond_text(self.rules, self.frame, one);
                format!("{shown} cannot be: the vocabulary, or when its fields apply, rules it out")
            }
            _ => format!("these cannot hold together: {}", self.reasons_text(&reasons).trim_start_matches("by ")),
        }
    }

    /// How two rules that fire together are told apart. Where one lies wholly inside the other, it is the exception.
    pub(super) fn how_to_part(&mut self, i: usize, j: usize) -> String {
        let (a, b) = (self.rule(i), self.rule(j));
        let inside = |problem: &mut Problem<'a>, x: Lit, y: Lit| !problem.solve(&[x, !y]);
        let (la, lb) = (self.lits[i], self.lits[j]);
        let (a_in_b, b_in_a) = (inside(&mut self.problem, la, lb), inside(&mut self.problem, lb, la));
        let (exception, gives_way) = match (a.otherwise, a_in_b, b_in_a) {
            (false, true, true) => {
                return format!(
                    "`{}` and `{}` fire for exactly the same answers: leave one out",
                    a.local_id(),
                    b.local_id()
                );
            }
            (false, true, false) => (a, b),
            (_, false, true) | (true, ..) => (b, a),
            (false, false, false) => {
                return format!(
                    "narrow one of them, or add `unless = [\"{}\"]` to the one that gives way",
                    a.local_id()
                );
            }
        };
        let (exception, gives_way) = (exception.local_id(), gives_way.local_id());
        format!(
            "`{exception}` lies wholly inside `{gives_way}`: add `unless = [\"{exception}\"]` to `{gives_way}`, or leave `{exception}` out"
        )
    }
}
