//! The manifest: every file of a release with its digest, sorted, in a form that `sha256sum --check` reads too.
//!
//! Written so that the same files give the same bytes: no time, no machine, no order of a disk in it. Read without trust: a path that
//! leads out of the folder, a path twice or a line that is anything else is refused.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

use crate::text::{clean, is_disruptive};

/// The manifest's name in a release's folder.
pub const MANIFEST: &str = "MANIFEST";
/// Its signature's.
pub const SIGNATURE: &str = "MANIFEST.minisig";
/// The first line says this.
pub const FORMAT: &str = "candor-manifest/1";

/// SHA-256 of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of everything that can be read.
    pub fn of_reader(mut from: impl std::io::Read) -> std::io::Result<Self> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return Ok(Self(hash.finalize().into())),
                Ok(n) => hash.update(buffer.get(..n).unwrap_or_default()),
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let lower = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let mut out = [0; 32];
        for (i, byte) in out.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2).filter(|_| lower)?, 16).ok()?;
        }
        Some(Self(out))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    RuleSet,
    Overlay,
}

impl Kind {
    /// As the manifest writes it.
    pub fn id(self) -> &'static str {
        match self {
            Self::RuleSet => "rule-set",
            Self::Overlay => "overlay",
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::RuleSet => "rule set",
            Self::Overlay => "overlay",
        }
    }
}

/// The manifest's header: which release this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub kind: Kind,
    pub id: String,
    pub version: String,
    /// Of the whole, as reports print it.
    pub digest: String,
}

/// Why a manifest cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    #[error("it is empty")]
    Empty,
    #[error("it is not UTF-8 text")]
    NotText,
    #[error(
        "its lines end in CRLF; a program has changed its line endings (git does, with autocrlf), which breaks the signature"
    )]
    LineEndings,
    #[error("it is of the format {0}, which this version of Candor does not know; it reads {FORMAT}")]
    Format(String),
    #[error("line {line}: {what}")]
    Line { line: usize, what: String },
    #[error("it ends before its last line does; it was cut short")]
    CutShort,
    #[error("it says {said} files and lists {listed}; it was cut short or added to")]
    Count { said: usize, listed: usize },
    #[error("\"{path}\" cannot be listed: {why}")]
    Path { path: String, why: &'static str },
    #[error("the {0} cannot be written into a manifest; use letters, digits, hyphens and dots")]
    Header(&'static str),
}

/// The files of a release, by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub about: About,
    files: BTreeMap<String, Hash>,
}

/// How a file differs from the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Changed,
    Missing,
    /// There, but not listed.
    Added,
    /// Listed or not: it could not be read.
    Unreadable(String),
}

impl Change {
    /// For machines.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Added => "not-listed",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// A file that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub path: String,
    pub change: Change,
}

