//! Sends the mail that was queued: at least once, each under one Message-ID, however long a mail server is away.
//!
//! Words, links and certificates are made here, from the record as it is now. A request that is over is not asked about any
//! more; a limit on mails holds one back and never loses it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use secrecy::SecretString;

use crate::completion::definition;
use crate::completion::jws;
use crate::completion::objects::Certificate;
use crate::completion::reference::reference_of;
use crate::completion::submission::london_day;

use super::certificate;
use super::mail::{Attachment, Envelope, Letter, LetterKind, Person as LetterPerson, SendError, Sender, Transport};
use super::store::{self, Mail, MailKind, MailState, Person, Purpose, Record, State, Stored, Tx};
use super::{DAY, Inbox};

/// How often the queue is looked at when nothing rings. The clock of the queue is the inbox's, not the timer's.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Mails taken from the queue at a time.
const AT_A_TIME: usize = 20;

/// The wait after a first failure, in seconds. It doubles with each …
const FIRST_WAIT: i64 = 15;

/// … up to this.
const LONGEST_WAIT: i64 = 3_600;

/// How long a mail is held before the limit is looked at again, in seconds.
const HELD_FOR: i64 = 900;

/// On whose behalf certificates are issued.
const BOARD: &str = "Children’s MARS Board";

/// Sends what is due for as long as the inbox runs.
pub async fn run(inbox: Arc<Inbox>, transport: Arc<Transport>) {
    loop {
        let (at_work, by) = (inbox.clone(), transport.clone());
        let sent = tokio::task::spawn_blocking(move || deliver_due(&at_work, &by)).await;
        match sent {
            Ok(Ok(n)) if n == AT_A_TIME => continue,
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(%error, "the mail queue cannot be read or written"),
            Err(error) => tracing::error!(%error, "sending mail ended in a panic"),
        }
        tokio::select! {
            () = inbox.mail_bell.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Sends what is due now, once. Out: how many mails were looked at.
pub fn deliver_due(inbox: &Inbox, transport: &Transport) -> Stored<usize> {
    let now = inbox.now();
    let due = inbox.read(move |tx| tx.due_mails(now, AT_A_TIME))?;
    let n = due.len();
    for mail in due {
        // A mail server that does not answer takes its time, and the inbox is not to wait for all of these when it stops.
        if inbox.is_stopping.load(Ordering::Relaxed) {
            break;
        }
        deliver(inbox, transport, mail, now)?;
    }
    Ok(n)
}

/// What a queued mail comes to.
enum Prepared {
    Send(Box<Envelope>),
    /// What it is about is over.
    Drop,
    /// A limit is reached.
    Hold,
    /// It cannot be made now.
    Later(String),
}

fn deliver(inbox: &Inbox, transport: &Transport, mut mail: Mail, now: i64) -> Stored<()> {
    let queued = mail.clone();
    // The record is read and the letter made in one transaction, so that a letter never shows two states at once.
    let material = inbox.read(move |tx| material(tx, &queued));
    let prepared = match material {
        // One record that cannot be read keeps no other's mail back.
        Err(error) => Prepared::Later(error.to_string()),
        Ok(None) => Prepared::Drop,
        Ok(Some(material)) if is_over_limit(inbox, &mail, now)? => {
            drop(material);
            Prepared::Hold
        }
        Ok(Some(material)) => prepare(inbox, &mail, &material),
    };
    match prepared {
        Prepared::Drop => mail.state = MailState::Dropped,
        Prepared::Hold => (mail.state, mail.due_at) = (MailState::Held, now + HELD_FOR),
        Prepared::Later(cause) => {
            put_off(&mut mail, now);
            say_not_sent(&mail, &cause);
        }
        Prepared::Send(envelope) => {
            // What cannot be written down is not sent: a store at fault would else have the same mail go out again and again.
            let n_failed = mail.attempts;
            put_off(&mut mail, now);
            let claimed = mail.clone();
            store::write_now(&*inbox.store, move |tx| tx.update_mail(&claimed))?;
            match transport.send(&envelope) {
                Ok(()) => {
                    (mail.state, mail.sent_at, mail.attempts) = (MailState::Sent, Some(now), n_failed);
                    tracing::info!(rid = mail.rid, kind = mail.kind.word(), "mail sent");
                }
                Err(SendError::Later(cause) | SendError::Rejected(cause)) => say_not_sent(&mail, &cause),
            }
        }
    }
    store::write_now(&*inbox.store, move |tx| {
        if let (MailState::Sent | MailState::Dropped, Some(token)) = (mail.state, &mail.token) {
            tx.forget_token(token)?;
        }
        tx.update_mail(&mail)
    })
}

/// A refused recipient is tried again, too: a full mailbox or a wrong filter may be gone next week.
fn put_off(mail: &mut Mail, now: i64) {
    let doubled = FIRST_WAIT.saturating_mul(1 << mail.attempts.clamp(0, 20));
    (mail.state, mail.due_at, mail.attempts) = (MailState::Waiting, now + doubled.min(LONGEST_WAIT), mail.attempts + 1);
}

fn say_not_sent(mail: &Mail, cause: &str) {
    tracing::warn!(rid = mail.rid, kind = mail.kind.word(), attempts = mail.attempts, cause, "mail not sent yet");
}

/// Limits keep the inbox from being a cannon: they count mails that somebody can cause who only knows an address. What follows a
/// confirmer's decision counts towards the whole day alone.
fn is_over_limit(inbox: &Inbox, mail: &Mail, now: i64) -> Stored<bool> {
    let limits = inbox.settings.limits;
    let limit = match mail.kind {
        MailKind::Request => Some(limits.mails_to_confirmer),
        MailKind::Received => Some(limits.mails_to_learner),
        _ => None,
    };
    let (kind, recipient) = (mail.kind, mail.recipient);
    inbox.read(move |tx| {
        let is_over = match limit {
            Some(limit) => tx.n_mails_sent(&[kind], Some(&recipient), now - DAY)? >= limit,
            None => false,
        };
        Ok(is_over || tx.n_mails_sent(&MailKind::all(), None, now - DAY)? >= limits.mails_in_all)
    })
}

/// What a letter is made from.
struct Material {
    record: Record,
    /// The token, wrapped, and what it is for.
    token: Option<(Vec<u8>, Purpose)>,
    wrapped_key: Option<Vec<u8>>,
    answers_are_kept: bool,
}

/// None: there is nothing to write about any more.
fn material(tx: &mut dyn Tx, mail: &Mail) -> Stored<Option<Material>> {
    let Some(record) = tx.record(&mail.rid)? else { return Ok(None) };
    let is_over = match mail.kind {
        MailKind::Request => record.state != State::AwaitingConfirmation,
        MailKind::NeedsCheck | MailKind::Check => record.state != State::NeedsMarsCheck,
        _ => false,
    };
    if is_over {
        return Ok(None);
    }
    let token = match &mail.token {
        Some(hash) => tx.token(hash)?.and_then(|token| token.wrapped.map(|wrapped| (wrapped, token.purpose))),
        None => None,
    };
    if mail.token.is_some() && token.is_none() {
        return Ok(None);
    }
    let wrapped_key = if mail.kind == MailKind::Request { tx.seal(&mail.rid)?.map(|seal| seal.wrapped_key) } else { None };
    let definition = tx.definition(&record.submission.workbook.digest)?.and_then(|kept| definition::parse(&kept.text));
    let answers_are_kept = definition.is_none_or(|definition| definition.answers_on_server);
    Ok(Some(Material { record, token, wrapped_key, answers_are_kept }))
}

fn prepare(inbox: &Inbox, mail: &Mail, material: &Material) -> Prepared {
    match envelope(inbox, mail, material) {
        Ok(envelope) => Prepared::Send(Box::new(envelope)),
        Err(error) => Prepared::Later(format!("{error:#}")),
    }
}

fn envelope(inbox: &Inbox, mail: &Mail, material: &Material) -> anyhow::Result<Envelope> {
    let Material { record, token, wrapped_key, answers_are_kept } = material;
    let (settings, submission) = (&inbox.settings, &record.submission);
    let rid = &submission.rid;
    let unwrap = |wrapped: &[u8]| -> anyhow::Result<SecretString> {
        let secret = settings.wrap_key.unwrap(wrapped, rid);
        secret
            .map(Into::into)
            .ok_or_else(|| anyhow::anyhow!("the wrapping key does not open what was kept: is it another file than before?"))
    };
    let secret = token.as_ref().map(|(wrapped, _)| unwrap(wrapped)).transpose()?;
    let asked = match token {
        Some((_, Purpose::Decide(person))) => person.clone(),
        _ => super::submissions::confirmer_of(submission),
    };
    let learner_person = || LetterPerson { name: submission.learner.name.clone(), agency: inbox.agency_name(record) };
    let learner = submission.learner.name.clone();
    let confirmer = record.decision.as_ref().map_or(&submission.confirmer.name, |decision| &decision.person.name).clone();
    let link = || secret.clone().ok_or_else(|| anyhow::anyhow!("a mail with a link has no token"));
    let to_learner = (submission.learner.name.clone(), submission.learner.email.clone());
    let to_asked = |person: &Person| (person.name.clone(), person.email.clone());
    let first = super::submissions::confirmer_of(submission);
    let (kind, (to_name, to_address)) = match mail.kind {
        MailKind::Request => {
            let key = wrapped_key.as_ref().map(|wrapped| unwrap(wrapped)).transpose()?;
            let kind = LetterKind::Request { confirmer: asked.name.clone(), learner: learner_person(), token: link()?, key };
            (kind, to_asked(&asked))
        }
        MailKind::Received => {
            let answers_are_kept = *answers_are_kept;
            (LetterKind::Received { learner, confirmer: first.name, page_token: link()?, answers_are_kept }, to_learner)
        }
        MailKind::Returned => (LetterKind::Returned { learner, confirmer, page_token: link()? }, to_learner),
        MailKind::Issued => (LetterKind::Issued { learner, page_token: link()? }, to_learner),
        MailKind::NeedsCheck => (LetterKind::NeedsCheck { learner }, to_learner),
        MailKind::Refused => (LetterKind::Refused { learner }, to_learner),
        MailKind::Forwarded => (LetterKind::Forwarded { confirmer: first.name.clone(), learner: learner_person() }, to_asked(&first)),
        MailKind::Check => {
            let mailbox = settings.mars_mailbox.clone().ok_or_else(|| anyhow::anyhow!("site.toml names no `mars_mailbox`"))?;
            let kind = LetterKind::Check { agency: inbox.agency_name(record), reasons: record.reasons.clone() };
            (kind, (String::from("MARS team"), mailbox))
        }
    };
    let attachments = if mail.kind == MailKind::Issued { vec![attachment(inbox, record)?] } else { Vec::new() };
    let letter = Letter { workbook: submission.workbook.title.clone(), reference: reference_of(rid), kind };
    let sender = Sender { site: &settings.site, mars_mailbox: settings.mars_mailbox.as_deref() };
    Ok(Envelope {
        kind: letter.kind.name(),
        from: settings.mail_from.clone(),
        to_name,
        to_address,
        subject: letter.subject(),
        text: letter.text(sender),
        message_id: mail.message_id.clone(),
        date: mail.created_at,
        attachments,
    })
}

fn attachment(inbox: &Inbox, record: &Record) -> anyhow::Result<Attachment> {
    Ok(Attachment { name: String::from("certificate.pdf"), content_type: String::from("application/pdf"), bytes: pdf(inbox, record)? })
}

/// The certificate of an issued record, drawn from what was signed.
pub fn pdf(inbox: &Inbox, record: &Record) -> anyhow::Result<Vec<u8>> {
    let issued = record.certificate.as_ref().ok_or_else(|| anyhow::anyhow!("no certificate was issued"))?;
    let parsed = jws::parse(&issued.jws, jws::MAX_LENGTH).map_err(|fault| anyhow::anyhow!(fault.detail()))?;
    let facts = Certificate::from_payload(parsed.unverified_payload()).ok_or_else(|| anyhow::anyhow!("the certificate cannot be read"))?;
    let site = inbox.settings.site.clone();
    certificate::pdf(&certificate::Certificate {
        name: facts.name,
        workbook_title: record.submission.workbook.title.clone(),
        agency: facts.agency,
        job_title: facts.job_title,
        confirmed_on: facts.confirmed_on,
        issued_at: facts.iat,
        number: facts.jti,
        expires_on: facts.exp.map(london_day),
        board: BOARD.to_owned(),
        verify_link: format!("{site}/verify/#c={}", issued.jws),
        jws: issued.jws.clone(),
        site,
    })
}
