//! What an inbox runs with, gathered: `site.toml`, the e-workbooks, the agencies, the keys.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use ring::rand::SystemRandom;

use crate::commands::report;
use crate::completion::definition;
use crate::completion::keys::{BoardKey, BoardKeys};
use crate::config::{self, SiteConfig};
use crate::data::agencies;
use crate::diagnostics::{self, Diagnostic, FilePath, text};
use crate::inbox::store::{self, SqliteStore, Store};
use crate::inbox::{Clock, Inbox, Offered, OfferedWorkbook, Settings, secrets};
use crate::pipeline;
use crate::quiz::{self, Confirm};
use crate::sources::{self, Sources};

/// A site's folder and its inbox's files.
#[derive(Debug, Clone)]
pub struct Place {
    pub site_dir: PathBuf,
    /// The inbox's own files: keys of a preview, database, mails, checkpoints.
    pub var: PathBuf,
    pub database: PathBuf,
}

/// The public keys of a preview, which has no `site.toml` entry for them.
const PREVIEW_KEYS: &str = "preview-keys.json";

/// Where the two secrets lie.
#[derive(Debug, Clone)]
pub struct KeyFiles {
    pub board: PathBuf,
    pub wrap: PathBuf,
}

impl Place {
    /// `store`: `sqlite:FILE`, if it is not the usual one.
    pub fn new(site_dir: PathBuf, store: Option<&str>) -> anyhow::Result<Self> {
        let var = site_dir.join("var");
        let database = match store {
            None => var.join("inbox.db"),
            Some(named) => match named.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
                Some(path) => PathBuf::from(path),
                None => bail!("`{named}` is no store: write `sqlite:` and a file, as in sqlite:var/inbox.db"),
            },
        };
        Ok(Self { site_dir, var, database })
    }

    /// Beside the database, which is where an operator looks for them.
    pub fn checkpoints(&self) -> PathBuf {
        self.database.parent().unwrap_or(Path::new("")).join("checkpoints")
    }

    /// The database, which must be there.
    pub fn open_store(&self) -> anyhow::Result<Arc<dyn Store>> {
        let hint = || "no inbox has run here yet; name another with --store".to_owned();
        Ok(Arc::new(SqliteStore::open_existing(&self.database).with_context(hint)?))
    }

    /// The signing key of a real inbox.
    pub fn board_key_file(&self) -> PathBuf {
        secret_file("SIGNPOST_BOARD_KEY_FILE").unwrap_or_else(|| self.var.join("board-key.pem"))
    }

    /// The wrapping key of a real inbox.
    pub fn wrap_key_file(&self) -> PathBuf {
        secret_file("SIGNPOST_WRAP_KEY_FILE").unwrap_or_else(|| self.var.join("wrap-key"))
    }

    /// The keys of a preview. They are never a board's own, whatever the environment names.
    pub fn preview_keys(&self) -> KeyFiles {
        KeyFiles { board: self.var.join("preview-key.pem"), wrap: self.var.join("preview-wrap-key") }
    }

    pub fn own_keys(&self) -> KeyFiles {
        KeyFiles { board: self.board_key_file(), wrap: self.wrap_key_file() }
    }

    pub fn preview_keys_file(&self) -> PathBuf {
        self.var.join(PREVIEW_KEYS)
    }

    pub fn read_sources(&self) -> anyhow::Result<InboxSources> {
        InboxSources::read(&self.site_dir)
    }

    /// The board's public keys: those that `site.toml` names, or the preview's.
    pub fn board_keys(&self, sources: &InboxSources) -> anyhow::Result<BoardKeys> {
        if let Some(named) = &sources.config.inbox.keys {
            return pipeline::read_keys(named, &sources.sources).map_err(|diagnostic| sources.refuse(&[diagnostic]));
        }
        self.read_preview_keys().context("site.toml names no `keys` in [inbox], and no preview has run here")
    }

    /// The public keys under which the checkpoints of a store were signed.
    pub fn keys_of(&self, kept: &dyn Store) -> anyhow::Result<BoardKeys> {
        match Addresses::of_preview(kept)? {
            Some(_) => self.read_preview_keys(),
            None => self.board_keys(&self.read_sources()?),
        }
    }

    fn read_preview_keys(&self) -> anyhow::Result<BoardKeys> {
        let path = self.preview_keys_file();
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read the keys {}", path.display()))?;
        BoardKeys::parse(&text).map_err(|wrong| anyhow::anyhow!("{} is no list of the board's public keys: {wrong}", path.display()))
    }
}

