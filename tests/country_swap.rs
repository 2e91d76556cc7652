//! Fairness, tested: which foreign country it is changes no ruling, except where an authority names countries.
//!
//! Over generated profiles with every kind of record, for every agency at every moment.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use candor::audit;
use candor::calendar::PartialDate;
use candor::engine::{Ruled, View, assess};
use candor::facts::{Answer, Answers, FieldType, Value};
use candor::profile::{Entity, Profile, Record, Target};
use candor::ruleset::{Kind, RuleSet};
use chrono::NaiveDate;
use common::{Rng, rules};

/// Countries that no rule knows, and every one that some list names.
const ELSEWHERE: [&str; 12] = ["NO", "BR", "DE", "NG", "JP", "IN", "IL", "AU", "ZA", "KR", "MX", "VN"];

#[test]
fn another_country_on_the_same_lists_changes_no_ruling() {
    let (rules, _) = rules();
    let alike = alike(&rules);
    let mut rng = Rng::new(41);
    let (mut swaps, mut rulings) = (0, 0);
    for seed in 0..4 {
        let mut rng_profile = Rng::new(1000 + seed);
        let profile = profile(&rules, &mut rng_profile);
        let before = ruled(&rules, &profile);
        for _ in 0..3 {
            // Each country gives way to one on the same lists: the unlisted to unlisted ones, and so on.
            let other: BTreeMap<String, String> = alike
                .values()
                .flat_map(|group| group.iter().map(|code| (code.clone(), rng.pick(group).clone())).collect::<Vec<_>>())
                .collect();
            if other.iter().all(|(from, to)| from == to) {
                continue;
            }
            let after = ruled(&rules, &swapped(&profile, &other));
            assert_eq!(before.len(), after.len());
            for ((target, a), (_, b)) in before.iter().zip(&after) {
                let id = &rules.decisions[a.decision].id;
                assert_eq!((a.decision, &a.subject, &a.timing), (b.decision, &b.subject, &b.timing));
                assert_eq!(a.state, b.state, "{id} for {target}: {:?} with {other:?}", a.subject);
                rulings += 1;
            }
            swaps += 1;
        }
    }
    assert!(swaps >= 10 && rulings > 10_000, "{swaps} swaps, {rulings} rulings");
}

#[test]
fn a_named_country_changes_only_what_the_audit_says_turns_on_countries() {
    let (rules, _) = rules();
    let depend = audit::neutrality(&rules, audit::Pairs::Skip, &|_| true).depend;
    let named: BTreeSet<String> = depend.into_iter().map(|d| d.decision).collect();
    let listed = listed(&rules);
    assert!(named.len() > 20 && listed.len() > 6);
    let (mut changed, mut rng) = (BTreeSet::new(), Rng::new(43));
    for seed in 0..4 {
        let profile = profile(&rules, &mut Rng::new(2000 + seed));
        let before = ruled(&rules, &profile);
        let code = rng.pick(&listed).clone();
        let other = ELSEWHERE.iter().map(|c| ((*c).to_owned(), code.clone())).collect();
        let after = ruled(&rules, &swapped(&profile, &other));
        for ((_, a), (_, b)) in before.iter().zip(&after) {
            if a.state != b.state {
                changed.insert(rules.decisions[a.decision].id.clone());
            }
        }
    }
    assert!(!changed.is_empty(), "some rulings do turn on countries; a test that sees none is blind");
    let unnamed: Vec<&String> = changed.difference(&named).collect();
    assert!(unnamed.is_empty(), "these change with the country, and no list says so: {unnamed:?}");
}

/// Countries by the list editions they stand on; only groups of several.
fn alike(rules: &RuleSet) -> BTreeMap<u64, Vec<String>> {
    let mut groups: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    let codes = listed(rules).into_iter().chain(ELSEWHERE.iter().map(|c| (*c).to_owned()));
    for code in codes.collect::<BTreeSet<String>>() {
        groups.entry(editions(rules, &code)).or_default().push(code);
    }
    groups
}

/// Every foreign country that some list names.
fn listed(rules: &RuleSet) -> Vec<String> {
    let all = rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions).flat_map(|e| &e.entries);
    let codes: BTreeSet<String> = all.map(|e| e.country.clone()).collect();
    let home = editions(rules, "US");
    codes.into_iter().filter(|c| editions(rules, c) & home == 0).collect()
}

fn editions(rules: &RuleSet, code: &str) -> u64 {
    let all = rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions);
    all.filter(|e| e.entries.iter().any(|x| x.country == code)).fold(0, |bits, e| bits | e.bit)
}

/// Every ruling for every target, with the target's id.
fn ruled(rules: &RuleSet, profile: &Profile) -> Vec<(String, Ruled)> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let one = |target: &Target| -> Vec<(String, Ruled)> {
        let rulings = assess(View { rules, profile, target, today }).rulings;
        rulings.into_iter().map(|r| (target.id.clone(), r)).collect()
    };
    profile.targets.iter().flat_map(one).collect()
}

