//! Planted faults, each found with the right smallest witness, and sound rule sets that are left in peace.

use candor::audit::{Budget, Finding, Report, Severity, Verdict, check, check_within, report_text, test};
use candor::diagnostic::{SourceFile, render};
use candor::ruleset::{Loaded, Tests, load_files};
use chrono::NaiveDate;

const VOCABULARY: &str = r#"
[kind]
id = "trip"
title = "Trip"
plural = "Trips"
summary = "A trip."
label = ["purpose"]

[[field]]
id = "purpose"
type = "text"
ask = "What for?"
why = "So that you know it."

[[field]]
id = "started"
type = "date"
never = "Not yet"
ask = "When did it start?"
why = "Dates matter."

[[field]]
id = "ended"
type = "date"
never = "Not yet"
ask = "When did it end?"
why = "Dates matter."

[[field]]
id = "paid-by"
type = "set"
ask = "Who paid?"
why = "It matters."
values = [{ id = "own-money", label = "I" }, { id = "home", label = "We" }, { id = "host", label = "They" }]

[[field]]
id = "value"
type = "money"
ask = "How much?"
why = "It matters."
applies-when = "paid-by includes host"

[[field]]
id = "purpose-kind"
type = "choice"
ask = "What kind?"
why = "It matters."
values = [{ id = "talk", label = "Talk" }, { id = "study", label = "Study" }, { id = "other", label = "Other" }]

[[constraint]]
id = "order"
holds = "started on or before ended"
says = "The end lies before the start."
"#;

const REST: &str = r#"
because = "Because."
authority = [{ source = "src", at = "1" }]
basis = "primary"
verified = 2026-11-23
"#;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// A rule set of one decision; each rule is its id, its condition and its period, and whatever else is given.
fn load(rules: &[(&str, &str, &str, &str)], more: &[(&str, &str)]) -> Loaded {
    let mut text = String::from(
        "[decision]\nid = \"nsf.trip.x\"\nasks = \"?\"\nrecord = \"trip\"\nplace = \"f.s\"\nmoments = [\"proposal\", \"just-in-time\"]\n",
    );
    for (id, when, period, extra) in rules {
        let when = if when.is_empty() { String::new() } else { format!("when = '{when}'\n") };
        let ruling = if extra.contains("ruling") { "" } else { "ruling = \"ask-office\"\nask = \"?\"" };
        text.push_str(&format!("[[rule]]\nid = \"{id}\"\n{when}{ruling}\nperiod = {period}\n{REST}{extra}\n"));
    }
    let file = |name: &str, text: &str| SourceFile { name: name.into(), text: text.into() };
    let mut files = vec![
        file(
            "ruleset.toml",
            "[ruleset]\nid = \"t\"\ntitle = \"T\"\nversion = \"1\"\nschema = \"candor.ruleset/1\"\nreleased = 2026-11-23\n",
        ),
        file("vocabulary/entity.toml", include_str!("../rules/us-federal/vocabulary/entity.toml")),
        file("vocabulary/person.toml", include_str!("../rules/us-federal/vocabulary/person.toml")),
        file("vocabulary/target.toml", include_str!("../rules/us-federal/vocabulary/target.toml")),
        file("vocabulary/trip.toml", VOCABULARY),
        file("agencies/nsf.toml", include_str!("../rules/us-federal/agencies/nsf.toml")),
        file(
            "forms/f.toml",
            "[form]\nid = \"f\"\ntitle = \"F\"\n[[section]]\nid = \"f.s\"\ntitle = \"S\"\nfields = []\n",
        ),
        file("sources/s.toml", "[[source]]\nid = \"src\"\ntitle = \"S\"\nissuer = \"I\"\nlast-verified = 2026-11-23\n"),
        file("nsf/trip/x.toml", &text),
    ];
    for (name, text) in more {
        files.retain(|f| f.name != *name);
        files.push(file(name, text));
    }
    load_files(files, Tests::Load)
}

fn audit(rules: &[(&str, &str, &str, &str)]) -> Report {
    audit_with(rules, &[])
}

fn audit_with(rules: &[(&str, &str, &str, &str)], more: &[(&str, &str)]) -> Report {
    let loaded = load(rules, more);
    let rules = loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)));
    check(&rules, today())
}

