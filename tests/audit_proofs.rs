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

const HEAD: &str =
    "[decision]\nid = \"nsf.trip.x\"\nasks = \"?\"\nrecord = \"trip\"\nplace = \"f.s\"\nmoments = [\"proposal\"]\n";

fn load(drafts: &[Draft]) -> RuleSet {
    let mut text = HEAD.to_owned();
    for (i, draft) in drafts.iter().enumerate() {
        let period = match draft.period {
            None => "from = 1910-01-01",
            Some(true) => "from = 2024-06-01",
            Some(false) => "until = 2024-06-01",
        };
        let unless = if draft.unless && i > 0 { format!("unless = [\"r{}\"]\n", i - 1) } else { String::new() };
        text.push_str(&rule(i, &format!("when = '{}'", draft.when), "ask-office", period, &unless));
    }
    load_decision(&text)
}

/// A rule in TOML.
fn rule(i: usize, when: &str, ruling: &str, period: &str, more: &str) -> String {
    let ask = if ruling == "ask-office" { "ask = \"?\"\n" } else { "" };
    format!(
        "[[rule]]\nid = \"r{i}\"\n{when}\nruling = \"{ruling}\"\n{ask}because = \"b\"\n\
         period = {{ clock = \"filing\", {period} }}\nauthority = [{{ source = \"src\", at = \"1\" }}]\n\
         basis = \"primary\"\nverified = 2026-11-23\n{more}"
    )
}

/// The drafts as a decision list, which is complete and free of overlap: each rule gives way to all before it, and a last one
/// takes the rest. Rulings alternate.
fn load_list(drafts: &[Draft]) -> RuleSet {
    let mut text = HEAD.to_owned();
    let rulings = ["disclose", "nothing-due", "keep-record"];
    for (i, draft) in drafts.iter().enumerate() {
        let before: Vec<String> = (0..i).map(|j| format!("\"r{j}\"")).collect();
        let unless = format!("unless = [{}]\n", before.join(", "));
        let unless = if i == 0 { "" } else { &unless };
        text.push_str(&rule(i, &format!("when = '{}'", draft.when), rulings[i % 3], "from = 1910-01-01", unless));
    }
    text.push_str(&rule(drafts.len(), "otherwise = true", "ask-office", "from = 1910-01-01", ""));
    load_decision(&text)
}

