//! `candor rules sign`: lists a folder's files with their digests and signs the list.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Args;

use super::keygen::password;
use crate::cli::put::{self, Readers};
use crate::cli::{Ended, RulesFrom, explain, out};
use crate::release::{self, About, Kind, MANIFEST, Manifest, SIGNATURE, SecretKey, Standing};
use crate::ruleset::{self, Folder, Loaded, OverlayFiles, Tests};
use crate::text::{clean, count};

#[derive(Debug, Args)]
pub struct Command {
    /// The folder of the rule set or overlay
    dir: PathBuf,
    /// The secret key, from `candor rules keygen` or `minisign -G`
    #[arg(short, long, value_name = "FILE")]
    key: PathBuf,
}

pub(super) fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let dir = &command.dir;
    let folder = Folder::read(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let loaded = loaded(&folder, from)?;
    explain(&loaded.problems);
    let Some(about) = about(&folder, &loaded) else {
        bail!("{} does not load, so it was not signed", dir.display());
    };
    let manifest = manifest(&folder, about)?;
    let key = unlock(&command.key)?;
    let text = manifest.text();
    let signature = key.sign(text.as_bytes(), &comment(&manifest.about, Utc::now()))?;
    if let Some(note) = said_before(dir, &manifest) {
        eprintln!("{note}");
    }
    put::replace(&dir.join(MANIFEST), &text, Readers::Others)?;
    put::replace(&dir.join(SIGNATURE), &signature, Readers::Others)?;
    let About { kind, id, version, digest } = &manifest.about;
    out(&format!(
        "Signed by key {}: {} {}, version {}, {}\nDigest {digest}\nWritten: {} and {SIGNATURE}, to be published with the folder.\n",
        key.public()?.id(),
        kind.words(),
        clean(id),
        clean(version),
        count(manifest.len(), "file", "files"),
        dir.join(MANIFEST).display(),
    ))
}

/// Loads what is to be signed, so that nothing is signed that could not be used.
fn loaded(folder: &Folder, from: RulesFrom<'_>) -> anyhow::Result<Loaded> {
    let sources = folder.sources()?;
    if folder.toml("ruleset.toml").is_some() {
        return Ok(ruleset::load_files(sources, Tests::Load));
    }
    if folder.toml("overlay.toml").is_none() {
        bail!("there is no ruleset.toml and no overlay.toml in {}; is this the right folder?", folder.dir().display());
    }
    let base = match from.dir {
        None => ruleset::embedded(Tests::Load),
        Some(dir) => ruleset::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?.into(),
    };
    Ok(ruleset::load_with(base, vec![OverlayFiles::new(folder, Standing::Unchecked)?], Tests::Load))
}

fn about(folder: &Folder, loaded: &Loaded) -> Option<About> {
    let rules = loaded.rules.as_ref()?;
    let (kind, id, version) = match rules.overlays.first() {
        Some(o) => (Kind::Overlay, &o.id, &o.version),
        None => (Kind::RuleSet, &rules.meta.id, &rules.meta.version),
    };
    Some(About { kind, id: id.clone(), version: version.clone(), digest: folder.digest() })
}

fn manifest(folder: &Folder, about: About) -> anyhow::Result<Manifest> {
    if let [first, rest @ ..] = folder.links() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        bail!(
            "{} is a link{more}, which may lead elsewhere on another machine; put the file itself there",
            clean(first)
        );
    }
    let mut files = Vec::new();
    for (path, hash) in folder.hashes() {
        let hash = hash.map_err(|why| anyhow::anyhow!("{} cannot be read: {why}", clean(&path)))?;
        files.push((path, hash));
    }
    Ok(Manifest::new(about, files)?)
}

fn unlock(path: &Path) -> anyhow::Result<SecretKey> {
    let of = || format!("the key {}", path.display());
    let bytes = super::verify::read_small(path).with_context(of)?;
    let password = match release::is_protected(&bytes).with_context(of)? {
        true => password("Password of the key: ")?,
        false => String::new(),
    };
    SecretKey::unlock(&bytes, &password).with_context(of)
}

/// What the signature says besides, for people: shown by every tool that checks it.
fn comment(about: &About, now: DateTime<Utc>) -> String {
    let About { kind, id, version, digest } = about;
    let when = now.format("%Y-%m-%d %H:%M UTC");
    format!("{} {id}, version {version}, digest {digest}, signed {when}", kind.words())
}

/// A word on a version that was signed before with other rules in it.
fn said_before(dir: &Path, new: &Manifest) -> Option<String> {
    let old = Manifest::parse(&std::fs::read(dir.join(MANIFEST)).ok()?).ok()?;
    let same = (&old.about.id, &old.about.version) == (&new.about.id, &new.about.version);
    (same && old != *new).then(|| {
        format!(
            "Note: version {} was signed before with other files. If that one was published, raise `version` and sign again, so that \
             reports can tell the two apart.",
            clean(&new.about.version)
        )
    })
}
