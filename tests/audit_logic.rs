//! The decision procedure against brute force: small random conditions, every answer enumerated.
//!
//! The oracle is `condition::evaluate` on complete facts, so these tests also bind the two definitions of "true" together.

use candor::calendar::{self, FIRST, NEVER, PartialDate};
use candor::condition::{
    Anchor, Atom, Cond, Constraint, Facts, Frame, Others, Owner, Point, Slot, SlotDef, Tri, applies,
};
use candor::facts::{FieldType, Known};
use candor::logic::dates::{self, Compare, Domain, Side};
use candor::logic::{MAIN, Problem, Question, World, contradiction, each_slot, possible};
use proptest::prelude::*;

fn day(text: &str) -> i64 {
    calendar::day(PartialDate::parse(text).unwrap().first)
}

// ---- dates alone ---------------------------------------------------------------------------------------------------

fn compare() -> impl Strategy<Value = (Compare, bool)> {
    let side = prop_oneof![
        (0i64..40).prop_map(|d| Side::Day(day("2024-02-10") + d)),
        (0usize..3, -2i32..=2, -3i64..=3, any::<bool>()).prop_map(|(var, months, days, next_day)| Side::Var {
            var,
            months,
            days,
            next_day
        }),
    ];
    (0usize..3, side, any::<bool>()).prop_map(|(x, side, holds)| (Compare { x, side }, holds))
}

fn domain() -> impl Strategy<Value = Domain> {
    (0i64..40, 0i64..40, any::<bool>()).prop_map(|(a, b, never)| Domain {
        lo: day("2024-02-10") + a.min(b),
        hi: day("2024-02-10") + a.max(b),
        never,
    })
}

fn keeps(days: &[i64], (compare, holds): &(Compare, bool)) -> bool {
    let side = match compare.side {
        Side::Day(d) => d,
        Side::Var { var, months, days: d, next_day } => dates::moved(days[var], months, d, next_day),
    };
    (days[compare.x] >= side) == *holds
}

fn values(d: &Domain) -> Vec<i64> {
    (d.lo..=d.hi).chain(d.never.then_some(NEVER)).collect()
}

fn exists(domains: &[Domain], holds: &[(Compare, bool)]) -> bool {
    values(&domains[0]).into_iter().any(|a| {
        values(&domains[1])
            .into_iter()
            .any(|b| values(&domains[2]).into_iter().any(|c| holds.iter().all(|h| keeps(&[a, b, c], h))))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn date_solver_is_exact(domains in prop::collection::vec(domain(), 3), holds in prop::collection::vec(compare(), 0..7)) {
        match dates::solve(&domains, &holds) {
            Ok(days) => {
                prop_assert!(holds.iter().all(|h| keeps(&days, h)), "{days:?}");
                prop_assert!(days.iter().zip(&domains).all(|(d, dom)| values(dom).contains(d)));
            }
            Err(core) => {
                let clash: Vec<_> = core.iter().map(|&i| holds[i]).collect();
                prop_assert!(!exists(&domains, &clash));
                for i in 0..clash.len() {
                    let mut fewer = clash.clone();
                    fewer.remove(i);
                    prop_assert!(dates::solve(&domains, &fewer).is_ok(), "not minimal");
                }
            }
        }
    }
}

// ---- conditions ----------------------------------------------------------------------------------------------------

const YES: Slot = 0;
const PICK: Slot = 1;
const SET: Slot = 2;
const SUM: Slot = 3;
const ENDED: Slot = 4;
const CLOCK: Slot = 5;

fn slot(name: &str, owner: Owner, ty: FieldType, guard: Option<Cond>) -> SlotDef {
    SlotDef { name: name.into(), owner, field: name.into(), ty, guard, per_target: false }
}

fn ids(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("v{i}")).collect()
}

/// A yes-no, a choice, a set that applies to some choices, an amount that applies to some sets, a date and a clock.
fn frame() -> Frame {
    let mut f = Frame::new("thing".into());
    f.add(slot("yes", Owner::Target, FieldType::YesNo, None));
    f.add(slot("pick", Owner::Record, FieldType::Choice(ids(4)), None));
    f.add(slot(
        "set",
        Owner::Record,
        FieldType::Set(ids(3)),
        Some(Cond::Atom(Atom::Choice { slot: PICK, any_of: 0b0110 })),
    ));
    f.add(slot("sum", Owner::Record, FieldType::Money, Some(Cond::Atom(Atom::Includes { slot: SET, any_of: 0b011 }))));
    f.add(slot(
        "ended",
        Owner::Record,
        FieldType::Date(true),
        Some(Cond::Atom(Atom::Choice { slot: YES, any_of: 0b10 })),
    ));
    f.add(slot("clock", Owner::Clock, FieldType::Date(false), None));
    f
}

fn atom() -> impl Strategy<Value = Cond> {
    let date = || day("2024-02-27")..day("2024-03-03");
    let point = (date(), any::<bool>(), prop_oneof![Just(0i32), Just(-1)], -1i64..=1, any::<bool>());
    prop_oneof![
        Just(Atom::Choice { slot: YES, any_of: 0b10 }),
        (1u64..15).prop_map(|any_of| Atom::Choice { slot: PICK, any_of }),
        (1u64..7).prop_map(|any_of| Atom::Includes { slot: SET, any_of }),
        (1u64..7).prop_map(|none_but| Atom::Only { slot: SET, none_but }),
        Just(Atom::Empty { slot: SET }),
        prop_oneof![Just(100i64), Just(500)].prop_map(|hundredths| Atom::AtLeast { slot: SUM, hundredths }),
        point.prop_map(|(d, fixed, months, days, next_day)| Atom::OnOrAfter {
            slot: ENDED,
            point: if fixed {
                Point { anchor: Anchor::Day(d), months: 0, days: 0, next_day: false }
            } else {
                Point { anchor: Anchor::Slot(CLOCK), months, days, next_day }
            },
        }),
        date().prop_map(|d| Atom::OnOrAfter {
            slot: CLOCK,
            point: Point { anchor: Anchor::Day(d), months: 0, days: 0, next_day: false }
        }),
    ]
    .prop_map(Cond::Atom)
}

fn cond() -> impl Strategy<Value = Cond> {
    atom().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Cond::negate),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Cond::All),
            prop::collection::vec(inner, 2..4).prop_map(Cond::Any),
        ]
    })
}

