//! Replays public stories as whole profiles: every ruling, as of the forms of the time and as of today.
//!
//! A story is `replays/NAME.toml`, what it must come out as `replays/NAME.expect.toml`, and everything it comes out as
//! `replays/NAME.rulings.txt`; `replays/README.md` says how they read. `CANDOR_REPLAYS=write` writes the last again, and never the
//! other two.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use candor::calendar::PartialDate;
use candor::engine::{Due, Ruled, State, Subject, Timing, View, assess, checks};
use candor::profile::{Profile, Vocabulary, load};
use candor::ruleset::{RuleSet, Tests, load_with, read_dir, read_overlay};
use chrono::NaiveDate;
use serde::Deserialize;

/// Written by hand, from the reports of a story.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Example overlays that stand for the employer.
    #[serde(default)]
    overlays: Vec<String>,
    #[serde(default)]
    essential: Vec<Essential>,
    #[serde(default)]
    quiet: Vec<Quiet>,
    #[serde(default)]
    remark: Vec<Remark>,
}

/// What the story is about: one decision on one record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Essential {
    r#for: String,
    record: String,
    decision: String,
    /// By day: the ruling, or several that would do, divided by ` | `.
    rulings: BTreeMap<String, String>,
    because: String,
    /// By day: why the rules answer otherwise. To be deleted once they do not.
    #[serde(default)]
    differs: BTreeMap<String, String>,
}

/// Entries for which no decision may ask for anything, whatever it is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quiet {
    r#for: Vec<String>,
    records: Vec<String>,
    on: Vec<String>,
    #[serde(rename = "because")]
    _because: String,
    /// By decision: what it says all the same, and why. To be deleted once it is quiet.
    #[serde(default)]
    except: BTreeMap<String, String>,
}

/// A check that compares entries must speak, or stay quiet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remark {
    check: String,
    records: Vec<String>,
    on: String,
    because: String,
    #[serde(default = "yes")]
    speaks: bool,
    differs: Option<String>,
}

fn yes() -> bool {
    true
}

/// A ruling, and when the agency collects it.
struct Line {
    now: bool,
    says: String,
}

/// By record, then decision.
type Rulings = BTreeMap<(String, String), Line>;

const NOTHING: &str = "nothing-due";

/// Fewer would mean that some were lost.
const STORIES: usize = 44;

#[test]
fn the_stories_come_out_as_expected() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let write = std::env::var_os("CANDOR_REPLAYS").is_some_and(|v| v == "write");
    let dir = root.join("tests/replays");
    let (mut diff, mut stories, mut loaded) = (String::new(), 0, BTreeMap::new());
    for path in profiles(&dir) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path.with_extension("expect.toml")).expect("each story has an .expect.toml");
        let expected: Expected = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let rules = loaded.entry(expected.overlays.clone()).or_insert_with_key(|ids| rules(root, ids));
        let found = replay(rules, &path, &expected, write);
        if !found.is_empty() {
            diff += &format!("\n{name}\n{}\n", found.join("\n"));
        }
        stories += 1;
    }
    assert!(stories >= STORIES, "only {stories} stories under {}", dir.display());
    assert!(diff.is_empty(), "{diff}");
}

fn profiles(dir: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(dir).expect("tests/replays is there");
    let mut all: Vec<PathBuf> = files.map(|f| f.expect("a file").path()).collect();
    all.retain(|p| p.extension().is_some_and(|e| e == "toml") && !p.to_string_lossy().ends_with(".expect.toml"));
    all.sort();
    all
}

/// The rule set as it stands in its folder, with example overlays.
fn rules(root: &Path, overlays: &[String]) -> RuleSet {
    let files = read_dir(&root.join("rules/us-federal")).expect("the rule set is there");
    let folder = root.join("examples/overlays");
    let overlays = overlays.iter().map(|id| read_overlay(&folder.join(id)).expect("the overlay is there"));
    let loaded = load_with(files, overlays.collect(), Tests::Skip);
    loaded.rules.unwrap_or_else(|| panic!("{}", candor::diagnostic::render(&loaded.problems, false)))
}

