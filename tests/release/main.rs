//! Signed releases: minisign's own keys and signatures are the yardstick, every way of tampering is named, nothing is trusted unasked.

mod binary;
mod folders;
mod keys;
mod manifests;

use std::path::{Path, PathBuf};

use candor::release::{PublicKey, Trusted, TrustedKey};

/// What minisign made.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("release").join(name)).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn public(name: &str) -> PublicKey {
    PublicKey::parse(&fixture(name)).unwrap()
}

/// Someone who trusts these keys, by file name.
fn trusting(files: &[&str]) -> Trusted {
    let mut all = Trusted::default();
    for file in files {
        all.add(TrustedKey { key: public(file), name: (*file).to_owned(), since: None }).unwrap();
    }
    all
}

/// A copy of a folder, to be changed.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(std::fs::copy(&path, &target).unwrap()),
        }
    }
}
