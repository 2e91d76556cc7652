//! Edits that change nothing that matters. Whatever is reported of them is a false alarm.

use candor::condition::{ExprKind, parse};
use candor::ruleset::{Decision, Rule};
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Item, value};

use super::proof::Proof;
use super::{Folder, Kind, Planter, Try, edit};

macro_rules! harmless {
    ($($name:literal $plant:expr),* $(,)?) => {
        &[$(Kind { name: concat!("harmless-", $name), expected: &[], plant: $plant, proof: Proof::Harmless }),*]
    };
}

pub const KINDS: &[Kind] = harmless![
    "reason-reworded" Planter::Rule(reason),
    "note-added" Planter::Rule(note),
    "parts-reordered" Planter::Rule(parts),
    "values-reordered" Planter::Rule(values),
    "not-rewritten" Planter::Rule(not),
    "one-of-one" Planter::Rule(one_of_one),
    "in-parentheses" Planter::Rule(parentheses),
    "rule-renamed" Planter::Rule(renamed),
    "question-reworded" Planter::Nth(question),
    "comment-and-blank-lines" Planter::Nth(comment),
    "help-reworded" Planter::Nth(help),
    "rules-swapped" Planter::Rule(swapped),
];

fn reason(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let text = format!("{} So it is read here.", rule.because);
    edit::rule(folder, decision, rule, "a reason in other words", |t| {
        t.insert("because", value(text));
        Some(())
    })
}

fn note(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if !rule.note.is_empty() {
        return None;
    }
    edit::rule(folder, decision, rule, "a note", |t| {
        t.insert("note", value("Read again; nothing new."));
        Some(())
    })
}

fn parts(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| match &mut expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.reverse();
            Some("parts in another order".to_owned())
        }
        _ => None,
    })
}

fn values(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::In { values, .. } | ExprKind::Includes { values, .. } | ExprKind::Only { values, .. }
                if values.len() > 1 =>
            {
                values.reverse();
                Some("values in another order".to_owned())
            }
            _ => None,
        })
    })
}

fn not(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::Is { negated, .. } | ExprKind::In { negated, .. } if *negated => {
                *negated = false;
                let inner = e.clone();
                e.kind = ExprKind::Not(Box::new(inner));
                Some("`not x is v` for `x is not v`".to_owned())
            }
            _ => None,
        })
    })
}

fn one_of_one(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &e.kind {
            ExprKind::Is { name, value, negated } if value.text != "none" => {
                e.kind = ExprKind::In { name: name.clone(), values: vec![value.clone()], negated: *negated };
                Some("`in {v}` for `is v`".to_owned())
            }
            _ => None,
        })
    })
}

fn parentheses(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    parse(&rule.when_text).ok()?;
    let text = format!("(\n  ({})\n)", rule.when_text.trim());
    edit::rule(folder, decision, rule, "parentheses and line breaks", |t| {
        t.insert("when", value(text));
        Some(())
    })
}

fn swapped(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let mut doc: DocumentMut = folder.files.get(&decision.file)?.parse().ok()?;
    let rules = doc.get_mut("rule")?.as_array_of_tables_mut()?;
    if rules.len() < 2 {
        return None;
    }
    let first = rules.get(0)?.clone();
    rules.remove(0);
    let mut first = first;
    first.set_position(None);
    rules.push(first);
    Some(Try {
        rule: None,
        what: format!("the first rule stands last ({} rules)", decision.rules.len()),
        file: decision.file.clone(),
        edits: BTreeMap::from([(decision.file.clone(), doc.to_string())]),
        names: edit::names(decision, rule),
    })
}

/// A rule's id, wherever it is named.
fn renamed(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let (old, new) = (rule.local_id(), format!("{}-as-read", rule.local_id()));
    let text = folder.files.get(&decision.file)?;
    let quoted = format!("\"{old}\"");
    let in_cases = folder.files.iter().any(|(n, t)| n.starts_with("cases/") && t.contains(&quoted));
    if in_cases || text.contains(&format!("\"{old}-")) && old.len() < 4 {
        return None;
    }
    let mut edits = BTreeMap::from([(decision.file.clone(), text.replace(&quoted, &format!("\"{new}\"")))]);
    let full = format!("\"{}\"", rule.id);
    for (name, text) in folder.files.iter().filter(|(n, t)| **n != decision.file && t.contains(&full)) {
        edits.insert(name.clone(), text.replace(&full, &format!("\"{}.{new}\"", decision.id)));
    }
    // Edges name the rule they expect by its local id as well.
    let local = format!("expect = \"{old}\"");
    if folder.files.iter().any(|(n, t)| n.starts_with("edges/") && t.contains(&local)) {
        return None;
    }
    Some(Try {
        rule: None,
        what: format!("`{old}` is called `{new}`"),
        file: decision.file.clone(),
        edits,
        names: Vec::new(),
    })
}

fn words_of(folder: &Folder, n: usize, key: &str, what: &str) -> Option<Try> {
    let kinds: Vec<&String> = folder.files.keys().filter(|f| f.starts_with("vocabulary/")).collect();
    let name = kinds[n % kinds.len()];
    edit::file(
        folder,
        name,
        |doc| {
            let fields = doc.get_mut("field")?.as_array_of_tables_mut()?;
            let at = n / 7 % fields.len();
            let field = fields.get_mut(at)?;
            let text = field.get(key).and_then(Item::as_str)?.to_owned();
            field.insert(key, value(format!("{text} Take your time.")));
            Some(Vec::new())
        },
        what,
    )
}

fn question(folder: &Folder, n: usize) -> Option<Try> {
    words_of(folder, n, "ask", "a question in other words")
}

fn help(folder: &Folder, n: usize) -> Option<Try> {
    words_of(folder, n, "help", "help in other words")
}

fn comment(folder: &Folder, n: usize) -> Option<Try> {
    let decisions = &folder.rules.decisions;
    let decision = &decisions[n % decisions.len()];
    let text = folder.files.get(&decision.file)?;
    Some(Try {
        rule: None,
        what: "a comment and blank lines".to_owned(),
        file: decision.file.clone(),
        edits: BTreeMap::from([(decision.file.clone(), format!("# Read again.\n\n\n{text}\n\n"))]),
        names: Vec::new(),
    })
}
