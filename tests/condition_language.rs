//! The condition language does what docs/condition-language.md says: reading, printing, three values, windows, guards, lists.

use candor::calendar::{self, NEVER, PartialDate};
use candor::condition::{self, Facts, Frame, Lists, Owner, SlotDef, Tri, applies, check, expr_text, parse};
use candor::facts::{FieldType, Known};
use proptest::prelude::*;

struct OneList;

impl Lists for OneList {
    fn list(&self, name: &str) -> Option<(usize, bool)> {
        (name == "covered").then_some((0, false))
    }
    fn names(&self) -> Vec<&str> {
        vec!["covered"]
    }
}

fn frame() -> Frame {
    let mut frame = Frame::new("trip".into());
    let ids = |s: &str| s.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for (name, ty, owner) in [
        ("due", FieldType::Date(false), Owner::Clock),
        ("filing", FieldType::Date(false), Owner::Clock),
        ("titled", FieldType::YesNo, Owner::Record),
        ("role", FieldType::Choice(ids("honorary visiting other")), Owner::Record),
        ("paid-by", FieldType::Set(ids("own home host")), Owner::Record),
        ("value", FieldType::Money, Owner::Record),
        ("started", FieldType::Date(true), Owner::Record),
        ("ended", FieldType::Date(true), Owner::Record),
        ("place", FieldType::Country, Owner::Record),
    ] {
        frame.add(SlotDef { name: name.into(), owner, field: name.into(), ty, guard: None, per_target: false });
    }
    let guard = compile(&frame, "paid-by includes host");
    let slot = usize::from(frame.slot("value").unwrap());
    frame.slots[slot].guard = Some(guard);
    frame
}

fn compile(frame: &Frame, text: &str) -> condition::Cond {
    let expr = parse(text).unwrap_or_else(|p| panic!("{text}: {}", p.message));
    let mut problems = Vec::new();
    let cond = check(&expr, std::slice::from_ref(frame), 0, &OneList, &mut problems);
    assert!(problems.is_empty(), "{text}: {problems:?}");
    cond
}

fn day(text: &str) -> i64 {
    calendar::day(PartialDate::parse(text).unwrap().first)
}

/// Facts by name on top of a blank frame.
fn holds(text: &str, facts: &[(&str, Known)]) -> Tri {
    let frame = frame();
    let mut known = frame.blank();
    for (name, k) in facts {
        known[usize::from(frame.slot(name).unwrap())] = *k;
    }
    let lists = vec![vec![(day("2024-05-20"), 1), (day("2025-05-20"), 2)]];
    let applies = applies(&frame, &known, &lists);
    let cond = compile(&frame, text);
    Facts { frame: &frame, known: &known, applies: &applies, lists: &lists, others: None }.holds(&cond)
}

fn date(text: &str) -> Known {
    let d = PartialDate::parse(text).unwrap();
    Known::Range { lo: calendar::day(d.first), hi: calendar::day(d.last) }
}

const YES: Known = Known::Choice(0b10);
const NO: Known = Known::Choice(0b01);

fn set(bits: u64) -> Known {
    Known::Set { has: bits, may: bits }
}

#[test]
fn kleene_logic() {
    assert_eq!(holds("titled", &[]), Tri::Unknown);
    assert_eq!(holds("not titled", &[]), Tri::Unknown);
    assert_eq!(
        holds("titled or not titled", &[]),
        Tri::Unknown,
        "Kleene does not see tautologies; the exact check does"
    );
    assert_eq!(holds("titled and role is other", &[("titled", NO)]), Tri::No);
    assert_eq!(holds("titled or role is other", &[("titled", YES)]), Tri::Yes);
    assert_eq!(holds("role in {honorary, visiting}", &[("role", Known::Choice(0b011))]), Tri::Yes, "either way");
    assert_eq!(holds("not titled and role is other or titled", &[("titled", YES)]), Tri::Yes, "not, then and, then or");
}

