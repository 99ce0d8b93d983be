//! The files of a release, and those that no author wrote: search, A to Z, sitemap, redirects, headers.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::{OutputPath, UrlPath};
use crate::diagnostics::{Diagnostic, Span};
use crate::search::{IndexScripts, SearchIndex, SearchSection, SectionKind};
use crate::site::structure::{A_TO_Z_URL, AMENDMENTS_URL, FEED, SEARCH_URL};
use crate::template::{Fill, TemplateValue, list, object, text};

use super::assets::{Assets, fingerprint, fingerprinted};
use super::navigation::from_root;
use super::page::{self, Shared};

/// Files by path, in order. Made by `render`, written by `publish`.
#[derive(Debug, Default)]
pub struct Outputs {
    files: BTreeMap<OutputPath, Vec<u8>>,
}

impl Outputs {
    /// Adds a file. Of two at one path the first stays: that both claim it has been reported, and nothing is published.
    pub fn insert(&mut self, path: OutputPath, bytes: Vec<u8>) {
        self.files.entry(path).or_insert(bytes);
    }

    pub fn iter(&self) -> impl Iterator<Item = (&OutputPath, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path, bytes.as_slice()))
    }

    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&OutputPath::new(path)).map(Vec::as_slice)
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// From this many pages on, the A to Z has a page for each letter.
const PAGES_FOR_ONE_LIST: usize = 300;

/// Adds everything that the build makes by itself.
pub(super) fn generated(
    shared: &Shared<'_>,
    assets: &Assets,
    index: &SearchIndex,
    sections: &[SearchSection],
    outputs: &mut Outputs,
    found: &mut Vec<Diagnostic>,
) {
    for (path, bytes) in assets.files.iter().chain(&shared.site.assets) {
        outputs.insert(path.clone(), bytes.to_vec());
    }
    let IndexScripts { first, rest } = index.to_scripts(|bytes| fingerprinted("rest", "js", bytes));
    let index_name = fingerprinted("search/index", "js", &first);
    outputs.insert(OutputPath::new(index_name.as_str()), first);
    if let Some((name, bytes)) = rest {
        outputs.insert(OutputPath::new(format!("search/{name}")), bytes);
    }
    if let Some(asked_at) = &shared.site.config.elasticlunr {
        elasticlunr(sections, asked_at, outputs, found);
    }
    let letters = letters(sections, &shared.shared_headings);
    let is_one_list = shared.site.pages.len() <= PAGES_FOR_ONE_LIST;
    let mut generator = Generator { shared, outputs, found };
    generator.search(&index_name, &letters, is_one_list);
    generator.a_to_z(&letters, is_one_list);
    generator.not_found();
    generator.amendments();
    generator.redirects();
    generator.sitemap();
    generator.outputs.insert(
        OutputPath::new("robots.txt"),
        format!("User-agent: *\nAllow: /\n\nSitemap: {}/sitemap.xml\n", shared.options.base_url).into_bytes(),
    );
    generator.outputs.insert(OutputPath::new("_headers"), headers(shared).into_bytes());
}

#[cfg(feature = "elasticlunr")]
fn elasticlunr(sections: &[SearchSection], _asked_at: &Span, outputs: &mut Outputs, _found: &mut Vec<Diagnostic>) {
    outputs.insert(OutputPath::new("search/elasticlunr.json"), crate::search::elasticlunr_json(sections).into_bytes());
}

#[cfg(not(feature = "elasticlunr"))]
fn elasticlunr(_sections: &[SearchSection], asked_at: &Span, _outputs: &mut Outputs, found: &mut Vec<Diagnostic>) {
    found.push(
        Diagnostic::error("config/elasticlunr", asked_at.clone(), "`[search] elasticlunr = true` needs a signpost built with that feature")
            .with_help("build it with `cargo build --release --features elasticlunr`, or take the setting out"),
    );
}

/// Response headers for hosts that read a `_headers` file. Fingerprinted files never change, pages may at any time.
fn headers(shared: &Shared<'_>) -> String {
    let policy = page::content_security_policy(shared.options);
    format!(
        "/*\n  Content-Security-Policy: {policy}; frame-ancestors 'none'\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin\n\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
    )
}

