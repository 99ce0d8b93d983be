//! A finished e-workbook, as the learner's browser posts it: the final page's facts, and what it takes to trust them.
//!
//! In: a payload whose signature holds. Out: [`Submission`], or every fault of it with its place. Field names are the wire
//! format: fields may be added, none is renamed.

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan as _};
use serde_json::{Map, Value};

use super::definition::Definition;
use super::digest::is_digest;
use super::objects::day;
use super::text::{fault_of_text, is_address, is_id, is_uuid_v4, mailbox_of};

/// How far ahead a browser's clock may be, in seconds.
const MAX_AHEAD: i64 = 300;

/// How old a completion may be. One day ahead is another time zone's today.
const MAX_AGE: i64 = 366;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Made by the browser, UUID v4: the identity of the request, not of its bytes.
    pub rid: String,
    pub iat: i64,
    pub workbook: WorkbookRef,
    pub learner: Learner,
    /// The learner's own day, Europe/London.
    pub completed_on: Date,
    pub answers: AnswersRef,
    pub confirmer: Confirmer,
    /// The request that this one takes the place of.
    pub replaces: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookRef {
    pub id: String,
    pub version: i64,
    pub title: String,
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    pub name: String,
    pub email: String,
    pub job_title: String,
    /// An id of the register, or `other`.
    pub agency_id: String,
    pub agency_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswersRef {
    /// How many are not empty.
    pub count: i64,
    /// Of the answers object in canonical JSON.
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmer {
    pub name: String,
    pub email: String,
    pub capacity: Capacity,
    /// Why nobody else confirms: with [`Capacity::Peer`] only, and then always.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    Manager,
    SafeguardingLead,
    Peer,
}

impl Capacity {
    const WORDS: [(&str, Self); 3] = [("manager", Self::Manager), ("safeguarding_lead", Self::SafeguardingLead), ("peer", Self::Peer)];

    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, capacity)| *capacity == self).map_or("", |(word, _)| word)
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, capacity)| *capacity)
    }
}

/// One fault, with a JSON pointer (RFC 6901) to its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    pub pointer: String,
    pub detail: String,
}

impl FieldFault {
    /// A fault of the member `name` of the object at `parent`, whatever letters the name has.
    pub fn of_member(parent: &str, name: &str, detail: impl Into<String>) -> Self {
        let name = name.replace('~', "~0").replace('/', "~1");
        Self { pointer: format!("{parent}/{name}"), detail: detail.into() }
    }
}

/// What a submission is checked against.
pub struct Surroundings<'a> {
    /// The inbox's origin.
    pub origin: &'a str,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// Today in Europe/London.
    pub today: Date,
    /// Whether an agency is in the register.
    pub is_agency: &'a dyn Fn(&str) -> bool,
    /// The definition of the digest that the record names, if it is known.
    pub definition: Option<&'a Definition>,
}

/// An object being read: its faults are gathered, each at its pointer.
pub struct Reader<'a> {
    members: &'a Map<String, Value>,
    pointer: String,
    faults: Vec<FieldFault>,
}

impl<'a> Reader<'a> {
    pub fn new(members: &'a Map<String, Value>, pointer: &str) -> Self {
        Self { members, pointer: pointer.to_owned(), faults: Vec::new() }
    }

    pub fn into_faults(self) -> Vec<FieldFault> {
        self.faults
    }

    pub fn fault(&mut self, name: &str, detail: impl Into<String>) {
        self.faults.push(FieldFault::of_member(&self.pointer, name, detail));
    }

    /// Reports every member that is none of these.
    pub fn only(&mut self, names: &[&str]) {
        for name in self.members.keys().filter(|name| !names.contains(&name.as_str())) {
            self.fault(name, "there is no such member");
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    fn get(&mut self, name: &str) -> Option<&'a Value> {
        let value = self.members.get(name);
        if value.is_none() {
            self.fault(name, "this is missing");
        }
        value
    }

    /// A text that `check` finds no fault with.
    pub fn text(&mut self, name: &str, check: impl Fn(&str) -> Option<&'static str>) -> Option<String> {
        let Some(text) = self.get(name)?.as_str() else {
            self.fault(name, "this is no text");
            return None;
        };
        if let Some(fault) = check(text) {
            self.fault(name, fault);
            return None;
        }
        Some(text.to_owned())
    }

    pub fn words(&mut self, name: &str, max_length: usize) -> Option<String> {
        self.text(name, |text| fault_of_text(text, max_length))
    }

    pub fn address(&mut self, name: &str) -> Option<String> {
        self.text(name, |text| (!is_address(text)).then_some("this is not a mail address in the form that we take"))
    }

    pub fn capacity(&mut self, name: &str) -> Option<Capacity> {
        let words = "this is none of manager, safeguarding_lead and peer";
        let capacity = self.text(name, |text| Capacity::from_word(text).is_none().then_some(words))?;
        Capacity::from_word(&capacity)
    }

    /// A whole number of 0 or more, written without point and exponent.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        let number = self.get(name)?.as_u64().and_then(|number| i64::try_from(number).ok());
        if number.is_none() {
            self.fault(name, "this is not a whole number of 0 or more");
        }
        number
    }

