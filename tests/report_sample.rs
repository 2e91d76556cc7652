//! The reports of the sample profile under the built-in rules.

use candor::engine::{Assessment, View, assess, nearest_flip};
use candor::profile::Profile;
use candor::report;
use candor::ruleset::{RuleSet, Tests, load_embedded};
use chrono::NaiveDate;

fn rules() -> RuleSet {
    let loaded = load_embedded(Tests::Skip);
    let shown = candor::diagnostic::render(&loaded.problems, false);
    loaded.rules.unwrap_or_else(|| panic!("the built-in rules do not load:\n{shown}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn sample(rules: &RuleSet) -> Profile {
    candor::profile::sample(rules.into()).expect("the sample opens").profile().clone()
}

fn assessed(rules: &RuleSet, profile: &Profile, today: NaiveDate) -> Vec<Assessment> {
    profile.targets.iter().map(|target| assess(View { rules, profile, target, today })).collect()
}

/// Writes the sample's reports where CANDOR_REPORT_DIR says, to look at them.
#[test]
#[ignore = "for looking at, not for testing"]
fn write_reports() {
    let Ok(dir) = std::env::var("CANDOR_REPORT_DIR") else { return };
    let (rules, today) = (rules(), day("2026-11-23"));
    let profile = sample(&rules);
    let all = assessed(&rules, &profile, today);
    for (name, some) in [("all", &all[..]), ("nsf", &all[..1]), ("nih", &all[1..])] {
        let r = report::build(&rules, &profile, some, &[], today);
        let put = |ext: &str, text: String| std::fs::write(format!("{dir}/{name}.{ext}"), text).expect("written");
        put("txt", report::text(&r));
        put("md", report::markdown(&r));
        put("html", report::html(&r));
        put("json", report::json(&r));
        let flip = |target: &candor::profile::Target, ruled: &candor::engine::Ruled| {
            let view = View { rules: &rules, profile: &profile, target, today };
            let decision = rules.decisions.get(ruled.decision)?;
            nearest_flip(&rules, decision, &view.sheet(decision, &ruled.subject)?, None)
        };
        let c = report::check::build(&rules, &profile, some, &[], today, Some(&flip));
        put("check.txt", report::check::text(&c));
        put("check.json", report::check::json(&c));
    }
}
