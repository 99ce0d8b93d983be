//! `signpost inbox keys`: the board's keys. The private ones are files of their own; the public ones are published with the site.

use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use ring::rand::SystemRandom;

use crate::commands::{Outcome, report};
use crate::completion::keys::{BoardKey, BoardKeys, PublicKey};
use crate::completion::submission::london_day;
use crate::inbox::secrets;

use super::Keys;
use super::setup::Place;

/// Where the public keys lie, beside `site.toml`.
const PUBLIC_KEYS: &str = "board-keys.json";

/// A receiver's clock may be behind ours by this many seconds and still find the key in use.
const SKEW: i64 = 300;

pub(super) fn run(place: &Place, task: &Keys) -> anyhow::Result<Outcome> {
    let public = place.site_dir.join(PUBLIC_KEYS);
    match task {
        Keys::New => new(place, &public)?,
        Keys::Export { output } => {
            export(&place.board_key_file(), output.as_deref().unwrap_or(&public))?;
        }
        Keys::List => list(&public)?,
    }
    Ok(Outcome::Done)
}

fn new(place: &Place, public: &Path) -> anyhow::Result<()> {
    let (board, wrap) = (place.board_key_file(), place.wrap_key_file());
    for folder in [&board, &wrap].into_iter().filter_map(|path| path.parent()) {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let random = SystemRandom::new();
    secrets::make_board_key(&board, &random)?;
    // Under another wrapping key the links that wait could not be sent: one that is there goes on.
    if !wrap.exists() {
        secrets::make_wrap_key(&wrap, &random)?;
    }
    report::say(format_args!(
        "The board's key is in {}, the wrapping key in {}. Keep a copy of both, away from the",
        board.display(),
        wrap.display()
    ));
    report::say("database: without the first nothing can be signed, without the second no waiting link can be sent.");
    export(&board, public)
}

/// Writes the public half into the list, with the keys that were there before.
fn export(board_key: &Path, output: &Path) -> anyhow::Result<()> {
    let key = secrets::read_board_key(board_key, &SystemRandom::new())?;
    let mut keys = read(output)?.unwrap_or_default();
    let is_new = keys.by_key(key.public()).is_none();
    if is_new {
        add(&mut keys, key.public(), Timestamp::now().as_second());
    }
    write(output, &keys)?;
    report::say(format_args!("The public keys are in {}. Commit it, write `keys = \"{PUBLIC_KEYS}\"` into [inbox] of", output.display()));
    report::say("site.toml, and publish the site: whoever checks a certificate reads them there.");
    if is_new && keys.keys.len() > 1 {
        report::say("The key before it is retired from this moment: start the inbox again at once, with the new one.");
    }
    Ok(())
}

/// Adds a key that is in use from now on. The one before it retires, and stays listed.
pub(super) fn add(keys: &mut BoardKeys, key: &PublicKey, now: i64) {
    for known in keys.keys.iter_mut().filter(|known| known.exp == 0) {
        known.exp = now;
    }
    let name = format!("board-{}", london_day(now).year());
    let mut names = std::iter::once(name.clone()).chain((2..).map(|n| format!("{name}-{n}")));
    let kid = names.find(|name| keys.by_kid(name).is_none()).expect("there are more names than keys");
    keys.keys.push(BoardKey { kid, key: key.clone(), nbf: now - SKEW, exp: 0 });
}

fn list(public: &Path) -> anyhow::Result<()> {
    let Some(keys) = read(public)? else { bail!("{} is not there: `signpost inbox keys new` makes the keys", public.display()) };
    for key in &keys.keys {
        let end = if key.exp == 0 { String::from("in use") } else { format!("until {}", london_day(key.exp)) };
        report::print(format_args!("{:<16} from {}  {end}\n", key.kid, london_day(key.nbf)));
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Option<BoardKeys>> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let keys = BoardKeys::parse(&text);
            keys.map(Some).map_err(|wrong| anyhow::anyhow!("{} is no list of public keys: {wrong}", path.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes the list of public keys.
pub(super) fn write(path: &Path, keys: &BoardKeys) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(&keys.to_value()).expect("keys can be written as JSON");
    #[expect(clippy::disallowed_methods, reason = "the operator asked for this file; it is a source of the site, not a part of a release")]
    std::fs::write(path, format!("{text}\n")).with_context(|| format!("cannot write {}", path.display()))
}
