//! The site as files: path to bytes, nothing written yet.
//!
//! In: the linked [`Site`], the theme, and the few facts that come from outside (date, address). Out: [`Outputs`], and
//! what was wrong with templates. Every page is rendered once, in parallel; what all pages share is made once before.

mod assets;
mod body;
mod excerpts;
mod navigation;
mod outputs;
mod page;
mod passages;
mod scripts;
mod sections;
mod site_info;
mod spaces;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::completion::keys::BoardKeys;
use crate::diagnostics::Diagnostic;
use crate::search::{self, AnalysedSection, SearchIndex};
use crate::site::Site;
use crate::template;
use crate::theme::Theme;

pub use excerpts::{Excerpts, excerpts};
pub use outputs::Outputs;
pub use page::in_words as date_in_words;

/// What rendering needs from outside the site.
#[derive(Debug, Clone)]
pub struct RenderOptions {
    /// Without a slash at its end.
    pub base_url: String,
    /// The day of the build: decides which reviews are overdue.
    pub today: Date,
    /// Address of a script for every page, under `serve`.
    pub preview_script: Option<String>,
    /// The inbox that e-workbooks are sent to. None: they can be answered, saved and printed only.
    pub inbox: Option<InboxInfo>,
}

/// What pages know of an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxInfo {
    pub origin: String,
    pub keys: BoardKeys,
}

/// A rendered site.
pub struct Rendered {
    pub outputs: Outputs,
    pub index: SearchIndex,
    /// What the index was made from, for the evaluation of search.
    pub sections: Vec<search::SearchSection>,
}

/// Renders every page and file of a site.
pub fn render(site: &Site, theme: &Theme, options: &RenderOptions) -> (Option<Rendered>, Vec<Diagnostic>) {
    let templates = match template::load(theme) {
        Ok(templates) => templates,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let (assets, mut found) = assets::build(theme, site, &templates);
    let shared = page::Shared::new(site, theme, &templates, options, &assets);

    let mut outputs = Outputs::default();
    let rendered: Vec<(page::RenderedPage, Vec<Diagnostic>)> =
        site.order.par_iter().map(|path| page::render(site.page(path), &shared)).collect();
    let mut sections = Vec::new();
    let mut analysed: Vec<AnalysedSection> = Vec::new();
    let mut passages = passages::Passages::default();
    for (rendered, mut in_page) in rendered {
        found.append(&mut in_page);
        passages.add(rendered.passages);
        outputs.insert(rendered.output, rendered.html.into_string().into_bytes());
        sections.extend(rendered.sections);
        analysed.extend(rendered.analysed);
    }
    let index = search::build(analysed, &sections::synonyms(&site.data));
    outputs::generated(&shared, &assets, &index, &sections, &mut outputs, &mut found);
    passages.write(site, &mut outputs);
    site_info::write(site, options, &mut outputs);
    (Some(Rendered { outputs, index, sections }), found)
}
