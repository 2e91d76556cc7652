//! Defects planted in copies of the rule set, and what proves that each is one.
//!
//! `conditions` changes when rules apply, `structure` everything else, `harmless` what must stay quiet, `edit` the TOML. A plant
//! is kept only if it is proved to be what its kind says; all that are not are counted.

mod conditions;
mod edit;
mod harmless;
mod proof;
mod structure;

use std::collections::BTreeMap;

use candor::diagnostic::SourceFile;
use candor::ruleset::{Case, Decision, Loaded, Rule, RuleSet, Tests, load_files};
use serde::Serialize;

use crate::Rng;

/// A rule set as files and as loaded.
pub struct Folder {
    pub files: BTreeMap<String, String>,
    pub rules: RuleSet,
    pub cases: Vec<Case>,
}

impl Folder {
    pub fn new(files: Vec<SourceFile>) -> Self {
        let map = files.iter().map(|f| (f.name.clone(), f.text.clone())).collect();
        let loaded = load_files(files, Tests::Load);
        let problems = candor::diagnostic::render(&loaded.problems, false);
        Self { files: map, rules: loaded.rules.unwrap_or_else(|| panic!("{problems}")), cases: loaded.cases }
    }

    /// The rule set with these files instead. What the proofs need no tests for is loaded without the decisions that were not
    /// edited: nothing reads them, and loading them takes most of the time.
    pub fn with(&self, edits: &BTreeMap<String, String>, decision: Option<&Decision>, tests: Tests) -> Loaded {
        let mut files = self.files.clone();
        if tests == Tests::Skip {
            let own = decision.map(|d| &d.file);
            files.retain(|name, _| Some(name) == own || !self.rules.decisions.iter().any(|d| d.file == *name));
        }
        files.extend(edits.clone());
        load_files(files.into_iter().map(|(name, text)| SourceFile { name, text }).collect(), tests)
    }
}

/// One planted defect, or one harmless edit.
#[derive(Debug, Clone, Serialize)]
pub struct Plant {
    pub id: String,
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The file that was edited.
    pub file: String,
    pub what: String,
    /// Codes of which one is expected; `case` is a case that comes out otherwise. Empty for what must stay quiet.
    pub expected: Vec<&'static str>,
    /// Names that a finding explained by this plant may mention.
    pub names: Vec<String>,
    pub edits: BTreeMap<String, String>,
    /// The decision before and after in neutral form, where both load and it is about conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<form::form::Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<form::form::Decision>,
}

/// A change that may turn out to be a defect.
struct Try {
    rule: Option<String>,
    what: String,
    file: String,
    edits: BTreeMap<String, String>,
    names: Vec<String>,
}

/// How a kind of defect is planted and proved.
struct Kind {
    name: &'static str,
    expected: &'static [&'static str],
    plant: Planter,
    proof: proof::Proof,
}

/// How to try a plant.
enum Planter {
    /// In one rule of a decision.
    Rule(fn(&Folder, &Decision, &Rule) -> Option<Try>),
    /// Anywhere; the number says which.
    Nth(fn(&Folder, usize) -> Option<Try>),
}

/// Plants and what became of the tries.
pub struct Planted {
    pub plants: Vec<Plant>,
    pub controls: Vec<Plant>,
    /// By kind: planted, and tried but proved to be no such defect.
    pub tried: BTreeMap<&'static str, (usize, usize)>,
}

/// Plants up to `each` defects of every kind and `controls` harmless edits.
pub fn plant(folder: &Folder, seed: u64, each: usize) -> Planted {
    let mut out = Planted { plants: Vec::new(), controls: Vec::new(), tried: BTreeMap::new() };
    for (number, kind) in conditions::KINDS.iter().chain(structure::KINDS).enumerate() {
        let made = of_kind(folder, kind, seed + number as u64, each, &mut out.tried);
        out.plants.extend(made);
    }
    for (number, kind) in harmless::KINDS.iter().enumerate() {
        let made = of_kind(folder, kind, seed + 1000 + number as u64, 2, &mut out.tried);
        out.controls.extend(made);
    }
    out
}

/// Tries of one kind are given up after this many that were not what the kind says.
const MOST_TRIES: usize = 15;

fn of_kind(
    folder: &Folder,
    kind: &Kind,
    seed: u64,
    each: usize,
    tried: &mut BTreeMap<&'static str, (usize, usize)>,
) -> Vec<Plant> {
    let mut rng = Rng::new(seed);
    let mut out: Vec<Plant> = Vec::new();
    let mut not = 0;
    let consider = |decision: Option<&Decision>, made: Try, out: &mut Vec<Plant>, not: &mut usize| {
        let whole = kind.name == "harmless-rule-renamed";
        let tests = if whole { Tests::Load } else { Tests::Skip };
        let after = folder.with(&made.edits, decision, tests);
        let Some((before, after)) = proof::proved(&kind.proof, folder, decision, made.rule.as_deref(), &after) else {
            *not += 1;
            return;
        };
        out.push(Plant {
            id: format!("{}-{}", kind.name, out.len() + 1),
            kind: kind.name,
            decision: decision.map(|d| d.id.clone()),
            rule: made.rule.map(|r| decision.map_or(r.clone(), |d| format!("{}.{r}", d.id))),
            file: made.file,
            what: made.what,
            expected: kind.expected.to_vec(),
            names: made.names,
            edits: made.edits,
            before,
            after,
        });
    };
    match kind.plant {
        Planter::Rule(plant) => {
            let mut order: Vec<&Decision> = folder.rules.decisions.iter().collect();
            for i in (1..order.len()).rev() {
                order.swap(i, rng.below(i + 1));
            }
            for decision in order {
                let first = rng.below(decision.rules.len());
                let made = (0..decision.rules.len())
                    .map(|i| &decision.rules[(first + i) % decision.rules.len()])
                    .find_map(|rule| plant(folder, decision, rule));
                if let Some(made) = made {
                    consider(Some(decision), made, &mut out, &mut not);
                }
                if out.len() == each || not == MOST_TRIES {
                    break;
                }
            }
        }
        Planter::Nth(plant) => {
            let start = rng.below(1000);
            for n in 0..MOST_TRIES {
                if let Some(made) = plant(folder, start + n * 7) {
                    consider(None, made, &mut out, &mut not);
                }
                if out.len() == each {
                    break;
                }
            }
        }
    }
    eprintln!("{:32} {:2} planted, {not:2} tries were no such defect", kind.name, out.len());
    tried.insert(kind.name, (out.len(), not));
    out
}
