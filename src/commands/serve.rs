//! `signpost serve`: the site as its author writes it, in a browser.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::diagnostics::text;
use crate::diagnostics::{counts, json};
use crate::pipeline::{self, BuildOptions};
use crate::publish;
use crate::serve::{self, BuildReport, PREVIEW_SCRIPT, ServeOptions};
use crate::sources;

use super::{Outcome, report};

/// What `signpost serve` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub site_dir: PathBuf,
    pub address: SocketAddr,
    pub open: bool,
}

/// Serves until the process is ended. The preview's release lies in `var/preview/`: `public/` is for `build` alone.
pub fn run(options: Options) -> anyhow::Result<Outcome> {
    let Options { site_dir, address, open } = options;
    // A folder that is no site is said at once, not at every change.
    sources::read(&site_dir)?;
    let release_dir = site_dir.join("var/preview");
    let watched = ["site.toml", "content", "quizzes", "themes"].map(|name| site_dir.join(name)).to_vec();
    let serve_options = ServeOptions { address, release_dir: release_dir.clone(), watched, open_browser: open };
    serve::run(serve_options, |_changed| build(&site_dir, &release_dir, address), |line| report::say(line))?;
    Ok(Outcome::Done)
}

fn build(site_dir: &Path, release_dir: &Path, address: SocketAddr) -> anyhow::Result<BuildReport> {
    let (sources, mut found) = sources::read(site_dir)?;
    let options = BuildOptions {
        base_url: Some(format!("http://{address}")),
        drafts: true,
        today: super::today(),
        preview_script: Some(String::from(PREVIEW_SCRIPT)),
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
    publish::publish(&rendered.outputs, release_dir, publish::Durability::Preview)?;
    Ok(BuildReport::Published { text: drawn, n_warnings })
}
