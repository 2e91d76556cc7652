//! Asks regorus (Rego), cel (CEL) and datalogic-rs (JSON logic) all trials: `small TRIALS.json [ENGINE]`. Writes `TRIALS.<engine>.json` beside it.

use std::path::PathBuf;
use std::time::Instant;

use form::trial::{Answer, Answers, Trial, Trials, read, timed, write};
use form::{cel as to_cel, logic, rego};

fn main() {
    let path = PathBuf::from(std::env::args().nth(1).expect("usage: small TRIALS.json"));
    let only = std::env::args().nth(2);
    let wanted = |name: &str| only.as_deref().is_none_or(|o| o == name);
    let trials: Trials = read(&path);
    let save = |name: &str, answers: Answers| write(&path.with_extension(format!("{name}.json")), &answers);
    if wanted("json-logic") {
        save("json-logic", with_json_logic(&trials));
    }
    if wanted("cel") {
        let (strict, lenient) = with_cel(&trials);
        save("cel", strict);
        save("cel-lenient", lenient);
    }
    if wanted("rego") {
        save("rego", with_rego(&trials));
    }
}

/// One engine for all decisions; the answer is the set rule of the decision's package.
fn with_rego(trials: &Trials) -> Answers {
    let start = Instant::now();
    let mut engine = regorus::Engine::new();
    for (i, decision) in trials.decisions.iter().enumerate() {
        engine
            .add_policy(format!("d{i}.rego"), rego::policy(decision, i))
            .unwrap_or_else(|e| panic!("{}: {e}\n{}", decision.id, rego::policy(decision, i)));
    }
    let load_ms = start.elapsed().as_secs_f64() * 1e3;
    let mut answer = |trial: &Trial| -> Answer {
        let text = serde_json::to_string(&trial.inputs).expect("plain data");
        let result =
            engine.set_input_json(&text).and_then(|()| engine.eval_rule(format!("data.d{}.fired", trial.decision)));
        match result {
            Ok(value) => {
                let numbers = value.as_set().map(|s| s.iter().filter_map(|v| v.as_u64().ok()).collect::<Vec<_>>());
                match numbers {
                    Ok(numbers) => Answer::Fired(numbers.into_iter().map(|n| n as usize).collect()),
                    // An undefined set rule: nothing fired.
                    Err(_) => Answer::Fired(Vec::new()),
                }
            }
            Err(e) => Answer::Error(e.to_string()),
        }
    };
    let answers = trials.trials.iter().map(&mut answer).collect();
    let micros = timed(trials, |t| drop(answer(t)));
    Answers { engine: "regorus 0.14.1 (Rego)".into(), answers, load_ms, micros }
}

/// One program per rule. Read strictly, one rule's error is the decision's error; read leniently, a rule that is true settles
/// it whatever the others say, as no two can be true.
fn with_cel(trials: &Trials) -> (Answers, Answers) {
    let start = Instant::now();
    let programs: Vec<Vec<cel::Program>> = trials
        .decisions
        .iter()
        .map(|d| {
            d.rules
                .iter()
                .map(|r| {
                    let text = to_cel::expression(d, &r.when);
                    cel::Program::compile(&text).unwrap_or_else(|e| panic!("{}.{}: {e}\n{text}", d.id, r.id))
                })
                .collect()
        })
        .collect();
    let load_ms = start.elapsed().as_secs_f64() * 1e3;
    let run = |trial: &Trial| -> (Answer, Answer) {
        let mut context = cel::Context::default();
        for (name, value) in &trial.inputs {
            context.add_variable(to_cel::variable(name), value).expect("plain data");
        }
        let (mut fired, mut error) = (Vec::new(), None);
        for (i, program) in programs[trial.decision].iter().enumerate() {
            match program.execute(&context) {
                Ok(cel::Value::Bool(true)) => fired.push(i),
                Ok(cel::Value::Bool(false)) => {}
                Ok(other) => error = Some(format!("not a boolean: {other:?}")),
                Err(e) => error = Some(e.to_string()),
            }
        }
        let strict = match &error {
            Some(e) => Answer::Error(e.clone()),
            None => Answer::Fired(fired.clone()),
        };
        let lenient = match error {
            Some(e) if fired.is_empty() => Answer::Error(e),
            _ => Answer::Fired(fired),
        };
        (strict, lenient)
    };
    let (strict, lenient): (Vec<_>, Vec<_>) = trials.trials.iter().map(run).unzip();
    let micros = timed(trials, |t| drop(run(t)));
    let answers = |engine: &str, answers| Answers { engine: engine.into(), answers, load_ms, micros };
    (
        answers("cel 0.15.0 (CEL), any error counts", strict),
        answers("cel 0.15.0 (CEL), a true rule settles it", lenient),
    )
}

/// One compiled rule per rule, the default configuration.
fn with_json_logic(trials: &Trials) -> Answers {
    let start = Instant::now();
    let engine = datalogic_rs::Engine::new();
    let rules: Vec<Vec<datalogic_rs::Logic>> = trials
        .decisions
        .iter()
        .map(|d| {
            d.rules
                .iter()
                .map(|r| {
                    let rule = logic::rule(d, &r.when);
                    engine.compile(&rule).unwrap_or_else(|e| panic!("{}.{}: {e}\n{rule}", d.id, r.id))
                })
                .collect()
        })
        .collect();
    let load_ms = start.elapsed().as_secs_f64() * 1e3;
    let mut session = engine.session();
    let mut run = |trial: &Trial| -> Answer {
        let data = serde_json::Value::Object(trial.inputs.clone());
        let mut fired = Vec::new();
        for (i, rule) in rules[trial.decision].iter().enumerate() {
            session.reset();
            match session.eval_into::<serde_json::Value, _>(rule, &data) {
                Ok(value) if value == serde_json::Value::Bool(true) => fired.push(i),
                Ok(_) => {}
                Err(e) => return Answer::Error(e.to_string()),
            }
        }
        Answer::Fired(fired)
    };
    let answers = trials.trials.iter().map(&mut run).collect();
    let micros = timed(trials, |t| drop(run(t)));
    Answers { engine: "datalogic-rs 5.4.0 (JSON logic)".into(), answers, load_ms, micros }
}
