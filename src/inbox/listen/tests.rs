//! The accept loop on a free port of loopback. Limits are made short where a test waits for them to pass, and a wait for anything
//! else has [`PATIENCE`], so that a slow machine is only slower.

use std::iter::repeat_n;
use std::time::Duration;

use axum::Extension;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::any;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use super::super::limits::read_body;
use super::*;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longer than [`PATIENCE`]: a limit that a test does not want to meet.
const NEVER: Duration = Duration::from_secs(600);

const SHORT: Duration = Duration::from_millis(200);

/// More than the system's buffers hold.
const LARGE_REPLY: usize = 64 * 1024 * 1024;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const LAST_GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
    /// Rung when `/held` has begun.
    begun: Arc<Notify>,
    /// Lets `/held` answer.
    go_on: Arc<Notify>,
}

fn unhurried() -> Limits {
    Limits { head: NEVER, request: NEVER, reply: NEVER, linger: NEVER, farewell: SHORT, ..Limits::default() }
}

async fn running(limits: Limits) -> Running {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (ring, wait) = (begun.clone(), go_on.clone());
    let held = async move || {
        ring.notify_one();
        wait.notified().await;
        "held"
    };
    let router = Router::new()
        .route("/", any(async || "hello"))
        .route("/peer", any(async |Extension(Peer(peer)): Extension<Peer>| peer.to_string()))
        .route("/upload", any(upload))
        .route("/bytes", any(async |bytes: Bytes| bytes))
        .route("/held", any(held))
        .route("/large", any(async || vec![b'x'; LARGE_REPLY]))
        .route("/panic", any(async || -> &'static str { panic!("a test of the accept loop") }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it has one");
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(serve(listener, router, limits, async { drop(stopped.await) }));
    Running { address, stop, ended, begun, go_on }
}

/// As the inbox does it: 411 and 413 by the head alone, and a connection that is closed after them.
async fn upload(headers: HeaderMap, body: Body) -> (StatusCode, HeaderMap, String) {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let refused = |status| (status, HeaderMap::from_iter([(header::CONNECTION, HeaderValue::from_static("close"))]), String::new());
    let Some(length) = length else { return refused(StatusCode::LENGTH_REQUIRED) };
    match read_body(body, length, 256 * 1024).await {
        Ok(bytes) => (StatusCode::OK, HeaderMap::new(), format!("{} bytes", Bytes::len(&bytes))),
        Err(limits::BodyError::TooLarge) => refused(StatusCode::PAYLOAD_TOO_LARGE),
        Err(limits::BodyError::Busy) => refused(StatusCode::TOO_MANY_REQUESTS),
        Err(limits::BodyError::Broken) => refused(StatusCode::BAD_REQUEST),
    }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it is taken")
    }

    /// Says something and hears until the other end hangs up.
    async fn say(&self, words: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(words.as_ref()).await.expect("it can be said");
        hear(&mut stream).await
    }

    async fn is_well(&self) {
        let heard = self.say(LAST_GET).await;
        assert!(heard.starts_with("HTTP/1.1 200 OK") && heard.ends_with("hello"), "{heard}");
    }

    async fn ends(self) {
        self.stop.send(()).expect("it runs");
        tokio::time::timeout(PATIENCE, self.ended).await.expect("it ends").expect("it does not panic");
    }
}

async fn hear(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    // A reset is an end as well; what it destroyed is missing.
    drop(tokio::time::timeout(PATIENCE, stream.read_to_end(&mut heard)).await.expect("the connection ends"));
    String::from_utf8_lossy(&heard).into_owned()
}

/// Hears one reply that ends so.
async fn hear_until(stream: &mut TcpStream, end: &str) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(end.as_bytes()) {
        let n_bytes = tokio::time::timeout(PATIENCE, stream.read_buf(&mut heard)).await.expect("a reply").expect("it can be read");
        assert!(n_bytes > 0, "{}", String::from_utf8_lossy(&heard));
    }
    String::from_utf8_lossy(&heard).into_owned()
}

#[tokio::test]
async fn who_says_nothing_or_half_a_head_is_cut() {
    let running = running(Limits { head: SHORT, ..unhurried() }).await;
    let (nothing, half, idle) = tokio::join!(running.say(""), running.say("GET / HTTP/1.1\r\nHost: x\r\n"), running.say(GET));
    assert_eq!((nothing.as_str(), half.as_str()), ("", ""));
    assert!(idle.ends_with("hello"), "an idle connection is cut after its reply: {idle}");
    running.is_well().await;
}

