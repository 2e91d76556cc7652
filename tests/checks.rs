//! Checks across entries: each fires on what it is for, and stays quiet where what is unknown could explain it.

mod words;

use candor::engine::{Check, checks};
use candor::profile::{SAMPLE, Store, Vocabulary};
use words::vocabulary;

fn found(body: &str) -> Vec<Check> {
    let rules = vocabulary();
    let text = format!("schema = \"candor.profile/1\"\n{body}");
    let store = Store::in_memory("t", &text, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    checks(&rules, store.profile())
}

fn ids(body: &str) -> Vec<&'static str> {
    found(body).into_iter().map(|c| c.id).collect()
}

fn grant(id: u8, title: &str, rest: &str) -> String {
    format!("[[support]]\nid = \"support-{id}\"\ntitle = \"{title}\"\nentity = \"E\"\n{rest}\n")
}

#[test]
fn the_sample_profile_has_nothing_to_check() {
    let rules = vocabulary();
    let store = Store::in_memory("s", SAMPLE, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(checks(&rules, store.profile()), []);
}

#[test]
fn twelve_months_are_a_year() {
    let two = |a: &str, b: &str, outcome: &str| {
        ids(&(grant(1, "A", &format!("outcome = \"funded\"\ncommitment = {{ 2026 = {a} }}"))
            + &grant(2, "B", &format!("outcome = \"{outcome}\"\ncommitment = {{ 2026 = {b} }}"))))
    };
    assert_eq!(two("6", "6", "funded"), [""; 0]);
    assert_eq!(two("6", "6.01", "funded"), ["year-over-twelve"]);
    assert_eq!(two("6", "11", "awaiting"), ["year-over-twelve-if-funded"]);
    assert_eq!(two("6", "11", "refused"), [""; 0]);
}

#[test]
fn months_fit_the_dates() {
    let runs = |dates: &str, months: &str| ids(&grant(1, "A", &format!("{dates}\ncommitment = {{ {months} }}")));
    assert_eq!(runs("started = 2025-12-01", "2025 = 1"), [""; 0]);
    assert_eq!(runs("started = 2025-12-31", "2025 = 1"), [""; 0], "a month that is touched counts");
    assert_eq!(runs("started = 2025-12-01", "2025 = 1.5"), ["months-outside-dates"]);
    assert_eq!(runs("started = 2025\nended = 2025", "2025 = 12"), [""; 0], "a year alone allows all of it");
    assert_eq!(runs("started = 2025\nended = \"2025-06\"", "2025 = 7"), ["months-outside-dates"]);
    assert_eq!(runs("ended = 2024-03-01", "2025 = 1"), ["months-outside-dates"]);
    assert_eq!(runs("started = \"not-sure\"\nended = \"never\"", "2025 = 12"), [""; 0]);
    assert_eq!(runs("started = \"never\"", "2025 = 3"), [""; 0]);
}

#[test]
fn a_yes_asks_for_its_entry() {
    let trip = "[[trip]]\nid = \"trip-1\"\npurpose = \"P\"\norganiser = \"Oslo\"\ngot-title = true\n";
    let one = found(trip);
    assert_eq!(one.len(), 1);
    insta::assert_snapshot!(one[0].says, @"For “P” you answered “Did you come back with a title or position, even an honorary one?” with yes. There is no entry under “Appointments and positions” with Oslo yet; you may want to add it.");
    let post = |entity: &str| format!("{trip}[[appointment]]\nid = \"appointment-1\"\n{entity}\n");
    assert_eq!(ids(&post("entity = \"Oslo\"")), [""; 0]);
    assert_eq!(ids(&post("")), [""; 0], "it may be that one");
    assert_eq!(ids(&post("entity = \"Bergen\"")), ["entry-missing"]);
    assert_eq!(
        ids("[[appointment]]\nid = \"a-1\"\ntitle = \"T\"\nentity = \"Oslo\"\nbrings = [\"space-equipment\"]\n"),
        ["entry-missing"]
    );
    assert_eq!(ids("[[appointment]]\nid = \"a-1\"\nentity = \"Oslo\"\nbrings = []\n"), [""; 0]);
    assert_eq!(ids("[[trip]]\nid = \"trip-1\"\ngot-title = \"not-sure\"\n"), [""; 0]);
}

#[test]
fn repeats_look_alike_and_series_do_not() {
    let pair = |a: &str, b: &str| ids(&(grant(1, "Sand and storms", a) + &grant(2, "Sand & storms", b)));
    assert_eq!(pair("", ""), [""; 0], "another word is another title");
    let pair = |a: &str, b: &str| ids(&(grant(1, "Sand, storms", a) + &grant(2, "SAND  storms.", b)));
    assert_eq!(pair("", ""), ["look-alike"]);
    assert_eq!(pair("started = 2024", "started = 2024-05-01"), ["look-alike"]);
    assert_eq!(pair("started = 2024", "started = 2025-05-01"), [""; 0], "two phases");
    assert_eq!(pair("amount = 100", "amount = \"about 105\""), ["look-alike"]);
    assert_eq!(
        ids("[[support]]\nid = \"s-1\"\n[[support]]\nid = \"s-2\"\n"),
        [""; 0],
        "two empty entries are not a repeat"
    );
}
