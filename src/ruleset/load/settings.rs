//! Settings: constants of the rules that an institution may set otherwise, and what overlays set them to.
//!
//! A rule set declares them in `settings/`; the declared value holds where no overlay says otherwise. What is not declared, is
//! of another type or lies outside the bounds is refused. Texts of rules may name a setting in braces.

use std::ops::Range;
use std::sync::Arc;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::Loader;
use crate::condition::{Lists as _, Set};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::facts::MOST;
use crate::text::nearest;
use crate::tree::{Node, NodeValue, Pair};

/// What an overlay gives a setting, as it stands in its file.
pub(super) struct Wanted {
    overlay: String,
    file: Arc<SourceFile>,
    id: String,
    id_span: Range<usize>,
    value: Node,
}

impl Wanted {
    pub fn new(overlay: &str, file: &Arc<SourceFile>, pair: &Pair) -> Self {
        Self {
            overlay: overlay.to_owned(),
            file: Arc::clone(file),
            id: pair.key.clone(),
            id_span: pair.key_span.clone(),
            value: pair.node.clone(),
        }
    }
}

impl Loader {
    /// Reads the declarations of a file.
    pub(super) fn settings(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut p = std::mem::take(&mut self.problems);
        let top = Table::new(file, node, "a file of settings");
        for t in top.tables("setting", "a setting", &mut p) {
            let id = t.need("id", &mut p);
            if self.lists.1.iter().any(|s| s.id == id.text) {
                let message = format!("the setting `{}` stands twice", id.text);
                p.push(Diagnostic::error("C0108", message, file, id.span.clone()));
            }
            let ty = t.need("type", &mut p);
            let number = |key: &'static str, p: &mut Vec<Diagnostic>| {
                t.raw(key).and_then(|pair| {
                    value(&ty.text, &pair.node).or_else(|| {
                        p.push(wrong_type(file, pair.node.span.clone(), key, &ty.text));
                        None
                    })
                })
            };
            let (default, at_least, at_most) =
                (number("default", &mut p), number("at-least", &mut p), number("at-most", &mut p));
            if !["money", "number", "yes-no"].contains(&ty.text.as_str()) {
                let message = format!("there is no type `{}` of settings", ty.text);
                p.push(Diagnostic::error("C0107", message, file, ty.span).help("types: money, number, yes-no"));
            } else if default.is_none() && t.raw("default").is_none() {
                p.push(Diagnostic::error("C0101", "a setting needs `default`", file, t.span()));
            }
            let mut setting = Setting {
                id: id.text,
                title: t.need("title", &mut p).text,
                help: t.words("help", &mut p),
                default: default.unwrap_or(Set::YesNo(false)),
                at_least: at_least.and_then(hundredths),
                at_most: at_most.and_then(hundredths),
                authority: self.authority(&t, "a setting", &mut p),
                value: default.unwrap_or(Set::YesNo(false)),
                set_by: None,
                file: file.name.clone(),
            };
            if !allowed(&setting, setting.default) {
                p.push(Diagnostic::error("C0137", "the default lies outside the bounds", file, t.span()));
            }
            if let Some((_, value)) = self.settled.iter().find(|(id, _)| *id == setting.id) {
                setting.value = *value;
            }
            t.finish(&mut p);
            self.lists.1.push(setting);
        }
        top.finish(&mut p);
        self.problems = p;
        self.lists.1.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// Puts what overlays set in place.
    pub(super) fn set(&mut self) {
        for Wanted { overlay, file, id, id_span, value: node } in std::mem::take(&mut self.wanted) {
            let known: Vec<&str> = self.lists.settings();
            let near = nearest(&id, known.iter().copied()).map(|n| format!("did you mean `{n}`?"));
            let help = near.unwrap_or_else(|| match known.as_slice() {
                [] => "this rule set declares none; write a decision at a place of your own instead".to_owned(),
                known => format!("the rule set declares: {}", known.join(", ")),
            });
            let Some(setting) = self.lists.1.iter_mut().find(|s| s.id == id) else {
                let message =
                    format!("the overlay `{overlay}` cannot set `{id}`: the rule set declares no such setting");
                self.problems.push(
                    Diagnostic::error("C0135", message, &file, id_span).label("not declared in settings/").help(help),
                );
                continue;
            };
            let Some(wanted) = value(setting.default.type_name(), &node) else {
                self.problems.push(wrong_type(&file, node.span, &id, setting.default.type_name()));
                continue;
            };
            if !allowed(setting, wanted) {
                let message = format!("the overlay `{overlay}` cannot set `{id}` to {}", set_text(wanted));
                let d = Diagnostic::error("C0137", message, &file, node.span).label(bounds(setting));
                self.problems.push(d.help("outside them the answer would no longer follow from the source"));
                continue;
            }
            if let Some(other) = setting.set_by.as_ref().filter(|_| setting.value != wanted) {
                let message = format!("the overlays `{other}` and `{overlay}` set `{id}` to different values");
                self.problems.push(Diagnostic::error("C0138", message, &file, id_span).help("give it in one of them"));
                continue;
            }
            setting.value = wanted;
            setting.set_by = Some(overlay);
        }
    }

