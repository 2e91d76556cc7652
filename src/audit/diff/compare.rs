//! One decision under both rule sets: whether any valid answers come out otherwise, and the smallest such answers.
//!
//! Owns what is asked of the solver. Every example is replayed through the condition evaluator on each side's own frame,
//! with its own conditions, before it is shown; where a side has a gap or an overlap nothing is claimed.

use chrono::NaiveDate;

use super::union::{Side, Union};
use super::words::{self, Outcome, Said};
use super::{Citation, Class, Example};
use crate::audit::proofs::setting;
use crate::audit::witness::{Claim, Witness, smallest};
use crate::calendar;
use crate::condition::{Atom, Cond, Facts, Frame, Others, Owner, Slot, Tri, applies};
use crate::facts::Known;
use crate::logic::sat::Lit;
use crate::logic::{MAIN, Problem, World};
use crate::report::words as plain;
use crate::ruleset::{Decision, Rule};

/// Most pairs of rules that are shown per decision. More would not be read.
const PAIRS: usize = 60;

/// What came of one decision.
#[derive(Default)]
pub(super) struct Compared {
    /// Pairs of rules that rule some person otherwise.
    pub pairs: Vec<Pair>,
    pub citations: Vec<Citation>,
    /// Why nothing can be claimed, if so.
    pub unclear: Option<String>,
    /// There are more pairs than are shown.
    pub cut_short: bool,
    /// Pairs that differ only on days before a list's first edition, where both sides leave the ruling open.
    pub open: usize,
    /// Lists by whose entries alone the two differ.
    pub lists: Vec<String>,
}

/// Two rules that rule the same person, and otherwise.
pub(super) struct Pair {
    pub class: Class,
    pub was: Said,
    pub is: Said,
    pub old: usize,
    pub new: usize,
    pub example: Example,
}

/// A decision of one side, on the union.
struct Half<'s, 'a> {
    side: &'s Side<'a>,
    decision: &'s Decision,
    /// The own kind.
    kind: usize,
    fires: Vec<Cond>,
    outcomes: Vec<Outcome>,
}

impl<'s, 'a> Half<'s, 'a> {
    fn new(side: &'s Side<'a>, decision: &'s Decision) -> Self {
        let kind = decision.kind;
        let fires = decision.rules.iter().map(|r| side.cond(kind, &r.fires)).collect();
        let outcomes = decision.rules.iter().map(|r| outcome(side, kind, r)).collect();
        Self { side, decision, kind, fires, outcomes }
    }

    fn rule(&self, i: usize) -> &'s Rule {
        &self.decision.rules[i]
    }

    /// What holds at its moments.
    fn setting(&self, moments: &[String], read: &[Slot]) -> Cond {
        let Some(frame) = self.side.rules.frames.get(self.kind) else { return Cond::Const(true) };
        let read: Vec<Slot> = read.iter().filter_map(|s| self.side.back(self.kind, *s)).collect();
        let limited = Decision { moments: moments.to_vec(), rules: Vec::new(), ..self.decision.clone() };
        self.side.cond(self.kind, &setting(self.side.rules, &limited, frame, &read))
    }
}

fn outcome(side: &Side<'_>, kind: usize, rule: &Rule) -> Outcome {
    Outcome { ruling: rule.ruling, place: rule.place.clone(), deadline: side.deadline(kind, &rule.deadline) }
}

/// Compares a decision that both sides have.
pub(super) fn compare(union: &Union<'_>, old: &Decision, new: &Decision, today: NaiveDate) -> Compared {
    let (old, new) = (Half::new(&union.old, old), Half::new(&union.new, new));
    if let Some(pairs) = matched(&old, &new) {
        let citations = pairs.into_iter().filter_map(|(i, j)| citation(&old, &new, i, j)).collect();
        return Compared { citations, ..Compared::default() };
    }
    let mut compared = Question::new(union, &old, &new, today).answer();
    if !compared.pairs.is_empty() || !compared.citations.is_empty() {
        compared.lists = through_lists(union, &old, &new);
    }
    compared
}