/// Findings of the proofs, as code and witness.
fn proofs(report: &Report) -> Vec<(&str, Option<&str>)> {
    report.findings.iter().filter(|f| f.code <= "A0006").map(|f| (f.code, f.witness.as_deref())).collect()
}

fn find<'r>(report: &'r Report, code: &str) -> Vec<&'r Finding> {
    report.findings.iter().filter(|f| f.code == code).collect()
}

const EVER: &str = "{ clock = \"filing\", from = 2000-01-01 }";

#[test]
fn a_sound_decision_is_proved() {
    let report = audit(&[
        ("before", "", "{ clock = \"filing\", until = 2024-05-20 }", ""),
        ("host", "paid-by includes host", "{ clock = \"filing\", from = 2024-05-20 }", ""),
        ("nobody", "not paid-by includes host", "{ clock = \"filing\", from = 2024-05-20 }", ""),
    ]);
    assert_eq!(proofs(&report), []);
    assert_eq!((report.proved, report.decisions), (1, 1));
}

#[test]
fn a_day_missing_between_two_periods_is_found() {
    let report = audit(&[
        ("before", "", "{ clock = \"filing\", until = 2024-05-19 }", ""),
        ("after", "", "{ clock = \"filing\", from = 2024-05-20 }", ""),
    ]);
    assert_eq!(proofs(&report), [("A0001", Some("filing: 2024-05-19"))]);
    assert_eq!(report.proved, 0);
}

