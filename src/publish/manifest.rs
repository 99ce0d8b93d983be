//! What a release holds: by this file a folder is known as ours, and the next build knows what to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::render::Outputs;

/// The manifest's name in a release. No page asks for it, and it says nothing that the release itself does not.
pub(super) const NAME: &str = ".signpost.json";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    /// Path → SHA-256, hexadecimal.
    files: BTreeMap<String, String>,
    /// Fingerprinted files of the release before, kept for this one.
    pub kept: BTreeSet<String>,
}

impl Manifest {
    /// The manifest of a release that follows `before`.
    pub fn of(outputs: &Outputs, before: Option<&Self>) -> Self {
        let entries: Vec<_> = outputs.iter().collect();
        let files: BTreeMap<String, String> =
            entries.into_par_iter().map(|(path, bytes)| (path.as_str().to_owned(), hex(&Sha256::digest(bytes)))).collect();
        let kept = before
            .map(|before| before.files.keys().filter(|path| is_fingerprinted(path) && !files.contains_key(*path)).cloned().collect())
            .unwrap_or_default();
        Self { version: 1, files, kept }
    }

    /// The manifest of the release in a folder. None: there is no folder, or an empty one.
    pub fn read(folder: &Path) -> anyhow::Result<Option<Self>> {
        let is_empty = match fs::read_dir(folder) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
        };
        if is_empty {
            return Ok(None);
        }
        let text = match fs::read_to_string(folder.join(NAME)) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => anyhow::bail!(
                "{} holds files that are no release of Signpost; empty it or name another folder with --output",
                folder.display()
            ),
            Err(error) => return Err(error).with_context(|| format!("cannot read the manifest in {}", folder.display())),
        };
        // A manifest that cannot be read only costs the comparison with the last release.
        Ok(Some(serde_json::from_str(&text).unwrap_or(Self { version: 1, files: BTreeMap::new(), kept: BTreeSet::new() })))
    }

    /// Refuses to replace a folder in which someone else keeps files, at its top: they would be gone with the old release.
    pub fn refuse_foreign(&self, folder: &Path) -> anyhow::Result<()> {
        if self.files.is_empty() {
            return Ok(()); // The manifest could not be read: there is nothing to compare with.
        }
        let first_part = |path: &str| path.split('/').next().map(String::from);
        let own: BTreeSet<String> = self.files.keys().chain(&self.kept).filter_map(|path| first_part(path)).collect();
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let name = entry.with_context(|| format!("cannot read {}", folder.display()))?.file_name().to_string_lossy().into_owned();
            if name != NAME && !own.contains(&name) {
                anyhow::bail!(
                    "{} holds `{name}`, which is not of the last release; take it out or name another folder with --output",
                    folder.display()
                );
            }
        }
        Ok(())
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a manifest of strings is always JSON")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `assets/site.1a2b3c4d5e6f.css`: twelve hexadecimal digits before the ending.
fn is_fingerprinted(path: &str) -> bool {
    let mut parts = path.rsplit('.');
    let (_, fingerprint) = (parts.next(), parts.next());
    parts.next().is_some() && fingerprint.is_some_and(|digits| digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprinted_names_are_known() {
        assert!(is_fingerprinted("assets/site.1a2b3c4d5e6f.css"));
        for path in ["index.html", "assets/site.css", "a/1a2b3c4d5e6f.css", "assets/site.1a2b3c4d5e6.css"] {
            assert!(!is_fingerprinted(path), "{path}");
        }
    }
}
