//! Shared by tests: the embedded rule set and random facts on its frames.
#![allow(dead_code)] // each test binary uses its own part

use std::sync::OnceLock;

use candor::calendar::{self, NEVER, PartialDate};
use candor::condition::{SlotDef, Tri};
use candor::engine::{FactSheet, Status};
use candor::facts::{FieldType, Known};
use candor::ruleset::{Case, Decision, RuleSet, Tests, load_embedded};

pub fn rules() -> (RuleSet, Vec<Case>) {
    let loaded = load_embedded(Tests::Load);
    let problems = candor::diagnostic::render(&loaded.problems, false);
    (loaded.rules.unwrap_or_else(|| panic!("{problems}")), loaded.cases)
}

/// The embedded rules as a ruling reads them, loaded once.
pub fn ruling_rules() -> &'static RuleSet {
    static ONCE: OnceLock<RuleSet> = OnceLock::new();
    ONCE.get_or_init(|| load_embedded(Tests::Skip).rules.expect("the embedded rule set loads"))
}

/// A small, fast, repeatable source of numbers (xorshift64*).
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n.max(1)
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Days on which something changes, and the days beside them.
fn days() -> Vec<i64> {
    let mut out = Vec::new();
    for text in [
        "2012-08-24",
        "2018-03-30",
        "2019-07-10",
        "2020-06-01",
        "2021-05-25",
        "2021-10-04",
        "2022-01-25",
        "2023-01-30",
        "2024-05-20",
        "2025-05-01",
        "2025-12-02",
        "2026-01-25",
        "2026-05-08",
        "2026-05-25",
        "2026-05-27",
        "2026-11-23",
    ] {
        let d = calendar::day(PartialDate::parse(text).unwrap().first);
        out.extend([
            d - 1,
            d,
            d + 1,
            calendar::shift(d, -36, 0),
            calendar::shift(d, -36, -1),
            calendar::shift(d, -24, 0),
            d + 200,
        ]);
    }
    out
}

/// The editions that single countries, or organisations, stand on; 0 for those on none. The rule set of a test is always the
/// embedded one.
fn memberships(rules: &RuleSet, of_entities: bool) -> &'static [u64] {
    static COUNTRIES: OnceLock<Vec<u64>> = OnceLock::new();
    static ORGANISATIONS: OnceLock<Vec<u64>> = OnceLock::new();
    let kept = if of_entities { &ORGANISATIONS } else { &COUNTRIES };
    kept.get_or_init(|| members(rules, of_entities))
}

fn members(rules: &RuleSet, of_entities: bool) -> Vec<u64> {
    let mut by_name: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for edition in rules.lists.iter().filter(|l| l.of_entities == of_entities).flat_map(|l| &l.editions) {
        for entry in &edition.entries {
            let name = if of_entities { entry.names.first().map_or("", String::as_str) } else { &entry.country };
            *by_name.entry(name).or_default() |= edition.bit;
        }
    }
    let mut bits: Vec<u64> = by_name.into_values().collect();
    bits.sort_unstable();
    bits.dedup();
    // As often on no list as on some.
    bits.extend(vec![0; bits.len().max(1)]);
    bits
}

/// One random, fully known fact.
pub fn random_fact(rules: &RuleSet, rng: &mut Rng, def: &SlotDef) -> Known {
    match &def.ty {
        FieldType::YesNo => Known::Choice(1 << rng.below(2)),
        FieldType::Choice(ids) => Known::Choice(1 << rng.below(ids.len())),
        FieldType::Set(ids) => {
            let mut bits = 0;
            for _ in 0..rng.below(4) {
                bits |= 1 << rng.below(ids.len());
            }
            Known::Set { has: bits, may: bits }
        }
        FieldType::Money | FieldType::Number => {
            let n = *rng.pick(&[0, 1, 50, 100, 250_000, 499_900, 499_999, 500_000, 500_001, 1_000_000, 9_000_000]);
            Known::Range { lo: n, hi: n }
        }
        FieldType::Date(open) => {
            let d = if *open && rng.below(4) == 0 { NEVER } else { *rng.pick(&days()) };
            Known::Range { lo: d, hi: d }
        }
        FieldType::Country | FieldType::Entity => {
            let on = *rng.pick(memberships(rules, def.ty == FieldType::Entity));
            Known::Listed { on, may: on }
        }
        FieldType::Places => {
            let members = memberships(rules, false);
            let here: Vec<u64> = (0..rng.below(4)).map(|_| *rng.pick(members)).collect();
            let on = here.iter().fold(0, |all, m| all | m);
            let off = here.iter().fold(0, |all, m| all | !m);
            Known::Places { on, may_on: on, off, may_off: off }
        }
        FieldType::Text | FieldType::MonthsByYear => Known::Given(true),
    }
}

