//! What the holder of a mailed link does: reads the request, decides, or passes it on to somebody else.
//!
//! Nothing here happens by reading: the state moves only when a page posts a decision with the confirmer's own name.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::completion::json;
use crate::completion::objects::CONFIRMATION;
use crate::completion::submission::{Capacity, FieldFault, Reader};
use crate::completion::text::{domain_of, fault_of_comment, mailbox_of, masked};

use super::Inbox;
use super::refusal::Refusal;
use super::register::{self, Actor, Kind};
use super::reply::{Origin, Reply};
use super::store::{Decision, MailKind, Person, Purpose, Record, State, Stored, Tx};
use super::tokens::hash_of;

/// What a confirmer declares, by name and version.
const STATEMENT: &str = "discussed-and-sufficient/1";

/// Longest comment, in UTF-16 units.
const MAX_COMMENT: usize = 500;

/// `POST /api/open`: the request behind a link, and nothing changes.
pub fn open(inbox: &Inbox, body: &[u8], origin: &Origin) -> Result<Reply, Refusal> {
    let members = json::parse_object(body).map_err(Refusal::Malformed)?;
    origin.admit()?;
    let mut reader = Reader::new(&members, "");
    reader.only(&["token"]);
    let token = reader.text("token", |_| None);
    let faults = reader.into_faults();
    let (Some(token), true) = (token, faults.is_empty()) else { return Err(Refusal::Fields(faults)) };
    let found = inbox.read(move |tx| {
        let Some((record, person)) = behind(tx, &token)? else { return Ok(None) };
        let seal = tx.seal(&record.submission.rid)?;
        Ok(Some((record, person, seal)))
    })?;
    let Some((record, person, seal)) = found else { return Err(Refusal::Unknown) };
    let digest = &record.submission.workbook.digest;
    let Some(definition) = inbox.definition(digest)? else {
        return Err(Refusal::Unavailable(format!("the definition {digest} is gone")));
    };
    let mut reply = json!({
        "record": record.jws,
        "definition": definition.text,
        "sealed": seal.map(|seal| json!({ "iv": seal.iv, "ciphertext": seal.ciphertext })),
        "state": record.state.word(),
        "received_at": record.received_at,
        "sent_to": masked(&person.email),
    });
    if let Some(decision) = &record.decision {
        reply["decided"] = json!({ "decision": decision.word(), "at": decision.decided_at, "by": decision.typed_name });
    }
    Ok(Reply::ok(reply))
}

/// The record behind a deciding token, and whom the token was mailed to.
fn behind(tx: &mut dyn Tx, token: &str) -> Stored<Option<(Record, Person)>> {
    let Some(token) = tx.token(&hash_of(token))? else { return Ok(None) };
    let Purpose::Decide(person) = token.purpose else { return Ok(None) };
    Ok(tx.record(&token.rid)?.map(|record| (record, person)))
}

/// A decision as it was posted, in its form.
struct Said {
    token: String,
    is_confirmed: bool,
    typed_name: String,
    comment: Option<String>,
    comments: BTreeMap<String, String>,
}

/// `POST /api/decisions`: confirmed, or returned with what is still to be learnt.
pub async fn decide(inbox: &Arc<Inbox>, body: &[u8], origin: &Origin) -> Result<Reply, Refusal> {
    let members = json::parse_object(body).map_err(Refusal::Malformed)?;
    origin.admit_page()?;
    let said = said(&members)?;
    let now = inbox.now();
    let shared = inbox.clone();
    let outcome = inbox.write(move |tx| decided(&shared, tx, said, now)).await?;
    let record = outcome?;
    let decision = record.decision.as_ref().expect("it was decided just now");
    tracing::info!(rid = record.submission.rid, state = record.state.word(), "decided");
    Ok(Reply::ok(json!({ "rid": record.submission.rid, "state": record.state.word(), "confirmation": decision.confirmation })))
}

