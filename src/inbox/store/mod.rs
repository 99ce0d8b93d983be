//! What the inbox keeps, behind two traits: a store runs transactions, a transaction reads and writes rows.
//!
//! The rules are written once, over [`Tx`]; a database is the few primitives of that trait and a way to run a transaction. A
//! write is answered after the commit that holds it is on disk, never before.

#[cfg(test)]
mod contract;
mod sqlite;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use jiff::civil::Date;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::completion::canonical::canonical;
use crate::completion::digest::{digest_of, to_base64url};
use crate::completion::submission::{Capacity, Submission};

pub use sqlite::SqliteStore;

/// Why the store did not do it. Nothing that was acknowledged is lost by either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// There is no room on the disk.
    Full,
    /// Busy, read-only, broken, or gone: the cause is for the log.
    Unavailable(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => formatter.write_str("the disk is full"),
            Self::Unavailable(cause) => formatter.write_str(cause),
        }
    }
}

impl std::error::Error for StoreError {}

pub type Stored<T> = Result<T, StoreError>;

/// Work to be done in one transaction. An error takes back all that it wrote.
pub type Work = Box<dyn FnOnce(&mut dyn Tx) -> Stored<()> + Send>;

/// Told how a transaction ended. Dropped untold when the store has stopped.
pub type WhenDone = Box<dyn FnOnce(Stored<()>) + Send>;

/// A database that keeps what the inbox was given.
pub trait Store: Send + Sync {
    /// Queues a transaction that writes. `when_done` is called once its commit is on disk, or has failed.
    fn write(&self, work: Work, when_done: WhenDone);

    /// Runs a transaction that only reads, on this thread.
    fn read(&self, work: Work) -> Stored<()>;

    /// Makes sure that what was erased is in no file of the store any more. Waits on this thread.
    fn tidy(&self) -> Stored<()>;
}

/// Writes, and waits until it is on disk. Out: what the work returned.
pub async fn write<T: Send + 'static>(store: &dyn Store, work: impl FnOnce(&mut dyn Tx) -> Stored<T> + Send + 'static) -> Stored<T> {
    let (work, result) = with_result(work);
    let (tell, told) = oneshot::channel();
    // Whoever asked may have gone: what was written stays.
    store.write(work, Box::new(|outcome| drop(tell.send(outcome))));
    told.await.unwrap_or_else(|_| Err(gone()))?;
    Ok(taken(&result))
}

/// [`fn@write`] for a caller that may wait on its thread: the commands, and the mailer.
pub fn write_now<T: Send + 'static>(store: &dyn Store, work: impl FnOnce(&mut dyn Tx) -> Stored<T> + Send + 'static) -> Stored<T> {
    let (work, result) = with_result(work);
    let (tell, told) = std::sync::mpsc::channel();
    store.write(work, Box::new(move |outcome| drop(tell.send(outcome))));
    told.recv().unwrap_or_else(|_| Err(gone()))?;
    Ok(taken(&result))
}

/// Reads on this thread. Out: what the work returned.
pub fn read<T: Send + 'static>(store: &dyn Store, work: impl FnOnce(&mut dyn Tx) -> Stored<T> + Send + 'static) -> Stored<T> {
    let (work, result) = with_result(work);
    store.read(work)?;
    Ok(taken(&result))
}

fn with_result<T: Send + 'static>(work: impl FnOnce(&mut dyn Tx) -> Stored<T> + Send + 'static) -> (Work, Arc<Mutex<Option<T>>>) {
    let result = Arc::new(Mutex::new(None));
    let place = result.clone();
    let work = Box::new(move |tx: &mut dyn Tx| {
        let value = work(tx)?;
        *place.lock().expect("nobody panics while holding it") = Some(value);
        Ok(())
    });
    (work, result)
}

fn taken<T>(result: &Mutex<Option<T>>) -> T {
    result.lock().expect("nobody panics while holding it").take().expect("work that succeeded left its result")
}

fn gone() -> StoreError {
    StoreError::Unavailable(String::from("the store has stopped"))
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    AwaitingConfirmation,
    Returned,
    Withdrawn,
    /// Nobody decided in time.
    Lapsed,
    /// Passed through at once: no reply shows it.
    Confirmed,
    NeedsMarsCheck,
    Issued,
    /// A newer certificate for the same e-workbook was issued to the same mailbox.
    Superseded,
    Refused,
}

impl State {
    pub const WORDS: [(&str, Self); 9] = [
        ("awaiting_confirmation", Self::AwaitingConfirmation),
        ("returned", Self::Returned),
        ("withdrawn", Self::Withdrawn),
        ("lapsed", Self::Lapsed),
        ("confirmed", Self::Confirmed),
        ("needs_mars_check", Self::NeedsMarsCheck),
        ("issued", Self::Issued),
        ("superseded", Self::Superseded),
        ("refused", Self::Refused),
    ];

    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, state)| *state == self).map_or("", |(word, _)| word)
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, state)| *state)
    }

    /// Whether the MARS team sees it: not before somebody has confirmed.
    pub fn is_confirmed(self) -> bool {
        matches!(self, Self::Confirmed | Self::NeedsMarsCheck | Self::Issued | Self::Superseded | Self::Refused)
    }
}

