//! The accept loop: HTTP/1.1, with a limit on everything that a peer could draw out.
//!
//! In: a port and the router. Out: answers, until it is told to stop; then what was read is answered, and it returns. It looks at
//! no request: what is refused, and why, the routes decide.
//!
//! axum's own loop sets no timer and no limits, so that one slow peer could hold a connection for ever.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep};

/// Who is at the other end of the connection: a request's extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// What a connection may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For a request's head, and for the quiet between two requests. A browser sends a head in one piece.
    pub head: Duration,
    /// For a peer to take some of the reply.
    pub write_stall: Duration,
    /// Most of a head; browsers send some 2 KiB to us.
    pub max_head_bytes: usize,
    pub max_headers: usize,
    /// Connections at a time. One more waits in the system's queue.
    pub max_connections: usize,
    /// For what was read to be answered after the word to stop.
    pub drain: Duration,
}

/// Files that are open besides connections: the database, its log, the readers, mails and the standard streams.
const OTHER_FILES: u64 = 64;

/// No more connections than this, however many files may be open.
const MAX_CONNECTIONS: u64 = 4_096;

/// The pause after a connection that could not be accepted: when files have run out, others must close first.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long, and for how many bytes, a peer that was refused before it had sent everything is still read: a connection closed on
/// unread bytes is reset, and the refusal would be lost on the way.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_BYTES: usize = 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            write_stall: Duration::from_secs(10),
            max_head_bytes: 16 * 1024,
            max_headers: 64,
            max_connections: max_connections(),
            drain: Duration::from_secs(10),
        }
    }
}

fn max_connections() -> usize {
    #[cfg(unix)]
    let open_files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    #[cfg(not(unix))]
    let open_files = u64::MAX;
    usize::try_from(open_files.saturating_sub(OTHER_FILES).clamp(1, MAX_CONNECTIONS)).expect("it is a small number")
}

/// Serves until `stop` resolves, then lets what was read be answered.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let slot = slots.clone().acquire_owned().await.expect("the slots are never closed");
            (listener.accept().await, slot)
        };
        let (accepted, slot) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Replies are small and whole: waiting to fill a packet only delays them.
        drop(stream.set_nodelay(true));
        let router = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            router.call(request)
        });
        let stream = TokioIo::new(Guarded::new(stream, limits.write_stall));
        let connection = connections.watch(builder(limits).serve_connection(stream, service));
        tokio::spawn(async move {
            // A peer that goes away or breaks the protocol is nobody's fault here.
            drop(connection.await);
            drop(slot);
        });
    }
    drop(listener);
    drop(tokio::time::timeout(limits.drain, connections.shutdown()).await);
}

fn builder(limits: Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(limits.max_head_bytes).max_headers(limits.max_headers);
    builder
}

/// A connection that is cut when its peer does not take the reply, and that is closed only after what is still on its way was
/// read, within limits.
struct Guarded {
    stream: TcpStream,
    write_stall: Duration,
    /// Runs while a write waits for the peer.
    stalled: Option<Pin<Box<Sleep>>>,
    lingering: Option<Linger>,
}

struct Linger {
    until: Pin<Box<Sleep>>,
    n_bytes: usize,
}

impl Guarded {
    fn new(stream: TcpStream, write_stall: Duration) -> Self {
        Self { stream, write_stall, stalled: None, lingering: None }
    }