fn secret_file(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The clock of a real inbox.
pub fn clock() -> Clock {
    Arc::new(|| Timestamp::now().as_second())
}

/// The files of a site that its inbox reads: no page of guidance among them.
pub struct InboxSources {
    pub sources: Sources,
    pub config: SiteConfig,
    pub offered: Offered,
}

impl InboxSources {
    /// Reads and checks them. Mistakes are shown as `build` shows them, and stand in the way.
    pub fn read(site_dir: &Path) -> anyhow::Result<Self> {
        let (read, found) = Self::read_all(site_dir)?;
        if diagnostics::counts(&found).0 > 0 {
            return Err(read.refuse(&found));
        }
        Ok(read)
    }

    /// Reads what can be read: for a preview, whose build shows the mistakes.
    pub fn read_as_they_are(site_dir: &Path) -> anyhow::Result<Self> {
        Ok(Self::read_all(site_dir)?.0)
    }

    fn read_all(site_dir: &Path) -> anyhow::Result<(Self, Vec<Diagnostic>)> {
        let (sources, mut found) = sources::read(site_dir)?;
        found.retain(|diagnostic| is_read_by_inbox(&diagnostic.span.file));
        let config_file = FilePath::from("site.toml");
        let (config, mut in_config) = config::parse(&config_file, sources.texts.get(&config_file).map_or("", |text| &**text));
        found.append(&mut in_config);
        let register_file = FilePath::from("content/data/agencies.toml");
        let (register, mut in_register) =
            sources.texts.get(&register_file).map_or_else(Default::default, |text| agencies::parse(&register_file, text));
        found.append(&mut in_register);
        let mut workbooks = BTreeMap::new();
        for (file, text) in sources.texts_in("quizzes/", ".toml") {
            let (quiz, mut in_quiz) = quiz::parse(file, text);
            found.append(&mut in_quiz);
            if let Some(quiz) = quiz.filter(|quiz| quiz.confirm == Confirm::Manager) {
                let definition = definition::of(&quiz);
                let offered = OfferedWorkbook { renew_after_months: quiz.renew_after_months, definition };
                workbooks.insert(offered.definition.digest.clone(), offered);
            }
        }
        let read = Self { sources, config, offered: Offered { register, workbooks } };
        Ok((read, found))
    }

    /// Draws what was found and says that it stands in the way.
    fn refuse(&self, found: &[Diagnostic]) -> anyhow::Error {
        for diagnostic in found {
            report::say(text::draw(diagnostic, &self.sources.texts, report::style()).trim_end());
        }
        anyhow::anyhow!("the inbox does not start with mistakes in what it reads: {}", report::summary(found))
    }
}

fn is_read_by_inbox(file: &FilePath) -> bool {
    **file == *"site.toml" || file.starts_with("quizzes/") || **file == *"content/data/agencies.toml" || file.ends_with(".json")
}

/// Where an inbox is reached, and from where its pages speak.
pub struct Addresses {
    pub origin: String,
    pub site: String,
    pub allowed_origins: Vec<String>,
}

impl Addresses {
    /// As `site.toml` has them. Err: it has none.
    pub fn of_site(config: &SiteConfig) -> anyhow::Result<Self> {
        let Some(origin) = &config.inbox.origin else {
            bail!("site.toml has no [inbox] with `origin`, the address at which browsers will reach this inbox");
        };
        let mut allowed_origins = config.inbox.allowed_origins.clone();
        if allowed_origins.is_empty() {
            allowed_origins.push(as_browsers_spell(config::origin_of(&config.base_url)));
        }
        Ok(Self { origin: origin.value.clone(), site: config.base_url.clone(), allowed_origins })
    }

    /// Those of the preview whose store this is. None: it is no preview's.
    fn of_preview(kept: &dyn Store) -> anyhow::Result<Option<Self>> {
        let (kind, origin, site) = store::read(kept, |tx| Ok((tx.note("kind")?, tx.note("origin")?, tx.note("site")?)))?;
        let addresses = origin.zip(site).filter(|_| kind.as_deref() == Some("preview"));
        Ok(addresses.map(|(origin, site)| Self { origin, site, allowed_origins: Vec::new() }))
    }
}

/// An origin as a browser sends it: in small letters, without the usual port.
fn as_browsers_spell(origin: &str) -> String {
    let small = origin.to_ascii_lowercase();
    let usual = if small.starts_with("https:") { ":443" } else { ":80" };
    small.strip_suffix(usual).unwrap_or(&small).to_owned()
}

/// Everything an inbox runs with.
pub fn settings(place: &Place, files: &KeyFiles, config: SiteConfig, addresses: Addresses, keys: BoardKeys) -> anyhow::Result<Settings> {
    let random = SystemRandom::new();
    let hint = || "`signpost inbox keys new` makes the keys; SIGNPOST_BOARD_KEY_FILE and SIGNPOST_WRAP_KEY_FILE name them".to_owned();
    let signing_key = secrets::read_board_key(&files.board, &random).with_context(hint)?;
    let wrap_key = secrets::read_wrap_key(&files.wrap).with_context(hint)?;
    let Some(BoardKey { kid, exp, .. }) = keys.by_key(signing_key.public()) else {
        bail!(
            "the public half of {} is not among the board's public keys: run `signpost inbox keys export` and publish the site again",
            files.board.display()
        );
    };
    if *exp != 0 {
        bail!("{} is {kid}, which was retired: nothing that it signs now would count. Name the key in use", files.board.display());
    }
    let Addresses { origin, site, allowed_origins } = addresses;
    Ok(Settings {
        origin,
        site,
        allowed_origins,
        signing_key,
        kid: kid.clone(),
        keys,
        wrap_key,
        mars_mailbox: config.inbox.mars_mailbox,
        // A preview's mails are files, and its sender nobody.
        mail_from: config.inbox.mail_from.unwrap_or_else(|| String::from("toolkit@preview.example")),
        auto_issue: config.inbox.auto_issue,
        lapse_days: config.inbox.lapse_days,
        trusted_proxies: config.inbox.trusted_proxies,
        limits: config.inbox.limits,
        checkpoints: place.checkpoints(),
        dev_mail: None,
    })
}

/// An inbox for one command, beside the service.
pub fn open_inbox(place: &Place) -> anyhow::Result<Arc<Inbox>> {
    let store = place.open_store()?;
    let sources = place.read_sources()?;
    let (addresses, files, keys) = match Addresses::of_preview(&*store)? {
        Some(addresses) => (addresses, place.preview_keys(), place.read_preview_keys()?),
        None => (Addresses::of_site(&sources.config)?, place.own_keys(), place.board_keys(&sources)?),
    };
    let InboxSources { config, offered, .. } = sources;
    Ok(Arc::new(Inbox::new(settings(place, &files, config, addresses, keys)?, offered, store, clock())?))
}