struct Entry<'a> {
    text: &'a str,
    note: &'a str,
    address: &'a str,
}

/// Entries by first letter, `0–9` before `A`.
type Letters<'a> = BTreeMap<String, Vec<Entry<'a>>>;

/// Headings, terms and contacts. A heading that several pages share (“In short”) is nothing to look up and is left out.
fn letters<'a>(sections: &'a [SearchSection], shared_headings: &BTreeSet<String>) -> Letters<'a> {
    let mut letters: Letters<'_> = BTreeMap::new();
    for section in sections {
        let own = section.heading.strip_prefix(section.page_title.as_str()).and_then(|rest| rest.strip_prefix(": "));
        if section.heading.is_empty() || own.is_some_and(|own| shared_headings.contains(own)) {
            continue;
        }
        let note = if section.kind == SectionKind::Page { "" } else { section.page_title.as_str() };
        letters.entry(letter(&section.heading)).or_default().push(Entry { text: &section.heading, note, address: &section.address });
    }
    for entries in letters.values_mut() {
        entries.sort_by_cached_key(|entry| (entry.text.to_lowercase(), entry.note, entry.address));
    }
    letters
}

fn letter(heading: &str) -> String {
    match heading.chars().find(|character| character.is_alphanumeric()) {
        Some(character) if character.is_alphabetic() => character.to_uppercase().collect(),
        _ => String::from("0–9"),
    }
}

fn letter_value(letter: &str, entries: &[Entry<'_>], root: &str) -> TemplateValue {
    let entries = entries
        .iter()
        .map(|entry| object(vec![("text", text(entry.text)), ("note", text(entry.note)), ("href", text(from_root(root, entry.address)))]));
    object(vec![("letter", text(letter)), ("entries", list(entries))])
}

/// What the search page and the A to Z list: every entry, or on a large site the pages of the letters.
fn directory(letters: &Letters<'_>, root: &str, is_one_list: bool) -> Fill {
    let entries = letters.iter().filter(|_| is_one_list).map(|(letter, entries)| letter_value(letter, entries, root));
    vec![("a_z", list(entries)), ("letter_pages", if is_one_list { list([]) } else { letter_links(letters, root) })]
}

fn letter_url(letter: &str) -> UrlPath {
    UrlPath::new(format!("{A_TO_Z_URL}{}/", if letter == "0–9" { String::from("0-9") } else { letter.to_lowercase() }))
}

fn letter_links(letters: &Letters<'_>, root: &str) -> TemplateValue {
    list(letters.keys().map(|letter| object(vec![("letter", text(letter)), ("href", text(from_root(root, letter_url(letter).as_str())))])))
}

struct Generator<'g> {
    shared: &'g Shared<'g>,
    outputs: &'g mut Outputs,
    found: &'g mut Vec<Diagnostic>,
}

