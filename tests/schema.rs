//! The schemas for editors say what the loader says: every rule file passes, what the loader refuses by name is refused, and
//! the keys are the same, both ways.

#[path = "common/small.rs"]
mod small;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use candor::codes::{self, Place};
use candor::diagnostic::{SourceFile, render};
use candor::profile::SAMPLE;
use candor::ruleset::{OverlayFiles, RuleSet, Tests, load_dir, load_with, read_dir, read_overlay};
use candor::schema::{FileKind, associations, schema};
use serde_json::{Value as Json, json};

/// A TOML text as editors hand it to a schema: dates are text.
fn as_json(value: &toml::Value) -> Json {
    match value {
        toml::Value::String(s) => json!(s),
        toml::Value::Integer(i) => json!(i),
        toml::Value::Float(f) => json!(f),
        toml::Value::Boolean(b) => json!(b),
        toml::Value::Datetime(d) => json!(d.to_string()),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(k, v)| (k.clone(), as_json(v))).collect::<serde_json::Map<_, _>>().into()
        }
    }
}

/// The schemas of a rule set, compiled when they are first needed.
struct Checker<'r> {
    rules: &'r RuleSet,
    schemas: boon::Schemas,
    at: BTreeMap<&'static str, boon::SchemaIndex>,
}

impl<'r> Checker<'r> {
    fn new(rules: &'r RuleSet) -> Self {
        Self { rules, schemas: boon::Schemas::new(), at: BTreeMap::new() }
    }

    fn check(&mut self, kind: FileKind, text: &str) -> Result<(), String> {
        let value: toml::Value = toml::from_str::<toml::Table>(text).map_err(|e| e.to_string())?.into();
        let Self { rules, schemas, at } = self;
        let index = *at.entry(kind.id()).or_insert_with(|| {
            let name = format!("file:///schemas/{}.json", kind.id());
            let mut compiler = boon::Compiler::new();
            compiler.add_resource(&name, schema(rules, kind)).unwrap();
            compiler.compile(&name, schemas).unwrap_or_else(|e| panic!("{name}: {e:#}"))
        });
        schemas.validate(&as_json(&value), index).map_err(|e| format!("{e:#}"))
    }

    fn file(&mut self, file: &SourceFile) -> Result<(), String> {
        self.check(FileKind::of(&file.name), &file.text).map_err(|e| format!("{}: {e}", file.name))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn small_rules(with_overlay: bool) -> RuleSet {
    let loaded = small::load(small::files("small"), with_overlay.then(|| small::files("small-overlay")));
    loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)))
}

#[test]
fn every_file_of_the_built_in_rules_and_the_sample_profile_pass() {
    let rules = load_dir(&root().join("rules/us-federal"), Tests::Load).unwrap().rules.unwrap();
    let mut checker = Checker::new(&rules);
    let mut wrong: Vec<String> = Vec::new();
    for file in read_dir(&root().join("rules/us-federal")).unwrap() {
        wrong.extend(checker.file(&file).err());
    }
    assert!(wrong.is_empty(), "{} files\n{}", wrong.len(), wrong.join("\n\n"));
    checker.check(FileKind::Profile, SAMPLE).unwrap();
}

#[test]
fn every_file_of_the_example_overlays_passes() {
    for entry in std::fs::read_dir(root().join("examples/overlays")).unwrap() {
        let dir = entry.unwrap().path();
        let overlay = read_overlay(&dir).unwrap();
        let files = overlay.files.clone();
        let loaded = load_with(small::surroundings(), vec![overlay], Tests::Load);
        let rules = loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)));
        let mut checker = Checker::new(&rules);
        let wrong: Vec<String> = files.iter().filter_map(|f| checker.file(f).err()).collect();
        assert!(wrong.is_empty(), "{}\n{}", dir.display(), wrong.join("\n\n"));
    }
}

/// What can be said without reading conditions, other files or the file's own path.
const SEEN_BY_SCHEMAS: [&str; 12] =
    ["C0101", "C0102", "C0103", "C0104", "C0107", "C0109", "C0110", "C0112", "C0113", "C0115", "C0116", "C0118"];

