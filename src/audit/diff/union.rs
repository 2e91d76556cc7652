//! Two rule sets on one vocabulary: the later one with every kind, field, value and list that only the earlier one has.
//!
//! Owns how the conditions of each side are read on it, and how facts found on it are handed back to a side's own frame.
//! Says what differs between the two vocabularies; asks no solver.

use std::collections::BTreeMap;

use super::words::{ListChange, WordChange};
use crate::calendar;
use crate::condition::{Anchor, Atom, Cond, Constraint, Frame, Owner, Point, Slot, SlotDef};
use crate::facts::{FieldType, Known};
use crate::logic::each_slot;
use crate::ruleset::{Deadline, Edition, Entry, Field, List, RuleSet};

/// Why two rule sets cannot be laid over each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotCompare {
    #[error("together the two rule sets have more than 64 different editions of lists; compare them in two steps")]
    Editions,
    #[error("together the two rule sets have more than 64 answers to `{0}`; compare them in two steps")]
    Answers(String),
}

/// Both rule sets on one vocabulary.
pub(super) struct Union<'a> {
    /// The later rule set with what only the earlier one has. Its decisions are those of the later one.
    pub rules: RuleSet,
    pub old: Side<'a>,
    pub new: Side<'a>,
    pub words: Vec<WordChange>,
    pub lists: Vec<ListChange>,
}

/// One of the two, and where its parts stand in the union.
#[derive(Clone)]
pub(super) struct Side<'a> {
    pub rules: &'a RuleSet,
    /// By own kind: the kind in the union.
    pub kinds: Vec<usize>,
    frames: Vec<FrameMap>,
    /// By own list.
    lists: Vec<usize>,
    /// Each edition's own bit and its bit in the union.
    bits: Vec<(u64, u64)>,
    /// By list of the union: the day its first edition begins.
    first: Vec<Option<calendar::Day>>,
}

#[derive(Clone, Default)]
struct FrameMap {
    /// By own slot.
    slots: Vec<Slot>,
    /// By own slot: the place in the union of each of its values.
    values: Vec<Vec<usize>>,
    /// By own slot: when it applies, in the union's terms, where the union cannot say so itself.
    guards: Vec<Option<Cond>>,
}

/// Where a field of one side stands in the union.
#[derive(Clone)]
struct FieldMap {
    id: String,
    values: Vec<usize>,
}

/// By own kind's id and own field's id.
type Fields = BTreeMap<(String, String), FieldMap>;

/// The name of what only the earlier side has, where the later one uses the name for something else.
fn before(name: &str) -> String {
    format!("{name} (before)")
}

/// Lays two rule sets over each other.
pub(super) fn unite<'a>(old: &'a RuleSet, new: &'a RuleSet) -> Result<Union<'a>, CannotCompare> {
    let mut rules = new.clone();
    let mut words = Vec::new();
    let (lists, bits, list_changes) = unite_lists(old, &mut rules)?;
    let (kinds, fields) = unite_kinds(old, new, &mut rules, &mut words)?;
    rules.list_dates =
        rules.lists.iter().map(|l| l.editions.iter().map(|e| (calendar::day(e.from), e.bit)).collect()).collect();
    rules.names = std::sync::OnceLock::new();
    let first: Vec<Option<calendar::Day>> =
        rules.lists.iter().map(|l| l.editions.first().map(|e| calendar::day(e.from))).collect();

    let mut new_side = Side {
        rules: new,
        kinds: (0..new.kinds.len()).collect(),
        frames: new.frames.iter().map(FrameMap::own).collect(),
        lists: (0..new.lists.len()).collect(),
        bits: new.lists.iter().flat_map(|l| &l.editions).map(|e| (e.bit, e.bit)).collect(),
        first: first.clone(),
    };
    let mut old_side = Side { rules: old, kinds, frames: Vec::new(), lists, bits, first };
    unite_frames(&mut rules, &mut old_side, &fields);
    guards(&mut rules, &mut old_side, &mut new_side, &mut words);
    constraints(&mut rules, &old_side, &new_side, &mut words);
    Ok(Union { rules, old: old_side, new: new_side, words, lists: list_changes })
}

// ---- lists -------------------------------------------------------------------------------------------------------------

