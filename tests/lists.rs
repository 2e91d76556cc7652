//! Names of organisations against dated lists, through the library's public interface: what is on a list, what is only like
//! it, and what a report says of either.

use candor::engine::{View, assess, checks};
use candor::profile::{Store, Vocabulary};
use candor::report;
use candor::ruleset::{Fit, RuleSet, Tests, load_embedded};
use chrono::NaiveDate;

fn rules() -> RuleSet {
    load_embedded(Tests::Skip).rules.expect("the embedded rule set loads")
}

/// The editions of the section 1286 list (by year) in which a name fits in this way.
fn years(rules: &RuleSet, name: &str, country: Option<&str>, fit: Fit) -> Vec<i32> {
    use chrono::Datelike as _;
    let mut years: Vec<i32> = rules
        .look_up(name, country)
        .into_iter()
        .filter(|m| m.fit == fit)
        .filter_map(|m| rules.entry_at(m.spot))
        .filter(|(list, _, _)| list.id == "section-1286")
        .map(|(_, edition, _)| edition.from.year())
        .collect();
    years.dedup();
    years
}

fn best(rules: &RuleSet, name: &str, country: &str) -> Option<Fit> {
    rules.look_up(name, Some(country)).iter().map(|m| m.fit).min()
}

#[test]
fn each_edition_answers_for_itself() {
    let r = rules();
    assert_eq!(years(&r, "Fudan University", Some("CN"), Fit::Same), [2026]);
    assert_eq!(years(&r, "Shanghai Jiao Tong University", Some("CN"), Fit::Same), [2026]);
    assert_eq!(years(&r, "Mabna Institute", Some("IR"), Fit::Same), [2023, 2024, 2025]);
    assert_eq!(years(&r, "Harbin Institute of Technology", Some("CN"), Fit::Same), [2023, 2024, 2025, 2026]);
}

#[test]
fn spelling_accents_and_apostrophes_make_no_difference() {
    let r = rules();
    // The list prints "Xi’an Jiatong"; its notes have the right spelling in 2026, and a correction stands in for them in 2025.
    for name in [
        "Xi'an Jiaotong University",
        "Xi’an Jiaotong University",
        "XIAN JIAOTONG UNIVERSITY",
        "The Xi'an Jiaotong Univ.",
    ] {
        assert_eq!(years(&r, name, Some("CN"), Fit::Same), [2025, 2026], "{name}");
    }
    for name in
        ["Hangzhou Dianzi University", "Changchun University of Science & Technology", "Sun Yat-sen University (SYSU)"]
    {
        assert!(years(&r, name, Some("CN"), Fit::Same).contains(&2026), "{name}");
    }
    assert_eq!(best(&r, "University of Science and Technology of China (USTC)", "CN"), Some(Fit::Same));
    assert_eq!(best(&r, "Moscow's Higher School of Economics", "RU"), Some(Fit::Same));
}

#[test]
fn the_country_has_to_agree() {
    let r = rules();
    assert_eq!(best(&r, "National Defense University", "CN"), Some(Fit::Same));
    for elsewhere in ["US", "TW"] {
        assert_eq!(best(&r, "National Defense University", elsewhere), Some(Fit::Elsewhere));
    }
    assert_eq!(r.look_up("National Defense University", None).iter().map(|m| m.fit).min(), Some(Fit::Unsure));
    // The institute of this name in Russia was on three editions; the one in China never.
    assert_eq!(best(&r, "Institute of High Energy Physics", "RU"), Some(Fit::Same));
    assert_eq!(best(&r, "Institute of High Energy Physics", "CN"), Some(Fit::Elsewhere));
    // A list may mean a territory with its country; that is left open. Taiwan is never read into it.
    assert_eq!(best(&r, "Tianjin University", "HK"), Some(Fit::Unsure));
    assert_eq!(best(&r, "Tianjin University", "TW"), Some(Fit::Elsewhere));
}