/// Everything that comes out otherwise than expected.
fn replay(rules: &RuleSet, path: &Path, expected: &Expected, write: bool) -> Vec<String> {
    let read = load(path, Vocabulary::from(rules)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(read.warnings.is_empty(), "{}: {:?}", path.display(), read.warnings);
    let profile = &read.profile;
    let essentials = expected.essential.iter().flat_map(|e| e.rulings.keys());
    let days: BTreeSet<&str> =
        essentials.chain(expected.quiet.iter().flat_map(|q| &q.on)).map(String::as_str).collect();
    assert!(days.contains("2026-11-23"), "{}: replay it as of 2026-11-23 as well", path.display());

    let (mut diff, mut listing, mut used) = (Vec::new(), String::new(), BTreeSet::new());
    for day in &days {
        for target in &profile.targets {
            let got = rulings(rules, profile, &target.id, day);
            listing += &listed(&format!("{day}, for {}", target.id), &got);
            let here = expected.essential.iter().filter(|e| e.r#for == target.id);
            diff.extend(here.filter_map(|point| essential(point, day, &got)));
            for (i, quiet) in expected.quiet.iter().enumerate() {
                if quiet.r#for.contains(&target.id) && quiet.on.iter().any(|d| d == day) {
                    for (record, decision, says) in loud(quiet, &got) {
                        if quiet.except.contains_key(decision) {
                            used.insert((i, decision.to_owned()));
                        } else {
                            diff.push(format!(" quiet on {day}, for {}: {record} {decision}: {says}", target.id));
                        }
                    }
                }
            }
        }
        listing += &remarks(rules, profile, day);
    }
    for (i, quiet) in expected.quiet.iter().enumerate() {
        let kept = quiet.except.keys().filter(|d| !used.contains(&(i, (*d).clone())));
        diff.extend(kept.map(|d| format!(" quiet {:?}: {d} is quiet now: delete its exception", quiet.records)));
    }
    diff.extend(expected.remark.iter().filter_map(|r| remark(rules, profile, r)));
    let named = expected.essential.iter().map(|e| &e.r#for).chain(expected.quiet.iter().flat_map(|q| &q.r#for));
    diff.extend(named.filter(|id| profile.target(id).is_none()).map(|id| format!(" the profile prepares no {id}")));
    let records = profile.records.iter().map(|r| r.id.as_str()).chain(["target", "person", "this-proposal"]);
    let records: BTreeSet<&str> = records.collect();
    let named = expected.quiet.iter().flat_map(|q| &q.records).filter(|r| !records.contains(r.as_str()));
    diff.extend(named.map(|r| format!(" the profile has no {r}")));

    let file = path.with_extension("rulings.txt");
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if write {
        std::fs::write(&file, &listing).expect("the listing is written");
    } else {
        diff.extend(changed(&kept, &listing));
    }
    diff
}

/// What is not the same in two listings, one line for each decision.
fn changed(kept: &str, made: &str) -> Vec<String> {
    let (kept, made) = (one_by_one(kept), one_by_one(made));
    let all: BTreeSet<&String> = kept.keys().chain(made.keys()).collect();
    let says = |list: &BTreeMap<String, String>, at| list.get(at).map_or("not there".to_owned(), Clone::clone);
    let pairs = all.into_iter().map(|at| (at, says(&kept, at), says(&made, at)));
    pairs.filter(|(_, was, is)| was != is).map(|(at, was, is)| format!(" {at}\n    was {was}, is {is}")).collect()
}

/// By heading, record and decision: what a listing says.
fn one_by_one(listing: &str) -> BTreeMap<String, String> {
    let (mut run, mut record, mut out) = ("", "", BTreeMap::<String, String>::new());
    for line in listing.lines() {
        match line.split_once(" | ") {
            None if line.starts_with(' ') => record = line.trim(),
            None => run = line.split(':').next().unwrap_or_default(),
            Some((says, decisions)) => {
                for decision in decisions.split(' ') {
                    let all = out.entry(format!("{run}: {record} {decision}")).or_default();
                    *all += if all.is_empty() { "" } else { ", " };
                    *all += says.trim();
                }
            }
        }
    }
    out
}

/// What is ruled for one target on one day: counts, then by record everything that asks for something, then what does not.
fn listed(heading: &str, got: &Rulings) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in got.values().filter(|l| l.now) {
        *counts.entry(line.says.split([':', ' ', ',']).next().unwrap_or_default()).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(ruling, n)| format!("{n} {ruling}")).collect();
    let mut out = format!("{heading}: {}\n", counts.join(", "));
    let records: BTreeSet<&String> = got.keys().map(|(record, _)| record).collect();
    for record in records {
        let _ = writeln!(out, "  {record}");
        let mut groups: BTreeMap<(bool, String), Vec<&str>> = BTreeMap::new();
        for ((_, decision), line) in got.iter().filter(|((r, _), _)| r == record) {
            let (last, says) = match (line.says.as_str(), line.now) {
                (says, _) if says.starts_with(NOTHING) => (true, NOTHING.to_owned()),
                (says, true) => (false, format!("now {says}")),
                // What is not collected at this moment waits for days that are not known yet: what it would ask says little.
                (says, false) => (true, format!("other moments {}", says.split(':').next().unwrap_or_default())),
            };
            groups.entry((last, says)).or_default().push(decision);
        }
        for ((_, says), decisions) in groups {
            let _ = writeln!(out, "    {says} | {}", decisions.join(" "));
        }
    }
    out
}

fn remarks(rules: &RuleSet, profile: &Profile, day: &str) -> String {
    let all = checks(rules, profile, date(day));
    if all.is_empty() {
        return String::new();
    }
    let mut lines: Vec<String> = all.iter().map(|r| format!("    {} | {}\n", r.check, r.records.join(" "))).collect();
    lines.sort();
    format!("{day}, checks: {}\n  entries\n{}", lines.len(), lines.concat())
}

fn remark(rules: &RuleSet, profile: &Profile, wanted: &Remark) -> Option<String> {
    let all = checks(rules, profile, date(&wanted.on));
    let here = all.iter().any(|r| r.check == wanted.check && wanted.records.iter().all(|id| r.records.contains(id)));
    match (here == wanted.speaks, &wanted.differs) {
        (false, None) => Some(format!(
            " the check {} on {}: {:?} should {}\n    ({})",
            wanted.check,
            wanted.on,
            wanted.records,
            if wanted.speaks { "speak" } else { "stay quiet" },
            wanted.because
        )),
        (true, Some(_)) => Some(format!(" the check {} is as wanted now: delete its `differs`", wanted.check)),
        _ => None,
    }
}

/// Does `says` begin with one of the rulings that would do?
fn fits(says: &str, wanted: &str) -> bool {
    let one = |w: &str| says.strip_prefix(w).is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ':', ' ']));
    wanted.split(" | ").any(one)
}