#[test]
fn what_the_loader_refuses_by_name_is_refused_in_the_editor_too() {
    let rules = small_rules(true);
    let mut checker = Checker::new(&rules);
    let profile = std::fs::read_to_string(small::fixtures().join("small-profile.toml")).unwrap();
    let mut seen = 0;
    for (code, entry) in codes::all() {
        let (Some(wrong), Some(right)) = (&entry.wrong, &entry.right) else { continue };
        let (kind, text) = match entry.place {
            Place::Profile => (FileKind::Profile, profile.clone()),
            Place::Rules | Place::Overlay => {
                let folder = if entry.place == Place::Rules { "small" } else { "small-overlay" };
                let text = std::fs::read_to_string(small::fixtures().join(folder).join(&entry.file)).unwrap();
                (FileKind::of(&entry.file), text)
            }
        };
        checker.check(kind, &text).unwrap_or_else(|e| panic!("{code}: {e}"));
        let refused = checker.check(kind, &small::changed(&text, &entry.file, wrong, Some(right))).is_err();
        if SEEN_BY_SCHEMAS.contains(&code) || matches!(code, "C0130" | "C0201" | "C0202" | "C0203" | "C0207") {
            assert!(refused, "{code} passes the schema of {}", entry.file);
            seen += 1;
        }
    }
    assert!(seen >= 16, "only {seen} were tried");
}

/// Every table of a document, by its path: keys, and indices of lists.
fn tables(value: &toml::Value, at: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    match value {
        toml::Value::Table(table) => {
            out.push(at.clone());
            for (key, inner) in table {
                at.push(key.clone());
                tables(inner, at, out);
                at.pop();
            }
        }
        toml::Value::Array(items) => {
            for (i, inner) in items.iter().enumerate() {
                at.push(i.to_string());
                tables(inner, at, out);
                at.pop();
            }
        }
        _ => {}
    }
}

fn at<'v>(value: &'v mut toml::Value, path: &[String]) -> &'v mut toml::Table {
    let mut here = value;
    for step in path {
        here = match here {
            toml::Value::Table(table) => table.get_mut(step).unwrap(),
            toml::Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
            _ => unreachable!(),
        };
    }
    here.as_table_mut().unwrap()
}

/// A key that no table has, and that is not near to one that it has.
const STRANGE: &str = "zzzzzzzzzzzz";

/// The keys that the loader names for a table, if it refuses a strange one; none for a table whose keys are data.
fn known_to_loader(
    rules: &[SourceFile],
    overlay: &[SourceFile],
    changed: &SourceFile,
    of_overlay: bool,
) -> Option<BTreeSet<String>> {
    let mut files = [rules.to_vec(), overlay.to_vec()];
    for file in &mut files[usize::from(of_overlay)] {
        if file.name == changed.name {
            *file = changed.clone();
        }
    }
    let [rules, overlay] = files;
    let loaded = load_with(
        rules,
        vec![OverlayFiles { name: "fern".into(), files: overlay, standing: Default::default() }],
        Tests::Load,
    );
    let found = loaded.problems.iter().find(|p| p.code == "C0103" && p.message.contains(STRANGE))?;
    let keys = found.help.as_deref()?.strip_prefix("its keys are: ")?;
    Some(keys.split(", ").map(str::to_owned).collect())
}

/// The keys that a schema has at a path of keys, with lists passed through.
fn known_to_schema(schema: &Json, path: &[String]) -> Option<BTreeSet<String>> {
    let mut here = schema;
    for step in path {
        if here["items"].is_object() {
            here = &here["items"];
        }
        here = here["properties"].get(step)?;
    }
    if here["items"].is_object() {
        here = &here["items"];
    }
    Some(here["properties"].as_object()?.keys().cloned().collect())
}

