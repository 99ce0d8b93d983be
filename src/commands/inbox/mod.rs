//! `signpost inbox`: the service, and what its operator does on the host.

mod audit;
mod judge;
mod keys;
mod list;
#[cfg(feature = "serve")]
pub mod preview;
mod serve;
pub mod setup;
mod show;

use std::net::SocketAddr;
use std::path::PathBuf;

use super::Outcome;
use super::report::Format;
use crate::inbox::operator::{Judgement, Which};

/// What `signpost inbox` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub site_dir: PathBuf,
    /// `sqlite:FILE`. None: `var/inbox.db` of the site.
    pub store: Option<String>,
    pub task: Task,
}

#[derive(Debug, Clone)]
pub enum Task {
    Serve { address: SocketAddr, mail: Option<String> },
    List { which: Which, format: Format },
    Show { record: String, certificate: Option<PathBuf>, format: Format },
    Judge { record: String, judgement: Judgement },
    Keys(Keys),
    Audit { checkpoint: Option<PathBuf> },
}

#[derive(Debug, Clone)]
pub enum Keys {
    New,
    Export { output: Option<PathBuf> },
    List,
}

pub fn run(options: Options) -> anyhow::Result<Outcome> {
    let Options { site_dir, store, task } = options;
    let place = setup::Place::new(site_dir, store.as_deref())?;
    match task {
        Task::Serve { address, mail } => serve::run(&place, address, mail.as_deref()),
        Task::List { which, format } => list::run(&place, which, format),
        Task::Show { record, certificate, format } => show::run(&place, &record, certificate.as_deref(), format),
        Task::Judge { record, judgement } => judge::run(&place, &record, judgement),
        Task::Keys(keys) => keys::run(&place, &keys),
        Task::Audit { checkpoint } => audit::run(&place, checkpoint.as_deref()),
    }
}
