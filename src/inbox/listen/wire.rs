//! One connection, between the socket and hyper: what hyper does not watch.
//!
//! In: a socket. Out: the same bytes, both ways, as long as the peer keeps to the limits. Requests of doubtful length are spoilt,
//! so that hyper answers 400 and closes; a peer that sends or reads too slowly is cut; and a connection is closed in such a way
//! that the peer can still read why. It reads no field for its meaning and answers nothing itself.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::Limits;
use super::framing::Framing;

/// Given to hyper in place of the byte at which a head went wrong. No part of a head may hold a NUL; the empty line is for hyper,
/// which looks at a head in pieces only when it has ended.
const SPOILT: &[u8] = b"\0\r\n\r\n";

/// A connection that keeps its peer within limits.
pub struct Wire {
    stream: TcpStream,
    limits: Limits,
    framing: Framing,
    /// What is still to be read of [`SPOILT`].
    spoilt: &'static [u8],
    /// Runs from a request's first byte to its last.
    request: Timer,
    /// The request took too long.
    is_late: bool,
    /// Runs from the moment at which the peer let a reply wait until all of it was taken. Not anew for every few bytes: a peer
    /// that reads one of them now and then would hold the reply for ever.
    reply: Timer,
    /// Runs while a closed connection is emptied.
    linger: Timer,
    n_lingered: usize,
}

impl Wire {
    pub fn new(stream: TcpStream, limits: Limits) -> Self {
        let (request, reply, linger) = (Timer::new(limits.request), Timer::new(limits.reply), Timer::new(limits.linger));
        Self { stream, limits, framing: Framing::new(), spoilt: &[], request, is_late: false, reply, linger, n_lingered: 0 }
    }

    fn give_spoilt(&mut self, buffer: &mut ReadBuf<'_>) {
        let (now, later) = self.spoilt.split_at(self.spoilt.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.spoilt = later;
    }

    /// Passes on what a write came to. The wait for a peer that does not read ends as an error.
    fn watch_write(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if outcome.is_pending() && self.reply.is_over(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        outcome
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.spoilt.is_empty() {
            this.give_spoilt(buffer);
            return Poll::Ready(Ok(()));
        }
        if this.framing.is_over() {
            // Nothing read is the end, for hyper.
            return Poll::Ready(Ok(()));
        }
        let n_before = buffer.filled().len();
        let outcome = Pin::new(&mut this.stream).poll_read(context, buffer);
        if outcome.is_pending() {
            if this.framing.is_between() || !this.request.is_over(context) {
                return Poll::Pending;
            }
            this.is_late = true;
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let passed = this.framing.pass(&buffer.filled()[n_before..]);
        buffer.set_filled(n_before + passed.n_bytes);
        if passed.is_fault {
            this.spoilt = SPOILT;
            this.give_spoilt(buffer);
        }
        if this.framing.is_between() {
            this.request.stop();
        } else {
            this.request.start();
        }
        outcome
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.watch_write(context, outcome)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let outcome = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.watch_write(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper asks for this when it has written everything it holds.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.reply.stop();
        Pin::new(&mut this.stream).poll_flush(context)
    }

    /// Says that no more will come, and then, of a request that was answered before it was here whole, reads on for a while
    /// what nobody wants: a socket closed over unread bytes sends a reset, which can destroy the answer on its way.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.linger.is_running() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(context))?;
            this.linger.start();
        }
        let mut scratch = [0; 4096];
        while this.n_lingered < this.limits.linger_bytes {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut this.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => this.n_lingered += buffer.filled().len(),
                Poll::Pending => {
                    let is_more_to_come = this.n_lingered > 0 || !this.framing.is_between();
                    if !is_more_to_come || this.is_late || this.linger.is_over(context) {
                        break;
                    }
                    return Poll::Pending;
                }
                // The peer has closed its side, or is gone.
                Poll::Ready(_) => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A time limit that is set only when there is something to wait for.
struct Timer {
    length: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Timer {
    fn new(length: Duration) -> Self {
        Self { length, sleep: None }
    }

    /// Runs from now on, if it does not run already.
    fn start(&mut self) -> &mut Pin<Box<Sleep>> {
        self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(self.length)))
    }

    fn stop(&mut self) {
        self.sleep = None;
    }

    fn is_running(&self) -> bool {
        self.sleep.is_some()
    }

    /// Whether it has run out; starts it, and wakes the task when it has.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        self.start().as_mut().poll(context).is_ready()
    }
}
