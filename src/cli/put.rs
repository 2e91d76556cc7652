//! Writing files beside their place, synced, then renamed: whole or not at all.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    Owner,
    /// As the person's settings (umask) have it: for what is published.
    Others,
}

/// Replaces a file.
pub fn replace(path: &Path, text: &str, readers: Readers) -> anyhow::Result<()> {
    written(path, text, readers)?.persist(path).map(drop).with_context(|| failed(path))
}

/// Makes a file, and never touches one that is there.
pub fn create(path: &Path, text: &str, readers: Readers) -> anyhow::Result<()> {
    match written(path, text, readers)?.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => bail!("{}", taken(path)),
        Err(e) => Err(e.error).with_context(|| failed(path)),
    }
}

/// What is said of a file that is not overwritten.
pub fn taken(path: &Path) -> String {
    format!("{} is there already and is not overwritten; choose another name, or move it away", path.display())
}

fn failed(path: &Path) -> String {
    format!("cannot write {}; check that the folder exists, is yours and has room", path.display())
}

fn written(path: &Path, text: &str, readers: Readers) -> anyhow::Result<tempfile::NamedTempFile> {
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new();
    // Without this, only the owner may read it.
    #[cfg(unix)]
    let others: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    if readers == Readers::Others {
        new.permissions(others);
    }
    let mut file = new.tempfile_in(dir).with_context(|| failed(path))?;
    file.write_all(text.as_bytes()).with_context(|| failed(path))?;
    file.as_file().sync_all().with_context(|| failed(path))?;
    Ok(file)
}
