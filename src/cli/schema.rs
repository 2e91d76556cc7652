//! `candor schema`: JSON Schemas for editors, of one kind of file or of all.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::{Ended, out};
use crate::ruleset::RuleSet;
use crate::schema::{self, FileKind};
use crate::text::nearest;

#[derive(Debug, clap::Args)]
pub struct Command {
    /// decision, vocabulary, agency, form, source, list, pending, change, check, route, case, edge, ruleset, overlay or profile
    kind: Option<String>,
    /// Write all of them into a folder, with the table for TOML language servers
    #[arg(long, requires = "output", conflicts_with = "kind")]
    all: bool,
    /// The folder to write to
    #[arg(short, long, value_name = "DIR", requires = "all")]
    output: Option<PathBuf>,
}

pub fn run(rules: &RuleSet, command: &Command) -> anyhow::Result<Ended> {
    if let Some(dir) = &command.output {
        return all(rules, dir);
    }
    let ids = || FileKind::ALL.map(FileKind::id);
    let Some(word) = &command.kind else { bail!("which kind of file? one of: {}; or --all -o DIR", ids().join(", ")) };
    match FileKind::parse(word) {
        Some(kind) => out(&pretty(rules, kind)?),
        None => match nearest(word, ids()) {
            Some(near) => bail!("there is no kind of file \"{word}\"; did you mean {near}?"),
            None => bail!("there is no kind of file \"{word}\"; known are {}", ids().join(", ")),
        },
    }
}

fn pretty(rules: &RuleSet, kind: FileKind) -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(&schema::schema(rules, kind))?))
}

/// Everything in the folder is made anew from the rule set, so what stands there is replaced.
fn all(rules: &RuleSet, dir: &Path) -> anyhow::Result<Ended> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    let write = |name: String, text: String| {
        let path = dir.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    for kind in FileKind::ALL {
        write(format!("{}.json", kind.id()), pretty(rules, kind)?)?;
    }
    write(".taplo.toml".to_owned(), schema::associations(rules, &dir.to_string_lossy()))?;
    out(&format!(
        "{} schemas written to {dir}. Copy {dir}/.taplo.toml to the top folder of your rule set or overlay, and the TOML\n\
         plug-in of your editor (Even Better TOML, Taplo) completes and checks its files.\n",
        FileKind::ALL.len(),
        dir = dir.display()
    ))
}