fn said(members: &Map<String, Value>) -> Result<Said, Refusal> {
    let mut reader = Reader::new(members, "");
    reader.only(&["token", "decision", "statement", "typed_name", "comment", "comments"]);
    let token = reader.text("token", |_| None);
    let decision =
        reader.text("decision", |word| (!matches!(word, "confirmed" | "returned")).then_some("this is neither `confirmed` nor `returned`"));
    match decision.as_deref() {
        Some("confirmed") => {
            reader.text("statement", |statement| (statement != STATEMENT).then_some("this is not what a confirmer declares"));
        }
        Some("returned") if reader.has("statement") => reader.fault("statement", "nothing is declared with a return"),
        _ => {}
    }
    let typed_name = reader.words("typed_name", 100);
    let is_comment = |comment: &str| fault_of_comment(comment, MAX_COMMENT);
    let comment = if reader.has("comment") { reader.text("comment", is_comment) } else { None };
    let mut comments = BTreeMap::new();
    if reader.has("comments") {
        reader.object("comments", |inner| {
            for id in members["comments"].as_object().into_iter().flat_map(Map::keys) {
                comments.extend(inner.text(id, is_comment).map(|comment| (id.clone(), comment)));
            }
            Some(())
        });
    }
    let faults = reader.into_faults();
    match (token, decision, typed_name) {
        (Some(token), Some(decision), Some(typed_name)) if faults.is_empty() => {
            Ok(Said { token, is_confirmed: decision == "confirmed", typed_name, comment, comments })
        }
        _ => Err(Refusal::Fields(faults)),
    }
}

/// Decides, in one transaction: of two who do so at once, one is told of the other.
fn decided(inbox: &Inbox, tx: &mut dyn Tx, said: Said, now: i64) -> Stored<Result<Record, Refusal>> {
    let Some((mut record, person)) = behind(tx, &said.token)? else { return Ok(Err(Refusal::Unknown)) };
    if let Some(refusal) = unknown_questions(inbox, &record, &said)? {
        return Ok(Err(refusal));
    }
    if let Some(refusal) = is_over(&record) {
        return Ok(Err(refusal));
    }
    let Said { is_confirmed, typed_name, comment, comments, .. } = said;
    let statement = if is_confirmed { STATEMENT } else { "" };
    let method = "mail-link";
    let mut payload = json!({
        "v": 1, "iss": inbox.settings.origin, "rid": record.submission.rid, "sub_digest": record.sub_digest,
        "decision": if is_confirmed { "confirmed" } else { "returned" },
        "confirmer": { "name": person.name, "typed_name": typed_name, "capacity": person.capacity.word() },
        "method": method, "iat": now,
    });
    if is_confirmed {
        payload["statement"] = statement.into();
    }
    let decision = Decision {
        is_confirmed,
        decided_at: now,
        statement: statement.to_owned(),
        typed_name,
        person,
        method: method.to_owned(),
        comment,
        comments,
        confirmation: inbox.sign(CONFIRMATION, &payload),
    };
    record.decision = Some(decision.clone());
    (record.state, record.state_at, record.seal_digest) = (if is_confirmed { State::Confirmed } else { State::Returned }, now, None);
    tx.erase_seal(&record.submission.rid)?;
    let kind = if is_confirmed { Kind::Confirmed } else { Kind::Returned };
    register::put(tx, &record, kind, Actor::Confirmer, now)?;
    if is_confirmed {
        record.reasons = inbox.reasons_for_check(tx, &record, &decision)?;
        if record.reasons.is_empty() {
            inbox.issue(tx, &mut record, Actor::Clock, now)?;
        } else {
            record.state = State::NeedsMarsCheck;
            register::put(tx, &record, Kind::Checked, Actor::Clock, now)?;
        }
    }
    tell(inbox, tx, &record, now)?;
    Ok(Ok(record))
}

/// Queues the mails about a decision.
fn tell(inbox: &Inbox, tx: &mut dyn Tx, record: &Record, now: i64) -> Stored<()> {
    let (rid, learner) = (&record.submission.rid, &record.submission.learner.email);
    match record.state {
        State::Returned => inbox.learner_letter(MailKind::Returned, rid, learner, now).write(tx),
        State::Issued => inbox.learner_letter(MailKind::Issued, rid, learner, now).write(tx),
        _ => {
            inbox.plain_letter(MailKind::NeedsCheck, rid, learner, now).write(tx)?;
            let mailbox = inbox.settings.mars_mailbox.iter();
            let mut letters = mailbox.map(|mailbox| inbox.plain_letter(MailKind::Check, rid, mailbox, now));
            letters.try_for_each(|letter| letter.write(tx))
        }
    }
}

