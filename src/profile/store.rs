//! A profile and the file it is kept in.
//!
//! Every edit changes the model and the text together, and the text is read back before the edit counts: what is on
//! screen is what the file will say. Nothing is written to disk before [`Store::save`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::ruleset::{Agency, Kind};

use super::disk::{self, Lock, SaveError};
use super::document::{Node, Order};
use super::edit::{Edit, EditError};
use super::model::{Profile, Taken, Target};
use super::read::{self, OpenError, SCHEMA, Vocabulary};
use super::splice::splice;

/// A profile open for editing.
#[derive(Debug)]
pub struct Store {
    profile: Profile,
    text: String,
    tree: Node,
    order: Order,
    kinds: Vec<Kind>,
    agencies: Vec<Agency>,
    warnings: Vec<Diagnostic>,
    /// As it was given, for messages.
    shown: PathBuf,
    /// Where it is kept, with links followed; `None` for one that lives in memory only.
    path: Option<PathBuf>,
    /// What the file held when it was last read or written; `None` if there was none.
    on_disk: Option<[u8; 32]>,
    lock: Option<Lock>,
    /// The state before this session has been kept as `NAME.bak`.
    backed_up: bool,
    /// The version number of the older format the file has.
    older: Option<String>,
    unsaved: bool,
}

impl Store {
    /// Opens a profile for editing. If another session has it open, it can be looked at and changed here, but
    /// [`Store::writable`] says that saving it will not work.
    ///
    /// # Errors
    /// As [`read::load`]. Warnings are in [`Store::warnings`].
    pub fn open(path: &Path, words: Vocabulary<'_>) -> Result<Self, OpenError> {
        let real = disk::resolve(path);
        // Locked before it is read, so that what is read is the other session's last word.
        let lock = if real.is_file() { Lock::take(&real).ok() } else { None };
        let bytes = read::read_bytes(path)?;
        let digest = Sha256::digest(&bytes).into();
        let read = read::from_bytes(&path.display().to_string(), bytes, words)?;
        let mut store = Self::holding(read.profile, read.text, words);
        store.warnings = read.warnings;
        store.older = read.migrated_from.map(|schema| schema.rsplit('/').next().unwrap_or_default().to_owned());
        path.clone_into(&mut store.shown);
        store.path = Some(real);
        store.on_disk = Some(digest);
        store.lock = lock;
        store.unsaved = false;
        Ok(store)
    }

    /// A new, empty profile for a file that does not exist yet. The file and its folder are made by [`Store::save`].
    pub fn create(path: &Path, words: Vocabulary<'_>) -> Self {
        let text = format!(
            "# A Candor profile. You can edit it by hand: comments and order are kept.\nschema = \"{SCHEMA}\"\n"
        );
        let mut store = Self::holding(Profile::default(), text, words);
        path.clone_into(&mut store.shown);
        store.path = Some(disk::resolve(path));
        store
    }

    /// A profile in memory: the sample, or one that comes from elsewhere. [`Store::save_as`] gives it a file.
    ///
    /// # Errors
    /// [`OpenError::Unusable`] if the text has errors.
    pub fn in_memory(name: &str, text: &str, words: Vocabulary<'_>) -> Result<Self, OpenError> {
        let read = read::from_bytes(name, text.as_bytes().to_vec(), words)?;
        let mut store = Self::holding(read.profile, read.text, words);
        store.warnings = read.warnings;
        store.shown = PathBuf::from(name);
        store.unsaved = false;
        Ok(store)
    }

    fn holding(profile: Profile, text: String, words: Vocabulary<'_>) -> Self {
        let order = Order::of(words);
        Self {
            tree: order.tree(&profile),
            profile,
            text,
            order,
            kinds: words.kinds.to_vec(),
            agencies: words.agencies.to_vec(),
            warnings: Vec::new(),
            shown: PathBuf::new(),
            path: None,
            on_disk: None,
            lock: None,
            backed_up: false,
            older: None,
            unsaved: true,
        }
    }

    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The file's text as it would be saved now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the file is named to people.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// Where the profile is kept, if it has a file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What deserved a look when the file was read.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// True if there is something [`Store::save`] would write.
    pub fn is_unsaved(&self) -> bool {
        self.unsaved
    }

    /// Whether saving can work at all, as far as can be told without trying.
    ///
    /// # Errors
    /// Another session has the file open, its folder cannot be written to, or there is no file.
    pub fn writable(&mut self) -> Result<(), SaveError> {
        let path = self.path.clone().ok_or(SaveError::NoFile)?;
        if self.profile.taken.is_some() {
            return Err(SaveError::Snapshot(self.shown.clone()));
        }
        if self.lock.is_none() && disk::folder(&path).is_dir() {
            self.lock = Some(Lock::take(&path)?);
        }
        Ok(())
    }

