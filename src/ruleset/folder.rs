//! A rule set's or overlay's folder, read once: what is judged is what is loaded.
//!
//! The loader reads every `.toml` file, in every folder in it, but hidden ones: those are an editor's or a version control's. A release
//! covers what the loader reads and everything else a person would see there, but editors' backups.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

use super::load::digest_of;
use crate::diagnostic::SourceFile;
use crate::release::{Evidence, Findings, Hash, MANIFEST, SIGNATURE, Standing, Trusted};

/// Rule sets are three folders deep; deeper than this, a link leads back to where it stands.
const DEEPEST: usize = 16;
/// A manifest or signature longer than this is none.
const LONGEST: u64 = 16 << 20;

/// What stands in a folder.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    /// Paths relative to the folder, divided by `/`, and contents; in order.
    toml: Vec<(String, Vec<u8>)>,
    /// The other files that a release covers, not read yet.
    others: Vec<(String, PathBuf)>,
    /// Those of all files that are links, or lead through one.
    links: Vec<String>,
    manifest: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl Folder {
    pub fn read(dir: &Path) -> Result<Self> {
        let mut folder = Self {
            dir: dir.to_owned(),
            toml: Vec::new(),
            others: Vec::new(),
            links: Vec::new(),
            manifest: None,
            signature: None,
        };
        folder.walk(dir, "", false, 0)?;
        folder.manifest = optional(&dir.join(MANIFEST))?;
        folder.signature = optional(&dir.join(SIGNATURE))?;
        folder.toml.sort();
        folder.others.sort();
        folder.links.sort();
        Ok(folder)
    }

    fn walk(&mut self, dir: &Path, prefix: &str, linked: bool, depth: usize) -> Result<()> {
        if depth > DEEPEST {
            return Err(Error::other(format!(
                "{} is too deep; does a link lead back to a folder above?",
                dir.display()
            )));
        }
        for entry in std::fs::read_dir(dir).map_err(|e| at(dir, &e))? {
            let path = entry.map_err(|e| at(dir, &e))?.path();
            let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
            let linked = linked || path.is_symlink();
            if path.is_dir() {
                self.walk(&path, &format!("{name}/"), linked, depth + 1)?;
                continue;
            }
            let hidden = name.split('/').any(|part| part.starts_with('.'));
            let read = !hidden && path.extension().is_some_and(|e| e == "toml");
            if !read && (name == MANIFEST || name == SIGNATURE || is_passed_over(&name)) {
                continue;
            }
            if linked {
                self.links.push(name.clone());
            }
            match read {
                true => self.toml.push((name, whole(&path)?)),
                false => self.others.push((name, path)),
            }
        }
        Ok(())
    }

    /// The folder as it was named.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What the loader reads.
    pub fn sources(&self) -> Result<Vec<SourceFile>> {
        let text = |(name, bytes): &(String, Vec<u8>)| match std::str::from_utf8(bytes) {
            Ok(text) => Ok(SourceFile { name: name.clone(), text: text.to_owned() }),
            Err(_) => {
                let path = self.dir.join(name);
                Err(Error::new(ErrorKind::InvalidData, format!("{} is not UTF-8 text", path.display())))
            }
        };
        self.toml.iter().map(text).collect()
    }

    /// The bytes of a file that the loader reads.
    pub fn toml(&self, name: &str) -> Option<&[u8]> {
        self.toml.iter().find(|(n, _)| n == name).map(|(_, bytes)| bytes.as_slice())
    }

    /// Every file that a release covers, by path.
    pub fn hashes(&self) -> Vec<(String, std::result::Result<Hash, String>)> {
        let read = self.toml.iter().map(|(name, bytes)| (name.clone(), Ok(Hash::of(bytes))));
        let others = self.others.iter().map(|(name, path)| {
            let hash = regular(path).and_then(Hash::of_reader).map_err(|e| e.to_string());
            (name.clone(), hash)
        });
        read.chain(others).collect()
    }

    /// The digest of the whole, as the loader takes it.
    pub fn digest(&self) -> String {
        digest_of(self.toml.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())))
    }

    /// Files that are links or stand behind one.
    pub fn links(&self) -> &[String] {
        &self.links
    }

    /// Is there a signature to look at?
    pub fn has_signature(&self) -> bool {
        self.signature.is_some()
    }

    /// Judges the folder by the keys that are trusted. Costs nothing where nothing claims to be signed.
    pub fn standing(&self, trusted: &Trusted) -> Standing {
        let mut evidence = Evidence {
            manifest: self.manifest.as_deref(),
            signature: self.signature.as_deref(),
            ..Evidence::default()
        };
        if evidence.manifest.is_some() {
            evidence.files = self.hashes();
            evidence.digest = self.digest();
        }
        Standing::Folder(Box::new(Findings::of(&evidence, trusted)))
    }
}

/// Hidden, or an editor's backup. Only asked of files that the loader does not read.
fn is_passed_over(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.split('/').any(|part| part.starts_with('.'))
        || last.ends_with('~')
        || (last.len() > 1 && last.starts_with('#') && last.ends_with('#'))
}

fn at(path: &Path, e: &Error) -> Error {
    Error::new(e.kind(), format!("{}: {e}", path.display()))
}

fn regular(path: &Path) -> Result<File> {
    match std::fs::metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(Error::other("it is not a file")),
    }
}

fn whole(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = regular(path).and_then(|mut file| std::io::Read::read_to_end(&mut file, &mut bytes));
    read.map(|_| bytes).map_err(|e| at(path, &e))
}

/// A file that need not be there.
fn optional(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::metadata(path) {
        Err(e) if e.kind() == ErrorKind::NotFound && !path.is_symlink() => Ok(None),
        Ok(meta) if meta.len() > LONGEST => Err(Error::other(format!("{} is too long to be one", path.display()))),
        _ => whole(path).map(Some),
    }
}