/// Comments on questions that nobody asked.
fn unknown_questions(inbox: &Inbox, record: &Record, said: &Said) -> Stored<Option<Refusal>> {
    let Some(definition) = inbox.definition(&record.submission.workbook.digest)? else { return Ok(None) };
    let unknown = said.comments.keys().filter(|id| !definition.question_ids.contains(id));
    let faults: Vec<_> = unknown.map(|id| FieldFault::of_member("/comments", id, "there is no such question")).collect();
    Ok((!faults.is_empty()).then_some(Refusal::Fields(faults)))
}

/// Why nothing can be decided about a request any more.
pub fn is_over(record: &Record) -> Option<Refusal> {
    if let Some(decision) = &record.decision {
        return Some(Refusal::Decided { decision: decision.word().to_owned(), at: decision.decided_at, by: decision.typed_name.clone() });
    }
    match record.state {
        State::Withdrawn => Some(Refusal::Conflict(String::from(
            "The learner has withdrawn this request, or sent another one in its place. There is nothing to decide.",
        ))),
        State::Lapsed => Some(Refusal::Conflict(String::from(
            "Nobody decided in time, so this request has lapsed. The learner can send the e-workbook again.",
        ))),
        _ => None,
    }
}

/// `POST /api/forwards`: somebody else of the learner's agency is asked.
pub async fn forward(inbox: &Arc<Inbox>, body: &[u8], origin: &Origin) -> Result<Reply, Refusal> {
    let members = json::parse_object(body).map_err(Refusal::Malformed)?;
    origin.admit_page()?;
    let mut reader = Reader::new(&members, "");
    reader.only(&["token", "name", "email", "capacity"]);
    let (token, name, email) = (reader.text("token", |_| None), reader.words("name", 100), reader.address("email"));
    let capacity = reader.capacity("capacity");
    if capacity == Some(Capacity::Peer) {
        reader.fault("capacity", "only a manager or a safeguarding lead can be asked in somebody's place");
    }
    let faults = reader.into_faults();
    let (Some(token), Some(name), Some(email), Some(capacity), true) = (token, name, email, capacity, faults.is_empty()) else {
        return Err(Refusal::Fields(faults));
    };
    let person = Person { name, email, capacity };
    let now = inbox.now();
    let shared = inbox.clone();
    let sent_to = masked(&person.email);
    let outcome = inbox
        .write(move |tx| {
            let Some((record, _)) = behind(tx, &token)? else { return Ok(Err(Refusal::Unknown)) };
            if let Some(refusal) = cannot_be_asked(&shared, &record, &person) {
                return Ok(Err(refusal));
            }
            if let Some(refusal) = is_over(&record) {
                return Ok(Err(refusal));
            }
            let rid = &record.submission.rid;
            register::note(tx, &record, Kind::Forwarded, Actor::Confirmer, now)?;
            shared.request_letter(rid, &person, now).write(tx)?;
            shared.plain_letter(MailKind::Forwarded, rid, &record.submission.confirmer.email, now).write(tx)?;
            Ok(Ok(record))
        })
        .await?;
    let record = outcome?;
    tracing::info!(rid = record.submission.rid, "forwarded");
    let body = json!({ "rid": record.submission.rid, "state": record.state.word(), "sent_to": sent_to });
    Ok(Reply { status: StatusCode::ACCEPTED, body })
}

/// Why a person cannot be asked in a confirmer's place.
fn cannot_be_asked(inbox: &Inbox, record: &Record, person: &Person) -> Option<Refusal> {
    let learner = &record.submission.learner;
    let offered = inbox.offered();
    let agency = offered.register.agency(&learner.agency_id);
    let is_of_agency = agency.is_some_and(|agency| agency.mail_domains.iter().any(|domain| domain == domain_of(&person.email)));
    if !is_of_agency {
        return Some(Refusal::field("/email", "this is not a mail address of the learner's agency"));
    }
    (mailbox_of(&person.email) == mailbox_of(&learner.email))
        .then(|| Refusal::field("/email", "the learner cannot confirm their own e-workbook"))
}
