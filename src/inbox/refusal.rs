//! What a request is refused with: plain words for the person, a kind for the program (RFC 9457), the cause for the log.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::completion::jws::Fault;
use crate::completion::submission::FieldFault;

use super::store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    NotFound,
    /// With the methods that are allowed.
    Method(&'static str),
    Length,
    TooLarge,
    MediaType,
    /// Too many requests, with the seconds after which another is taken.
    Busy(u64),
    Malformed(String),
    Header(String),
    Origin,
    Signature,
    Fields(Vec<FieldFault>),
    /// The request is not in a state for this, in words.
    Conflict(String),
    /// Somebody decided before.
    Decided {
        decision: String,
        at: i64,
        by: String,
    },
    /// A token that was never given out, or an id that is not there.
    Unknown,
    /// The store cannot take it now; the cause is for the log.
    Unavailable(String),
    NoSpace,
}

/// Seconds after which a request that met a store at fault is worth another try.
const RETRY_SECONDS: u64 = 5;

impl Refusal {
    /// One fault of one field.
    pub fn field(pointer: &str, detail: &str) -> Self {
        Self::Fields(vec![FieldFault { pointer: pointer.to_owned(), detail: detail.to_owned() }])
    }

    /// The last part of its `urn:signpost:` name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound | Self::Unknown => "not-found",
            Self::Method(_) => "method",
            Self::Length => "length",
            Self::TooLarge => "too-large",
            Self::MediaType => "media-type",
            Self::Busy(_) => "busy",
            Self::Malformed(_) => "malformed",
            Self::Header(_) => "header",
            Self::Origin => "origin",
            Self::Signature => "signature",
            Self::Fields(_) => "field",
            Self::Conflict(_) => "conflict",
            Self::Decided { .. } => "decided",
            Self::Unavailable(_) => "unavailable",
            Self::NoSpace => "no-space",
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Unknown => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Length => StatusCode::LENGTH_REQUIRED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Malformed(_) | Self::Header(_) => StatusCode::BAD_REQUEST,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Signature => StatusCode::UNAUTHORIZED,
            Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) | Self::Decided { .. } => StatusCode::CONFLICT,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        }
    }

    fn detail(&self) -> String {
        let words = match self {
            Self::NotFound => "There is nothing at this address.",
            Self::Unknown => {
                "This link or code is not known here. It may have been copied with a slip in it, or the request was removed long ago. Ask for a new one."
            }
            Self::Method(_) => "This address does not answer to that.",
            Self::Length => "The request does not say how long it is.",
            Self::TooLarge => "This is more than the inbox takes. Shorten the longest answers and send again.",
            Self::MediaType => "The inbox takes JSON only (application/json).",
            Self::Busy(_) => "Too many requests came from your network just now. Wait a moment and try again.",
            Self::Malformed(wrong) => return format!("The request cannot be read: {wrong}."),
            Self::Header(wrong) => return format!("The signed record's header is not as it must be: {wrong}."),
            Self::Origin => "This page is not one that may speak with the inbox.",
            Self::Signature => "The signature does not hold: the record was changed after it was signed, or another key signed it.",
            Self::Fields(_) => "Something in the request is not as it must be. Each fault is named.",
            Self::Conflict(words) => return words.clone(),
            Self::Decided { decision, at, by } => {
                let day = crate::completion::submission::london_day(*at).strftime("%-d %B %Y");
                let what = if decision == "confirmed" { "confirmed" } else { "returned to the learner" };
                return format!("This e-workbook was {what} on {day} by {by}.");
            }
            Self::Unavailable(_) => "The inbox cannot keep anything just now. Nothing was lost: try again in a moment.",
            Self::NoSpace => "The inbox has no room left. Nothing was lost: try again later.",
        };
        words.to_owned()
    }

    /// The reply: problem details, and what the status asks for beside them.
    pub fn to_response(&self) -> Response<Body> {
        let status = self.status();
        let mut problem = json!({
            "type": format!("urn:signpost:{}", self.kind()),
            "title": status.canonical_reason().unwrap_or("Refused"),
            "status": status.as_u16(),
            "detail": self.detail(),
        });
        match self {
            Self::Fields(faults) => {
                let errors: Vec<Value> = faults.iter().map(|fault| json!({ "pointer": fault.pointer, "detail": fault.detail })).collect();
                problem["errors"] = errors.into();
            }
            Self::Decided { decision, at, by } => {
                problem["decision"] = decision.as_str().into();
                problem["at"] = (*at).into();
                problem["by"] = by.as_str().into();
            }
            _ => {}
        }
        let mut response = Response::new(Body::from(problem.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Self::Method(allowed) => {
                headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
            }
            Self::Busy(seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            Self::Unavailable(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
            }
            _ => {}
        }
        response
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Malformed(wrong) => Self::Malformed(wrong),
            Fault::Header(wrong) => Self::Header(wrong),
            Fault::Signature => Self::Signature,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::NoSpace,
            StoreError::Unavailable(cause) => Self::Unavailable(cause),
        }
    }
}
