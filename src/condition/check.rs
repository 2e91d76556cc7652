//! Syntax tree → typed condition. Every word is looked up; every mistake is reported, not the first only.

use super::parse::{Bound, Expr, ExprKind, Offset, Problem, Relation, Unit, When, Word};
use super::{Anchor, Atom, Cond, Frame, Owner, Point, Slot};
use crate::calendar::PartialDate;
use crate::facts::FieldType;

/// The lists a condition may name.
pub trait Lists {
    /// Index of a list, and whether its entries are organisations.
    fn list(&self, name: &str) -> Option<(usize, bool)>;
    /// All names, for "did you mean".
    fn names(&self) -> Vec<&str>;
    /// What a setting is and what it is set to. Without an implementation there are none.
    fn setting(&self, _name: &str) -> Option<Set> {
        None
    }
    /// All settings, for "did you mean".
    fn settings(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// A setting's value: a constant to the conditions that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// In cents.
    Money(i64),
    /// In hundredths.
    Number(i64),
    YesNo(bool),
}

impl Set {
    /// The type's name in rule files and messages.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Money(_) => "money",
            Self::Number(_) => "number",
            Self::YesNo(_) => "yes-no",
        }
    }
}

/// Gives a condition its meaning against the frame `kind` of `frames`. Mistakes go to `problems`; where there is one, the
/// result is only good for finding more of them.
pub fn check(expr: &Expr, frames: &[Frame], kind: usize, lists: &dyn Lists, problems: &mut Vec<Problem>) -> Cond {
    match frames.get(kind) {
        Some(frame) => Checker { frames, frame, prefix: "", lists, problems, inside_any: false }.condition(expr),
        None => Cond::Const(false),
    }
}

/// The same for a condition written for another kind, whose fields stand in this frame under `prefix`: a name means the
/// prefixed slot if there is one. For guards, which quantify over nothing.
pub fn check_under(prefix: &str, expr: &Expr, frame: &Frame, lists: &dyn Lists, problems: &mut Vec<Problem>) -> Cond {
    Checker { frames: &[], frame, prefix, lists, problems, inside_any: false }.condition(expr)
}

struct Checker<'a> {
    frames: &'a [Frame],
    frame: &'a Frame,
    prefix: &'a str,
    lists: &'a dyn Lists,
    problems: &'a mut Vec<Problem>,
    inside_any: bool,
}

impl<'a> Checker<'a> {
    fn condition(&mut self, expr: &Expr) -> Cond {
        match &expr.kind {
            ExprKind::And(parts) => Cond::All(parts.iter().map(|p| self.condition(p)).collect()),
            ExprKind::Or(parts) => Cond::Any(parts.iter().map(|p| self.condition(p)).collect()),
            ExprKind::Not(inner) => self.condition(inner).negate(),
            ExprKind::Exists { kind, inner } => self.exists(kind, inner),
            ExprKind::Name(name) => self.yes(name).unwrap_or(Cond::Const(false)),
            ExprKind::Is { name, value, negated } => {
                self.is(name, value).map_or(Cond::Const(false), |c| flip(c, *negated))
            }
            ExprKind::In { name, values, negated } => {
                self.one_of(name, values).map_or(Cond::Const(false), |c| flip(c, *negated))
            }
            ExprKind::InList { name, list, clock, negated } => {
                self.in_list(name, list, clock.as_ref()).map_or(Cond::Const(false), |c| flip(c, *negated))
            }
            ExprKind::Includes { name, values } => self
                .set(name, values)
                .map_or(Cond::Const(false), |(slot, any_of)| Cond::Atom(Atom::Includes { slot, any_of })),
            ExprKind::Only { name, values } => self
                .set(name, values)
                .map_or(Cond::Const(false), |(slot, none_but)| Cond::Atom(Atom::Only { slot, none_but })),
            ExprKind::SomePlace { name, outside, list, clock } => {
                self.some_place(name, *outside, list, clock.as_ref()).unwrap_or(Cond::Const(false))
            }
            ExprKind::Compare { name, relation, bound } => {
                self.compare(name, *relation, bound).unwrap_or(Cond::Const(false))
            }
            ExprKind::Setting(id) => match self.setting(id) {
                Some(Set::YesNo(on)) => Cond::Const(on),
                Some(other) => {
                    self.wrong_setting(id, other, "yes-no", "compare an amount with it: `value >= setting …`");
                    Cond::Const(false)
                }
                None => Cond::Const(false),
            },
            ExprKind::Date { name, relation, offset, when } => {
                self.date(name, *relation, *offset, when).unwrap_or(Cond::Const(false))
            }
            ExprKind::Within { name, offset, when } => {
                let (near, far) = if offset.before {
                    (Relation::AtMost, Relation::AtLeast)
                } else {
                    (Relation::AtLeast, Relation::AtMost)
                };
                let a = self.date(name, far, Some(*offset), when);
                let b = a.is_some().then(|| self.date(name, near, None, when)).flatten();
                a.zip(b).map_or(Cond::Const(false), |(a, b)| a.and(b))
            }
        }
    }

