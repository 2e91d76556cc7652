//! Defects in when rules apply.

use candor::condition::{Atom, Expr, ExprKind, Relation, Word, expr_text};
use candor::facts::FieldType;
use candor::ruleset::{Decision, Rule};
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::proof::Proof;
use super::{Folder, Kind, Planter, Try, edit};

pub const KINDS: &[Kind] = &[
    Kind { name: "gap-narrowed", expected: &["A0001"], plant: Planter::Rule(narrowed), proof: Proof::Gap },
    Kind { name: "gap-rule-removed", expected: &["A0001"], plant: Planter::Rule(removed), proof: Proof::Gap },
    Kind { name: "gap-between-versions", expected: &["A0001"], plant: Planter::Rule(starts_late), proof: Proof::Gap },
    Kind { name: "overlap-of-versions", expected: &["A0002"], plant: Planter::Rule(ends_late), proof: Proof::Overlap },
    Kind {
        name: "overlap-unless-removed",
        expected: &["A0002"],
        plant: Planter::Rule(no_unless),
        proof: Proof::Overlap,
    },
    Kind {
        name: "never-contradiction",
        expected: &["A0003"],
        plant: Planter::Rule(contradiction),
        proof: Proof::Never,
    },
    Kind {
        name: "never-impossible-range",
        expected: &["A0003"],
        plant: Planter::Rule(impossible_range),
        proof: Proof::Never,
    },
    Kind { name: "never-shadowed", expected: &["A0003"], plant: Planter::Rule(shadowed), proof: Proof::Never },
    Kind { name: "duplicate-rule", expected: &["A0002"], plant: Planter::Rule(duplicate), proof: Proof::Overlap },
    Kind { name: "subsumed-rule", expected: &["A0002"], plant: Planter::Rule(subsumed), proof: Proof::Overlap },
    Kind { name: "redundant-part", expected: &["A0036"], plant: Planter::Rule(redundant), proof: Proof::Same },
    Kind { name: "redundant-unless", expected: &["A0037"], plant: Planter::Rule(idle_unless), proof: Proof::Same },
    Kind {
        name: "guard-forgotten",
        expected: &["A0004", "A0001", "A0002"],
        plant: Planter::Rule(guard_forgotten),
        proof: Proof::DiffersQuietly,
    },
    Kind {
        name: "number-off-by-one",
        expected: &["A0001", "A0002", "A0030", "case"],
        plant: Planter::Rule(number_off),
        proof: Proof::Differs,
    },
    Kind {
        name: "date-off-by-one",
        expected: &["A0001", "A0002", "A0030", "case"],
        plant: Planter::Rule(date_off),
        proof: Proof::Differs,
    },
    Kind {
        name: "window-moved",
        expected: &["A0001", "A0002", "A0030", "case"],
        plant: Planter::Rule(window),
        proof: Proof::Differs,
    },
    Kind {
        name: "list-swapped",
        expected: &["A0001", "A0002", "A0006", "A0030", "case"],
        plant: Planter::Rule(list),
        proof: Proof::Differs,
    },
    Kind {
        name: "otherwise-takes-over",
        expected: &["A0030", "case"],
        plant: Planter::Rule(otherwise_takes_over),
        proof: Proof::Differs,
    },
];

/// Rules that no `unless` of the decision names: a change of theirs changes nothing else.
fn alone(decision: &Decision, rule: &Rule) -> bool {
    !rule.otherwise && !decision.rules.iter().any(|r| r.unless.iter().any(|u| u == rule.local_id()))
}

fn has_otherwise(decision: &Decision) -> bool {
    decision.rules.iter().any(|r| r.otherwise)
}

fn narrowed(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if has_otherwise(decision) || !alone(decision, rule) {
        return None;
    }
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::In { values, negated: false, .. } if values.len() > 1 => {
                values.pop().map(|v| format!("`{}` left out of a condition", v.text))
            }
            _ => None,
        })
    })
}

