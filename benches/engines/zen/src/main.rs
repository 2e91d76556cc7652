//! Asks zen-engine all trials, as decision tables and as expression nodes: `zen TRIALS.json`. Writes `TRIALS.zen….json` beside it.

use std::path::PathBuf;
use std::time::Instant;

use form::form::Decision;
use form::trial::{Answer, Answers, Trial, Trials, read, timed, write};
use serde_json::Value;
use zen_engine::Variable;
use zen_engine::model::GraphContent;

fn main() {
    let path = PathBuf::from(std::env::args().nth(1).expect("usage: zen TRIALS.json"));
    let trials: Trials = read(&path);
    let tables = ask(&trials, "zen-engine 2.1.6, decision table (collect)", form::zen::model, |result| {
        let rows = result.as_array().map(Vec::as_slice).unwrap_or_default();
        rows.iter().filter_map(|row| row["rule"].as_u64()).map(|n| n as usize).collect()
    });
    write(&path.with_extension("zen-table.json"), &tables);
    let nodes = ask(&trials, "zen-engine 2.1.6, expression node", form::zen::expressions, |result| {
        let truths = result.as_object().into_iter().flatten().filter(|(_, v)| **v == Value::Bool(true));
        let mut fired: Vec<usize> = truths.filter_map(|(k, _)| k.strip_prefix('r')?.parse().ok()).collect();
        fired.sort_unstable();
        fired
    });
    write(&path.with_extension("zen-expressions.json"), &nodes);
}

fn ask(
    trials: &Trials,
    engine: &str,
    model: impl Fn(&Decision) -> Value,
    fired: impl Fn(&Value) -> Vec<usize>,
) -> Answers {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let start = Instant::now();
    let decisions: Vec<zen_engine::Decision> = trials
        .decisions
        .iter()
        .map(|d| {
            let graph: GraphContent = serde_json::from_value(model(d)).unwrap_or_else(|e| panic!("{}: {e}", d.id));
            let mut decision = zen_engine::Decision::from(graph);
            decision.compile();
            decision
        })
        .collect();
    let load_ms = start.elapsed().as_secs_f64() * 1e3;
    let run = |trial: &Trial| -> Answer {
        let input = Variable::from(&Value::Object(trial.inputs.clone()));
        match runtime.block_on(decisions[trial.decision].evaluate(input)) {
            Ok(response) => Answer::Fired(fired(&response.result.to_value())),
            Err(e) => Answer::Error(e.to_string()),
        }
    };
    let answers = trials.trials.iter().map(run).collect();
    let micros = timed(trials, |t| drop(run(t)));
    Answers { engine: engine.into(), answers, load_ms, micros }
}