    fn problem(
        &mut self,
        code: &'static str,
        word: &Word,
        message: String,
        label: impl Into<String>,
        help: Option<String>,
    ) {
        self.problems.push(Problem { code, message, label: label.into(), help, span: word.span.clone() });
    }

    fn slot(&mut self, name: &Word) -> Option<(Slot, &'a super::SlotDef)> {
        let frame = self.frame;
        let prefixed =
            (!self.prefix.is_empty()).then(|| frame.slot(&format!("{}{}", self.prefix, name.text))).flatten();
        if let Some(slot) = prefixed.or_else(|| frame.slot(&name.text)) {
            return Some((slot, frame.def(slot)));
        }
        let near = crate::text::nearest(&name.text, frame.names()).map(|n| format!("did you mean `{n}`?"));
        let value_of = |def: &&super::SlotDef| def.bit(&name.text).is_some();
        let help = near.or_else(|| {
            let def = frame.slots.iter().rev().find(value_of)?;
            Some(format!("it is a value of `{}`; several values stand in braces: {{a, b}}", def.name))
        });
        let label = format!("not a field of `{}`", frame.kind);
        self.problem("C0010", name, format!("there is no field `{}`", name.text), label, help);
        None
    }

    fn wrong_type(&mut self, name: &Word, ty: &FieldType, wanted: &str, help: &str) {
        let message = format!("`{}` is a {} field; this comparison needs a {wanted} field", name.text, ty.name());
        self.problem("C0011", name, message, format!("a {} field", ty.name()), Some(help.to_owned()));
    }

    fn yes(&mut self, name: &Word) -> Option<Cond> {
        let (slot, def) = self.slot(name)?;
        if def.ty != FieldType::YesNo {
            self.wrong_type(name, &def.ty, "yes-no", how_to_ask(&def.ty));
            return None;
        }
        Some(Cond::Atom(Atom::Choice { slot, any_of: 0b10 }))
    }

    fn is(&mut self, name: &Word, value: &Word) -> Option<Cond> {
        let (slot, def) = self.slot(name)?;
        match &def.ty {
            FieldType::Choice(_) => self.bit(def, value).map(|any_of| Cond::Atom(Atom::Choice { slot, any_of })),
            FieldType::Set(_) if value.text == "none" => Some(Cond::Atom(Atom::Empty { slot })),
            ty => {
                self.wrong_type(name, ty, "choice", how_to_ask(ty));
                None
            }
        }
    }

    fn one_of(&mut self, name: &Word, values: &[Word]) -> Option<Cond> {
        let (slot, def) = self.slot(name)?;
        if !matches!(def.ty, FieldType::Choice(_)) {
            self.wrong_type(name, &def.ty, "choice", how_to_ask(&def.ty));
            return None;
        }
        self.bits(def, values).map(|any_of| Cond::Atom(Atom::Choice { slot, any_of }))
    }

    fn set(&mut self, name: &Word, values: &[Word]) -> Option<(Slot, u64)> {
        let (slot, def) = self.slot(name)?;
        if !matches!(def.ty, FieldType::Set(_)) {
            self.wrong_type(name, &def.ty, "set", how_to_ask(&def.ty));
            return None;
        }
        self.bits(def, values).map(|bits| (slot, bits))
    }

    fn bits(&mut self, def: &super::SlotDef, values: &[Word]) -> Option<u64> {
        let mut all = Some(0);
        for value in values {
            let bit = self.bit(def, value);
            if let (Some(b), Some(seen)) = (bit, all)
                && seen & b != 0
            {
                self.problem("C0013", value, format!("`{}` is named twice", value.text), "again", None);
            }
            all = all.zip(bit).map(|(a, b)| a | b);
        }
        all
    }

