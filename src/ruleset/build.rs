//! Build script: the part of the rule set that rulings need, as one file, and the digest of the whole.
//!
//! Examples, cases, edges, clauses and the changelog are two thirds of the text. Leaving them out here instead of at each start, and
//! taking the digest once, is most of what a quick start needs.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

#[path = "load/trim.rs"]
mod trim;

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules/us-federal");
    println!("cargo:rerun-if-changed=src/ruleset/build.rs");
    println!("cargo:rerun-if-changed=src/ruleset/load/trim.rs");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    walk(&root, &root, &mut files)?;
    files.sort();

    let mut digest = Sha256::new();
    let mut packed = Vec::new();
    for (name, text) in &files {
        if trim::is_digested(name) {
            for part in [name, text] {
                digest.update((part.len() as u64).to_le_bytes());
                digest.update(part.as_bytes());
            }
        }
        if trim::is_needed(name) {
            for part in [name.as_str(), &trim::shortened(text)] {
                let length = u32::try_from(part.len()).map_err(io::Error::other)?;
                packed.extend(length.to_le_bytes());
                packed.extend(part.as_bytes());
            }
        }
    }
    let digest: String = digest.finalize().iter().map(|b| format!("{b:02x}")).collect();
    println!("cargo:rustc-env=CANDOR_RULES_DIGEST={digest}");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("rulings.bin"), packed)
}

fn walk(root: &Path, dir: &Path, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            println!("cargo:rerun-if-changed={}", path.display());
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
