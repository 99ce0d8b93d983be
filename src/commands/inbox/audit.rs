//! `signpost inbox audit`: whether the register, the records and the newest checkpoint still belong together.

use std::path::Path;

use crate::commands::{Outcome, report};
use crate::inbox::checkpoint;
use crate::inbox::register::{self, Audit};
use crate::inbox::store;

use super::setup::Place;

/// Exit code 0: everything holds; 1: something does not; 2: it could not be looked at.
pub(super) fn run(place: &Place, named: Option<&Path>) -> anyhow::Result<Outcome> {
    let kept = place.open_store()?;
    let newest = match named {
        Some(path) => Some(path.to_owned()),
        None => checkpoint::newest(&place.checkpoints())?,
    };
    let witness = match &newest {
        Some(path) => Some(checkpoint::read(path, &place.board_keys(&place.read_sources()?)?)?),
        None => None,
    };
    let audit = store::read(&*kept, move |tx| register::audit(tx, witness))?;
    let against = match (&newest, witness) {
        (Some(path), Some(witness)) => format!("the checkpoint {} over {}", path.display(), counted(witness.size, "entry", "entries")),
        _ => String::from("no checkpoint: there is none yet"),
    };
    match audit {
        Audit::Holds { n_entries, n_records } => {
            let (entries, records) = (counted(n_entries, "entry", "entries"), counted(n_records, "record", "records"));
            report::print(format_args!("Everything holds: {entries}, {records}, against {against}.\n"));
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