/// Each rule with its twin, where both sides have the same conditions with the same outcomes, in whatever order.
fn matched(old: &Half<'_, '_>, new: &Half<'_, '_>) -> Option<Vec<(usize, usize)>> {
    let mut left: Vec<usize> = (0..new.fires.len()).collect();
    let mut pairs = Vec::new();
    for i in 0..old.fires.len() {
        let twin = |&&j: &&usize| new.fires[j] == old.fires[i] && new.outcomes[j] == old.outcomes[i];
        let j = *left.iter().find(twin)?;
        left.retain(|other| *other != j);
        pairs.push((i, j));
    }
    left.is_empty().then_some(pairs)
}

/// The lists by whose entries alone the two differ: with the later lists, the earlier rules are the later ones.
fn through_lists(union: &Union<'_>, old: &Half<'_, '_>, new: &Half<'_, '_>) -> Vec<String> {
    let later = old.side.with_lists_of(&union.new);
    let swapped = Half::new(&later, old.decision);
    if matched(&swapped, new).is_none() {
        return Vec::new();
    }
    let mut lists = Vec::new();
    for cond in &new.fires {
        cond.atoms(&mut |atom| {
            if let Atom::Listed { list, .. } | Atom::SomePlace { list, .. } = atom
                && let Some(list) = union.rules.lists.get(*list)
                && union.lists.iter().any(|l| l.id == list.id)
                && !lists.contains(&list.id)
            {
                lists.push(list.id.clone());
            }
        });
    }
    lists
}

struct Question<'q, 'a> {
    union: &'q Union<'a>,
    frame: &'q Frame,
    kind: usize,
    old: &'q Half<'q, 'a>,
    new: &'q Half<'q, 'a>,
    known: Vec<Known>,
    moments: Vec<String>,
    today: calendar::Day,
}

impl<'q, 'a> Question<'q, 'a> {
    fn new(union: &'q Union<'a>, old: &'q Half<'q, 'a>, new: &'q Half<'q, 'a>, today: NaiveDate) -> Self {
        let kind = new.side.kinds.get(new.kind).copied().unwrap_or(new.kind);
        let frame = &union.rules.frames[kind];
        let moments: Vec<String> =
            old.decision.moments.iter().filter(|m| new.decision.moments.contains(m)).cloned().collect();
        let mut known = frame.blank();
        for (slot, fact) in (0..).zip(known.iter_mut()) {
            // Answers that only one side has are listed apart: nobody can give them on the other.
            let both = old.side.knows(old.kind, slot) & new.side.knows(new.kind, slot);
            match fact {
                Known::Choice(mask) => *mask &= both,
                Known::Set { may, .. } => *may &= both,
                _ => {}
            }
        }
        let moment = frame.slot("target.moment");
        if let Some(slot) = moment {
            let def = frame.def(slot);
            let mask = moments.iter().filter_map(|m| def.bit(m)).fold(0, |all, bit| all | bit);
            if let Some(Known::Choice(may)) = known.get_mut(usize::from(slot)) {
                *may &= mask;
            }
        }
        Self { union, frame, kind, old, new, known, moments, today: calendar::day(today) }
    }

