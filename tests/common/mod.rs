//! Shared by tests: the embedded rule set and random facts on its frames.
#![allow(dead_code)] // each test binary uses its own part

use candor::calendar::{self, NEVER, PartialDate};
use candor::condition::{SlotDef, Tri};
use candor::engine::{FactSheet, Status};
use candor::facts::{FieldType, Known};
use candor::ruleset::{Case, RuleSet, Tests, load_embedded};

pub fn rules() -> (RuleSet, Vec<Case>) {
    let loaded = load_embedded(Tests::Load);
    let problems = candor::diagnostic::render(&loaded.problems, false);
    (loaded.rules.unwrap_or_else(|| panic!("{problems}")), loaded.cases)
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

/// One random, fully known fact.
pub fn random_fact(rng: &mut Rng, def: &SlotDef) -> Known {
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
            let on = if rng.below(3) == 0 { u64::MAX } else { 0 };
            Known::Listed { on, may: on }
        }
        FieldType::Places => {
            let bits = [0, u64::MAX];
            let (on, off) = (*rng.pick(&bits), *rng.pick(&bits));
            Known::Places { on, may_on: on, off, may_off: off }
        }
        FieldType::Text | FieldType::MonthsByYear => Known::Given(true),
    }
}

/// Random, fully known facts that satisfy the frame's constraints.
pub fn random_sheet(rules: &RuleSet, kind: usize, rng: &mut Rng) -> FactSheet {
    let frame = &rules.frames[kind];
    loop {
        let known: Vec<Known> = frame.slots.iter().map(|def| random_fact(rng, def)).collect();
        let sheet = sheet_of(rules, kind, known);
        if is_valid(rules, &sheet) {
            return sheet;
        }
    }
}

pub fn sheet_of(rules: &RuleSet, kind: usize, known: Vec<Known>) -> FactSheet {
    let applies = candor::condition::applies(&rules.frames[kind], &known, &rules.list_dates);
    let status = vec![Status::Answered; known.len()];
    FactSheet { kind, known, status, applies }
}

pub fn is_valid(rules: &RuleSet, sheet: &FactSheet) -> bool {
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
