//! Keys and signatures in minisign's formats. The only file that calls a cryptographic library.
//!
//! Passwords are arguments; nothing here asks for one. A secret key has no `Debug`, so that it cannot end up in a message.

use std::fmt;
use std::io::Cursor;

use ct_codecs::{Base64, Decoder as _};

use crate::text::clean;

/// Names a key: minisign's eight bytes, chosen at random by whoever made the key. It finds a key; it proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId(u64);

impl KeyId {
    fn new(bytes: &[u8]) -> Self {
        Self(bytes.iter().rev().fold(0, |id, b| id << 8 | u64::from(*b)))
    }

    /// As minisign prints it: up to sixteen hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim();
        let sound = (1..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        u64::from_str_radix(digits, 16).ok().filter(|_| sound).map(Self)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

/// Why a key or a signature cannot be used. The caller says which file it came from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(
        "not a minisign public key ({0}); it has two lines: a comment, and 56 letters and digits that begin with RW"
    )]
    NotPublic(String),
    #[error("this is a secret key; give the public one, the file that ends in .pub, and keep this one to yourself")]
    SecretGiven,
    #[error(
        "not a minisign secret key ({0}); it is the file that `candor rules keygen` or `minisign -G` wrote, not the .pub file"
    )]
    NotSecret(String),
    #[error("not a minisign signature ({0}); it has four lines, and `candor rules sign` or `minisign -S` writes it")]
    NotSignature(String),
    #[error("wrong password, or the key's file is damaged")]
    WrongPassword,
    #[error("the key cannot be made or used: {0}")]
    Failed(String),
}

fn failed(e: minisign::PError) -> KeyError {
    KeyError::Failed(clean(&e.to_string()))
}

const COMMENT: &str = "untrusted comment:";

/// The text of a key or signature file, without a byte order mark.
fn text(bytes: &[u8]) -> Result<&str, String> {
    match std::str::from_utf8(bytes) {
        Ok(t) if t.trim().is_empty() => Err("it is empty".to_owned()),
        Ok(t) => Ok(t.trim_start_matches('\u{feff}')),
        Err(_) => Err("it is not text".to_owned()),
    }
}

/// The one line of a key file that is not its comment.
fn key_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|l| !l.is_empty() && !l.starts_with(COMMENT)).unwrap_or_default()
}

/// Checks signatures.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(minisign::PublicKey);

impl PublicKey {
    /// Reads a `.pub` file, or its second line alone, as offices print it on a page.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        let text = text(bytes).map_err(KeyError::NotPublic)?;
        let line = key_line(text);
        // A secret key is three times as long.
        if line.len() > 100 && text.contains("secret key") {
            return Err(KeyError::SecretGiven);
        }
        let key = minisign::PublicKey::from_base64(line).map_err(|e| KeyError::NotPublic(clean(&e.to_string())))?;
        if key.to_bytes().get(..2) != Some(b"Ed".as_slice()) {
            return Err(KeyError::NotPublic("its algorithm is not Ed25519".to_owned()));
        }
        Ok(Self(key))
    }

    pub fn id(&self) -> KeyId {
        KeyId::new(self.0.keynum())
    }

    /// The key as one line of letters and digits.
    pub fn line(&self) -> String {
        self.0.to_base64()
    }

    /// The text of a `.pub` file.
    pub fn file(&self) -> String {
        format!("{COMMENT} minisign public key {}\n{}\n", self.id(), self.line())
    }

    /// Did this key sign these bytes, and the signature's trusted comment?
    pub fn accepts(&self, signature: &Signature, bytes: &[u8]) -> bool {
        // Legacy signatures, of the bytes rather than their hash, are as sound; minisign's own tool still reads them.
        minisign::verify(&self.0, &signature.0, Cursor::new(bytes), true, false, true).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.line())
    }
}

/// Makes signatures.
pub struct SecretKey(minisign::SecretKey);

/// A new key pair: the text of the secret key's file, protected by the password if there is one, and the public key.
pub fn generate(password: Option<&str>) -> Result<(String, PublicKey), KeyError> {
    let pair = match password {
        Some(password) => minisign::KeyPair::generate_encrypted_keypair(Some(password.to_owned())),
        None => minisign::KeyPair::generate_unencrypted_keypair(),
    }
    .map_err(failed)?;
    let public = PublicKey(pair.pk);
    let kind = if password.is_some() { "minisign encrypted secret key" } else { "minisign secret key, not encrypted," };
    let comment = format!("{kind} {}", public.id());
    Ok((pair.sk.to_box(Some(&comment)).map_err(failed)?.into_string(), public))
}

/// Does this secret key's file need a password?
pub fn is_protected(bytes: &[u8]) -> Result<bool, KeyError> {
    secret(bytes).map(|secret| secret.protected)
}

