//! The keys that a person trusts, as a small TOML file. A key gets in by an explicit act only, never by being seen.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::Deserialize;

use super::keys::{KeyError, KeyId, PublicKey};
use crate::calendar::PartialDate;
use crate::text::clean;

const SCHEMA: &str = "candor.trusted-keys/1";

/// A key, and what the person calls its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    pub key: PublicKey,
    /// Empty if they gave none.
    pub name: String,
    pub since: Option<NaiveDate>,
}

/// All of them, in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trusted(Vec<TrustedKey>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    #[error("line {line}: {what}")]
    File { line: usize, what: String },
    #[error("it is not UTF-8 text")]
    NotText,
    #[error("it is of the format {0}, which this version of Candor does not know; it reads {SCHEMA}")]
    Schema(String),
    #[error("the key {id}: {source}")]
    Key { id: String, source: KeyError },
    #[error("the key listed as {listed} has the ID {own}; the file was changed by hand")]
    Id { listed: String, own: KeyId },
    #[error("the key {0} stands twice")]
    Twice(KeyId),
    #[error(
        "another key with the ID {0} is trusted already; two keys do not share an ID by chance, so ask the office before you trust this one, and \
         remove the other first if it is right"
    )]
    SameId(KeyId),
    #[error("the key {0} is trusted already")]
    Already(KeyId),
    #[error("no key {0} is trusted")]
    Unknown(KeyId),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    schema: String,
    #[serde(default)]
    key: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    id: String,
    #[serde(default)]
    name: String,
    public_key: String,
    trusted_on: Option<toml::value::Datetime>,
}

impl Trusted {
    pub fn keys(&self) -> &[TrustedKey] {
        &self.0
    }

    /// The keys with this ID: at most one, as long as [`Trusted::add`] is the only way in.
    pub fn with_id(&self, id: KeyId) -> impl Iterator<Item = &TrustedKey> {
        self.0.iter().filter(move |k| k.key.id() == id)
    }

    pub fn add(&mut self, new: TrustedKey) -> Result<(), TrustError> {
        let id = new.key.id();
        match self.0.iter_mut().find(|k| k.key.id() == id) {
            Some(known) if known.key != new.key => return Err(TrustError::SameId(id)),
            Some(known) if known.name == new.name => return Err(TrustError::Already(id)),
            // The same key under another name: renamed.
            Some(known) => known.name = new.name,
            None => self.0.push(new),
        }
        Ok(())
    }

    pub fn remove(&mut self, id: KeyId) -> Result<TrustedKey, TrustError> {
        let at = self.0.iter().position(|k| k.key.id() == id).ok_or(TrustError::Unknown(id))?;
        Ok(self.0.remove(at))
    }

    pub fn parse(bytes: &[u8]) -> Result<Self, TrustError> {
        let text = std::str::from_utf8(bytes).map_err(|_| TrustError::NotText)?;
        let file: File = toml::from_str(text).map_err(|e| {
            let before = e.span().and_then(|s| text.get(..s.start)).unwrap_or_default();
            TrustError::File { line: before.matches('\n').count() + 1, what: clean(e.message()) }
        })?;
        if file.schema != SCHEMA {
            return Err(TrustError::Schema(clean(&file.schema)));
        }
        let mut all = Self::default();
        for entry in file.key {
            let id = clean(&entry.id);
            let key = PublicKey::parse(entry.public_key.as_bytes())
                .map_err(|source| TrustError::Key { id: id.clone(), source })?;
            if KeyId::parse(&entry.id) != Some(key.id()) {
                return Err(TrustError::Id { listed: id, own: key.id() });
            }
            if all.with_id(key.id()).next().is_some() {
                return Err(TrustError::Twice(key.id()));
            }
            let since = entry.trusted_on.and_then(|d| PartialDate::parse(&d.to_string())).map(|d| d.first);
            all.0.push(TrustedKey { key, name: entry.name, since });
        }
        Ok(all)
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = format!(
            "# Whose signatures on rule sets and overlays you trust. `candor rules trust` adds a key, `--remove ID` takes one out.\n\
             schema = \"{SCHEMA}\"\n"
        );
        for TrustedKey { key, name, since } in &self.0 {
            let _ = write!(text, "\n[[key]]\nid = \"{}\"\n", key.id());
            if !name.is_empty() {
                let _ = writeln!(text, "name = {}", toml::Value::from(name.as_str()));
            }
            let _ = writeln!(text, "public-key = \"{}\"", key.line());
            if let Some(day) = since {
                let _ = writeln!(text, "trusted-on = {day}");
            }
        }
        text
    }
}
