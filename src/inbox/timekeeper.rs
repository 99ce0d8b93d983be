//! What happens because time passes: reminders, the end of a request that nobody decided, and a checkpoint a day.

use std::sync::Arc;
use std::time::Duration;

use super::register::{self, Actor, Kind};
use super::store::{Mail, MailKind, MailState, State, StoreError, Stored};
use super::submissions::confirmer_of;
use super::{DAY, Inbox};

/// How often it is looked what is due. The days are those of the inbox's own clock.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Days after which a confirmer is asked once more.
const REMINDERS: [i64; 3] = [7, 14, 21];

/// Looks at the clock for as long as the inbox runs.
pub async fn run(inbox: Arc<Inbox>) {
    let mut written_at = inbox.now();
    loop {
        if let Err(error) = look(&inbox).await {
            tracing::error!(%error, "reminders and lapses could not be looked after");
        }
        let store = inbox.store.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || store.tidy()).await {
            tracing::warn!(%error, "what was erased is still in the store's log");
        }
        if inbox.now() - written_at >= DAY {
            match inbox.write_checkpoint() {
                Ok(()) => written_at = inbox.now(),
                Err(error) => tracing::error!(error = format!("{error:#}"), "no checkpoint could be written"),
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Does what is due now, once: a second look finds nothing to do. A record at fault is named, by the audit too, and the others'
/// time passes all the same.
pub async fn look(inbox: &Inbox) -> Stored<()> {
    let now = inbox.now();
    let lapse_before = now - inbox.settings.lapse_days * DAY;
    for rid in inbox.read(move |tx| tx.waiting_since(lapse_before))? {
        lapse(inbox, rid.clone(), now).await.unwrap_or_else(|error| say_fault(&rid, &error));
    }
    for rid in inbox.read(move |tx| tx.waiting_since(now - REMINDERS[0] * DAY))? {
        remind(inbox, rid.clone(), now).await.unwrap_or_else(|error| say_fault(&rid, &error));
    }
    Ok(())
}

fn say_fault(rid: &str, error: &StoreError) {
    tracing::error!(rid, %error, "a record could not be looked after");
}

/// Asks the confirmer of a request once more, unless that was done for its age.
async fn remind(inbox: &Inbox, rid: String, now: i64) -> Stored<()> {
    let id = rid.clone();
    let found = inbox.read(move |tx| Ok(tx.record(&id)?.zip(Some(tx.mails_of(&id)?))))?;
    let Some((record, mails)) = found else { return Ok(()) };
    let age = now - record.received_at;
    let Some(days) = REMINDERS.into_iter().rfind(|days| age >= days * DAY) else { return Ok(()) };
    let asked_since = record.received_at + days * DAY;
    let is_asked = |mail: &Mail| mail.kind == MailKind::Request && mail.state != MailState::Dropped && mail.created_at >= asked_since;
    if mails.iter().any(is_asked) {
        return Ok(());
    }
    let letter = inbox.request_letter(&rid, &confirmer_of(&record.submission), now);
    inbox.write(move |tx| letter.write(tx)).await
}

/// Ends a request, unless it was decided in the meantime.
async fn lapse(inbox: &Inbox, rid: String, now: i64) -> Stored<()> {
    inbox
        .write(move |tx| {
            let Some(mut record) = tx.record(&rid)?.filter(|record| record.state == State::AwaitingConfirmation) else { return Ok(()) };
            (record.state, record.state_at, record.seal_digest) = (State::Lapsed, now, None);
            tx.erase_seal(&rid)?;
            tracing::info!(rid, "lapsed");
            register::put(tx, &record, Kind::Lapsed, Actor::Clock, now)
        })
        .await
}
