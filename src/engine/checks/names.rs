//! One organisation under two names, and names like those on lists. The person decides; nothing is merged here.

use super::{Remark, entity, short};
use crate::engine::SIMILAR_LISTED;
use crate::facts::{Answer, Value};
use crate::profile::{Entity, Profile};
use crate::ruleset::{Fit, RuleSet};
use crate::text::plain_words;

/// Words that say little about which organisation it is.
const SMALL: [&str; 9] = ["the", "of", "and", "for", "at", "in", "de", "la", "et"];

pub(super) fn check(rules: &RuleSet, profile: &Profile, out: &mut Vec<Remark>) {
    check_lists(rules, profile, out);
    let words: Vec<Vec<String>> = profile.entities.iter().map(|e| plain_words(&e.name)).collect();
    for (i, a) in profile.entities.iter().enumerate() {
        for (j, b) in profile.entities.iter().enumerate().skip(i + 1) {
            if !told_apart(a, b) && alike(&words[i], &words[j]) || listed_alike(rules, a, b) {
                let says = format!(
                    "“{}” and “{}” may be one organisation under two names. If they are, give both entries the same name, so that \
                     they count together.",
                    short(&a.name),
                    short(&b.name)
                );
                let with_either = profile.records.iter().filter(|r| {
                    let with = rules.kind(&r.kind).and_then(|(_, kind)| entity(kind, r));
                    with.is_some_and(|name| name == a.name || name == b.name)
                });
                let records = with_either.map(|r| r.id.clone()).collect();
                out.push(Remark::new("same-organisation", says, records, Vec::new()));
            }
        }
    }
}

/// An organisation whose name is like one on the newest edition of a list, or that others go by as well.
fn check_lists(rules: &RuleSet, profile: &Profile, out: &mut Vec<Remark>) {
    for e in &profile.entities {
        let elsewhere = matches!(e.text("domicile"), None | Some("foreign" | "multilateral"));
        if !elsewhere || e.answers.contains_key(SIMILAR_LISTED) {
            continue;
        }
        let of_it = |r: &&crate::profile::Record| {
            rules.kind(&r.kind).and_then(|(_, kind)| entity(kind, r)).is_some_and(|name| name == e.name)
        };
        let records: Vec<String> = profile.records.iter().filter(of_it).map(|r| r.id.clone()).collect();
        let open = rules.look_up(&e.name, e.text("country")).into_iter().find(|m| {
            let newest = rules.lists.get(m.spot.list).is_some_and(|l| m.spot.edition + 1 == l.editions.len());
            newest && matches!(m.fit, Fit::Unsure | Fit::Near)
        });
        let found =
            open.and_then(|m| rules.entry_at(m.spot)).and_then(|(list, _, entry)| Some((list, entry.names.first()?)));
        if let (Some((list, listed)), false) = (found, records.is_empty()) {
            let says = format!(
                "“{}”: did you mean “{}”, which stands on “{}”? The names are alike, which decides nothing. Say on its entry \
                 in which country it is and whether it is the same one.",
                short(&e.name),
                short(listed),
                short(&list.title)
            );
            out.push(Remark::new("similar-listed", says, records, Vec::new()));
        }
    }
}

/// True if a place or kind that both give is another.
fn told_apart(a: &Entity, b: &Entity) -> bool {
    ["domicile", "country", "city", "type"].iter().any(|field| match (a.answers.get(*field), b.answers.get(*field)) {
        (Some(Answer::Is(Value::Text(x))), Some(Answer::Is(Value::Text(y)))) => plain_words(x) != plain_words(y),
        (Some(Answer::Is(x)), Some(Answer::Is(y))) => x != y,
        _ => false,
    })
}

/// True if one entry of a list goes by both names.
fn listed_alike(rules: &RuleSet, a: &Entity, b: &Entity) -> bool {
    let (these, those) = (rules.listed(&a.name), rules.listed(&b.name));
    these.iter().any(|x| those.iter().any(|y| (x.list, x.edition, x.entry) == (y.list, y.edition, y.entry)))
}

/// True for the same words, the same but for a letter or two in a long name, a part of the other's name, or its initials.
fn alike(a: &[String], b: &[String]) -> bool {
    let (Some(first), Some(_)) = (a.first(), b.first()) else { return false };
    let weighty =
        |words: &[String]| -> Vec<String> { words.iter().filter(|w| !SMALL.contains(&w.as_str())).cloned().collect() };
    let (x, y) = (weighty(a), weighty(b));
    if digits(&x) != digits(&y) {
        return false;
    }
    let (long, brief) = if x.len() >= y.len() { (&x, &y) } else { (&y, &x) };
    // "University of Oslo" and "University of Oslo, Department of Geosciences".
    let part = brief.len() > 1 && long.starts_with(brief);
    let initials: String = long.iter().filter_map(|w| w.chars().next()).collect();
    let initials = brief.len() == 1 && long.len() > 2 && brief[0] == initials && !first.is_empty();
    part || initials || near(&x.concat(), &y.concat())
}

/// At most one letter in twelve apart, and at most two: two spellings of one name, not two cities.
fn near(a: &str, b: &str) -> bool {
    let length = a.chars().count().min(b.chars().count());
    a == b || (length >= 12 && strsim::damerau_levenshtein(a, b) <= (length / 12).min(2))
}

fn digits(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).filter(|w| w.chars().any(|c| c.is_ascii_digit())).collect()
}
