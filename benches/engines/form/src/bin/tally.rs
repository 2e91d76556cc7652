//! Counts what engines answered: `tally TRIALS.json ANSWERS.json… > results.json`; the table goes to standard error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use form::trial::{Answer, Answers, Trial, Trials, read};
use serde_json::json;

/// What an answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Definite, and so in every valid completion.
    RightDefinite,
    /// Says that it cannot know (or stops with an error), and nobody can.
    RightOpen,
    /// Says that it cannot know, though all valid completions agree.
    OverAsks,
    /// Definite without a word, and some valid completion comes to something else: no rule at all.
    SilentNone,
    /// The same: one outcome.
    SilentOther,
    /// The same: several outcomes at once, where only one can be.
    SilentSeveral,
}

fn verdict(trials: &Trials, trial: &Trial, answer: &Answer) -> Verdict {
    let determined = matches!(trial.truth.as_slice(), [Some(_)]);
    match answer {
        Answer::Asks(_) | Answer::Error(_) if determined => Verdict::OverAsks,
        Answer::Asks(_) | Answer::Error(_) => Verdict::RightOpen,
        Answer::Fired(rules) => {
            let decision = &trials.decisions[trial.decision];
            let said: BTreeSet<Option<usize>> = rules.iter().map(|r| Some(decision.rules[*r].outcome)).collect();
            match said.len() {
                _ if trial.truth.iter().copied().eq(said.iter().copied()) && determined => Verdict::RightDefinite,
                0 => Verdict::SilentNone,
                1 => Verdict::SilentOther,
                _ => Verdict::SilentSeveral,
            }
        }
    }
}

fn main() {
    let mut args = std::env::args().skip(1).map(PathBuf::from);
    let trials: Trials = read(&args.next().expect("usage: tally TRIALS.json ANSWERS.json…"));
    let mut engines: Vec<Answers> = vec![Answers {
        engine: "candor (three values, then a solver)".into(),
        answers: trials.trials.iter().map(|t| t.candor.clone()).collect(),
        load_ms: f64::NAN,
        micros: [f64::NAN; 3],
    }];
    engines.extend(args.map(|path| read::<Answers>(&path)));

    let whole = trials.trials.iter().filter(|t| t.removed.is_empty()).count();
    let missing = trials.trials.len() - whole;
    let open = trials.trials.iter().filter(|t| !t.removed.is_empty() && t.truth.len() != 1).count();
    eprintln!("{}\n", trials.made);
    eprintln!("{whole} complete, {missing} with answers missing, of which {open} undetermined\n");
    eprintln!(
        "| engine | complete facts right | missing: right, definite | right, open | over-asks | **wrong and silent** | of which none / other / several |"
    );
    eprintln!("|---|---|---|---|---|---|---|");
    let mut out = Vec::new();
    for engine in &engines {
        assert_eq!(engine.answers.len(), trials.trials.len(), "{} answered other trials", engine.engine);
        let mut right = 0;
        let mut count = BTreeMap::<Verdict, usize>::new();
        let mut by_missing = BTreeMap::<usize, BTreeMap<String, usize>>::new();
        let mut shown = Vec::new();
        for (trial, answer) in trials.trials.iter().zip(&engine.answers) {
            let verdict = verdict(&trials, trial, answer);
            if trial.removed.is_empty() {
                right += usize::from(verdict == Verdict::RightDefinite);
                if verdict != Verdict::RightDefinite && shown.len() < 5 {
                    shown.push(format!(
                        "{} {}: {answer:?}, truth {:?}",
                        trials.decisions[trial.decision].id, trial.from, trial.truth
                    ));
                }
                continue;
            }
            *count.entry(verdict).or_default() += 1;
            *by_missing.entry(trial.removed.len()).or_default().entry(format!("{verdict:?}")).or_default() += 1;
        }
        let n = |v| count.get(&v).copied().unwrap_or(0);
        let silent = [n(Verdict::SilentNone), n(Verdict::SilentOther), n(Verdict::SilentSeveral)];
        let wrong: usize = silent.iter().sum();
        eprintln!(
            "| {} | {right} of {whole} | {} | {} | {} | **{wrong}** ({:.1} %) | {} / {} / {} |",
            engine.engine,
            n(Verdict::RightDefinite),
            n(Verdict::RightOpen),
            n(Verdict::OverAsks),
            100.0 * wrong as f64 / missing as f64,
            silent[0],
            silent[1],
            silent[2],
        );
        out.push(json!({
            "engine": engine.engine,
            "complete": { "trials": whole, "right": right, "not-right": shown },
            "missing": {
                "trials": missing, "undetermined": open,
                "right-definite": n(Verdict::RightDefinite), "right-open": n(Verdict::RightOpen),
                "over-asks": n(Verdict::OverAsks), "wrong-and-silent": wrong,
                "silent-none": silent[0], "silent-other": silent[1], "silent-several": silent[2],
                "by-number-missing": by_missing.iter().map(|(k, v)| (k.to_string(), v)).collect::<BTreeMap<_, _>>(),
            },
            "load-ms": engine.load_ms, "microseconds-median-least-greatest": engine.micros,
        }));
    }
    let result = json!({ "schema": "candor.bench.missing/1", "made": trials.made, "engines": out });
    println!("{}", serde_json::to_string_pretty(&result).expect("plain data"));
}
