//! Writes a release: whole, or not at all.
//!
//! In: [`Outputs`] and the folder they belong in. Out: that folder, exchanged for a new one in a single step. A build that
//! fails or is killed at any moment leaves the old release or the new one, never a mixture.
//!
//! How: the next release is made beside the old one, in `.NAME.next`; a file whose bytes did not change is hard-linked
//! instead of written; then the two folders change places by one rename. Fingerprinted files of the release before stay
//! for one release more, so that a page still open in a browser never meets a missing file.

mod manifest;
mod swap;
pub mod zip;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;
use serde_json::Value;

use crate::completion::definition::{self, Definition};
use crate::render::Outputs;
use manifest::Manifest;

/// The e-workbooks of the release in a folder, as their records name them. Where there is no release there are none.
pub fn workbooks(folder: &Path) -> Vec<Definition> {
    let Ok(text) = fs::read_to_string(folder.join("signpost.json")) else { return Vec::new() };
    let info: Value = serde_json::from_str(&text).unwrap_or_default();
    let listed = info["workbooks"].as_array().map_or(&[][..], Vec::as_slice);
    let files = listed.iter().filter_map(|workbook| workbook["definition"].as_str()?.strip_prefix('/'));
    files.filter_map(|file| definition::parse(&fs::read_to_string(folder.join(file)).ok()?)).collect()
}

/// What a publication did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Published {
    pub n_files: usize,
    /// Files whose bytes were already there.
    pub n_unchanged: usize,
}

/// Whether a release must outlast a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// On disk before it takes its name.
    Synced,
    /// A preview, made again in a moment: not worth the wait for the disk.
    Preview,
}

/// Publishes a release as the folder `target`. Errors: the folder holds something else, another build is at work in it,
/// or the disk refuses.
pub fn publish(outputs: &Outputs, target: &Path, durability: Durability) -> anyhow::Result<Published> {
    // A link to a folder elsewhere is followed: what is exchanged is the folder that a web server serves.
    let target = target.canonicalize().or_else(|_| std::path::absolute(target))?;
    let name = target.file_name().context("the output folder needs a name")?.to_string_lossy().into_owned();
    let parent = target.parent().context("the output folder needs a folder above it")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    let _lock = lock(parent, &name)?;
    let before = Manifest::read(&target)?;
    if let Some(before) = &before {
        before.refuse_foreign(&target)?;
    }
    let next = parent.join(format!(".{name}.next"));
    swap::remove(&next)?;

    let manifest = Manifest::of(outputs, before.as_ref());
    let n_unchanged = write(outputs, &next, &target, before.is_some())?;
    keep_fingerprinted(&manifest, outputs, &next, &target);
    fs::File::create(next.join(manifest::NAME))
        .and_then(|mut file| file.write_all(manifest.to_json().as_bytes()))
        .context("cannot write the manifest")?;
    if durability == Durability::Synced {
        sync(&next)?;
    }
    swap::exchange(&next, &target)?;
    swap::remove(&next)?;
    Ok(Published { n_files: outputs.len(), n_unchanged })
}

/// Lets one build at a time into a folder. The lock goes with the process, however it ends.
fn lock(parent: &Path, name: &str) -> anyhow::Result<fs::File> {
    let path = parent.join(format!(".{name}.lock"));
    let file = fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => anyhow::bail!("another build is writing {} just now", parent.join(name).display()),
        Err(fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Writes all files below `next`, taking unchanged ones over from the last release. Out: how many were unchanged.
fn write(outputs: &Outputs, next: &Path, last: &Path, has_last: bool) -> anyhow::Result<usize> {
    let folders: BTreeSet<PathBuf> =
        outputs.iter().filter_map(|(path, _)| next.join(path.as_str()).parent().map(Path::to_path_buf)).collect();
    for folder in folders {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let files: Vec<_> = outputs.iter().collect();
    let unchanged: Vec<bool> = files
        .into_par_iter()
        .map(|(path, bytes)| {
            let to = next.join(path.as_str());
            // Bytes are compared, not hashes: someone may have changed the file in the release by hand.
            if has_last && is_same(&last.join(path.as_str()), bytes) && fs::hard_link(last.join(path.as_str()), &to).is_ok() {
                return Ok(true);
            }
            fs::File::create(&to).and_then(|mut file| file.write_all(bytes)).with_context(|| format!("cannot write {}", to.display()))?;
            Ok(false)
        })
        .collect::<anyhow::Result<_>>()?;
    Ok(unchanged.into_iter().filter(|is_unchanged| *is_unchanged).count())
}

fn is_same(path: &Path, bytes: &[u8]) -> bool {
    let is_as_long = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    is_as_long && fs::read(path).is_ok_and(|old| old == bytes)
}

/// Takes the fingerprinted files over that pages of the release before may still ask for.
fn keep_fingerprinted(manifest: &Manifest, outputs: &Outputs, next: &Path, last: &Path) {
    for path in &manifest.kept {
        if outputs.get(path).is_none() {
            let to = next.join(path);
            // A file that cannot be kept is only missed by a page from before: the new release does not depend on it.
            let folder = to.parent().map(fs::create_dir_all);
            if matches!(folder, Some(Ok(()))) && fs::hard_link(last.join(path), &to).is_err() {
                drop(fs::copy(last.join(path), &to));
            }
        }
    }
}

/// Waits until the folder's file system has taken everything: one wait, not one a file.
fn sync(folder: &Path) -> anyhow::Result<()> {
    let opened = fs::File::open(folder).with_context(|| format!("cannot open {}", folder.display()))?;
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(&opened).context("the disk did not take the release")?;
    #[cfg(not(target_os = "linux"))]
    opened.sync_all().context("the disk did not take the release")?;
    Ok(())
}
