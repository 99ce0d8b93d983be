//! `signpost search`: the site's own search, from the terminal.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::diagnostics::counts;
use crate::pipeline::{self, BuildOptions};
use crate::render::Rendered;
use crate::search;
use crate::sources;

use super::Outcome;
use super::report::{self, Format};

/// What `signpost search` was asked for.
#[derive(Debug, Clone)]
pub enum Task {
    Query(String),
    /// A file of graded queries, one JSON object a line.
    Evaluate(PathBuf),
}

/// Results shown for a query.
const N_RESULTS: usize = 10;

pub fn run(site_dir: &Path, task: &Task) -> anyhow::Result<Outcome> {
    let (sources, mut found) = sources::read(site_dir)?;
    let mut built = pipeline::build(&sources, &BuildOptions::on(super::today()));
    found.append(&mut built.found);
    found.retain(crate::diagnostics::Diagnostic::is_error);
    if counts(&found).0 > 0 {
        return Ok(report::show(&found, &built.texts, Format::Text));
    }
    let rendered = built.rendered.expect("a site without errors has been rendered");
    match task {
        Task::Query(query) => query_once(&rendered, query),
        Task::Evaluate(path) => {
            let queries = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            let evaluation = search::evaluate(&rendered.index, &rendered.sections, &queries)
                .with_context(|| format!("cannot use {}", path.display()))?;
            report::print(evaluation);
        }
    }
    Ok(Outcome::Done)
}

fn query_once(rendered: &Rendered, query: &str) {
    let hits = rendered.index.search(query, N_RESULTS);
    if hits.is_empty() {
        report::print(format_args!("Nothing found for “{query}”.\n"));
    }
    for hit in hits {
        report::print(format_args!("{:>7.2}  {}  ({})\n         /{}\n", hit.score, hit.heading, hit.page_title, hit.address));
    }
}