    /// A text with the values of the settings that it names, as `{setting travel-floor}`.
    pub(super) fn filled(&self, text: Text, file: &Arc<SourceFile>, p: &mut Vec<Diagnostic>) -> String {
        let mut out = text.text;
        for setting in &self.lists.1 {
            let name = format!("{{setting {}}}", setting.id);
            if out.contains(&name) {
                out = out.replace(&name, &set_text(setting.value));
            }
        }
        if out.contains("{setting ") {
            let message = "the text names a setting that is not declared";
            p.push(Diagnostic::error("C0019", message, file, text.span).help("settings are declared in settings/"));
        }
        out
    }
}

fn value(ty: &str, node: &Node) -> Option<Set> {
    let in_hundredths = || match node.value {
        NodeValue::Int(n) => n.checked_mul(100),
        NodeValue::Float(x) if ((x * 100.0).round() - x * 100.0).abs() < 1e-6 => Some((x * 100.0).round() as i64),
        _ => None,
    };
    let amount = || in_hundredths().filter(|n| (0..=MOST).contains(n));
    match (ty, &node.value) {
        ("yes-no", NodeValue::Bool(on)) => Some(Set::YesNo(*on)),
        ("money", _) => amount().map(Set::Money),
        ("number", _) => amount().map(Set::Number),
        _ => None,
    }
}

fn hundredths(set: Set) -> Option<i64> {
    match set {
        Set::Money(n) | Set::Number(n) => Some(n),
        Set::YesNo(_) => None,
    }
}

fn allowed(setting: &Setting, wanted: Set) -> bool {
    let n = hundredths(wanted);
    n.is_none_or(|n| setting.at_least.is_none_or(|least| n >= least) && setting.at_most.is_none_or(|most| n <= most))
}

fn wrong_type(file: &Arc<SourceFile>, span: Range<usize>, key: &str, ty: &str) -> Diagnostic {
    let example = match ty {
        "yes-no" => "true or false",
        "number" => "a number such as 3",
        _ => "an amount in dollars such as 2500",
    };
    Diagnostic::error("C0136", format!("`{key}` should be {example}"), file, span).label(format!("expected {example}"))
}

fn bounds(setting: &Setting) -> String {
    let text = |n: i64| match setting.default {
        Set::Number(_) => set_text(Set::Number(n)),
        _ => set_text(Set::Money(n)),
    };
    match (setting.at_least, setting.at_most) {
        (Some(a), Some(b)) => format!("{} to {} may be set", text(a), text(b)),
        (Some(a), None) => format!("{} or more may be set", text(a)),
        (None, Some(b)) => format!("{} or less may be set", text(b)),
        (None, None) => "any value may be set".to_owned(),
    }
}

/// A value as people read it: `2,500 dollars`, `14`, `yes`.
pub fn set_text(value: Set) -> String {
    let digits = |n: i64| {
        let whole = (n / 100).to_string();
        let mut out = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        if n % 100 == 0 { out } else { format!("{out}.{:02}", n % 100) }
    };
    match value {
        Set::Money(n) => format!("{} dollars", digits(n)),
        Set::Number(n) => digits(n),
        Set::YesNo(on) => if on { "yes" } else { "no" }.to_owned(),
    }
}
