//! What happens because time passes: reminders, the end of a request that nobody decided, and a checkpoint a day.

use std::sync::Arc;
use std::time::Duration;

use super::Inbox;
use super::register::{self, Actor, Kind};
use super::store::{MailKind, MailState, State, Stored};
use super::submissions::confirmer_of;

/// How often it is looked what is due. The days are those of the inbox's own clock.
const LOOK_EVERY: Duration = Duration::from_secs(60);

const DAY: i64 = 86_400;

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

/// Does what is due now, once: a second look finds nothing to do.
pub async fn look(inbox: &Inbox) -> Stored<()> {
    let now = inbox.now();
    let lapse_after = inbox.settings.lapse_days * DAY;
    for rid in inbox.read(move |tx| tx.waiting_since(now - REMINDERS[0] * DAY))? {
        let id = rid.clone();
        let (record, mails) = match inbox.read(move |tx| Ok(tx.record(&id)?.zip(Some(tx.mails_of(&id)?)))) {
            Ok(Some(found)) => found,
            Ok(None) => continue,
            // The audit names it; the others' time passes all the same.
            Err(error) => {
                tracing::error!(rid, %error, "a record could not be looked after");
                continue;
            }
        };
        let age = now - record.received_at;
        if age >= lapse_after {
            lapse(inbox, rid, now).await?;
            continue;
        }
        let Some(days) = REMINDERS.into_iter().rfind(|days| age >= days * DAY) else { continue };
        let asked_since = record.received_at + days * DAY;
        let is_asked = |mail: &super::store::Mail| {
            mail.kind == MailKind::Request && mail.state != MailState::Dropped && mail.created_at >= asked_since
        };
        if !mails.iter().any(is_asked) {
            let letter = inbox.request_letter(&rid, &confirmer_of(&record.submission), now);
            inbox.write(move |tx| letter.write(tx)).await?;
        }
    }
    // A board may let requests lapse before the first reminder.
    for rid in inbox.read(move |tx| tx.waiting_since(now - lapse_after))? {
        if let Err(error) = lapse(inbox, rid.clone(), now).await {
            tracing::error!(rid, %error, "a record could not be looked after");
        }
    }
    Ok(())
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
