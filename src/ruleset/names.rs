//! Names of organisations, as lists print them and as people write them.
//!
//! An organisation is on a list if an entry goes by the same name, once case, accents, punctuation and words that carry no
//! meaning are taken away, and the countries agree. Likeness never decides: a name that is only like a listed one, or that
//! several organisations go by, leaves open whether it is the same until the person says so.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use super::model::{Edition, Entry, List, RuleSet};
use crate::text::plain_words;

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// Indices of the list, of the edition in it and of the entry in that.
    pub list: usize,
    pub edition: usize,
    pub entry: usize,
    /// Several organisations go by this name.
    pub shared: bool,
}

/// How a name stands to an entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    /// The same name, in the same country: it is on the list.
    Same,
    /// The same name, but other organisations go by it as well, or it is not said where this one is.
    Unsure,
    /// A name like it.
    Near,
    /// The same name in another country: not the one on the list.
    Elsewhere,
}

/// An entry that a name may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Match {
    pub spot: Spot,
    pub fit: Fit,
}

/// All names on lists, by what is left of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    /// By key.
    exact: HashMap<String, Vec<Spot>>,
    /// By the words of the name in the order of the alphabet.
    loose: HashMap<String, Vec<Spot>>,
    /// Keys, by the hash of the key with one letter left out, or none.
    typos: HashMap<u64, Vec<String>>,
    /// Where listed organisations are. Likeness is not looked for in other countries.
    countries: BTreeSet<String>,
}

/// Words that two spellings of one name often differ by.
const SMALL: [&str; 5] = ["the", "of", "and", "for", "named"];
/// Legal forms at the end of a company's name.
const FORMS: [&str; 11] =
    ["jsc", "ltd", "limited", "inc", "incorporated", "llc", "co", "corp", "corporation", "gmbh", "company"];
const SHORT: [(&str, &str); 16] = [
    ("univ", "university"),
    ("inst", "institute"),
    ("acad", "academy"),
    ("natl", "national"),
    ("tech", "technology"),
    ("technol", "technology"),
    ("sci", "science"),
    ("eng", "engineering"),
    ("lab", "laboratory"),
    ("labs", "laboratory"),
    ("ctr", "center"),
    ("centre", "center"),
    ("res", "research"),
    ("def", "defense"),
    ("defence", "defense"),
    ("col", "college"),
];
/// A single slip of the pen is looked for in names of at least this many letters.
const LONG: usize = 10;

impl Index {
    fn of(lists: &[List]) -> Self {
        let mut index = Self::default();
        for (list, l) in lists.iter().enumerate().filter(|(_, l)| l.of_entities) {
            for (edition, e) in l.editions.iter().enumerate() {
                for (entry, x) in e.entries.iter().enumerate() {
                    if !x.country.is_empty() && !index.countries.contains(&x.country) {
                        index.countries.insert(x.country.clone());
                    }
                    for name in &x.names {
                        let shared = x.shared.contains(name) || is_acronym(name);
                        index.put(name, Spot { list, edition, entry, shared });
                    }
                }
            }
        }
        index
    }

    fn put(&mut self, name: &str, spot: Spot) {
        let words = words(name);
        let key = words.concat();
        if key.is_empty() {
            return;
        }
        if words.len() > 1 {
            self.loose.entry(sorted(&words)).or_default().push(spot);
        }
        if !self.exact.contains_key(&key) && key.chars().count() >= LONG && !spot.shared {
            for hash in with_one_left_out(&key) {
                let keys = self.typos.entry(hash).or_default();
                if !keys.contains(&key) {
                    keys.push(key.clone());
                }
            }
        }
        self.exact.entry(key).or_default().push(spot);
    }
}

impl RuleSet {
    fn names(&self) -> &Index {
        self.names.get_or_init(|| Index::of(&self.lists))
    }

    /// The list entries that go by this name, wherever they are; never by likeness.
    pub fn listed(&self, name: &str) -> &[Spot] {
        self.names().exact.get(&words(name).concat()).map_or(&[], Vec::as_slice)
    }

    /// What lists have under this name, and under names like it, for an organisation in this country. Ordered by list and
    /// edition; likeness is not looked at where an edition has the name itself.
    pub fn look_up(&self, name: &str, country: Option<&str>) -> Vec<Match> {
        let mut found: Vec<Match> = self
            .listed(name)
            .iter()
            .map(|&spot| {
                let fit = match self.entry_at(spot).map(|(_, _, e)| agree(&e.country, country)) {
                    Some(Agree::No) => Fit::Elsewhere,
                    Some(Agree::Yes) if !spot.shared => Fit::Same,
                    _ => Fit::Unsure,
                };
                Match { spot, fit }
            })
            .collect();
        let settled: BTreeSet<(usize, usize)> =
            found.iter().filter(|m| m.fit != Fit::Elsewhere).map(|m| (m.spot.list, m.spot.edition)).collect();
        let likely = country.is_none_or(|code| {
            let countries = &self.names().countries;
            countries.contains(code) || part_of(code).is_some_and(|whole| countries.contains(whole))
        });
        for spot in if likely { self.alike(name) } else { BTreeSet::new() } {
            let here = settled.contains(&(spot.list, spot.edition));
            let agrees = self.entry_at(spot).is_some_and(|(_, _, e)| agree(&e.country, country) != Agree::No);
            if !here && agrees {
                found.push(Match { spot, fit: Fit::Near });
            }
        }
        // An entry that fits in two ways counts by the better one.
        found.sort_by_key(|m| (m.spot.list, m.spot.edition, m.spot.entry, m.fit));
        found.dedup_by_key(|m| (m.spot.list, m.spot.edition, m.spot.entry));
        found
    }

