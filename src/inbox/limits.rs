//! What a peer may cost: connections, times and sizes, the body of a request, and how many come from one network (`rate`).
//!
//! In: the numbers, and bodies as they come. Out: the whole body in time, or why not. It knows no path and writes no reply.

mod rate;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

pub use rate::RateLimiter;

/// What connections may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For a request's head, and for the quiet before it. Browsers send a head in one piece; to open a connection again costs them
    /// less than idle ones cost us.
    pub head: Duration,
    /// From a request's first byte to its last. 256 KiB in it need 210 kbit/s, which a bad mobile line has.
    pub request: Duration,
    /// From when a peer lets a reply wait until it has taken all of it.
    pub reply: Duration,
    /// For a peer that was refused early to stop sending, and the bytes it may send meanwhile. Four times the largest body, so that
    /// whoever pasted a book learns that it is too long; with `head` no longer than a whole request.
    pub linger: Duration,
    pub linger_bytes: usize,
    /// Largest head. Browsers send some 2 KiB to us, and proxies add little.
    pub max_head_bytes: usize,
    pub max_headers: usize,
    /// Connections at a time, as far as the system has files for them. A silent one costs 12 KB, one with half a head 24: together
    /// they stay under 100 MB.
    pub max_connections: usize,
    /// After a connection that could not be accepted: when files have run out, others must close first.
    pub accept_pause: Duration,
    /// For the next request of a quiet connection to come after the word to stop: it may be on its way already, and a connection
    /// closed on it leaves the peer in doubt whether it was heeded.
    pub farewell: Duration,
    /// For what was read to be answered after the word to stop. No request may take longer.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            request: Duration::from_secs(10),
            reply: Duration::from_secs(10),
            linger: Duration::from_secs(5),
            linger_bytes: 1024 * 1024,
            max_head_bytes: 16 * 1024,
            max_headers: 64,
            max_connections: 4_096,
            accept_pause: Duration::from_millis(50),
            farewell: Duration::from_millis(500),
            drain: Duration::from_secs(10),
        }
    }
}

/// Files that are open besides connections: the database and its log, its readers, mails and the standard streams.
const OTHER_FILES: u64 = 64;

/// How many of so many connections the process has files for. The limit that it was started with is raised as far as it may be:
/// the usual 1,024 would let a thousand silent peers keep everybody out.
#[cfg(unix)]
pub fn room_for(max_connections: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let wanted = max_connections as u64 + OTHER_FILES;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let mut n_files = current.unwrap_or(u64::MAX);
    let allowed = wanted.min(maximum.unwrap_or(u64::MAX));
    if n_files < allowed && setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum }).is_ok() {
        n_files = allowed;
    }
    usize::try_from(n_files.saturating_sub(OTHER_FILES)).map_or(max_connections, |room| room.clamp(1, max_connections))
}

/// How many of so many connections the process has files for: here nobody counts them.
#[cfg(not(unix))]
pub fn room_for(max_connections: usize) -> usize {
    max_connections
}

/// Lets as many connections wait in the system's queue as may be open. The standard library asks for 128: in a rush the system then
/// drops what more comes, and whoever is dropped tries again after a second.
#[cfg(unix)]
pub fn lengthen_queue(listener: &TcpListener, max_connections: usize) {
    if let Err(error) = rustix::net::listen(listener, i32::try_from(max_connections).unwrap_or(i32::MAX)) {
        tracing::warn!(%error, "the queue of new connections stays short");
    }
}

/// Lets as many connections wait in the system's queue as may be open: here it is as long as it is.
#[cfg(not(unix))]
pub fn lengthen_queue(_: &TcpListener, _: usize) {}

/// For a whole body to arrive, with the wait for a place.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Of a body, more bytes than this …
const LARGE_BODY: usize = 16 * 1024;

