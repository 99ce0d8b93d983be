//! `POST /api/learner`: where a request stands, its certificate once more, and taking it back.
//!
//! The learner shows who they are by the key that signed the submission, or by the link in their mail.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::completion::digest::to_base64url;
use crate::completion::json;
use crate::completion::jws;
use crate::completion::keys::PublicKey;
use crate::completion::objects::{Certificate, REQUEST};
use crate::completion::submission::Reader;
use crate::completion::text::is_uuid_v4;

use super::confirming::is_over;
use super::refusal::Refusal;
use super::register::{self, Actor, Kind};
use super::reply::{Origin, Reply};
use super::store::{IssuedCertificate, MailKind, MailState, Purpose, Record, State, Stored, Tx};
use super::submissions::signer_of;
use super::tokens::hash_of;
use super::{DAY, Inbox};

/// How far a signed request may be from now, in seconds: who copies one cannot use it next week.
const MAX_DISTANCE: i64 = DAY;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Status,
    /// The status, and the certificate as it was mailed.
    Certificate,
    Withdraw,
}

impl Action {
    const WORDS: [(&str, Self); 3] = [("status", Self::Status), ("certificate", Self::Certificate), ("withdraw", Self::Withdraw)];

    fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, action)| *action)
    }
}

/// By what the learner is known.
enum Proof {
    /// A request signed by the key of the submission.
    Key { rid: String, key: PublicKey },
    /// W.
    Token(String),
}

pub async fn post(inbox: &Arc<Inbox>, body: &[u8], origin: &Origin) -> Result<Reply, Refusal> {
    let members = json::parse_object(body).map_err(Refusal::Malformed)?;
    let (proof, action) = match members.get("request").and_then(Value::as_str) {
        Some(compact) => signed(inbox, &members, compact, origin)?,
        None => {
            origin.admit()?;
            by_token(&members)?
        }
    };
    let now = inbox.now();
    if action == Action::Withdraw {
        let record = inbox.write(move |tx| withdraw(tx, &proof, now)).await??;
        tracing::info!(rid = record.submission.rid, "withdrawn");
        return Ok(Reply::ok(shown(&record, &record.submission.confirmer.name, now)));
    }
    let found = inbox.read(move |tx| match proven(tx, &proof)? {
        Ok(record) => Ok(Ok((waits_for(tx, &record)?, record))),
        Err(refusal) => Ok(Err(refusal)),
    })?;
    let (confirmer, record) = found?;
    let mut shown = shown(&record, &confirmer, now);
    if action == Action::Certificate && record.certificate.is_some() {
        let pdf = inbox.certificate_pdf(&record).map_err(|error| Refusal::Unavailable(format!("{error:#}")))?;
        shown["pdf"] = to_base64url(&pdf).into();
    }
    Ok(Reply::ok(shown))
}

/// A signed request, checked in the order of the checks: form, origin, signature, fields.
fn signed(inbox: &Inbox, members: &Map<String, Value>, compact: &str, origin: &Origin) -> Result<(Proof, Action), Refusal> {
    let parsed = jws::parse(compact, jws::MAX_LENGTH)?;
    let key = parsed.browser_key(REQUEST)?;
    origin.admit()?;
    let verified = parsed.verified_by(&key)?;
    let mut body = Reader::new(members, "");
    body.only(&["request"]);
    let mut payload = Reader::new(&verified.payload, "");
    payload.only(&["v", "rid", "aud", "iat", "action"]);
    if payload.number("v").is_some_and(|version| version != 1) {
        payload.fault("v", "this is none of our versions");
    }
    let rid = payload.text("rid", |rid| (!is_uuid_v4(rid)).then_some("this is not a UUID of version 4 in small letters"));
    payload.text("aud", |aud| (aud != inbox.settings.origin).then_some("this request is meant for another inbox"));
    if payload.number("iat").is_some_and(|iat| (iat - inbox.now()).abs() > MAX_DISTANCE) {
        payload.fault("iat", "this time is more than a day from now");
    }
    let action = action(&mut payload);
    let faults: Vec<_> = payload.into_faults().into_iter().chain(body.into_faults()).collect();
    match (rid, action) {
        (Some(rid), Some(action)) if faults.is_empty() => Ok((Proof::Key { rid, key }, action)),
        _ => Err(Refusal::Fields(faults)),
    }
}