fn choices(mask: u64, bits: u32) -> Vec<Known> {
    (0..bits).map(|i| 1u64 << i).filter(|b| mask & b != 0).map(Known::Choice).collect()
}

/// Complete facts that agree with what is known. Dates come from the days at which some atom can turn.
fn completions(known: &[Known]) -> Vec<Vec<Known>> {
    let near = [("2024-01-24", "2024-02-04"), ("2024-02-24", "2024-03-06"), ("2024-03-26", "2024-04-04")];
    let base: Vec<i64> = near.iter().flat_map(|(from, to)| day(from)..day(to)).collect();
    let dates = |lo: i64, hi: i64| -> Vec<Known> {
        let mut all: Vec<i64> =
            base.iter().copied().chain([day("2030-01-01"), NEVER]).filter(|d| (lo..=hi).contains(d)).collect();
        if all.is_empty() {
            all.push(lo);
        }
        all.into_iter().map(|d| Known::Range { lo: d, hi: d }).collect()
    };
    let options: Vec<Vec<Known>> = known
        .iter()
        .enumerate()
        .map(|(i, k)| match *k {
            Known::Choice(mask) => choices(mask, 4),
            Known::Set { has, may } => {
                (0..8).filter(|m| m & has == has && m & !may == 0).map(|m| Known::Set { has: m, may: m }).collect()
            }
            Known::Range { lo, hi } if i == usize::from(SUM) => {
                let all: Vec<Known> = [0, 100, 500]
                    .into_iter()
                    .filter(|n| (lo..=hi).contains(n))
                    .map(|n| Known::Range { lo: n, hi: n })
                    .collect();
                if all.is_empty() { vec![Known::Range { lo, hi: lo }] } else { all }
            }
            Known::Range { lo, hi } => dates(lo, hi),
            k => vec![k],
        })
        .collect();
    let mut all: Vec<Vec<Known>> = vec![Vec::new()];
    for option in options {
        all = all.into_iter().flat_map(|done| option.iter().map(move |o| [done.as_slice(), &[*o]].concat())).collect();
    }
    all
}

fn partial() -> impl Strategy<Value = Vec<Known>> {
    let blank = frame().blank();
    let clock = prop_oneof![Just(blank[5]), Just(Known::Range { lo: day("2024-02-29"), hi: day("2024-02-29") })];
    let ended = prop_oneof![
        Just(blank[4]),
        Just(Known::Range { lo: NEVER, hi: NEVER }),
        Just(Known::Range { lo: day("2024-02-28"), hi: day("2024-02-29") }),
    ];
    let sum = prop_oneof![Just(blank[3]), Just(Known::Range { lo: 100, hi: 400 })];
    (1u64..4, 1u64..16, 0u64..8, 0u64..8, sum, ended, clock).prop_map(|(yes, pick, has, more, sum, ended, clock)| {
        vec![Known::Choice(yes), Known::Choice(pick), Known::Set { has, may: has | more }, sum, ended, clock]
    })
}

fn holds(frame: &Frame, known: &[Known], cond: &Cond) -> bool {
    holds_with(frame, known, cond, None)
}

