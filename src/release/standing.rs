//! How a rule set or overlay stands: built in, signed by whom, changed since, or not signed; and the words for it that every face uses.

use super::keys::{KeyError, KeyId, Signature};
use super::manifest::{About, Change, Difference, Hash, Manifest, ManifestError, SIGNATURE};
use super::trust::Trusted;
use crate::text::{clean, count};

/// How the rules in use stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nobody looked.
    #[default]
    Unchecked,
    /// Part of the program.
    BuiltIn,
    /// From a folder.
    Folder(Box<Findings>),
}

/// What there is to judge a folder by.
#[derive(Debug, Clone, Default)]
pub struct Evidence<'a> {
    /// The bytes of the file `MANIFEST`, if there is one.
    pub manifest: Option<&'a [u8]>,
    /// The bytes of the file `MANIFEST.minisig`.
    pub signature: Option<&'a [u8]>,
    /// Every other file that counts, by path, or why it could not be read.
    pub files: Vec<(String, Result<Hash, String>)>,
    /// Of the whole, by the same computation as reports use.
    pub digest: String,
}

/// What was found in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    pub listing: Listing,
    pub seal: Seal,
    /// The files that are not as the manifest lists them.
    pub differences: Vec<Difference>,
    /// Of the folder as it is.
    pub digest: String,
}

/// The manifest of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    None,
    Unusable(ManifestError),
    Read { about: About, files: usize },
}

/// The signature of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seal {
    None,
    Unusable(KeyError),
    /// By a key that is not trusted, so that it cannot be checked.
    Stranger(KeyId),
    /// Claims to be by a trusted key and is not, or is of another manifest.
    Broken {
        key: KeyId,
        name: String,
    },
    /// By a trusted key, of this very manifest.
    Good {
        key: KeyId,
        name: String,
        comment: String,
    },
}

/// A standing in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    BuiltIn,
    /// By a trusted key, and unchanged.
    Signed,
    UnknownKey,
    Unsigned,
    /// Not as it was when it was signed.
    Changed,
    /// A signature or manifest that is not valid.
    Invalid,
    Unchecked,
}

impl State {
    /// For machines.
    pub fn id(self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Signed => "signed",
            Self::UnknownKey => "unknown-key",
            Self::Unsigned => "not-signed",
            Self::Changed => "changed",
            Self::Invalid => "invalid",
            Self::Unchecked => "not-checked",
        }
    }

    /// Is it sure who made these rules?
    pub fn is_assured(self) -> bool {
        matches!(self, Self::BuiltIn | Self::Signed)
    }

    /// Was something signed that is no longer what is there?
    pub fn is_tampered(self) -> bool {
        matches!(self, Self::Changed | Self::Invalid)
    }
}

impl Findings {
    /// Judges a folder. A signature counts only if a trusted key made it.
    pub fn of(evidence: &Evidence<'_>, trusted: &Trusted) -> Self {
        let manifest = evidence.manifest.map(Manifest::parse);
        let differences = match &manifest {
            Some(Ok(m)) => m.differences(evidence.files.iter().map(|(p, h)| (p.as_str(), h.clone()))),
            _ => Vec::new(),
        };
        let listing = match manifest {
            None => Listing::None,
            Some(Err(e)) => Listing::Unusable(e),
            Some(Ok(m)) => Listing::Read { files: m.len(), about: m.about },
        };
        let seal = seal(evidence, trusted);
        Self { listing, seal, differences, digest: evidence.digest.clone() }
    }

    /// Does the digest of the whole stand in the manifest as it is computed now? None without a manifest.
    pub fn digest_agrees(&self) -> Option<bool> {
        match &self.listing {
            Listing::Read { about, .. } => Some(about.digest == self.digest),
            _ => None,
        }
    }

    pub fn state(&self) -> State {
        let differs = !self.differences.is_empty() || self.digest_agrees() == Some(false);
        match (&self.listing, &self.seal) {
            (Listing::None, Seal::None) => State::Unsigned,
            (Listing::None | Listing::Unusable(_), _) | (_, Seal::Unusable(_) | Seal::Broken { .. }) => State::Invalid,
            (Listing::Read { .. }, Seal::None) => State::Unsigned,
            (Listing::Read { .. }, _) if differs => State::Changed,
            (Listing::Read { .. }, Seal::Stranger(_)) => State::UnknownKey,
            (Listing::Read { .. }, Seal::Good { .. }) => State::Signed,
        }
    }