    /// An object below this one.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Reader<'a>) -> Option<T>) -> Option<T> {
        let Some(members) = self.get(name)?.as_object() else {
            self.fault(name, "this is no object");
            return None;
        };
        let mut inner = Reader::new(members, &format!("{}/{name}", self.pointer));
        let value = read(&mut inner);
        self.faults.append(&mut inner.faults);
        value
    }
}

/// Reads and checks a payload. Err: every fault.
pub fn read(payload: &Map<String, Value>, surroundings: &Surroundings<'_>) -> Result<Submission, Vec<FieldFault>> {
    let mut reader = Reader::new(payload, "");
    let read = members(&mut reader, surroundings);
    match (read, reader.into_faults()) {
        (Some(read), faults) if faults.is_empty() => Ok(read),
        (_, faults) => Err(faults),
    }
}

/// Reads a payload that was checked when it came. None: it is not as it was then.
pub fn read_stored(payload: &Map<String, Value>) -> Option<Submission> {
    let mut reader = Reader::new(payload, "");
    let submission = facts(&mut reader);
    submission.filter(|_| reader.into_faults().is_empty())
}

fn members(reader: &mut Reader<'_>, surroundings: &Surroundings<'_>) -> Option<Submission> {
    reader.only(&["v", "rid", "aud", "iat", "workbook", "learner", "completed_on", "answers", "confirmer", "replaces"]);
    if reader.number("v").is_some_and(|version| version != 1) {
        reader.fault("v", "this is none of our versions");
    }
    reader.text("aud", |aud| (aud != surroundings.origin).then_some("this record is meant for another inbox"));
    let submission = facts(reader);
    // Each part is looked at by itself, so that one fault hides no other.
    let iat = reader.members.get("iat").and_then(Value::as_i64);
    if iat.is_some_and(|iat| iat > surroundings.now + MAX_AHEAD) {
        reader.fault("iat", "this time is in the future");
    }
    let completed_on = reader.members.get("completed_on").and_then(Value::as_str).and_then(day);
    if let Some(completed_on) = completed_on {
        let earliest = surroundings.today.saturating_sub(MAX_AGE.days());
        if completed_on > surroundings.today.saturating_add(1.day()) {
            reader.fault("completed_on", "this day is in the future");
        } else if completed_on < earliest {
            reader.fault("completed_on", "this day is more than 366 days ago");
        }
    }
    let agency = reader.members.get("learner").and_then(|learner| learner["agency"]["id"].as_str());
    if agency.is_some_and(|id| is_id(id) && id != "other" && !(surroundings.is_agency)(id)) {
        reader.fault_at("/learner/agency/id", "this agency is not in the register");
    }
    let address =
        |part: &str| reader.members.get(part).and_then(|part| part["email"].as_str()).filter(|email| is_address(email)).map(mailbox_of);
    if address("learner").is_some() && address("learner") == address("confirmer") {
        reader.fault_at("/confirmer/email", "the confirmer must be somebody else than the learner");
    }
    let definition = named_definition(reader, surroundings);
    let count = reader.members.get("answers").and_then(|answers| answers["count"].as_i64());
    if let (Some(definition), Some(count)) = (definition, count)
        && count > definition.question_ids.len() as i64
    {
        reader.fault_at("/answers/count", "there are not so many questions");
    }
    submission
}

impl Reader<'_> {
    fn fault_at(&mut self, pointer: &str, detail: &str) {
        self.faults.push(FieldFault { pointer: pointer.to_owned(), detail: detail.to_owned() });
    }
}