    /// Entries whose name is like this one: the same words in another order, one letter more, less or other, or a name that
    /// this one ends in or that stands in it between commas or brackets.
    fn alike(&self, name: &str) -> BTreeSet<Spot> {
        let index = self.names();
        let own = words(name);
        let key = own.concat();
        let mut out = BTreeSet::new();
        if own.len() > 1 {
            out.extend(index.loose.get(&sorted(&own)).into_iter().flatten());
        }
        if key.chars().count() >= LONG {
            for hash in with_one_left_out(&key) {
                for near in index.typos.get(&hash).into_iter().flatten() {
                    if strsim::damerau_levenshtein(&key, near) <= 1 {
                        out.extend(index.exact.get(near).into_iter().flatten());
                    }
                }
            }
        }
        // A listed name of three words or more at the end of a longer one: "PLA Dalian Naval Academy".
        for start in 1..own.len().saturating_sub(2) {
            let tail = own[start..].concat();
            out.extend(index.exact.get(&tail).into_iter().flatten().filter(|s| !s.shared));
        }
        let parts =
            name.split([',', ';', '(', ')', '/', '–', '—']).flat_map(|p| p.split(" - ")).flat_map(|p| p.split(" at "));
        for part in parts.filter(|p| p.len() < name.len()) {
            let part = words(part);
            if part.len() > 1 {
                out.extend(index.exact.get(&part.concat()).into_iter().flatten().filter(|s| !s.shared));
            }
        }
        out
    }

    /// The list, edition and entry at a spot.
    pub fn entry_at(&self, spot: Spot) -> Option<(&List, &Edition, &Entry)> {
        let list = self.lists.get(spot.list)?;
        let edition = list.editions.get(spot.edition)?;
        Some((list, edition, edition.entries.get(spot.entry)?))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Agree {
    Yes,
    Maybe,
    No,
}

/// Whether an organisation in `country` can be the one that a list puts in `listed`.
fn agree(listed: &str, country: Option<&str>) -> Agree {
    match country {
        _ if listed.is_empty() => Agree::Yes,
        None => Agree::Maybe,
        Some(code) if code == listed => Agree::Yes,
        Some(code) if part_of(code) == Some(listed) => Agree::Maybe,
        Some(_) => Agree::No,
    }
}

/// The country that a territory with a code of its own belongs to. A list may mean either.
fn part_of(code: &str) -> Option<&'static str> {
    match code {
        "HK" | "MO" => Some("CN"),
        "AS" | "GU" | "MP" | "PR" | "UM" | "VI" => Some("US"),
        _ => None,
    }
}

/// The words of a name that say which organisation it is.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = plain_words(without_acronym(name))
        .into_iter()
        .map(|w| SHORT.iter().find(|(short, _)| *short == w).map_or(w, |(_, long)| (*long).to_owned()))
        .filter(|w| !SMALL.contains(&w.as_str()))
        .collect();
    while words.len() > 1 && words.last().is_some_and(|w| FORMS.contains(&w.as_str())) {
        words.pop();
    }
    words
}

/// The name without an acronym in brackets at its end.
fn without_acronym(name: &str) -> &str {
    let name = name.trim();
    match name.strip_suffix(')').and_then(|n| n.rsplit_once('(')) {
        Some((before, inner)) if is_acronym(inner) && !before.trim().is_empty() => before,
        _ => name,
    }
}

/// A short word in capitals: thousands of organisations share theirs.
fn is_acronym(name: &str) -> bool {
    let name = name.trim();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = name.chars().filter(|c| c.is_uppercase()).count();
    letters > 0 && name.chars().count() <= 8 && capitals * 2 > letters && !name.contains(char::is_whitespace)
}

fn sorted(words: &[String]) -> String {
    let mut words: Vec<&str> =
        words.iter().map(|w| if w.len() > 4 { w.strip_suffix('s').unwrap_or(w) } else { w.as_str() }).collect();
    words.sort_unstable();
    words.join(" ")
}

/// Hashes of the key itself and of the key without each of its letters. Two keys that are one slip apart share one.
fn with_one_left_out(key: &str) -> Vec<u64> {
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut rest = String::with_capacity(key.len());
    let mut out = vec![hasher.hash_one(key)];
    for (at, c) in key.char_indices() {
        rest.clear();
        rest.push_str(&key[..at]);
        rest.push_str(&key[at + c.len_utf8()..]);
        out.push(hasher.hash_one(rest.as_str()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_leave_the_same_words() {
        assert_eq!(
            words("The Univ. of Science & Technology of China (USTC)"),
            words("University of Science and Technology of China")
        );
        assert_eq!(words("Xi’an Jiaotong University").concat(), words("Xian Jiaotong Univ").concat());
        assert_ne!(words("Harbin Institute of Technology"), words("Harbin University of Technology"));
        assert_eq!(words("GosNIIMash JSC").concat(), "gosniimash");
    }

    #[test]
    fn acronyms_are_told_from_names() {
        assert!(is_acronym("AMMS") && is_acronym("UrFU") && is_acronym("SHFT"));
        assert!(!is_acronym("Skoltech") && !is_acronym("Phys Tech") && !is_acronym(""));
    }
}
