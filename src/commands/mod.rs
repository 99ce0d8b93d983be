//! What each command does: options in, stages called, a report out.
//!
//! The disk, the clock and the terminal are supplied here; the stages below know none of them.

pub mod build;
pub mod check;
pub mod completions;
pub mod export;
#[cfg(feature = "inbox")]
pub mod inbox;
pub mod new;
pub mod report;
pub mod search;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "inbox")]
pub mod verify;

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config;

/// How a command ended, when nothing stood in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The content has errors: all of them were shown, and nothing was published.
    ContentErrors,
}

/// The day on which a build takes place, in the United Kingdom, where the guidance holds.
pub fn today() -> Date {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    Zoned::now().with_time_zone(zone).date()
}

/// What `--base-url` gives, by the rule for `site.toml`.
fn base_url(written: Option<String>) -> anyhow::Result<Option<String>> {
    written.map(|address| config::base_url(&address).map_err(|message| anyhow::anyhow!("--base-url {address}: {message}"))).transpose()
}
