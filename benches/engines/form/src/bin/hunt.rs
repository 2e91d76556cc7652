//! Sets candor on planted defects: `hunt PLANTS.json RULES-DIR CANDOR WORK-DIR > results.json`. The table goes to standard error.
//!
//! Each plant is written into a copy of the rule set, `rules check` and `rules test` are run as anybody would run them, and what
//! they find beyond what they find in the clean copy is compared with what was planted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use form::trial::read;
use serde::Deserialize;
use serde_json::{Value, json};

/// The day on which everything is judged.
const AS_OF: &str = "2026-11-30";

#[derive(Deserialize)]
struct Corpus {
    #[serde(rename = "rule-set")]
    rule_set: String,
    plants: Vec<Plant>,
    controls: Vec<Plant>,
}

#[derive(Deserialize)]
struct Plant {
    id: String,
    kind: String,
    decision: Option<String>,
    rule: Option<String>,
    file: String,
    what: String,
    expected: Vec<String>,
    names: Vec<String>,
    edits: BTreeMap<String, String>,
}

/// Something found, as far as comparing needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    code: String,
    decision: String,
    rules: String,
    file: String,
    message: String,
}

struct Bench {
    candor: PathBuf,
    /// The copy that plants are written into.
    dir: PathBuf,
}

impl Bench {
    fn run(&self, command: &str) -> (Value, String) {
        let mut process = Command::new(&self.candor);
        process.args(["rules", command]).arg(&self.dir).args(["--format", "json"]);
        if command == "check" {
            process.args(["--as-of", AS_OF]);
        }
        let out = process.output().unwrap_or_else(|e| panic!("{}: {e}", self.candor.display()));
        (serde_json::from_slice(&out.stdout).unwrap_or(Value::Null), String::from_utf8_lossy(&out.stderr).into_owned())
    }

    /// Everything that checking and testing the copy report.
    fn look(&self, cases: bool) -> BTreeSet<Found> {
        let (check, errors) = self.run("check");
        let mut out: BTreeSet<Found> = refused(&errors);
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        for f in check["findings"].as_array().into_iter().flatten() {
            let rules = f["rules"].as_array().into_iter().flatten().map(text).collect::<Vec<_>>().join(" ");
            out.insert(Found {
                code: text(&f["code"]),
                decision: text(&f["decision"]),
                rules,
                file: text(&f["file"]),
                message: format!("{} {}", text(&f["message"]), text(&f["help"])),
            });
        }
        if !cases {
            return out;
        }
        let (test, _) = self.run("test");
        for r in test["results"].as_array().into_iter().flatten() {
            if !matches!(r["verdict"].as_str(), Some("agrees" | "disagrees-as-explained")) {
                out.insert(Found {
                    code: "case".to_owned(),
                    decision: text(&r["decision"]),
                    rules: String::new(),
                    file: text(&r["file"]),
                    message: format!(
                        "{}: expected {}, got {}",
                        text(&r["case"]),
                        text(&r["expected"]),
                        text(&r["got"])
                    ),
                });
            }
        }
        out
    }
}

/// What the loader says: `error[C0012]: …`, then the place.
fn refused(errors: &str) -> BTreeSet<Found> {
    let mut out = BTreeSet::new();
    for part in errors.split("error[").skip(1) {
        let code = part.split(']').next().unwrap_or_default().to_owned();
        out.insert(Found {
            code,
            decision: String::new(),
            rules: String::new(),
            file: String::new(),
            message: part.to_owned(),
        });
    }
    out
}