impl Manifest {
    pub fn new(about: About, files: impl IntoIterator<Item = (String, Hash)>) -> Result<Self, ManifestError> {
        for (what, text) in [("id", &about.id), ("version", &about.version), ("digest", &about.digest)] {
            if text.trim() != text || text.is_empty() || text.chars().any(is_disruptive) {
                return Err(ManifestError::Header(what));
            }
        }
        let mut all = BTreeMap::new();
        for (path, hash) in files {
            if let Some(why) = unfit(&path) {
                return Err(ManifestError::Path { path: clean(&path), why });
            }
            if all.insert(path.clone(), hash).is_some() {
                return Err(ManifestError::Path { path: clean(&path), why: "it is there twice" });
            }
        }
        Ok(Self { about, files: all })
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The bytes to sign.
    pub fn text(&self) -> String {
        let About { kind, id, version, digest } = &self.about;
        let kind = kind.id();
        let n = self.files.len();
        let mut text = format!("# {FORMAT}\n# {kind}: {id}\n# version: {version}\n# digest: {digest}\n# files: {n}\n");
        for (path, hash) in &self.files {
            let _ = writeln!(text, "{hash}  {path}");
        }
        text
    }

    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ManifestError::NotText)?;
        if text.is_empty() {
            return Err(ManifestError::Empty);
        }
        if text.contains("\r\n") {
            return Err(ManifestError::LineEndings);
        }
        let mut lines = text.split_terminator('\n').enumerate().map(|(i, line)| (i + 1, line));
        let at = |line: usize, what: &str| ManifestError::Line { line, what: what.to_owned() };
        match lines.next().and_then(|(_, l)| l.strip_prefix("# ")) {
            Some(FORMAT) => {}
            Some(other) if other.starts_with("candor-manifest/") => return Err(ManifestError::Format(clean(other))),
            _ => return Err(at(1, "a manifest begins with \"# candor-manifest/1\"")),
        }
        let mut header = |key: &'static str| {
            let (line, text) = lines.next().ok_or(ManifestError::CutShort)?;
            let value = text.strip_prefix("# ").and_then(|t| t.strip_prefix(key)).and_then(|t| t.strip_prefix(": "));
            value.map(str::to_owned).ok_or_else(|| at(line, &format!("expected \"# {key}: …\"")))
        };
        let (kind, id) = match header(Kind::RuleSet.id()) {
            Ok(id) => (Kind::RuleSet, id),
            Err(_) => {
                let line = text.split('\n').nth(1).unwrap_or_default();
                let id = line
                    .strip_prefix("# overlay: ")
                    .ok_or_else(|| at(2, "expected \"# rule-set: …\" or \"# overlay: …\""))?;
                (Kind::Overlay, id.to_owned())
            }
        };
        let about = About { kind, id, version: header("version")?, digest: header("digest")? };
        let said: usize = header("files")?.parse().map_err(|_| at(5, "the number of files is not a number"))?;
        let mut files = BTreeMap::new();
        let mut last: Option<&str> = None;
        for (line, text) in lines {
            let (hash, path) =
                text.split_once("  ").ok_or_else(|| at(line, "expected a digest, two spaces and a path"))?;
            let hash = Hash::parse(hash).ok_or_else(|| at(line, "the digest is not 64 hexadecimal digits"))?;
            if let Some(why) = unfit(path) {
                return Err(at(line, &format!("the path \"{}\" is refused: {why}", clean(path))));
            }
            match last {
                Some(before) if before == path => {
                    return Err(at(line, &format!("\"{}\" is listed twice", clean(path))));
                }
                Some(before) if before > path => return Err(at(line, "the paths are not in order; a line was moved")),
                _ => last = Some(path),
            }
            files.insert(path.to_owned(), hash);
        }
        if !text.ends_with('\n') {
            return Err(ManifestError::CutShort);
        }
        if files.len() != said {
            return Err(ManifestError::Count { said, listed: files.len() });
        }
        Self::new(about, files)
    }

    /// What is not as listed, in order of path.
    pub fn differences<'a>(&self, there: impl IntoIterator<Item = (&'a str, Result<Hash, String>)>) -> Vec<Difference> {
        let mut there: BTreeMap<&str, Result<Hash, String>> = there.into_iter().collect();
        let mut out = Vec::new();
        for (path, listed) in &self.files {
            let change = match there.remove(path.as_str()) {
                Some(Ok(hash)) if hash == *listed => continue,
                Some(Ok(_)) => Change::Changed,
                Some(Err(why)) => Change::Unreadable(why),
                None => Change::Missing,
            };
            out.push(Difference { path: path.clone(), change });
        }
        out.extend(there.into_iter().map(|(path, hash)| Difference {
            path: path.to_owned(),
            change: hash.map_or_else(Change::Unreadable, |_| Change::Added),
        }));
        out.sort_by(|a, b| a.path.cmp(&b.path));
        out
    }
}

/// Why a path cannot stand in a manifest.
fn unfit(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        Some("it is empty")
    } else if path == MANIFEST || path == SIGNATURE {
        Some("the manifest does not list itself or its signature")
    } else if path.starts_with('/') || path.split('/').next().is_some_and(|first| first.contains(':')) {
        Some("it does not begin in the folder")
    } else if path.contains('\\') {
        Some("it has a backslash; folders are divided by /")
    } else if path.contains(char::REPLACEMENT_CHARACTER) {
        Some("its name is not UTF-8")
    } else if path.chars().any(is_disruptive) {
        Some("it has characters that cannot be shown")
    } else if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        Some("it has an empty part, . or ..")
    } else {
        None
    }
}
