//! `signpost inbox serve`: the inbox by itself, as it runs on a server.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::commands::{Outcome, report};
use crate::inbox::mail::{Smtp, Transport};
use crate::inbox::store::SqliteStore;
use crate::inbox::{Inbox, service};

use super::setup::{self, Addresses, InboxSources, Place};

pub(super) fn run(place: &Place, address: SocketAddr, mail: Option<&str>) -> anyhow::Result<Outcome> {
    service::log_as_json();
    let sources = place.read_sources()?;
    let addresses = Addresses::of_site(&sources.config)?;
    let transport = transport(place, &sources, mail)?;
    let keys = place.board_keys(&sources)?;
    let InboxSources { config, offered, .. } = sources;
    let settings = setup::settings(place, &place.own_keys(), config, addresses, keys)?;
    let store = Arc::new(SqliteStore::open(&place.database)?);
    let listener = bind(address, "inbox")?;
    let address = listener.local_addr()?;
    let inbox = Arc::new(Inbox::new(settings, offered, store, setup::clock())?);
    inbox.take_store()?;
    report::say(format_args!("The inbox {} listens at {address}. SIGTERM or Ctrl-C stops it.", inbox.settings.origin));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the inbox")?;
    let ended = runtime.block_on(service::run(inbox, transport, listener, service::stop_signal()));
    // A mail server that does not answer is not waited for: what it did not take is sent again at the next start.
    runtime.shutdown_timeout(STOP_TIME);
    ended?;
    Ok(Outcome::Done)
}

/// How long a mail on its way is waited for at the end.
const STOP_TIME: Duration = Duration::from_millis(500);

/// Takes a port. Err: it is taken, with what to do.
pub fn bind(address: SocketAddr, what: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).with_context(|| format!("the {what} cannot listen on {address}: has another program this port?"))
}

/// Where mails go: what the flag says, or the mail server of `site.toml`, or files.
fn transport(place: &Place, sources: &InboxSources, mail: Option<&str>) -> anyhow::Result<Transport> {
    let config = &sources.config.inbox;
    let is_smtp = match mail {
        Some(mail) => mail == "smtp",
        None => config.smtp.is_some(),
    };
    if is_smtp {
        let Some(server) = &config.smtp else { bail!("site.toml names no mail server: write `smtp = \"smtps://…\"` in [inbox]") };
        if config.mail_from.is_none() {
            bail!("site.toml names no sender of mails: write `mail_from = \"…\"` in [inbox]");
        }
        let server = Smtp::parse(server, smtp_password()?).map_err(|wrong| anyhow::anyhow!("`smtp` in [inbox] of site.toml: {wrong}"))?;
        return Ok(Transport::Smtp(server));
    }
    let folder = match mail {
        None => place.var.join("mail"),
        Some(named) => match named.strip_prefix("dir:").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => bail!("`{named}` is no way for mail: write `smtp`, or `dir:` and a folder"),
        },
    };
    Ok(Transport::Folder(folder))
}

fn smtp_password() -> anyhow::Result<Option<secrecy::SecretString>> {
    let Some(path) = std::env::var_os("SIGNPOST_SMTP_PASSWORD_FILE").filter(|path| !path.is_empty()) else { return Ok(None) };
    let path = PathBuf::from(path);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read the password file {}", path.display()))?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned().into()))
}
