//! All pages together, every reference resolved.
//!
//! In: documents, quizzes, settings and data. Out: [`Site`], and a diagnostic for every link, id and address that leads
//! nowhere. After this stage nothing looks anything up by a name an author typed.

pub mod diagrams;
pub mod directives;
pub mod forms;
mod glossary;
mod headings;
mod links;
pub mod structure;
mod workbooks;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::address::{OutputPath, PagePath, UrlPath};
use crate::config::SiteConfig;
use crate::content::{Document, FrontMatter};
use crate::data::{self, ALL_AREAS, Data};
use crate::diagnostics::{Diagnostic, FilePath, Texts};
use crate::markdown::Piece;
use crate::quiz::Quiz;

pub use diagrams::Figure;
pub use headings::Heading;
pub use workbooks::{Passage, Workbook};

/// A site whose every reference has been resolved, or reported.
#[derive(Debug)]
pub struct Site {
    pub config: SiteConfig,
    pub data: Data,
    pub pages: BTreeMap<PagePath, Page>,
    /// Every page once, in reading order: home, then section by section.
    pub order: Vec<PagePath>,
    /// Pages of the main menu and of the footer.
    pub menu: Vec<PagePath>,
    pub footer: Vec<PagePath>,
    /// Where the entries that directives make are best read: `taf` → `/glossary/`.
    pub entry_pages: BTreeMap<String, UrlPath>,
    /// The page that shows the most entries of a directive: `contacts` → `/contacts/`.
    pub list_pages: BTreeMap<&'static str, UrlPath>,
    /// The page about each area, by the area's id.
    pub area_pages: BTreeMap<String, UrlPath>,
    /// Old addresses and where they lead now.
    pub redirects: BTreeMap<UrlPath, PagePath>,
    /// Pictures and other files beside the pages.
    pub assets: BTreeMap<OutputPath, Arc<[u8]>>,
    /// In the order of their files.
    pub workbooks: Vec<Workbook>,
}

/// One page with its links resolved and its place among the others known.
#[derive(Debug)]
pub struct Page {
    pub file: FilePath,
    pub path: PagePath,
    pub url: UrlPath,
    pub front_matter: FrontMatter,
    /// Links are relative addresses now; headings have their ids.
    pub body: Vec<Piece>,
    /// What its diagrams show, by the first byte of their directives.
    pub diagrams: BTreeMap<usize, Figure>,
    /// Headings outside of directives, in order.
    pub headings: Vec<Heading>,
    /// Every id of the page that a link may end in.
    pub anchors: BTreeSet<String>,
    /// From the home page down to the page above this one.
    pub breadcrumbs: Vec<PagePath>,
    /// The page that introduces this page's section: itself for a section's own page.
    pub section: PagePath,
    pub previous: Option<PagePath>,
    pub next: Option<PagePath>,
    /// Ids of the glossary terms that it links, in the order of their first use.
    pub terms: Vec<String>,
    /// Pages that help with this one.
    pub tools: Vec<PagePath>,
}

/// Ids that the built-in templates use, which no heading may take.
const TEMPLATE_IDS: [&str; 6] = ["main", "page-changes", "page-sources", "page-terms", "page-tools", "site-search-words"];

/// What [`link`] needs besides the documents.
pub struct LinkInput<'a> {
    pub config: SiteConfig,
    pub data: Data,
    pub quizzes: Vec<Quiz>,
    pub texts: &'a Texts,
    /// Files below `content/` that are no pages.
    pub files: Vec<(FilePath, Arc<[u8]>)>,
    pub include_drafts: bool,
}