/// Where each list of the earlier side stands in the union, the bits of its editions, and what differs.
type Listed = (Vec<usize>, Vec<(u64, u64)>, Vec<ListChange>);

fn unite_lists(old: &RuleSet, union: &mut RuleSet) -> Result<Listed, CannotCompare> {
    // An organisation counts by each of its names: one that goes by a name on one side only is told apart.
    union.lists.iter_mut().for_each(by_name);
    let own = union.lists.len();
    let mut used = union.lists.iter().flat_map(|l| &l.editions).fold(0, |bits, e| bits | e.bit);
    let (mut at, mut bits, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for list in &old.lists {
        let mut list = list.clone();
        by_name(&mut list);
        let same = union.lists.iter().position(|l| l.id == list.id && l.of_entities == list.of_entities);
        let twin = same.and_then(|i| union.lists.get(i)).cloned();
        if let (Some(i), Some(twin)) = (same, &twin)
            && list.editions.len() == twin.editions.len()
            && list.editions.iter().zip(&twin.editions).all(|(a, b)| a.from == b.from && names(a) == names(b))
        {
            bits.extend(list.editions.iter().zip(&twin.editions).map(|(a, b)| (a.bit, b.bit)));
            at.push(i);
            continue;
        }
        changes.extend(ListChange::of(Some(&list), twin.as_ref()));
        for edition in &mut list.editions {
            // What stands in both is in both under one bit.
            let there = twin.iter().flat_map(|t| &t.editions).find(|e| names(e) == names(edition)).map(|e| e.bit);
            let bit = match there {
                Some(bit) => bit,
                None => 1u64.checked_shl(used.trailing_ones()).ok_or(CannotCompare::Editions)?,
            };
            used |= bit;
            bits.push((edition.bit, bit));
            edition.bit = bit;
        }
        if twin.is_some() {
            list.id = before(&list.id);
        }
        union.lists.push(list);
        at.push(union.lists.len() - 1);
    }
    let added = union.lists.iter().take(own).filter(|l| !old.lists.iter().any(|o| o.id == l.id));
    changes.extend(added.filter_map(|l| ListChange::of(None, Some(l))));
    Ok((at, bits, changes))
}

fn by_name(list: &mut List) {
    if !list.of_entities {
        return;
    }
    for edition in &mut list.editions {
        let one = |e: &Entry, name: &String| Entry { names: vec![name.clone()], ..e.clone() };
        edition.entries = edition.entries.iter().flat_map(|e| e.names.iter().map(|n| one(e, n))).collect();
    }
}

fn names(edition: &Edition) -> std::collections::BTreeSet<(&str, &str)> {
    edition.entries.iter().map(|e| (e.names.first().map_or("", String::as_str), e.country.as_str())).collect()
}

// ---- kinds, fields, values ---------------------------------------------------------------------------------------------

fn unite_kinds(
    old: &RuleSet,
    new: &RuleSet,
    union: &mut RuleSet,
    words: &mut Vec<WordChange>,
) -> Result<(Vec<usize>, Fields), CannotCompare> {
    let mut kinds = Vec::new();
    let mut fields = Fields::new();
    for kind in &old.kinds {
        let Some((at, twin)) = new.kind(&kind.id) else {
            words.push(WordChange::kind(kind, false));
            union.kinds.push(kind.clone());
            kinds.push(union.kinds.len() - 1);
            for field in &kind.fields {
                let values = (0..field.values.len()).collect();
                fields.insert((kind.id.clone(), field.id.clone()), FieldMap { id: field.id.clone(), values });
            }
            continue;
        };
        kinds.push(at);
        let mut met: Vec<&str> = Vec::new();
        for field in &kind.fields {
            let other = counterpart(old, new, &kind.id, &field.id).and_then(|id| twin.field(&id));
            let map = match other.filter(|o| alike(&o.ty, &field.ty)) {
                Some(other) => {
                    met.push(&other.id);
                    unite_field(old, new, &kind.id, field, other, union, at, words)?
                }
                None => {
                    words.push(WordChange::field(kind, field, false));
                    let mut own = field.clone();
                    if twin.field(&field.id).is_some() {
                        own.id = before(&field.id);
                    }
                    let map = FieldMap { id: own.id.clone(), values: (0..field.values.len()).collect() };
                    union.kinds[at].fields.push(own);
                    map
                }
            };
            fields.insert((kind.id.clone(), field.id.clone()), map);
        }
        words.extend(
            twin.fields.iter().filter(|f| !met.contains(&f.id.as_str())).map(|f| WordChange::field(twin, f, true)),
        );
    }
    words.extend(new.kinds.iter().filter(|k| old.kind(&k.id).is_none()).map(|k| WordChange::kind(k, true)));
    Ok((kinds, fields))
}

/// The later side's id of a field: where it says that it was renamed, where the earlier side does (that may be the newer
/// one), or the same id.
fn counterpart(old: &RuleSet, new: &RuleSet, kind: &str, field: &str) -> Option<String> {
    let of = |rules: &RuleSet, pick: &dyn Fn(&str, &str) -> bool| {
        let found = rules.renamed.iter().find(|r| r.kind == kind && r.value.is_none() && pick(&r.field, &r.from));
        found.map(|r| (r.field.clone(), r.from.clone()))
    };
    let forward = of(new, &|_, from| from == field).map(|(now, _)| now);
    let backward = || of(old, &|now, _| now == field).map(|(_, from)| from);
    let there = |id: &String| new.kind(kind).is_some_and(|(_, k)| k.field(id).is_some());
    forward.or_else(backward).filter(there).or_else(|| Some(field.to_owned()).filter(there))
}

fn alike(a: &FieldType, b: &FieldType) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

#[allow(clippy::too_many_arguments)]
fn unite_field(
    old: &RuleSet,
    new: &RuleSet,
    kind: &str,
    field: &Field,
    other: &Field,
    union: &mut RuleSet,
    at: usize,
    words: &mut Vec<WordChange>,
) -> Result<FieldMap, CannotCompare> {
    let renamed = |rules: &RuleSet, of: &str, pick: &dyn Fn(&str, &str) -> bool| {
        let all = rules.renamed.iter().filter(|r| r.kind == kind && r.field == of);
        all.filter_map(|r| Some((r.value.clone()?, r.from.clone()))).find(|(now, from)| pick(now, from))
    };
    let Some(united) = union.kinds[at].fields.iter_mut().find(|f| f.id == other.id) else {
        return Ok(FieldMap { id: other.id.clone(), values: Vec::new() });
    };
    let mut values = Vec::new();
    for value in &field.values {
        let forward = renamed(new, &other.id, &|_, from| from == value.id).map(|(now, _)| now);
        let backward = || renamed(old, &field.id, &|now, _| now == value.id).map(|(_, from)| from);
        let there = |id: &String| other.values.iter().any(|v| v.id == *id);
        let id = forward.or_else(backward).filter(there).unwrap_or_else(|| value.id.clone());
        let place = united.values.iter().position(|v| v.id == id).unwrap_or_else(|| {
            words.push(WordChange::value(&union_kind_title(old, kind), field, value, false));
            united.values.push(value.clone());
            united.values.len() - 1
        });
        values.push(place);
    }
    for (place, value) in other.values.iter().enumerate() {
        if !values.contains(&place) {
            words.push(WordChange::value(&union_kind_title(old, kind), other, value, true));
        }
    }
    if united.values.len() > 64 {
        return Err(CannotCompare::Answers(field.id.clone()));
    }
    let ids = || united.values.iter().map(|v| v.id.clone()).collect::<Vec<_>>();
    united.ty = match (&field.ty, &other.ty) {
        (_, FieldType::Choice(_)) => FieldType::Choice(ids()),
        (_, FieldType::Set(_)) => FieldType::Set(ids()),
        (FieldType::Date(a), FieldType::Date(b)) => FieldType::Date(*a || *b),
        (_, ty) => ty.clone(),
    };
    Ok(FieldMap { id: other.id.clone(), values })
}

fn union_kind_title(old: &RuleSet, kind: &str) -> String {
    old.kind(kind).map_or_else(|| kind.to_owned(), |(_, k)| k.title.clone())
}

// ---- frames ------------------------------------------------------------------------------------------------------------

impl FrameMap {
    /// Everything where it stands.
    fn own(frame: &Frame) -> Self {
        let values = frame.slots.iter().map(|def| (0..count_values(def)).collect()).collect();
        Self { slots: slots_of(frame).collect(), values, guards: vec![None; frame.slots.len()] }
    }
}

fn count_values(def: &SlotDef) -> usize {
    match &def.ty {
        FieldType::YesNo => 2,
        FieldType::Choice(ids) | FieldType::Set(ids) => ids.len(),
        _ => 0,
    }
}

fn slots_of(frame: &Frame) -> impl Iterator<Item = Slot> + use<> {
    (0..frame.slots.len()).filter_map(|i| Slot::try_from(i).ok())
}

/// Adds what only the earlier side's frames have to the union's, and says where everything stands.
fn unite_frames(union: &mut RuleSet, old: &mut Side<'_>, fields: &Fields) {
    let apart = filing_differs(old.rules, union);
    for (k, frame) in old.rules.frames.iter().enumerate() {
        let at = old.kinds.get(k).copied().unwrap_or(usize::MAX);
        if at >= union.frames.len() {
            union.frames.push(Frame::new(frame.kind.clone()));
        }
        let kinds = &union.kinds;
        let ty = |kind: &str, field: &str| kinds.iter().find(|x| x.id == kind)?.field(field).map(|f| f.ty.clone());
        let Some(united) = union.frames.get_mut(at) else { continue };
        // Values that only the earlier side has are values now.
        for slot in slots_of(united) {
            let found = united.kind_of(slot).and_then(|kind| ty(kind, &united.def(slot).field));
            if let Some(found) = found {
                united.slots[usize::from(slot)].ty = found;
            }
        }
        let mut map = FrameMap { guards: vec![None; frame.slots.len()], ..FrameMap::default() };
        // By own name: the name in the union.
        let mut named: BTreeMap<&str, (String, String)> = BTreeMap::new();
        for slot in slots_of(frame) {
            let def = frame.def(slot);
            let of = frame.kind_of(slot).and_then(|kind| fields.get(&(kind.to_owned(), def.field.clone())));
            let field = of.map_or_else(|| def.field.clone(), |f| f.id.clone());
            let (name, owner) = match &def.owner {
                Owner::Clock if apart && def.field == "filing" => (before("filing"), Owner::Clock),
                Owner::Entity(_) => {
                    let parent = def.name.rsplit_once('.').map_or("", |(parent, _)| parent);
                    let (parent, parent_field) = named.get(parent).cloned().unwrap_or_default();
                    (format!("{parent}.{field}"), Owner::Entity(parent_field))
                }
                owner => {
                    let prefix = def.name.strip_suffix(def.field.as_str()).unwrap_or_default();
                    (format!("{prefix}{field}"), owner.clone())
                }
            };
            let field = if owner == Owner::Clock { name.clone() } else { field };
            let found = united.slot(&name).unwrap_or_else(|| {
                let kind = frame.kind_of(slot).unwrap_or_default();
                let ty = ty(kind, &field).unwrap_or_else(|| def.ty.clone());
                let def = SlotDef { name: name.clone(), owner, field: field.clone(), ty, guard: None, ..def.clone() };
                united.add(def)
            });
            named.insert(&def.name, (name, field));
            map.slots.push(found);
            let own = (0..count_values(def)).collect();
            map.values.push(of.map(|f| &f.values).filter(|v| !v.is_empty()).cloned().unwrap_or(own));
        }
        old.frames.push(map);
    }
}

/// Does some moment go by another clock?
fn filing_differs(old: &RuleSet, new: &RuleSet) -> bool {
    old.agencies.iter().any(|a| {
        let twin = new.agency(&a.id);
        a.moments.iter().any(|m| {
            let other = twin.and_then(|t| t.moments.iter().find(|x| x.id == m.id));
            other.is_some_and(|x| x.filing != m.filing)
        })
    })
}

/// When fields apply. Where both sides say the same of one, the union says it; where they do not, each side's conditions carry
/// it along: a comparison with a field that does not apply is false.
fn guards<'a>(union: &mut RuleSet, old: &mut Side<'a>, new: &mut Side<'a>, words: &mut Vec<WordChange>) {
    for at in 0..union.frames.len() {
        let count = union.frames[at].slots.len();
        let of = |side: &Side<'_>| -> (Vec<bool>, Vec<Option<Cond>>) {
            let (mut there, mut found) = (vec![false; count], vec![None; count]);
            if let Some(own) = side.kind(at)
                && let (Some(frame), Some(map)) = (side.rules.frames.get(own), side.frames.get(own))
            {
                for (def, slot) in frame.slots.iter().zip(&map.slots) {
                    there[usize::from(*slot)] = true;
                    found[usize::from(*slot)] = def.guard.as_ref().map(|g| side.plain(own, g));
                }
            }
            (there, found)
        };
        let ((old_has, old_guards), (new_has, new_guards)) = (of(old), of(new));
        let mut apart: Vec<bool> =
            (0..count).map(|s| old_has[s] && new_has[s] && old_guards[s] != new_guards[s]).collect();
        for (def, _) in union.frames[at].slots.iter().zip(&apart).filter(|(_, apart)| **apart) {
            let kind = &union.frames[at].kind;
            let own = match def.owner {
                Owner::Record => true,
                Owner::Target => kind == "target",
                Owner::Person => kind == "person",
                Owner::Entity(_) | Owner::Clock => false,
            };
            let field = union.kinds.iter().find(|k| k.id == *kind).and_then(|k| k.field(&def.field));
            words.extend(field.filter(|_| own).map(|f| WordChange::applies(kind, f)));
        }
        // What reads such a field cannot be said in common either.
        loop {
            let reads = |guard: &Option<Cond>| {
                let mut found = false;
                guard.iter().for_each(|g| each_slot(g, &mut |s| found |= apart[usize::from(s)]));
                found
            };
            let more: Vec<usize> =
                (0..count).filter(|&s| !apart[s] && (reads(&old_guards[s]) || reads(&new_guards[s]))).collect();
            if more.is_empty() {
                break;
            }
            more.into_iter().for_each(|s| apart[s] = true);
        }
        for s in 0..count {
            let said = if new_has[s] { &new_guards[s] } else { &old_guards[s] };
            union.frames[at].slots[s].guard = if apart[s] { None } else { said.clone() };
        }
        for side in [&mut *old, &mut *new] {
            let Some(own) = side.kind(at) else { continue };
            let Some(frame) = side.rules.frames.get(own) else { continue };
            // A guard reads only fields before its own, so theirs are carried along already.
            for (i, def) in frame.slots.iter().enumerate() {
                let stands = side.frames[own].slots.get(i).is_some_and(|s| apart[usize::from(*s)]);
                if let Some(guard) = def.guard.as_ref().filter(|_| stands) {
                    let guard = side.cond(own, guard);
                    side.frames[own].guards[i] = Some(guard);
                }
            }
        }
    }
}

