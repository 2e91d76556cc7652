//! Plants defects in copies of a rule set: `seed RULES-DIR OUT.json [EACH]`. Writes the plants, each with the files it changes.

use std::path::Path;

use neutral::plant::{Folder, plant};

const SEED: u64 = 20_261_130;

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(dir), Some(out)) = (args.next(), args.next()) else { panic!("usage: seed RULES-DIR OUT.json [EACH]") };
    let each = args.next().and_then(|n| n.parse().ok()).unwrap_or(3);
    let files = candor::ruleset::read_dir(Path::new(&dir)).unwrap_or_else(|e| panic!("{dir}: {e}"));
    let folder = Folder::new(files);
    let planted = plant(&folder, SEED, each);
    eprintln!(
        "{} defects of {} kinds, {} harmless edits; seed {SEED}",
        planted.plants.len(),
        planted.tried.keys().filter(|k| !k.starts_with("harmless")).count(),
        planted.controls.len()
    );
    form::trial::write(
        Path::new(&out),
        &serde_json::json!({
            "schema": "candor.bench.plants/1",
            "rule-set": format!("{} {}, digest {}", folder.rules.meta.id, folder.rules.meta.version, folder.rules.digest),
            "seed": SEED,
            "tried": planted.tried,
            "plants": planted.plants,
            "controls": planted.controls,
        }),
    );
}