/// Random, fully known facts that satisfy the frame's constraints, at a moment at which the decision is taken.
pub fn random_sheet(rules: &RuleSet, decision: &Decision, rng: &mut Rng) -> FactSheet {
    let frame = &rules.frames[decision.kind];
    let settings = settings(rules, decision);
    loop {
        let mut known: Vec<Known> = frame.slots.iter().map(|def| random_fact(rules, rng, def)).collect();
        let (bit, clock) = *rng.pick(&settings);
        if let Some(slot) = moment_slot(rules, decision) {
            known[slot] = Known::Choice(bit);
        }
        if let (Some(filing), Some(clock)) = (frame.slot("filing"), frame.slot(clock)) {
            known[usize::from(filing)] = known[usize::from(clock)];
        }
        let sheet = sheet_of(rules, decision.kind, known);
        if is_valid(rules, decision, &sheet) {
            return sheet;
        }
    }
}

/// The moments of a decision as their bits, each with the clock that `filing` means.
fn settings<'a>(rules: &'a RuleSet, decision: &Decision) -> Vec<(u64, &'a str)> {
    let def = moment_slot(rules, decision).map(|s| &rules.frames[decision.kind].slots[s]);
    rules
        .agencies
        .iter()
        .filter(|a| a.id == decision.agency || a.ruled_with.contains(&decision.agency))
        .flat_map(|a| &a.moments)
        .filter(|m| decision.moments.contains(&m.id))
        .map(|m| (def.and_then(|d| d.bit(&m.id)).unwrap_or(0), m.filing.as_str()))
        .collect()
}

fn moment_slot(rules: &RuleSet, decision: &Decision) -> Option<usize> {
    let frame = &rules.frames[decision.kind];
    frame.slot("target.moment").or_else(|| frame.slot("moment")).map(usize::from)
}

pub fn sheet_of(rules: &RuleSet, kind: usize, known: Vec<Known>) -> FactSheet {
    let applies = candor::condition::applies(&rules.frames[kind], &known, &rules.list_dates);
    let status = vec![Status::Answered; known.len()];
    FactSheet { kind, known, status, applies }
}

pub fn is_valid(rules: &RuleSet, decision: &Decision, sheet: &FactSheet) -> bool {
    let at = |name: &str| rules.frames[decision.kind].slot(name).map(|s| sheet.known[usize::from(s)]);
    let moment = moment_slot(rules, decision).map(|s| sheet.known[s]);
    let here = settings(rules, decision)
        .iter()
        .any(|(bit, clock)| moment.is_none_or(|m| m == Known::Choice(*bit)) && at("filing") == at(clock));
    if !here {
        return false;
    }
    let facts = sheet.facts(rules, None);
    rules.frames[sheet.kind].constraints.iter().all(|c| {
        let mut bites = true;
        c.holds.atoms(&mut |a| {
            for s in std::iter::once(a.slot()).chain(a.other_slot()) {
                bites &= sheet.applies[usize::from(s)] == Tri::Yes;
            }
        });
        !bites || facts.holds(&c.holds) == Tri::Yes
    })
}

/// The same facts with one slot unanswered.
pub fn hide(rules: &RuleSet, sheet: &FactSheet, slots: &[usize]) -> FactSheet {
    let mut known = sheet.known.clone();
    let mut status = sheet.status.clone();
    for &i in slots {
        known[i] = rules.frames[sheet.kind].slots[i].blank();
        status[i] = Status::Unanswered;
    }
    let applies = candor::condition::applies(&rules.frames[sheet.kind], &known, &rules.list_dates);
    FactSheet { kind: sheet.kind, known, status, applies }
}
