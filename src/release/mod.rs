//! Signed releases of rule sets and overlays: what a folder held when its office signed it, by which key, and what differs.
//!
//! `manifest` lists a folder's files with their digests, `keys` signs that list and checks signatures (minisign's formats, behind one
//! module), `trust` is the list of keys that a person chose to trust, `standing` puts the three together into one answer. Works on
//! bytes that are handed in: it reads no folder, no settings and no clock, and prints nothing.

mod keys;
mod manifest;
mod standing;
mod trust;

pub use keys::{KeyError, KeyId, PublicKey, SecretKey, Signature, generate, is_protected};
pub use manifest::{About, Change, Difference, FORMAT, Hash, Kind, MANIFEST, Manifest, ManifestError, SIGNATURE};
pub use standing::{Evidence, Findings, Listing, Seal, Standing, State};
pub use trust::{TrustError, Trusted, TrustedKey};
