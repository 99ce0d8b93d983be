//! Two folders change places.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

/// Puts `next` where `target` is. Afterwards `next` holds what was there, if anything was.
pub(super) fn exchange(next: &Path, target: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot put the new release at {}", target.display());
    if !target.exists() {
        return fs::rename(next, target).with_context(cannot);
    }
    match exchange_at_once(next, target) {
        Some(result) => result.with_context(cannot),
        // Not every system can exchange two names; there, a kill between these two lines leaves the release under its
        // other name, and the next build puts a new one in place.
        None => {
            let old = target.with_extension("old");
            remove(&old)?;
            fs::rename(target, &old).with_context(cannot)?;
            fs::rename(next, target).with_context(cannot)?;
            fs::rename(&old, next).with_context(cannot)
        }
    }
}

/// The exchange as one step of the file system. None: this system has no such step.
#[cfg(target_os = "linux")]
fn exchange_at_once(next: &Path, target: &Path) -> Option<std::io::Result<()>> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, next, CWD, target, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => None,
        result => Some(result.map_err(Into::into)),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange_at_once(_next: &Path, _target: &Path) -> Option<std::io::Result<()>> {
    None
}

/// Removes a folder that may not be there.
pub(super) fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
