//! `POST /api/submissions`: a learner's finished e-workbook comes in.
//!
//! In: the body. Out: 201 once the record is on disk, 200 when it was there already, or why it is not taken.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::completion::definition::Definition;
use crate::completion::digest::from_base64url;
use crate::completion::json;
use crate::completion::jws::{self, Verified};
use crate::completion::keys::PublicKey;
use crate::completion::objects::{RECEIPT, SUBMISSION};
use crate::completion::reference::reference_of;
use crate::completion::submission::{self, FieldFault, Reader, Submission, Surroundings, london_day};

use super::refusal::Refusal;
use super::register::{self, Actor, Kind};
use super::reply::{Origin, Reply};
use super::secrets::random_bytes;
use super::store::{MailKind, MailState, Person, Record, Seal, State, Stored, Tx};
use super::tokens::recipient_of;
use super::{DAY, Inbox};

/// What writing a record comes to.
enum Written {
    New,
    /// The same payload was there: a post sent twice at once.
    Again(Box<Record>),
    Refused(Refusal),
}

pub async fn post(inbox: &Inbox, body: &[u8], origin: &Origin) -> Result<Reply, Refusal> {
    let members = json::parse_object(body).map_err(Refusal::Malformed)?;
    let seal_fault = malformed_seal(members.get("sealed"));
    // What cannot be read comes before every other fault, with one exception: of a record that is there, the first seal stays
    // and the one that came with it is not looked at.
    let unless_malformed = |refusal: Refusal| seal_fault.clone().map_or(refusal, Refusal::Malformed);
    let Some(compact) = members.get("record").and_then(Value::as_str) else {
        origin.admit().map_err(unless_malformed)?;
        return Err(unless_malformed(Refusal::Fields(body_faults(&members, None))));
    };
    let parsed = jws::parse(compact, jws::MAX_LENGTH)?;
    let key = parsed.browser_key(SUBMISSION).map_err(|fault| unless_malformed(fault.into()))?;
    origin.admit().map_err(unless_malformed)?;
    let verified = parsed.verified_by(&key).map_err(|fault| unless_malformed(fault.into()))?;

    let digest = verified.digest.clone();
    if let Some(record) = inbox.read(move |tx| tx.record_by_digest(&digest))? {
        return match again(inbox, &record, &key).await {
            Err(Refusal::Conflict(words)) => Err(unless_malformed(Refusal::Conflict(words))),
            outcome => outcome,
        };
    }
    if let Some(wrong) = seal_fault {
        return Err(Refusal::Malformed(wrong));
    }
    let submission = checked(inbox, &members, &verified)?;
    accept(inbox, compact, &verified, submission, members.get("sealed"), &key).await
}

/// Every fault of the payload and of the body, or the record's facts. What it lets through has sealed answers when its e-workbook's
/// go to the server, and none otherwise.
fn checked(inbox: &Inbox, members: &Map<String, Value>, verified: &Verified) -> Result<Submission, Refusal> {
    let now = inbox.now();
    let offered = inbox.offered();
    let is_agency = |id: &str| offered.register.agency(id).is_some();
    let digest = verified.payload.get("workbook").and_then(|workbook| workbook["digest"].as_str());
    let definition = digest.map(|digest| inbox.definition(digest)).transpose()?.flatten();
    let definition = definition.as_ref();
    let surroundings = Surroundings { origin: &inbox.settings.origin, now, today: london_day(now), is_agency: &is_agency, definition };
    let in_body = body_faults(members, definition);
    match submission::read(&verified.payload, &surroundings) {
        Ok(read) if in_body.is_empty() => Ok(read),
        Ok(_) => Err(Refusal::Fields(in_body)),
        Err(faults) => Err(Refusal::Fields(faults.into_iter().chain(in_body).collect())),
    }
}

/// Why a member of `sealed` cannot be read at all; nothing when it is no text, which is another kind of fault.
fn malformed_seal(sealed: Option<&Value>) -> Option<String> {
    let members = sealed?.as_object()?;
    let wrong = members.iter().find(|(_, value)| value.as_str().is_some_and(|text| from_base64url(text).is_none()));
    wrong.map(|(name, _)| format!("`sealed.{name}` is not base64url in its one spelling"))
}

/// Faults of the body around the record. Whether answers belong in it the definition says, when it is known.
fn body_faults(members: &Map<String, Value>, definition: Option<&Definition>) -> Vec<FieldFault> {
    let mut body = Reader::new(members, "");
    body.only(&["record", "sealed"]);
    body.text("record", |_| None);
    match (definition.map(|definition| definition.answers_on_server), body.has("sealed")) {
        (Some(true), false) => body.fault("sealed", "the sealed answers are missing"),
        (Some(false), true) => body.fault("sealed", "the answers of this e-workbook stay with the learner"),
        (_, true) => {
            body.object("sealed", |sealed| {
                sealed.only(&["key", "iv", "ciphertext"]);
                let length = |text: &str| from_base64url(text).map_or(0, |bytes| bytes.len());
                sealed.text("key", |key| (length(key) != 32).then_some("this is not 32 bytes long"));
                sealed.text("iv", |iv| (length(iv) != 12).then_some("this is not 12 bytes long"));
                sealed.text("ciphertext", |text| (length(text) < 16).then_some("this is shorter than its tag"));
                Some(())
            });
        }
        _ => {}
    }
    body.into_faults()
}

