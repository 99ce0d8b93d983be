//! What the operator and the MARS team ask for on the command line.

use crate::completion::reference::reference_of;

use super::Inbox;
use super::register::{self, Actor, Kind};
use super::store::{self, Mail, MailKind, Record, State, Store, StoreError, Stored, Tx};

/// Which records are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that somebody has confirmed: what still waits for a confirmer is nobody else's business.
    Confirmed,
    All,
    In(State),
}

/// Records, oldest first. One that cannot be read is an error, not a gap.
pub fn list(store: &dyn Store, which: Which) -> Stored<Vec<Record>> {
    store::read(store, move |tx| {
        let is_wanted = |state: Option<State>| match (which, state) {
            (_, None) | (Which::All, _) => true,
            (Which::Confirmed, Some(state)) => state.is_confirmed(),
            (Which::In(wanted), Some(state)) => state == wanted,
        };
        let rids = tx.rids(&is_wanted)?;
        rids.iter().map(|rid| tx.record(rid)?.ok_or_else(|| missing(rid))).collect()
    })
}

fn missing(rid: &str) -> StoreError {
    StoreError::Unavailable(format!("the record {rid} cannot be found again"))
}

/// A record and its mails, by its id or its reference. None: there is none.
pub fn show(store: &dyn Store, name: &str) -> Stored<Option<(Record, Vec<Mail>)>> {
    let name = name.to_owned();
    store::read(store, move |tx| {
        let Some(record) = named(tx, &name)? else { return Ok(None) };
        let mails = tx.mails_of(&record.submission.rid)?;
        Ok(Some((record, mails)))
    })
}

fn named(tx: &mut dyn Tx, name: &str) -> Stored<Option<Record>> {
    if let Some(record) = tx.record(name)? {
        return Ok(Some(record));
    }
    let reference = name.to_ascii_uppercase();
    let rid = tx.rids(&|_| true)?.into_iter().find(|rid| reference_of(rid) == reference);
    match rid {
        Some(rid) => tx.record(&rid),
        None => Ok(None),
    }
}

/// What the team does with a record that waits for its check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    Issue,
    /// Why, for the register of the team; the learner is told that it was not accepted, and whom to ask.
    Refuse(String),
}

/// Issues or refuses. Err inside: why it cannot be done, in words.
pub fn judge(inbox: &std::sync::Arc<Inbox>, name: &str, judgement: Judgement) -> Stored<Result<Record, String>> {
    let now = inbox.now();
    let (shared, name) = (inbox.clone(), name.to_owned());
    store::write_now(&*inbox.store, move |tx| {
        let Some(mut record) = named(tx, &name)? else { return Ok(Err(format!("there is no record {name}"))) };
        if record.state != State::NeedsMarsCheck {
            return Ok(Err(format!("the record {name} does not wait for a check: it is {}", record.state.word())));
        }
        let (rid, address) = (record.submission.rid.clone(), record.submission.learner.email.clone());
        let letter = match judgement {
            Judgement::Issue => {
                shared.issue(tx, &mut record, Actor::Operator, now)?;
                shared.learner_letter(MailKind::Issued, &rid, &address, now)
            }
            Judgement::Refuse(reason) => {
                record.reasons.push(reason);
                (record.state, record.state_at) = (State::Refused, now);
                register::put(tx, &record, Kind::Refused, Actor::Operator, now)?;
                shared.plain_letter(MailKind::Refused, &rid, &address, now)
            }
        };
        letter.write(tx)?;
        Ok(Ok(record))
    })
}
