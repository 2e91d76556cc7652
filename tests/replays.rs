//! Replays public stories as whole profiles: every ruling, as of the forms of the time and as of today.
//!
//! A story is `replays/NAME.toml`, what is expected of it `replays/NAME.expect.toml`; `replays/README.md` says how they read.
//! A ruling that is not listed fails, and so does a listed one that is not made.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use candor::calendar::PartialDate;
use candor::engine::{Due, Ruled, State, Subject, Timing, View, assess};
use candor::profile::{Profile, Vocabulary, load};
use candor::ruleset::RuleSet;
use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    essential: Vec<Essential>,
    #[serde(default)]
    run: Vec<Run>,
}

/// What the story is about: caught, or reassured?
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Essential {
    r#for: String,
    record: String,
    decision: String,
    /// By day: the ruling, or several that would do, divided by ` | `.
    rulings: BTreeMap<String, String>,
    because: String,
    /// By day: why the rules answer otherwise so far. To be deleted once they do not.
    #[serde(default)]
    differs: BTreeMap<String, String>,
}

/// One target on one day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    on: String,
    r#for: String,
    /// By record, then decision.
    rulings: BTreeMap<String, BTreeMap<String, String>>,
}

type Rulings = BTreeMap<(String, String), String>;

#[test]
fn the_stories_come_out_as_expected() {
    let (rules, _) = common::rules();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replays");
    let (mut diff, mut stories) = (String::new(), 0);
    for path in profiles(&dir) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let found = replay(&rules, &path);
        if !found.is_empty() {
            diff += &format!("\n{name}\n{}\n", found.join("\n"));
        }
        stories += 1;
    }
    assert!(stories >= 14, "only {stories} stories under {}", dir.display());
    assert!(diff.is_empty(), "{diff}");
}

fn profiles(dir: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(dir).expect("tests/replays is there");
    let mut all: Vec<PathBuf> = files.map(|f| f.expect("a file").path()).collect();
    all.retain(|p| p.extension().is_some_and(|e| e == "toml") && !p.to_string_lossy().ends_with(".expect.toml"));
    all.sort();
    all
}