    /// The key that the signature names.
    pub fn key(&self) -> Option<KeyId> {
        match &self.seal {
            Seal::Stranger(key) | Seal::Broken { key, .. } | Seal::Good { key, .. } => Some(*key),
            Seal::None | Seal::Unusable(_) => None,
        }
    }

    fn words(&self) -> String {
        let signer = self.signer();
        match (&self.listing, &self.seal) {
            (Listing::None, Seal::None) => "not signed".to_owned(),
            (Listing::None, _) => format!("not signed: there is a {SIGNATURE} but no MANIFEST"),
            (Listing::Unusable(e), _) => format!("the MANIFEST cannot be used: {e}"),
            (_, Seal::None) => format!("not signed: there is a MANIFEST but no {SIGNATURE}"),
            (_, Seal::Unusable(e)) => format!("the signature cannot be used: {e}"),
            (_, Seal::Broken { .. }) => {
                format!("the signature is not valid: {signer} did not sign this MANIFEST, or it was changed since")
            }
            (_, Seal::Stranger(_) | Seal::Good { .. }) => match (self.state(), &self.seal) {
                (State::Changed, Seal::Stranger(key)) => {
                    format!(
                        "changed since it was signed: {}; the key ({key}) is not one you have trusted",
                        self.changed()
                    )
                }
                (State::Changed, _) => format!("changed since it was signed: {}; signed by {signer}", self.changed()),
                (_, Seal::Stranger(key)) => format!("signed by a key you have not trusted ({key})"),
                _ => format!("signed by {signer}, unchanged"),
            },
        }
    }

    /// What changed, in few words.
    fn changed(&self) -> String {
        const NAMED: usize = 5;
        let named = |d: &Difference| match d.change {
            Change::Changed => clean(&d.path),
            Change::Missing => format!("{} (missing)", clean(&d.path)),
            Change::Added => format!("{} (added)", clean(&d.path)),
            Change::Unreadable(_) => format!("{} (cannot be read)", clean(&d.path)),
        };
        let names: Vec<String> = self.differences.iter().take(NAMED).map(named).collect();
        match self.differences.len().saturating_sub(NAMED) {
            _ if names.is_empty() => "no file, but the digest of the whole is another".to_owned(),
            0 => names.join(", "),
            more => format!("{} and {}", names.join(", "), count(more, "file more", "files more")),
        }
    }

    fn signer(&self) -> String {
        match &self.seal {
            Seal::Good { key, name, .. } | Seal::Broken { key, name } if !name.is_empty() => {
                format!("{} (key {key})", clean(name))
            }
            Seal::Good { key, .. } | Seal::Broken { key, .. } => format!("a key you trust ({key})"),
            Seal::Stranger(key) => format!("the key {key}"),
            Seal::None | Seal::Unusable(_) => "nobody".to_owned(),
        }
    }
}

fn seal(evidence: &Evidence<'_>, trusted: &Trusted) -> Seal {
    let Some(bytes) = evidence.signature else { return Seal::None };
    let signature = match Signature::parse(bytes) {
        Ok(signature) => signature,
        Err(e) => return Seal::Unusable(e),
    };
    let key = signature.key();
    let Some(known) = trusted.with_id(key).next() else { return Seal::Stranger(key) };
    let name = known.name.clone();
    match evidence.manifest {
        Some(manifest) if known.key.accepts(&signature, manifest) => {
            Seal::Good { key, name, comment: signature.comment() }
        }
        _ => Seal::Broken { key, name },
    }
}

impl Standing {
    pub fn state(&self) -> State {
        match self {
            Self::Unchecked => State::Unchecked,
            Self::BuiltIn => State::BuiltIn,
            Self::Folder(found) => found.state(),
        }
    }

    /// The standing in plain words, to follow a colon.
    pub fn words(&self) -> String {
        match self {
            Self::Unchecked => "not looked at for a signature".to_owned(),
            Self::BuiltIn => "built into this program".to_owned(),
            Self::Folder(found) => found.words(),
        }
    }

    pub fn findings(&self) -> Option<&Findings> {
        match self {
            Self::Folder(found) => Some(found),
            Self::Unchecked | Self::BuiltIn => None,
        }
    }
}
