//! `signpost verify`: certificates and everything else that is signed, checked without a network.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::Timestamp;

use crate::completion::keys::BoardKeys;
use crate::completion::verdict::{self, Verdict};

use super::{Outcome, report};

/// What `signpost verify` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub site_dir: PathBuf,
    /// A JWK Set or a `signpost.json`, in the place of the site's keys.
    pub keys: Option<PathBuf>,
    pub files: Vec<PathBuf>,
}

/// What the keys' file says besides the keys.
struct Trust {
    keys: BoardKeys,
    /// The inbox that issued, when it is known.
    origin: Option<String>,
}

/// Exit code 0: all are genuine; 1: one is not; 2: one could not be read.
pub fn run(options: &Options) -> anyhow::Result<Outcome> {
    let trust = trust(options)?;
    let now = Timestamp::now().as_second();
    let mut outcome = Outcome::Done;
    let mut unread = Vec::new();
    for path in &options.files {
        match std::fs::read(path) {
            Ok(bytes) => {
                let judged = judge(&bytes, &trust, now);
                if !judged.iter().all(Verdict::is_genuine) {
                    outcome = Outcome::ContentErrors;
                }
                for verdict in &judged {
                    report::print(shown(path, verdict));
                }
            }
            Err(error) => unread.push(format!("{}: {error}", path.display())),
        }
    }
    if !unread.is_empty() {
        bail!("could not read {}", unread.join(", "));
    }
    Ok(outcome)
}

/// Every signed text of a file. A certificate's file has one; two that differ are a forger's.
fn judge(bytes: &[u8], trust: &Trust, now: i64) -> Vec<Verdict> {
    let texts = verdict::texts_in(bytes);
    let is_pdf = bytes.starts_with(b"%PDF-");
    match texts[..] {
        [] => vec![Verdict::NotGenuine { why: String::from("there is no signed text in it") }],
        [_, _, ..] if is_pdf => vec![Verdict::NotGenuine { why: String::from("there is more than one signed text in it") }],
        _ => texts.into_iter().map(|text| verdict::judge(text, &trust.keys, trust.origin.as_deref(), now)).collect(),
    }
}

/// The verdict's sentence, then what was signed: to be compared with the paper.
fn shown(path: &Path, verdict: &Verdict) -> String {
    let mut text = format!("{}: {}\n", path.display(), verdict.sentence());
    let mut line = |name: &str, value: &str| {
        // What anyone may have signed writes no line of its own, and no colour.
        let value: String =
            value.chars().map(|character| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character }).collect();
        writeln!(text, "  {name:<12}{value}").expect("text takes every character");
    };
    match verdict {
        Verdict::NotGenuine { why } => line("Why", why),
        Verdict::Certificate { facts, .. } => {
            for (name, value) in [
                ("Name", &facts.name),
                ("Workbook", &facts.workbook),
                ("Agency", &facts.agency),
                ("Job title", &facts.job_title),
                ("Date", &facts.confirmed_on.to_string()),
                ("Number", &facts.jti),
            ] {
                line(name, value);
            }
            text.push_str("  Compare these with the paper.\n");
        }
        Verdict::Board { facts, .. } | Verdict::Unaltered { facts } => {
            for (name, value) in facts {
                line(&format!("{name} "), &value.as_str().map_or_else(|| value.to_string(), String::from));
            }
        }
    }
    text
}

fn trust(options: &Options) -> anyhow::Result<Trust> {
    if let Some(path) = &options.keys {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the keys {}", path.display()))?;
        let keys = BoardKeys::parse(&text).map_err(|wrong| anyhow::anyhow!("{} is no list of public keys: {wrong}", path.display()))?;
        let info: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        return Ok(Trust { keys, origin: info["inbox"].as_str().map(String::from) });
    }
    let place = super::inbox::setup::Place::new(options.site_dir.clone(), None)?;
    let sources = place.read_sources()?;
    let origin = sources.config.inbox.origin.as_ref().map(|origin| origin.value.clone());
    Ok(Trust { keys: place.board_keys(&sources)?, origin })
}