    /// Makes one change to the profile and its text.
    ///
    /// # Errors
    /// The edit does not apply, or what it says is not in the rule set's vocabulary. Nothing has changed then.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        let mut changed = self.profile.clone();
        changed.apply(edit)?;
        self.become_profile(changed)
    }

    /// Makes the profile and its text say what `profile` says: for undo, and for many edits at once.
    ///
    /// # Errors
    /// [`EditError::NotKept`] if some of it is not in the rule set's vocabulary. Nothing has changed then.
    pub fn become_profile(&mut self, profile: Profile) -> Result<(), EditError> {
        let tree = self.order.tree(&profile);
        if tree == self.tree && profile == self.profile {
            return Ok(());
        }
        let not_kept = |why: &str| EditError::NotKept { why: why.to_owned() };
        let text =
            splice(&self.text, &self.tree, &tree).ok_or_else(|| not_kept("the file's text could not be changed"))?;
        let file = Arc::new(SourceFile { name: self.shown.display().to_string(), text });
        let (read, problems) = read::read(&file, Vocabulary { kinds: &self.kinds, agencies: &self.agencies });
        if let Some(problem) = problems.iter().find(|d| d.severity == Severity::Error) {
            return Err(not_kept(&problem.message));
        }
        if read == profile {
            self.tree = tree;
        } else if in_order(read.clone()) == in_order(profile) {
            // Records of several kinds stand in the order of the file, whatever order they were handed over in.
            self.tree = self.order.tree(&read);
        } else {
            return Err(not_kept("it would not read back the same"));
        }
        self.profile = read;
        self.text = Arc::unwrap_or_clone(file).text;
        self.warnings = problems;
        self.unsaved = true;
        Ok(())
    }

    /// The text of a snapshot of the profile as it is now, with the targets as they were sent.
    ///
    /// # Errors
    /// [`EditError::NotKept`] if it is a snapshot already, or a target is not in the rule set's vocabulary.
    pub fn snapshot(&self, sent: &[Target], taken: Taken) -> Result<String, EditError> {
        if self.profile.taken.is_some() {
            return Err(EditError::NotKept { why: "this is a snapshot already".to_owned() });
        }
        let words = Vocabulary { kinds: &self.kinds, agencies: &self.agencies };
        let mut copy = Self::holding(self.profile.clone(), self.text.clone(), words);
        let mut profile = self.profile.clone();
        for target in sent {
            match profile.targets.iter_mut().find(|t| t.id == target.id) {
                Some(there) => there.clone_from(target),
                None => profile.targets.push(target.clone()),
            }
        }
        profile.taken = Some(taken);
        copy.become_profile(profile)?;
        Ok(copy.text)
    }

    /// Writes the file, whole or not at all. The first time in a session, the state before it is kept as `NAME.bak`
    /// (and a file of an older format, for good, as `NAME.v0.bak`).
    ///
    /// # Errors
    /// See [`SaveError`]; the file is as it was, and the changes are still here.
    pub fn save(&mut self) -> Result<(), SaveError> {
        if !self.unsaved {
            return Ok(());
        }
        let path = self.path.clone().ok_or(SaveError::NoFile)?;
        let failed = |e| SaveError::from_io(&path, e);
        disk::make_folder(disk::folder(&path)).map_err(failed)?;
        self.writable()?;
        let present = match read::read_bytes(&path) {
            Ok(bytes) => Some(bytes),
            Err(OpenError::NotFound(_)) => None,
            Err(OpenError::Io { source, .. }) => return Err(failed(source)),
            Err(_) => return Err(SaveError::Changed(self.shown.clone())),
        };
        if let Some(bytes) = &present {
            // Nothing there any more is nothing that could be lost; something else there is.
            if self.on_disk != Some(Sha256::digest(bytes).into()) {
                return Err(SaveError::Changed(self.shown.clone()));
            }
            if let Some(version) = &self.older {
                let copy = disk::beside(&path, &format!(".v{version}.bak"));
                if !copy.exists() {
                    disk::replace(&copy, bytes).map_err(failed)?;
                }
            }
            if !self.backed_up {
                disk::replace(&disk::beside(&path, ".bak"), bytes).map_err(failed)?;
            }
        }
        disk::replace(&path, self.text.as_bytes()).map_err(failed)?;
        self.on_disk = Some(Sha256::digest(self.text.as_bytes()).into());
        self.backed_up = true;
        self.older = None;
        self.unsaved = false;
        Ok(())
    }

    /// Writes the profile to another file, which must not exist yet, and keeps it there from now on.
    ///
    /// # Errors
    /// [`SaveError::Changed`] if there is such a file; otherwise as [`Store::save`]. The store keeps its old file then.
    pub fn save_as(&mut self, path: &Path) -> Result<(), SaveError> {
        if self.path.as_deref() == Some(&disk::resolve(path)) {
            return self.save();
        }
        let before = (self.path.take(), self.on_disk.take(), self.lock.take(), self.unsaved, self.backed_up);
        let shown = std::mem::replace(&mut self.shown, path.to_owned());
        self.path = Some(disk::resolve(path));
        self.unsaved = true;
        let saved = self.save();
        if saved.is_err() {
            (self.path, self.on_disk, self.lock, self.unsaved, self.backed_up) = before;
            self.shown = shown;
        }
        saved
    }
}

/// The same profile whatever order its lists are in.
fn in_order(mut profile: Profile) -> Profile {
    profile.records.sort_by(|a, b| a.id.cmp(&b.id));
    profile.targets.sort_by(|a, b| a.id.cmp(&b.id));
    profile.entities.sort_by(|a, b| a.name.cmp(&b.name));
    profile
}