impl Generator<'_> {
    fn render(&mut self, path: OutputPath, template: &str, fill: Fill) {
        match self.shared.templates.render(template, fill, self.shared.theme) {
            Ok(html) => self.outputs.insert(path, html.into_string().into_bytes()),
            Err(diagnostic) => self.found.push(diagnostic),
        }
    }

    fn page(&self, kind: &str, title: &str, summary: &str, url: &UrlPath, root: &str, search_index: &str) -> Fill {
        let mut fill = page::common(self.shared, root, None, search_index);
        fill.push(("page", page::generated_page_value(kind, title, summary, url, root, self.shared)));
        fill
    }

    fn search(&mut self, index_name: &str, letters: &Letters<'_>, is_one_list: bool) {
        let url = UrlPath::new(SEARCH_URL);
        let root = url.to_root();
        let summary = format!("Search every page of the {}, section by section.", self.shared.site.config.title);
        let mut fill = self.page("search", "Search", &summary, &url, &root, index_name);
        fill.extend(directory(letters, &root, is_one_list));
        self.render(url.output_path(), "search.html", fill);
    }

    fn a_to_z(&mut self, letters: &Letters<'_>, is_one_list: bool) {
        let url = UrlPath::new(A_TO_Z_URL);
        let root = url.to_root();
        let title = &self.shared.site.config.title;
        let mut fill = self.page(
            "a-z",
            "A to Z",
            &format!("Every page, heading, term and contact of the {title}, in alphabetical order."),
            &url,
            &root,
            "",
        );
        fill.extend(directory(letters, &root, is_one_list));
        self.render(url.output_path(), "a-z.html", fill);
        if is_one_list {
            return;
        }
        for (letter, entries) in letters {
            let url = letter_url(letter);
            let root = url.to_root();
            let summary = format!("Pages, headings, terms and contacts of the {title} that begin with {letter}.");
            let mut fill = self.page("a-z", &format!("A to Z: {letter}"), &summary, &url, &root, "");
            fill.push(("a_z", list([letter_value(letter, entries, &root)])));
            fill.push(("letter_pages", letter_links(letters, &root)));
            self.render(url.output_path(), "a-z.html", fill);
        }
    }

    fn not_found(&mut self) {
        // A host shows this page at any depth, so its links start from the root of the site's address.
        let base = &self.shared.options.base_url;
        let after_host = base.split("://").nth(1).and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path);
        let root = if after_host.is_empty() { String::from("/") } else { format!("/{after_host}/") };
        let summary = "There is no page at this address.";
        let fill = self.page("not-found", "Page not found", summary, &UrlPath::new("/"), &root, "");
        self.render(OutputPath::new("404.html"), "not-found.html", fill);
    }

    /// What changed on which page, the newest first, as a page and as a feed.
    fn amendments(&mut self) {
        let Shared { site, options, .. } = *self.shared;
        let mut changes: Vec<_> = site
            .order
            .iter()
            .map(|path| site.page(path))
            .flat_map(|page| page.front_matter.changes.iter().map(move |change| (change, page)))
            .collect();
        // Of one day, in reading order: the sort keeps it.
        changes.sort_by_key(|(change, _)| std::cmp::Reverse(change.date));
        let Some((newest, _)) = changes.first() else { return };
        let url = UrlPath::new(AMENDMENTS_URL);
        let root = url.to_root();
        let base = &options.base_url;
        let updated = format!("{}T00:00:00Z", newest.date);
        let entries = list(changes.iter().map(|(change, page)| {
            object(vec![
                ("date", text(page::in_words(change.date))),
                ("iso", text(change.date.to_string())),
                ("note", text(&change.note)),
                ("title", text(&page.front_matter.title.value)),
                ("href", text(from_root(&root, page.url.as_str()))),
                ("address", text(format!("{base}{}", page.url))),
                ("id", text(format!("{base}{}#{}-{}", page.url, change.date, fingerprint(change.note.as_bytes())))),
            ])
        }));
        let summary = format!("What changed in the {}, page by page, the newest first.", site.config.title);
        let mut fill = self.page("amendments", "Amendments", &summary, &url, &root, "");
        fill.push(("changes", entries.clone()));
        self.render(url.output_path(), "amendments.html", fill);
        let feed = vec![
            ("title", text(format!("{}: amendments", site.config.title))),
            ("base_url", text(format!("{base}/"))),
            ("feed_url", text(format!("{base}/{FEED}"))),
            ("page_url", text(format!("{base}{AMENDMENTS_URL}"))),
            ("updated", text(updated)),
            ("language", text(&site.config.language)),
            ("changes", entries),
        ];
        self.render(OutputPath::new(FEED), "feed.xml", feed);
    }

    fn redirects(&mut self) {
        let site = self.shared.site;
        for (url, path) in &site.redirects {
            let target = site.page(path);
            let mut fill = page::common(self.shared, &url.to_root(), None, "");
            fill.push(("target", text(url.to(&target.url))));
            fill.push(("title", text(&target.front_matter.title.value)));
            fill.push(("canonical", text(format!("{}{}", self.shared.options.base_url, target.url))));
            self.render(url.output_path(), "redirect.html", fill);
        }
    }

    fn sitemap(&mut self) {
        let site = self.shared.site;
        let pages = site.order.iter().map(|path| {
            let page = site.page(path);
            object(vec![
                ("loc", text(format!("{}{}", self.shared.options.base_url, page.url))),
                ("lastmod", text(page.front_matter.reviewed.map(|date| date.to_string()).unwrap_or_default())),
            ])
        });
        let fill = vec![("pages", list(pages))];
        self.render(OutputPath::new("sitemap.xml"), "sitemap.xml", fill);
    }
}