/// A secret key's file, looked through.
struct Secret<'a> {
    /// Its one line that counts, and what that says.
    line: &'a str,
    raw: Vec<u8>,
    protected: bool,
}

fn secret(bytes: &[u8]) -> Result<Secret<'_>, KeyError> {
    let damaged = |what: &str| KeyError::NotSecret(what.to_owned());
    let line = key_line(text(bytes).map_err(KeyError::NotSecret)?);
    let raw = Base64::decode_to_vec(line, None).map_err(|_| damaged("its second line is not base64"))?;
    if raw.len() == PUBLIC_BYTES {
        return Err(damaged("it is a public key"));
    }
    // Signature, password and checksum algorithm, salt, work, memory; then what is protected.
    let (Some(b"Ed"), Some(kdf), Some(b"B2"), Some(work), Some(memory), SECRET_BYTES) =
        (raw.get(..2), raw.get(2..4), raw.get(4..6), number(&raw, 38), number(&raw, 46), raw.len())
    else {
        return Err(damaged("its second line is cut short or changed"));
    };
    let protected = match kdf {
        [0, 0] => false,
        // minisign always keeps the two in this proportion. Anything else would ask for no end of memory.
        b"Sc" if work.checked_mul(32) == Some(memory) => true,
        _ => return Err(damaged("how its password is used is unknown")),
    };
    Ok(Secret { line, raw, protected })
}

const PUBLIC_BYTES: usize = 2 + 8 + 32;
const CHECKSUM_BYTES: usize = 32;
const SECRET_BYTES: usize = 54 + 8 + 64 + CHECKSUM_BYTES;

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|b| u64::from_le_bytes(*b))
}

impl SecretKey {
    /// Reads a secret key's file. The password counts only where [`is_protected`] says so.
    pub fn unlock(bytes: &[u8], password: &str) -> Result<Self, KeyError> {
        let Secret { line, raw, protected } = secret(bytes)?;
        let file = minisign::SecretKeyBox::from(format!("{COMMENT} secret key\n{line}\n"));
        let checksum = raw.get(SECRET_BYTES - CHECKSUM_BYTES..).unwrap_or_default();
        let key = match protected {
            true => file.into_secret_key(Some(password.to_owned())),
            // minisign's own tool gives a key without a password no checksum.
            false if checksum.iter().all(|b| *b == 0) => minisign::SecretKey::from_bytes(&raw),
            false => file.into_unencrypted_secret_key(),
        };
        key.map(Self).map_err(|e| match e.kind() {
            minisign::ErrorKind::Verify if protected => KeyError::WrongPassword,
            minisign::ErrorKind::Verify => {
                KeyError::NotSecret("its checksum is wrong: the file was changed".to_owned())
            }
            _ => failed(e),
        })
    }

    pub fn public(&self) -> Result<PublicKey, KeyError> {
        minisign::PublicKey::from_secret_key(&self.0).map(PublicKey).map_err(failed)
    }

    /// The text of a signature file. The comment is signed too, and must be one line.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Result<String, KeyError> {
        let key = self.public()?;
        let remark = format!("signature by candor, key {}", key.id());
        // The key is handed in so that a signature that would not verify is never written.
        let signed = minisign::sign(Some(&key.0), &self.0, bytes, Some(&clean(comment)), Some(&remark));
        signed.map(String::from).map_err(failed)
    }
}

/// A signature, not yet checked.
#[derive(Clone)]
pub struct Signature(minisign::SignatureBox);

impl Signature {
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        let damaged = |what: &str| KeyError::NotSignature(what.to_owned());
        let text = text(bytes).map_err(KeyError::NotSignature)?;
        let lines: Vec<&str> = text.lines().collect();
        let [_, signature, _, of_comment, ..] = lines.as_slice() else {
            return Err(damaged("it is cut short"));
        };
        // The library takes the second signature's length on trust.
        if [signature, of_comment].map(|l| Base64::decode_to_vec(l.trim(), None).map_or(0, |b| b.len())) != [74, 64] {
            return Err(damaged("one of its two signatures is cut short or changed"));
        }
        let signature = minisign::SignatureBox::from_string(text).map_err(|e| damaged(&clean(&e.to_string())))?;
        Ok(Self(signature))
    }

    /// The key that it claims to be by.
    pub fn key(&self) -> KeyId {
        KeyId::new(self.0.keynum())
    }

    /// What the signer wrote; worth something only once [`PublicKey::accepts`] has accepted it.
    pub fn comment(&self) -> String {
        self.0.trusted_comment().map(|c| clean(&c)).unwrap_or_default()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature(by {})", self.key())
    }
}
