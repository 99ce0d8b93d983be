//! The inbox beside a preview: a real one, with a key of its own, mails kept as files, and nothing else to install.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use ring::rand::SystemRandom;

use crate::commands::report;
use crate::completion::keys::BoardKeys;
use crate::inbox::mail::Transport;
use crate::inbox::store::SqliteStore;
use crate::inbox::{Inbox, secrets, service};
use crate::render::InboxInfo;

use super::setup::{self, Addresses, InboxSources, KeyFiles, Place};
use super::{keys, serve};

/// An inbox that runs for as long as the process does.
pub struct PreviewInbox {
    inbox: Arc<Inbox>,
    info: InboxInfo,
}

impl PreviewInbox {
    /// Starts it on a thread of its own. Its files lie in `var/` of the site.
    pub fn start(site_dir: &Path, preview: SocketAddr, address: SocketAddr) -> anyhow::Result<Self> {
        if !address.ip().is_loopback() {
            bail!(
                "the inbox of a preview answers this computer only: use --inbox-address 127.0.0.1:{}, or `signpost inbox serve`",
                address.port()
            );
        }
        service::log_for_people();
        let place = Place::new(site_dir.to_owned(), None)?;
        let keys = preview_keys(&place)?;
        let listener = serve::bind(address, "inbox (--inbox-address names another port, --no-inbox does without)")?;
        let address = listener.local_addr()?;
        let origin = format!("http://{address}");
        let allowed_origins = vec![format!("http://{preview}"), format!("http://localhost:{}", preview.port())];
        let addresses = Addresses { origin: origin.clone(), site: format!("http://{preview}"), allowed_origins };
        // Mistakes in the sources are the build's to show: it shows them all, and the inbox then follows.
        let InboxSources { config, offered, .. } = InboxSources::read_as_they_are(site_dir)?;
        let mails = place.var.join("mail");
        let mut settings = setup::settings(&place, &place.preview_keys(), config, addresses, keys.clone())?;
        settings.dev_mail = Some(mails.clone());
        let store = Arc::new(SqliteStore::open(&place.database)?);
        let inbox = Arc::new(Inbox::new(settings, offered, store, setup::clock())?);
        inbox.take_store()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the inbox")?;
        let at_work = inbox.clone();
        thread::Builder::new().name(String::from("inbox")).spawn(move || {
            let ended = runtime.block_on(service::run(at_work, Transport::Folder(mails), listener, std::future::pending()));
            if let Err(error) = ended {
                report::say(format_args!("The inbox has stopped: {error:#}"));
            }
        })?;
        report::say(format_args!("The inbox is at {origin}/  Its mails are shown at {origin}/dev/mail"));
        Ok(Self { inbox, info: InboxInfo { origin, keys } })
    }

    /// What the pages of the preview know of it.
    pub fn info(&self) -> Option<InboxInfo> {
        Some(self.info.clone())
    }

    /// Takes over the e-workbooks and agencies as they are now.
    pub fn follow(&self, site_dir: &Path) {
        let followed = InboxSources::read_as_they_are(site_dir).and_then(|sources| Ok(self.inbox.offer(sources.offered)?));
        if let Err(error) = followed {
            report::say(format_args!("The inbox goes on with the e-workbooks it had: {error:#}"));
        }
    }
}

/// The preview's own keys, made at its first start.
fn preview_keys(place: &Place) -> anyhow::Result<BoardKeys> {
    std::fs::create_dir_all(&place.var).with_context(|| format!("cannot make the folder {}", place.var.display()))?;
    let random = SystemRandom::new();
    let (KeyFiles { board, wrap }, public) = (place.preview_keys(), place.preview_keys_file());
    if !board.exists() {
        secrets::make_board_key(&board, &random)?;
    }
    if !wrap.exists() {
        secrets::make_wrap_key(&wrap, &random)?;
    }
    let key = secrets::read_board_key(&board, &random)?;
    let known = std::fs::read_to_string(&public).ok().and_then(|text| BoardKeys::parse(&text).ok());
    let mut board_keys = known.unwrap_or_default();
    if board_keys.by_key(key.public()).is_none() {
        keys::add(&mut board_keys, key.public(), Timestamp::now().as_second());
        keys::write(&public, &board_keys)?;
    }
    Ok(board_keys)
}