/// More than the small rule set shows, so that every table there can be is tried.
fn full() -> (Vec<SourceFile>, Vec<SourceFile>) {
    let mut rules = small::files("small");
    let cpos = "nsf/trip/cpos.toml";
    small::change(
        &mut rules,
        cpos,
        "do        = \"List it.\"\ndeadline  = { after = \"ended\", days = 30 }",
        Some("do        = \"List it with its value.\""),
    );
    let beside = "beside  = { record = \"trip\", when = \"ended on or before today\" }\nwithout = { record = \"trip\" }\nsays       =";
    small::change(&mut rules, "checks/trips.toml", beside, Some("says       ="));
    let others = "others = [{ record = \"trip\", given = { ended = 2025-01-01 }, clocks = { due = 2026-01-01 } }]";
    for table in ["[[check.example]]\n", "[[check.near-miss]]\n"] {
        small::change(&mut rules, "checks/trips.toml", &format!("{table}{others}\n"), Some(table));
    }
    let files = small::files("small-overlay");
    (rules, files)
}

/// Tables whose keys are data. Facts have fields for keys; strange ones are refused as such.
fn is_data(path: &[String]) -> bool {
    // What may be changed in an edge is named by the vocabulary, what an overlay sets by the rule set.
    if path.iter().any(|step| step == "instead" || step == "each" || step == "settings") {
        return true;
    }
    path.iter().any(|k| matches!(k.as_str(), "given" | "expect" | "clocks" | "from" | "words"))
}