#[test]
fn names_that_others_share_decide_nothing() {
    let r = rules();
    // A noted name of one university and the real name of another.
    assert!(!years(&r, "Xi'an University of Technology", Some("CN"), Fit::Same).contains(&2026));
    assert_eq!(years(&r, "Xi'an University of Technology", Some("CN"), Fit::Unsure), [2026]);
    // Only a legal form, as printed.
    assert_eq!(
        best(&r, "Federal State Budgetary Educational Institution of Higher Education", "RU"),
        Some(Fit::Unsure)
    );
    assert_eq!(
        best(&r, "Federal State Budgetary Educational Institution of Higher Education Kazan Federal University", "RU"),
        None
    );
    // Acronyms.
    for (name, country) in [("SUT", "IR"), ("AMMS", "CN"), ("CSRC", "CN"), ("BUPT", "CN")] {
        assert!(matches!(best(&r, name, country), Some(Fit::Unsure)), "{name}");
        assert!(years(&r, name, Some(country), Fit::Same).is_empty(), "{name}");
    }
    assert_eq!(best(&r, "SUT", "TH"), Some(Fit::Elsewhere));
}

#[test]
fn likeness_is_a_question_and_never_a_finding() {
    let r = rules();
    for (name, country) in [
        ("Beihang Universiy", "CN"),
        ("University Beihang", "CN"),
        ("Harbin Institute of Technology (Shenzhen)", "CN"),
        ("School of Astronautics, Harbin Institute of Technology", "CN"),
        ("PLA Dalian Naval Academy", "CN"),
    ] {
        assert_eq!(best(&r, name, country), Some(Fit::Near), "{name}");
    }
    // Near a listed name, and another organisation, or no part of the list.
    for (name, country) in [
        ("Chinese Academy of Sciences", "CN"),
        ("Tsinghua University", "CN"),
        ("Shenzhen University", "CN"),
        ("Chongqing University of Posts and Telecommunications", "CN"),
        ("Harbin University of Science and Technology", "CN"),
        ("Shantou University", "CN"),
        ("Fujian University", "CN"),
        ("Moscow State University of Civil Engineering", "RU"),
        ("Northeastern University", "US"),
        ("University of Oslo", "NO"),
        ("Beihang Universiy", "NO"),
        ("", "CN"),
        ("The", "CN"),
    ] {
        assert_eq!(best(&r, name, country), None, "{name}");
    }
}

#[test]
fn every_list_says_who_made_it_and_every_listed_institution_where_it_is() {
    let r = rules();
    for list in &r.lists {
        for edition in &list.editions {
            assert!(r.source(&edition.source).is_some(), "{} of {}", list.id, edition.from);
            for entry in edition.entries.iter().filter(|_| list.id == "section-1286" && !edition.source.is_empty()) {
                let programme = ["Talent", "Scholar", "Project 5-100"].iter().any(|p| entry.names[0].contains(p));
                assert_eq!(entry.country.is_empty(), programme, "{:?} of {}", entry.names, edition.from);
            }
        }
    }
}

#[test]
fn a_list_with_china_says_how_it_reads_hong_kong_macau_and_taiwan() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal/lists");
    for file in std::fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        if text.contains("of    = \"country\"") && text.contains("code = \"CN\"") {
            for place in ["Hong Kong", "Macau", "Taiwan"] {
                assert!(text.contains(place), "{} does not mention {place}", path.display());
            }
        }
    }
}

#[test]
fn a_maker_known_by_its_short_name_is_found() {
    let r = rules();
    for name in ["ZTE", "ZTE Corporation", "Huawei Technologies Co., Ltd."] {
        assert_eq!(best(&r, name, "CN"), Some(Fit::Same), "{name}");
    }
}

const PROFILE: &str = r#"
schema   = "candor.profile/1"
complete = ["collaboration"]

[[target]]
id     = "dod"
agency = "dod"
moment = "proposal"
title  = "Wave loads"

[target.clocks]
published = 2026-09-01
due       = 2026-12-10

[[entity]]
name      = "NAME"
domicile  = "foreign"
country   = "COUNTRY"
screening = "none-found"
MORE

[[collaboration]]
id           = "collaboration-1"
summary      = "Joint tests"
entity       = "NAME"
form         = "joint-research"
public-only  = false
started      = 2026-01-01
ended        = "never"

