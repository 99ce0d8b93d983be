//! Which address answers to what, and the order of the checks.
//!
//! 404, 405, 411 and 413, 415, 429 are decided here, from the head of the request alone; what the body says is for the module
//! behind the address. One match, so that the whole service can be read in it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::json;

use crate::completion::objects::{STATUS, StatusList};

use super::limits::{self, BodyError};
use super::listen::Peer;
use super::refusal::Refusal;
use super::reply::{Origin, Reply};
use super::{Inbox, confirming, dev_mail, learner, store, submissions};

/// Largest body of a submission, in bytes. Twelve answers of 4,000 characters, sealed and in base64url, come to about 65,000; the
/// rest is room for accents and longer workbooks.
const MAX_SUBMISSION: u64 = 256 * 1024;

/// Largest body of any other request: comments on every question of a long workbook.
const MAX_REQUEST: u64 = 64 * 1024;

/// How long it is believed that the store can be written, in seconds: asking costs a wait for the disk.
const READY_FOR: i64 = 3;

/// How long others may keep the status list and the checkpoint, in seconds.
const PUBLIC: HeaderValue = HeaderValue::from_static("max-age=300");

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Submissions,
    Open,
    Decisions,
    Forwards,
    Learner,
    Status,
    Checkpoint,
    Live,
    Ready,
    DevMail,
}

impl Endpoint {
    fn at(path: &str, has_dev_mail: bool) -> Option<Self> {
        Some(match path {
            "/api/submissions" => Self::Submissions,
            "/api/open" => Self::Open,
            "/api/decisions" => Self::Decisions,
            "/api/forwards" => Self::Forwards,
            "/api/learner" => Self::Learner,
            "/status" => Self::Status,
            "/log/checkpoint" => Self::Checkpoint,
            "/health/live" => Self::Live,
            "/health/ready" => Self::Ready,
            path if has_dev_mail && (path == "/dev/mail" || path.starts_with("/dev/mail/")) => Self::DevMail,
            _ => return None,
        })
    }

    fn is_post(self) -> bool {
        matches!(self, Self::Submissions | Self::Open | Self::Decisions | Self::Forwards | Self::Learner)
    }

    fn max_body(self) -> u64 {
        if self == Self::Submissions { MAX_SUBMISSION } else { MAX_REQUEST }
    }
}

/// Answers every request.
pub async fn answer(State(inbox): State<Arc<Inbox>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let origin = Origin::of(&head.headers, &inbox.settings.allowed_origins);
    let outcome = dispatch(&inbox, &head, body, &origin).await;
    let mut response = outcome.unwrap_or_else(|refusal| {
        if let Refusal::Unavailable(cause) = &refusal {
            tracing::error!(cause, "the store is at fault");
        }
        tracing::info!(kind = refusal.kind(), "refused");
        let mut response = refusal.to_response();
        if is_unread(&refusal) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    });
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Origin::Allowed(origin) = origin {
        headers.entry(header::ACCESS_CONTROL_ALLOW_ORIGIN).or_insert(origin);
        // So that the page can say when another try is worth it.
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
    response
}

/// Refusals that come before the body was read: what is left of it is not read as the next request.
fn is_unread(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NotFound | Refusal::Method(_) | Refusal::Length | Refusal::TooLarge | Refusal::MediaType | Refusal::Busy(_))
}

async fn dispatch(inbox: &Arc<Inbox>, head: &Parts, body: Body, origin: &Origin) -> Result<Response<Body>, Refusal> {
    let endpoint = Endpoint::at(head.uri.path(), inbox.settings.dev_mail.is_some()).ok_or(Refusal::NotFound)?;
    if head.method == Method::OPTIONS {
        return preflight(origin);
    }
    if endpoint.is_post() {
        let body = posted(inbox, endpoint, head, body).await?;
        let reply = match endpoint {
            Endpoint::Submissions => submissions::post(inbox, &body, origin).await,
            Endpoint::Open => confirming::open(inbox, &body, origin),
            Endpoint::Decisions => confirming::decide(inbox, &body, origin).await,
            Endpoint::Forwards => confirming::forward(inbox, &body, origin).await,
            _ => learner::post(inbox, &body, origin).await,
        };
        return reply.map(|reply| reply.to_response());
    }
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return Err(Refusal::Method("GET, HEAD, OPTIONS"));
    }
    take_token(inbox, head)?;
    let mut response = match endpoint {
        Endpoint::Status => public(status_list(inbox)?),
        Endpoint::Checkpoint => public(inbox.checkpoint()?.1),
        Endpoint::Live => Reply::ok(json!({ "live": true })).to_response(),
        Endpoint::Ready => ready(inbox).await,
        _ => dev_mail::answer(inbox, head),
    };
    if head.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    Ok(response)
}