#[test]
fn an_overlap_of_one_day_or_one_cent_is_found() {
    let report = audit(&[
        ("before", "", "{ clock = \"filing\", until = 2024-05-21 }", ""),
        ("after", "", "{ clock = \"filing\", from = 2024-05-20 }", ""),
    ]);
    assert_eq!(proofs(&report), [("A0002", Some("filing: 2024-05-20"))]);

    let report = audit(&[
        ("more", "paid-by includes host and value >= 5000", EVER, ""),
        ("less", "paid-by includes host and value <= 5000", EVER, ""),
        ("nobody", "not paid-by includes host", EVER, ""),
        ("before", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ]);
    let found = find(&report, "A0002");
    assert_eq!(found.len(), 1, "{report:?}");
    assert_eq!(found[0].witness.as_deref(), Some("paid-by: host; value: 5000; filing: 2026-11-23"));
    assert_eq!(found[0].rules, ["nsf.trip.x.more", "nsf.trip.x.less"]);
    assert!(found[0].line > 0);
}

#[test]
fn windows_that_miss_or_share_their_last_day_are_found() {
    // `within` includes its last day, `before` does not.
    let sound = [
        ("recent", "ended on or after 3 years before filing", EVER, ""),
        ("old", "ended before 3 years before filing", EVER, ""),
        ("horizon", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ];
    assert_eq!(proofs(&audit(&sound)), []);

    let mut gap = sound;
    gap[0].1 = "ended after 3 years before filing";
    assert_eq!(proofs(&audit(&gap)), [("A0001", Some("ended: 2023-11-23; filing: 2026-11-23"))]);

    let mut overlap = sound;
    overlap[1].1 = "ended on or before 3 years before filing";
    assert_eq!(proofs(&audit(&overlap)), [("A0002", Some("ended: 2023-11-23; filing: 2026-11-23"))]);
}

#[test]
fn a_dropped_conjunct_is_found_where_it_overlaps() {
    let report = audit(&[
        ("talks", "purpose-kind is talk", EVER, ""),
        // Was: purpose-kind is study and paid-by includes host.
        ("paid", "paid-by includes host", EVER, ""),
        ("rest", "not purpose-kind is talk and not paid-by includes host", EVER, ""),
        ("horizon", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ]);
    assert_eq!(proofs(&report), [("A0002", Some("paid-by: host; purpose-kind: talk; filing: 2026-11-23"))]);
}

#[test]
fn rules_that_cannot_fire_are_found() {
    let report = audit(&[
        ("ends-first", "started after ended", EVER, ""),
        ("all", "", EVER, "unless = [\"ends-first\"]\n"),
        ("horizon", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ]);
    let found = find(&report, "A0003");
    assert_eq!(found.len(), 1, "{report:?}");
    assert_eq!(found[0].rules, ["nsf.trip.x.ends-first"]);
    // The constraint is what makes it impossible; without it the rule can fire.
    let free = VOCABULARY.split("[[constraint]]").next().unwrap();
    let report = audit_with(
        &[
            ("ends-first", "started after ended", EVER, ""),
            ("all", "", EVER, "unless = [\"ends-first\"]\n"),
            ("horizon", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
        ],
        &[("vocabulary/trip.toml", free)],
    );
    assert_eq!(proofs(&report), []);
}

#[test]
fn a_rule_that_fires_because_a_field_does_not_apply_is_found() {
    let small = [
        ("small", "not (value >= 5000)", EVER, ""),
        ("large", "value >= 5000", EVER, ""),
        ("horizon", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ];
    let report = audit(&small);
    assert_eq!(proofs(&report), [("A0004", Some("paid-by: none; filing: 2026-11-23"))]);
    // Written out, it is fine; so is an exclusion of the whole other rule.
    let mut out = small;
    out[0].1 = "not paid-by includes host or value < 5000";
    assert_eq!(proofs(&audit(&out)), []);
    let mut unless = small;
    unless[0].1 = "";
    unless[0].3 = "unless = [\"large\"]\n";
    assert_eq!(proofs(&audit(&unless)), []);
}

#[test]
fn filing_is_the_clock_of_the_moment() {
    let rules = |when: &str| {
        audit(&[
            ("by-clock", when, "{ clock = \"filing\", from = 2024-05-20 }", ""),
            ("before", "", "{ clock = \"filing\", until = 2024-05-20 }", ""),
        ])
    };
    // At NSF, `filing` is the due date of a proposal, and the submission date just in time.
    let report = rules("target.moment is proposal or submission on or after 2024-05-20");
    assert_eq!(proofs(&report), [], "just in time, filing is the submission date");
    let report = rules("target.moment is just-in-time or submission on or after 2024-05-20");
    assert_eq!(find(&report, "A0001").len(), 1, "a proposal can be submitted before it is due");
}

#[test]
fn otherwise_says_what_falls_into_it() {
    let report = audit(&[
        ("talks", "purpose-kind is talk", EVER, ""),
        ("rest", "", EVER, "otherwise = true\n"),
        ("horizon", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ]);
    assert_eq!(proofs(&report), [("A0005", Some("purpose-kind: study or other"))]);
    assert!(report.findings.iter().all(|f| f.code != "A0005" || f.severity == Severity::Note));
}

#[test]
fn quantifiers_take_one_record_as_witness() {
    let report = audit(&[
        ("some", "any trip where paid-by includes host", EVER, ""),
        ("none", "not any trip where (paid-by includes host and purpose-kind is study)", EVER, ""),
        ("horizon", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ]);
    let found = find(&report, "A0002");
    assert_eq!(found.len(), 1, "{report:?}");
    assert!(
        found[0].witness.as_deref().is_some_and(|w| w.contains("another trip with paid-by: host; purpose-kind: talk")),
        "{found:?}"
    );
    assert!(find(&report, "A0001").is_empty());
}

#[test]
fn examples_are_run_and_missed_ones_named() {
    let near = "\n[[rule.example]]\ngiven = { paid-by = [\"home\"] }\n[[rule.near-miss]]\ngiven = { paid-by = [\"home\"] }\nrule = \"nobody\"\n";
    let report = audit(&[
        ("host", "paid-by includes host", "{ clock = \"filing\", from = 2024-05-20 }", near),
        ("nobody", "not paid-by includes host", "{ clock = \"filing\", from = 2024-05-20 }", ""),
        ("before", "", "{ clock = \"filing\", until = 2024-05-20 }", ""),
    ]);
    let failed = find(&report, "A0030");
    assert_eq!(failed.len(), 1, "{report:?}");
    assert!(
        failed[0].message.contains("expects `host`; it comes out as ask-office by `nobody`"),
        "{}",
        failed[0].message
    );
    assert_eq!(find(&report, "A0021").len(), 4, "two rules lack an example and a near miss each");
}

#[test]
fn questions_about_origin_are_refused() {
    for (ask, word) in [("What is your citizenship?", "citizenship"), ("Where were you born?", "born")] {
        let text = VOCABULARY.replace("What kind?", ask);
        let report = audit_with(&[("all", "", EVER, "")], &[("vocabulary/trip.toml", &text)]);
        let found = find(&report, "A0011");
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains(word));
    }
    assert!(find(&audit(&[("all", "", EVER, "")]), "A0011").is_empty());
}

#[test]
fn cases_that_disagree_are_listed_and_explained() {
    let case = |id: &str, expected: &str, disagrees: &str| {
        format!(
            "[[case]]\nid = \"{id}\"\nsays = \"s\"\nsource = \"x\"\nrecord = \"trip\"\nagency = \"nsf\"\non = 2025-01-01\n\
             given = {{ paid-by = [\"host\"] }}\nexpect = {{ \"nsf.trip.x\" = \"{expected}\" }}\n{disagrees}\n"
        )
    };
    let text = [
        case("right", "ask-office", ""),
        case("wrong", "disclose", ""),
        case("explained", "disclose", "disagrees = \"why\""),
        case("after-all", "ask-office", "disagrees = \"why\""),
    ]
    .concat();
    let loaded = load(&[("all", "", EVER, "")], &[("cases/c.toml", &text)]);
    let rules = loaded.rules.as_ref().unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)));
    let report = test(rules, &loaded.cases);
    let verdicts: Vec<Verdict> = report.results.iter().map(|r| r.verdict).collect();
    assert_eq!(verdicts, [Verdict::Agrees, Verdict::Differs, Verdict::DisagreesAsExplained, Verdict::AgreesAfterAll]);
    assert!(!report.is_clear());
}

#[test]
fn the_built_in_rule_set_is_proved() {
    let loaded = candor::ruleset::load_embedded(Tests::Load);
    let rules = loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)));
    // No rule was verified after this day.
    let report = check(&rules, NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
    let errors: Vec<_> = report.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(report.is_clear(), "{errors:#?}");
    assert_eq!(report.proved, report.decisions);
}

#[test]
fn every_clause_of_a_source_is_accounted_for() {
    let source = |clauses: &str| {
        format!(
            "[[source]]\nid = \"src\"\ntitle = \"S\"\nissuer = \"I\"\nlast-verified = 2026-11-23\n{}",
            clauses.replace('#', "[[source.clause]]\nsays = \"What it says\"\n")
        )
    };
    let rules = [("all", "", EVER, "")]; // cites `src`, at `1`
    let ledger = |clauses: &str| {
        let report = audit_with(&rules, &[("sources/s.toml", &source(clauses))]);
        let codes: Vec<&str> =
            report.findings.iter().map(|f| f.code).filter(|c| ("A0026".."A0030").contains(c)).collect();
        let Some(mapped) = report.ledger.first() else { panic!("no ledger") };
        (codes.join(" "), mapped.linked, mapped.out, mapped.open, mapped.unlisted)
    };
    assert_eq!(ledger(""), ("A0029".into(), 0, 0, 0, 1));
    assert_eq!(ledger("#at = \"1\"\n"), (String::new(), 1, 0, 0, 0));
    assert_eq!(ledger("#at = \"1\"\n#at = \"2\"\nout = \"For offices\"\n"), (String::new(), 1, 1, 0, 0));
    assert_eq!(ledger("#at = \"1\"\n#at = \"2\"\n"), ("A0026".into(), 1, 0, 1, 0));
    assert_eq!(ledger("#at = \"1\"\nout = \"For offices\"\n"), ("A0027".into(), 1, 0, 0, 0));
    // `10` is another place than `1`, and nothing lists the `1` that the rule cites.
    assert_eq!(ledger("#at = \"10\"\nout = \"For offices\"\n"), ("A0028".into(), 0, 1, 0, 0));
}

#[test]
fn pending_law_past_its_review_is_shown() {
    let law = "[[pending]]\nid = \"p\"\ntitle = \"P\"\nstatus = \"bill\"\nsays = \"S.\"\nwould = \"W.\"\nagencies = [\"nsf\"]\nauthority = [{ source = \"src\", at = \"1\" }]\nverified = 2026-10-01\nreview-by = ";
    let found = |day: &str| {
        let report = audit_with(&[("all", "", EVER, "")], &[("pending/nsf.toml", &format!("{law}{day}\n"))]);
        find(&report, "A0017").len()
    };
    assert_eq!(found("2026-11-22"), 1);
    assert_eq!(found("2026-11-23"), 0);
    let loaded =
        load(&[("all", "", EVER, "")], &[("pending/nsf.toml", &format!("{}2027-01-01\n", law.replace("bill", "bil")))]);
    assert!(render(&loaded.problems, false).contains("did you mean"), "{}", render(&loaded.problems, false));
}

#[test]
fn a_rule_older_than_all_its_sources_is_noted() {
    let source = |issued: &str| {
        format!(
            "[[source]]\nid = \"src\"\ntitle = \"S\"\nissuer = \"I\"\nissued = {issued}\nlast-verified = 2026-11-23\n"
        )
    };
    let disclose = [("all", "", "{ clock = \"filing\", from = 2024-05-20 }", "ruling = \"disclose\"")];
    let noted = |issued: &str, rules: &[(&str, &str, &str, &str)]| {
        find(&audit_with(rules, &[("sources/s.toml", &source(issued))]), "A0034").len()
    };
    assert_eq!(noted("2024-05-21", &disclose), 1);
    assert_eq!(noted("2024-05-20", &disclose), 0);
    // A question to the office claims nothing.
    assert_eq!(noted("2024-05-21", &[("all", "", "{ clock = \"filing\", from = 2024-05-20 }", "")]), 0);
}

#[test]
fn a_rule_that_never_fires_is_told_why() {
    let never = |rules: &[(&str, &str, &str, &str)]| {
        let report = audit(rules);
        let found = find(&report, "A0003");
        assert_eq!(found.len(), 1, "{report:?}");
        found[0].help.clone().unwrap()
    };
    let rest = ("rest", "", EVER, "unless = [\"study\", \"odd\"]\n");
    let study = ("study", "purpose-kind is study", EVER, "");
    let taken =
        never(&[study, ("odd", "purpose-kind is study and value >= 5000", EVER, "unless = [\"study\"]\n"), rest]);
    assert!(taken.starts_with("everything it says is taken by `study`"), "{taken}");
    let clash = never(&[
        study,
        ("odd", "value >= 5000 and purpose-kind is talk and value < 100", EVER, "unless = [\"study\"]\n"),
        rest,
    ]);
    // The talk has no part in it.
    assert_eq!(clash, "these cannot hold together: value at least 5000 and not value at least 100");
    let alone = never(&[study, ("odd", "started after ended", EVER, ""), rest]);
    assert!(alone.contains("cannot be: the vocabulary"), "{alone}");
}

#[test]
fn of_two_rules_that_fire_together_the_exception_is_named() {
    let advice = |rules: &[(&str, &str, &str, &str)]| {
        let report = audit(rules);
        find(&report, "A0002")[0].help.clone().unwrap()
    };
    let inside = advice(&[("all", "", EVER, ""), ("talk", "purpose-kind is talk", EVER, "")]);
    assert!(inside.starts_with("`talk` lies wholly inside `all`: add `unless = [\"talk\"]` to `all`"), "{inside}");
    let twice = advice(&[
        ("talk", "purpose-kind is talk", EVER, ""),
        ("again", "not purpose-kind in {study, other}", EVER, ""),
    ]);
    assert!(twice.contains("exactly the same answers"), "{twice}");
    let across = advice(&[("talk", "purpose-kind is talk", EVER, ""), ("paid", "paid-by includes host", EVER, "")]);
    assert!(across.starts_with("narrow one of them"), "{across}");
}

#[test]
fn what_says_nothing_more_is_noted_with_what_says_it_already() {
    let report = audit(&[
        ("talk", "purpose-kind is talk and not purpose-kind is study", EVER, "unless = [\"large\"]\n"),
        ("large", "purpose-kind is other and value >= 5000", EVER, ""),
        ("rest", "", EVER, "unless = [\"talk\", \"large\"]\n"),
    ]);
    let parts = find(&report, "A0036");
    assert_eq!(parts.len(), 1, "{report:?}");
    assert!(
        parts[0].message.contains("not purpose-kind in {study} is always true, here (by purpose-kind in {talk})"),
        "{parts:?}"
    );
    let unless = find(&report, "A0037");
    assert_eq!(unless.len(), 1);
    assert_eq!(unless[0].message, "`talk` never meets what its `unless` names: `large`");
}

#[test]
fn answers_that_change_nothing_are_named() {
    // Both amounts are ruled alike, so `value` is asked in vain; study and other are never told apart.
    let same = "ruling = \"disclose\"\n";
    let report = audit(&[
        ("large", "purpose-kind is talk and value >= 5000", EVER, same),
        ("small", "purpose-kind is talk and not value >= 5000", EVER, same),
        ("rest", "not purpose-kind is talk", EVER, ""),
        ("before", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ]);
    let found: Vec<&str> = proofs(&report).into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, ["A0004"], "`small` also fires where nobody was asked");
    let report = audit(&[
        ("large", "purpose-kind is talk and value >= 5000", EVER, same),
        ("small", "purpose-kind is talk", EVER, &format!("{same}unless = [\"large\"]\n")),
        ("rest", "not purpose-kind is talk", EVER, ""),
        ("before", "", "{ clock = \"filing\", until = 2000-01-01 }", ""),
    ]);
    assert_eq!(proofs(&report), []);
    let questions: Vec<&str> = find(&report, "A0038").iter().map(|f| f.message.as_str()).collect();
    assert!(questions.iter().any(|q| q.contains("about `trip`") && q.ends_with(": paid-by, value")), "{questions:?}");
    let answers: Vec<&str> = find(&report, "A0039").iter().map(|f| f.message.as_str()).collect();
    assert_eq!(answers, ["answers about `trip` that no ruling tells apart: purpose-kind: study and other"]);
}

#[test]
fn a_finding_can_be_set_aside_for_a_reason_and_a_time() {
    let rules = [
        ("talk", "purpose-kind is talk", EVER, "unless = [\"study\"]\n"),
        ("study", "purpose-kind is study", EVER, ""),
        ("rest", "purpose-kind is other", EVER, ""),
    ];
    let suppression = |code: &str, at: &str, until: &str| {
        format!("[[suppression]]\ncode = \"{code}\"\nat = \"{at}\"\nreason = \"It reads better.\"\nuntil = {until}\n")
    };
    let with = |text: String| audit_with(&rules, &[("suppressions/a.toml", &text)]);
    assert_eq!(find(&audit(&rules), "A0037").len(), 1);

    let report = with(suppression("A0037", "nsf.trip.x.talk", "2026-11-24"));
    assert!(find(&report, "A0037").is_empty());
    assert_eq!(report.set_aside.iter().map(|s| (s.code.as_str(), s.findings)).collect::<Vec<_>>(), [("A0037", 1)]);

    // The day it names is the first on which it no longer holds.
    let report = with(suppression("A0037", "nsf.trip.x.talk", "2026-11-23"));
    assert_eq!((find(&report, "A0037").len(), find(&report, "A0040").len()), (1, 1));
    assert_eq!(find(&report, "A0040")[0].file, "suppressions/a.toml");

    let report = with(suppression("A0037", "nsf.trip.x.study", "2027-01-01"));
    assert_eq!((find(&report, "A0037").len(), find(&report, "A0041").len()), (1, 1));

    // An error stays, and so says the suppression.
    let gap = audit_with(&rules[..2], &[("suppressions/a.toml", &suppression("A0001", "nsf.trip.x", "2027-01-01"))]);
    assert!(!find(&gap, "A0001").is_empty());
    assert!(find(&gap, "A0041")[0].message.contains("that finding is an error"));
}

#[test]
fn an_analysis_cut_short_says_so_and_claims_nothing() {
    let loaded = load(&[("talk", "purpose-kind is talk", EVER, ""), ("rest", "", EVER, "unless = [\"talk\"]\n")], &[]);
    let rules = loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)));
    let report = check_within(&rules, today(), Budget(3));
    assert!(!report.is_clear());
    assert!(report.cut_short.iter().any(|u| u.decision == "nsf.trip.x"), "{report:?}");
    assert!(find(&report, "A0038").is_empty() && find(&report, "A0039").is_empty());
    assert!(report_text(&report, false).contains("Analysis cut short"));
    assert!(check(&rules, today()).cut_short.is_empty());
}
