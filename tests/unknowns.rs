//! Unknown is a value: what is definite stays so in every completion, what is not asked changes nothing, and contradictory
//! answers never look decided. Over random facts on the real rule set.

mod common;
#[path = "common/many.rs"]
mod many;

use candor::engine::{State, Status, decide};
use candor::facts::Known;
use common::{Rng, hide, is_valid, random_fact, random_sheet, rules, sheet_of};

fn key(state: &State) -> Option<(candor::ruleset::Ruling, String)> {
    state.outcome().map(|o| (o.ruling, o.place.clone()))
}

#[test]
fn no_completion_contradicts_a_definite_ruling() {
    let (rules, _) = rules();
    let mut rng = Rng::new(7);
    let (mut definite, mut open) = (0, 0);
    for decision in &rules.decisions {
        for _ in 0..25 {
            let full = random_sheet(&rules, decision, &mut rng);
            let truth = decide(&rules, decision, &full, None);
            assert!(truth.outcome().is_some(), "{}: complete answers got {truth:?} for {:?}", decision.id, full.known);
            let hidden: Vec<usize> = (0..full.known.len()).filter(|_| rng.below(3) == 0).collect();
            let partial = decide(&rules, decision, &hide(&rules, &full, &hidden), None);
            match key(&partial) {
                Some(ruling) => {
                    definite += 1;
                    assert_eq!(
                        Some(ruling),
                        key(&truth),
                        "{}: definite with {hidden:?} hidden, then different",
                        decision.id
                    );
                }
                None => open += 1,
            }
        }
    }
    assert!(definite > 500 && open > 500, "{definite} definite, {open} open: the test should see plenty of both");
}

#[test]
fn a_field_that_is_not_asked_changes_no_outcome() {
    let (rules, _) = rules();
    let mut rng = Rng::new(11);
    let mut tried = 0;
    for decision in &rules.decisions {
        for _ in 0..20 {
            let full = random_sheet(&rules, decision, &mut rng);
            let hidden: Vec<usize> = (0..full.known.len()).filter(|_| rng.below(2) == 0).collect();
            if hidden.is_empty() {
                continue;
            }
            let State::Open(open) = decide(&rules, decision, &hide(&rules, &full, &hidden), None) else { continue };
            let unasked: Vec<usize> =
                hidden.iter().copied().filter(|i| !open.ask.iter().any(|s| usize::from(*s) == *i)).collect();
            if unasked.is_empty() {
                continue;
            }
            let slot = *rng.pick(&unasked);
            let mut known = full.known.clone();
            known[slot] = random_fact(&rules, &mut rng, &rules.frames[decision.kind].slots[slot]);
            let other = sheet_of(&rules, decision.kind, known);
            if is_valid(&rules, decision, &other) {
                tried += 1;
                let (a, b) = (decide(&rules, decision, &full, None), decide(&rules, decision, &other, None));
                let name = &rules.frames[decision.kind].slots[slot].name;
                assert_eq!(key(&a), key(&b), "{}: `{name}` was not asked for, yet it matters", decision.id);
            }
        }
    }
    assert!(tried > 300, "only {tried} tries");
}

#[test]
fn an_open_decision_always_says_what_it_waits_for() {
    let (rules, _) = rules();
    let mut rng = Rng::new(13);
    for decision in &rules.decisions {
        for _ in 0..12 {
            let full = random_sheet(&rules, decision, &mut rng);
            let hidden: Vec<usize> = (0..full.known.len()).filter(|_| rng.below(2) == 0).collect();
            let mut sheet = hide(&rules, &full, &hidden);
            for &i in hidden.iter().filter(|_| rng.below(2) == 0).collect::<Vec<_>>() {
                sheet.status[i] = Status::NotSure;
            }
            if let State::Open(open) = decide(&rules, decision, &sheet, None) {
                assert!(!open.ask.is_empty() || !open.unsure.is_empty() || !open.kinds.is_empty(), "{}", decision.id);
                assert!(open.ask.iter().all(|s| sheet.status_of(*s) != Status::NotSure), "{}: asks again", decision.id);
            }
        }
    }
}

#[test]
fn contradictory_answers_never_look_decided() {
    let (rules, _) = rules();
    let mut rng = Rng::new(17);
    let mut seen = 0;
    for decision in &rules.decisions {
        let frame = &rules.frames[decision.kind];
        let (Some(start), Some(end)) = (frame.slot("started"), frame.slot("ended")) else { continue };
        for _ in 0..10 {
            let mut full = random_sheet(&rules, decision, &mut rng);
            let day = 738_000;
            full.known[usize::from(start)] = Known::Range { lo: day, hi: day };
            full.known[usize::from(end)] = Known::Range { lo: day - 400, hi: day - 30 };
            let sheet = sheet_of(&rules, decision.kind, full.known);
            let apply = |s: u16| sheet.applies[usize::from(s)] == candor::condition::Tri::Yes;
            if apply(start) && apply(end) {
                seen += 1;
                let state = decide(&rules, decision, &sheet, None);
                assert!(matches!(state, State::Contradiction { .. }), "{}: {state:?}", decision.id);
            }
        }
    }
    assert!(seen > 50, "only {seen} contradictions were tried");
}

#[test]
fn a_whole_assessment_says_what_each_record_alone_would_get() {
    use candor::engine::{Subject, View, assess, assess_record};
    let (rules, _) = rules();
    let text = many::profile(120);
    let words = candor::profile::Vocabulary::from(&rules);
    let store = candor::profile::Store::in_memory("many", &text, words).expect("the generated profile reads");
    let profile = store.profile();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day that exists");
    for target in &profile.targets {
        let view = View { rules: &rules, profile, target, today };
        let whole = assess(view);
        for record in &profile.records {
            let alone = assess_record(view, record);
            let among: Vec<_> =
                whole.rulings.iter().filter(|r| r.subject == Subject::Record(record.id.clone())).collect();
            assert!(!alone.is_empty() && alone.len() == among.len(), "{}", record.id);
            for (a, b) in alone.iter().zip(among) {
                assert_eq!((a.decision, &a.timing, &a.state), (b.decision, &b.timing, &b.state), "{}", record.id);
            }
        }
    }
}
