//! `signpost serve`: the site as its author writes it, in a browser, and the inbox beside it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::diagnostics::text;
use crate::diagnostics::{counts, json};
use crate::pipeline::{self, BuildOptions, Preview};
use crate::publish;
use crate::serve::{self, BuildReport, PREVIEW_SCRIPT, ServeOptions};
use crate::sources;

#[cfg(feature = "inbox")]
use super::inbox::preview::PreviewInbox;
use super::{Outcome, report};

/// What `signpost serve` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub site_dir: PathBuf,
    pub address: SocketAddr,
    /// None: pages only.
    pub inbox_address: Option<SocketAddr>,
    pub open: bool,
}

/// Serves until the process is ended. The preview's release lies in `var/preview/`: `public/` is for `build` alone.
pub fn run(options: Options) -> anyhow::Result<Outcome> {
    let Options { site_dir, address, inbox_address, open } = options;
    // A folder that is no site is said at once, not at every change.
    sources::read(&site_dir)?;
    let release_dir = site_dir.join("var/preview");
    let watched = ["site.toml", "content", "quizzes", "themes"].map(|name| site_dir.join(name)).to_vec();
    // Both ports are known before the first build, since the pages say where the inbox is.
    let listener = serve::bind(address)?;
    let address = listener.local_addr()?;
    let inbox = start_inbox(&site_dir, address, inbox_address)?;
    let serve_options = ServeOptions { listener, release_dir: release_dir.clone(), watched, open_browser: open };
    let build = |_changed: &[PathBuf]| build(&site_dir, &release_dir, address, inbox.as_ref());
    serve::run(serve_options, build, |line| report::say(line))?;
    Ok(Outcome::Done)
}

#[cfg(feature = "inbox")]
fn start_inbox(site_dir: &Path, preview: SocketAddr, address: Option<SocketAddr>) -> anyhow::Result<Option<PreviewInbox>> {
    address.map(|address| PreviewInbox::start(site_dir, preview, address)).transpose()
}

/// Without the feature there is no inbox to start.
#[cfg(not(feature = "inbox"))]
struct PreviewInbox;

#[cfg(not(feature = "inbox"))]
impl PreviewInbox {
    fn info(&self) -> Option<crate::render::InboxInfo> {
        None
    }

    fn follow(&self, _site_dir: &Path) {}
}

#[cfg(not(feature = "inbox"))]
fn start_inbox(_site_dir: &Path, _preview: SocketAddr, _address: Option<SocketAddr>) -> anyhow::Result<Option<PreviewInbox>> {
    Ok(None)
}

fn build(site_dir: &Path, release_dir: &Path, address: SocketAddr, inbox: Option<&PreviewInbox>) -> anyhow::Result<BuildReport> {
    let (sources, mut found) = sources::read(site_dir)?;
    let options = BuildOptions {
        base_url: Some(format!("http://{address}")),
        drafts: true,
        today: super::today(),
        published: publish::workbooks(&site_dir.join("public")),
        preview: Some(Preview { script: String::from(PREVIEW_SCRIPT), inbox: inbox.and_then(PreviewInbox::info) }),
    };
    let mut built = pipeline::build(&sources, &options);
    found.append(&mut built.found);
    let drawn: String = found.iter().map(|diagnostic| text::draw(diagnostic, &built.texts, report::style())).collect();
    let (n_errors, n_warnings) = counts(&found);
    if n_errors > 0 {
        let diagnostics = found.iter().map(|diagnostic| json::value(diagnostic, &built.texts)).collect();
        return Ok(BuildReport::Failed { text: drawn, diagnostics });
    }
    let rendered = built.rendered.expect("a site without errors has been rendered");
    // The inbox first: a page of this release may send at once what the inbox must know.
    if let Some(inbox) = inbox {
        inbox.follow(site_dir);
    }
    publish::publish(&rendered.outputs, release_dir, publish::Durability::Preview)?;
    Ok(BuildReport::Published { text: drawn, n_warnings })
}
