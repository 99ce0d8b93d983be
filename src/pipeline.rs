//! The stages in order, on one screen. No disk, and no date but the one it is given.
//!
//! ```text
//! Sources ─parse─► Document, Quiz, SiteConfig, Data ─link─► Site ─render─► Outputs
//! ```
//!
//! Every stage gives back its value and all it found wrong, and the next one goes on with what there is, so that one run
//! shows every mistake. Whether the outputs may be published is for the caller to decide: not when there is an error.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::check::{self, facts, review, wording};
use crate::completion::definition::Definition;
use crate::completion::keys::BoardKeys;
use crate::config;
use crate::config::SiteConfig;
use crate::content::{self, Document};
use crate::data;
use crate::diagnostics::{self, Diagnostic, FilePath, Severity, Span, Texts};
use crate::fields::Placed;
use crate::quiz;
use crate::render::{self, InboxInfo, RenderOptions, Rendered};
use crate::site::{self, LinkInput, Site};
use crate::sources::Sources;
use crate::theme::{self, Theme};

/// What a build needs besides the site's files.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The address of the site, when it is not the one in `site.toml`.
    pub base_url: Option<String>,
    /// Whether drafts are pages.
    pub drafts: bool,
    pub today: Date,
    /// The e-workbooks of the last release, which records may name.
    pub published: Vec<Definition>,
    /// What `serve` adds. None: the site as it is published.
    pub preview: Option<Preview>,
}

/// What a preview has of its own.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Address of a script for every page.
    pub script: String,
    /// The inbox beside the preview, in the place of the one in `site.toml`. None: nothing can be sent.
    pub inbox: Option<InboxInfo>,
}

impl BuildOptions {
    /// The site as it is published, on this day.
    pub fn on(today: Date) -> Self {
        Self { base_url: None, drafts: false, today, published: Vec::new(), preview: None }
    }
}

/// A built site, and everything that was found on the way, in reading order.
pub struct Built {
    pub site: Site,
    pub theme: Theme,
    /// None: the templates cannot be used.
    pub rendered: Option<Rendered>,
    pub found: Vec<Diagnostic>,
    /// The files of drafts that are no pages.
    pub drafts_left_out: Vec<FilePath>,
    /// Every text that a diagnostic may quote: the site's and the theme's.
    pub texts: Texts,
    pub timings: Timings,
}