/// What valid answers satisfy: what both sides ask of them.
fn constraints(union: &mut RuleSet, old: &Side<'_>, new: &Side<'_>, words: &mut Vec<WordChange>) {
    for at in 0..union.frames.len() {
        let of = |side: &Side<'_>| -> Vec<Constraint> {
            let Some(own) = side.kind(at) else { return Vec::new() };
            let Some(frame) = side.rules.frames.get(own) else { return Vec::new() };
            frame.constraints.iter().map(|c| Constraint { holds: side.bound(own, &c.holds), ..c.clone() }).collect()
        };
        let (old_says, new_says) = (of(old), of(new));
        let both = old.kind(at).is_some() && new.kind(at).is_some();
        let mut all = new_says.clone();
        all.extend(old_says.iter().filter(|c| new_says.iter().all(|n| n.holds != c.holds)).cloned());
        if both {
            let lone = |these: &[Constraint], those: &[Constraint]| -> Vec<String> {
                these.iter().filter(|c| those.iter().all(|t| t.holds != c.holds)).map(|c| c.says.clone()).collect()
            };
            for (says, added) in [(lone(&old_says, &new_says), false), (lone(&new_says, &old_says), true)] {
                words.extend(says.into_iter().map(|s| WordChange::constraint(&union.frames[at].kind, &s, added)));
            }
        }
        union.frames[at].constraints = all;
    }
}