    fn answer(&self) -> Compared {
        let mut out = Compared::default();
        if self.moments.is_empty() {
            return out;
        }
        let (old, new) = (self.old, self.new);
        let world = World { frames: &self.union.rules.frames, lists: &self.union.rules.lists };
        let mut conds: Vec<&Cond> = old.fires.iter().chain(&new.fires).collect();
        let read: Vec<Slot> = Problem::new(world, self.kind, &self.known, &conds).slots_read().collect();
        let settings = [old.setting(&self.moments, &read), new.setting(&self.moments, &read)];
        let dated = self.dated(&conds);
        conds.extend(&settings);
        conds.extend(&dated);
        let mut problem = Problem::new(world, self.kind, &self.known, &conds);
        problem.assert_valid(MAIN);
        for setting in &settings {
            let here = problem.lit(MAIN, setting);
            problem.assert_any(&[here]);
        }
        let was: Vec<Lit> = old.fires.iter().map(|c| problem.lit(MAIN, c)).collect();
        let is: Vec<Lit> = new.fires.iter().map(|c| problem.lit(MAIN, c)).collect();
        let begun: Vec<Lit> = dated.iter().map(|c| problem.lit(MAIN, c)).collect();
        if !problem.solve(&[]) {
            return out;
        }
        for (half, lits, which) in [(old, &was, "earlier"), (new, &is, "later")] {
            if let Some(says) = self.incomplete(&mut problem, half, lits) {
                out.unclear = Some(format!("the {which} rules {says}"));
                return out;
            }
        }
        self.pairs(&mut problem, &was, &is, &begun, &mut out);
        self.citations(&mut problem, &was, &is, &mut out);
        out
    }

    /// For every comparison with a list: its first edition has begun.
    fn dated(&self, conds: &[&Cond]) -> Vec<Cond> {
        let mut out: Vec<Cond> = Vec::new();
        for cond in conds {
            cond.atoms(&mut |atom| {
                if let Some(begun) = self.new.side.dated(atom)
                    && !out.contains(&begun)
                {
                    out.push(begun);
                }
            });
        }
        out
    }

    /// A gap, or an overlap that matters.
    fn incomplete(&self, problem: &mut Problem<'_>, half: &Half<'_, '_>, lits: &[Lit]) -> Option<String> {
        let none: Vec<Lit> = lits.iter().map(|l| !*l).collect();
        if problem.solve(&none) {
            let claims: Vec<Claim<'_>> = half.fires.iter().map(|cond| Claim { cond, holds: false }).collect();
            let facts = self.smallest(problem, &none, &claims);
            let example = facts.map_or_else(String::new, |w| format!(" ({})", self.facts(&w, &[])));
            return Some(format!("leave answers uncovered{example}"));
        }
        for i in 0..lits.len() {
            for j in i + 1..lits.len() {
                if half.outcomes[i] != half.outcomes[j] && problem.solve(&[lits[i], lits[j]]) {
                    let (a, b) = (half.rule(i).local_id(), half.rule(j).local_id());
                    return Some(format!("answer some people twice: `{a}` and `{b}` fire together"));
                }
            }
        }
        None
    }

    fn pairs(&self, problem: &mut Problem<'_>, was: &[Lit], is: &[Lit], begun: &[Lit], out: &mut Compared) {
        let mut left = Vec::new();
        for (i, a) in was.iter().enumerate() {
            for (j, b) in is.iter().enumerate() {
                if self.old.outcomes[i] != self.new.outcomes[j] {
                    let both = problem.all(vec![*a, *b]);
                    if both != Lit::FALSE {
                        left.push((i, j, both));
                    }
                }
            }
        }
        loop {
            let some = problem.any(left.iter().map(|(_, _, both)| *both));
            if !problem.solve(&[some]) {
                return;
            }
            let Some(at) = left.iter().position(|(_, _, both)| problem.value(*both)) else { return };
            let (i, j, both) = left.remove(at);
            if out.pairs.len() >= PAIRS {
                out.cut_short = true;
                return;
            }
            match self.example(problem, i, j, both, begun) {
                Some(example) => out.pairs.push(self.pair(i, j, example)),
                None => out.open += 1,
            }
        }
    }

    fn pair(&self, i: usize, j: usize, example: Example) -> Pair {
        let (a, b) = (&self.old.outcomes[i], &self.new.outcomes[j]);
        let (was, is) = (a.said(self.old.side.rules, self.frame), b.said(self.new.side.rules, self.frame));
        Pair { class: Class::of(a, b), was, is, old: i, new: j, example }
    }

