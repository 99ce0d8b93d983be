//! The inbox as a service: listens, sends mail, keeps the time, and stops without losing anything.

use std::future::Future;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;

use super::limits::Limits;
use super::mail::Transport;
use super::{Inbox, listen, outbox, routes, timekeeper};

/// Serves until `stop` resolves, then answers what was read, and signs the log a last time.
pub async fn run(
    inbox: Arc<Inbox>,
    transport: Transport,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    listener.set_nonblocking(true).context("cannot listen")?;
    let listener = tokio::net::TcpListener::from_std(listener).context("cannot listen")?;
    inbox.look_back()?;
    inbox.write_checkpoint()?;
    let mailer = tokio::spawn(outbox::run(inbox.clone(), Arc::new(transport)));
    let timekeeper = tokio::spawn(timekeeper::run(inbox.clone()));
    let router = Router::new().fallback(routes::answer).with_state(inbox.clone());
    // What is signed at the end belongs to the ten seconds in which a supervisor expects an end.
    let limits = Limits { drain: Duration::from_secs(9), ..Limits::default() };
    listen::serve(listener, router, limits, stop).await;
    inbox.is_stopping.store(true, Ordering::Relaxed);
    mailer.abort();
    timekeeper.abort();
    inbox.write_checkpoint()
}

/// Resolves when the process is asked to stop.
pub async fn stop_signal() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let mut terminated = terminated.expect("the system lets a process listen for SIGTERM");
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

/// Logs as JSON lines on standard error, in UTC. What is logged names records by their ids, and nobody.
pub fn log_as_json() {
    let subscriber =
        tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false).with_target(false).with_writer(std::io::stderr);
    // A second one in the same process changes nothing.
    drop(subscriber.try_init());
}

/// Logs for a person at a terminal: what went wrong, and nothing else.
pub fn log_for_people() {
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_target(false).with_ansi(false).with_writer(std::io::stderr);
    drop(subscriber.try_init());
}