/// Writes a new record, and the mails that go with it.
async fn accept(
    inbox: &Inbox,
    compact: &str,
    verified: &Verified,
    submission: Submission,
    sealed: Option<&Value>,
    key: &PublicKey,
) -> Result<Reply, Refusal> {
    let now = inbox.now();
    let rid = submission.rid.clone();
    let state = State::AwaitingConfirmation;
    let receipt = inbox.sign(
        RECEIPT,
        &json!({
            "v": 1, "iss": inbox.settings.origin, "rid": rid, "sub_digest": verified.digest, "reference": reference_of(&rid),
            "state": state.word(), "received_at": now,
        }),
    );
    let seal = sealed.map(|sealed| {
        let text = |name: &str| sealed[name].as_str().expect("the seal was checked").to_owned();
        let wrapped_key = inbox.settings.wrap_key.wrap(&text("key"), &rid, &inbox.random);
        Seal { wrapped_key, iv: text("iv"), ciphertext: text("ciphertext") }
    });
    let confirmer = confirmer_of(&submission);
    let request = inbox.request_letter(&rid, &confirmer, now);
    let received = inbox.learner_letter(MailKind::Received, &rid, &submission.learner.email, now);
    let record = Record {
        salt: random_bytes(&inbox.random),
        sub_digest: verified.digest.clone(),
        jws: compact.to_owned(),
        submission,
        received_at: now,
        receipt: receipt.clone(),
        state,
        state_at: now,
        reasons: Vec::new(),
        seal_digest: seal.as_ref().map(Seal::digest),
        decision: None,
        certificate: None,
    };
    let written = inbox
        .write(move |tx| {
            if let Some(existing) = tx.record_by_digest(&record.sub_digest)? {
                return Ok(Written::Again(Box::new(existing)));
            }
            let replaced = match replaced(tx, &record)? {
                Ok(replaced) => replaced,
                Err(refusal) => return Ok(Written::Refused(refusal)),
            };
            if tx.record(&record.submission.rid)?.is_some() {
                return Ok(Written::Refused(Refusal::Conflict(String::from("Another e-workbook was sent under this id before."))));
            }
            if let Some(mut old) = replaced {
                (old.state, old.state_at, old.seal_digest) = (State::Withdrawn, now, None);
                tx.erase_seal(&old.submission.rid)?;
                register::put(tx, &old, Kind::Replaced, Actor::Learner, now)?;
            }
            register::put(tx, &record, Kind::Received, Actor::Learner, now)?;
            if let Some(seal) = &seal {
                tx.put_seal(&record.submission.rid, seal)?;
            }
            request.write(tx)?;
            received.write(tx)?;
            Ok(Written::New)
        })
        .await?;
    match written {
        Written::New => {
            tracing::info!(rid, "received");
            Ok(Reply { status: StatusCode::CREATED, body: json!({ "rid": rid, "state": state.word(), "receipt": receipt }) })
        }
        Written::Again(record) => again(inbox, &record, key).await,
        Written::Refused(refusal) => Err(refusal),
    }
}

/// The request that a new one takes the place of, if it still waits. Err: it may not be replaced.
fn replaced(tx: &mut dyn Tx, record: &Record) -> Stored<Result<Option<Record>, Refusal>> {
    let Some(replaced) = &record.submission.replaces else { return Ok(Ok(None)) };
    // Unknown, or removed long ago: there is nothing to take the place of.
    let Some(old) = tx.record(replaced)? else { return Ok(Ok(None)) };
    let is_same = old.submission.learner.email == record.submission.learner.email
        && old.submission.workbook.id == record.submission.workbook.id
        && old.submission.rid != record.submission.rid;
    if !is_same {
        return Ok(Err(Refusal::field("/replaces", "this is a request for another learner or e-workbook")));
    }
    Ok(match old.state {
        State::AwaitingConfirmation => Ok(Some(old)),
        State::Returned | State::Lapsed => Ok(None),
        _ => Err(Refusal::field("/replaces", "this request is over: it was confirmed or withdrawn")),
    })
}

/// A record that was there before: the first receipt and today's state. A confirmer who still has to decide is reminded, once
/// a day at most, and the reply does not say whether that happened.
async fn again(inbox: &Inbox, record: &Record, key: &PublicKey) -> Result<Reply, Refusal> {
    if signer_of(&record.jws).as_ref() != Some(key) {
        return Err(Refusal::Conflict(String::from("This e-workbook was sent before from another browser.")));
    }
    let rid = record.submission.rid.clone();
    if record.state == State::AwaitingConfirmation {
        let now = inbox.now();
        let letter = inbox.request_letter(&rid, &confirmer_of(&record.submission), now);
        let (id, recipient) = (rid.clone(), recipient_of(&record.submission.confirmer.email));
        inbox
            .write(move |tx| {
                let mails = tx.mails_of(&id)?;
                let asked = mails.iter().filter(|mail| mail.kind == MailKind::Request && mail.recipient == recipient);
                // The first one went out with the record itself.
                let is_reminded = asked.skip(1).any(|mail| mail.state != MailState::Dropped && mail.created_at > now - DAY);
                if is_reminded { Ok(()) } else { letter.write(tx) }
            })
            .await?;
    }
    Ok(Reply::ok(json!({ "rid": rid, "state": record.state.word(), "receipt": record.receipt })))
}

/// The key of the browser that signed a record.
pub fn signer_of(compact: &str) -> Option<PublicKey> {
    jws::parse(compact, jws::MAX_LENGTH).ok()?.browser_key(SUBMISSION).ok()
}

/// The confirmer whom the learner named.
pub fn confirmer_of(submission: &Submission) -> Person {
    let confirmer = &submission.confirmer;
    Person { name: confirmer.name.clone(), email: confirmer.email.clone(), capacity: confirmer.capacity }
}