/// The profile with every country replaced.
fn swapped(profile: &Profile, other: &BTreeMap<String, String>) -> Profile {
    let to = |code: &String| other.get(code).unwrap_or(code).clone();
    let swap = |answers: &mut Answers| {
        for answer in answers.values_mut() {
            match answer {
                Answer::Is(Value::Country(code)) => *code = to(code),
                Answer::Is(Value::Places { has, .. }) => *has = has.iter().map(to).collect(),
                _ => {}
            }
        }
    };
    let mut profile = profile.clone();
    swap(&mut profile.person);
    profile.targets.iter_mut().for_each(|t| swap(&mut t.answers));
    profile.entities.iter_mut().for_each(|e| swap(&mut e.answers));
    for record in &mut profile.records {
        swap(&mut record.answers);
        record.for_target.values_mut().for_each(swap);
    }
    profile
}

/// A profile with two records of every kind, most questions answered at random, and every agency at every moment.
fn profile(rules: &RuleSet, rng: &mut Rng) -> Profile {
    let mut profile = Profile::default();
    let kind = |id: &str| rules.kind(id).expect("a kind of this rule set").1;
    for i in 0..4 {
        let mut answers = answers(rng, kind("entity"), false);
        answers.remove("name");
        // Organisations abroad are what this is about.
        answers.insert("domicile".into(), Answer::Is(Value::Choice(["foreign", "foreign", "us", "foreign"][i].into())));
        profile.entities.push(Entity { name: organisation(i), answers });
    }
    profile.person = answers(rng, kind("person"), false);
    for agency in &rules.agencies {
        for moment in &agency.moments {
            let year = *rng.pick(&[2016, 2020, 2022, 2023, 2025, 2026]);
            let day = PartialDate::parse(&format!("{year}-{:02}-15", 1 + rng.below(12))).expect("a day");
            profile.targets.push(Target {
                id: format!("{}-{}", agency.id, moment.id),
                agency: agency.id.clone(),
                moment: moment.id.clone(),
                clocks: moment.clocks.iter().map(|c| (c.clone(), day)).collect(),
                answers: answers(rng, kind("target"), false),
            });
        }
    }
    let targets: Vec<String> = profile.targets.iter().map(|t| t.id.clone()).collect();
    for kind in rules.record_kinds() {
        for i in 0..2 {
            let for_target = targets.iter().map(|t| (t.clone(), answers(rng, kind, true))).collect();
            let answers = answers(rng, kind, false);
            profile.records.push(Record {
                kind: kind.id.clone(),
                id: format!("{}-{i}", kind.id),
                answers,
                for_target,
                told: Vec::new(),
            });
        }
    }
    profile
}

/// Mostly countries that no list names, and now and then one that some do.
fn country(rng: &mut Rng) -> String {
    let named = ["CN", "RU", "IR", "HK", "MO", "CU"];
    (*if rng.below(4) == 0 { rng.pick(&named) } else { rng.pick(&ELSEWHERE) }).to_owned()
}

fn organisation(i: usize) -> String {
    format!("Organisation {i}")
}

/// Random answers to most questions of a kind: those about the record, or those about it and a target.
fn answers(rng: &mut Rng, kind: &Kind, per_target: bool) -> Answers {
    let mut out = Answers::new();
    for field in kind.fields.iter().filter(|f| f.per_target == per_target && !f.set_by_program) {
        if rng.below(20) == 0 {
            continue;
        }
        let some =
            |rng: &mut Rng, ids: &[String]| (0..rng.below(3)).map(|_| rng.pick(ids).clone()).collect::<BTreeSet<_>>();
        let value = match &field.ty {
            FieldType::YesNo => Value::YesNo(rng.below(2) == 0),
            FieldType::Choice(ids) => Value::Choice(rng.pick(ids).clone()),
            FieldType::Set(ids) => Value::Set { has: some(rng, ids), complete: true },
            FieldType::Money | FieldType::Number => {
                let n = *rng.pick(&[0, 100, 499_900, 500_000, 2_500_000]);
                Value::Range { lo: n, hi: n, text: (n / 100).to_string() }
            }
            FieldType::Date(true) if rng.below(3) == 0 => Value::Never,
            FieldType::Date(_) => {
                let early = ["started", "filed", "received", "acquired"].contains(&field.id.as_str());
                let year = if early { 2010 + rng.below(8) } else { 2019 + rng.below(8) };
                Value::Date(PartialDate::parse(&format!("{year}-06-{:02}", 1 + rng.below(28))).expect("a day"))
            }
            FieldType::Country => Value::Country(country(rng)),
            FieldType::Places => {
                let has = (0..1 + rng.below(2)).map(|_| country(rng)).collect();
                Value::Places { has, complete: true }
            }
            FieldType::Entity => Value::Entity(organisation(rng.below(4))),
            FieldType::Text | FieldType::MonthsByYear => continue,
        };
        out.insert(field.id.clone(), Answer::Is(value));
    }
    out
}
