//! Typed condition + facts → yes, no or unknown, by strong Kleene logic.

use super::{Anchor, Atom, Cond, Frame};
use crate::calendar::Day;
use crate::facts::Known;

/// Yes, no, or it depends on what is not known. In the order of Kleene's logic: `and` is the least, `or` the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    No,
    Unknown,
    Yes,
}

impl Tri {
    /// Yes if all possible values satisfy the test, no if none does.
    fn of(always: bool, sometimes: bool) -> Self {
        match (always, sometimes) {
            (true, _) => Self::Yes,
            (false, true) => Self::Unknown,
            (false, false) => Self::No,
        }
    }

    pub fn negate(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::Unknown => Self::Unknown,
            Self::No => Self::Yes,
        }
    }
}

/// Answers about records other than the one at hand.
pub trait Others {
    /// Does some record of the kind make the condition true? No only if the person said that these are all.
    fn any(&self, kind: usize, cond: &Cond) -> Tri;
}

/// What is known of one record.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    pub frame: &'a Frame,
    /// By slot.
    pub known: &'a [Known],
    /// By slot: does the field apply? See [`applies`].
    pub applies: &'a [Tri],
    /// By list: the first day of each edition and the edition's bit, in order of date.
    pub lists: &'a [Vec<(Day, u64)>],
    pub others: Option<&'a dyn Others>,
}

impl Facts<'_> {
    /// Is the condition true of these facts?
    pub fn holds(&self, cond: &Cond) -> Tri {
        match cond {
            Cond::Const(b) => Tri::of(*b, *b),
            Cond::Atom(atom) => self.atom(atom),
            Cond::Not(inner) => self.holds(inner).negate(),
            Cond::All(parts) => {
                let mut all = Tri::Yes;
                for part in parts {
                    match self.holds(part) {
                        Tri::No => return Tri::No,
                        Tri::Unknown => all = Tri::Unknown,
                        Tri::Yes => {}
                    }
                }
                all
            }
            Cond::Any(parts) => {
                let mut any = Tri::No;
                for part in parts {
                    match self.holds(part) {
                        Tri::Yes => return Tri::Yes,
                        Tri::Unknown => any = Tri::Unknown,
                        Tri::No => {}
                    }
                }
                any
            }
            Cond::Exists { kind, cond } => self.others.map_or(Tri::Unknown, |o| o.any(*kind, cond)),
        }
    }

    fn atom(&self, atom: &Atom) -> Tri {
        let slot = usize::from(atom.slot());
        let (Some(known), Some(applies)) = (self.known.get(slot), self.applies.get(slot)) else {
            return Tri::Unknown;
        };
        // A field that does not apply makes every atom on it false; one that may not apply can at most be unknown.
        if *applies == Tri::No {
            return Tri::No;
        }
        match (self.test(atom, *known), applies) {
            (Tri::Yes, Tri::Unknown) => Tri::Unknown,
            (answer, _) => answer,
        }
    }

    fn test(&self, atom: &Atom, known: Known) -> Tri {
        match (atom, known) {
            (Atom::Choice { any_of, .. }, Known::Choice(may)) => Tri::of(may & !any_of == 0, may & any_of != 0),
            (Atom::Includes { any_of, .. }, Known::Set { has, may }) => Tri::of(has & any_of != 0, may & any_of != 0),
            (Atom::Only { none_but, .. }, Known::Set { has, may }) => {
                Tri::of(has != 0 && may & !none_but == 0, has & !none_but == 0 && may & none_but != 0)
            }
            (Atom::Empty { .. }, Known::Set { has, may }) => Tri::of(may == 0, has == 0),
            (Atom::AtLeast { hundredths, .. }, Known::Range { lo, hi }) => {
                Tri::of(lo >= *hundredths, hi >= *hundredths)
            }
            (Atom::OnOrAfter { point, .. }, Known::Range { lo, hi }) => {
                let (first, last) = match point.anchor {
                    Anchor::Day(d) => (d, d),
                    Anchor::Slot(s) => match self.date(s) {
                        Some(range) => range,
                        None => return Tri::No,
                    },
                };
                let answer = Tri::of(lo >= point.at(last), hi >= point.at(first));
                // A date to compare with that may not apply can at most leave it open.
                match point.anchor {
                    Anchor::Slot(s)
                        if answer == Tri::Yes && self.applies.get(usize::from(s)) == Some(&Tri::Unknown) =>
                    {
                        Tri::Unknown
                    }
                    _ => answer,
                }
            }
            (Atom::Listed { list, clock, .. }, Known::Listed { on, may }) => self.editions(*list, *clock, on, may),
            (Atom::SomePlace { list, clock, outside, .. }, Known::Places { on, may_on, off, may_off }) => {
                if *outside {
                    self.editions(*list, *clock, off, may_off)
                } else {
                    self.editions(*list, *clock, on, may_on)
                }
            }
            // The checker never builds an atom on a slot of another type.
            _ => Tri::Unknown,
        }
    }

    /// First and last possible day of a date slot; `None` if the slot does not apply, so that comparing with it is false.
    fn date(&self, slot: super::Slot) -> Option<(Day, Day)> {
        let slot = usize::from(slot);
        match (self.known.get(slot), self.applies.get(slot)) {
            (_, Some(Tri::No)) => None,
            (Some(Known::Range { lo, hi }), _) => Some((*lo, *hi)),
            _ => Some((crate::calendar::FIRST, crate::calendar::NEVER)),
        }
    }

    /// Membership in the editions that may be in force on the clock's possible days. Before the first edition: unknown.
    fn editions(&self, list: usize, clock: super::Slot, on: u64, may: u64) -> Tri {
        let (Some(editions), Some((first, last))) = (self.lists.get(list), self.date(clock)) else {
            return Tri::Unknown;
        };
        let (mut always, mut sometimes) = (true, false);
        if editions.first().is_none_or(|(from, _)| first < *from) {
            (always, sometimes) = (false, true);
        }
        for (i, (from, bit)) in editions.iter().enumerate() {
            let ends = editions.get(i + 1).map_or(Day::MAX, |next| next.0);
            if *from <= last && first < ends {
                always &= on & bit != 0;
                sometimes |= may & bit != 0;
            }
        }
        Tri::of(always, sometimes)
    }
}

/// Which slots apply, given what is known. Guards only read slots whose own guards were settled before: they are acyclic,
/// and a frame lists a slot after those its guard reads.
pub fn applies(frame: &Frame, known: &[Known], lists: &[Vec<(Day, u64)>]) -> Vec<Tri> {
    let mut applies = vec![Tri::Yes; frame.slots.len()];
    for (i, def) in frame.slots.iter().enumerate() {
        if let Some(guard) = &def.guard {
            let facts = Facts { frame, known, applies: &applies, lists, others: None };
            applies[i] = facts.holds(guard);
        }
    }
    applies
}