[collaboration.for.dod]
part-of-project = true
agency-funds    = false
"#;

/// What the bar says of the collaboration, the text of the report, and the reminders.
fn report_on(name: &str, country: &str, more: &str) -> (String, String, Vec<String>) {
    let rules = rules();
    let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let text = PROFILE.replace("NAME", name).replace("COUNTRY", country).replace("MORE", more);
    let store = Store::in_memory("lists", &text, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    let profile = store.profile();
    let target = profile.target("dod").unwrap();
    let assessment = assess(View { rules: &rules, profile, target, today });
    let at = rules.decisions.iter().position(|d| d.id == "dod.collaboration.clearance").unwrap();
    let state = &assessment.rulings.iter().find(|r| r.decision == at).unwrap().state;
    let ruling = state.outcome().map_or_else(|| "open".to_owned(), |o| o.ruling.id().to_owned());
    let remarks = checks(&rules, profile, today);
    let text = report::text(&report::build(&rules, profile, &[assessment], &remarks, today));
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (ruling, flat, remarks.into_iter().map(|r| r.says).collect())
}

#[test]
fn a_match_names_the_edition_and_the_entry() {
    let (ruling, text, _) = report_on("Beihang University", "CN", "");
    assert_eq!(ruling, "stop");
    let rests = "Beihang University (an entry matches in Section 1286 lists of institutions and programmes, edition of 31 July 2026)";
    assert!(text.contains(rests), "{text}");
    assert!(text.contains("Section 1286 lists of institutions and programmes, edition of 31 July 2026:"), "{text}");
    assert!(
        text.contains("“Beihang University” is on it, as “Beihang University” (People's Republic of China)."),
        "{text}"
    );
}

#[test]
fn a_miss_names_the_edition_and_is_no_clearance() {
    let (ruling, text, remarks) = report_on("University of Oslo", "NO", "");
    assert_eq!(ruling, "nothing-due");
    assert!(text.contains("No entry matched in this edition: “University of Oslo”."), "{text}");
    assert!(text.contains("this is no clearance"), "{text}");
    assert!(remarks.is_empty(), "{remarks:?}");
    assert!(!text.to_lowercase().contains("not on the list"), "{text}");
}

#[test]
fn a_namesake_in_another_country_is_said_to_be_one() {
    let (ruling, text, _) = report_on("National Defense University", "TW", "");
    assert_eq!(ruling, "nothing-due");
    assert!(text.contains("no entry matched. It has an organisation of this name, “National Defense University” (People's Republic of China); yours is in Taiwan."), "{text}");
}

#[test]
fn a_name_without_a_country_asks_for_the_country() {
    let (ruling, text, _) = report_on("Beihang University", "not-sure", "");
    assert_eq!(ruling, "open");
    assert!(
        text.contains("“Beihang University”: did you mean “Beihang University” (People's Republic of China)?"),
        "{text}"
    );
    assert!(text.contains("Say in which country yours is."), "{text}");
}

#[test]
fn a_like_name_is_asked_about_and_the_answer_settles_it() {
    for name in ["Beihang Universiy", "Xi'an University of Technology"] {
        let (ruling, text, remarks) = report_on(name, "CN", "");
        assert_eq!(ruling, "open", "{name}");
        assert!(text.contains("did you mean “"), "{text}");
        assert!(text.contains("Is it the same one?"), "{text}");
        assert!(remarks.iter().any(|r| r.contains("did you mean")), "{remarks:?}");
        let (ruling, text, remarks) = report_on(name, "CN", r#"similar-listed = "another""#);
        assert_eq!(ruling, "nothing-due", "{name}");
        assert!(text.contains("no entry matched. You said that it is not “"), "{text}");
        assert!(remarks.is_empty(), "{remarks:?}");
        let (ruling, text, _) = report_on(name, "CN", r#"similar-listed = "same""#);
        assert_eq!(ruling, "stop", "{name}");
        assert!(text.contains("is on it: you said that it is “"), "{text}");
    }
}
