//! Syntax tree → text, in the one canonical spelling. `parse(expr_text(e))` gives back `e`, spans aside.

use std::fmt::Write as _;

use super::parse::{Bound, Expr, ExprKind, Offset, Relation, Unit, When, Word};

/// The condition in canonical spelling.
pub fn expr_text(expr: &Expr) -> String {
    let mut out = String::new();
    write(&mut out, expr, Level::Or);
    out
}

/// How tightly the surroundings bind.
#[derive(PartialEq, PartialOrd, Clone, Copy)]
enum Level {
    Or,
    And,
    Unary,
}

fn write(out: &mut String, expr: &Expr, level: Level) {
    match &expr.kind {
        ExprKind::Or(parts) => joined(out, parts, " or ", Level::And, level > Level::Or),
        ExprKind::And(parts) => joined(out, parts, " and ", Level::Unary, level > Level::And),
        ExprKind::Not(inner) => {
            out.push_str("not ");
            write(out, inner, Level::Unary);
        }
        ExprKind::Exists { kind, inner } => {
            let _ = write!(out, "any {} where ", kind.text);
            write(out, inner, Level::Unary);
        }
        ExprKind::Name(name) => out.push_str(&name.text),
        ExprKind::Is { name, value, negated } => {
            let _ = write!(out, "{} is {}{}", name.text, if *negated { "not " } else { "" }, value.text);
        }
        ExprKind::In { name, values, negated } => {
            let _ = write!(out, "{} {}in {}", name.text, if *negated { "not " } else { "" }, braces(values));
        }
        ExprKind::InList { name, list, clock, negated } => {
            let _ = write!(out, "{} {}in {}{}", name.text, if *negated { "not " } else { "" }, list.text, as_of(clock));
        }
        ExprKind::Includes { name, values } => match values.as_slice() {
            [one] => {
                let _ = write!(out, "{} includes {}", name.text, one.text);
            }
            _ => {
                let _ = write!(out, "{} includes any {}", name.text, braces(values));
            }
        },
        ExprKind::Only { name, values } => {
            let _ = write!(out, "{} only {}", name.text, braces(values));
        }
        ExprKind::SomePlace { name, outside, list, clock } => {
            let test = if *outside { "outside" } else { "in" };
            let _ = write!(out, "{} any {test} {}{}", name.text, list.text, as_of(clock));
        }
        ExprKind::Setting(id) => {
            let _ = write!(out, "setting {}", id.text);
        }
        ExprKind::Compare { name, relation, bound } => {
            let sign = match relation {
                Relation::Less => "<",
                Relation::AtMost => "<=",
                Relation::AtLeast => ">=",
                Relation::More => ">",
            };
            let _ = match bound {
                Bound::Setting(id) => write!(out, "{} {sign} setting {}", name.text, id.text),
                Bound::Number(n) if n % 100 == 0 => write!(out, "{} {sign} {}", name.text, n / 100),
                Bound::Number(n) => write!(out, "{} {sign} {}.{:02}", name.text, n / 100, n % 100),
            };
        }
        ExprKind::Date { name, relation, offset, when } => {
            let words = match relation {
                Relation::Less => "before",
                Relation::AtMost => "on or before",
                Relation::AtLeast => "on or after",
                Relation::More => "after",
            };
            let offset = offset.map(|o| format!("{} ", offset_text(o))).unwrap_or_default();
            let _ = write!(out, "{} {words} {offset}{}", name.text, when_text(when));
        }
        ExprKind::Within { name, offset, when } => {
            let _ = write!(out, "{} within {} {}", name.text, offset_text(*offset), when_text(when));
        }
    }
}

fn joined(out: &mut String, parts: &[Expr], word: &str, level: Level, parens: bool) {
    if parens {
        out.push('(');
    }
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(word);
        }
        write(out, part, level);
    }
    if parens {
        out.push(')');
    }
}

fn braces(values: &[Word]) -> String {
    let texts: Vec<&str> = values.iter().map(|v| v.text.as_str()).collect();
    format!("{{{}}}", texts.join(", "))
}

fn as_of(clock: &Option<Word>) -> String {
    clock.as_ref().map(|c| format!(" as of {}", c.text)).unwrap_or_default()
}

fn offset_text(offset: Offset) -> String {
    let unit = match offset.unit {
        Unit::Day => "day",
        Unit::Month => "month",
        Unit::Year => "year",
    };
    let s = if offset.count == 1 { "" } else { "s" };
    let side = if offset.before { "before" } else { "after" };
    format!("{} {unit}{s} {side}", offset.count)
}

fn when_text(when: &When) -> &str {
    match when {
        When::Name(w) | When::Day(w) => &w.text,
    }
}
