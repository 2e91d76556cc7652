//! Settings: declared by the rule set, read by conditions, given by overlays, refused where they may not be, and the proof that
//! overlays change federal rulings through them alone.

use candor::audit;
use candor::audit::diff::neutral;
use candor::condition::Set;
use candor::diagnostic::{SourceFile, render};
use candor::report::SettingNote;
use candor::ruleset::{Loaded, OverlayFiles, RuleFiles, RuleSet, Ruling, Tests, load_with, set_text};
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()
}

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.into(), text: text.into() }
}

const VOCABULARY: &str = "
[kind]
id = \"gift\"
title = \"Gift\"
plural = \"Gifts\"
summary = \"A gift.\"
label = []

[[field]]
id = \"value\"
type = \"money\"
ask = \"How much?\"
why = \"It matters.\"

[[field]]
id = \"meal\"
type = \"yes-no\"
ask = \"Was it a meal?\"
why = \"It matters.\"
";

const SETTINGS: &str = "
[[setting]]
id = \"floor\"
title = \"The floor\"
type = \"money\"
default = 500
at-least = 100
at-most = 500
authority = [{ source = \"src\", at = \"2\" }]

[[setting]]
id = \"meals-count\"
title = \"Meals count\"
type = \"yes-no\"
default = false
authority = [{ source = \"src\", at = \"2\" }]
";

fn rule(id: &str, when: &str, ruling: &str, because: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\n{when}\nruling = \"{ruling}\"\nbecause = \"{because}\"\nperiod = {{ clock = \"filing\", from = \
         1900-01-01 }}\nauthority = [{{ source = \"src\", at = \"1\" }}]\nbasis = \"primary\"\nverified = 2026-11-23\n"
    )
}

fn decision(above: &str) -> String {
    let head =
        "[decision]\nid = \"nsf.gift.x\"\nasks = \"?\"\nrecord = \"gift\"\nplace = \"f.s\"\nmoments = [\"proposal\"]\n";
    [
        head.to_owned(),
        rule("above", &format!("when = '{above}'"), "disclose", "It is worth {setting floor} or more."),
        rule("below", "unless = [\"above\"]", "nothing-due", "It is worth less than {setting floor}."),
    ]
    .concat()
}

const ABOVE: &str = "value >= setting floor and (not meal or setting meals-count)";

fn files(settings: &str, decision: &str) -> Vec<SourceFile> {
    vec![
        file("ruleset.toml", "[ruleset]\nid = \"t\"\ntitle = \"T\"\nversion = \"1\"\nschema = \"candor.ruleset/1\"\n"),
        file("vocabulary/entity.toml", include_str!("../rules/us-federal/vocabulary/entity.toml")),
        file("vocabulary/person.toml", include_str!("../rules/us-federal/vocabulary/person.toml")),
        file("vocabulary/target.toml", include_str!("../rules/us-federal/vocabulary/target.toml")),
        file("vocabulary/gift.toml", VOCABULARY),
        file("agencies/nsf.toml", include_str!("../rules/us-federal/agencies/nsf.toml")),
        file("agencies/home.toml", include_str!("../rules/us-federal/agencies/home.toml")),
        file(
            "forms/f.toml",
            "[form]\nid = \"f\"\ntitle = \"F\"\n[[section]]\nid = \"f.s\"\ntitle = \"S\"\nfields = []\n",
        ),
        file("sources/s.toml", "[[source]]\nid = \"src\"\ntitle = \"S\"\nissuer = \"I\"\n"),
        file("settings/s.toml", settings),
        file("nsf/gift/x.toml", decision),
    ]
}

fn overlay(id: &str, settings: &str) -> OverlayFiles {
    let text = format!(
        "[overlay]\nid = \"{id}\"\ntitle = \"{id}\"\nversion = \"1\"\nextends = \"t\"\n\n[settings]\n{settings}\n"
    );
    OverlayFiles { name: id.to_owned(), files: vec![file("overlay.toml", &text)], standing: Default::default() }
}

fn load(overlays: Vec<OverlayFiles>) -> Loaded {
    load_with(files(SETTINGS, &decision(ABOVE)), overlays, Tests::Skip)
}

fn rules(loaded: Loaded) -> RuleSet {
    loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)))
}

fn codes(loaded: &Loaded) -> Vec<&'static str> {
    loaded.problems.iter().filter(|p| p.severity == candor::diagnostic::Severity::Error).map(|p| p.code).collect()
}

#[test]
fn the_declared_value_holds_until_an_overlay_gives_another() {
    let plain = rules(load(Vec::new()));
    assert_eq!(plain.decisions[0].rules[0].because, "It is worth 500 dollars or more.");
    assert!(SettingNote::all(&plain).is_empty());
    let set = rules(load(vec![overlay("north", "floor = 250.50")]));
    assert_eq!(set.decisions[0].rules[0].because, "It is worth 250.50 dollars or more.");
    assert_eq!(set.decisions[0].rules[0].settings(), ["floor", "meals-count"]);
    let notes: Vec<String> = SettingNote::all(&set).iter().map(SettingNote::line).collect();
    assert_eq!(notes, ["The floor: 250.50 dollars (otherwise 500 dollars), set by north"]);
    assert_eq!(set.digest, plain.digest, "the digest names the rule set itself");
}