/// How long each stage took.
pub type Timings = Vec<(&'static str, Duration)>;

/// Runs all stages.
pub fn build(sources: &Sources, options: &BuildOptions) -> Built {
    let BuildOptions { base_url, drafts, today, published, preview } = options;
    let mut clock = Clock { timings: Vec::new(), started: Instant::now() };
    let mut found = Vec::new();

    let config_file = FilePath::from("site.toml");
    let (mut config, mut in_config) = config::parse(&config_file, sources.texts.get(&config_file).map_or("", |text| &**text));
    found.append(&mut in_config);
    if let Some(base_url) = base_url {
        config.base_url.clone_from(base_url);
    }
    let documents = parse_documents(sources, &config.required_front_matter, *drafts, &mut found);
    let drafts_left_out: Vec<FilePath> =
        documents.iter().filter(|document| document.front_matter.is_draft && !drafts).map(|document| document.file.clone()).collect();
    if preview.is_some() {
        excuse_unfinished(&documents, &mut found);
    }
    clock.stop("parse");

    let (data, mut in_data) = data::parse(sources);
    found.append(&mut in_data);
    let mut quizzes = Vec::new();
    for (file, text) in sources.texts_in("quizzes/", ".toml") {
        let (quiz, mut in_quiz) = quiz::parse(file, text);
        quizzes.extend(quiz);
        found.append(&mut in_quiz);
    }
    found.append(&mut quiz::same_ids(&quizzes));
    let texts_beside_pages = sources.texts_in("content/", "").filter(|(path, _)| is_file_beside_pages(path));
    let files = texts_beside_pages
        .map(|(path, text)| (path.clone(), text.as_bytes().into()))
        .chain(sources.assets.iter().filter(|(path, _)| is_file_beside_pages(path)).map(|(path, bytes)| (path.clone(), bytes.clone())))
        .collect();
    clock.stop("data");

    let theme = theme::load(&config.theme, sources, &mut found);
    let input = LinkInput { config, data, quizzes, texts: &sources.texts, files, include_drafts: *drafts };
    let (site, mut in_links) = site::link(documents, input);
    found.append(&mut in_links);
    found.append(&mut review::overdue(&site, *today));
    found.append(&mut wording::wording(&site));
    found.append(&mut facts::typed(&site));
    found.append(&mut check::published::changed(&site, published));
    clock.stop("link");

    let (preview_script, inbox) = match preview {
        Some(Preview { script, inbox }) => (Some(script.clone()), inbox.clone()),
        None => (None, inbox_of_site(&site.config, sources, &mut found)),
    };
    let render_options = RenderOptions { base_url: site.config.base_url.clone(), today: *today, preview_script, inbox };
    let (rendered, mut in_render) = render::render(&site, &theme, &render_options);
    found.append(&mut in_render);
    clock.stop("render");

    check::raise(&site.config.check, &mut found);
    diagnostics::sort(&mut found);
    // A component that cannot be drawn fails in the same way on every page that uses it.
    found.dedup();
    let mut texts = sources.texts.clone();
    texts.extend(theme.texts.values().map(|file| (file.path.clone(), file.text.clone())));
    Built { site, theme, rendered, found, drafts_left_out, texts, timings: clock.timings }
}

/// Parses every page. A draft that is left out is unfinished by its own word: what is wrong with it shows where drafts are
/// pages, as under `serve`, and holds up nobody's publishing.
fn parse_documents(sources: &Sources, required: &[&'static str], drafts: bool, found: &mut Vec<Diagnostic>) -> Vec<Document> {
    let files: Vec<_> = sources.texts_in("content/", ".md").collect();
    let parsed: Vec<(Document, Vec<Diagnostic>)> = files.into_par_iter().map(|(file, text)| content::parse(file, text, required)).collect();
    let mut documents = Vec::with_capacity(parsed.len());
    for (document, mut in_document) in parsed {
        if drafts || !document.front_matter.is_draft {
            found.append(&mut in_document);
        }
        documents.push(document);
    }
    documents
}

/// In a preview a draft may still lack what a page needs: its author sees the page while writing it.
fn excuse_unfinished(documents: &[Document], found: &mut [Diagnostic]) {
    let drafts: BTreeSet<&FilePath> =
        documents.iter().filter(|document| document.front_matter.is_draft).map(|document| &document.file).collect();
    for diagnostic in found.iter_mut().filter(|diagnostic| drafts.contains(&diagnostic.span.file)) {
        if matches!(diagnostic.code.as_ref(), "front-matter/empty" | "front-matter/missing") {
            diagnostic.severity = Severity::Warning;
        }
    }
}

/// The inbox that `site.toml` names, with the board's public keys.
fn inbox_of_site(config: &SiteConfig, sources: &Sources, found: &mut Vec<Diagnostic>) -> Option<InboxInfo> {
    let (origin, keys) = (config.inbox.origin.as_ref()?, config.inbox.keys.as_ref()?);
    let keys = read_keys(keys, sources).map_err(|diagnostic| found.push(diagnostic)).ok()?;
    Some(InboxInfo { origin: origin.value.clone(), keys })
}

/// The board's public keys from the file that a setting names.
pub fn read_keys(named: &Placed<String>, sources: &Sources) -> Result<BoardKeys, Diagnostic> {
    let Some(text) = sources.texts.get(named.value.as_str()).filter(|_| !named.value.contains('/')) else {
        let message = format!("there is no file `{}` beside site.toml", named.value);
        let diagnostic = Diagnostic::error("config/inbox-keys", named.span.clone(), message);
        return Err(diagnostic.with_help("`signpost inbox keys export` writes it"));
    };
    BoardKeys::parse(text).map_err(|wrong| {
        let file = FilePath::from(named.value.as_str());
        Diagnostic::error("config/inbox-keys", Span::file_start(&file), format!("this is no list of the board's public keys: {wrong}"))
    })
}

/// Pictures and other files that are published as they are.
fn is_file_beside_pages(path: &str) -> bool {
    path.starts_with("content/") && !path.starts_with("content/data/") && !path.ends_with(".md")
}

struct Clock {
    timings: Timings,
    started: Instant,
}

impl Clock {
    fn stop(&mut self, stage: &'static str) {
        self.timings.push((stage, self.started.elapsed()));
        self.started = Instant::now();
    }
}
