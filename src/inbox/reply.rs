//! What a request is answered with when it was not refused, and where it came from.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use super::refusal::Refusal;

/// A status and a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: StatusCode,
    pub body: Value,
}

impl Reply {
    pub fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body }
    }

    pub fn to_response(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// What a request says of the page it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A program: no browser leaves it out of a post.
    None,
    Allowed(HeaderValue),
    Foreign,
}

impl Origin {
    pub fn of(headers: &HeaderMap, allowed: &[String]) -> Self {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => Self::None,
            (Some(origin), None) if allowed.iter().any(|known| known.as_bytes() == origin.as_bytes()) => Self::Allowed(origin.clone()),
            _ => Self::Foreign,
        }
    }

    /// Lets programs and allowed pages through.
    pub fn admit(&self) -> Result<(), Refusal> {
        if matches!(self, Self::Foreign) { Err(Refusal::Origin) } else { Ok(()) }
    }

    /// Lets allowed pages through and nothing else.
    pub fn admit_page(&self) -> Result<(), Refusal> {
        if matches!(self, Self::Allowed(_)) { Ok(()) } else { Err(Refusal::Origin) }
    }
}