// ---- from one side to the union and back ---------------------------------------------------------------------------------

impl Side<'_> {
    /// The own kind that stands at this place in the union.
    pub fn kind(&self, united: usize) -> Option<usize> {
        self.kinds.iter().position(|k| *k == united)
    }

    /// This side as if it read the other one's lists, where that has them.
    pub fn with_lists_of(&self, other: &Side<'_>) -> Self {
        let there = |id: &str| other.rules.lists.iter().position(|l| l.id == id).and_then(|i| other.lists.get(i));
        let own = self.rules.lists.iter().zip(&self.lists);
        let lists = own.map(|(list, at)| there(&list.id).copied().unwrap_or(*at)).collect();
        Self { lists, ..self.clone() }
    }

    /// A condition in the union's terms, every comparison with what it needs to mean the same there.
    pub fn cond(&self, kind: usize, cond: &Cond) -> Cond {
        self.read(kind, cond, true)
    }

    /// Word for word.
    fn plain(&self, kind: usize, cond: &Cond) -> Cond {
        self.read(kind, cond, false)
    }

    /// A constraint: it says nothing about fields that do not apply.
    fn bound(&self, kind: usize, holds: &Cond) -> Cond {
        let mut ways = Vec::new();
        each_slot(holds, &mut |s| {
            if let Some(guard) = self.frames[kind].guards.get(usize::from(s)).cloned().flatten() {
                ways.push(guard.negate());
            }
        });
        let holds = self.cond(kind, holds);
        if ways.is_empty() {
            return holds;
        }
        ways.push(holds);
        Cond::Any(ways)
    }

    fn read(&self, kind: usize, cond: &Cond, carry: bool) -> Cond {
        let each = |parts: &[Cond]| parts.iter().map(|c| self.read(kind, c, carry)).collect();
        match cond {
            Cond::Const(truth) => Cond::Const(*truth),
            Cond::Not(inner) => Cond::Not(Box::new(self.read(kind, inner, carry))),
            Cond::All(parts) => Cond::All(each(parts)),
            Cond::Any(parts) => Cond::Any(each(parts)),
            Cond::Exists { kind, cond } => Cond::Exists {
                kind: self.kinds.get(*kind).copied().unwrap_or(usize::MAX),
                cond: Box::new(self.read(*kind, cond, carry)),
            },
            Cond::Atom(atom) => {
                let own = Cond::Atom(self.atom(kind, atom));
                if !carry {
                    return own;
                }
                let guards = &self.frames[kind].guards;
                let slots = std::iter::once(atom.slot()).chain(atom.other_slot());
                let mut parts: Vec<Cond> =
                    slots.filter_map(|s| guards.get(usize::from(s)).cloned().flatten()).collect();
                // Before a list's first edition nobody can say, on either side: read as "no" on both.
                if let Cond::Atom(atom) = &own {
                    parts.extend(self.dated(atom));
                }
                if parts.is_empty() {
                    return own;
                }
                parts.push(own);
                Cond::All(parts)
            }
        }
    }

    /// For a comparison with a list, in the union's terms: its first edition has begun.
    pub fn dated(&self, atom: &Atom) -> Option<Cond> {
        let (Atom::Listed { list, clock, .. } | Atom::SomePlace { list, clock, .. }) = atom else { return None };
        let point = |day| Point { anchor: Anchor::Day(day), months: 0, days: 0, next_day: false };
        Some(match self.first.get(*list).copied().flatten() {
            Some(day) => Cond::Atom(Atom::OnOrAfter { slot: *clock, point: point(day) }),
            None => Cond::Const(false),
        })
    }

    fn slot(&self, kind: usize, slot: Slot) -> Slot {
        self.frames[kind].slots.get(usize::from(slot)).copied().unwrap_or(slot)
    }

    fn mask(&self, kind: usize, slot: Slot, mask: u64) -> u64 {
        let places = self.frames[kind].values.get(usize::from(slot)).map_or(&[][..], Vec::as_slice);
        (0usize..)
            .zip(places)
            .filter(|(own, _)| mask & (1u64 << *own) != 0)
            .fold(0, |all, (_, place)| all | (1u64 << place))
    }

    fn atom(&self, kind: usize, atom: &Atom) -> Atom {
        let at = |slot: Slot| self.slot(kind, slot);
        let mask = |slot: Slot, mask: u64| self.mask(kind, slot, mask);
        let list = |list: usize| self.lists.get(list).copied().unwrap_or(usize::MAX);
        match *atom {
            Atom::Choice { slot, any_of } => Atom::Choice { slot: at(slot), any_of: mask(slot, any_of) },
            Atom::Includes { slot, any_of } => Atom::Includes { slot: at(slot), any_of: mask(slot, any_of) },
            Atom::Only { slot, none_but } => Atom::Only { slot: at(slot), none_but: mask(slot, none_but) },
            Atom::Empty { slot } => Atom::Empty { slot: at(slot) },
            Atom::AtLeast { slot, hundredths } => Atom::AtLeast { slot: at(slot), hundredths },
            Atom::OnOrAfter { slot, point } => {
                let anchor = match point.anchor {
                    Anchor::Slot(other) => Anchor::Slot(at(other)),
                    day => day,
                };
                Atom::OnOrAfter { slot: at(slot), point: Point { anchor, ..point } }
            }
            Atom::Listed { slot, list: l, clock } => Atom::Listed { slot: at(slot), list: list(l), clock: at(clock) },
            Atom::SomePlace { slot, list: l, clock, outside } => {
                Atom::SomePlace { slot: at(slot), list: list(l), clock: at(clock), outside }
            }
        }
    }

    /// A deadline that counts from the union's fields.
    pub fn deadline(&self, kind: usize, deadline: &Deadline) -> Deadline {
        let at = |slot: Slot| self.slot(kind, slot);
        match deadline {
            Deadline::After { slot, days } => Deadline::After { slot: at(*slot), days: *days },
            Deadline::Before { slot, days } => Deadline::Before { slot: at(*slot), days: *days },
            Deadline::AsSoonAs { slot, at_latest } => Deadline::AsSoonAs { slot: at(*slot), at_latest: *at_latest },
            other => other.clone(),
        }
    }

    /// The values that this side knows of a slot of the union; all, of a slot that it does not have.
    pub fn knows(&self, kind: usize, united: Slot) -> u64 {
        match self.back(kind, united) {
            Some(own) => self.mask(kind, own, u64::MAX),
            None => u64::MAX,
        }
    }

    /// The own slot that stands at this one.
    pub fn back(&self, kind: usize, united: Slot) -> Option<Slot> {
        let at = self.frames.get(kind)?.slots.iter().position(|s| *s == united)?;
        Slot::try_from(at).ok()
    }

    /// Facts of the union on the own frame of a kind; nothing else is known.
    pub fn facts(&self, kind: usize, facts: impl IntoIterator<Item = (Slot, Known)>) -> Vec<Known> {
        let Some(frame) = self.rules.frames.get(kind) else { return Vec::new() };
        let mut known = frame.blank();
        for (slot, fact) in facts {
            let Some(own) = self.back(kind, slot) else { continue };
            if let Some(place) = known.get_mut(usize::from(own)) {
                *place = self.known(kind, own, fact);
            }
        }
        known
    }

    fn known(&self, kind: usize, own: Slot, fact: Known) -> Known {
        let places = self.frames[kind].values.get(usize::from(own)).map_or(&[][..], Vec::as_slice);
        let values = |mask: u64| {
            (0usize..)
                .zip(places)
                .filter(|(_, p)| mask & (1u64 << **p) != 0)
                .fold(0, |all, (own, _)| all | (1u64 << own))
        };
        let editions =
            |mask: u64| self.bits.iter().filter(|(_, union)| mask & union != 0).fold(0u64, |all, (own, _)| all | own);
        match fact {
            Known::Choice(mask) => Known::Choice(values(mask)),
            Known::Set { has, may } => Known::Set { has: values(has), may: values(may) },
            Known::Listed { on, may } => Known::Listed { on: editions(on), may: editions(may) },
            Known::Places { on, may_on, off, may_off } => Known::Places {
                on: editions(on),
                may_on: editions(may_on),
                off: editions(off),
                may_off: editions(may_off),
            },
            other => other,
        }
    }
}