#[test]
fn sets_know_members_and_whether_they_are_complete() {
    let some = Known::Set { has: 0b001, may: 0b111 };
    assert_eq!(holds("paid-by includes own", &[("paid-by", some)]), Tri::Yes);
    assert_eq!(holds("paid-by includes host", &[("paid-by", some)]), Tri::Unknown);
    assert_eq!(holds("paid-by only {own, home}", &[("paid-by", some)]), Tri::Unknown);
    assert_eq!(holds("paid-by only {own, home}", &[("paid-by", set(0b001))]), Tri::Yes);
    assert_eq!(holds("paid-by only {own, home}", &[("paid-by", set(0))]), Tri::No, "only needs a non-empty set");
    assert_eq!(holds("paid-by is none", &[("paid-by", set(0))]), Tri::Yes);
    assert_eq!(holds("paid-by is none", &[("paid-by", Known::Set { has: 0, may: 0b111 })]), Tri::Unknown);
}

#[test]
fn windows_move_the_clock_and_include_both_ends() {
    let within = |ended: &str, due: &str| {
        holds("ended within 3 years before due", &[("ended", date(ended)), ("due", date(due))])
    };
    assert_eq!(within("2023-06-10", "2026-06-10"), Tri::Yes);
    assert_eq!(within("2023-06-09", "2026-06-10"), Tri::No);
    assert_eq!(within("2026-06-10", "2026-06-10"), Tri::Yes);
    assert_eq!(within("2026-06-11", "2026-06-10"), Tri::No);
    assert_eq!(within("2023-06", "2026-06-10"), Tri::Unknown, "a month is an interval");
    assert_eq!(within("2021-02-28", "2024-02-29"), Tri::Yes, "the clock moves, and clamps to 28 February");
    assert_eq!(within("2021-02-27", "2024-02-29"), Tri::No);
    let never = Known::Range { lo: NEVER, hi: NEVER };
    assert_eq!(holds("ended after due", &[("ended", never), ("due", date("2026-06-10"))]), Tri::Yes);
    assert_eq!(holds("ended on or before due", &[("ended", never)]), Tri::No, "ongoing is later than every date");
    assert_eq!(holds("started after ended", &[("started", never), ("ended", never)]), Tri::No);
    assert_eq!(holds("started on or before ended", &[("started", never), ("ended", never)]), Tri::Yes);
}

#[test]
fn a_field_that_does_not_apply_makes_its_atoms_false() {
    let own = ("paid-by", set(0b001));
    let host = ("paid-by", set(0b100));
    let cents = |n| ("value", Known::Range { lo: n, hi: n });
    assert_eq!(holds("value >= 5000", &[own, cents(900_000)]), Tri::No);
    assert_eq!(holds("value < 5000", &[own, cents(1)]), Tri::No, "`<` is an atom of its own, not a negation");
    assert_eq!(holds("not (value >= 5000)", &[own]), Tri::Yes);
    assert_eq!(holds("value >= 5000", &[host, cents(500_000)]), Tri::Yes);
    assert_eq!(holds("value >= 5000", &[host, cents(499_999)]), Tri::No);
    assert_eq!(holds("value < 5000", &[host, cents(499_999)]), Tri::Yes);
    assert_eq!(holds("value >= 5000", &[cents(500_000)]), Tri::Unknown, "it may not apply");
    assert_eq!(holds("value >= 5000", &[cents(499_999)]), Tri::No, "false whether it applies or not");
}

#[test]
fn lists_go_by_the_edition_in_force() {
    let on_first = ("place", Known::Listed { on: 1, may: 1 });
    assert_eq!(holds("place in covered", &[on_first, ("filing", date("2024-05-20"))]), Tri::Yes);
    assert_eq!(
        holds("place in covered", &[on_first, ("filing", date("2025-05-20"))]),
        Tri::No,
        "the second edition has it no more"
    );
    assert_eq!(holds("place in covered", &[on_first, ("filing", date("2025-05"))]), Tri::Unknown);
    assert_eq!(
        holds("place in covered", &[on_first, ("filing", date("2024-05-19"))]),
        Tri::Unknown,
        "before the first edition"
    );
    assert_eq!(holds("place in covered as of due", &[on_first, ("due", date("2024-06-01"))]), Tri::Yes);
    assert_eq!(holds("place in covered", &[("filing", date("2024-06-01"))]), Tri::Unknown, "nowhere named");
}

