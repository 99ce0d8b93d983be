//! `signpost inbox issue` and `refuse`: what the MARS team does with a record that waits for its check.

use anyhow::bail;

use crate::commands::{Outcome, report};
use crate::completion::reference::reference_of;
use crate::inbox::operator::{self, Judgement};

use super::setup::{self, Place};

pub(super) fn run(place: &Place, name: &str, judgement: Judgement) -> anyhow::Result<Outcome> {
    let inbox = setup::open_inbox(place)?;
    match operator::judge(&inbox, name, judgement)? {
        Ok(record) => {
            let reference = reference_of(&record.submission.rid);
            report::say(match &record.certificate {
                Some(certificate) => format!("{reference}: certificate {} was issued. The inbox mails it to the learner.", certificate.jti),
                None => format!("{reference}: refused. The inbox tells the learner."),
            });
            Ok(Outcome::Done)
        }
        Err(why) => bail!(why),
    }
}