fn removed(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if has_otherwise(decision) || !alone(decision, rule) || decision.rules.len() < 3 {
        return None;
    }
    let id = rule.local_id();
    let in_cases =
        folder.cases.iter().flat_map(|c| &c.expect).any(|(d, e)| {
            *d == decision.id && matches!(e, candor::ruleset::Expected::Rule(r) if r == id || *r == rule.id)
        });
    if in_cases {
        return None;
    }
    let mut doc: DocumentMut = folder.files.get(&decision.file)?.parse().ok()?;
    let rules = doc.get_mut("rule")?.as_array_of_tables_mut()?;
    rules.retain(|t| t.get("id").and_then(Item::as_str) != Some(id));
    for other in rules.iter_mut() {
        if let Some(misses) = other.get_mut("near-miss").and_then(Item::as_array_of_tables_mut) {
            misses.retain(|m| m.get("rule").and_then(Item::as_str) != Some(id));
            if misses.is_empty() {
                other.remove("near-miss");
            }
        }
    }
    let mut edits = BTreeMap::from([(decision.file.clone(), doc.to_string())]);
    for (name, text) in folder.files.iter().filter(|(n, t)| n.starts_with("edges/") && t.contains(&rule.id)) {
        let mut doc: DocumentMut = text.parse().ok()?;
        let list = doc.get_mut("edge")?.as_array_of_tables_mut()?;
        list.retain(|e| e.get("rule").and_then(Item::as_str) != Some(&rule.id));
        edits.insert(name.clone(), doc.to_string());
    }
    let what = format!("`{id}` is gone, with its examples and edges");
    let names = edit::names(decision, rule);
    Some(Try { rule: None, what, file: decision.file.clone(), edits, names })
}

fn moved(table: &mut Table, key: &str, by: u64) -> Option<()> {
    let period = table.get_mut("period")?.as_inline_table_mut()?;
    let date = period.get(key)?.as_datetime()?.date?;
    let day = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
    let day = day.checked_add_days(Days::new(by))?;
    let text = day.format("%Y-%m-%d").to_string();
    period.insert(key, toml_edit::Value::from(text.parse::<toml_edit::Datetime>().ok()?));
    Some(())
}

/// A version that another one hands over to: its first day is the other's last.
fn starts_late(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let from = rule.period.from?;
    let follows = decision.rules.iter().any(|r| r.period.until == Some(from) && r.period.clock == rule.period.clock);
    if !follows || has_otherwise(decision) || !alone(decision, rule) {
        return None;
    }
    edit::rule(folder, decision, rule, format!("`from` is 14 days later than {from}"), |t| moved(t, "from", 14))
}

fn ends_late(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let until = rule.period.until?;
    let followed = decision.rules.iter().any(|r| r.period.from == Some(until) && r.period.clock == rule.period.clock);
    if !followed || has_otherwise(decision) {
        return None;
    }
    edit::rule(folder, decision, rule, format!("`until` is 14 days later than {until}"), |t| moved(t, "until", 14))
}

fn no_unless(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let gone = rule.unless.last()?.clone();
    edit::rule(folder, decision, rule, format!("`unless` no longer names `{gone}`"), |table| {
        let unless = table.get_mut("unless")?.as_array_mut()?;
        unless.retain(|u| u.as_str() != Some(&gone));
        Some(())
    })
}

/// A choice that the condition fixes by all of its parts, and a value that it rules out.
fn fixed_choice(folder: &Folder, decision: &Decision, expr: &Expr) -> Option<(String, String)> {
    let frame = &folder.rules.frames[decision.kind];
    let parts: Vec<&Expr> = match &expr.kind {
        ExprKind::And(parts) => parts.iter().collect(),
        _ => vec![expr],
    };
    parts.iter().find_map(|part| {
        let (name, taken): (&Word, Vec<&str>) = match &part.kind {
            ExprKind::Is { name, value, negated: false } if value.text != "none" => (name, vec![&value.text]),
            ExprKind::In { name, values, negated: false } => (name, values.iter().map(|v| v.text.as_str()).collect()),
            _ => return None,
        };
        let def = frame.def(frame.slot(&name.text)?);
        match &def.ty {
            FieldType::Choice(ids) => {
                ids.iter().find(|id| !taken.contains(&id.as_str())).map(|other| (name.text.clone(), other.clone()))
            }
            _ => None,
        }
    })
}

fn contradiction(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if !alone(decision, rule) {
        return None;
    }
    edit::when(folder, decision, rule, |expr| {
        let (name, other) = fixed_choice(folder, decision, expr)?;
        edit::and(expr, &format!("{name} is {other}"))?;
        Some("two values of one choice at once".to_owned())
    })
}