/// The body of a post, after the checks that need only its head.
async fn posted(inbox: &Inbox, endpoint: Endpoint, head: &Parts, body: Body) -> Result<axum::body::Bytes, Refusal> {
    if head.method != Method::POST {
        return Err(Refusal::Method("POST, OPTIONS"));
    }
    let length = one_length(head).filter(|_| !head.headers.contains_key(header::TRANSFER_ENCODING)).ok_or(Refusal::Length)?;
    if length > endpoint.max_body() {
        return Err(Refusal::TooLarge);
    }
    let media_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !media_type.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json") {
        return Err(Refusal::MediaType);
    }
    take_token(inbox, head)?;
    limits::read_body(body, length, endpoint.max_body()).await.map_err(|error| match error {
        BodyError::TooLarge => Refusal::TooLarge,
        BodyError::Busy => Refusal::Busy(1),
        BodyError::Broken => Refusal::Malformed(String::from("it ends before its length")),
    })
}

/// The limit on requests from one network.
fn take_token(inbox: &Inbox, head: &Parts) -> Result<(), Refusal> {
    let Some(Peer(peer)) = head.extensions.get() else { return Ok(()) };
    let forwarded = head.headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let mut limiter = inbox.limiter.lock().expect("nobody panics while holding it");
    limiter.take(peer.ip(), forwarded, inbox.now()).map_err(Refusal::Busy)
}

/// The length that the head gives, if it gives one: two lengths could be read in two ways, even when they are the same.
fn one_length(head: &Parts) -> Option<u64> {
    let mut lengths = head.headers.get_all(header::CONTENT_LENGTH).iter();
    let length = lengths.next().filter(|_| lengths.next().is_none())?;
    length.to_str().ok()?.parse().ok()
}

/// What a browser asks before it posts.
fn preflight(origin: &Origin) -> Result<Response<Body>, Refusal> {
    origin.admit_page()?;
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    Ok(response)
}

/// A signed text that any page may read.
fn public(compact: String) -> Response<Body> {
    let mut response = Response::new(Body::from(compact));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jose"));
    headers.insert(header::CACHE_CONTROL, PUBLIC);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn status_list(inbox: &Inbox) -> Result<String, Refusal> {
    let revoked = inbox.read(|tx| tx.revoked())?;
    Ok(inbox.sign(STATUS, &StatusList::to_payload(&inbox.settings.origin, inbox.now(), &revoked)))
}

/// Whether completions can be taken, how far the mail is behind, and how old the newest checkpoint is.
async fn ready(inbox: &Inbox) -> Response<Body> {
    let now = inbox.now();
    let known = *inbox.readiness.lock().expect("nobody panics while holding it");
    let can_write = match known {
        Some((at, can_write)) if (0..READY_FOR).contains(&(now - at)) => can_write,
        _ => {
            // Writing is what counts: a disk that is full or read-only still reads.
            let written = store::write(&*inbox.store, move |tx| tx.put_note("ready_at", &now.to_string())).await;
            if let Err(error) = &written {
                tracing::error!(%error, "the store cannot be written");
            }
            *inbox.readiness.lock().expect("nobody panics while holding it") = Some((now, written.is_ok()));
            written.is_ok()
        }
    };
    let Some((n_mails, oldest)) = inbox.read(|tx| tx.mail_queue()).ok().filter(|_| can_write) else {
        return Reply { status: StatusCode::SERVICE_UNAVAILABLE, body: json!({ "ready": false }) }.to_response();
    };
    let checkpoint_at = inbox.checkpoint_at.load(Ordering::Relaxed);
    Reply::ok(json!({
        "ready": true,
        "mails_waiting": n_mails,
        "oldest_mail_seconds": oldest.map_or(0, |oldest| now - oldest),
        "checkpoint_seconds": now - checkpoint_at,
    }))
    .to_response()
}
