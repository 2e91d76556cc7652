//! What a ruling rests on, and what an open one waits for.

use crate::condition::{Atom, Cond, Facts, Slot, Tri};

/// The slots whose values make a true condition true, in the order the condition names them.
pub fn rests_on(facts: &Facts<'_>, cond: &Cond) -> Vec<Slot> {
    let mut slots = Vec::new();
    support(facts, cond, true, &mut slots);
    dedup(slots)
}

/// Collects a small set of atoms that settles `cond` at `wanted`.
fn support(facts: &Facts<'_>, cond: &Cond, wanted: bool, out: &mut Vec<Slot>) {
    match cond {
        Cond::Const(_) | Cond::Exists { .. } => {}
        Cond::Atom(atom) => atom_slots(facts, atom, out),
        Cond::Not(inner) => support(facts, inner, !wanted, out),
        Cond::All(parts) | Cond::Any(parts) => {
            let all = matches!(cond, Cond::All(_)) == wanted;
            if all {
                parts.iter().for_each(|p| support(facts, p, wanted, out));
            } else {
                // One part settles it: the one that needs the fewest facts.
                let settled = if wanted { Tri::Yes } else { Tri::No };
                let best = parts
                    .iter()
                    .filter(|p| facts.holds(p) == settled)
                    .map(|p| {
                        let mut slots = Vec::new();
                        support(facts, p, wanted, &mut slots);
                        dedup(slots)
                    })
                    .min_by_key(Vec::len);
                out.extend(best.unwrap_or_default());
            }
        }
    }
}

/// The slots of an atom; for a field that does not apply, the slots that say so.
fn atom_slots(facts: &Facts<'_>, atom: &Atom, out: &mut Vec<Slot>) {
    let slot = atom.slot();
    if facts.applies.get(usize::from(slot)) == Some(&Tri::No) {
        if let Some(guard) = &facts.frame.def(slot).guard {
            support(facts, guard, false, out);
        }
        return;
    }
    // What is not known at all supports nothing.
    let told = |s: &Slot| facts.known.get(usize::from(*s)).is_some_and(|k| *k != facts.frame.def(*s).blank());
    out.extend(std::iter::once(slot).chain(atom.other_slot()).filter(told));
}

fn dedup(slots: Vec<Slot>) -> Vec<Slot> {
    let mut seen = Vec::with_capacity(slots.len());
    for s in slots {
        if !seen.contains(&s) {
            seen.push(s);
        }
    }
    seen
}
