//! ZEN: one decision table per decision, hit policy "collect". A row's condition stands in one cell without a field, as a
//! whole expression, because the rules' alternatives and comparisons of two inputs do not fit one column per input.

use serde_json::{Value, json};

use crate::form::{Decision, Test, Tree};
use crate::{others, quoted};

/// The decision as a JSON decision model; the output is a list of `{ "rule": number }`.
pub fn model(decision: &Decision) -> Value {
    let rows: Vec<Value> = decision
        .rules
        .iter()
        .enumerate()
        .map(|(i, r)| json!({ "_id": r.id, "when": expression(decision, &r.when), "rule": i.to_string() }))
        .collect();
    table(
        json!([{ "id": "when", "name": "when" }]),
        json!([{ "id": "rule", "name": "rule", "field": "rule" }]),
        rows,
        "collect",
    )
}

/// A graph of one decision table.
pub fn table(inputs: Value, outputs: Value, rows: Vec<Value>, hit_policy: &str) -> Value {
    json!({
        "nodes": [
            { "id": "in", "type": "inputNode", "name": "in", "position": { "x": 0, "y": 0 } },
            { "id": "table", "type": "decisionTableNode", "name": "table", "position": { "x": 1, "y": 0 },
              "content": { "hitPolicy": hit_policy, "inputs": inputs, "outputs": outputs, "rules": rows } },
            { "id": "out", "type": "outputNode", "name": "out", "position": { "x": 2, "y": 0 } },
        ],
        "edges": [
            { "id": "e1", "type": "edge", "sourceId": "in", "targetId": "table" },
            { "id": "e2", "type": "edge", "sourceId": "table", "targetId": "out" },
        ],
    })
}

/// The condition of a rule as one expression.
pub fn expression(decision: &Decision, tree: &Tree) -> String {
    write(decision, &tree.pushed(false))
}

fn write(decision: &Decision, tree: &Tree) -> String {
    let joined = |parts: &[Tree], word: &str| {
        format!("({})", parts.iter().map(|p| write(decision, p)).collect::<Vec<_>>().join(word))
    };
    match tree {
        Tree::Const(b) => b.to_string(),
        Tree::All(parts) => joined(parts, " and "),
        Tree::Any(parts) => joined(parts, " or "),
        Tree::Test(t) => test(decision, t, false),
        Tree::Not(inner) => match inner.as_ref() {
            Tree::Test(t) => test(decision, t, true),
            other => format!("not {}", write(decision, other)),
        },
    }
}

fn test(decision: &Decision, test: &Test, not: bool) -> String {
    match test {
        Test::Yes(f) => format!("{f} == {}", !not),
        Test::OneOf(f, words) if not => format!("{f} in [{}]", quoted(&others(decision, f, words))),
        Test::OneOf(f, words) => format!("{f} in [{}]", quoted(words)),
        Test::Includes(f, words) if not => format!("none({f}, # in [{}])", quoted(words)),
        Test::Includes(f, words) => format!("some({f}, # in [{}])", quoted(words)),
        Test::Only(f, words) if not => {
            format!("(len({f}) == 0 or some({f}, # in [{}]))", quoted(&others(decision, f, words)))
        }
        Test::Only(f, words) => format!("(len({f}) > 0 and all({f}, # in [{}]))", quoted(words)),
        Test::Empty(f) => format!("len({f}) {} 0", if not { ">" } else { "==" }),
        Test::AtLeast(f, n) => format!("{f} {} {n}", if not { "<" } else { ">=" }),
        Test::OnOrAfter(f, other) => format!("{f} {} {other}", if not { "<" } else { ">=" }),
    }
}

/// The same as an expression node: one named boolean per rule. An error in one of them is the node's error.
pub fn expressions(decision: &Decision) -> Value {
    let expressions: Vec<Value> = decision
        .rules
        .iter()
        .enumerate()
        .map(|(i, r)| json!({ "id": format!("e{i}"), "key": format!("r{i}"), "value": expression(decision, &r.when) }))
        .collect();
    let mut graph = table(json!([]), json!([]), Vec::new(), "collect");
    graph["nodes"][1]["type"] = json!("expressionNode");
    graph["nodes"][1]["content"] = json!({ "expressions": expressions });
    graph
}
