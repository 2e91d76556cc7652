//! The proofs against brute force: random small decisions, every answer enumerated, the same gaps, overlaps, dead rules
//! and dependences on fields that do not apply.

use std::collections::BTreeSet;

use candor::audit::check;
use candor::calendar::{self, NEVER, PartialDate};
use candor::condition::{Cond, Facts, Tri, applies};
use candor::diagnostic::{SourceFile, render};
use candor::facts::Known;
use candor::ruleset::{RuleSet, Tests, load_files};
use chrono::NaiveDate;
use proptest::prelude::*;

const VOCABULARY: &str = r#"
[kind]
id = "trip"
title = "Trip"
plural = "Trips"
summary = "A trip."
label = []

[[field]]
id = "paid-by"
type = "set"
ask = "Who paid?"
why = "It matters."
values = [{ id = "own", label = "I" }, { id = "home", label = "We" }, { id = "host", label = "They" }]

[[field]]
id = "value"
type = "money"
ask = "How much?"
why = "It matters."
applies-when = "paid-by includes host"

[[field]]
id = "worked"
type = "yes-no"
ask = "Did you work?"
why = "It matters."

[[field]]
id = "hours"
type = "yes-no"
ask = "In working hours?"
why = "It matters."
applies-when = "worked and not paid-by includes home"

[[field]]
id = "ended"
type = "date"
never = "Not yet"
ask = "When did it end?"
why = "Dates matter."

[[constraint]]
id = "work"
holds = "worked or paid-by includes any {own, home}"
says = "Somebody else paid for nothing."
"#;

fn day(text: &str) -> i64 {
    calendar::day(PartialDate::parse(text).unwrap().first)
}

fn atom() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("paid-by includes host"),
        Just("paid-by only {own, home}"),
        Just("paid-by is none"),
        Just("value >= 5000"),
        Just("value < 5000"),
        Just("worked"),
        Just("hours"),
        Just("ended on or after 3 months before filing"),
        Just("ended before filing"),
        Just("ended before 2024-02-29"),
        Just("filing on or after 2024-05-31"),
    ]
    .prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = String> {
    atom().prop_recursive(2, 5, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|c| format!("not ({c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) or ({b})")),
        ]
    })
}

#[derive(Debug, Clone)]
struct Draft {
    when: String,
    period: Option<bool>,
    unless: bool,
}

fn draft() -> impl Strategy<Value = Draft> {
    (condition(), prop::option::of(any::<bool>()), any::<bool>()).prop_map(|(when, period, unless)| Draft {
        when,
        period,
        unless,
    })
}

fn load(drafts: &[Draft]) -> RuleSet {
    let mut text = String::from(
        "[decision]\nid = \"nsf.trip.x\"\nasks = \"?\"\nrecord = \"trip\"\nplace = \"f.s\"\nmoments = [\"proposal\"]\n",
    );
    for (i, draft) in drafts.iter().enumerate() {
        let period = match draft.period {
            None => "from = 1910-01-01",
            Some(true) => "from = 2024-06-01",
            Some(false) => "until = 2024-06-01",
        };
        let unless = if draft.unless && i > 0 { format!("unless = [\"r{}\"]\n", i - 1) } else { String::new() };
        text.push_str(&format!(
            "[[rule]]\nid = \"r{i}\"\nwhen = '{}'\nruling = \"ask-office\"\nask = \"?\"\nbecause = \"b\"\n\
             period = {{ clock = \"filing\", {period} }}\nauthority = [{{ source = \"src\", at = \"1\" }}]\n\
             basis = \"primary\"\nverified = 2026-11-23\n{unless}",
            draft.when
        ));
    }
    let file = |name: &str, text: &str| SourceFile { name: name.into(), text: text.into() };
    let loaded = load_files(
        vec![
            file(
                "ruleset.toml",
                "[ruleset]\nid = \"t\"\ntitle = \"T\"\nversion = \"1\"\nschema = \"candor.ruleset/1\"\n",
            ),
            file("vocabulary/entity.toml", include_str!("../rules/us-federal/vocabulary/entity.toml")),
            file("vocabulary/person.toml", include_str!("../rules/us-federal/vocabulary/person.toml")),
            file("vocabulary/target.toml", include_str!("../rules/us-federal/vocabulary/target.toml")),
            file("vocabulary/trip.toml", VOCABULARY),
            file("agencies/nsf.toml", include_str!("../rules/us-federal/agencies/nsf.toml")),
            file(
                "forms/f.toml",
                "[form]\nid = \"f\"\ntitle = \"F\"\n[[section]]\nid = \"f.s\"\ntitle = \"S\"\nfields = []\n",
            ),
            file("sources/s.toml", "[[source]]\nid = \"src\"\ntitle = \"S\"\nissuer = \"I\"\n"),
            file("nsf/trip/x.toml", &text),
        ],
        Tests::Load,
    );
    loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)))
}

