//! Keeping a file safe: locking it, replacing it whole or not at all, and saying what went wrong.
//!
//! A file is replaced by writing a new one beside it, syncing it and renaming it over the old. A crash at any moment
//! leaves the old file or the new one, never a mixture. Knows nothing of profiles.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Why nothing was written. The file on disk is as it was, and the changes are still in memory.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("\"{}\" is open in another Candor session; close it there, or save under another name", .0.display())]
    InUse(PathBuf),
    #[error(
        "\"{}\" was changed by another program since it was opened, so it was not overwritten; open it again, or save under another name",
        .0.display()
    )]
    Changed(PathBuf),
    #[error("the disk is full, so \"{}\" was not saved; free some space and save again: nothing is lost until you quit", .0.display())]
    Full(PathBuf),
    #[error("the folder of \"{}\" cannot be written to ({source}); save under another name", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("\"{}\" could not be saved ({source}); save under another name", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("this profile has no file yet; save it under a name")]
    NoFile,
    #[error("\"{}\" is a snapshot of what was sent, so it is not changed; it can be read and compared", .0.display())]
    Snapshot(PathBuf),
}

impl SaveError {
    pub(super) fn from_io(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind as K;
        let path = path.to_owned();
        match source.kind() {
            K::StorageFull | K::QuotaExceeded => Self::Full(path),
            K::PermissionDenied | K::ReadOnlyFilesystem | K::NotADirectory | K::NotFound => {
                Self::Folder { path, source }
            }
            _ => Self::Io { path, source },
        }
    }
}

/// The file a path leads to: links followed, so that saving keeps the link and changes what it points to.
pub(super) fn resolve(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    // A link to a file that is not there yet, or no file at all.
    let linked = path.read_link().ok().map(|to| folder(path).join(to));
    let path = linked.as_deref().unwrap_or(path);
    match (folder(path).canonicalize(), path.file_name()) {
        (Ok(dir), Some(name)) => dir.join(name),
        _ => path.to_owned(),
    }
}

/// The folder a file is in.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// `profile.toml` → `profile.toml.bak`, in the same folder.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// Creates a folder that only its owner may enter, with all above it that are missing.
pub(super) fn make_folder(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// The start of the names of a file's temporary copies.
fn temporary(path: &Path) -> String {
    let name: String = path.file_name().unwrap_or_default().to_string_lossy().chars().take(40).collect();
    format!(".{name}.")
}

const TEMPORARY: &str = ".tmp";

/// Replaces a file's contents whole or not at all, readable by its owner only.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, |file| io::Write::write_all(file, bytes))
}

/// As [`replace`], with the writing given, so that tests can make it fail or stop half-way.
fn replace_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let dir = folder(path);
    // Created with mode 0600; removed again if anything fails.
    let mut new = tempfile::Builder::new().prefix(&temporary(path)).suffix(TEMPORARY).tempfile_in(dir)?;
    write(new.as_file_mut())?;
    new.as_file().sync_all()?;
    new.persist(path).map_err(|e| e.error)?;
    // The rename itself must survive a power cut. Some file systems cannot sync a folder; the data are safe all the same.
    if let Ok(dir) = File::open(dir) {
        let _ = dir.sync_all();
    }
    Ok(())
}

/// Held while a session may write a file.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock for `target`, or says that another session has it.
    pub(super) fn take(target: &Path) -> Result<Self, SaveError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(".lock");
        let path = target.with_file_name(name);
        // Another session may remove its lock file between our opening and locking it: then we hold a file nobody sees.
        for _ in 0..8 {
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&path).map_err(|e| SaveError::from_io(target, e))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(SaveError::InUse(target.to_owned())),
                Err(TryLockError::Error(e)) => return Err(SaveError::from_io(target, e)),
            }
            if is_at(&file, &path) {
                let lock = Self { file, path };
                lock.sweep(target);
                return Ok(lock);
            }
        }
        Err(SaveError::InUse(target.to_owned()))
    }

    /// Removes copies that a crashed session left half-written. Nobody else writes them while we hold the lock.
    fn sweep(&self, target: &Path) {
        let Ok(entries) = std::fs::read_dir(folder(&self.path)) else { return };
        let start = temporary(target);
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            // tempfile puts six random characters between the two.
            let middle = name.strip_prefix(&start).and_then(|n| n.strip_suffix(TEMPORARY));
            if middle.is_some_and(|m| m.len() == 6 && m.bytes().all(|b| b.is_ascii_alphanumeric())) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true // an open file cannot be removed there
}

impl Drop for Lock {
    fn drop(&mut self) {
        if cfg!(unix) {
            let _ = std::fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_full_disk_leaves_the_old_file_and_no_litter() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.toml");
        std::fs::write(&path, "old").unwrap();
        let error = replace_with(&path, |f| {
            f.write_all(b"ne")?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert!(matches!(SaveError::from_io(&path, error), SaveError::Full(_)));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["p.toml"]);
    }

    #[test]
    fn a_crash_before_the_rename_leaves_the_old_file_and_the_next_session_sweeps() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.toml");
        std::fs::write(&path, "old").unwrap();
        // What a killed process leaves: the temporary file, written in part, never renamed.
        let half =
            tempfile::Builder::new().prefix(&temporary(&path)).suffix(TEMPORARY).tempfile_in(dir.path()).unwrap();
        half.as_file().write_all(b"ne").unwrap();
        half.keep().unwrap();
        std::fs::write(dir.path().join(".p.toml.mine.tmp"), "not ours").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        drop(Lock::take(&path).unwrap());
        let mut left = names(dir.path());
        left.sort();
        assert_eq!(left, [".p.toml.mine.tmp", "p.toml"]);
    }

    #[test]
    fn two_sessions_do_not_both_hold_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.toml");
        let first = Lock::take(&path).unwrap();
        assert!(matches!(Lock::take(&path), Err(SaveError::InUse(_))));
        drop(first);
        assert!(Lock::take(&path).is_ok());
    }
}
