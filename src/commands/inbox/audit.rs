//! `signpost inbox audit`: whether the register, the records and the checkpoints still belong together.

use std::path::Path;

use crate::commands::{Outcome, report};
use crate::inbox::checkpoint;
use crate::inbox::register::{self, Audit};
use crate::inbox::store;

use super::setup::Place;

/// Exit code 0: everything holds; 1: something does not; 2: it could not be looked at.
pub(super) fn run(place: &Place, named: Option<&Path>) -> anyhow::Result<Outcome> {
    let kept = place.open_store()?;
    // Every checkpoint that lies there, not the newest alone: one that was signed after the database was put back would bless it.
    let paths = match named {
        Some(path) => vec![path.to_owned()],
        None => checkpoint::all(&place.checkpoints())?,
    };
    let mut witnesses = Vec::new();
    if !paths.is_empty() {
        let keys = place.keys_of(&*kept)?;
        for path in &paths {
            witnesses.push(checkpoint::read(path, &keys)?);
        }
    }
    let against = match (&paths[..], witnesses.iter().map(|witness| witness.size).max()) {
        ([path], Some(size)) => format!("the checkpoint {} over {}", path.display(), counted(size, "entry", "entries")),
        ([.., _], Some(size)) => format!("{} checkpoints, up to {}", paths.len(), counted(size, "entry", "entries")),
        _ => String::from("no checkpoint: there is none yet"),
    };
    match store::read(&*kept, move |tx| register::audit(tx, &witnesses))? {
        Audit::Holds { n_entries, n_records, steps_back } => {
            let (entries, records) = (counted(n_entries, "entry", "entries"), counted(n_records, "record", "records"));
            report::print(format_args!("Everything holds: {entries}, {records}, against {against}.\n"));
            for seq in steps_back {
                report::print(format_args!("Entry {seq} is earlier than the one before it: the clock was set back.\n"));
            }
            Ok(Outcome::Done)
        }
        Audit::Fails { seq, what } => {
            let entry = seq.map_or_else(String::new, |seq| format!("entry {seq}: "));
            report::print(format_args!("Does not hold: {entry}{what} (against {against}).\n"));
            Ok(Outcome::ContentErrors)
        }
    }
}

fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
