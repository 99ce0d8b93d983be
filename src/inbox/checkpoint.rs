//! Checkpoints: the log's size and root, signed, as files outside the database and at `GET /log/checkpoint`.
//!
//! A database that is put back to yesterday, or changed with its log, no longer fits a checkpoint that somebody kept.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::completion::jws;
use crate::completion::keys::BoardKeys;
use crate::completion::objects::{CHECKPOINT, Checkpoint};

use super::Inbox;
use super::register::Witness;
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
        written.and_then(|()| fs::rename(&unfinished, &path)).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The newest checkpoint of a folder, by its name. None: there is none yet.
pub fn newest(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
    };
    let mut newest: Option<PathBuf> = None;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        let is_checkpoint = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("checkpoint-"));
        if is_checkpoint && newest.as_ref().is_none_or(|newest| path.file_name() > newest.file_name()) {
            newest = Some(path);
        }
    }
    Ok(newest)
}

/// Reads a checkpoint and checks the board's signature.
pub fn read(path: &Path, keys: &BoardKeys) -> anyhow::Result<Witness> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the checkpoint {}", path.display()))?;
    let verified = jws::parse(text.trim(), jws::MAX_LENGTH).and_then(|parsed| parsed.verified_by_board(CHECKPOINT, "iat", keys));
    let verified = verified.map_err(|fault| anyhow::anyhow!("{} is no checkpoint of this board: {}", path.display(), fault.detail()))?;
    let checkpoint = Checkpoint::from_payload(&verified.payload).with_context(|| format!("{} is no checkpoint", path.display()))?;
    Ok(Witness { size: checkpoint.size, root: checkpoint.root })
}
