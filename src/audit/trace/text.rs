//! Draws a trace: a column of yes, no and unknown, and the condition as a tree beside it.

use unicode_width::UnicodeWidthStr as _;

use super::{Conclusion, RuleTrace, Step, Trace, tri_word};
use crate::report::wrap::{Page, WIDTH};
use crate::text::list;

/// Columns of the answer.
const ANSWER: usize = 9;

/// A trace for a terminal. `all` shows the parts that another one has settled too.
pub fn trace_text(trace: &Trace, all: bool) -> String {
    let mut page = Page::default();
    page.para(0, 0, &trace.decision);
    page.para(0, 0, &trace.asks);
    page.para(0, 0, &format!("Read as for {}: {}", trace.agency, trace.moment));
    let mut folded = false;
    let (away, here): (Vec<&RuleTrace>, Vec<&RuleTrace>) =
        trace.rules.iter().partition(|r| r.out_of_force && !all && trace.rules.len() > 1);
    if !away.is_empty() {
        folded = true;
        page.gap();
        let ids: Vec<&str> = away.iter().map(|r| r.id.as_str()).collect();
        page.after(&format!("{:<ANSWER$}", "no"), ANSWER, &format!("not in force then: {}", ids.join(", ")));
    }
    for rule in here {
        page.gap();
        page.after(&format!("{:<ANSWER$}", tri_word(rule.fires)), ANSWER + 2, &format!("{}: {}", rule.id, rule.ruling));
        draw(&mut page, &rule.steps, "", all, &mut folded);
    }
    page.gap();
    conclude(&mut page, &trace.conclusion);
    if folded {
        page.gap();
        page.para(0, 0, "What could not change the answer any more is left out; `--all` shows it.");
    }
    page.finish()
}

/// The same for programs (`candor.rules-explain/1`).
pub fn trace_json(trace: &Trace) -> serde_json::Value {
    let mut value = serde_json::to_value(trace).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("schema".to_owned(), "candor.rules-explain/1".into());
    }
    value
}

/// Parts below each other, with the lines of a tree before them.
fn draw(page: &mut Page, steps: &[Step], before: &str, all: bool, folded: &mut bool) {
    let shown: Vec<&Step> = steps.iter().filter(|s| all || !s.settled).collect();
    *folded |= shown.len() < steps.len();
    for (i, step) in shown.iter().enumerate() {
        let last = i + 1 == shown.len();
        let (branch, below) = if last { ("└ ", "  ") } else { ("├ ", "│ ") };
        let below = format!("{before}{below}");
        let start = format!("{:<ANSWER$}{before}{branch}", tri_word(step.holds));
        let rest = format!("{}{below}  ", " ".repeat(ANSWER));
        let facts = step.facts.join("; ");
        let says = match step.parts.iter().filter(|p| p.settled && !all).count() {
            0 => step.says.clone(),
            n => format!("{} ({n} more left out)", step.says),
        };
        let whole = format!("{says}   [{facts}]");
        let fits = start.chars().count() + whole.chars().count() <= WIDTH;
        if facts.is_empty() {
            wrapped(page, &start, &rest, &says);
        } else if fits {
            page.line(&format!("{start}{whole}"));
        } else {
            wrapped(page, &start, &rest, &says);
            wrapped(page, &rest, &rest, &format!("[{facts}]"));
        }
        if let Some(note) = &step.note {
            wrapped(page, &rest, &rest, note);
        }
        draw(page, &step.parts, &below, all, folded);
    }
}

/// A text after `start`, its further lines after `rest`, so that the lines of the tree go on beside it.
fn wrapped(page: &mut Page, start: &str, rest: &str, text: &str) {
    let mut line = start.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.width() + 1 + word.width() > WIDTH {
            page.line(&std::mem::replace(&mut line, rest.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    page.line(&line);
}

fn conclude(page: &mut Page, conclusion: &Conclusion) {
    let named = |ids: &[String]| list(&ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>(), "or");
    match conclusion {
        Conclusion::Ruled { title, place, rules, .. } => {
            page.para(0, 2, &format!("Ruling: {title}, by {} (place: {place}).", named(rules)));
            if rules.len() > 1 {
                page.para(0, 2, "Whatever is still missing, one of these fires, and they rule alike.");
            }
        }
        Conclusion::Open { between, missing, records } => {
            page.para(0, 2, &format!("Open between {}. What would decide:", named(between)));
            for m in missing {
                let unsure = if m.not_sure { " (answered \"not sure\")" } else { "" };
                page.para(2, 4, &format!("{}: {}{unsure}", m.field, m.ask));
                for leads in &m.answers {
                    page.para(4, 6, &format!("{} → {}", leads.answers.join(" | "), leads.to));
                }
            }
            if !records.is_empty() {
                page.para(2, 4, &format!("whether there are other records: {}", records.join(", ")));
            }
        }
        Conclusion::Contradiction { fields, says } => {
            page.para(0, 2, &format!("These facts cannot all be true ({}): {says}", fields.join(", ")));
        }
    }
}
