//! Defects in everything but when rules apply: what they say, cite and are checked by; and words that mean nothing.

use candor::condition::ExprKind;
use candor::ruleset::{Basis, Decision, Rule, Ruling};
use toml_edit::{Item, value};

use super::proof::Proof;
use super::{Folder, Kind, Planter, Try, edit};

pub const KINDS: &[Kind] = &[
    Kind {
        name: "typo-value",
        expected: &["C0012"],
        plant: Planter::Rule(typo_value),
        proof: Proof::Refused(&["C0012"]),
    },
    Kind {
        name: "typo-field",
        expected: &["C0010"],
        plant: Planter::Rule(typo_field),
        proof: Proof::Refused(&["C0010"]),
    },
    Kind {
        name: "wrong-type",
        expected: &["C0011"],
        plant: Planter::Rule(wrong_type),
        proof: Proof::Refused(&["C0011"]),
    },
    Kind {
        name: "ruling-flipped",
        expected: &["case", "A0020", "A0030"],
        plant: Planter::Rule(flipped),
        proof: Proof::Differs,
    },
    Kind {
        name: "unverified-rules",
        expected: &["A0013", "refused"],
        plant: Planter::Rule(unverified),
        proof: Proof::AsWritten,
    },
    Kind {
        name: "pinpoint-missing",
        expected: &["A0014", "C0101", "refused"],
        plant: Planter::Rule(no_pinpoint),
        proof: Proof::AsWritten,
    },
    Kind {
        name: "source-unknown",
        expected: &["A0014", "refused"],
        plant: Planter::Rule(no_source),
        proof: Proof::AsWritten,
    },
    Kind { name: "pinpoint-wrong", expected: &["A0028"], plant: Planter::Rule(wrong_pinpoint), proof: Proof::Loads },
    Kind { name: "source-superseded", expected: &["A0018"], plant: Planter::Rule(superseded), proof: Proof::Loads },
    Kind { name: "rule-stale", expected: &["A0016"], plant: Planter::Rule(stale_rule), proof: Proof::Loads },
    Kind { name: "review-missed", expected: &["A0017"], plant: Planter::Rule(review), proof: Proof::Loads },
    Kind { name: "judging-words", expected: &["A0019"], plant: Planter::Rule(judges), proof: Proof::Loads },
    Kind {
        name: "examples-missing",
        expected: &["A0021", "A0022"],
        plant: Planter::Rule(no_examples),
        proof: Proof::Loads,
    },
    Kind {
        name: "place-unknown",
        expected: &["A0020", "refused"],
        plant: Planter::Rule(no_place),
        proof: Proof::AsWritten,
    },
    Kind {
        name: "moment-nobody-has",
        expected: &["A0012", "refused"],
        plant: Planter::Nth(no_moment),
        proof: Proof::AsWritten,
    },
    Kind {
        name: "question-unused",
        expected: &["A0025", "A0038"],
        plant: Planter::Nth(idle_question),
        proof: Proof::Loads,
    },
    Kind { name: "value-unread", expected: &["A0039", "A0001"], plant: Planter::Nth(idle_value), proof: Proof::Loads },
    Kind {
        name: "question-of-origin",
        expected: &["A0011", "refused"],
        plant: Planter::Nth(origin),
        proof: Proof::AsWritten,
    },
    Kind { name: "clause-unmapped", expected: &["A0026"], plant: Planter::Nth(clause), proof: Proof::Loads },
    Kind { name: "source-stale", expected: &["A0024"], plant: Planter::Nth(stale_source), proof: Proof::Loads },
    Kind { name: "source-idle", expected: &["A0023"], plant: Planter::Nth(idle_source), proof: Proof::Loads },
];

fn typo_value(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::Is { value, .. } if value.text.len() > 4 && value.text != "none" => {
                let wrong = format!("{}{}", &value.text[..2], &value.text[3..]);
                let what = format!("`{wrong}` for `{}`", value.text);
                value.text = wrong;
                Some(what)
            }
            _ => None,
        })
    })
}

fn typo_field(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::Is { name, .. } | ExprKind::In { name, .. } | ExprKind::Date { name, .. }
                if name.text.len() > 4 =>
            {
                let wrong = format!("{}{}", &name.text[..2], &name.text[3..]);
                let what = format!("`{wrong}` for `{}`", name.text);
                name.text = wrong;
                Some(what)
            }
            _ => None,
        })
    })
}

fn wrong_type(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &e.kind {
            ExprKind::Is { name, .. } => {
                let what = format!("`{}` compared with a number", name.text);
                let name = name.clone();
                e.kind = ExprKind::Compare { name, relation: candor::condition::Relation::AtLeast, bound: candor::condition::Bound::Number(500) };
                Some(what)
            }
            _ => None,
        })
    })
}