fn holds_with(frame: &Frame, known: &[Known], cond: &Cond, others: Option<&dyn Others>) -> bool {
    let applies = applies(frame, known, &[]);
    match (Facts { frame, known, applies: &applies, lists: &[], others }).holds(cond) {
        Tri::Yes => true,
        Tri::No => false,
        Tri::Unknown => panic!("complete facts leave nothing unknown: {cond:?} {known:?}"),
    }
}

fn valid(frame: &Frame, known: &[Known]) -> bool {
    let apply = applies(frame, known, &[]);
    frame.constraints.iter().all(|c| {
        let mut all = true;
        each_slot(&c.holds, &mut |s| all &= apply[usize::from(s)] == Tri::Yes);
        !all || holds(frame, known, &c.holds)
    })
}

/// Slots in which two complete sets of facts differ.
fn difference(a: &[Known], b: &[Known]) -> Vec<Slot> {
    (0u16..).zip(a.iter().zip(b)).filter(|(_, (x, y))| x != y).map(|(i, _)| i).collect()
}

fn full(frame: &Frame, facts: &[Option<Known>], known: &[Known]) -> Vec<Known> {
    // What no condition reads may be anything.
    facts
        .iter()
        .zip(known)
        .zip(&frame.slots)
        .map(|((f, k), _)| match f.unwrap_or(*k) {
            Known::Choice(m) => Known::Choice(m & m.wrapping_neg()),
            Known::Set { has, .. } => Known::Set { has, may: has },
            Known::Range { lo, .. } => Known::Range { lo: lo.max(FIRST.min(lo)), hi: lo },
            k => k,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn satisfiable_exactly_when_some_completion_is(
        constraint in prop::option::of(atom()),
        cond in cond(),
        known in partial(),
    ) {
        let mut frame = frame();
        if let Some(holds) = constraint {
            frame.constraints.push(Constraint { id: "c".into(), holds, says: String::new() });
        }
        let frames = [frame];
        let frame = &frames[0];
        let world = World { frames: &frames, lists: &[] };
        // Constraints count where they touch what is read; here they always do.
        let mut read = vec![&cond];
        read.extend(frame.constraints.iter().map(|c| &c.holds));
        let mut problem = Problem::new(world, 0, &known, &read);
        problem.assert_valid(MAIN);
        let lit = problem.lit(MAIN, &cond);
        let expected = completions(&known).iter().any(|c| valid(frame, c) && holds(frame, c, &cond));
        let found = problem.plainest(&[lit], &[day("2024-03-01")]);
        prop_assert_eq!(found.is_some(), expected);
        if let Some(model) = found {
            let facts = full(frame, &model.facts, &known);
            prop_assert!(holds(frame, &facts, &cond), "witness does not replay: {:?}", facts);
            prop_assert!(valid(frame, &facts), "witness breaks a constraint: {:?}", facts);
        }
    }

    #[test]
    fn possible_outcomes_and_relevant_slots_are_exact(rules in prop::collection::vec(cond(), 1..4), known in partial()) {
        // Made free of overlap, as loaded rule sets are: a rule excludes those before it.
        let mut exclusive: Vec<Cond> = Vec::new();
        for (i, rule) in rules.iter().enumerate() {
            let mut parts = vec![rule.clone()];
            parts.extend(rules[..i].iter().map(|r| r.clone().negate()));
            exclusive.push(Cond::All(parts));
        }
        let mut frame = frame();
        frame.constraints.push(Constraint {
            id: "c".into(),
            holds: Cond::Any(vec![
                Cond::Atom(Atom::Choice { slot: PICK, any_of: 0b0111 }),
                Cond::Atom(Atom::Choice { slot: YES, any_of: 0b10 }),
            ]),
            says: String::new(),
        });
        let frames = [frame];
        let frame = &frames[0];
        let with: Vec<(&Cond, usize)> = exclusive.iter().enumerate().map(|(i, c)| (c, i % 2)).collect();
        let answer = possible(Question { world: World { frames: &frames, lists: &[] }, kind: 0, known: &known, rules: &with, others: None });

        let all: Vec<(Vec<Known>, Option<usize>)> = completions(&known)
            .into_iter()
            .filter(|c| valid(frame, c))
            .map(|c| {
                let outcome = with.iter().find(|(r, _)| holds(frame, &c, r)).map(|(_, o)| *o);
                (c, outcome)
            })
            .collect();
        let broken = contradiction(World { frames: &frames, lists: &[] }, 0, &known);
        prop_assert_eq!(broken.is_some(), all.is_empty());
        if all.is_empty() {
            return Ok(());
        }
        prop_assert!(answer.contradiction.is_none());
        let mut outcomes = answer.outcomes.clone();
        outcomes.sort_unstable();
        let mut expected: Vec<usize> = all.iter().filter_map(|(_, o)| *o).collect();
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(outcomes, expected);
        prop_assert_eq!(answer.none, all.iter().any(|(_, o)| o.is_none()));
        // Smallest sets of slots in which two completions with different outcomes differ; sampled, as pairs are many.
        if answer.is_definite() {
            prop_assert!(answer.relevant.is_empty());
            return Ok(());
        }
        if all.iter().all(|(_, o)| *o == all[0].1) {
            return Ok(());
        }
        prop_assert!(!answer.relevant.is_empty(), "an open decision always has something to ask");
        if all.len() <= 1500 {
            let mut least = usize::MAX;
            let mut slots: Vec<Slot> = Vec::new();
            for (i, (a, x)) in all.iter().enumerate() {
                for (b, _) in all[i + 1..].iter().filter(|(_, y)| x != y) {
                    let differ = difference(a, b);
                    if differ.len() < least {
                        least = differ.len();
                        slots.clear();
                    }
                    if differ.len() == least {
                        slots.extend(differ);
                    }
                }
            }
            slots.sort_unstable();
            slots.dedup();
            if least <= 2 {
                prop_assert_eq!(&answer.relevant, &slots);
            } else {
                prop_assert!(answer.relevant.iter().all(|s| slots.contains(s)));
            }
        }
    }
}

// ---- quantifiers ---------------------------------------------------------------------------------------------------

/// Other records, all known, and these are all.
struct Records<'a> {
    frame: &'a Frame,
    records: Vec<Vec<Known>>,
}

impl Others for Records<'_> {
    fn any(&self, _: usize, cond: &Cond) -> Tri {
        if self.records.iter().any(|r| holds(self.frame, r, cond)) { Tri::Yes } else { Tri::No }
    }
}