    /// The smallest answers that the one rule ruled and the other rules. `None` if on no such day both can be sure.
    fn example(&self, problem: &mut Problem<'_>, i: usize, j: usize, both: Lit, begun: &[Lit]) -> Option<Example> {
        let fires = [&self.old.fires[i], &self.new.fires[j]];
        let claims = fires.map(|cond| Claim { cond, holds: true });
        let mut assumed = vec![both];
        for extra in [&[][..], begun] {
            assumed.extend(extra);
            let Some(witness) = self.smallest(problem, &assumed, &claims) else { continue };
            if self.replays(self.old, i, &witness) && self.replays(self.new, j, &witness) {
                return Some(Example {
                    facts: self.facts(&witness, &fires),
                    was_rule: self.old.rule(i).id.clone(),
                    is_rule: self.new.rule(j).id.clone(),
                });
            }
        }
        None
    }

    fn smallest(&self, problem: &mut Problem<'_>, assumed: &[Lit], claims: &[Claim<'_>]) -> Option<Witness> {
        let rules = &self.union.rules;
        smallest(rules, self.frame, problem, &self.known, &[self.today], assumed, claims).and_then(Result::ok)
    }

    /// Does the rule certainly fire on these facts, seen with its own side's eyes?
    fn replays(&self, half: &Half<'_, '_>, rule: usize, witness: &Witness) -> bool {
        let mut all = self.known.clone();
        for (slot, fact) in &witness.facts {
            if let Some(place) = all.get_mut(usize::from(*slot)) {
                *place = *fact;
            }
        }
        let records = witness.others.iter().filter_map(|(kind, record)| {
            let own = half.side.kind(*kind)?;
            Some((own, half.side.facts(own, (0..).zip(record).filter_map(|(s, k)| k.map(|k| (s, k))))))
        });
        let known = half.side.facts(half.kind, (0..).zip(all));
        let mut there: Vec<(usize, Vec<Known>)> = records.collect();
        there.push((half.kind, known.clone()));
        let others = Records { side: half.side, records: there };
        holds(half.side, half.kind, &known, Some(&others), &half.rule(rule).fires) == Tri::Yes
    }

    fn facts(&self, witness: &Witness, conds: &[&Cond]) -> String {
        let rules = &self.union.rules;
        let in_play = |slot: Slot| {
            let mut bits = 0;
            for cond in conds {
                cond.atoms(&mut |atom| {
                    if let Atom::Listed { slot: s, list, .. } = atom
                        && *s == slot
                    {
                        let list = rules.lists.get(*list);
                        bits |= list.map_or(0, |l| l.editions.iter().fold(0, |all, e| all | e.bit));
                    }
                });
            }
            bits
        };
        let mut text = words::facts(rules, self.frame, &witness.facts, &in_play);
        for (kind, record) in &witness.others {
            let Some(frame) = rules.frames.get(*kind) else { continue };
            let own: Vec<(Slot, Known)> = (0..)
                .zip(record)
                .filter_map(|(s, k)| k.map(|k| (s, k)))
                .filter(|(s, _)| matches!(frame.def(*s).owner, Owner::Record | Owner::Entity(_)))
                .collect();
            text.push_str(&format!("; another {} with {}", frame.kind, crate::audit::facts_text(rules, frame, &own)));
        }
        text
    }

    /// Rules that rule the same people alike, and say otherwise why.
    fn citations(&self, problem: &mut Problem<'_>, was: &[Lit], is: &[Lit], out: &mut Compared) {
        for (i, a) in was.iter().enumerate() {
            for (j, b) in is.iter().enumerate() {
                if self.old.outcomes[i] == self.new.outcomes[j]
                    && let Some(citation) = citation(self.old, self.new, i, j)
                    && problem.solve(&[*a, *b])
                {
                    out.citations.push(citation);
                }
            }
        }
        out.citations = gathered(std::mem::take(&mut out.citations));
    }
}

