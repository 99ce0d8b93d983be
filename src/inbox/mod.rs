//! The inbox: takes signed completions, has them confirmed, and issues certificates.
//!
//! In: HTTP requests, and what operators ask for on the command line. Out: receipts, confirmations and certificates, each
//! signed; mails; and a register that shows every change. It reads no guidance: of the site it knows the e-workbooks, the
//! agencies and the board's public keys. The time and random bytes are given to it.

pub mod certificate;
pub mod checkpoint;
mod confirming;
mod dev_mail;
mod issuing;
mod learner;
mod limits;
mod listen;
pub mod mail;
pub mod operator;
mod outbox;
mod refusal;
pub mod register;
mod reply;
mod routes;
pub mod secrets;
pub mod service;
mod settings;
pub mod store;
mod submissions;
#[cfg(test)]
mod tests;
mod timekeeper;
mod tokens;

use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex, RwLock};

use ring::rand::SystemRandom;
use serde_json::Value;
use tokio::sync::Notify;

pub use refusal::Refusal;
pub use settings::{Offered, OfferedWorkbook, Settings};

use crate::completion::definition::{self, Definition};
use register::Tree;
use store::{KeptDefinition, Store, Stored, Tx};

/// A day, in seconds.
pub const DAY: i64 = 86_400;

/// Seconds since 1970. A test moves it.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// An inbox at work.
pub struct Inbox {
    pub settings: Settings,
    pub store: Arc<dyn Store>,
    pub random: SystemRandom,
    clock: Clock,
    offered: RwLock<Arc<Offered>>,
    /// The log's tree as far as it was read.
    tree: Mutex<Tree>,
    /// Rung when there is mail to send.
    mail_bell: Notify,
    /// Set when the service ends.
    is_stopping: AtomicBool,
    /// When the newest checkpoint was written, in seconds since 1970; 0 before the first.
    checkpoint_at: AtomicI64,
    /// What was last found of the store, and when.
    readiness: Mutex<Option<(i64, bool)>>,
    limiter: Mutex<limits::RateLimiter>,
}

impl Inbox {
    /// Opens an inbox over a store.
    pub fn new(settings: Settings, offered: Offered, store: Arc<dyn Store>, clock: Clock) -> anyhow::Result<Self> {
        let mut tree = Tree::default();
        let tree = store::read(&*store, move |tx| {
            tree.catch_up(tx)?;
            Ok(tree)
        })?;
        let limiter = limits::RateLimiter::new(settings.limits.requests_per_minute, settings.trusted_proxies.clone());
        let inbox = Self {
            settings,
            store,
            random: SystemRandom::new(),
            clock,
            offered: RwLock::default(),
            tree: Mutex::new(tree),
            mail_bell: Notify::new(),
            is_stopping: AtomicBool::new(false),
            checkpoint_at: AtomicI64::new(0),
            readiness: Mutex::new(None),
            limiter: Mutex::new(limiter),
        };
        inbox.offer(offered)?;
        Ok(inbox)
    }

    /// Takes the store for this service, and notes where it is reached. A preview's records are signed with a key that nobody
    /// trusts, so a real inbox and a preview never work on one store.
    pub fn take_store(&self) -> anyhow::Result<()> {
        let kind = if self.settings.dev_mail.is_some() { "preview" } else { "board" };
        let notes = [("kind", kind.to_owned()), ("origin", self.settings.origin.clone()), ("site", self.settings.site.clone())];
        let other = store::write_now(&*self.store, move |tx| {
            if let Some(other) = tx.note("kind")?.filter(|known| known != kind) {
                return Ok(Some(other));
            }
            notes.iter().try_for_each(|(key, value)| tx.put_note(key, value)).map(|()| None)
        })?;
        match other {
            Some(other) => anyhow::bail!("the database belongs to a {other}'s inbox, and this is a {kind}'s: name another with --store"),
            None => Ok(()),
        }
    }

    /// From now on these are today's e-workbooks and agencies. Each definition is kept for ever.
    pub fn offer(&self, offered: Offered) -> Stored<()> {
        let kept: Vec<KeptDefinition> = offered
            .workbooks
            .values()
            .map(|workbook| KeptDefinition {
                digest: workbook.definition.digest.clone(),
                text: workbook.definition.text.clone(),
                renew_after_months: workbook.renew_after_months,
            })
            .collect();
        store::write_now(&*self.store, move |tx| kept.iter().try_for_each(|definition| tx.keep_definition(definition)))?;
        *self.offered.write().expect("nobody panics while holding it") = Arc::new(offered);
        Ok(())
    }

    fn offered(&self) -> Arc<Offered> {
        self.offered.read().expect("nobody panics while holding it").clone()
    }

    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Signs something as the board.
    pub fn sign(&self, typ: &str, payload: &Value) -> String {
        self.settings.signing_key.sign(typ, &self.settings.kid, payload, &self.random)
    }

    /// Writes, waits for the disk, and rings for the mail that was queued with it.
    async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut dyn Tx) -> Stored<T> + Send + 'static) -> Stored<T> {
        let written = store::write(&*self.store, work).await?;
        self.mail_bell.notify_one();
        Ok(written)
    }

    fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut dyn Tx) -> Stored<T> + Send + 'static) -> Stored<T> {
        store::read(&*self.store, work)
    }

    /// The certificate of an issued record, as it is mailed.
    pub fn certificate_pdf(&self, record: &store::Record) -> anyhow::Result<Vec<u8>> {
        outbox::pdf(self, record)
    }

    /// A definition by its digest: one of today's, or one that was kept.
    fn definition(&self, digest: &str) -> Stored<Option<Definition>> {
        if let Some(workbook) = self.offered().workbooks.get(digest) {
            return Ok(Some(workbook.definition.clone()));
        }
        let digest = digest.to_owned();
        let kept = self.read(move |tx| tx.definition(&digest))?;
        Ok(kept.and_then(|kept| definition::parse(&kept.text)))
    }
}
