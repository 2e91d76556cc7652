//! `candor rules keygen`: a key pair to sign releases with, in minisign's format.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::cli::put::{self, Readers};
use crate::cli::{Ended, out};
use crate::release;

#[derive(Debug, Args)]
pub struct Command {
    /// Where to write the secret key; the public one goes beside it, with the ending .pub
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Do not protect the secret key by a password: whoever reads the file can sign as you
    #[arg(long)]
    no_password: bool,
}

pub(super) fn run(command: &Command) -> anyhow::Result<Ended> {
    let secret = &command.output;
    if secret.file_name().is_none() || secret.extension().is_some_and(|e| e.eq_ignore_ascii_case("pub")) {
        bail!(
            "{}: name the secret key's file, such as office.key; the public key becomes office.pub",
            secret.display()
        );
    }
    let public = secret.with_extension("pub");
    // Said before a password is asked for; `create` keeps the promise.
    for path in [secret, &public] {
        if path.exists() || path.is_symlink() {
            bail!("{}", put::taken(path));
        }
    }
    let password = if command.no_password { None } else { Some(new_password()?) };
    let (text, key) = release::generate(password.as_deref())?;
    put::create(secret, &text, Readers::Owner)?;
    put::create(&public, &key.file(), Readers::Others)?;
    let (secret, public) = (secret.display(), public.display());
    out(&format!(
        "Key {}\n\n\
         {secret} is the secret key: only you can read it. Keep it and its password; whoever has both can sign as you.\n\
         {public} is the public key, to give away. On a web page, this line is enough:\n\n  {}\n",
        key.id(),
        key.line()
    ))
}

/// Longer than this, minisign cuts passwords off.
const LONGEST: usize = 1024;

fn new_password() -> anyhow::Result<String> {
    let password = password("Password for the new key: ")?;
    if password.is_empty() {
        bail!("the password is empty, so no key was made; --no-password makes a key without one");
    }
    if password.len() > LONGEST {
        bail!("the password is longer than {LONGEST} characters, so no key was made");
    }
    if std::io::stdin().is_terminal() && self::password("The same again: ")? != password {
        bail!("the two passwords differ, so no key was made");
    }
    Ok(password)
}

/// A password: typed unseen at a terminal, or the next line of standard input.
pub(super) fn password(prompt: &str) -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(prompt).context("cannot ask for the password");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("cannot read the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