#[tokio::test]
async fn a_drop_now_and_then_does_not_hold_a_connection() {
    // Between two drops is less time than any limit.
    let drip = async |stream: &mut TcpStream| {
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(SHORT / 8).await;
        }
    };
    for (limits, begin) in [
        (Limits { head: SHORT, ..unhurried() }, "GET / HTTP/1.1\r\nX: "),
        (Limits { request: SHORT, ..unhurried() }, "GET / HTTP/1.1\r\nX: "),
        (Limits { request: SHORT, ..unhurried() }, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n"),
        (Limits { linger: SHORT, ..unhurried() }, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"),
    ] {
        let running = running(Limits { max_connections: 1, ..limits }).await;
        let mut stream = running.connect().await;
        stream.write_all(begin.as_bytes()).await.expect("it can be said");
        tokio::time::timeout(PATIENCE, drip(&mut stream)).await.expect("it is cut");
        running.is_well().await;
    }
}

#[tokio::test]
async fn who_does_not_read_the_reply_is_cut() {
    let running = running(Limits { reply: 5 * SHORT, max_connections: 1, ..unhurried() }).await;
    let ask = b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let mut deaf = running.connect().await;
    deaf.write_all(ask).await.expect("it can be said");
    // There is one place, so the next is answered only when the one before was given up.
    let mut sips = running.connect().await;
    sips.write_all(ask).await.expect("it can be said");
    let (mut cup, mut n_bytes) = ([0; 64 * 1024], 0);
    // So often that every write goes on in time, and the whole takes ten seconds.
    while let Ok(sip @ 1..) = sips.read(&mut cup).await {
        n_bytes += sip;
        tokio::time::sleep(SHORT / 20).await;
    }
    assert!((1..LARGE_REPLY).contains(&n_bytes), "{n_bytes}");
    running.is_well().await;
}

#[tokio::test]
async fn honest_requests_are_answered_among_slow_ones() {
    let running = running(unhurried()).await;
    let mut slow = Vec::new();
    for n in 0..200 {
        let mut stream = running.connect().await;
        // More of the third kind than there are places for large bodies.
        let begin: &[u8] = match n % 10 {
            0 => b"",
            1 => b"GET / HTTP/1.1\r\nHost: x\r\n",
            2 => GET,
            _ => b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\nab",
        };
        stream.write_all(begin).await.expect("it can be said");
        slow.push(stream);
    }
    for _ in 0..20 {
        running.is_well().await;
    }
    let heard = running
        .say(
            [b"POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n".as_slice(), &[b'x'; 100_000]]
                .concat(),
        )
        .await;
    assert!(heard.ends_with("100000 bytes"), "{heard}");
}

#[tokio::test]
async fn more_connections_than_places_wait_and_are_answered() {
    let running = running(Limits { max_connections: 2, ..unhurried() }).await;
    let (first, second) = (running.connect().await, running.connect().await);
    let mut third = running.connect().await;
    third.write_all(LAST_GET).await.expect("it can be said");
    let early = tokio::time::timeout(SHORT, third.readable()).await;
    assert!(early.is_err(), "there are two places");
    drop(first);
    assert!(hear(&mut third).await.ends_with("hello"));
    drop(second);
    running.is_well().await;
}

#[tokio::test]
async fn a_refusal_is_read_by_who_has_not_sent_everything() {
    let running = running(unhurried()).await;
    let head = "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n";
    let body: String = repeat_n('x', 900_000).collect();
    // The whole of it is sent before anything is read, as simple programs do.
    let heard = running.say(format!("{head}\r\n{body}")).await;
    assert!(heard.starts_with("HTTP/1.1 413"), "{heard}");
    // Or after everything was read: nothing is sent into a reset.
    let mut late = running.connect().await;
    late.write_all(format!("{head}\r\nxxx").as_bytes()).await.expect("it can be said");
    assert!(hear(&mut late).await.starts_with("HTTP/1.1 413"));
    for piece in body.as_bytes().chunks(10_000).take(80) {
        late.write_all(piece).await.expect("somebody still reads");
    }
    let mut polite = running.connect().await;
    polite.write_all(format!("{head}Expect: 100-continue\r\n\r\n").as_bytes()).await.expect("it can be said");
    let heard = hear(&mut polite).await;
    assert!(heard.starts_with("HTTP/1.1 413") && !heard.contains("100 Continue"), "{heard}");
    let mut taken = running.connect().await;
    taken
        .write_all(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        .await
        .expect("it can be said");
    assert_eq!(hear_until(&mut taken, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    taken.write_all(b"ab").await.expect("it can be said");
    assert!(hear(&mut taken).await.ends_with("2 bytes"));
}

#[tokio::test]
async fn a_panic_ends_one_connection() {
    let running = running(unhurried()).await;
    let heard = running.say("GET /panic HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(heard.starts_with("HTTP/1.1 500") && heard.contains("connection: close"), "{heard}");
    running.is_well().await;
}

#[tokio::test]
async fn the_peer_is_known() {
    let running = running(unhurried()).await;
    let mut stream = running.connect().await;
    stream.write_all(b"GET /peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.expect("it can be said");
    let own = stream.local_addr().expect("it has one");
    assert!(hear(&mut stream).await.ends_with(&own.to_string()));
}

#[tokio::test]
async fn what_was_begun_is_answered_before_the_end() {
    let running = running(Limits { farewell: NEVER, drain: NEVER, ..unhurried() }).await;
    let (mut held, mut half, mut idle) = (running.connect().await, running.connect().await, running.connect().await);
    idle.write_all(GET).await.expect("it can be said");
    hear_until(&mut idle, "hello").await;
    half.write_all(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n").await.expect("it can be said");
    hear_until(&mut half, "\r\n\r\n").await;
    held.write_all(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it can be said");
    tokio::time::timeout(PATIENCE, running.begun.notified()).await.expect("the handler is called");
    let Running { address, stop, ended, go_on, .. } = running;
    stop.send(()).expect("it runs");
    // One that is taken now was in the queue before.
    let refused = async { while TcpStream::connect(address).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, refused).await.expect("nobody new is let in");
    half.write_all(b"abcde").await.expect("it can be said");
    idle.write_all(GET).await.expect("it can be said");
    go_on.notify_one();
    for (stream, end) in [(&mut held, "held"), (&mut half, "5 bytes"), (&mut idle, "hello")] {
        let heard = hear(stream).await;
        assert!(heard.ends_with(end) && heard.contains("connection: close"), "{heard}");
    }
    tokio::time::timeout(PATIENCE, ended).await.expect("it ends").expect("it does not panic");
}

#[tokio::test]
async fn who_stays_quiet_does_not_keep_the_service() {
    let running = running(Limits { drain: NEVER, ..unhurried() }).await;
    let mut idle = running.connect().await;
    idle.write_all(GET).await.expect("it can be said");
    hear_until(&mut idle, "hello").await;
    let silent = running.connect().await;
    running.ends().await;
    drop(silent);
}

#[tokio::test]
async fn who_never_ends_does_not_keep_the_service() {
    let running = running(Limits { drain: SHORT, ..unhurried() }).await;
    let mut held = running.connect().await;
    held.write_all(b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it can be said");
    tokio::time::timeout(PATIENCE, running.begun.notified()).await.expect("the handler is called");
    running.ends().await;
    assert_eq!(hear(&mut held).await, "", "it was given up");
}

#[tokio::test]
async fn one_request_is_never_answered_as_two() {
    let running = running(Limits { head: SHORT, ..unhurried() }).await;
    let many = "X: y\r\n".repeat(65);
    let long = format!("X: {}\r\n", "y".repeat(17 * 1024));
    // Each stands before a whole request that must not be answered, with the status of its own reply; 0 is none.
    let cases: [(&str, u16); 27] = [
        ("POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 28\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 0, 0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: +0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 0x1c\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length : 0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nX: y\r\n Content-Length: 28\r\n\r\n", 400),
        ("POST / HTTP/1.1\nContent-Length: 0\n\n", 400),
        ("POST / HTTP/1.1\r\nX: y\nContent-Length: 28\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nX: y\rContent-Length: 28\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nX: \u{1}\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nX: \0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nX\0: y\r\n\r\n", 400),
        ("\r\nPOST / HTTP/1.1\r\n\r\n", 400),
        ("POST  / HTTP/1.1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 400),
        ("POST /upload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        ("POST /upload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n", 411),
        ("POST /bytes HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\n\r\n", 505),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/3.0\r\n\r\n", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
    ];
    let cases = cases.map(|(words, status)| (words.to_owned(), status));
    let heads = [(format!("POST / HTTP/1.1\r\n{many}\r\n"), 431), (format!("POST / HTTP/1.1\r\n{long}\r\n"), 431)];
    for (words, status) in cases.into_iter().chain(heads) {
        let heard = running.say(format!("{words}GET /peer HTTP/1.1\r\nHost: x\r\n\r\n")).await;
        assert!(heard.matches("\r\n\r\n").count() <= 1 && !heard.contains("127.0.0.1"), "{words:?}: {heard}");
        let expected = if status == 0 { String::new() } else { format!("HTTP/1.{} {status}", u8::from(status != 505)) };
        assert!(heard.starts_with(&expected) && heard.is_empty() == expected.is_empty(), "{words:?}: {heard}");
    }
    let heard = running.say([GET, LAST_GET].concat()).await;
    assert_eq!(heard.matches("hello").count(), 2, "two requests are answered as two: {heard}");
    let heard = running.say([GET, b"POST / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", GET].concat()).await;
    assert_eq!((heard.matches("hello").count(), heard.matches("HTTP/1.1 400").count()), (1, 1), "{heard}");
    let heard = running.say("GET http://x/peer HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(heard.contains("127.0.0.1"), "{heard}");
}
