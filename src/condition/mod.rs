//! The condition language: text → syntax tree → typed condition → yes, no or unknown.
//!
//! `parse` reads text and keeps the place of every word; `check` gives words their meaning against a [`Frame`] and
//! reports every mistake; `evaluate` answers in three values; `print` writes a tree back. Nothing here knows of agencies,
//! files or solvers. `docs/condition-language.md` is the reference.

mod check;
mod evaluate;
mod parse;
mod print;

pub use check::{Lists, Set, check, check_under};
pub use evaluate::{Facts, Others, Tri, applies};
pub use parse::{Bound, Expr, ExprKind, Offset, Problem, Relation, Unit, When, Word, parse};
pub use print::expr_text;

use crate::calendar::{self, FIRST, LAST, NEVER};
use crate::facts::{FieldType, Known, MOST};

/// Index of a slot in a [`Frame`].
pub type Slot = u16;

/// Everything the rules about one kind of record can read, as one flat list of slots: the record's own fields, those of
/// the organisations it names, of the target and of the person, and the clocks.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The record kind's id.
    pub kind: String,
    /// The slots, in asking order.
    pub slots: Vec<SlotDef>,
    /// What every valid set of answers satisfies.
    pub constraints: Vec<Constraint>,
    names: std::collections::HashMap<String, Slot>,
}

/// One fact that rules can read.
#[derive(Debug, Clone)]
pub struct SlotDef {
    /// The name in conditions: `paid-by`, `entity.domicile`, `target.my-role`, `due`.
    pub name: String,
    /// Whose fact it is.
    pub owner: Owner,
    /// The field's id in its own kind (the clock's name for a clock).
    pub field: String,
    /// The field's type.
    pub ty: FieldType,
    /// When the field applies at all; `None` is always.
    pub guard: Option<Cond>,
    /// True if the answer is about the record and one target together.
    pub per_target: bool,
}

/// Whose fact a slot holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The record's own field.
    Record,
    /// A field of the organisation named in this entity field of the record.
    Entity(String),
    Target,
    Person,
    Clock,
}

/// A condition that valid answers satisfy.
#[derive(Debug, Clone)]
pub struct Constraint {
    pub id: String,
    pub holds: Cond,
    /// What to tell someone whose answers break it.
    pub says: String,
}

impl Frame {
    /// An empty frame for one kind of record.
    pub fn new(kind: String) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Adds a slot and returns its index. A frame holds far fewer than 65,536 slots; more are a bug of the loader.
    pub fn add(&mut self, slot: SlotDef) -> Slot {
        let index = Slot::try_from(self.slots.len()).unwrap_or(Slot::MAX);
        self.names.insert(slot.name.clone(), index);
        self.slots.push(slot);
        index
    }

    /// Makes `name` another name of a slot.
    pub fn alias(&mut self, name: impl Into<String>, slot: Slot) {
        self.names.insert(name.into(), slot);
    }

    /// The slot with this name.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.names.get(name).copied()
    }

    /// All names that conditions may use.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The definition of a slot.
    pub fn def(&self, slot: Slot) -> &SlotDef {
        &self.slots[usize::from(slot)]
    }

    /// The kind whose field a slot shows; `None` for a clock.
    pub fn kind_of(&self, slot: Slot) -> Option<&str> {
        match &self.def(slot).owner {
            Owner::Record => Some(&self.kind),
            Owner::Entity(_) => Some("entity"),
            Owner::Target => Some("target"),
            Owner::Person => Some("person"),
            Owner::Clock => None,
        }
    }

    /// What is known of every slot before anything is answered.
    pub fn blank(&self) -> Vec<Known> {
        self.slots.iter().map(SlotDef::blank).collect()
    }
}

impl SlotDef {
    /// The bit of a choice's or set's value.
    pub fn bit(&self, value: &str) -> Option<u64> {
        match &self.ty {
            FieldType::Choice(ids) | FieldType::Set(ids) => ids.iter().position(|v| v == value).map(|i| 1 << i),
            _ => None,
        }
    }

    /// All bits of a choice or set.
    pub fn all_bits(&self) -> u64 {
        match &self.ty {
            FieldType::YesNo => 0b11,
            FieldType::Choice(ids) | FieldType::Set(ids) if ids.len() >= 64 => u64::MAX,
            FieldType::Choice(ids) | FieldType::Set(ids) => (1 << ids.len()) - 1,
            _ => 0,
        }
    }