/// Joins documents to a site.
pub fn link(documents: Vec<Document>, input: LinkInput<'_>) -> (Site, Vec<Diagnostic>) {
    let LinkInput { config, data, quizzes, texts, files, include_drafts } = input;
    let mut found = Vec::new();
    let mut drafts = BTreeSet::new();
    let mut kept = Vec::new();
    for document in documents {
        if document.front_matter.is_draft && !include_drafts {
            drafts.insert(document.path);
        } else {
            kept.push(document);
        }
    }
    let assets: BTreeMap<OutputPath, Arc<[u8]>> =
        files.into_iter().map(|(path, bytes)| (OutputPath::new(path.strip_prefix("content/").unwrap_or(&path)), bytes)).collect();

    let prepared: Vec<(Page, Vec<Diagnostic>)> = kept.into_par_iter().map(|document| prepare(document, &data, &quizzes)).collect();
    let mut pages = BTreeMap::new();
    for (page, mut in_page) in prepared {
        found.append(&mut in_page);
        pages.insert(page.path.clone(), page);
    }
    let anchors: BTreeMap<PagePath, BTreeSet<String>> = pages.iter().map(|(path, page)| (path.clone(), page.anchors.clone())).collect();
    let targets = links::Targets { anchors: &anchors, drafts: &drafts, assets: &assets };
    let mut in_links: Vec<Diagnostic> = pages
        .par_iter_mut()
        .flat_map_iter(|(_, page)| {
            let text = texts.get(&page.file).map_or("", |text| &**text);
            links::resolve(page, text, &targets)
        })
        .collect();
    found.append(&mut in_links);
    let words = glossary::Words::of(&data);
    pages.par_iter_mut().for_each(|(_, page)| page.terms = glossary::link(page, &words));

    let redirects = structure::addresses(&pages, &mut found);
    structure::files(&pages, &redirects, &assets, &mut found);
    let order = structure::arrange(&mut pages, &mut found);
    directives::check_page_lists(&pages, &mut found);
    let menu = structure::menu(&config, &pages, &mut found);
    let footer = structure::named_pages(&config.navigation.footer, structure::NOT_IN_MENU, &pages, &mut found);
    let tools: Vec<Vec<PagePath>> =
        pages.values().map(|page| structure::named_pages(&page.front_matter.tools, "link/no-such-page", &pages, &mut found)).collect();
    for (page, tools) in pages.values_mut().zip(tools) {
        page.tools = tools;
    }
    check_front_matter(&pages, &data, &mut found);
    check_pages_of_data(&data, &config, &quizzes, &targets, &mut found);
    let entry_pages = entry_pages(&pages, &data);
    let list_pages = ["glossary", "contacts"].into_iter().filter_map(|kind| Some((kind, fullest_page(&pages, &data, kind)?))).collect();
    let area_pages = data.areas.iter().filter_map(|area| {
        let page = pages.get(&PagePath::new(area.page.as_ref()?.value.as_str()))?;
        Some((area.id.value.clone(), page.url.clone()))
    });
    let area_pages = area_pages.collect();
    let workbooks = quizzes.into_iter().map(workbooks::resolve).collect();
    (Site { config, data, pages, order, menu, footer, entry_pages, list_pages, area_pages, redirects, assets, workbooks }, found)
}

/// A page with its headings and anchors known, its links still as written.
fn prepare(document: Document, data: &Data, quizzes: &[Quiz]) -> (Page, Vec<Diagnostic>) {
    let Document { file, path, front_matter, mut body } = document;
    let mut found = Vec::new();
    let mut anchors: BTreeSet<String> = TEMPLATE_IDS.iter().map(|id| (*id).to_owned()).collect();
    for directive in directives::in_pieces(&body) {
        directives::check(directive, data, quizzes, &mut found);
        for anchor in directives::anchors(directive, data) {
            if !anchors.insert(anchor.clone()) {
                let message = format!("this page already has an entry `{anchor}`, so this one could not be linked to");
                found.push(
                    Diagnostic::error("directive/twice", directive.span.clone(), message).with_help("show each entry once on a page"),
                );
            }
        }
    }
    directives::check_bodies(&file, &body, &mut found);
    directives::check_callouts(&body, &mut found);
    let headings = headings::name(&file, &mut body, &mut anchors, &mut found);
    let diagrams = diagrams::read(&file, &mut body, data, &mut anchors, &mut found);
    let page = Page {
        url: path.url_path(),
        section: path.clone(),
        file,
        path,
        front_matter,
        body,
        diagrams,
        headings,
        anchors,
        breadcrumbs: Vec::new(),
        previous: None,
        next: None,
        terms: Vec::new(),
        tools: Vec::new(),
    };
    (page, found)
}