    fn bit(&mut self, def: &super::SlotDef, value: &Word) -> Option<u64> {
        if let Some(bit) = def.bit(&value.text) {
            return Some(bit);
        }
        let ids: &[String] = match &def.ty {
            FieldType::Choice(ids) | FieldType::Set(ids) => ids,
            _ => &[],
        };
        let help = crate::text::nearest(&value.text, ids.iter().map(String::as_str))
            .map_or_else(|| format!("its values are: {}", ids.join(", ")), |n| format!("did you mean `{n}`?"));
        let message = format!("`{}` is not a value of `{}`", value.text, def.name);
        self.problem("C0012", value, message, "unknown value", Some(help));
        None
    }

    fn list(&mut self, word: &Word, of_entities: bool) -> Option<usize> {
        match self.lists.list(&word.text) {
            Some((index, entities)) if entities == of_entities => Some(index),
            Some((_, entities)) => {
                let of = |e| if e { "organisations" } else { "countries" };
                let message =
                    format!("`{}` is a list of {}; here stands a list of {}", word.text, of(entities), of(of_entities));
                self.problem("C0014", word, message, "the wrong kind of list", None);
                None
            }
            None => {
                let names = self.lists.names();
                let help =
                    crate::text::nearest(&word.text, names.iter().copied()).map(|n| format!("did you mean `{n}`?"));
                self.problem("C0014", word, format!("there is no list `{}`", word.text), "unknown list", help);
                None
            }
        }
    }

    fn clock(&mut self, word: Option<&Word>) -> Option<Slot> {
        let Some(word) = word else {
            return self.frame.slot("filing");
        };
        let (slot, def) = self.slot(word)?;
        if def.owner != Owner::Clock {
            self.problem("C0015", word, format!("`{}` is not a clock", word.text), "expected a clock", None);
            return None;
        }
        Some(slot)
    }

    fn in_list(&mut self, name: &Word, list: &Word, clock: Option<&Word>) -> Option<Cond> {
        let (slot, def) = self.slot(name)?;
        let of_entities = match def.ty {
            FieldType::Country => false,
            FieldType::Entity => true,
            FieldType::Places => {
                self.wrong_type(name, &def.ty, "country", "write `any in` or `any outside`");
                return None;
            }
            _ => {
                self.wrong_type(
                    name,
                    &def.ty,
                    "country or entity",
                    "values of the field itself stand in braces: `in {a, b}`",
                );
                return None;
            }
        };
        let list = self.list(list, of_entities)?;
        let clock = self.clock(clock)?;
        Some(Cond::Atom(Atom::Listed { slot, list, clock }))
    }

    fn some_place(&mut self, name: &Word, outside: bool, list: &Word, clock: Option<&Word>) -> Option<Cond> {
        let (slot, def) = self.slot(name)?;
        if def.ty != FieldType::Places {
            self.wrong_type(name, &def.ty, "places", how_to_ask(&def.ty));
            return None;
        }
        let list = self.list(list, false)?;
        let clock = self.clock(clock)?;
        Some(Cond::Atom(Atom::SomePlace { slot, list, clock, outside }))
    }

    fn setting(&mut self, id: &Word) -> Option<Set> {
        let found = self.lists.setting(&id.text);
        if found.is_none() {
            let known = self.lists.settings();
            let help = crate::text::nearest(&id.text, known).map(|n| format!("did you mean `{n}`?"));
            let help = help.or_else(|| Some("settings are declared in settings/ and read by rules and checks".into()));
            self.problem("C0019", id, format!("there is no setting `{}`", id.text), "unknown setting", help);
        }
        found
    }

    fn wrong_setting(&mut self, id: &Word, is: Set, wanted: &str, help: &str) {
        let message = format!("`{}` is a {} setting; here stands a {wanted}", id.text, is.type_name());
        self.problem("C0019", id, message, "the wrong kind of setting", Some(help.to_owned()));
    }

    fn compare(&mut self, name: &Word, relation: Relation, bound: &Bound) -> Option<Cond> {
        let (slot, def) = self.slot(name)?;
        if !matches!(def.ty, FieldType::Money | FieldType::Number) {
            self.wrong_type(name, &def.ty, "money or number", how_to_ask(&def.ty));
            return None;
        }
        let n = match bound {
            Bound::Number(n) => *n,
            Bound::Setting(id) => match (self.setting(id)?, &def.ty) {
                (Set::Money(n), FieldType::Money) | (Set::Number(n), FieldType::Number) => n,
                (other, ty) => {
                    self.wrong_setting(id, other, ty.name(), "compare a field with a setting of its own type");
                    return None;
                }
            },
        };
        let at_least = |hundredths| Cond::Atom(Atom::AtLeast { slot, hundredths });
        Some(match relation {
            Relation::AtLeast => at_least(n),
            Relation::More => at_least(n + 1),
            Relation::Less => where_it_applies(def, at_least(n).negate()),
            Relation::AtMost => where_it_applies(def, at_least(n + 1).negate()),
        })
    }

