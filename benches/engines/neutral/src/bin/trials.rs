//! Writes the trials of the benchmark on missing answers: `trials OUT.json [SAMPLES-PER-DECISION]`.
//!
//! Complete facts first; then the same facts with every single answer taken away in turn, and with two taken away at random. The
//! truth about each is found by trying all values, and by candor's solver; where both can tell they must agree.

use std::collections::BTreeSet;
use std::path::Path;

use candor::condition::Cond;
use candor::engine::{FactSheet, State, decide};
use candor::logic::{Question, World, possible};
use candor::ruleset::{self, RuleSet, Tests, load_embedded};
use form::form::Decision;
use form::reference;
use form::trial::{Answer, Trial, Trials, write};
use neutral::{Rng, compile, facts, sample, trying};

const SEED: u64 = 20_261_130;
/// Pairs taken away per sample.
const PAIRS: usize = 2;

fn main() {
    let mut args = std::env::args().skip(1);
    let out = args.next().expect("usage: trials OUT.json [SAMPLES-PER-DECISION]");
    let most = args.next().and_then(|n| n.parse().ok()).unwrap_or(6);
    let loaded = load_embedded(Tests::Load);
    let rules = loaded.rules.expect("the built-in rules load");
    let mut rng = Rng::new(SEED);
    let mut maker = Maker::default();
    let mut decisions = Vec::new();
    let (mut samples, mut skipped) = (0, 0);
    for decision in &rules.decisions {
        let Some(form) = compile::decision(&rules, decision) else { continue };
        let number = decisions.len();
        let (found, left) = sample::samples(&rules, &loaded.cases, decision, &form, most);
        skipped += left;
        samples += found.len();
        for sample in &found {
            maker.add(&rules, decision, &form, number, &sample.from, &sample.sheet, &[]);
            let slots = sample::removable(&rules, &form, &sample.sheet);
            for slot in &slots {
                maker.add(&rules, decision, &form, number, &sample.from, &sample.sheet, &[*slot]);
            }
            for _ in 0..PAIRS {
                let (a, b) = (rng.below(slots.len()), rng.below(slots.len()));
                if a != b {
                    maker.add(&rules, decision, &form, number, &sample.from, &sample.sheet, &[slots[a], slots[b]]);
                }
            }
        }
        decisions.push(form);
    }
    let made = format!(
        "rule set {} {}, digest {}; {} of {} decisions, {} rules; {samples} complete facts ({skipped} stated facts left out: \
         they cannot be completed, or a list has no edition on their day); seed {SEED}; {} trials; truth by trying all values in \
         {}, by candor's solver alone in {}; where both can tell they differ in {}",
        rules.meta.id,
        rules.meta.version,
        &rules.digest[..12],
        decisions.len(),
        rules.decisions.len(),
        decisions.iter().map(|d| d.rules.len()).sum::<usize>(),
        maker.trials.len(),
        maker.trials.iter().filter(|t| t.tried).count(),
        maker.trials.iter().filter(|t| !t.tried).count(),
        maker.differ,
    );
    eprintln!("{made}");
    write(Path::new(&out), &Trials { made, decisions, trials: maker.trials });
}

#[derive(Default)]
struct Maker {
    trials: Vec<Trial>,
    differ: usize,
}

impl Maker {
    #[allow(clippy::too_many_arguments)]
    fn add(
        &mut self,
        rules: &RuleSet,
        decision: &ruleset::Decision,
        form: &Decision,
        number: usize,
        from: &str,
        whole: &FactSheet,
        removed: &[u16],
    ) {
        let sheet = facts::without(rules, whole, removed);
        let inputs = facts::inputs(rules, form, &sheet);
        let solved = solved(rules, decision, form, &sheet);
        let tried = if removed.is_empty() {
            Some(reference::fired(form, &inputs).into_iter().map(|i| Some(form.rules[i].outcome)).collect())
        } else {
            trying::by_trying(rules, form, &sheet)
        };
        if let Some(tried) = &tried
            && *tried != solved
        {
            self.differ += 1;
            eprintln!("differ: {} ({from}) without {removed:?}: tried {tried:?}, solved {solved:?}", decision.id);
        }
        let frame = sheet.frame(rules);
        let name = |s: &u16| frame.def(*s).name.clone();
        let candor = match decide(rules, decision, &sheet, None) {
            State::Decided(outcome) => Answer::Fired(outcome.rules),
            State::Open(open) => Answer::Asks(open.ask.iter().chain(&open.unsure).map(name).collect()),
            State::Contradiction { says, .. } => Answer::Error(says),
        };
        self.trials.push(Trial {
            decision: number,
            from: from.to_owned(),
            removed: removed.iter().map(name).collect(),
            inputs,
            tried: tried.is_some(),
            truth: tried.unwrap_or(solved).into_iter().collect(),
            candor,
        });
    }
}

/// The outcomes of all valid completions, as candor's solver sees them.
fn solved(rules: &RuleSet, decision: &ruleset::Decision, form: &Decision, sheet: &FactSheet) -> trying::Outcomes {
    let numbered: Vec<(&Cond, usize)> =
        decision.rules.iter().zip(&form.rules).map(|(rule, form)| (&rule.fires, form.outcome)).collect();
    let found = possible(Question {
        world: World { frames: &rules.frames, lists: &rules.lists },
        kind: sheet.kind,
        known: &sheet.known,
        rules: &numbered,
        others: None,
    });
    let mut out: BTreeSet<Option<usize>> = found.outcomes.into_iter().map(Some).collect();
    if found.none {
        out.insert(None);
    }
    out
}