/// … are read of so many at a time: at 256 KiB each they hold 16 MiB. A body takes a place when it has come so far and not for
/// saying that it will, or else 64 peers that announce much and send little would keep every honest one waiting.
static LARGE_BODIES: Semaphore = Semaphore::const_new(64);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    TooLarge,
    /// Too many large ones are being read.
    Busy,
    /// It ended early, or took too long.
    Broken,
}

/// Reads a body that says how long it is, in bytes. One that is too large is not touched: hyper sends `100 Continue` only when it
/// is asked for the body.
pub async fn read_body(body: Body, length: u64, max_length: u64) -> Result<Bytes, BodyError> {
    read_body_with(&LARGE_BODIES, body, length, max_length).await
}

async fn read_body_with(places: &Semaphore, mut body: Body, length: u64, max_length: u64) -> Result<Bytes, BodyError> {
    if length > max_length {
        return Err(BodyError::TooLarge);
    }
    let length = usize::try_from(length).map_err(|_| BodyError::TooLarge)?;
    let until = Instant::now() + BODY_TIME;
    let mut place = None;
    // Pieces are copied. To keep them, as axum's `to_bytes` does, keeps hyper's buffers with them, and a list that grows by 32 bytes
    // for a peer that sends one.
    let mut bytes = Vec::with_capacity(length.min(LARGE_BODY));
    while let Some(frame) =
        timeout_at(until, poll_fn(|context| Pin::new(&mut body).poll_frame(context))).await.map_err(|_| BodyError::Broken)?
    {
        let piece = frame.ok().and_then(|frame| frame.into_data().ok()).ok_or(BodyError::Broken)?;
        if piece.len() > length - bytes.len() {
            return Err(BodyError::Broken);
        }
        if place.is_none() && bytes.len() + piece.len() > LARGE_BODY {
            let taken = timeout_at(until, places.acquire()).await.map_err(|_| BodyError::Busy)?;
            place = Some(taken.expect("the places are never closed"));
            bytes.reserve_exact(length - bytes.len());
        }
        bytes.extend_from_slice(&piece);
    }
    if bytes.len() == length { Ok(Bytes::from(bytes)) } else { Err(BodyError::Broken) }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::task::{Context, Poll};

    use axum::body::HttpBody;
    use hyper::body::Frame;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_is_read_whole_and_in_time() {
        assert_eq!(read_body(Body::from("abc"), 3, 10).await, Ok(Bytes::from("abc")));
        assert_eq!(read_body(Body::from("abc"), 11, 10).await, Err(BodyError::TooLarge));
        assert_eq!(read_body(Body::from("abcd"), 3, 10).await, Err(BodyError::Broken));
        assert_eq!(read_body(Body::from("ab"), 3, 10).await, Err(BodyError::Broken));
        assert_eq!(read_body(stalling(2), 3, 10).await, Err(BodyError::Broken));
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_take_places_when_they_have_become_large() {
        let places = Semaphore::new(1);
        let large = LARGE_BODY + 1;
        let read = async |body: Body, length: usize| Ok(read_body_with(&places, body, length as u64, 1 << 20).await?.len());
        let held = places.acquire().await.expect("it is free");
        assert_eq!(read(vec![0; large].into(), large).await, Err(BodyError::Busy));
        assert_eq!(read(vec![0; LARGE_BODY].into(), LARGE_BODY).await, Ok(LARGE_BODY), "a small one needs none");
        drop(held);
        // The first announces much and sends little, and takes none.
        let (slow, honest) = tokio::join!(read(stalling(LARGE_BODY), 2 * LARGE_BODY), read(vec![0; large].into(), large));
        assert_eq!((slow, honest), (Err(BodyError::Broken), Ok(large)));
    }

    /// A body of which so many bytes come, and then no more.
    fn stalling(n_bytes: usize) -> Body {
        Body::new(Stalling(Some(vec![0; n_bytes].into())))
    }

    struct Stalling(Option<Bytes>);

    impl HttpBody for Stalling {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0.take().map_or(Poll::Pending, |piece| Poll::Ready(Some(Ok(Frame::data(piece)))))
        }
    }
}