fn flipped(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let to = match rule.ruling {
        Ruling::Disclose if rule.basis != Basis::Unverified => "nothing-due",
        _ => return None,
    };
    edit::rule(folder, decision, rule, format!("`{to}` where `{}` is meant", rule.ruling.id()), |t| {
        t.insert("ruling", value(to));
        t.remove("action");
        t.remove("deadline");
        Some(())
    })
}

fn unverified(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if rule.ruling == Ruling::AskOffice || rule.basis == Basis::Unverified {
        return None;
    }
    edit::rule(folder, decision, rule, "a rule that rules on a basis nobody read", |t| {
        t.insert("basis", value("unverified"));
        Some(())
    })
}

fn authority(folder: &Folder, decision: &Decision, rule: &Rule, key: &str, to: &str, what: &str) -> Option<Try> {
    edit::rule(folder, decision, rule, what, |t| {
        let first = t.get_mut("authority")?.as_array_mut()?.get_mut(0)?.as_inline_table_mut()?;
        first.insert(key, toml_edit::Value::from(to));
        Some(())
    })
}

fn no_pinpoint(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    authority(folder, decision, rule, "at", "", "a citation that does not say where")
}

fn no_source(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    authority(folder, decision, rule, "source", "circular-nobody-wrote", "a source that is not there")
}

fn wrong_pinpoint(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let first = rule.authority.first()?;
    if folder.rules.source(&first.source)?.clauses.is_empty() {
        return None;
    }
    let wrong = format!("{} (q)(17)", first.at);
    authority(folder, decision, rule, "at", &wrong, "a clause that the source does not have")
}

/// All sources of a rule in force are out of date.
fn superseded(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if rule.period.until.is_some() || rule.authority.len() != 1 {
        return None;
    }
    let source = folder.rules.source(&rule.authority.first()?.source)?;
    if source.superseded.is_some() {
        return None;
    }
    let name = folder.files.keys().find(|n| **n == source.file || n.ends_with(&source.file))?.clone();
    let mut made = edit::file(
        folder,
        &name,
        |doc| {
            let list = doc.get_mut("source")?.as_array_of_tables_mut()?;
            let table = list.iter_mut().find(|t| t.get("id").and_then(Item::as_str) == Some(&source.id))?;
            table.insert("superseded", value("2026-06-01".parse::<toml_edit::Datetime>().ok()?));
            Some(edit::names(decision, rule))
        },
        "the only source of a rule in force is superseded",
    )?;
    // Whatever else cites it is concerned as well.
    for d in &folder.rules.decisions {
        for r in d.rules.iter().filter(|r| r.authority.iter().any(|a| a.source == source.id)) {
            made.names.push(r.id.clone());
        }
    }
    made.rule = Some(rule.local_id().to_owned());
    Some(made)
}

fn date_of(folder: &Folder, decision: &Decision, rule: &Rule, key: &str, to: &str, what: &str) -> Option<Try> {
    edit::rule(folder, decision, rule, what, |t| {
        t.insert(key, value(to.parse::<toml_edit::Datetime>().ok()?));
        Some(())
    })
}

fn stale_rule(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    // Examples stand on the day of `verified` where they give none; one without them moves nothing else.
    date_of(folder, decision, rule, "verified", "2027-08-01", "verified on a day still to come")
}

fn review(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    date_of(folder, decision, rule, "review-by", "2026-10-01", "a review whose day has gone by")
}

fn judges(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::rule(folder, decision, rule, "a reason that judges", |t| {
        t.insert("because", value("Leaving it out would be a violation."));
        Some(())
    })
}

fn no_examples(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::rule(folder, decision, rule, "a rule without an example", |t| t.remove("example").map(|_| ()))
}

fn no_place(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::rule(folder, decision, rule, "a place that no form has", |t| {
        t.insert("place", value("cpos.attic"));
        Some(())
    })
}

fn no_moment(folder: &Folder, n: usize) -> Option<Try> {
    let decisions = &folder.rules.decisions;
    let decision = &decisions[n % decisions.len()];
    edit::file(
        folder,
        &decision.file,
        |doc| {
            doc.get_mut("decision")?.as_table_mut()?.get_mut("moments")?.as_array_mut()?.push("leap-day");
            Some(vec![decision.id.clone(), decision.file.clone()])
        },
        "a moment that no agency has",
    )
}

/// A question of a record kind, by number.
fn vocabulary(folder: &Folder, n: usize) -> Option<(String, String)> {
    let kinds: Vec<&String> = folder.files.keys().filter(|f| f.starts_with("vocabulary/")).collect();
    let name = kinds[n % kinds.len()].clone();
    let kind = name.trim_start_matches("vocabulary/").trim_end_matches(".toml").to_owned();
    Some((name, kind))
}