/// All valid answers, dates taken from the days on which some condition turns.
fn answers(rules: &RuleSet) -> Vec<Vec<Known>> {
    let (kind, _) = rules.kind("trip").unwrap();
    let frame = &rules.frames[kind];
    let at = |name: &str| usize::from(frame.slot(name).unwrap());
    let on = |d: i64| Known::Range { lo: d, hi: d };
    let filings = [
        "1970-01-01",
        "2024-02-27",
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
        "2024-05-28",
        "2024-05-30",
        "2024-05-31",
        "2024-06-01",
        "2024-09-15",
    ]
    .map(day);
    let turns = |filing: i64| {
        let back = calendar::shift(filing, -3, 0);
        let fixed = ["1960-01-01", "2024-02-28", "2024-02-29"].map(day);
        let mut ends: Vec<i64> = fixed.into_iter().chain([filing, filing - 1, back, back - 1, NEVER]).collect();
        ends.sort_unstable();
        ends.dedup();
        ends
    };
    let mut all = Vec::new();
    for paid in 0..8u64 {
        for value in [0, 500_000] {
            for worked in [1u64, 2] {
                for hours in [1u64, 2] {
                    for &filing in &filings {
                        for ended in turns(filing) {
                            let mut known = frame.blank();
                            known[at("paid-by")] = Known::Set { has: paid, may: paid };
                            known[at("value")] = on(value);
                            known[at("worked")] = Known::Choice(worked);
                            known[at("hours")] = Known::Choice(hours);
                            known[at("filing")] = on(filing);
                            known[at("ended")] = on(ended);
                            if worked == 2 || paid & 0b011 != 0 {
                                all.push(known);
                            }
                        }
                    }
                }
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_audit_finds_what_enumeration_finds(drafts in prop::collection::vec(draft(), 1..5)) {
        let rules = load(&drafts);
        let decision = &rules.decisions[0];
        let frame = &rules.frames[decision.kind];
        let mut gap = false;
        let mut overlaps: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut reached: BTreeSet<usize> = BTreeSet::new();
        let mut leaning: BTreeSet<usize> = BTreeSet::new();
        for known in answers(&rules) {
            let apply = applies(frame, &known, &rules.list_dates);
            let holds = |known: &[Known], apply: &[Tri], cond: &Cond| {
                let facts = Facts { frame, known, applies: apply, lists: &rules.list_dates, others: None };
                facts.holds(cond) == Tri::Yes
            };
            let fires: Vec<usize> =
                (0..decision.rules.len()).filter(|i| holds(&known, &apply, &decision.rules[*i].fires)).collect();
            gap |= fires.is_empty();
            reached.extend(&fires);
            for (n, a) in fires.iter().enumerate() {
                overlaps.extend(fires[n + 1..].iter().map(|b| (*a, *b)));
            }
            // A rule leans on a field that does not apply if some value would stop it, were the field asked anyway. What
            // `unless` adds excludes another rule as a whole, and may lean.
            for slot in ["value", "hours"] {
                let slot = usize::from(frame.slot(slot).unwrap());
                if apply[slot] == Tri::Yes {
                    continue;
                }
                let mut asked = apply.clone();
                asked[slot] = Tri::Yes;
                let values = if slot == usize::from(frame.slot("value").unwrap()) {
                    vec![Known::Range { lo: 0, hi: 0 }, Known::Range { lo: 500_000, hi: 500_000 }]
                } else {
                    vec![Known::Choice(1), Known::Choice(2)]
                };
                for &i in &fires {
                    let rule = &decision.rules[i];
                    let own = if rule.unless.is_empty() {
                        rule.fires.clone()
                    } else if let Cond::All(parts) = &rule.fires {
                        Cond::All(parts[..parts.len() - 1].to_vec())
                    } else {
                        continue;
                    };
                    for value in &values {
                        let mut known = known.clone();
                        known[slot] = *value;
                        if !holds(&known, &asked, &own) {
                            leaning.insert(i);
                        }
                    }
                }
            }
        }

        let report = check(&rules, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        let index = |id: &String| decision.rules.iter().position(|r| r.id == *id).unwrap();
        let of = |code: &'static str| report.findings.iter().filter(move |f| f.code == code);
        prop_assert_eq!(of("A0099").count(), 0, "a witness did not replay");
        prop_assert_eq!(of("A0001").next().is_some(), gap);
        let pairs: BTreeSet<(usize, usize)> = of("A0002").map(|f| (index(&f.rules[0]), index(&f.rules[1]))).collect();
        prop_assert_eq!(&pairs, &overlaps);
        let dead: BTreeSet<usize> = of("A0003").map(|f| index(&f.rules[0])).collect();
        let expected: BTreeSet<usize> = (0..decision.rules.len()).filter(|i| !reached.contains(i)).collect();
        prop_assert_eq!(dead, expected);
        let lean: BTreeSet<usize> = of("A0004").map(|f| index(&f.rules[0])).collect();
        prop_assert_eq!(lean, leaning);
        prop_assert_eq!(report.proved, usize::from(!gap && overlaps.is_empty()));
        prop_assert!(of("A0001").chain(of("A0002")).chain(of("A0004")).all(|f| f.witness.is_some() || f.message.contains("more kinds")));
    }
}
