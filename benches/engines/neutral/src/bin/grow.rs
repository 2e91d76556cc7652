//! Writes a rule set of the same rules several times over: `grow RULES-DIR OUT-DIR TIMES`.
//!
//! Every agency and its folder of decisions is copied under a new name (`nsf` → `nsf-x2`), with its edges, cases and routes;
//! vocabulary, forms, sources and lists stay as they are, so that the number of decisions grows and nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{DocumentMut, Item, Value, value};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, times] = args.as_slice() else { panic!("usage: grow RULES-DIR OUT-DIR TIMES") };
    let times: usize = times.parse().expect("TIMES is a number");
    let files: BTreeMap<String, String> = candor::ruleset::read_dir(Path::new(from))
        .unwrap_or_else(|e| panic!("{from}: {e}"))
        .into_iter()
        .map(|f| (f.name, f.text))
        .collect();
    let folders: Vec<String> = {
        let loaded =
            candor::ruleset::load_dir(Path::new(from), candor::ruleset::Tests::Skip).expect("it was read before");
        let rules = loaded.rules.expect("the rule set loads");
        let mut all: Vec<String> = rules
            .decisions
            .iter()
            .map(|d| d.agency.clone())
            .chain(rules.agencies.iter().map(|a| a.id.clone()))
            .collect();
        all.sort();
        all.dedup();
        all
    };
    let mut written = 0;
    for (name, text) in &files {
        write(Path::new(to), name, text);
        written += 1;
    }
    for n in 2..=times {
        for (name, text) in &files {
            if let Some((name, text)) = again(name, text, n, &folders) {
                write(Path::new(to), &name, &text);
                written += 1;
            }
        }
    }
    eprintln!("{written} files in {to}");
}

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap_or(dir)).unwrap_or_else(|e| panic!("{name}: {e}"));
    std::fs::write(&path, text).unwrap_or_else(|e| panic!("{name}: {e}"));
}

/// The n-th copy of a file, if it is one that is copied.
fn again(name: &str, text: &str, n: usize, folders: &[String]) -> Option<(String, String)> {
    let renamed = |id: &str| format!("{id}-x{n}");
    let (first, rest) = name.split_once('/')?;
    let mut doc: DocumentMut = text.parse().ok()?;
    let id_of = |id: &str| -> Option<String> {
        let (folder, rest) = id.split_once('.')?;
        folders.iter().any(|f| f == folder).then(|| format!("{}.{rest}", renamed(folder)))
    };
    if folders.iter().any(|f| f == first) {
        // A decision.
        let decision = doc.get_mut("decision")?.as_table_mut()?;
        let id = id_of(decision.get("id").and_then(Item::as_str)?)?;
        decision.insert("id", value(id));
        return Some((format!("{}/{rest}", renamed(first)), doc.to_string()));
    }
    match first {
        "agencies" => {
            let agency = doc.get_mut("agency")?.as_table_mut()?;
            let id = renamed(agency.get("id").and_then(Item::as_str)?);
            agency.insert("id", value(id));
            if let Some(with) = agency.get_mut("ruled-with").and_then(Item::as_array_mut) {
                let own: Vec<String> = with.iter().filter_map(Value::as_str).map(renamed).collect();
                *with = own.into_iter().collect();
            }
            Some((format!("agencies/{}.toml", renamed(rest.trim_end_matches(".toml"))), doc.to_string()))
        }
        "edges" => {
            for edge in doc.get_mut("edge")?.as_array_of_tables_mut()?.iter_mut() {
                let id = id_of(edge.get("rule").and_then(Item::as_str)?)?;
                edge.insert("rule", value(id));
            }
            Some((format!("edges/{}.toml", renamed(rest.trim_end_matches(".toml"))), doc.to_string()))
        }
        "routes" => {
            for route in doc.get_mut("route")?.as_array_of_tables_mut()?.iter_mut() {
                let agencies = route.get_mut("agencies")?.as_array_mut()?;
                let own: Vec<String> = agencies.iter().filter_map(Value::as_str).map(renamed).collect();
                *agencies = own.into_iter().collect();
            }
            Some((format!("routes/{}.toml", renamed(rest.trim_end_matches(".toml"))), doc.to_string()))
        }
        _ => None,
    }
}