fn quantified() -> impl Strategy<Value = Cond> {
    let inner = prop_oneof![
        Just(Cond::Atom(Atom::Choice { slot: 0, any_of: 0b10 })),
        Just(Cond::Atom(Atom::Choice { slot: 1, any_of: 0b10 })),
        Just(Cond::Atom(Atom::Choice { slot: 2, any_of: 0b10 })),
    ]
    .prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(Cond::negate),
            prop::collection::vec(inner.clone(), 2).prop_map(Cond::All),
            prop::collection::vec(inner, 2).prop_map(Cond::Any),
        ]
    });
    let outer = prop_oneof![
        Just(Cond::Atom(Atom::Choice { slot: 0, any_of: 0b10 })),
        inner.prop_map(|c| Cond::Exists { kind: 1, cond: Box::new(c) }),
    ];
    outer.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(Cond::negate),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Cond::All),
            prop::collection::vec(inner, 2..4).prop_map(Cond::Any),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quantifiers_mean_what_they_say(cond in quantified()) {
        let mut main = Frame::new("main".into());
        main.add(slot("role", Owner::Target, FieldType::YesNo, None));
        let mut other = Frame::new("other".into());
        other.add(slot("a", Owner::Record, FieldType::YesNo, None));
        other.add(slot("b", Owner::Record, FieldType::YesNo, None));
        other.add(slot("role", Owner::Target, FieldType::YesNo, None));
        // Every other record has a or b.
        other.constraints.push(Constraint {
            id: "c".into(),
            holds: Cond::Any(vec![Cond::Atom(Atom::Choice { slot: 0, any_of: 2 }), Cond::Atom(Atom::Choice { slot: 1, any_of: 2 })]),
            says: String::new(),
        });
        let frames = [main, other];
        let yes = |b: bool| Known::Choice(if b { 2 } else { 1 });
        let mut expected = false;
        for role in [false, true] {
            for subset in 0..8u8 {
                let kinds = [(true, false), (false, true), (true, true)];
                let records = kinds.iter().enumerate().filter(|(i, _)| subset & (1 << i) != 0)
                    .map(|(_, (a, b))| vec![yes(*a), yes(*b), yes(role)]).collect();
                let others = Records { frame: &frames[1], records };
                expected |= holds_with(&frames[0], &[yes(role)], &cond, Some(&others));
            }
        }
        let mut problem = Problem::new(World { frames: &frames, lists: &[] }, 0, &frames[0].blank(), &[&cond]);
        let lit = problem.lit(MAIN, &cond);
        let found = problem.plainest(&[lit], &[]);
        prop_assert_eq!(found.is_some(), expected);
        if let Some(model) = found {
            let records = model.others.iter().map(|(_, r)| full(&frames[1], r, &frames[1].blank())).collect();
            let others = Records { frame: &frames[1], records };
            let facts = full(&frames[0], &model.facts, &frames[0].blank());
            prop_assert!(holds_with(&frames[0], &facts, &cond, Some(&others)));
        }
    }
}