    /// The fact before it is answered: everything is possible.
    pub fn blank(&self) -> Known {
        match &self.ty {
            FieldType::YesNo | FieldType::Choice(_) => Known::Choice(self.all_bits()),
            FieldType::Set(_) => Known::Set { has: 0, may: self.all_bits() },
            FieldType::Money | FieldType::Number => Known::Range { lo: 0, hi: MOST },
            FieldType::Date(open) => Known::Range { lo: FIRST, hi: if *open { NEVER } else { LAST } },
            FieldType::Country | FieldType::Entity => Known::Listed { on: 0, may: u64::MAX },
            FieldType::Places => Known::Places { on: 0, may_on: u64::MAX, off: 0, may_off: u64::MAX },
            FieldType::Text | FieldType::MonthsByYear => Known::Given(false),
        }
    }
}

/// A condition whose words have been given their meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cond {
    Const(bool),
    Atom(Atom),
    Not(Box<Cond>),
    All(Vec<Cond>),
    Any(Vec<Cond>),
    /// Some record of `kind` makes `cond` true; `cond` reads that kind's frame.
    Exists {
        kind: usize,
        cond: Box<Cond>,
    },
}

/// One comparison of one slot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Atom {
    /// The choice is one of these bits (yes-no: bit 1 is yes).
    Choice { slot: Slot, any_of: u64 },
    /// The set holds at least one of these bits.
    Includes { slot: Slot, any_of: u64 },
    /// The set is not empty and holds none but these bits.
    Only { slot: Slot, none_but: u64 },
    /// The set is empty.
    Empty { slot: Slot },
    /// The number is at least this many hundredths. The other comparisons are written with this one and `Not`.
    AtLeast { slot: Slot, hundredths: i64 },
    /// The date is on or after the point. The other comparisons are written with this one and `Not`.
    OnOrAfter { slot: Slot, point: Point },
    /// The country or organisation stands on an edition in force at the clock.
    Listed { slot: Slot, list: usize, clock: Slot },
    /// Some place is on (`outside`: off) an edition in force at the clock.
    SomePlace { slot: Slot, list: usize, clock: Slot, outside: bool },
}

impl Atom {
    /// The slot the atom is about.
    pub fn slot(&self) -> Slot {
        match *self {
            Self::Choice { slot, .. }
            | Self::Includes { slot, .. }
            | Self::Only { slot, .. }
            | Self::Empty { slot }
            | Self::AtLeast { slot, .. }
            | Self::OnOrAfter { slot, .. }
            | Self::Listed { slot, .. }
            | Self::SomePlace { slot, .. } => slot,
        }
    }

    /// The clock or other date slot the atom compares with, if any.
    pub fn other_slot(&self) -> Option<Slot> {
        match *self {
            Self::OnOrAfter { point: Point { anchor: Anchor::Slot(s), .. }, .. } => Some(s),
            Self::Listed { clock, .. } | Self::SomePlace { clock, .. } => Some(clock),
            _ => None,
        }
    }
}

/// A day, given directly or as another date moved by months and then days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    pub anchor: Anchor,
    pub months: i32,
    pub days: i64,
    /// The day after the point instead of the point: "after X" is "on or after the day after X".
    pub next_day: bool,
}

impl Point {
    /// The day this point is when its anchor is `anchor`. Never decreases as `anchor` grows.
    pub fn at(&self, anchor: calendar::Day) -> calendar::Day {
        calendar::shift(anchor, self.months, self.days) + i64::from(self.next_day)
    }
}

/// What a [`Point`] is measured from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    Day(i64),
    Slot(Slot),
}

impl Cond {
    /// `not self`, without stacking negations.
    pub fn negate(self) -> Self {
        match self {
            Self::Const(b) => Self::Const(!b),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// `self and other`, flat.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Const(true), x) | (x, Self::Const(true)) => x,
            (Self::All(mut a), Self::All(b)) => {
                a.extend(b);
                Self::All(a)
            }
            (Self::All(mut a), x) => {
                a.push(x);
                Self::All(a)
            }
            (x, Self::All(mut b)) => {
                b.insert(0, x);
                Self::All(b)
            }
            (a, b) => Self::All(vec![a, b]),
        }
    }

    /// Calls `visit` for every atom outside quantifiers.
    pub fn atoms<'a>(&'a self, visit: &mut dyn FnMut(&'a Atom)) {
        match self {
            Self::Const(_) | Self::Exists { .. } => {}
            Self::Atom(a) => visit(a),
            Self::Not(c) => c.atoms(visit),
            Self::All(cs) | Self::Any(cs) => cs.iter().for_each(|c| c.atoms(visit)),
        }
    }

    /// Calls `visit` for every quantified kind.
    pub fn kinds(&self, visit: &mut dyn FnMut(usize)) {
        match self {
            Self::Const(_) | Self::Atom(_) => {}
            Self::Exists { kind, .. } => visit(*kind),
            Self::Not(c) => c.kinds(visit),
            Self::All(cs) | Self::Any(cs) => cs.iter().for_each(|c| c.kinds(visit)),
        }
    }
}
