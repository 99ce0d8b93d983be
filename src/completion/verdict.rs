//! What can be said of a signed object without a network: genuine, unaltered, or not genuine.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::jws::{self, Verified};
use super::keys::BoardKeys;
use super::objects::{CERTIFICATE, CHECKPOINT, CONFIRMATION, Certificate, RECEIPT, STATUS, SUBMISSION};
use super::submission;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A certificate of the board. Whether it was withdrawn only the status list says.
    Certificate { facts: Certificate, is_expired: bool },
    /// Something else that the board signed, by its name.
    Board { what: &'static str, facts: Map<String, Value> },
    /// A learner's record: its own key signed it, so it is unaltered, and nothing says who made it.
    Unaltered { facts: Map<String, Value> },
    /// With the reason.
    NotGenuine { why: String },
}

impl Verdict {
    pub fn is_genuine(&self) -> bool {
        !matches!(self, Self::NotGenuine { .. })
    }

    /// The sentence that the verdict begins with.
    pub fn sentence(&self) -> String {
        match self {
            // Without a network nobody knows of a withdrawal.
            Self::Certificate { is_expired: false, .. } => String::from("Genuine; cannot check withdrawal now."),
            Self::Certificate { facts, .. } => format!("Genuine, expired on {}.", last_day(facts.exp.unwrap_or_default())),
            Self::Board { what, .. } => format!("Genuine: {what} of the board."),
            Self::Unaltered { .. } => String::from("Unaltered: a learner's record, signed by the learner's own browser."),
            Self::NotGenuine { .. } => String::from("Not genuine."),
        }
    }
}

fn last_day(seconds: i64) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    Timestamp::from_second(seconds).map_or_else(|_| String::new(), |moment| moment.to_zoned(zone).strftime("%-d %B %Y").to_string())
}

/// Judges one compact JWS. `origin` is the inbox that issued, when it is known; `now` in seconds since 1970.
pub fn judge(compact: &str, keys: &BoardKeys, origin: Option<&str>, now: i64) -> Verdict {
    match judged(compact, keys, origin, now) {
        Ok(verdict) => verdict,
        Err(why) => Verdict::NotGenuine { why },
    }
}

fn judged(compact: &str, keys: &BoardKeys, origin: Option<&str>, now: i64) -> Result<Verdict, String> {
    let parse = || jws::parse(compact, jws::MAX_STATUS_LENGTH).map_err(|fault| fault.detail());
    let parsed = parse()?;
    if let Ok(key) = parsed.browser_key(SUBMISSION) {
        let Verified { payload, .. } = parsed.verified_by(&key).map_err(|fault| fault.detail())?;
        submission::read_stored(&payload).ok_or("it is signed, and yet no learner's record")?;
        return Ok(Verdict::Unaltered { facts: payload });
    }
    const BOARD: [(&str, &str, &str); 5] = [
        (CERTIFICATE, "iat", "a certificate"),
        (RECEIPT, "received_at", "a receipt"),
        (CONFIRMATION, "iat", "a confirmation"),
        (CHECKPOINT, "iat", "a checkpoint"),
        (STATUS, "iat", "a status list"),
    ];
    let Some((typ, time, what)) = BOARD.into_iter().find(|(typ, _, _)| parsed.kid(typ).is_ok()) else {
        return Err(String::from("it is nothing that the board or a learner signs"));
    };
    if typ != STATUS && compact.len() > jws::MAX_LENGTH {
        return Err(String::from("it is too long"));
    }
    let Verified { payload, .. } = parse()?.verified_by_board(typ, time, keys).map_err(|fault| fault.detail())?;
    if origin.is_some_and(|origin| payload.get("iss").and_then(Value::as_str) != Some(origin)) {
        return Err(String::from("another inbox issued it"));
    }
    if typ != CERTIFICATE {
        return Ok(Verdict::Board { what, facts: payload });
    }
    let facts = Certificate::from_payload(&payload).ok_or("it is signed, and yet no certificate")?;
    let is_expired = facts.exp.is_some_and(|exp| exp < now);
    Ok(Verdict::Certificate { facts, is_expired })
}

/// The JWS texts in a file: the file itself, or those that stand in it uncompressed, each once. A PDF is judged by what is
/// attached to it, never by what is drawn.
pub fn texts_in(bytes: &[u8]) -> Vec<&str> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let mut texts: Vec<&str> = Vec::new();
    for run in bytes.split(|byte| !is_letter(byte)) {
        let Ok(run) = std::str::from_utf8(run) else { continue };
        // Every header of ours is an object, and `{"` is `eyJ`.
        let is_jws = run.starts_with("eyJ") && run.split('.').count() == 3 && jws::parse(run, jws::MAX_STATUS_LENGTH).is_ok();
        if is_jws && !texts.contains(&run) {
            texts.push(run);
        }
    }
    texts
}