fn load_decision(text: &str) -> RuleSet {
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
            file("nsf/trip/x.toml", text),
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

/// A condition with the child at a path replaced.
fn with(cond: &Cond, path: &[usize], by: bool) -> Cond {
    let Some((at, rest)) = path.split_first() else { return Cond::Const(by) };
    let mut changed = cond.clone();
    match &mut changed {
        Cond::Not(inner) => **inner = with(inner, rest, by),
        Cond::All(parts) | Cond::Any(parts) => parts[*at] = with(&parts[*at], rest, by),
        _ => unreachable!("paths lead to children"),
    }
    changed
}

/// Every part that an `and` or an `or` joins: its path, the part, and what it would have to be always to say nothing.
fn joined(cond: &Cond, path: &mut Vec<usize>, out: &mut Vec<(Vec<usize>, Cond, bool)>) {
    match cond {
        Cond::Not(inner) => {
            path.push(0);
            joined(inner, path, out);
            path.pop();
        }
        Cond::All(parts) | Cond::Any(parts) => {
            for (i, part) in parts.iter().enumerate() {
                path.push(i);
                out.push((path.clone(), part.clone(), matches!(cond, Cond::All(_))));
                joined(part, path, out);
                path.pop();
            }
        }
        _ => {}
    }
}

fn truth(rules: &RuleSet, known: &[Known], cond: &Cond) -> bool {
    let frame = &rules.frames[rules.decisions[0].kind];
    let apply = applies(frame, known, &rules.list_dates);
    Facts { frame, known, applies: &apply, lists: &rules.list_dates, others: None }.holds(cond) == Tri::Yes
}

/// Questions that the rules' own conditions read.
fn read_by_rules(rules: &RuleSet) -> BTreeSet<String> {
    let decision = &rules.decisions[0];
    let frame = &rules.frames[decision.kind];
    let mut read = BTreeSet::new();
    for rule in &decision.rules {
        candor::logic::each_slot(&rule.when, &mut |s| {
            read.insert(frame.def(s).name.clone());
        });
    }
    read
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

    /// What says nothing: leaving it out changes the rule for no answers at all.
    #[test]
    fn a_part_is_named_idle_where_leaving_it_out_changes_nothing(drafts in prop::collection::vec(draft(), 1..4)) {
        let rules = load(&drafts);
        let decision = &rules.decisions[0];
        let frame = &rules.frames[decision.kind];
        let all = answers(&rules);
        let report = check(&rules, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        for rule in &decision.rules {
            let named = report.findings.iter().any(|f| f.code == "A0036" && f.rules == [rule.id.clone()]);
            let (own, taken) = match &rule.fires {
                Cond::All(parts) if !rule.unless.is_empty() => (rule.in_force.clone(), parts.last().cloned()),
                _ => (rule.in_force.clone(), None),
            };
            let around: Vec<&Vec<Known>> = all
                .iter()
                .filter(|k| truth(&rules, k, &own) && taken.as_ref().is_none_or(|t| truth(&rules, k, t)))
                .collect();
            let fires = |when: &Cond| -> Vec<bool> { around.iter().map(|k| truth(&rules, k, when)).collect() };
            let now = fires(&rule.when);
            if !now.contains(&true) {
                continue;
            }
            let mut parts = Vec::new();
            joined(&rule.when, &mut Vec::new(), &mut parts);
            let mut idle: Vec<Cond> =
                parts.into_iter().filter(|(path, _, by)| fires(&with(&rule.when, path, *by)) == now).map(|(_, c, _)| c).collect();
            if !now.contains(&false) {
                idle.push(rule.when.clone());
            }
            prop_assert!(!named || !idle.is_empty(), "{}: nothing is idle", rule.when_text);
            // A part that says when another field applies may be written out; these two questions ask for others.
            let spells_out = |cond: &Cond| {
                let mut asks = true;
                candor::logic::each_slot(cond, &mut |s| {
                    asks &= ["paid-by", "worked"].contains(&frame.def(s).name.as_str());
                });
                asks
            };
            if idle.iter().any(|c| !spells_out(c)) {
                prop_assert!(named, "{}: {:?} is idle", rule.when_text, idle);
            }
        }
    }

    /// A question is named where no two people who differ in its answer alone are ruled differently.
    #[test]
    fn a_question_is_named_where_no_answer_changes_a_ruling(drafts in prop::collection::vec(draft(), 1..4)) {
        let rules = load_list(&drafts);
        let decision = &rules.decisions[0];
        let frame = &rules.frames[decision.kind];
        let at = |name: &str| usize::from(frame.slot(name).unwrap());
        let all = answers(&rules);
        let outcome = |known: &[Known]| {
            let fired: Vec<&str> = decision
                .rules
                .iter()
                .filter(|r| truth(&rules, known, &r.fires))
                .map(|r| r.ruling.id())
                .collect();
            assert_eq!(fired.len(), 1, "a decision list rules exactly once");
            fired[0]
        };
        let ruled: Vec<&str> = all.iter().map(|k| outcome(k)).collect();
        let mut moves: BTreeSet<String> = BTreeSet::new();
        let mut alive = 0u64;
        for field in ["paid-by", "value", "worked", "hours", "ended"] {
            // People who agree in everything but this answer stand in one group.
            let mut groups: std::collections::HashMap<String, Vec<usize>> = std::collections::HashMap::new();
            for (i, known) in all.iter().enumerate() {
                let mut rest = known.clone();
                rest[at(field)] = frame.slots[at(field)].blank();
                groups.entry(format!("{rest:?}")).or_default().push(i);
            }
            for group in groups.values() {
                for (n, &i) in group.iter().enumerate() {
                    for &j in &group[n + 1..] {
                        if ruled[i] == ruled[j] {
                            continue;
                        }
                        moves.insert(field.to_owned());
                        if let (Known::Set { has: a, .. }, Known::Set { has: b, .. }) = (all[i][at(field)], all[j][at(field)])
                            && (a ^ b).count_ones() == 1
                        {
                            alive |= a ^ b;
                        }
                    }
                }
            }
        }
        let report = check(&rules, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
        prop_assert_eq!(report.proved, 1);
        let said = |code: &str, start: &str| -> String {
            let found = report.findings.iter().filter(|f| f.code == code && f.file == "vocabulary/trip.toml");
            found.filter_map(|f| f.message.split(start).nth(1).map(str::to_owned)).collect::<Vec<_>>().join("; ")
        };
        let named: BTreeSet<String> =
            said("A0038", "as they are: ").split(", ").filter(|s| !s.is_empty()).map(str::to_owned).collect();
        for field in &named {
            prop_assert!(!moves.contains(field), "{field} changes a ruling");
        }
        for field in read_by_rules(&rules).iter().filter(|f| f.as_str() != "filing") {
            prop_assert!(moves.contains(field) || named.contains(field), "{field} changes nothing and is not named");
        }
        // Of the values of a set, those that are said to have no effect.
        if moves.contains("paid-by") {
            let idle = said("A0039", "paid-by: ");
            let idle = idle.split(" (no effect)").next().filter(|_| idle.contains("(no effect)")).unwrap_or_default();
            let idle: BTreeSet<&str> = idle.split(", ").filter(|s| !s.is_empty()).collect();
            let expected: BTreeSet<&str> =
                ["own", "home", "host"].into_iter().enumerate().filter(|(i, _)| alive & (1 << i) == 0).map(|(_, v)| v).collect();
            prop_assert_eq!(idle, expected);
        }
    }
}