fn impossible_range(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if !alone(decision, rule) {
        return None;
    }
    let frame = &folder.rules.frames[decision.kind];
    let mut number = None;
    for r in &decision.rules {
        r.fires.atoms(&mut |a| {
            if let Atom::AtLeast { slot, .. } = a {
                number = number.or(Some(*slot));
            }
        });
    }
    let name = frame.def(number?).name.clone();
    edit::when(folder, decision, rule, |expr| {
        edit::and(expr, &format!("{name} >= 500 and {name} < 100"))?;
        Some("a range that is empty".to_owned())
    })
}

/// A copy of a rule below it, excluded wherever the rule applies.
fn copy(
    folder: &Folder,
    decision: &Decision,
    rule: &Rule,
    when: Option<String>,
    unless: bool,
    what: &str,
) -> Option<Try> {
    if rule.otherwise || rule.when_text.is_empty() {
        return None;
    }
    let id = format!("{}-again", rule.local_id());
    let mut doc: DocumentMut = folder.files.get(&decision.file)?.parse().ok()?;
    let rules: &mut ArrayOfTables = doc.get_mut("rule")?.as_array_of_tables_mut()?;
    let mut table = rules.iter().find(|t| t.get("id").and_then(Item::as_str) == Some(rule.local_id()))?.clone();
    table.insert("id", value(id.clone()));
    table.remove("example");
    table.remove("near-miss");
    if let Some(when) = when {
        table.insert("when", value(when));
    }
    if unless {
        let mut names = toml_edit::Array::new();
        rule.unless.iter().for_each(|u| names.push(u.as_str()));
        names.push(rule.local_id());
        table.insert("unless", value(names));
    }
    table.set_position(None);
    rules.push(table);
    let mut names = edit::names(decision, rule);
    names.push(format!("{}.{id}", decision.id));
    Some(Try {
        rule: Some(id),
        what: what.to_owned(),
        file: decision.file.clone(),
        edits: BTreeMap::from([(decision.file.clone(), doc.to_string())]),
        names,
    })
}

fn duplicate(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    copy(folder, decision, rule, None, false, "a rule stands there twice, under two names")
}