/// One request: what came, what became of it, and all of it covered by the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Kept beside the record only, so that a row and its salt can be erased without breaking the log.
    pub salt: [u8; 16],
    /// The identity of the payload.
    pub sub_digest: String,
    /// As it came.
    pub jws: String,
    /// The payload's facts.
    pub submission: Submission,
    pub received_at: i64,
    /// JWS.
    pub receipt: String,
    pub state: State,
    pub state_at: i64,
    /// Why the record waits for the MARS team, or was refused, in words.
    pub reasons: Vec<String>,
    /// Of the sealed answers, while they are kept.
    pub seal_digest: Option<String>,
    pub decision: Option<Decision>,
    pub certificate: Option<IssuedCertificate>,
}

/// What the confirmer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub is_confirmed: bool,
    pub decided_at: i64,
    /// What was declared with it. Empty: nothing is declared with a return.
    pub statement: String,
    pub typed_name: String,
    /// To whom the deciding link was mailed.
    pub person: Person,
    pub method: String,
    pub comment: Option<String>,
    /// By question.
    pub comments: BTreeMap<String, String>,
    /// JWS.
    pub confirmation: String,
}

impl Decision {
    pub fn word(&self) -> &'static str {
        if self.is_confirmed { "confirmed" } else { "returned" }
    }
}

/// Somebody who may confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub capacity: Capacity,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    pub jti: String,
    pub issued_at: i64,
    /// JWS.
    pub jws: String,
    pub revoked_on: Option<Date>,
}

impl Record {
    /// Everything of the record that lasts, as the log's row hash takes it: a byte changed in any of it shows.
    pub fn lasting(&self) -> Value {
        json!({
            "rid": self.submission.rid,
            "sub_digest": self.sub_digest,
            "jws": self.jws,
            "received_at": self.received_at,
            "receipt": self.receipt,
            "state": self.state.word(),
            "state_at": self.state_at,
            "reasons": self.reasons,
            "seal_digest": self.seal_digest,
            "decision": self.decision.as_ref().map(|decision| json!({
                "decision": decision.word(),
                "decided_at": decision.decided_at,
                "statement": decision.statement,
                "typed_name": decision.typed_name,
                "name": decision.person.name,
                "email": decision.person.email,
                "capacity": decision.person.capacity.word(),
                "method": decision.method,
                "comment": decision.comment,
                "comments": decision.comments,
                "confirmation": decision.confirmation,
            })),
            "certificate": self.certificate.as_ref().map(|certificate| json!({
                "jti": certificate.jti,
                "issued_at": certificate.issued_at,
                "jws": certificate.jws,
                "revoked_on": certificate.revoked_on.map(|on| on.to_string()),
            })),
        })
    }
}

/// Sealed answers. Without the wrapping key and without the mailed link nobody reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// K, wrapped.
    pub wrapped_key: Vec<u8>,
    pub iv: String,
    pub ciphertext: String,
}

impl Seal {
    /// What the record keeps of it.
    pub fn digest(&self) -> String {
        let wrapped_key = to_base64url(&self.wrapped_key);
        digest_of(canonical(&json!({ "key": wrapped_key, "iv": self.iv, "ciphertext": self.ciphertext })).as_bytes())
    }
}

/// What a mailed link lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// T: to decide, by the person it was mailed to.
    Decide(Person),
    /// W: to see where the request stands, and to withdraw it. Mailed to the learner.
    Follow,
}

/// A token that was given out: its hash, and the token itself, wrapped, only until its mail was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub hash: [u8; 32],
    pub rid: String,
    pub purpose: Purpose,
    pub created_at: i64,
    pub wrapped: Option<Vec<u8>>,
}

/// Why a mail is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailKind {
    /// To a confirmer, with T.
    Request,
    /// To the learner, with W: it arrived.
    Received,
    /// To the learner, with W: more learning is needed.
    Returned,
    /// To the learner, with W and the certificate.
    Issued,
    /// To the learner: the MARS team looks at it.
    NeedsCheck,
    /// To the learner: it was not accepted.
    Refused,
    /// To the first confirmer: somebody else was asked.
    Forwarded,
    /// To the MARS mailbox: one waits for the check.
    Check,
}

impl MailKind {
    const WORDS: [(&str, Self); 8] = [
        ("request", Self::Request),
        ("received", Self::Received),
        ("returned", Self::Returned),
        ("issued", Self::Issued),
        ("needs-check", Self::NeedsCheck),
        ("refused", Self::Refused),
        ("forwarded", Self::Forwarded),
        ("check", Self::Check),
    ];