    /// Passes on what a write came to; one that waits for too long is an error.
    fn watched<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.stalled = None;
            return outcome;
        }
        let stall = self.write_stall;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Guarded {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.watched(context, outcome)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.lingering.is_none() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
        }
        let linger =
            this.lingering.get_or_insert_with(|| Linger { until: Box::pin(tokio::time::sleep_until(Instant::now() + LINGER)), n_bytes: 0 });
        let mut scratch = [0; 8 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut this.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() && linger.n_bytes < LINGER_BYTES => {
                    linger.n_bytes += buffer.filled().len();
                }
                // The peer has closed, too, or sends more than is read for its sake.
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    ready!(linger.until.as_mut().poll(context));
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.watched(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::routing::any;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;

    use super::*;

    /// Far more than anything here takes.
    const LIMIT: Duration = Duration::from_secs(30);

    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        ended: tokio::task::JoinHandle<()>,
    }

    async fn running(limits: Limits) -> Running {
        let router = Router::new()
            .route("/", any(|| async { "hello" }))
            .route("/refused", any(|| async { (StatusCode::PAYLOAD_TOO_LARGE, [("connection", "close")], "no") }))
            .route("/read", any(|body: axum::body::Bytes| async move { body.len().to_string() }))
            .route(
                "/panic",
                any(|| async {
                    if true {
                        panic!("a test of the accept loop")
                    }
                }),
            )
            .route("/large", any(|| async { vec![b'x'; 64 * 1024 * 1024] }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it has one");
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(serve(listener, router, limits, async { drop(stopped.await) }));
        Running { address, stop, ended }
    }

    fn quick() -> Limits {
        let short = Duration::from_millis(200);
        Limits { head: short, write_stall: short, ..Limits::default() }
    }

    /// Says something and hears until the other end hangs up.
    async fn say(address: SocketAddr, words: &[u8]) -> String {
        let mut stream = TcpStream::connect(address).await.expect("it is taken");
        stream.write_all(words).await.expect("it can be said");
        hear(stream).await
    }

    async fn hear(mut stream: TcpStream) -> String {
        let mut heard = Vec::new();
        let ended = tokio::time::timeout(LIMIT, stream.read_to_end(&mut heard)).await.expect("the connection ends");
        // A reset after the reply is an end as well; one before it is seen by what is missing.
        drop(ended);
        String::from_utf8_lossy(&heard).into_owned()
    }

    #[tokio::test]
    async fn half_a_head_a_quiet_connection_and_an_idle_one_are_cut() {
        let running = running(quick()).await;
        let (half, quiet, idle) = tokio::join!(
            say(running.address, b"GET / HTTP/1.1\r\nHost: x\r\n"),
            say(running.address, b""),
            say(running.address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        );
        assert!(!half.contains("hello") && !quiet.contains("hello"), "{half} {quiet}");
        assert!(idle.ends_with("hello"), "{idle}");
    }

    #[tokio::test]
    async fn who_does_not_read_the_reply_is_cut() {
        let running = running(Limits { max_connections: 1, ..quick() }).await;
        let mut deaf = TcpStream::connect(running.address).await.expect("it is taken");
        deaf.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it can be said");
        // There is one place: it is free for this one only when the first was given up.
        let heard = say(running.address, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(heard.ends_with("hello"), "{heard}");
        drop(deaf);
    }

    #[tokio::test]
    async fn a_refusal_reaches_who_has_not_sent_everything() {
        let running = running(Limits::default()).await;
        let mut words = b"POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n".to_vec();
        words.extend(std::iter::repeat_n(b'x', 400_000));
        let heard = say(running.address, &words).await;
        assert!(heard.starts_with("HTTP/1.1 413") && !heard.contains("100 Continue"), "{heard}");
        let expecting = b"POST /refused HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n\r\n";
        let heard = say(running.address, expecting).await;
        assert!(heard.starts_with("HTTP/1.1 413"), "{heard}");
    }

    #[tokio::test]
    async fn a_panic_ends_one_connection() {
        let running = running(Limits::default()).await;
        let heard = say(running.address, b"GET /panic HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(!heard.contains("200 OK"), "{heard}");
        let heard = say(running.address, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(heard.ends_with("hello"), "{heard}");
    }

    #[tokio::test]
    async fn more_connections_than_there_are_places_wait_and_are_answered() {
        let running = running(Limits { max_connections: 2, ..quick() }).await;
        let held = [TcpStream::connect(running.address).await, TcpStream::connect(running.address).await];
        // Those two say nothing, are cut, and make room.
        let heard = say(running.address, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(heard.ends_with("hello"), "{heard}");
        drop(held);
    }

    #[tokio::test]
    async fn what_was_begun_is_answered_before_the_end() {
        let running = running(Limits::default()).await;
        let mut stream = TcpStream::connect(running.address).await.expect("it is taken");
        stream.write_all(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab").await.expect("it can be said");
        // Another connection is answered after the first was taken.
        say(running.address, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        running.stop.send(()).expect("it runs");
        stream.write_all(b"cde").await.expect("it can be said");
        let heard = hear(stream).await;
        assert!(heard.starts_with("HTTP/1.1 200") && heard.ends_with('5'), "{heard}");
        tokio::time::timeout(LIMIT, running.ended).await.expect("it ends").expect("it ends without a panic");
    }

    #[tokio::test]
    async fn one_request_is_never_read_as_two() {
        let running = running(quick()).await;
        let hidden = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        for head in [
            "Content-Length: 0\r\nContent-Length: 28\r\n",
            "Content-Length: 28\r\nTransfer-Encoding: identity, chunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Content-Length: +0\r\n",
            "Content-Length: 0x1c\r\n",
            " folded: yes\r\n",
            "Bad\0: x\r\n",
        ] {
            let heard = say(running.address, format!("POST /read HTTP/1.1\r\nHost: x\r\n{head}\r\n{hidden}").as_bytes()).await;
            assert!(!heard.contains("hello"), "{head}: {heard}");
        }
        for words in ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/3.0\r\n\r\n"] {
            let heard = say(running.address, words.as_bytes()).await;
            assert!(!heard.contains("hello"), "{words}: {heard}");
        }
        let many = "X: y\r\n".repeat(65);
        let heard = say(running.address, format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes()).await;
        assert!(heard.starts_with("HTTP/1.1 431"), "{heard}");
        let long = "y".repeat(17 * 1024);
        let heard = say(running.address, format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n").as_bytes()).await;
        assert!(heard.starts_with("HTTP/1.1 431"), "{heard}");
    }
}
