//! The accept loop: HTTP/1.1, with a limit on everything that a peer could draw out.
//!
//! In: a port and the router. Out: answers, until it is told to stop; then what was read is answered, and it returns. Handlers see
//! requests whose length is beyond doubt (`framing`), each with its [`Peer`]. It does not look at paths or bodies: what is refused
//! for its content, the routes decide.
//!
//! axum's own loop sets no timer and no limit, so that one slow peer could hold a connection for ever.

mod framing;
#[cfg(test)]
mod tests;
mod wire;

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use super::limits::{self, Limits};
use wire::Wire;

/// Who is at the other end of the connection: an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Serves until `stop` resolves. Then no connection is taken any more, each is closed after its next reply or when it stays
/// quiet, and what is not done when `limits.drain` is over is given up.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    limits::lengthen_queue(&listener, limits.max_connections);
    let slots = Arc::new(Semaphore::new(limits::room_for(limits.max_connections)));
    let mut http = http1::Builder::new();
    // The first limit is for heads and for the quiet between two requests.
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(limits.max_head_bytes).max_headers(limits.max_headers);
    let service = TowerToHyperService::new(router);
    let (stopping, _) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    let mut is_stopping = false;
    loop {
        let next = accept(&listener, &slots, &limits);
        let accepted = if is_stopping {
            // Who is in the system's queue already may have said what they want.
            tokio::time::timeout(Duration::ZERO, next).await.ok()
        } else {
            tokio::select! {
                biased;
                () = &mut stop => {
                    is_stopping = true;
                    continue;
                }
                accepted = next => Some(accepted),
            }
        };
        let Some((slot, stream, peer)) = accepted else { break };
        // Each that has ended is forgotten here, so that no more are remembered than there are slots.
        while connections.try_join_next().is_some() {}
        // Replies are small and whole: waiting to fill a packet only delays them.
        drop(stream.set_nodelay(true));
        let (service, mut stopped) = (service.clone(), stopping.subscribe());
        let is_last = stopped.clone();
        let connection = http.serve_connection(
            TokioIo::new(Wire::new(stream, limits)),
            service_fn(move |request| answer(service.clone(), peer, is_last.clone(), request)),
        );
        connections.spawn(async move {
            let _slot = slot;
            let mut connection = pin!(connection);
            let farewell = async {
                drop(stopped.changed().await);
                tokio::time::sleep(limits.farewell).await;
            };
            tokio::select! {
                biased;
                _ = &mut connection => return,
                () = farewell => connection.as_mut().graceful_shutdown(),
            }
            // A peer that goes away or breaks the protocol is no fault of ours.
            drop(connection.await);
        });
    }
    drop(listener);
    stopping.send_replace(true);
    drop(tokio::time::timeout(limits.drain, async { while connections.join_next().await.is_some() {} }).await);
    connections.shutdown().await;
}

/// Waits for a slot, then for a connection. Others wait in the system's queue meanwhile.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>, limits: &Limits) -> (OwnedSemaphorePermit, TcpStream, SocketAddr) {
    let slot = slots.clone().acquire_owned().await.expect("the slots are never closed");
    let mut is_failing = false;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (slot, stream, peer),
            Err(error) => {
                // Once for each time that files run out, not twenty times a second.
                if !is_failing {
                    tracing::warn!(%error, "a connection could not be accepted");
                }
                is_failing = true;
                tokio::time::sleep(limits.accept_pause).await;
            }
        }
    }
}

/// Asks the router. A handler that panics costs its own connection and no other.
async fn answer(
    router: TowerToHyperService<Router>,
    peer: SocketAddr,
    stopping: watch::Receiver<bool>,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    if request.version() != Version::HTTP_11 {
        return Ok(failed(StatusCode::HTTP_VERSION_NOT_SUPPORTED, "The inbox speaks HTTP/1.1 only."));
    }
    // Nothing after such a head is read, so nothing more can come of the connection.
    let has_no_length = request.headers().contains_key(header::TRANSFER_ENCODING);
    request.extensions_mut().insert(Peer(peer));
    let mut answering = pin!(router.call(request));
    let outcome = poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    });
    let Ok(Ok(mut response)) = outcome.await else {
        tracing::error!("a handler panicked");
        return Ok(failed(StatusCode::INTERNAL_SERVER_ERROR, "The inbox failed at this request. Try again in a moment."));
    };
    if has_no_length || *stopping.borrow() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// The last reply of a connection, for programs and for people who look over their shoulder.
fn failed(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