    pub fn all() -> [Self; 8] {
        Self::WORDS.map(|(_, kind)| kind)
    }

    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
    }
}

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    Waiting,
    /// A limit on mails keeps it back until its time.
    Held,
    Sent,
    /// What it is about is over: it is never sent.
    Dropped,
}

impl MailState {
    const WORDS: [(&str, Self); 4] = [("waiting", Self::Waiting), ("held", Self::Held), ("sent", Self::Sent), ("dropped", Self::Dropped)];

    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, state)| *state == self).map_or("", |(word, _)| word)
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, state)| *state)
    }
}

/// One mail to send. Its words, its link and its certificate are made when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: i64,
    pub kind: MailKind,
    pub rid: String,
    /// The token whose link it carries.
    pub token: Option<[u8; 32]>,
    /// SHA-256 of the address, for the limits.
    pub recipient: [u8; 32],
    pub message_id: String,
    pub created_at: i64,
    pub due_at: i64,
    pub attempts: i64,
    pub state: MailState,
    pub sent_at: Option<i64>,
}

/// One line of the log, as hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    pub seq: u64,
    pub entry: String,
    pub leaf: [u8; 32],
}

/// The rows of one transaction. Methods that write are called in a writing transaction only.
pub trait Tx {
    fn definition(&mut self, digest: &str) -> Stored<Option<KeptDefinition>>;
    fn keep_definition(&mut self, definition: &KeptDefinition) -> Stored<()>;

    fn record(&mut self, rid: &str) -> Stored<Option<Record>>;
    fn record_by_digest(&mut self, sub_digest: &str) -> Stored<Option<Record>>;
    /// The ids of records, oldest first, of the states that are wanted. None: a state that is none of ours.
    fn rids(&mut self, is_wanted: &dyn Fn(Option<State>) -> bool) -> Stored<Vec<String>>;
    /// The ids of records that wait for a confirmer and came no later than this, oldest first.
    fn waiting_since(&mut self, received_by: i64) -> Stored<Vec<String>>;
    /// The ids of records whose certificate counts and whose learner has this mailbox, oldest first.
    fn issued_to(&mut self, mailbox: &str) -> Stored<Vec<String>>;
    /// Writes the record with its decision and its certificate, new or over the old one.
    fn put_record(&mut self, record: &Record) -> Stored<()>;

    /// Numbers of certificates that were withdrawn, and since when.
    fn revoked(&mut self) -> Stored<Vec<(String, Date)>>;

    fn seal(&mut self, rid: &str) -> Stored<Option<Seal>>;
    fn put_seal(&mut self, rid: &str, seal: &Seal) -> Stored<()>;
    fn erase_seal(&mut self, rid: &str) -> Stored<()>;

    fn token(&mut self, hash: &[u8; 32]) -> Stored<Option<Token>>;
    fn put_token(&mut self, token: &Token) -> Stored<()>;
    /// Forgets the token itself and keeps its hash.
    fn forget_token(&mut self, hash: &[u8; 32]) -> Stored<()>;

    /// How many a mailbox has confirmed since a time.
    fn n_confirmed_by(&mut self, mailbox: &str, since: i64) -> Stored<i64>;
    /// Whether one mailbox has confirmed a record of the other.
    fn has_confirmed(&mut self, confirmer: &str, learner: &str) -> Stored<bool>;

    /// Queues a mail; its `id` is given by the store.
    fn queue_mail(&mut self, mail: &Mail) -> Stored<()>;
    /// Mails that wait or are held and whose time has come, oldest first.
    fn due_mails(&mut self, now: i64, at_most: usize) -> Stored<Vec<Mail>>;
    fn update_mail(&mut self, mail: &Mail) -> Stored<()>;
    fn mails_of(&mut self, rid: &str) -> Stored<Vec<Mail>>;
    /// How many mails of these kinds were sent, to one recipient or to all, since a time.
    fn n_mails_sent(&mut self, kinds: &[MailKind], recipient: Option<&[u8; 32]>, since: i64) -> Stored<i64>;
    /// How many wait or are held, and since when the oldest of them does.
    fn mail_queue(&mut self) -> Stored<(i64, Option<i64>)>;

    fn log_size(&mut self) -> Stored<u64>;
    fn append_log(&mut self, line: &LogLine) -> Stored<()>;
    fn log_from(&mut self, seq: u64) -> Stored<Vec<LogLine>>;

    /// A value of the inbox's own, such as its origin.
    fn note(&mut self, key: &str) -> Stored<Option<String>>;
    fn put_note(&mut self, key: &str, value: &str) -> Stored<()>;
}

/// A definition as it was when a version was published, and how long its certificates last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDefinition {
    pub digest: String,
    pub text: String,
    pub renew_after_months: Option<i64>,
}