/// The definition that the record names. A mismatch of any of its four members is a fault of the whole.
fn named_definition<'a>(reader: &mut Reader<'_>, surroundings: &Surroundings<'a>) -> Option<&'a Definition> {
    let workbook = reader.members.get("workbook")?.as_object()?;
    let digest = workbook.get("digest")?.as_str().filter(|digest| is_digest(digest))?;
    let known = surroundings.definition.filter(|definition| {
        definition.digest == digest
            && workbook.get("id").and_then(Value::as_str) == Some(&definition.id)
            && workbook.get("version").and_then(Value::as_i64) == Some(definition.version)
            && workbook.get("title").and_then(Value::as_str) == Some(&definition.title)
    });
    if known.is_none() {
        reader.fault_at("/workbook", "this is none of the e-workbooks that this inbox knows");
    }
    known
}

/// The record's facts, each in its form.
fn facts(reader: &mut Reader<'_>) -> Option<Submission> {
    let rid = reader.text("rid", |rid| (!is_uuid_v4(rid)).then_some("this is not a UUID of version 4 in small letters"));
    let iat = reader.number("iat");
    let workbook = reader.object("workbook", |workbook| {
        workbook.only(&["id", "version", "title", "digest"]);
        let id = workbook.text("id", |id| (!is_id(id)).then_some("this is no id"));
        let version = workbook.number("version");
        if version == Some(0) {
            workbook.fault("version", "versions begin with 1");
        }
        let title = workbook.text("title", |title| title.is_empty().then_some("this is empty"));
        let digest = workbook.text("digest", |digest| (!is_digest(digest)).then_some("this is no digest"));
        Some(WorkbookRef { id: id?, version: version?, title: title?, digest: digest? })
    });
    let learner = reader.object("learner", |learner| {
        learner.only(&["name", "email", "job_title", "agency"]);
        let (name, email, job_title) = (learner.words("name", 100), learner.address("email"), learner.words("job_title", 100));
        let agency = learner.object("agency", |agency| {
            agency.only(&["id", "name"]);
            let id = agency.text("id", |id| (!is_id(id)).then_some("this is no id"));
            let name = agency.words("name", 120);
            Some((id?, name?))
        });
        let (agency_id, agency_name) = agency?;
        Some(Learner { name: name?, email: email?, job_title: job_title?, agency_id, agency_name })
    });
    let completed_on = reader.text("completed_on", |text| day(text).is_none().then_some("this is not a day as in 2026-03-02"));
    let answers = reader.object("answers", |answers| {
        answers.only(&["count", "digest"]);
        let count = answers.number("count");
        let digest = answers.text("digest", |digest| (!is_digest(digest)).then_some("this is no digest"));
        Some(AnswersRef { count: count?, digest: digest? })
    });
    let confirmer = reader.object("confirmer", |confirmer| {
        confirmer.only(&["name", "email", "capacity", "reason"]);
        let (name, email, capacity) = (confirmer.words("name", 100), confirmer.address("email"), confirmer.capacity("capacity"));
        let reason = match (capacity, confirmer.has("reason")) {
            (Some(Capacity::Peer), _) => confirmer.words("reason", 300).map(Some),
            (Some(_), true) => {
                confirmer.fault("reason", "a reason belongs to a peer only");
                None
            }
            (None, true) => confirmer.words("reason", 300).map(Some),
            (_, false) => Some(None),
        };
        Some(Confirmer { name: name?, email: email?, capacity: capacity?, reason: reason? })
    });
    let replaces = if reader.has("replaces") {
        reader.text("replaces", |rid| (!is_uuid_v4(rid)).then_some("this is not a UUID of version 4 in small letters")).map(Some)
    } else {
        Some(None)
    };
    Some(Submission {
        rid: rid?,
        iat: iat?,
        workbook: workbook?,
        learner: learner?,
        completed_on: day(&completed_on?)?,
        answers: answers?,
        confirmer: confirmer?,
        replaces: replaces?,
    })
}

/// Today in the United Kingdom, at this second.
pub fn london_day(seconds: i64) -> Date {
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap_or(jiff::tz::TimeZone::UTC);
    let moment = Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX });
    moment.to_zoned(zone).date()
}

/// The last second of a day in the United Kingdom.
pub fn end_of_london_day(day: Date) -> i64 {
    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap_or(jiff::tz::TimeZone::UTC);
    let next = day.saturating_add(Span::new().days(1)).to_zoned(zone);
    next.map_or(i64::MAX, |next| next.timestamp().as_second() - 1)
}
