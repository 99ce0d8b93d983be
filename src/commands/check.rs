//! `signpost check`: everything that build finds, and nothing written.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::check::review;
use crate::diagnostics::{self, Span, line_and_column};
use crate::markdown::{Event, PieceKind, Tag};
use crate::pipeline::{self, BuildOptions};
use crate::publish;
use crate::site::Site;
use crate::sources;

use super::Outcome;
use super::report::{self, Format};

/// What `signpost check` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub site_dir: PathBuf,
    /// Also name the pages whose review comes due in this many days.
    pub review_within: Option<u32>,
    /// Write the links to other sites into this file.
    pub external_links: Option<PathBuf>,
    pub format: Format,
}

pub fn run(options: Options) -> anyhow::Result<Outcome> {
    let Options { site_dir, review_within, external_links, format } = options;
    let (sources, mut found) = sources::read(&site_dir)?;
    let today = super::today();
    let mut built =
        pipeline::build(&sources, &BuildOptions { published: publish::workbooks(&site_dir.join("public")), ..BuildOptions::on(today) });
    found.append(&mut built.found);
    if let Some(days) = review_within {
        found.append(&mut review::due_within(&built.site, today, days));
    }
    diagnostics::sort(&mut found);
    if let Some(path) = external_links {
        let links = list_external(&built.site, &built.texts);
        #[expect(clippy::disallowed_methods, reason = "the list was asked for by name and is no part of a release")]
        std::fs::write(&path, links).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let outcome = report::show(&found, &built.texts, format);
    if format == Format::Text {
        let summary = report::summary(&found);
        let n_pages = built.site.pages.len();
        let drafts = report::drafts(&built.drafts_left_out);
        report::say(format_args!("{n_pages} pages: {}.{drafts}", if summary.is_empty() { "nothing found" } else { &summary }));
    }
    Ok(outcome)
}

/// Links to other sites, one a line: the address, a tab, and where it stands. For someone with a network to try.
fn list_external(site: &Site, texts: &diagnostics::Texts) -> String {
    let mut lines = BTreeSet::new();
    for page in site.pages.values() {
        let text = texts.get(&page.file).map_or("", |text| &**text);
        for piece in &page.body {
            if let PieceKind::Event(Event::Start(Tag::Link { dest_url, .. })) = &piece.kind
                && dest_url.starts_with("https:")
            {
                let span = Span::new(&page.file, piece.span.clone());
                let (line, _) = line_and_column(text, span.start);
                lines.insert((dest_url.to_string(), page.file.clone(), line));
            }
        }
    }
    let mut list = String::new();
    for (address, file, line) in lines {
        writeln!(list, "{address}\t{file}:{line}").expect("text takes every character");
    }
    list
}
