//! `signpost build`: the site as a folder that any web server can serve.

use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::civil::Date;

use crate::config;
use crate::diagnostics::counts;
use crate::pipeline::{self, BuildOptions};
use crate::publish;
use crate::sources;

use super::Outcome;
use super::report::{self, Format};

/// What `signpost build` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub site_dir: PathBuf,
    pub output_dir: PathBuf,
    pub base_url: Option<String>,
    pub drafts: bool,
    pub today: Option<Date>,
    pub format: Format,
    pub zip: Option<PathBuf>,
    pub timings: bool,
}

/// Builds and publishes.
pub fn run(options: Options) -> anyhow::Result<Outcome> {
    let Options { site_dir, output_dir, base_url, drafts, today, format, zip, timings } = options;
    let started = Instant::now();
    let base_url = super::base_url(base_url)?;
    let has_base_url = base_url.is_some();
    refuse_inside_sources(&site_dir, &output_dir)?;
    let (sources, mut found) = sources::read(&site_dir)?;
    let read_in = started.elapsed();
    let today = today.unwrap_or_else(super::today);
    let mut built =
        pipeline::build(&sources, &BuildOptions { base_url, drafts, today, published: publish::workbooks(&output_dir), preview: None });
    found.append(&mut built.found);
    let outcome = report::show(&found, &built.texts, format);
    if outcome == Outcome::ContentErrors {
        if format == Format::Text {
            report::say(format_args!("{}. Nothing was published.", report::summary(&found)));
        }
        return Ok(outcome);
    }
    let address = &built.site.config.base_url;
    if config::is_loopback(address) && !has_base_url {
        anyhow::bail!(
            "site.toml gives {address} as the site's address, which only this computer can open: write the real one, or say `--base-url {address}` if it is meant"
        );
    }
    let inbox = built.site.config.inbox.origin.as_ref().filter(|origin| config::is_loopback(&origin.value));
    if let Some(origin) = inbox.filter(|_| !has_base_url) {
        anyhow::bail!(
            "site.toml gives {} as the inbox, which only this computer can reach: write the real one, or name the site's address with --base-url if it is meant",
            origin.value
        );
    }
    let rendered = built.rendered.as_ref().expect("a site without errors has been rendered");
    let publishing = Instant::now();
    let published = publish::publish(&rendered.outputs, &output_dir, publish::Durability::Synced)?;
    if let Some(path) = &zip {
        publish::zip::write(&rendered.outputs, path)?;
    }
    if timings {
        report::say(format_args!("{:>10}  stage", "ms"));
        let publish_in = publishing.elapsed();
        let stages = std::iter::once(("read", read_in))
            .chain(built.timings.iter().copied())
            .chain([("publish", publish_in), ("in all", started.elapsed())]);
        for (stage, took) in stages {
            report::say(format_args!("{:>10.1}  {stage}", took.as_secs_f64() * 1000.0));
        }
    }
    if format == Format::Text {
        let summary = if counts(&found).1 == 0 { String::new() } else { format!(" {}.", report::summary(&found)) };
        let n_pages = built.site.pages.len();
        eprintln!(
            "{n_pages} pages, {} files ({} unchanged) in {}, {} ms.{summary}{}",
            published.n_files,
            published.n_unchanged,
            output_dir.display(),
            started.elapsed().as_millis(),
            report::drafts(&built.drafts_left_out)
        );
    }
    Ok(Outcome::Done)
}

/// A release among the sources would be read as a part of the site by the next build.
fn refuse_inside_sources(site_dir: &Path, output_dir: &Path) -> anyhow::Result<()> {
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let parent = real(output_dir.parent().unwrap_or(Path::new("")).join(".").as_path())?;
    for folder in ["content", "quizzes", "themes"] {
        if parent.starts_with(real(&site_dir.join(folder))?) {
            anyhow::bail!("{} lies in {folder}/, which holds sources: name another folder with --output", output_dir.display());
        }
    }
    Ok(())
}
