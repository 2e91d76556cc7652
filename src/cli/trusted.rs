//! The keys that this person trusts, from their settings, and folders of rules judged by them.
//!
//! A folder that was changed after it was signed is said to be so whatever the command; `--require-signed` refuses it.

use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use super::places;
use super::put::{self, Readers};
use crate::release::{Kind, Standing, Trusted};
use crate::ruleset::Folder;
use crate::text::clean;

/// The file they are kept in.
pub fn file() -> anyhow::Result<PathBuf> {
    places::trusted_keys().context("your settings folder is unknown; set CANDOR_HOME to a folder of yours")
}

/// The trusted keys; none where the file was never written.
pub fn read() -> anyhow::Result<Trusted> {
    let Some(path) = places::trusted_keys() else { return Ok(Trusted::default()) };
    let unusable = || format!("the list of trusted keys cannot be used; mend or remove {}", path.display());
    match std::fs::read(&path) {
        Ok(bytes) => Trusted::parse(&bytes).with_context(unusable),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(Trusted::default()),
        Err(e) => Err(e).with_context(unusable),
    }
}

/// Keeps the trusted keys, for their owner only.
pub fn write(trusted: &Trusted) -> anyhow::Result<()> {
    let path = file()?;
    if let Some(dir) = path.parent() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    }
    put::replace(&path, &trusted.text(), Readers::Owner)
}

/// How a folder stands with this person. The list is read only if something claims to be signed.
pub fn judge(folder: &Folder) -> anyhow::Result<Standing> {
    let trusted = if folder.has_signature() { read()? } else { Trusted::default() };
    Ok(folder.standing(&trusted))
}

/// Judges a folder that is about to be used, says if something is wrong with its signature, and refuses it if only signed rules
/// are wanted.
pub fn admit(kind: Kind, folder: &Folder, require_signed: bool) -> anyhow::Result<Standing> {
    let standing = judge(folder)?;
    let state = standing.state();
    let of = format!("the {} in {}", kind.words(), clean(&folder.dir().to_string_lossy()));
    if require_signed && !state.is_assured() {
        bail!("{of} is refused, because of --require-signed: {}", standing.words());
    }
    if state.is_tampered() {
        eprintln!("Note: {of}: {}. `candor rules verify` shows more.", standing.words());
    }
    Ok(standing)
}
