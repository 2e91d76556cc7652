//! `candor rules trust`: whose signatures to believe. The only way into that list.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

use super::verify::public_key;
use crate::cli::{Ended, out, trusted};
use crate::release::{KeyId, TrustedKey};
use crate::text::clean;

#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("act").required(true).args(["file", "public_key", "list", "remove"])))]
pub struct Command {
    /// A public key: the .pub file that the office gave you
    file: Option<PathBuf>,
    /// A public key as the line of letters and digits itself
    #[arg(long, value_name = "STRING")]
    public_key: Option<String>,
    /// Whose key it is, as you want to see it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["list", "remove"])]
    name: Option<String>,
    /// Show the keys you trust
    #[arg(long)]
    list: bool,
    /// Trust a key no longer
    #[arg(long, value_name = "ID")]
    remove: Option<String>,
}

pub(super) fn run(command: &Command) -> anyhow::Result<Ended> {
    if let Some(id) = &command.remove {
        return remove(id);
    }
    match public_key(command.file.as_deref(), command.public_key.as_deref())? {
        None => list(),
        Some(key) => {
            let name = command.name.as_deref().map(|n| clean(n.trim())).unwrap_or_default();
            let mut all = trusted::read()?;
            let (id, line) = (key.id(), key.line());
            let whose = if name.is_empty() { String::new() } else { format!(" of {name}") };
            all.add(TrustedKey { key, name, since: Some(chrono::Local::now().date_naive()) })?;
            trusted::write(&all)?;
            out(&format!(
                "You now trust the key {id}{whose}:\n\n  {line}\n\n\
                 Compare this line with what the office publishes elsewhere. Whatever this key signs is shown as signed by it; to take \
                 that back: candor rules trust --remove {id}\n"
            ))
        }
    }
}

fn list() -> anyhow::Result<Ended> {
    let all = trusted::read()?;
    let mut text = String::new();
    for k in all.keys() {
        let name = if k.name.is_empty() { "(no name given)".to_owned() } else { clean(&k.name) };
        let since = k.since.map(|d| format!(", since {d}")).unwrap_or_default();
        let _ = writeln!(text, "{}  {name}{since}\n                  {}", k.key.id(), k.key.line());
    }
    match text.as_str() {
        "" => out("You trust no keys yet. The rules built into this program need none.\n"),
        text => out(&format!("{text}\nKept in {}\n", trusted::file()?.display())),
    }
}

fn remove(id: &str) -> anyhow::Result<Ended> {
    let Some(id) = KeyId::parse(id) else {
        bail!("--remove {}: a key's ID is sixteen digits and letters A to F", clean(id))
    };
    let mut all = trusted::read()?;
    let gone = all.remove(id).context("nothing was removed; `candor rules trust --list` shows the keys")?;
    trusted::write(&all)?;
    let name = if gone.name.is_empty() { String::new() } else { format!(" of {}", clean(&gone.name)) };
    out(&format!("The key {id}{name} is not trusted any more.\n"))
}