/// What two rules say otherwise, apart from what is due.
fn citation(old: &Half<'_, '_>, new: &Half<'_, '_>, i: usize, j: usize) -> Option<Citation> {
    let (a, b) = (old.rule(i), new.rule(j));
    let sources = |side: &Side<'_>, rule: &Rule| -> String {
        rule.authority.iter().map(|x| plain::citation(side.rules, x)).collect::<Vec<_>>().join("; ")
    };
    let (mut what, mut texts) = (Vec::new(), Vec::new());
    let mut note = |differs: bool, name: &'static str, was: String, is: String| {
        if differs {
            what.push(name);
            texts.extend((was != is).then_some((was, is)));
        }
    };
    let lasts = |r: &Rule| (r.period.clock.clone(), r.period.from, r.period.until);
    let filed = |d: &Decision| if d.filed_by_office { "your office" } else { "you" }.to_owned();
    note(a.because != b.because, "the reason", a.because.clone(), b.because.clone());
    note(a.authority != b.authority, "the sources", sources(old.side, a), sources(new.side, b));
    let basis = (a.basis.id().to_owned(), b.basis.id().to_owned());
    note(a.basis != b.basis, "how well the source is known", basis.0, basis.1);
    note(lasts(a) != lasts(b), "the period", plain::period(&a.period), plain::period(&b.period));
    note(a.action != b.action, "what to do", a.action.clone(), b.action.clone());
    note(a.question != b.question, "the question to the office", a.question.clone(), b.question.clone());
    let place = |p: &Option<String>| p.clone().unwrap_or_else(|| "nowhere".to_owned());
    note(a.may_list != b.may_list, "where it may be listed all the same", place(&a.may_list), place(&b.may_list));
    let by_office = old.decision.filed_by_office != new.decision.filed_by_office;
    note(by_office, "who files it", filed(old.decision), filed(new.decision));
    if what.is_empty() {
        return None;
    }
    Some(Citation {
        decisions: vec![new.decision.id.clone()],
        is_rule: b.local_id().to_owned(),
        was_rules: vec![a.local_id().to_owned()],
        what,
        texts,
        lists: Vec::new(),
    })
}

/// Several rules that gave way to one, as one finding.
fn gathered(citations: Vec<Citation>) -> Vec<Citation> {
    let mut out: Vec<Citation> = Vec::new();
    for citation in citations {
        let stays = citation.was_rules.contains(&citation.is_rule);
        let kept = |c: &&mut Citation| c.is_rule == citation.is_rule && !c.was_rules.contains(&c.is_rule) && !stays;
        match out.iter_mut().find(kept) {
            Some(same) => {
                same.was_rules.extend(citation.was_rules);
                same.texts.clear();
                let more: Vec<&'static str> = citation.what.into_iter().filter(|w| !same.what.contains(w)).collect();
                same.what.extend(more);
            }
            None => out.push(citation),
        }
    }
    out
}

fn holds(side: &Side<'_>, kind: usize, known: &[Known], others: Option<&dyn Others>, cond: &Cond) -> Tri {
    let Some(frame) = side.rules.frames.get(kind) else { return Tri::Unknown };
    let lists = &side.rules.list_dates;
    let applies = applies(frame, known, lists);
    Facts { frame, known, applies: &applies, lists, others }.holds(cond)
}

/// The records of an example: these, and no more.
struct Records<'s, 'a> {
    side: &'s Side<'a>,
    records: Vec<(usize, Vec<Known>)>,
}

impl Others for Records<'_, '_> {
    fn any(&self, kind: usize, cond: &Cond) -> Tri {
        let of_kind = self.records.iter().filter(|(k, _)| *k == kind);
        let answers: Vec<Tri> = of_kind.map(|(k, known)| holds(self.side, *k, known, None, cond)).collect();
        if answers.contains(&Tri::Yes) {
            Tri::Yes
        } else if answers.contains(&Tri::Unknown) {
            Tri::Unknown
        } else {
            Tri::No
        }
    }
}