/// Everything that comes out otherwise than expected, one line each.
fn replay(rules: &RuleSet, path: &Path) -> Vec<String> {
    let read = load(path, Vocabulary::from(rules)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(read.warnings.is_empty(), "{}: {:?}", path.display(), read.warnings);
    let text = std::fs::read_to_string(path.with_extension("expect.toml")).expect("each story has an .expect.toml");
    let expected: Expected = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));

    let mut diff = Vec::new();
    let days: BTreeSet<&str> = expected.essential.iter().flat_map(|e| e.rulings.keys().map(String::as_str)).collect();
    assert!(days.contains("2026-11-23"), "{}: replay it as of 2026-11-23 as well", path.display());
    for day in &days {
        for target in &read.profile.targets {
            let got = rulings(rules, &read.profile, &target.id, day);
            let runs: Vec<&Run> = expected.run.iter().filter(|r| r.on == **day && r.r#for == target.id).collect();
            let wanted: Rulings = runs.iter().flat_map(|r| listed(r)).collect();
            let mut lines = Vec::new();
            for at in got.keys().chain(wanted.keys()).collect::<BTreeSet<_>>() {
                let line = format!("  {:<16} {:<34}", at.0, at.1);
                match (wanted.get(at), got.get(at)) {
                    (Some(w), Some(g)) if w == g => {}
                    (Some(w), Some(g)) => lines.push(format!("{line} expected {w:?}\n{:53} got      {g:?}", "")),
                    (Some(w), None) => lines.push(format!("{line} expected {w:?}, and nothing was ruled")),
                    (None, g) => lines.push(format!("{line} not listed: {:?}", g.map_or("", String::as_str))),
                }
            }
            if runs.len() > 1 || !lines.is_empty() {
                diff.push(format!(" on {day}, for {}: {} run(s) listed\n{}", target.id, runs.len(), lines.join("\n")));
            }
            for point in expected.essential.iter().filter(|e| e.r#for == target.id) {
                diff.extend(essential(point, day, &got));
            }
        }
    }
    for run in &expected.run {
        if !days.contains(run.on.as_str()) || read.profile.target(&run.r#for).is_none() {
            diff.push(format!(" on {}, for {}: no such day or target", run.on, run.r#for));
        }
    }
    for point in &expected.essential {
        if read.profile.target(&point.r#for).is_none() {
            diff.push(format!(" essential: the profile prepares no {}", point.r#for));
        }
    }
    diff
}

fn listed(run: &Run) -> Vec<((String, String), String)> {
    let all = run.rulings.iter();
    all.flat_map(|(r, by)| by.iter().map(|(d, says)| ((r.clone(), d.clone()), says.clone()))).collect()
}

fn essential(point: &Essential, day: &str, got: &Rulings) -> Option<String> {
    let wanted = point.rulings.get(day)?;
    let got = got.get(&(point.record.clone(), point.decision.clone())).map_or("no ruling", String::as_str);
    let plain = got.split_once(": ").map_or(got, |(_, state)| state);
    let fits = |w: &str| plain.strip_prefix(w).is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ':', ' ']));
    let met = wanted.split(" | ").any(fits);
    let at = format!(" essential on {day}, for {}: {} {}", point.r#for, point.record, point.decision);
    match (met, point.differs.get(day)) {
        (false, None) => Some(format!("{at}\n    expected {wanted:?}, got {got:?}\n    ({})", point.because)),
        (true, Some(_)) => Some(format!("{at}\n    is met now: delete its `differs`")),
        _ => None,
    }
}

/// Everything that is ruled for a target when `day` is today and every date of the target.
fn rulings(rules: &RuleSet, profile: &Profile, target: &str, day: &str) -> Rulings {
    let today: NaiveDate = day.parse().unwrap_or_else(|e| panic!("{day}: {e}"));
    let mut target = profile.target(target).expect("a target of the profile").clone();
    let agency = rules.agency(&target.agency).expect("a known agency");
    let moment = agency.moments.iter().find(|m| m.id == target.moment).expect("a known moment");
    target.clocks = moment.clocks.iter().map(|c| (c.clone(), PartialDate::exact(today))).collect();
    let all = assess(View { rules, profile, target: &target, today }).rulings;
    all.iter().map(|r| ((subject(r), rules.decisions[r.decision].id.clone()), says(rules, r, today))).collect()
}

fn subject(ruled: &Ruled) -> String {
    match &ruled.subject {
        Subject::Target => "target".into(),
        Subject::Person => "person".into(),
        Subject::Record(id) => id.clone(),
    }
}

/// `now: disclose at coa.3`, `later: tell-institution, by 2022-07-30`, `now: open: ask contract; unsure paid; more trip`.
fn says(rules: &RuleSet, ruled: &Ruled, today: NaiveDate) -> String {
    let decision = &rules.decisions[ruled.decision];
    let when = match &ruled.timing {
        Timing::Now => "now",
        Timing::Later(_) => "later",
        Timing::Earlier(_) => "earlier",
    };
    match &ruled.state {
        State::Contradiction { says, .. } => format!("{when}: contradiction: {says}"),
        State::Decided(o) => {
            let place = if o.place == decision.place { String::new() } else { format!(" at {}", o.place) };
            let late = if o.deadline.is_late(today) { " (late)" } else { "" };
            let by = match &o.deadline {
                Due::WithForm(_) => String::new(),
                Due::By(day) => format!(", by {}", day.map_or("a day not known".into(), |d| d.to_string())),
                Due::Now { at_latest: None } => ", as soon as known".into(),
                Due::Now { at_latest: Some(d) } => format!(", as soon as known, at the latest by {d}"),
                Due::Yearly => ", yearly".into(),
                Due::NotStated => ", no date stated".into(),
                Due::SourcesDiffer(_) => ", sources differ".into(),
            };
            format!("{when}: {}{place}{by}{late}", o.ruling.id())
        }
        State::Open(open) => {
            let frame = &rules.frames[decision.kind];
            let names = |slots: &[u16]| slots.iter().map(|s| frame.def(*s).name.clone()).collect();
            let more: Vec<String> = open.kinds.iter().map(|k| rules.kinds[*k].id.clone()).collect();
            let mut parts = Vec::new();
            for (word, mut names) in [("ask", names(&open.ask)), ("unsure", names(&open.unsure)), ("more", more)] {
                names.sort();
                if !names.is_empty() {
                    parts.push(format!("{word} {}", names.join(", ")));
                }
            }
            format!("{when}: open: {}", parts.join("; "))
        }
    }
}