fn essential(point: &Essential, day: &str, got: &Rulings) -> Option<String> {
    let wanted = point.rulings.get(day)?;
    let got = got.get(&(point.record.clone(), point.decision.clone())).map_or("no ruling", |l| l.says.as_str());
    let at = format!(" essential on {day}, for {}: {} {}", point.r#for, point.record, point.decision);
    match (fits(got, wanted), point.differs.get(day)) {
        (false, None) => Some(format!("{at}\n    expected {wanted:?}, got {got:?}\n    ({})", point.because)),
        (true, Some(_)) => Some(format!("{at}\n    is met now: delete its `differs`")),
        _ => None,
    }
}

/// What is not quiet: anything but "nothing due", except a question that waits for another moment.
fn loud<'a>(quiet: &'a Quiet, got: &'a Rulings) -> Vec<(&'a str, &'a str, &'a str)> {
    let calm = |l: &Line| l.says.starts_with(NOTHING) || !l.now && l.says.starts_with("open");
    let here = got.iter().filter(|((record, _), line)| quiet.records.contains(record) && !calm(line));
    here.map(|((record, decision), line)| (record.as_str(), decision.as_str(), line.says.as_str())).collect()
}

/// Everything that is ruled for a target when `day` is today and every date of the target.
fn rulings(rules: &RuleSet, profile: &Profile, target: &str, day: &str) -> Rulings {
    let today = date(day);
    let mut target = profile.target(target).expect("a target of the profile").clone();
    let agency = rules.agency(&target.agency).expect("a known agency");
    let moment = agency.moments.iter().find(|m| m.id == target.moment).expect("a known moment");
    target.clocks = moment.clocks.iter().map(|c| (c.clone(), PartialDate::exact(today))).collect();
    let all = assess(View { rules, profile, target: &target, today }).rulings;
    let line = |r: &Ruled| Line { now: matches!(r.timing, Timing::Now), says: says(rules, r, today) };
    all.iter().map(|r| ((subject(r), rules.decisions[r.decision].id.clone()), line(r))).collect()
}

fn date(day: &str) -> NaiveDate {
    day.parse().unwrap_or_else(|e| panic!("{day}: {e}"))
}

fn subject(ruled: &Ruled) -> String {
    match &ruled.subject {
        Subject::Target => "target".into(),
        Subject::Person => "person".into(),
        Subject::Record(id) => id.clone(),
    }
}

/// `disclose at coa.3`, `tell-institution, by 2022-07-30 (late)`, `open: ask contract; unsure paid; more trip`.
fn says(rules: &RuleSet, ruled: &Ruled, today: NaiveDate) -> String {
    let decision = &rules.decisions[ruled.decision];
    match &ruled.state {
        State::Contradiction { says, .. } => format!("contradiction: {says}"),
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
            format!("{}{place}{by}{late}", o.ruling.id())
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
            format!("open: {}", parts.join("; "))
        }
    }
}