fn check_front_matter(pages: &BTreeMap<PagePath, Page>, data: &Data, found: &mut Vec<Diagnostic>) {
    let (areas, documents) = (data.area_ids(), data.document_ids());
    let mut titles: BTreeMap<&str, &Page> = BTreeMap::new();
    let mut summaries: BTreeMap<&str, &Page> = BTreeMap::new();
    for page in pages.values() {
        for area in page.front_matter.areas.iter().filter(|area| area.value != ALL_AREAS) {
            data::known("area", area, &areas, found);
        }
        for source in &page.front_matter.sources {
            data::known("document", &source.document, &documents, found);
        }
        let title = &page.front_matter.title;
        if let Some(other) = titles.insert(&title.value, page).filter(|_| !title.value.is_empty()) {
            found.push(
                Diagnostic::warning("front-matter/same-title", title.span.clone(), format!("{} has the same title", other.file))
                    .with_help("a reader who searches cannot tell them apart: say what is different"),
            );
        }
        let summary = &page.front_matter.summary;
        if let Some(other) = summaries.insert(&summary.value, page).filter(|_| !summary.value.is_empty()) {
            found.push(Diagnostic::warning(
                "front-matter/same-summary",
                summary.span.clone(),
                format!("{} has the same summary", other.file),
            ));
        }
    }
}

/// Checks the pages that data files, settings and quizzes name.
fn check_pages_of_data(data: &Data, config: &SiteConfig, quizzes: &[Quiz], targets: &links::Targets<'_>, found: &mut Vec<Diagnostic>) {
    for page in data.terms.iter().filter_map(|term| term.page.as_ref()).chain(data.areas.iter().filter_map(|area| area.page.as_ref())) {
        targets.check_reference(page, found);
    }
    for see in quizzes.iter().flat_map(Quiz::references) {
        targets.check_reference(see, found);
    }
    workbooks::check_facts(quizzes, data, found);
    workbooks::check_returns(quizzes, data, found);
    if let Some(host) = &config.host_area {
        data::known("area", host, &data.area_ids(), found);
    }
}

/// For each entry that directives make, the page that shows the most of its kind: a contact is best read on the page of all
/// contacts, not on one that shows this contact among other things.
fn entry_pages(pages: &BTreeMap<PagePath, Page>, data: &Data) -> BTreeMap<String, UrlPath> {
    let mut best: BTreeMap<String, (usize, UrlPath)> = BTreeMap::new();
    for page in pages.values() {
        let mut by_kind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for directive in directives::in_pieces(&page.body) {
            by_kind.entry(&directive.name.value).or_default().extend(directives::anchors(directive, data));
        }
        for anchors in by_kind.into_values() {
            let n_anchors = anchors.len();
            for anchor in anchors {
                if best.get(&anchor).is_none_or(|(n_best, _)| n_anchors > *n_best) {
                    best.insert(anchor, (n_anchors, page.url.clone()));
                }
            }
        }
    }
    best.into_iter().map(|(anchor, (_, url))| (anchor, url)).collect()
}

/// The page that shows the most entries of one directive.
fn fullest_page(pages: &BTreeMap<PagePath, Page>, data: &Data, kind: &str) -> Option<UrlPath> {
    let n_entries = |page: &Page| -> usize {
        let of_kind = directives::in_pieces(&page.body).filter(|directive| directive.name.value == kind);
        of_kind.map(|directive| directives::anchors(directive, data).len()).sum()
    };
    let (n, page) = pages.values().map(|page| (n_entries(page), page)).max_by_key(|(n, _)| *n)?;
    (n > 0).then(|| page.url.clone())
}

impl Site {
    pub fn page(&self, path: &PagePath) -> &Page {
        self.pages.get(path).expect("every linked page is in the site")
    }

    /// Whether any page has dated notes on what changed.
    pub fn has_changes(&self) -> bool {
        self.pages.values().any(|page| !page.front_matter.changes.is_empty())
    }

    pub fn host_area(&self) -> Option<&str> {
        self.config.host_area.as_ref().map(|area| area.value.as_str())
    }

    /// The pages directly below a section's own page, in order.
    pub fn children<'a>(&'a self, section: &'a PagePath) -> impl Iterator<Item = &'a Page> {
        self.order.iter().map(|path| self.page(path)).filter(move |page| page.breadcrumbs.last() == Some(section))
    }

    /// A relative address of an entry made by a directive, from a page.
    pub fn entry_href(&self, from: &UrlPath, anchor: &str) -> Option<String> {
        let url = self.entry_pages.get(anchor)?;
        let way = if url == from { String::new() } else { from.to(url) };
        Some(format!("{way}#{anchor}"))
    }
}