/// Is the finding about what was planted, or about something that follows from it?
fn about(plant: &Plant, found: &Found) -> bool {
    let named = |text: &str| {
        plant
            .names
            .iter()
            .chain(&plant.rule)
            .chain(plant.edits.keys())
            .chain(&plant.decision)
            .any(|n| text.contains(n.as_str()))
    };
    plant.decision.as_ref() == Some(&found.decision)
        || plant.edits.keys().any(|f| *f == found.file)
        || [&found.message, &found.rules, &found.decision].into_iter().any(|t| named(t))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() { copy(&path, &target)? } else { std::fs::copy(&path, &target).map(|_| ())? }
    }
    Ok(())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [plants, rules, candor, work] = args.as_slice() else {
        panic!("usage: hunt PLANTS.json RULES-DIR CANDOR WORK-DIR")
    };
    let corpus: Corpus = read(Path::new(plants));
    let bench = Bench { candor: PathBuf::from(candor), dir: PathBuf::from(work).join("copy") };
    let _ = std::fs::remove_dir_all(&bench.dir);
    copy(Path::new(rules), &bench.dir).unwrap_or_else(|e| panic!("{}: {e}", bench.dir.display()));
    let clean = bench.look(true);
    let mut by_kind: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let mut rows = Vec::new();
    let mut strays = 0;
    for plant in corpus.plants.iter().chain(&corpus.controls) {
        let old: Vec<(&String, String)> = plant
            .edits
            .keys()
            .map(|name| (name, std::fs::read_to_string(bench.dir.join(name)).unwrap_or_default()))
            .collect();
        for (name, text) in &plant.edits {
            std::fs::write(bench.dir.join(name), text).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        // Cases are run where one of them is expected to notice: everything else is `rules check`'s to find, examples included.
        let found = bench.look(plant.expected.iter().any(|e| e == "case"));
        for (name, text) in old {
            std::fs::write(bench.dir.join(name), text).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let new: Vec<&Found> = found.difference(&clean).collect();
        let (mine, stray): (Vec<&Found>, Vec<&Found>) = new.into_iter().partition(|f| about(plant, f));
        let fits = |f: &&&Found| {
            plant.expected.contains(&f.code) || plant.expected.iter().any(|e| e == "refused") && f.code.starts_with('C')
        };
        let hit = mine.iter().find(fits);
        let count = by_kind.entry(plant.kind.clone()).or_default();
        count[0] += 1;
        let outcome = match (plant.expected.is_empty(), hit, mine.first()) {
            (true, _, None) if stray.is_empty() => "quiet",
            (true, _, _) => "false-alarm",
            (false, Some(_), _) => "found",
            (false, None, Some(_)) => "found-otherwise",
            (false, None, None) => "missed",
        };
        count[1] += usize::from(outcome == "found");
        count[2] += usize::from(outcome == "found-otherwise");
        // Of a harmless edit everything is a false alarm.
        let alarms = if plant.expected.is_empty() { stray.len() + mine.len() } else { stray.len() };
        count[3] += alarms;
        strays += alarms;
        let shown = hit.or(mine.first()).map(|f| f.message.chars().take(160).collect::<String>());
        let codes: BTreeSet<&str> = mine.iter().map(|f| f.code.as_str()).collect();
        eprintln!(
            "{outcome:16} {:28} {codes:?}{}",
            plant.id,
            if alarms > 0 { format!("  alarms {alarms}") } else { String::new() }
        );
        rows.push(json!({
            "id": plant.id, "kind": plant.kind, "decision": plant.decision, "rule": plant.rule, "file": plant.file,
            "what": plant.what, "expected": plant.expected, "outcome": outcome, "codes": codes, "message": shown,
            "alarms": stray.iter().take(5).map(|f| format!("{} {} {}", f.code, f.decision, f.message.chars().take(160).collect::<String>())).collect::<Vec<_>>(),
        }));
    }
    eprintln!("\n| kind | planted | found | found by another finding | false alarms |\n|---|---|---|---|---|");
    for (kind, [n, hit, other, alarms]) in &by_kind {
        eprintln!("| {kind} | {n} | {hit} | {other} | {alarms} |");
    }
    let sum = |i: usize| by_kind.iter().filter(|(k, _)| !k.starts_with("harmless")).map(|(_, c)| c[i]).sum::<usize>();
    eprintln!(
        "\n{} defects, {} found, {} found by another finding, {} missed; {strays} false alarms; the clean copy has {} findings",
        sum(0),
        sum(1),
        sum(2),
        sum(0) - sum(1) - sum(2),
        clean.len()
    );
    let mut by_code = BTreeMap::<&str, usize>::new();
    clean.iter().for_each(|f| *by_code.entry(f.code.as_str()).or_default() += 1);
    let result = json!({
        "schema": "candor.bench.hunt/1", "rule-set": corpus.rule_set, "as-of": AS_OF, "clean-findings-by-code": by_code,
        "defects": sum(0), "found": sum(1), "found-otherwise": sum(2), "controls": corpus.controls.len(), "false-alarms": strays, "plants": rows,
    });
    println!("{}", serde_json::to_string_pretty(&result).expect("plain data"));
}