fn by_token(members: &Map<String, Value>) -> Result<(Proof, Action), Refusal> {
    let mut body = Reader::new(members, "");
    if body.has("request") {
        body.fault("request", "this is no text");
        return Err(Refusal::Fields(body.into_faults()));
    }
    body.only(&["token", "action"]);
    let (token, action) = (body.text("token", |_| None), action(&mut body));
    let faults = body.into_faults();
    match (token, action) {
        (Some(token), Some(action)) if faults.is_empty() => Ok((Proof::Token(token), action)),
        _ => Err(Refusal::Fields(faults)),
    }
}

fn action(reader: &mut Reader<'_>) -> Option<Action> {
    let words = "this is none of `status`, `certificate` and `withdraw`";
    let word = reader.text("action", |word| Action::from_word(word).is_none().then_some(words))?;
    Action::from_word(&word)
}

/// The learner's record, if the proof holds.
fn proven(tx: &mut dyn Tx, proof: &Proof) -> Stored<Result<Record, Refusal>> {
    let record = match proof {
        Proof::Key { rid, key } => match tx.record(rid)? {
            Some(record) if signer_of(&record.jws).as_ref() != Some(key) => return Ok(Err(Refusal::Signature)),
            record => record,
        },
        Proof::Token(token) => match tx.token(&hash_of(token))? {
            Some(token) if token.purpose == Purpose::Follow => tx.record(&token.rid)?,
            _ => None,
        },
    };
    Ok(record.ok_or(Refusal::Unknown))
}

fn withdraw(tx: &mut dyn Tx, proof: &Proof, now: i64) -> Stored<Result<Record, Refusal>> {
    let mut record = match proven(tx, proof)? {
        Ok(record) => record,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if record.state == State::Withdrawn {
        return Ok(Ok(record));
    }
    if let Some(refusal) = is_over(&record) {
        return Ok(Err(refusal));
    }
    (record.state, record.state_at, record.seal_digest) = (State::Withdrawn, now, None);
    tx.erase_seal(&record.submission.rid)?;
    register::put(tx, &record, Kind::Withdrawn, Actor::Learner, now)?;
    Ok(Ok(record))
}

/// Who is asked: the person to whom the request was passed on last, else the one whom the learner named; once it was decided, who did.
fn waits_for(tx: &mut dyn Tx, record: &Record) -> Stored<String> {
    if let Some(decision) = &record.decision {
        return Ok(decision.person.name.clone());
    }
    let named = &record.submission.confirmer;
    let mails = tx.mails_of(&record.submission.rid)?;
    let asked = mails.iter().rev().filter(|mail| mail.kind == MailKind::Request && mail.state != MailState::Dropped);
    for hash in asked.filter_map(|mail| mail.token) {
        if let Some(Purpose::Decide(person)) = tx.token(&hash)?.map(|token| token.purpose)
            && person.email != named.email
        {
            return Ok(person.name);
        }
    }
    Ok(named.name.clone())
}

/// What a learner is shown of a record.
fn shown(record: &Record, confirmer: &str, now: i64) -> Value {
    let expired = record.certificate.as_ref().filter(|_| record.state == State::Issued).and_then(expires_at).filter(|at| *at < now);
    let mut shown = json!({
        "rid": record.submission.rid,
        "state": if expired.is_some() { "expired" } else { record.state.word() },
        "since": expired.unwrap_or(record.state_at),
        "confirmer_name": confirmer,
    });
    if let Some(decision) = &record.decision {
        if let Some(comment) = &decision.comment {
            shown["comment"] = comment.as_str().into();
        }
        if !decision.comments.is_empty() {
            shown["comments"] = serde_json::to_value(&decision.comments).expect("texts can be written as JSON");
        }
    }
    if let Some(certificate) = &record.certificate {
        shown["certificate"] = certificate.jws.as_str().into();
    }
    shown
}

/// The last second at which a certificate counts. None: it does not run out.
fn expires_at(certificate: &IssuedCertificate) -> Option<i64> {
    let parsed = jws::parse(&certificate.jws, jws::MAX_LENGTH).ok()?;
    Certificate::from_payload(parsed.unverified_payload())?.exp
}