#[test]
fn the_loader_and_the_schemas_know_the_same_keys() {
    let (rules, overlay) = full();
    let loaded = load_with(
        rules.clone(),
        vec![OverlayFiles { name: "fern".into(), files: overlay.clone(), standing: Default::default() }],
        Tests::Load,
    );
    let set = loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)));
    // By kind of file and path without indices. Which keys a table is asked for may turn on others: all of them count.
    let mut loader: BTreeMap<(&'static str, Vec<String>), BTreeSet<String>> = BTreeMap::new();
    for (files, of_overlay) in [(&rules, false), (&overlay, true)] {
        for file in files {
            let kind = FileKind::of(&file.name);
            let value: toml::Value = toml::from_str::<toml::Table>(&file.text).unwrap().into();
            let mut paths = Vec::new();
            tables(&value, &mut Vec::new(), &mut paths);
            for path in paths.into_iter().filter(|p| !is_data(p)) {
                // An overlay's file says nothing of a kind that is there but its id; all else is refused as such.
                if of_overlay && kind == FileKind::Vocabulary && path == ["kind"] {
                    continue;
                }
                let mut strange = value.clone();
                at(&mut strange, &path).insert(STRANGE.to_owned(), toml::Value::Integer(1));
                let changed = SourceFile { name: file.name.clone(), text: toml::to_string(&strange).unwrap() };
                let keys = known_to_loader(&rules, &overlay, &changed, of_overlay);
                let keys = keys.unwrap_or_else(|| panic!("{} {path:?}: a strange key is accepted", file.name));
                let names = path.into_iter().filter(|step| step.parse::<usize>().is_err()).collect();
                loader.entry((kind.id(), names)).or_default().extend(keys);
            }
        }
    }
    assert!(loader.len() > 40, "only {} kinds of table were found", loader.len());
    let mut differ = Vec::new();
    for ((kind, path), keys) in &loader {
        let schema = schema(&set, FileKind::parse(kind).unwrap());
        let known = known_to_schema(&schema, path).unwrap_or_default();
        if known != *keys {
            let (more, less): (Vec<_>, Vec<_>) = (known.difference(keys).collect(), keys.difference(&known).collect());
            differ.push(format!("{kind} {path:?}: only in the schema {more:?}, only in the loader {less:?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    // And every table that a schema describes was tried.
    for kind in FileKind::ALL.into_iter().filter(|k| *k != FileKind::Profile) {
        let mut described = Vec::new();
        objects(&schema(&set, kind), &mut Vec::new(), &mut described);
        // The deadline that edges state is the decision file's own table, and is tried there.
        let elsewhere = |path: &[String]| kind == FileKind::Edge && path == ["rule", "deadline"];
        for path in described.into_iter().filter(|p| !is_data(p) && !elsewhere(p)) {
            assert!(loader.contains_key(&(kind.id(), path.clone())), "{} {path:?} was not tried", kind.id());
        }
    }
}

/// Paths of the objects with known keys in a schema.
fn objects(schema: &Json, path: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
    let here = if schema["items"].is_object() { &schema["items"] } else { schema };
    if let Some(properties) = here["properties"].as_object() {
        out.push(path.clone());
        for (key, inner) in properties {
            path.push(key.clone());
            objects(inner, path, out);
            path.pop();
        }
    }
}

#[test]
fn every_key_is_described() {
    fn undescribed(schema: &Json, path: &str, out: &mut Vec<String>) {
        if !schema.is_object() {
            return;
        }
        if let Some(properties) = schema["properties"].as_object() {
            for (key, inner) in properties {
                // What a condition on another key adds describes nothing anew.
                if inner["description"].as_str().is_none_or(|d| d.trim().is_empty()) {
                    out.push(format!("{path}.{key}"));
                }
                undescribed(inner, &format!("{path}.{key}"), out);
            }
        }
        for inner in ["items", "additionalProperties"] {
            undescribed(&schema[inner], path, out);
        }
        for inner in schema["anyOf"].as_array().into_iter().flatten() {
            undescribed(inner, path, out);
        }
        for (key, inner) in schema["definitions"].as_object().into_iter().flatten() {
            undescribed(inner, key, out);
        }
    }
    let rules = small_rules(true);
    for kind in FileKind::ALL {
        let mut out = Vec::new();
        undescribed(&schema(&rules, kind), kind.id(), &mut out);
        assert!(out.is_empty(), "{out:?}");
    }
}

#[test]
fn facts_are_completed_for_the_kind_at_hand() {
    let rules = small_rules(false);
    let mut checker = Checker::new(&rules);
    let case = |given: &str| {
        format!(
            "[[case]]\nid = \"c\"\nsays = \"s\"\nsource = \"x\"\nrecord = \"trip\"\nagency = \"nsf\"\ngiven = {{ {given} }}\nexpect = {{ \"nsf.trip.cpos\" = \"open\" }}\n"
        )
    };
    checker
        .check(
            FileKind::Case,
            &case("paid-by = [\"home\"], organiser = { domicile = \"us\" }, person = { employer = \"other\" }"),
        )
        .unwrap();
    for wrong in [
        "paid-by = [\"hom\"]",
        "employer = \"other\"",
        "organiser = { domicile = \"mars\" }",
        "value = -1",
        "ended = \"soon\"",
    ] {
        assert!(checker.check(FileKind::Case, &case(wrong)).is_err(), "{wrong}");
    }
    let decision = std::fs::read_to_string(small::fixtures().join("small/nsf/trip/cpos.toml")).unwrap();
    let wrong = decision.replace("value = 6000", "valeu = 6000");
    assert!(decision != wrong && checker.check(FileKind::Decision, &wrong).is_err());
}

#[test]
fn all_schemas_are_written_with_their_associations() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("schemas");
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(["schema", "--all", "-o", target.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    for kind in FileKind::ALL {
        let text = std::fs::read_to_string(target.join(format!("{}.json", kind.id()))).unwrap();
        assert!(serde_json::from_str::<Json>(&text).is_ok());
    }
    let taplo: toml::Table = toml::from_str(&std::fs::read_to_string(target.join(".taplo.toml")).unwrap()).unwrap();
    assert_eq!(taplo["rule"].as_array().map(Vec::len), Some(FileKind::ALL.len() - 1));
    let small = associations(&small_rules(true), ".schemas/");
    assert!(small.contains("include = [\"fern/**/*.toml\", \"nsf/**/*.toml\"]"), "{small}");
    assert!(small.contains("path = \".schemas/decision.json\""), "{small}");
}