#[test]
fn what_may_not_be_set_is_refused_by_name() {
    for (settings, code, says) in [
        ("flor = 200", "C0135", "did you mean `floor`?"),
        ("floor = \"low\"", "C0136", "an amount in dollars"),
        ("floor = true", "C0136", "an amount in dollars"),
        ("floor = 200.555", "C0136", "an amount in dollars"),
        ("meals-count = 1", "C0136", "true or false"),
        ("floor = 501", "C0137", "100 dollars to 500 dollars may be set"),
        ("floor = 99.99", "C0137", "100 dollars to 500 dollars may be set"),
    ] {
        let loaded = load(vec![overlay("north", settings)]);
        assert_eq!(codes(&loaded), [code], "{settings}");
        let shown = render(&loaded.problems, false);
        assert!(shown.contains(says) && shown.contains("north/overlay.toml"), "{shown}");
        assert!(loaded.rules.is_none());
    }
    let twice = load(vec![overlay("north", "floor = 200"), overlay("south", "floor = 300")]);
    assert_eq!(codes(&twice), ["C0138"]);
    rules(load(vec![overlay("north", "floor = 200"), overlay("south", "floor = 200")]));
    // An overlay gives values; it declares none.
    let mut declares = overlay("north", "floor = 200");
    declares.files.push(file("settings/own.toml", SETTINGS));
    assert_eq!(codes(&load(vec![declares])), ["C0133"]);
}

#[test]
fn declarations_and_conditions_are_checked() {
    // A rule that cannot be read is not there for the `unless` of another: that echo is left out here.
    let bad = |settings: &str, above: &str| -> Vec<&'static str> {
        let loaded = load_with(files(settings, &decision(above)), Vec::new(), Tests::Skip);
        codes(&loaded).into_iter().filter(|c| *c != "C0121").collect()
    };
    assert_eq!(bad(SETTINGS, "value >= setting flor"), ["C0019"]);
    assert_eq!(bad(SETTINGS, "value >= setting meals-count"), ["C0019"]);
    assert_eq!(bad(SETTINGS, "setting floor"), ["C0019"]);
    assert_eq!(bad(&SETTINGS.replace("default = 500", "default = 501"), ABOVE), ["C0137"]);
    assert_eq!(bad(&SETTINGS.replace("default = false", "default = 3"), ABOVE), ["C0136"]);
    assert_eq!(
        bad(&SETTINGS.replace("\"money\"", "\"date\""), "setting meals-count"),
        ["C0107", "C0136", "C0136", "C0136"]
    );
    assert_eq!(bad(&SETTINGS.replace("at = \"2\"", "at = \"2\", by = 1"), ABOVE), ["C0103", "C0103"]);
    let unknown = decision(ABOVE).replace("{setting floor} or more", "{setting flor} or more");
    assert_eq!(codes(&load_with(files(SETTINGS, &unknown), Vec::new(), Tests::Skip)), ["C0019"]);
}

#[test]
fn federal_rulings_change_through_settings_alone_and_that_is_proved() {
    let own = rules(load(Vec::new()));
    let none = neutral(&own, &own, &rules(load(vec![overlay("north", "")])), today()).unwrap();
    assert_eq!((none.unchanged, none.through.len(), none.findings.len()), (1, 0, 0));
    assert!(none.lines()[0].starts_with("Proved: of the rule set's own 1 decision none answers anybody differently"));

    let with = rules(load(vec![overlay("north", "floor = 200")]));
    let values = vec![("floor".to_owned(), Set::Money(20_000))];
    let base = RuleFiles::from(files(SETTINGS, &decision(ABOVE))).settled(values);
    let settled = rules(load_with(base, Vec::new(), Tests::Skip));
    let proved = neutral(&own, &settled, &with, today()).unwrap();
    assert!(proved.findings.is_empty(), "{:#?}", proved.findings);
    assert_eq!(proved.unchanged, 0);
    let [through] = proved.through.as_slice() else { panic!("{:#?}", proved.through) };
    assert_eq!(through.settings, ["floor"]);
    assert_eq!((through.was.as_str(), through.is.as_str()), (Ruling::NothingDue.title(), Ruling::Disclose.title()));
    assert!(through.facts.contains("value: 200"), "{}", through.facts);

    // A rule set that says otherwise for another reason than a setting is told apart.
    let other = rules(load_with(files(SETTINGS, &decision("value >= setting floor")), Vec::new(), Tests::Skip));
    let broken = neutral(&own, &own, &other, today()).unwrap();
    assert!(broken.findings.iter().any(|f| f.code == "A0080" && f.witness.is_some()), "{:#?}", broken.findings);
    assert!(broken.lines()[0].starts_with("Not proved"));
}

#[test]
fn decisions_that_read_a_setting_are_proved_with_it() {
    let set = rules(load(vec![overlay("north", "floor = 200")]));
    let report = audit::check_overlays(&set, today(), audit::Budget::default());
    assert_eq!((report.decisions, report.proved), (1, 1));
    let proofs = ["A0001", "A0002", "A0003", "A0004", "A0099"];
    assert!(report.findings.iter().all(|f| !proofs.contains(&f.code)), "{:#?}", report.findings);
    // 500 stands in the rules beside the setting: with a lower floor there is a gap between the two.
    let careless = decision("value >= 500").replace("unless = [\"above\"]", "when = 'value < setting floor'");
    let set = rules(load_with(files(SETTINGS, &careless), vec![overlay("north", "floor = 200")], Tests::Skip));
    let report = audit::check_overlays(&set, today(), audit::Budget::default());
    assert!(report.findings.iter().any(|f| f.code == "A0001"), "{:#?}", report.findings);
}

#[test]
fn values_read_as_people_write_them() {
    assert_eq!(set_text(Set::Money(250_000)), "2,500 dollars");
    assert_eq!(set_text(Set::Money(123_456_789)), "1,234,567.89 dollars");
    assert_eq!(set_text(Set::Number(1400)), "14");
    assert_eq!(set_text(Set::YesNo(true)), "yes");
}
