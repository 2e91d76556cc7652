//! `candor rules verify`: who signed a folder, whether that key is trusted, and every file that is not as it was signed.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use crate::cli::{Ended, Format, out, trusted};
use crate::release::{Findings, Listing, PublicKey, Seal, Standing, State, Trusted, TrustedKey};
use crate::ruleset::Folder;
use crate::text::{clean, count};

#[derive(Debug, Args)]
pub struct Command {
    /// The folder of the rule set or overlay
    dir: PathBuf,
    #[command(flatten)]
    key: Key,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A public key that is given rather than trusted for good.
#[derive(Debug, Args)]
pub struct Key {
    /// Accept only this key, whatever you trust: a .pub file
    #[arg(short, long, value_name = "FILE", conflicts_with = "public_key")]
    key: Option<PathBuf>,
    /// The same, as the line of letters and digits itself
    #[arg(long, value_name = "STRING")]
    public_key: Option<String>,
}

pub(super) fn run(command: &Command) -> anyhow::Result<Ended> {
    let dir = &command.dir;
    let folder = Folder::read(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let given = public_key(command.key.key.as_deref(), command.key.public_key.as_deref())?;
    let is_given = given.is_some();
    let standing = match given {
        Some(key) => {
            let mut only = Trusted::default();
            only.add(TrustedKey { key, name: "the key you gave".to_owned(), since: None::<NaiveDate> })?;
            folder.standing(&only)
        }
        None => trusted::judge(&folder)?,
    };
    let Some(found) = standing.findings() else { bail!("{} could not be judged", dir.display()) };
    let none = found.listing == Listing::None && found.seal == Seal::None;
    if none && ["ruleset.toml", "overlay.toml"].iter().all(|name| folder.toml(name).is_none()) {
        bail!("there is no ruleset.toml, overlay.toml or MANIFEST in {}; is this the right folder?", dir.display());
    }
    match command.format {
        Format::Text => out(&text(&standing, found, is_given))?,
        Format::Json => out(&format!("{}\n", serde_json::to_string_pretty(&machine(dir, &standing, found))?))?,
    };
    Ok(match (standing.state(), &found.listing, &found.seal) {
        (State::Signed, ..) => Ended::Clear,
        (_, Listing::Unusable(_), _) | (_, _, Seal::Unusable(_)) => Ended::Unusable,
        _ => Ended::Attention,
    })
}

/// The public key that was given as a file or as a line, if any.
pub(super) fn public_key(file: Option<&Path>, line: Option<&str>) -> anyhow::Result<Option<PublicKey>> {
    Ok(match (file, line) {
        (Some(path), _) => {
            let of = || format!("the key {}", path.display());
            Some(PublicKey::parse(&read_small(path).with_context(of)?).with_context(of)?)
        }
        (None, Some(line)) => Some(PublicKey::parse(line.as_bytes()).context("--public-key")?),
        (None, None) => None,
    })
}

/// A key's file: a few hundred bytes, or something else was named.
pub(super) fn read_small(path: &Path) -> anyhow::Result<Vec<u8>> {
    const LONGEST: u64 = 64 << 10;
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).context("cannot be read")?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).context("cannot be read")?;
    if bytes.len() as u64 > LONGEST {
        bail!("is far too long to be a key");
    }
    Ok(bytes)
}

fn text(standing: &Standing, found: &Findings, is_given: bool) -> String {
    let mut text = String::new();
    match &found.listing {
        Listing::None => text.push_str("Manifest    none\n"),
        Listing::Unusable(e) => {
            let _ = writeln!(text, "Manifest    cannot be used: {e}");
        }
        Listing::Read { about, files } => {
            let n = count(*files, "file", "files");
            let (id, version) = (clean(&about.id), clean(&about.version));
            let _ = writeln!(text, "Manifest    {} {id}, version {version}, {n}", about.kind.words());
        }
    }
    let _ = match &found.seal {
        Seal::None => writeln!(text, "Signature   none"),
        Seal::Unusable(e) => writeln!(text, "Signature   cannot be used: {e}"),
        Seal::Stranger(key) if is_given => writeln!(text, "Signature   by key {key}, which is not the key you gave"),
        Seal::Stranger(key) => writeln!(
            text,
            "Signature   by key {key}, which you have not trusted, so it cannot be checked.\n            \
             Get the office's public key from a place you trust, then: candor rules trust FILE.pub"
        ),
        Seal::Broken { key, name } => {
            writeln!(text, "Signature   not valid: it names key {key}{}, which did not sign this manifest", named(name))
        }
        Seal::Good { key, name, comment } => {
            let trusted = if is_given { "the one you gave" } else { "which you trust" };
            let name = if is_given { String::new() } else { named(name) };
            writeln!(text, "Signature   valid, by key {key}{name}, {trusted}\nIt says     {}", clean(comment))
        }
    };
    if let Listing::Read { about, files } = &found.listing {
        if found.differences.is_empty() {
            let _ = writeln!(text, "Files       all {files} are as listed, and there are no others");
        } else {
            let _ = writeln!(
                text,
                "Files       {}:",
                count(found.differences.len(), "is not as listed", "are not as listed")
            );
            for d in &found.differences {
                let why = match &d.change {
                    crate::release::Change::Unreadable(why) => format!(" ({})", clean(why)),
                    _ => String::new(),
                };
                let _ = writeln!(text, "              {:<11} {}{why}", d.change.id().replace('-', " "), clean(&d.path));
            }
        }
        let _ = match found.digest_agrees() {
            Some(true) => writeln!(text, "Digest      {}, as listed", found.digest),
            _ => writeln!(text, "Digest      {}\n            is not as listed: {}", found.digest, clean(&about.digest)),
        };
    }
    let _ = writeln!(text, "\n{}.", crate::report::words::upper_first(&standing.words()));
    text
}

fn named(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" ({})", clean(name)) }
}

fn machine(dir: &Path, standing: &Standing, found: &Findings) -> serde_json::Value {
    let (manifest, about) = match &found.listing {
        Listing::None => (json!({ "state": "none" }), None),
        Listing::Unusable(e) => (json!({ "state": "unusable", "problem": e.to_string() }), None),
        Listing::Read { about, files } => (
            json!({ "state": "read", "kind": about.kind.id(), "id": about.id, "version": about.version,
                    "digest": about.digest, "files": files }),
            Some(about),
        ),
    };
    let signature = match &found.seal {
        Seal::None => json!({ "state": "none" }),
        Seal::Unusable(e) => json!({ "state": "unusable", "problem": e.to_string() }),
        Seal::Stranger(key) => json!({ "state": "unknown-key", "key": key.to_string() }),
        Seal::Broken { key, name } => json!({ "state": "not-valid", "key": key.to_string(), "name": name }),
        Seal::Good { key, name, comment } => {
            json!({ "state": "valid", "key": key.to_string(), "name": name, "comment": comment })
        }
    };
    let differences: Vec<_> =
        found.differences.iter().map(|d| json!({ "path": d.path, "change": d.change.id() })).collect();
    json!({
        "schema": "candor.rules-verify/1",
        "folder": dir.to_string_lossy(),
        "state": standing.state().id(),
        "says": standing.words(),
        "manifest": manifest,
        "signature": signature,
        "differences": differences,
        "digest": about.map(|_| found.digest.as_str()),
        "digest_agrees": found.digest_agrees(),
    })
}