#[test]
fn mistakes_say_where_and_what_was_expected() {
    let cases = [
        ("titled and", "ends too early"),
        ("role = honorary", "`=` cannot stand"),
        ("role is \"honorary\"", "cannot stand"),
        ("paid-by only {own home}", "not expected here"),
        ("ended within due", "not expected here"),
        ("ended before 2024-5-1", "not a day"),
        ("value >= 5.001", "not a number"),
        ("(titled", "ends too early"),
    ];
    for (text, wanted) in cases {
        let frame = frame();
        let mut problems = Vec::new();
        match parse(text) {
            Ok(expr) => {
                check(&expr, std::slice::from_ref(&frame), 0, &OneList, &mut problems);
            }
            Err(problem) => problems.push(problem),
        }
        let messages: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
        assert!(messages.iter().any(|m| m.contains(wanted)), "{text}: {messages:?}");
        assert!(problems.iter().all(|p| p.span.end <= text.len()), "{text}: spans stay inside");
    }
}

fn name() -> impl Strategy<Value = String> {
    proptest::sample::select(vec!["titled", "role", "paid-by", "entity.domicile", "x1"]).prop_map(str::to_owned)
}

fn values() -> impl Strategy<Value = String> {
    proptest::collection::vec("v[a-z]{1,3}", 1..4).prop_map(|v| format!("{{{}}}", v.join(", ")))
}

fn atom() -> impl Strategy<Value = String> {
    let offset = (0u32..50, proptest::sample::select(vec!["days", "months", "years"]), proptest::bool::ANY)
        .prop_map(|(n, unit, before)| format!("{n} {unit} {}", if before { "before" } else { "after" }));
    let relation = proptest::sample::select(vec!["before", "after", "on or before", "on or after"]);
    prop_oneof![
        name(),
        (name(), name(), proptest::bool::ANY)
            .prop_map(|(a, b, not)| format!("{a} is {}{b}", if not { "not " } else { "" })),
        (name(), values(), proptest::bool::ANY)
            .prop_map(|(a, v, not)| format!("{a} {}in {v}", if not { "not " } else { "" })),
        (name(), values()).prop_map(|(a, v)| format!("{a} includes any {v}")),
        (name(), values()).prop_map(|(a, v)| format!("{a} only {v}")),
        (name(), proptest::sample::select(vec![">=", ">", "<", "<="]), 0i64..1_000_000).prop_map(|(a, op, n)| format!(
            "{a} {op} {}.{:02}",
            n / 100,
            n % 100
        )),
        (name(), relation, proptest::option::of(offset.clone()))
            .prop_map(|(a, r, o)| format!("{a} {r} {} due", o.unwrap_or_default())),
        (name(), offset).prop_map(|(a, o)| format!("{a} within {o} 2024-05-20")),
        (name(), proptest::bool::ANY)
            .prop_map(|(a, out)| format!("{a} any {} covered as of due", if out { "outside" } else { "in" })),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    atom().prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not ({a})")),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|v| format!("({})", v.join(") and ("))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|v| format!("({})", v.join(") or ("))),
            inner.prop_map(|a| format!("any support where ({a})")),
        ]
    })
}

proptest! {
    #[test]
    fn printing_and_reading_again_gives_the_same_condition(text in expression()) {
        let once = expr_text(&parse(&text).map_err(|p| TestCaseError::fail(format!("{text}: {}", p.message)))?);
        let twice = parse(&once).map_err(|p| TestCaseError::fail(format!("{once}: {}", p.message)))?;
        prop_assert_eq!(expr_text(&twice), once);
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "[a-z0-9 (){},.<>=$_é\u{0}\u{202e}-]{0,80}") {
        let frame = frame();
        match parse(&text) {
            Ok(expr) => { check(&expr, std::slice::from_ref(&frame), 0, &OneList, &mut Vec::new()); }
            Err(p) => prop_assert!(text.get(p.span.clone()).is_some(), "the span {:?} does not fit {text:?}", p.span),
        }
    }
}
