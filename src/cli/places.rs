//! Where files live unless somebody says otherwise. The one place that reads the environment for it.

use std::path::PathBuf;

use directories::ProjectDirs;

/// The folder for profiles: `CANDOR_HOME` if it is set, else the system's folder for application data. `None` where
/// the system names no home.
pub fn home() -> Option<PathBuf> {
    match std::env::var_os("CANDOR_HOME") {
        Some(dir) if !dir.is_empty() => Some(PathBuf::from(dir)),
        _ => ProjectDirs::from("", "", "candor").map(|dirs| dirs.data_dir().to_owned()),
    }
}

/// The profile that is opened when none is named.
pub fn default_profile() -> Option<PathBuf> {
    home().map(|dir| dir.join("profile.toml"))
}