fn new_question(folder: &Folder, n: usize, id: &str, ask: &str, what: &str) -> Option<Try> {
    let (name, kind) = vocabulary(folder, n)?;
    edit::file(
        folder,
        &name,
        |doc| {
            let fields = doc.get_mut("field")?.as_array_of_tables_mut()?;
            let mut table = toml_edit::Table::new();
            for (key, text) in [
                ("id", id),
                ("type", "yes-no"),
                ("ask", ask),
                ("help", "Look at the letter."),
                ("example", "A letter says so: yes."),
                ("why", "So that it is known."),
            ] {
                table.insert(key, value(text));
            }
            fields.push(table);
            Some(vec![id.to_owned(), name.clone(), format!("`{kind}`")])
        },
        what,
    )
}

fn idle_question(folder: &Folder, n: usize) -> Option<Try> {
    new_question(folder, n, "on-letterhead", "Is it on headed paper?", "a question whose answer nothing uses")
}

fn origin(folder: &Folder, n: usize) -> Option<Try> {
    new_question(folder, n, "holder-nationality", "What is your nationality?", "a question about origin")
}

fn idle_value(folder: &Folder, n: usize) -> Option<Try> {
    let (name, kind) = vocabulary(folder, n)?;
    edit::file(
        folder,
        &name,
        |doc| {
            let fields = doc.get_mut("field")?.as_array_of_tables_mut()?;
            let choices: Vec<usize> = (0..fields.len())
                .filter(|i| fields.get(*i).and_then(|f| f.get("type")).and_then(Item::as_str) == Some("choice"))
                .collect();
            let field = fields.get_mut(*choices.get(n / 7 % choices.len().max(1))?)?;
            let id = field.get("id")?.as_str()?.to_owned();
            let mut extra = toml_edit::InlineTable::new();
            extra.insert("id", "something-new".into());
            extra.insert("label", "Something new".into());
            field.get_mut("values")?.as_array_mut()?.push(extra);
            Some(vec![id, "something-new".to_owned(), name.clone(), format!("`{kind}`")])
        },
        "an answer that no rule tells from any other, or that none covers",
    )
}

fn nth_source(folder: &Folder, n: usize, with_clauses: bool) -> Option<(String, String)> {
    let cited = |id: &str| {
        folder.rules.decisions.iter().flat_map(|d| &d.rules).flat_map(|r| &r.authority).any(|a| a.source == id)
    };
    let sources: Vec<_> = folder
        .rules
        .sources
        .iter()
        .filter(|s| cited(&s.id) && (!with_clauses || !s.clauses.is_empty()) && s.superseded.is_none())
        .collect();
    let source = sources.get(n % sources.len())?;
    let name = folder.files.keys().find(|f| **f == source.file || f.ends_with(&source.file))?;
    Some((name.clone(), source.id.clone()))
}

fn in_source(
    folder: &Folder,
    name: &str,
    id: &str,
    what: &str,
    change: impl FnOnce(&mut toml_edit::Table) -> Option<()>,
) -> Option<Try> {
    edit::file(
        folder,
        name,
        |doc| {
            let list = doc.get_mut("source")?.as_array_of_tables_mut()?;
            change(list.iter_mut().find(|t| t.get("id").and_then(Item::as_str) == Some(id))?)?;
            Some(vec![id.to_owned(), name.to_owned()])
        },
        what,
    )
}

fn clause(folder: &Folder, n: usize) -> Option<Try> {
    let (name, id) = nth_source(folder, n, true)?;
    in_source(folder, &name, &id, "a clause that no rule stands for", |t| {
        let mut new = toml_edit::Table::new();
        new.insert("at", value("XX.9(z)"));
        new.insert("says", value("A new duty to report the loan of equipment"));
        t.get_mut("clause")?.as_array_of_tables_mut()?.push(new);
        Some(())
    })
}

fn stale_source(folder: &Folder, n: usize) -> Option<Try> {
    let (name, id) = nth_source(folder, n, false)?;
    in_source(folder, &name, &id, "a source that nobody has looked at for years", |t| {
        t.insert("last-verified", value("2023-01-15".parse::<toml_edit::Datetime>().ok()?));
        Some(())
    })
}

fn idle_source(folder: &Folder, n: usize) -> Option<Try> {
    let (name, _) = nth_source(folder, n, false)?;
    edit::file(
        folder,
        &name,
        |doc| {
            let list = doc.get_mut("source")?.as_array_of_tables_mut()?;
            let mut table = list.get(0)?.clone();
            table.insert("id", value("circular-for-nobody"));
            table.remove("clause");
            table.set_position(None);
            list.push(table);
            Some(vec!["circular-for-nobody".to_owned(), name.clone()])
        },
        "a source that nothing cites",
    )
}
