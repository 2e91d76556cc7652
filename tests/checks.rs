//! Checks across entries: each fires on what it is for, and stays quiet where what is unknown could explain it.

mod words;

use candor::engine::{Remark, checks};
use candor::profile::{SAMPLE, Store, Vocabulary};
use chrono::NaiveDate;
use words::vocabulary;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();

fn found(body: &str) -> Vec<Remark> {
    let rules = vocabulary();
    let text = format!("schema = \"candor.profile/1\"\n{body}");
    let store = Store::in_memory("t", &text, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    checks(&rules, store.profile(), TODAY)
}

fn ids(body: &str) -> Vec<String> {
    found(body).into_iter().map(|c| c.check).collect()
}

fn grant(id: u8, title: &str, rest: &str) -> String {
    format!("[[support]]\nid = \"support-{id}\"\ntitle = \"{title}\"\nentity = \"E\"\n{rest}\n")
}

#[test]
fn the_sample_profile_has_nothing_to_check() {
    let rules = vocabulary();
    let store = Store::in_memory("s", SAMPLE, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(checks(&rules, store.profile(), TODAY), []);
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

#[test]
fn work_at_one_time_fits_a_year() {
    let two = |a: &str, b: &str| {
        ids(&(grant(
            1,
            "A",
            &format!("outcome = \"funded\"\nstarted = 2024-01-01\nended = \"never\"\nmonths-per-year = {a}"),
        ) + &grant(2, "B", &format!("outcome = \"funded\"\n{b}"))))
    };
    assert_eq!(two("6", "started = 2024-01-01\nended = 2027-01-01\nmonths-per-year = 6.5"), ["months-at-once"]);
    assert_eq!(two("6", "started = 2024-01-01\nended = 2027-01-01\nmonths-per-year = 6"), [""; 0]);
    assert_eq!(two("6", "started = 2024-01-01\nended = 2026-11-01\nmonths-per-year = 6.5"), [""; 0], "over");
    assert_eq!(two("6", "started = 2024-01-01\nmonths-per-year = 6.5"), [""; 0], "it may be over");
}

#[test]
fn consulting_on_the_side_is_not_part_of_the_twelve_months() {
    let advice = |inside: &str| {
        ids(&(grant(1, "A", "outcome = \"funded\"\ncommitment = { 2026 = 12 }")
            + &format!(
                "[[consulting]]\nid = \"consulting-1\"\nsummary = \"Advice\"\n{inside}commitment = {{ 2026 = 1 }}\n"
            )))
    };
    assert_eq!(advice("within-home-job = true\n"), ["year-over-twelve"]);
    assert_eq!(advice("within-home-job = false\n"), [""; 0]);
    assert_eq!(advice(""), [""; 0]);
}

#[test]
fn money_that_comes_with_a_position_is_support() {
    let post =
        "[[appointment]]\nid = \"a-1\"\ntitle = \"T\"\nentity = \"E\"\nbrings = [\"money\", \"space-equipment\"]\n";
    let both = found(post);
    let said: Vec<bool> = both.iter().map(|r| r.says.contains("Research support")).collect();
    assert_eq!(said, [false, true], "{both:?}");
    assert_eq!(found(&(post.to_owned() + &grant(1, "Package", ""))).len(), 1);
}

#[test]
fn one_organisation_under_two_names() {
    let two = |a: &str, b: &str| ids(&format!("[[entity]]\nname = \"{a}\"\n[[entity]]\nname = \"{b}\"\n"));
    let pair = ["same-organisation"];
    assert_eq!(two("University of Tromsø", "UNIVERSITY OF TROMSO"), pair);
    assert_eq!(two("University of Oslo", "University of Oslo, Department of Geosciences"), pair);
    assert_eq!(two("ETH", "Eidgenössische Technische Hochschule"), pair);
    assert_eq!(two("National University of Ulaanbaatar", "National University of Ulanbaatar"), pair, "two spellings");
    assert_eq!(
        two("Beihang University", "Beijing University of Aeronautics and Astronautics"),
        pair,
        "one entry of a list"
    );
    assert_eq!(two("University of Oslo", "University of Bergen"), [""; 0]);
    assert_eq!(two("Université Paris 1", "Université Paris 7"), [""; 0]);
    assert_eq!(two("University of Bath", "University of Bari"), [""; 0]);
    assert_eq!(
        ids(
            "[[entity]]\nname = \"National University\"\ncity = \"Manila\"\n[[entity]]\nname = \"National University, School of Law\"\ncity = \"San Diego\"\n"
        ),
        [""; 0],
        "two cities"
    );
}

#[test]
fn entries_of_which_the_same_is_said_are_one_remark() {
    let waiting = "outcome = \"awaiting\"\nfiled = 2024-01-15\n";
    let said = found(&(grant(1, "A", waiting) + &grant(2, "B", waiting) + &grant(3, "C", waiting)));
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].records, ["support-1", "support-2", "support-3"]);
    assert!(said[0].says.starts_with("“A” was filed more than 18 months ago"), "{}", said[0].says);
    assert!(said[0].says.ends_with("The same holds for 2 more entries."), "{}", said[0].says);
}

#[test]
fn one_award_number_is_one_award() {
    let two = |a: &str, b: &str| {
        let of = |rest: &str| format!("award-number = \"RCN 312-345\"\n{rest}");
        ids(&(grant(1, "A", &of(a)) + &grant(2, "B", &of(b))))
    };
    assert_eq!(two("amount = 100", "amount = 120"), ["same-number"]);
    assert_eq!(two("amount = 100", "amount = 100"), ["same-number"], "two titles");
    let year = |year: u16, amount: u8| format!("started = \"{year}-01\"\nended = \"{year}-12\"\namount = {amount}");
    assert_eq!(two(&year(2024, 100), &year(2025, 120)), [""; 0], "a renewal");
}
