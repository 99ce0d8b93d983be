//! The preview: builds the site, serves it on this computer only, and builds it again at every change.
//!
//! In: a port, the folder that a build publishes, the files and folders to watch, and the build itself as a
//! function. Out: pages in a browser that follow the files on disk, and one line a build for the terminal. The preview
//! reads the release and never writes it; how a site is built it does not know.

mod preview;
mod reload;
mod watch;

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

pub use preview::bind;

use reload::{Failure, Hub};
use watch::Watch;

/// Address of the script that keeps a page up to date. A build made for the preview adds it to every page, deferred.
pub const PREVIEW_SCRIPT: &str = "/__signpost/reload.js";

/// What the preview needs to know of a site.
pub struct ServeOptions {
    /// Taken by [`bind`].
    pub listener: TcpListener,
    /// The folder that the build publishes. Each build may replace it whole by a rename.
    pub release_dir: PathBuf,
    /// Files and folders whose change calls for a build. They need not exist yet.
    pub watched: Vec<PathBuf>,
    /// Whether to open the start page in the browser after the first build.
    pub open_browser: bool,
}

/// How a build ended.
pub enum BuildReport {
    /// A new release is in the release folder. `text` is said on the terminal when it is not empty: the warnings.
    Published { text: String, n_warnings: usize },
    /// The content has errors and the release is as it was. `text` is for the terminal; `diagnostics`, an array of
    /// objects (severity, code, message, file, line, column, help, and `excerpt` or `rendered`), is for the page.
    Failed { text: String, diagnostics: Value },
}

/// Builds, serves and watches until the process is ended.
///
/// `build` is given the changed paths, each spelt from the watched path it belongs to, and none at first. An error of
/// the build is said and the preview goes on. Errors: the system refuses to watch.
pub fn run(
    options: ServeOptions,
    mut build: impl FnMut(&[PathBuf]) -> anyhow::Result<BuildReport>,
    say: impl Fn(&str),
) -> anyhow::Result<()> {
    let ServeOptions { listener, release_dir, watched, open_browser } = options;
    let address = listener.local_addr()?;
    // Watching starts before the first build, so that nothing saved while it runs is missed.
    let mut watch = Watch::new(&watched, &release_dir)?;
    let hub = Arc::new(Hub::new());
    preview::listen(listener, release_dir, hub.clone())?;

    let folder = common_folder(&watched);
    say(&build_once(&mut build, &[], &folder, &hub));
    let url = format!("http://{address}/");
    say(&format!("Signpost is at {url}  Stop with Ctrl-C."));
    if open_browser && let Err(error) = open::that_detached(&url) {
        say(&format!("The browser could not be opened ({error}). Open {url} yourself."));
    }
    loop {
        let changed = watch.changed()?;
        say(&build_once(&mut build, &changed, &folder, &hub));
    }
}

/// One build: told to the open pages, and put in words for the terminal.
fn build_once(build: &mut impl FnMut(&[PathBuf]) -> anyhow::Result<BuildReport>, changed: &[PathBuf], folder: &Path, hub: &Hub) -> String {
    let started = Instant::now();
    let outcome = build(changed);
    let millis = started.elapsed().as_millis();
    let cause = cause(changed, folder);
    match outcome {
        Ok(BuildReport::Published { text, n_warnings }) => {
            hub.published();
            let done = if changed.is_empty() { "built" } else { "rebuilt" };
            let warnings = match n_warnings {
                0 => String::new(),
                1 => String::from(", 1 warning"),
                n => format!(", {n} warnings"),
            };
            above(&text, &format!("{done} in {millis} ms{warnings}{cause}"))
        }
        Ok(BuildReport::Failed { text, diagnostics }) => {
            let line = format!("not published ({millis} ms){cause}");
            let said = above(&text, &line);
            hub.failed(Failure { text, diagnostics });
            said
        }
        Err(error) => {
            let text = format!("the build could not be done: {error:#}");
            let said = above(&text, &format!("not published ({millis} ms){cause}"));
            hub.failed(Failure { text, diagnostics: Value::Array(Vec::new()) });
            said
        }
    }
}

/// The line of a build below what the build has to say, if anything.
fn above(text: &str, line: &str) -> String {
    match text.trim_end() {
        "" => String::from(line),
        text => format!("{text}\n\n{line}"),
    }
}

/// The changed files in a few words, shortened to what differs between them and other sites.
fn cause(changed: &[PathBuf], folder: &Path) -> String {
    let Some(first) = changed.first() else { return String::new() };
    let name = first.strip_prefix(folder).unwrap_or(first).display();
    match changed.len() {
        1 => format!(": {name}"),
        n => format!(": {name} and {} more", n - 1),
    }
}

/// The folder that all watched paths share: the site's, when they are the parts of one site.
fn common_folder(watched: &[PathBuf]) -> PathBuf {
    let parents: BTreeSet<&Path> = watched.iter().filter_map(|path| path.parent()).collect();
    let Some(first) = parents.first() else { return PathBuf::new() };
    let shared = first.ancestors().find(|folder| parents.iter().all(|parent| parent.starts_with(folder)));
    shared.unwrap_or(Path::new("")).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_build_names_files_from_the_site_folder() {
        let check = |watched: &[&str], changed: &[&str], expected: &str| {
            let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
            assert_eq!(cause(&paths(changed), &common_folder(&paths(watched))), expected);
        };
        check(&["/site/content", "/site/site.toml"], &[], "");
        check(&["/site/content", "/site/site.toml"], &["/site/content/a.md"], ": content/a.md");
        check(&["/site/content", "/site/themes/plain"], &["/site/content/a.md", "/site/themes/plain/a.css"], ": content/a.md and 1 more");
        check(&["./content", "./site.toml"], &["./site.toml"], ": site.toml");
        check(&["content", "site.toml"], &["content/a.md"], ": content/a.md");
        check(&["/site/content", "themes"], &["/site/content/a.md"], ": /site/content/a.md");
    }
}