/// The rule's condition and one part more.
fn narrower(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<String> {
    let frame = &folder.rules.frames[decision.kind];
    let mut expr = candor::condition::parse(&rule.when_text).ok()?;
    let fixed = rule.when_text.clone();
    let (name, one) = frame.slots.iter().find_map(|def| match &def.ty {
        FieldType::Choice(ids) if def.guard.is_none() && def.name != "target.moment" && !fixed.contains(&def.name) => {
            Some((def.name.clone(), ids.first()?.clone()))
        }
        _ => None,
    })?;
    edit::and(&mut expr, &format!("{name} is {one}"))?;
    Some(expr_text(&expr))
}

fn subsumed(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let when = narrower(folder, decision, rule)?;
    copy(folder, decision, rule, Some(when), false, "a narrower copy of a rule, with the same ruling")
}

fn shadowed(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let when = narrower(folder, decision, rule)?;
    copy(folder, decision, rule, Some(when), true, "a narrower rule that yields to a broader one, and so never applies")
}

/// A part that follows from another one.
fn redundant(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let frame = &folder.rules.frames[decision.kind];
    edit::when(folder, decision, rule, |expr| {
        let parts: Vec<Expr> = match &expr.kind {
            ExprKind::And(parts) => parts.clone(),
            _ => vec![expr.clone()],
        };
        let more = parts.iter().find_map(|part| match &part.kind {
            ExprKind::Is { name, value, negated: false } => match &frame.def(frame.slot(&name.text)?).ty {
                FieldType::Choice(ids) if ids.len() > 2 => {
                    let other = ids.iter().find(|id| **id != value.text)?;
                    Some(format!("{} is not {other}", name.text))
                }
                _ => None,
            },
            ExprKind::In { name, values, negated: false } => match &frame.def(frame.slot(&name.text)?).ty {
                FieldType::Choice(ids) => {
                    let other = ids.iter().find(|id| values.iter().all(|v| v.text != **id))?;
                    Some(format!("{} is not {other}", name.text))
                }
                _ => None,
            },
            _ => None,
        })?;
        edit::and(expr, &more)?;
        Some("a part that another part already says".to_owned())
    })
}

/// A name in `unless` of a rule that the condition already keeps apart.
fn idle_unless(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if rule.otherwise || rule.when_text.is_empty() {
        return None;
    }
    let at = decision.rules.iter().position(|r| r.id == rule.id)?;
    let other = decision.rules.iter().enumerate().find(|(i, r)| {
        *i > at
            && !r.otherwise
            && r.unless.is_empty()
            && !r.when_text.is_empty()
            && !rule.unless.iter().any(|u| u == r.local_id())
    })?;
    let name = other.1.local_id().to_owned();
    edit::rule(folder, decision, rule, format!("`unless` names `{name}`, which never applies there"), |table| {
        let mut names = toml_edit::Array::new();
        rule.unless.iter().for_each(|u| names.push(u.as_str()));
        names.push(name.as_str());
        table.insert("unless", value(names));
        Some(())
    })
}

/// "One of these" written as "none of the others", which is also true where the field does not apply.
fn guard_forgotten(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let frame = &folder.rules.frames[decision.kind];
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| {
            let (name, taken): (&Word, Vec<&str>) = match &e.kind {
                ExprKind::Is { name, value, negated: false } => (name, vec![&value.text]),
                ExprKind::In { name, values, negated: false } => {
                    (name, values.iter().map(|v| v.text.as_str()).collect())
                }
                _ => return None,
            };
            let def = frame.def(frame.slot(&name.text)?);
            let FieldType::Choice(ids) = &def.ty else { return None };
            def.guard.as_ref()?;
            let word = |text: &String| Word { text: text.clone(), span: name.span.clone() };
            let values: Vec<Word> = ids.iter().filter(|id| !taken.contains(&id.as_str())).map(word).collect();
            if values.is_empty() {
                return None;
            }
            let name = name.clone();
            let what = format!("`{}` is asked by what it is not, which also holds where it does not apply", name.text);
            e.kind = ExprKind::In { name, values, negated: true };
            Some(what)
        })
    })
}

fn number_off(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::Compare { relation, .. } => {
                *relation = swapped(*relation);
                Some("a limit that now leaves out, or takes in, the number itself".to_owned())
            }
            _ => None,
        })
    })
}

fn swapped(relation: Relation) -> Relation {
    match relation {
        Relation::Less => Relation::AtMost,
        Relation::AtMost => Relation::Less,
        Relation::AtLeast => Relation::More,
        Relation::More => Relation::AtLeast,
    }
}

fn date_off(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::Date { relation, .. } => {
                *relation = swapped(*relation);
                Some("a date comparison that now leaves out, or takes in, the day itself".to_owned())
            }
            _ => None,
        })
    })
}

fn window(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::Date { offset: Some(offset), .. } | ExprKind::Within { offset, .. } => {
                offset.count += 1;
                Some("a window longer by one".to_owned())
            }
            _ => None,
        })
    })
}

fn list(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    let lists = &folder.rules.lists;
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::InList { list, .. } | ExprKind::SomePlace { list, .. } => {
                let now = lists.iter().find(|l| l.id == list.text)?;
                let other = lists.iter().find(|l| {
                    l.of_entities == now.of_entities
                        && l.id != now.id
                        && l.editions.first().map(|e| e.from) <= now.editions.first().map(|e| e.from)
                })?;
                let what = format!("the list `{}` where `{}` is meant", other.id, now.id);
                list.text.clone_from(&other.id);
                Some(what)
            }
            _ => None,
        })
    })
}

/// In a decision with `otherwise`, a rule that is too narrow leaves no gap: the last rule takes over.
fn otherwise_takes_over(folder: &Folder, decision: &Decision, rule: &Rule) -> Option<Try> {
    if !has_otherwise(decision) || !alone(decision, rule) {
        return None;
    }
    edit::when(folder, decision, rule, |expr| {
        edit::first(expr, &mut |e| match &mut e.kind {
            ExprKind::In { values, negated: false, .. } if values.len() > 1 => {
                values.pop().map(|v| format!("`{}` left out of a condition", v.text))
            }
            _ => None,
        })
    })
}
