//! Edits of rule files that leave everything else as it is.

use candor::condition::{Expr, ExprKind, expr_text, parse};
use candor::ruleset::{Decision, Rule};
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Table, value};

use super::{Folder, Try};

/// Edits one rule of a decision's file.
pub fn rule(
    folder: &Folder,
    decision: &Decision,
    rule: &Rule,
    what: impl Into<String>,
    edit: impl FnOnce(&mut Table) -> Option<()>,
) -> Option<Try> {
    let text = folder.files.get(&decision.file)?;
    let mut doc: DocumentMut = text.parse().ok()?;
    let rules = doc.get_mut("rule")?.as_array_of_tables_mut()?;
    let table = rules.iter_mut().find(|t| t.get("id").and_then(|i| i.as_str()) == Some(rule.local_id()))?;
    edit(table)?;
    Some(Try {
        rule: Some(rule.local_id().to_owned()),
        what: what.into(),
        file: decision.file.clone(),
        edits: BTreeMap::from([(decision.file.clone(), doc.to_string())]),
        names: names(decision, rule),
    })
}

/// What a finding that follows from a change of this rule may be about.
pub fn names(decision: &Decision, rule: &Rule) -> Vec<String> {
    let mut out = vec![decision.id.clone(), rule.id.clone(), format!("`{}`", rule.local_id())];
    out.extend(rule.authority.iter().map(|a| a.source.clone()));
    out
}

/// Edits the condition of a rule; `change` returns what it did.
pub fn when(
    folder: &Folder,
    decision: &Decision,
    of: &Rule,
    change: impl FnOnce(&mut Expr) -> Option<String>,
) -> Option<Try> {
    if of.when_text.is_empty() {
        return None;
    }
    let mut expr = parse(&of.when_text).ok()?;
    let what = change(&mut expr)?;
    let text = expr_text(&expr);
    rule(folder, decision, of, format!("{what}: `{text}`"), |table| {
        table.insert("when", value(text.clone()));
        Some(())
    })
}

/// Changes the first part of the condition that `change` takes.
pub fn first(expr: &mut Expr, change: &mut dyn FnMut(&mut Expr) -> Option<String>) -> Option<String> {
    if let Some(what) = change(expr) {
        return Some(what);
    }
    match &mut expr.kind {
        ExprKind::Not(inner) | ExprKind::Exists { inner, .. } => first(inner, change),
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter_mut().find_map(|p| first(p, change)),
        _ => None,
    }
}

/// `expr and text`.
pub fn and(expr: &mut Expr, text: &str) -> Option<()> {
    let more = parse(text).ok()?;
    let span = expr.span.clone();
    let old = std::mem::replace(expr, Expr { kind: ExprKind::And(Vec::new()), span });
    let mut parts = match old.kind {
        ExprKind::And(parts) => parts,
        kind => vec![Expr { kind, span: old.span }],
    };
    parts.push(more);
    expr.kind = ExprKind::And(parts);
    Some(())
}

/// Any file as a document.
pub fn file(
    folder: &Folder,
    name: &str,
    edit: impl FnOnce(&mut DocumentMut) -> Option<Vec<String>>,
    what: &str,
) -> Option<Try> {
    let mut doc: DocumentMut = folder.files.get(name)?.parse().ok()?;
    let names = edit(&mut doc)?;
    Some(Try {
        rule: None,
        what: what.to_owned(),
        file: name.to_owned(),
        edits: BTreeMap::from([(name.to_owned(), doc.to_string())]),
        names,
    })
}
