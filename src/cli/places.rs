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

/// The list of keys that this person trusts: among the settings, not the profiles, unless `CANDOR_HOME` says otherwise.
pub fn trusted_keys() -> Option<PathBuf> {
    let dir = match std::env::var_os("CANDOR_HOME") {
        Some(dir) if !dir.is_empty() => Some(PathBuf::from(dir)),
        _ => ProjectDirs::from("", "", "candor").map(|dirs| dirs.config_dir().to_owned()),
    };
    dir.map(|d| d.join("trusted-keys.toml"))
}
