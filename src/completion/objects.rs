//! What the board signs: receipts, confirmations, certificates, checkpoints and the status list.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::digest::{sha256, to_base64url};

pub const SUBMISSION: &str = "mars-submission+jws";
pub const REQUEST: &str = "mars-request+jws";
pub const RECEIPT: &str = "mars-receipt+jws";
pub const CONFIRMATION: &str = "mars-confirmation+jws";
pub const CERTIFICATE: &str = "mars-cert+jwt";
pub const CHECKPOINT: &str = "mars-checkpoint+jws";
pub const STATUS: &str = "mars-status+jws";

/// How long a status list counts.
pub const STATUS_DAYS: i64 = 7;

/// What a certificate says. Every field is in the QR code, so none is longer than a record allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The inbox's origin.
    pub iss: String,
    /// Its number: `XXXX-XXXX-XXXX-XXXX`.
    pub jti: String,
    pub name: String,
    /// `<id>/<version>`.
    pub workbook: String,
    pub agency: String,
    pub job_title: String,
    pub capacity: String,
    /// The day of confirmation.
    pub confirmed_on: Date,
    /// The time of issue, in seconds since 1970.
    pub iat: i64,
    /// The end of the last day on which it is current. None: it does not expire.
    pub exp: Option<i64>,
}

impl Certificate {
    pub fn to_payload(&self) -> Value {
        let mut payload = json!({
            "iss": self.iss, "jti": self.jti, "nam": self.name, "wb": self.workbook, "agy": self.agency, "job": self.job_title,
            "cap": self.capacity, "dat": self.confirmed_on.to_string(), "iat": self.iat,
        });
        if let Some(exp) = self.exp {
            payload["exp"] = exp.into();
        }
        payload
    }

    /// Reads a payload that has exactly these members. None: it is no certificate.
    pub fn from_payload(payload: &Map<String, Value>) -> Option<Self> {
        const MEMBERS: [&str; 10] = ["iss", "jti", "nam", "wb", "agy", "job", "cap", "dat", "iat", "exp"];
        if payload.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
            return None;
        }
        let text = |name: &str| payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(String::from);
        Some(Self {
            iss: text("iss")?,
            jti: text("jti").filter(|jti| is_number(jti))?,
            name: text("nam")?,
            workbook: text("wb")?,
            agency: text("agy")?,
            job_title: text("job")?,
            capacity: text("cap")?,
            confirmed_on: day(&text("dat")?)?,
            iat: payload.get("iat")?.as_u64()?.try_into().ok()?,
            exp: match payload.get("exp") {
                Some(exp) => Some(exp.as_u64()?.try_into().ok()?),
                None => None,
            },
        })
    }
}

/// Whether a text is a certificate's number.
pub fn is_number(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_letters = |group: &&str| group.len() == 4 && group.bytes().all(|byte| super::reference::ALPHABET.contains(&byte));
    groups.len() == 4 && groups.iter().all(is_letters)
}

/// A day as the records write it, and in no other way.
pub fn day(text: &str) -> Option<Date> {
    let is_plain = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    text.parse().ok().filter(|_| is_plain)
}

/// By what the status list names a certificate: who has the list cannot read numbers from it.
pub fn status_id(jti: &str) -> String {
    to_base64url(&sha256(jti.as_bytes())[..16])
}

/// The numbers on a status list, hashed, and since which day each is withdrawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusList {
    pub exp: i64,
    pub revoked: Vec<(String, Date)>,
}

impl StatusList {
    pub fn to_payload(iss: &str, iat: i64, revoked: &[(String, Date)]) -> Value {
        // Sorted by the hashed name, the list does not tell the order of issue.
        let sorted: BTreeSet<_> = revoked.iter().map(|(jti, on)| (status_id(jti), on.to_string())).collect();
        let revoked: Vec<Value> = sorted.into_iter().map(|(id, on)| json!({ "id": id, "on": on })).collect();
        json!({ "v": 1, "iss": iss, "iat": iat, "exp": iat + STATUS_DAYS * 86_400, "revoked": revoked })
    }

    pub fn from_payload(payload: &Map<String, Value>) -> Option<Self> {
        let entries = payload.get("revoked")?.as_array()?;
        let entry = |entry: &Value| Some((entry["id"].as_str()?.to_owned(), day(entry["on"].as_str()?)?));
        Some(Self { exp: payload.get("exp")?.as_i64()?, revoked: entries.iter().map(entry).collect::<Option<_>>()? })
    }

    /// Since when a certificate is withdrawn.
    pub fn revoked_on(&self, jti: &str) -> Option<Date> {
        let id = status_id(jti);
        self.revoked.iter().find(|(known, _)| *known == id).map(|(_, on)| *on)
    }
}

/// What the log was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub iss: String,
    pub size: u64,
    pub root: [u8; 32],
    pub iat: i64,
}

impl Checkpoint {
    pub fn to_payload(&self) -> Value {
        json!({ "v": 1, "iss": self.iss, "size": self.size, "root": to_base64url(&self.root), "iat": self.iat })
    }

    pub fn from_payload(payload: &Map<String, Value>) -> Option<Self> {
        let root = super::digest::from_base64url(payload.get("root")?.as_str()?)?;
        Some(Self {
            iss: payload.get("iss")?.as_str()?.to_owned(),
            size: payload.get("size")?.as_u64()?,
            root: root.try_into().ok()?,
            iat: payload.get("iat")?.as_i64()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_comes_back_as_it_was_and_with_no_other_member() {
        let certificate = Certificate {
            iss: "https://inbox.example".into(),
            jti: "2345-6789-ABCD-EFGH".into(),
            name: "Zoë".into(),
            workbook: "w/1".into(),
            agency: "A".into(),
            job_title: "J".into(),
            capacity: "manager".into(),
            confirmed_on: jiff::civil::date(2026, 3, 2),
            iat: 5,
            exp: Some(9),
        };
        let payload = certificate.to_payload();
        let members = payload.as_object().expect("it is an object");
        assert_eq!(Certificate::from_payload(members), Some(certificate));
        let mut more = members.clone();
        more.insert("email".into(), "a@b.uk".into());
        assert_eq!(Certificate::from_payload(&more), None);
        assert!(!is_number("2345-6789-ABCD-EFG1") && !is_number("2345-6789-ABCD"));
    }

    #[test]
    fn days_are_written_in_one_way() {
        assert!(day("2026-02-28").is_some());
        for wrong in ["2026-2-28", "2026-02-30", "2026-02-28T00:00", "20260228", " 2026-02-28", "+02026-02-28"] {
            assert!(day(wrong).is_none(), "{wrong}");
        }
    }
}