    fn date(&mut self, name: &Word, relation: Relation, offset: Option<Offset>, when: &When) -> Option<Cond> {
        let (slot, def) = self.slot(name)?;
        if !matches!(def.ty, FieldType::Date(_)) {
            self.wrong_type(name, &def.ty, "date", how_to_ask(&def.ty));
            return None;
        }
        let mut other_def = None;
        let anchor = match when {
            When::Day(word) => match PartialDate::parse(&word.text).filter(PartialDate::is_exact) {
                Some(d) => Anchor::Day(crate::calendar::day(d.first)),
                None => {
                    let message = format!("`{}` is not a day that exists", word.text);
                    self.problem("C0016", word, message, "expected a day such as 2024-05-20", None);
                    return None;
                }
            },
            When::Name(word) => {
                let (other, def) = self.slot(word)?;
                if !matches!(def.ty, FieldType::Date(_)) {
                    self.wrong_type(word, &def.ty, "date", "compare with a clock, a date field or a day");
                    return None;
                }
                other_def = Some(def);
                Anchor::Slot(other)
            }
        };
        let (months, days) = offset.map_or((0, 0), |o| {
            let n = if o.before { -i64::from(o.count) } else { i64::from(o.count) };
            match o.unit {
                Unit::Day => (0, n),
                Unit::Month => (n as i32, 0),
                Unit::Year => (12 * n as i32, 0),
            }
        });
        let from = |next_day| Cond::Atom(Atom::OnOrAfter { slot, point: Point { anchor, months, days, next_day } });
        Some(match relation {
            Relation::AtLeast => from(false),
            Relation::More => from(true),
            Relation::Less | Relation::AtMost => {
                let earlier = from(relation == Relation::AtMost).negate();
                let earlier = where_it_applies(def, earlier);
                other_def.map_or(earlier.clone(), |other| where_it_applies(other, earlier))
            }
        })
    }

    fn exists(&mut self, kind: &Word, inner: &Expr) -> Cond {
        if self.inside_any {
            let message = "`any … where` cannot stand inside another".to_owned();
            self.problem(
                "C0018",
                kind,
                message,
                "nested here",
                Some("split the rule, or ask for a derived fact".into()),
            );
            return Cond::Const(false);
        }
        let Some(index) = self.frames.iter().position(|f| f.kind == kind.text) else {
            let help = crate::text::nearest(&kind.text, self.frames.iter().map(|f| f.kind.as_str()))
                .map(|n| format!("did you mean `{n}`?"));
            self.problem("C0017", kind, format!("there is no record kind `{}`", kind.text), "unknown kind", help);
            return Cond::Const(false);
        };
        let outer = self.frame;
        let frames = self.frames;
        if let Some(frame) = frames.get(index) {
            self.frame = frame;
            self.inside_any = true;
            let cond = self.condition(inner);
            self.frame = outer;
            self.inside_any = false;
            return Cond::Exists { kind: index, cond: Box::new(cond) };
        }
        Cond::Const(false)
    }
}

/// `<` and `before` are atoms to the rule author, but negations inside. An atom on a field that does not apply is false, so
/// the negation carries the field's guard along.
fn where_it_applies(def: &super::SlotDef, cond: Cond) -> Cond {
    match &def.guard {
        Some(guard) => guard.clone().and(cond),
        None => cond,
    }
}

fn flip(cond: Cond, negated: bool) -> Cond {
    if negated { cond.negate() } else { cond }
}

/// What can be asked of a field of this type.
fn how_to_ask(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::YesNo => "a yes-no field stands alone: `titled`, `not titled`",
        FieldType::Choice(_) => "ask a choice with `is` or `in {…}`",
        FieldType::Set(_) => "ask a set with `includes any {…}`, `only {…}` or `is none`",
        FieldType::Money | FieldType::Number => "ask an amount with `>=`, `>`, `<` or `<=`",
        FieldType::Date(_) => "ask a date with `before`, `after`, `on or before`, `on or after` or `within`",
        FieldType::Country | FieldType::Entity => "ask with `in LIST`",
        FieldType::Places => "ask places with `any in LIST` or `any outside LIST`",
        FieldType::Text | FieldType::MonthsByYear => "no condition can read this field",
    }
}
