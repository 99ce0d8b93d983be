//! Checkpoints: the log's size and root, signed, as files outside the database and at `GET /log/checkpoint`.
//!
//! A database that is put back to yesterday, or changed with its log, no longer fits a checkpoint that somebody kept.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::Context as _;

use crate::completion::jws;
use crate::completion::keys::BoardKeys;
use crate::completion::objects::{CHECKPOINT, Checkpoint};

use super::Inbox;
use super::register::{self, Witness};
use super::store::Stored;

impl Inbox {
    /// Signs the log as it is now.
    pub fn checkpoint(&self) -> Stored<(Checkpoint, String)> {
        let tree = self.tree.lock().expect("nobody panics while holding it").clone();
        let tree = self.read(move |tx| {
            let mut tree = tree;
            tree.catch_up(tx)?;
            Ok(tree)
        })?;
        let checkpoint = Checkpoint { iss: self.settings.origin.clone(), size: tree.size(), root: tree.root(), iat: self.now() };
        *self.tree.lock().expect("nobody panics while holding it") = tree;
        let signed = self.sign(CHECKPOINT, &checkpoint.to_payload());
        Ok((checkpoint, signed))
    }

    /// Signs the log and keeps that as a file.
    pub fn write_checkpoint(&self) -> anyhow::Result<()> {
        let folder = &self.settings.checkpoints;
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let (Checkpoint { size, iat, .. }, signed) = self.checkpoint()?;
        let path = folder.join(format!("checkpoint-{iat:011}-{size:010}.jws"));
        let unfinished = folder.join(".checkpoint.part");
        let written = fs::File::create(&unfinished).and_then(|mut file| {
            file.write_all(signed.as_bytes())?;
            file.sync_all()
        });
        written.and_then(|()| fs::rename(&unfinished, &path)).with_context(|| format!("cannot write {}", path.display()))?;
        self.checkpoint_at.store(iat, Ordering::Relaxed);
        Ok(())
    }

    /// Compares the log with the checkpoints that lie there, before a new one is signed: a database that was put back would else
    /// begin a second story beside the first. Said in the log; the audit names it as long as the older checkpoint is kept.
    pub fn look_back(&self) -> anyhow::Result<()> {
        let paths = all(&self.settings.checkpoints)?;
        let witnesses = paths.iter().map(|path| read(path, &self.settings.keys)).collect::<anyhow::Result<Vec<_>>>();
        match witnesses {
            Ok(witnesses) => {
                if let Some(what) = self.read(move |tx| register::contradiction(tx, &witnesses))? {
                    tracing::error!(what, "the register does not hold: run `signpost inbox audit`");
                }
            }
            Err(error) => tracing::error!(error = format!("{error:#}"), "a checkpoint cannot be read"),
        }
        Ok(())
    }
}

/// Every checkpoint of a folder, the oldest first, by their names.
pub fn all(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("checkpoint-")) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads a checkpoint and checks the board's signature.
pub fn read(path: &Path, keys: &BoardKeys) -> anyhow::Result<Witness> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the checkpoint {}", path.display()))?;
    let verified = jws::parse(text.trim(), jws::MAX_LENGTH).and_then(|parsed| parsed.verified_by_board(CHECKPOINT, "iat", keys));
    let verified = verified.map_err(|fault| anyhow::anyhow!("{} is no checkpoint of this board: {}", path.display(), fault.detail()))?;
    let checkpoint = Checkpoint::from_payload(&verified.payload).with_context(|| format!("{} is no checkpoint", path.display()))?;
    Ok(Witness { size: checkpoint.size, root: checkpoint.root })
}
