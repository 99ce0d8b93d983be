//! `signpost inbox list`: the records, a line each.

use serde_json::json;

use crate::commands::Outcome;
use crate::commands::report::{self, Format};
use crate::completion::reference::reference_of;
use crate::completion::submission::london_day;
use crate::inbox::operator::{self, Which};

use super::setup::Place;

pub(super) fn run(place: &Place, which: Which, format: Format) -> anyhow::Result<Outcome> {
    let store = place.open_store()?;
    let records = operator::list(&*store, which)?;
    for record in &records {
        let submission = &record.submission;
        let workbook = format!("{}/{}", submission.workbook.id, submission.workbook.version);
        let (reference, state) = (reference_of(&submission.rid), record.state.word());
        report::print(match format {
            Format::Json => format!(
                "{}\n",
                json!({ "rid": submission.rid, "reference": reference, "state": state, "workbook": workbook, "received_at": record.received_at })
            ),
            Format::Text => format!("{reference}  {state:<21}  {workbook:<28}  {}\n", london_day(record.received_at)),
        });
    }
    if format == Format::Text && records.is_empty() {
        report::say(match which {
            Which::Confirmed => "No record is confirmed yet. --all also lists those that wait for a confirmer.",
            _ => "There is no such record.",
        });
    }
    Ok(Outcome::Done)
}
