//! The thread that owns the profile's file. Edits reach it in order; it writes them and says how that went.
//!
//! Several edits that are waiting are written together. It never draws and never decides anything.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use super::run::Wake;
use super::update::Msg;
use crate::profile::{Edit, Store, Taken, Target, snapshot};

/// Something to write.
pub enum Job {
    /// Changes; none means to try again what failed.
    Save(Vec<Edit>),
    /// Text typed and not finished; `None` when there is none any more.
    Drafts(Option<String>),
    SaveAs(PathBuf),
    /// Keep a snapshot for a target.
    Snapshot(Box<(Target, Taken)>),
    /// Say when everything before this is done.
    Flush,
}

pub struct Keeper {
    jobs: Sender<Job>,
    thread: Option<JoinHandle<()>>,
    /// The file it began with.
    pub path: PathBuf,
}

impl Keeper {
    pub fn start(store: Store, path: PathBuf, wake: Sender<Wake>) -> Self {
        let (jobs, todo) = channel();
        let own = path.clone();
        let spawned = thread::Builder::new().name("keeper".into()).spawn(move || keep(store, own, &todo, &wake));
        Self { jobs, thread: spawned.ok(), path }
    }

    pub fn send(&self, job: Job) {
        // A keeper that is gone was told to finish.
        let _ = self.jobs.send(job);
    }

    /// Waits until everything sent so far is written.
    pub fn finish(self) {
        drop(self.jobs);
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
    }
}

fn keep(mut store: Store, mut path: PathBuf, todo: &Receiver<Job>, wake: &Sender<Wake>) {
    let tell = |msg: Msg| {
        let _ = wake.send(Wake::Told(msg));
    };
    while let Ok(first) = todo.recv() {
        let mut flush = false;
        let mut save = false;
        for job in std::iter::once(first).chain(todo.try_iter()) {
            match job {
                Job::Save(edits) => {
                    save = true;
                    for edit in edits {
                        if let Err(error) = store.apply(&edit) {
                            tell(Msg::NotSaved(format!("{error}.")));
                        }
                    }
                }
                Job::Drafts(text) => {
                    let file = drafts_path(&path);
                    let kept = match text {
                        Some(text) => write_private(&file, text.as_bytes()),
                        None => match std::fs::remove_file(&file) {
                            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
                            _ => Ok(()),
                        },
                    };
                    if let Err(error) = kept {
                        tell(Msg::NotSaved(format!("What is typed could not be kept beside the profile ({error}).")));
                    }
                }
                Job::SaveAs(to) => match store.save_as(&to) {
                    Ok(()) => {
                        path.clone_from(&to);
                        tell(Msg::Moved(to.display().to_string()));
                    }
                    Err(error) => tell(Msg::NotOpened(error.to_string())),
                },
                Job::Snapshot(sent) => {
                    let (target, taken) = *sent;
                    let kept = store.snapshot(&[target], taken.clone()).map_err(|e| e.to_string());
                    let kept = kept.and_then(|text| snapshot::keep(&path, &taken, &text).map_err(|e| e.to_string()));
                    tell(match kept {
                        Ok(kept) => Msg::SnapshotKept(kept.display().to_string()),
                        Err(why) => Msg::SnapshotNotKept(why),
                    });
                }
                Job::Flush => flush = true,
            }
        }
        if save {
            tell(match store.save() {
                Ok(()) => Msg::Saved,
                Err(error) => Msg::NotSaved(format!("{error}.")),
            });
        }
        if flush {
            tell(Msg::TryQuit);
        }
    }
}

/// The file beside a profile that holds text typed and not finished.
pub fn drafts_path(profile: &Path) -> PathBuf {
    let mut name = profile.as_os_str().to_owned();
    name.push(".draft");
    PathBuf::from(name)
}

/// Writes a file whole or not at all, readable by its owner only.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
