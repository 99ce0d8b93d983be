//! What the open pages are told: which release is up, and what stopped the last build.
//!
//! In: the outcome of each build. Out: server-sent events, written to whatever stands for an open page, and the script
//! and style that show them. It knows no socket and no file.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};

/// Style of the list of errors, and of the page before the first release.
pub const STYLE: &str = include_str!("reload.css");

/// Shown at every address until there is a release.
pub const WAITING_PAGE: &str = r#"<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Not built yet</title>
<link rel="stylesheet" href="/__signpost/reload.css">
<script src="/__signpost/reload.js" defer></script>
</head>
<body class="signpost-waiting">
<main>
<h1>Not built yet</h1>
<p>This page turns into the site as soon as a build succeeds.</p>
</main>
</body>
</html>
"#;

/// Most browsers that may listen at once; all pages of one browser share a stream.
const MAX_STREAMS: usize = 64;

/// How often something is written to a quiet stream: only writing shows that the page was closed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The script is a module for its tests; pages load it as a classic script.
pub fn script() -> String {
    format!("(() => {{\n'use strict'\n{}}})()\n", include_str!("reload.mjs").replace("\nexport ", "\n"))
}

/// Why the last build published nothing.
pub struct Failure {
    pub text: String,
    pub diagnostics: Value,
}

/// The outcome of the builds so far, for every open page.
pub struct Hub {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    n_builds: u64,
    n_releases: u64,
    failure: Option<Failure>,
    n_streams: usize,
}

impl Hub {
    pub fn new() -> Self {
        Self { state: Mutex::default(), changed: Condvar::new() }
    }

    pub fn published(&self) {
        let mut state = self.lock();
        state.n_builds += 1;
        state.n_releases += 1;
        state.failure = None;
        self.changed.notify_all();
    }

    pub fn failed(&self, failure: Failure) {
        let mut state = self.lock();
        state.n_builds += 1;
        state.failure = Some(failure);
        self.changed.notify_all();
    }

    /// Identity of the release that is up. No two runs of the preview share one, or a page of an earlier run would
    /// take the release of this run for its own.
    pub fn release(&self) -> String {
        self.lock().release()
    }

    /// Whether a build of this run has published. There may be a release of an earlier run all the same.
    pub fn has_release(&self) -> bool {
        self.lock().n_releases > 0
    }

    /// A place among the open pages, unless all are taken.
    pub fn open_stream(self: &Arc<Self>) -> Option<Stream> {
        let mut state = self.lock();
        if state.n_streams >= MAX_STREAMS {
            return None;
        }
        state.n_streams += 1;
        Some(Stream { hub: self.clone() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing that holds the state can panic")
    }
}

impl State {
    fn release(&self) -> String {
        format!("{}-{}", std::process::id(), self.n_releases)
    }

    /// The state as one event. JSON has no line ends, so one `data` line holds it.
    fn event(&self) -> String {
        let failure = self.failure.as_ref().map(|Failure { text, diagnostics }| json!({ "text": text, "diagnostics": diagnostics }));
        format!("data: {}\n\n", json!({ "release": self.release(), "failure": failure }))
    }
}

/// One open page. Its place is free again when this is dropped.
pub struct Stream {
    hub: Arc<Hub>,
}

impl Stream {
    /// Writes the state now and after every build, until writing fails because the page was closed.
    pub fn follow(&self, page: &mut dyn Write) -> io::Result<()> {
        // A page that lost the preview looks for it again after half a second.
        write!(page, "retry: 500\n\n")?;
        let mut n_told = None;
        loop {
            let event = {
                let state = self.hub.lock();
                let waited = self.hub.changed.wait_timeout_while(state, HEARTBEAT, |state| n_told == Some(state.n_builds));
                let (state, _) = waited.expect("nothing that holds the state can panic");
                if n_told == Some(state.n_builds) {
                    String::from(":\n\n")
                } else {
                    n_told = Some(state.n_builds);
                    state.event()
                }
            };
            page.write_all(event.as_bytes())?;
            page.flush()?;
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.hub.lock().n_streams -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A page that hands on what it is told, and counts as closed when nobody takes it.
    struct Page(mpsc::SyncSender<String>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            self.0.send(text).map_err(|_| io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_page_hears_the_state_and_then_each_build() {
        let hub = Arc::new(Hub::new());
        hub.published();
        let stream = hub.open_stream().unwrap();
        let (sender, told) = mpsc::sync_channel(1);
        let page = std::thread::spawn(move || stream.follow(&mut Page(sender)));
        let next = || loop {
            let text = told.recv_timeout(Duration::from_secs(10)).unwrap();
            if let Some(data) = text.strip_prefix("data: ") {
                return serde_json::from_str::<Value>(data).unwrap();
            }
        };
        let first = next();
        assert_eq!((&first["release"], &first["failure"]), (&json!(hub.release()), &Value::Null));
        hub.failed(Failure { text: String::from("two\nlines"), diagnostics: json!([{ "code": "a/b" }]) });
        let second = next();
        assert_eq!(second["release"], first["release"]);
        assert_eq!(second["failure"], json!({ "text": "two\nlines", "diagnostics": [{ "code": "a/b" }] }));
        hub.published();
        let third = next();
        assert_ne!(third["release"], first["release"]);
        assert_eq!(third["failure"], Value::Null);
        drop(told);
        hub.published();
        assert!(page.join().unwrap().is_err());
        assert_eq!(hub.lock().n_streams, 0);
    }

    #[test]
    fn only_so_many_pages_may_listen() {
        let hub = Arc::new(Hub::new());
        let mut streams: Vec<Stream> = std::iter::from_fn(|| hub.open_stream()).take(1000).collect();
        assert_eq!(streams.len(), MAX_STREAMS);
        streams.pop();
        assert!(hub.open_stream().is_some());
    }

    #[test]
    fn the_script_is_a_classic_one() {
        assert!(!script().contains("export "));
    }
}
