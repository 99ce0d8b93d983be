//! What an inbox runs with: its address, its keys and its limits; and what it offers: agencies and e-workbooks.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use crate::completion::definition::Definition;
use crate::completion::jws::SigningKey;
use crate::completion::keys::BoardKeys;
use crate::config::InboxLimits;
use crate::data::agencies::Register;

use super::secrets::WrapKey;

/// Everything but the store, the clock and the mailer.
pub struct Settings {
    /// Scheme, host and port, as records name it.
    pub origin: String,
    /// The site's address, without a slash at its end.
    pub site: String,
    /// Of pages that may speak with the inbox.
    pub allowed_origins: Vec<String>,
    pub signing_key: SigningKey,
    /// The name of that key in `keys`.
    pub kid: String,
    pub keys: BoardKeys,
    pub wrap_key: WrapKey,
    pub mars_mailbox: Option<String>,
    pub mail_from: String,
    pub auto_issue: bool,
    pub lapse_days: i64,
    pub trusted_proxies: Vec<IpAddr>,
    pub limits: InboxLimits,
    /// Where signed checkpoints of the log are written: outside the database.
    pub checkpoints: PathBuf,
    /// The folder of mails kept as files, where `/dev/mail` shows them. None: it shows nothing, as in every real inbox.
    pub dev_mail: Option<PathBuf>,
}

/// What can be sent today, and by whose staff. Under `serve` it follows the files.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    pub register: Register,
    /// By digest. Older versions are in the store.
    pub workbooks: BTreeMap<String, OfferedWorkbook>,
}

/// An e-workbook that can be sent today.
#[derive(Debug, Clone)]
pub struct OfferedWorkbook {
    pub definition: Definition,
    pub renew_after_months: Option<i64>,
}
