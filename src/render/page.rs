//! One page: what a template may see, and the page as search sees it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::address::{OutputPath, UrlPath};
use crate::data::{ALL_AREAS, Contact, DocumentKind};
use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::{Event, PieceKind, Tag};
use crate::search::{self, AnalysedSection, SearchSection};
use crate::site::structure::{AMENDMENTS_URL, FEED};
use crate::site::{Heading, Page, Site, directives};
use crate::template::{Fill, TemplateValue, Templates, html, list, none, object, text};
use crate::theme::Theme;

use super::assets::Assets;
use super::navigation::{self, SectionLists};
use super::{RenderOptions, body, passages, sections};

/// What all pages share, made once.
pub(super) struct Shared<'a> {
    pub site: &'a Site,
    pub theme: &'a Theme,
    pub templates: &'a Templates,
    pub options: &'a RenderOptions,
    pub assets: &'a Assets,
    pub shared_headings: BTreeSet<String>,
    section_lists: SectionLists,
    policy: String,
}

/// A passage of the page, for the question of an e-workbook that is about it.
type FoundPassage = ((usize, usize), serde_json::Value);

/// A page ready to be published, and its sections for the index.
pub(super) struct RenderedPage {
    pub output: OutputPath,
    pub html: Html,
    pub sections: Vec<SearchSection>,
    pub analysed: Vec<AnalysedSection>,
    pub passages: Vec<FoundPassage>,
}

impl<'a> Shared<'a> {
    pub(super) fn new(site: &'a Site, theme: &'a Theme, templates: &'a Templates, options: &'a RenderOptions, assets: &'a Assets) -> Self {
        Self {
            site,
            theme,
            templates,
            options,
            assets,
            shared_headings: sections::shared_headings(site),
            section_lists: SectionLists::new(site),
            policy: content_security_policy(options),
        }
    }
}

/// What a page may load, and from where: itself, and the inbox it sends to. The build's headers files add `frame-ancestors`, which a page cannot set.
pub(super) fn content_security_policy(options: &RenderOptions) -> String {
    let connect = options.inbox.as_ref().map_or_else(String::new, |inbox| format!(" {}", inbox.origin));
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        &format!("connect-src 'self'{connect}"),
        "form-action 'self'",
        "base-uri 'none'",
    ]
    .join("; ")
}

/// Renders one page of the content.
pub(super) fn render(page: &Page, shared: &Shared<'_>) -> (RenderedPage, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let body = body::render(page, shared, &mut found);
    let sections = sections::of_page(page, &body, shared.site, &shared.shared_headings);
    let passages = passages::of_page(page, &body.html, shared.site);
    let analysed = sections.iter().map(search::analyse).collect();
    let kind = if page.url.as_str() == "/" { "home" } else { "page" };
    let mut fill = common(shared, &page.url.to_root(), Some(page), "");
    fill.push(("page", page_value(page, kind, &body.html, shared)));
    let template = if kind == "home" { "home.html" } else { "page.html" };
    let html = shared.templates.render(template, fill, shared.theme).unwrap_or_else(|diagnostic| {
        found.push(diagnostic);
        Html::default()
    });
    (RenderedPage { output: page.url.output_path(), html, sections, analysed, passages }, found)
}

/// The part of a template's view that does not depend on what the page says.
/// `search_index` is the index's address from the root, on the page that uses it.
pub(super) fn common(shared: &Shared<'_>, root: &str, page: Option<&Page>, search_index: &str) -> Fill {
    let Shared { site, options, assets, .. } = shared;
    let config = &site.config;
    let (section, section_title) = page.map(|page| shared.section_lists.of(site, page)).unwrap_or_default();
    let href = |path: &str| text(format!("{root}{path}"));
    vec![
        (
            "site",
            object(vec![
                ("title", text(&config.title)),
                ("short_title", text(&config.short_title)),
                ("language", text(&config.language)),
                ("description", text(&config.description)),
                ("base_url", text(&options.base_url)),
                ("footer", navigation::footer(site, root)),
                ("glossary", text(navigation::page_with("glossary", site, root))),
                ("contacts", text(navigation::page_with("contacts", site, root))),
                ("amendments", text(if site.has_changes() { format!("{root}{}", &AMENDMENTS_URL[1..]) } else { String::new() })),
                ("feed", text(if site.has_changes() { format!("{root}{FEED}") } else { String::new() })),
            ]),
        ),
        (
            "nav",
            object(vec![
                ("main", navigation::main_menu(site, root, page)),
                ("section", html(&section)),
                ("section_title", text(section_title)),
            ]),
        ),
        ("panel", panel(site, root)),
        (
            "assets",
            object(vec![
                ("css", href(&assets.css)),
                ("site_js", href(&assets.site_js)),
                ("search_js", href(&assets.search_js)),
                ("icon", href(&assets.icon)),
                ("search_index", if search_index.is_empty() { text("") } else { href(search_index) }),
            ]),
        ),
        ("csp", text(&shared.policy)),
        ("preview_script", text(options.preview_script.as_deref().unwrap_or(""))),
    ]
}

/// The panel “Worried about a child?”, with the advice of every area: without script the host area's is shown.
fn panel(site: &Site, root: &str) -> TemplateValue {
    let Some(panel) = &site.data.panel else { return none() };
    let (Some(danger), Some(advice)) = (site.data.contact(&panel.danger.value), site.data.contact(&panel.advice.value)) else {
        return none();
    };
    let elsewhere: Vec<&Contact> = panel.elsewhere.iter().filter_map(|id| site.data.contact(&id.value)).collect();
    let areas = site.data.areas.iter().filter(|area| !area.is_sheet).map(|area| {
        let id = area.id.value.as_str();
        let is_shown = advice.area.value == id;
        let numbers = std::iter::once(&advice).chain(&elsewhere).filter(|contact| contact.area.value == id);
        object(vec![
            ("id", text(id)),
            ("name", text(&area.name)),
            ("href", text(area_href(id, site, root))),
            ("is_shown", TemplateValue::from(is_shown)),
            ("numbers", list(numbers.map(|contact| number(contact, site, root)))),
        ])
    });
    let is_area = site.data.areas.iter().any(|area| area.id.value == advice.area.value);
    object(vec![
        ("danger", number(danger, site, root)),
        ("people", text(&panel.people)),
        ("advice", number(advice, site, root)),
        ("areas", list(areas.filter(|_| is_area))),
    ])
}

fn number(contact: &Contact, site: &Site, root: &str) -> TemplateValue {
    let anchor = directives::contact_anchor(&contact.id.value);
    let href =
        site.entry_pages.get(&anchor).map_or_else(String::new, |url| format!("{}#{anchor}", navigation::from_root(root, url.as_str())));
    object(vec![
        ("area_name", text(site.data.area_name(&contact.area.value))),
        ("name", text(&contact.name)),
        ("phone", text(Contact::unbroken(&contact.phone))),
        ("tel", text(Contact::tel(&contact.phone))),
        ("hours", text(&contact.hours)),
        ("href", text(href)),
    ])
}

pub(super) fn page_value(page: &Page, kind: &str, content: &Html, shared: &Shared<'_>) -> TemplateValue {
    let site = shared.site;
    let front_matter = &page.front_matter;
    let title = &front_matter.title.value;
    let document_title = if kind == "home" { site.config.title.clone() } else { format!("{title} – {}", site.config.short_title) };
    let review_due = front_matter.review_due.as_ref().map(|due| due.value);
    let sources = front_matter.sources.iter().map(|source| source_value(&source.document.value, &source.section, site));
    let fill = vec![
        ("kind", text(kind)),
        ("title", text(title)),
        ("document_title", text(document_title)),
        ("summary", text(&front_matter.summary.value)),
        ("url", text(page.url.as_str())),
        ("canonical", text(format!("{}{}", shared.options.base_url, page.url))),
        ("root", text(page.url.to_root())),
        ("areas", areas(front_matter.areas.iter().map(|area| area.value.as_str()), site, &page.url.to_root())),
        ("owner", text(&front_matter.owner)),
        ("reviewed", text(front_matter.reviewed.map(in_words).unwrap_or_default())),
        ("reviewed_iso", text(front_matter.reviewed.map(|date| date.to_string()).unwrap_or_default())),
        ("review_due", text(review_due.map(in_words).unwrap_or_default())),
        ("draft", TemplateValue::from(front_matter.is_draft)),
        ("overdue", TemplateValue::from(review_due.is_some_and(|due| due < shared.options.today))),
        ("dated", dated(page, site)),
        ("sources", list(sources)),
        ("links_not_checked", TemplateValue::from(has_links_to_others(page) && names_links_of_others(page, site))),
        ("terms", terms(page, site)),
        ("changes", changes(page)),
        ("tools", list(page.tools.iter().map(|path| navigation::page_link(site, page, path)))),
        ("content", html(content)),
        ("contents", contents(&page.headings)),
        ("breadcrumbs", navigation::breadcrumbs(site, page)),
        ("previous", navigation::neighbour(site, page, page.previous.as_ref())),
        ("next", navigation::neighbour(site, page, page.next.as_ref())),
        ("print", TemplateValue::from(front_matter.print)),
        ("scripts", scripts(&directives::scripts_of(&page.body), shared, &page.url.to_root())),
        ("styles", styles(&directives::scripts_of(&page.body), shared, &page.url.to_root())),
    ];
    object(fill)
}

/// A page that the build makes: its area and source are the toolkit's own.
pub(super) fn generated_page_value(
    kind: &str,
    title: &str,
    summary: &str,
    url: &UrlPath,
    root: &str,
    shared: &Shared<'_>,
) -> TemplateValue {
    let site = shared.site;
    let own_text = site.data.document("toolkit").map(|_| source_value("toolkit", "", site));
    object(vec![
        ("kind", text(kind)),
        ("title", text(title)),
        ("document_title", text(format!("{title} – {}", site.config.short_title))),
        ("summary", text(summary)),
        ("url", text(url.as_str())),
        ("canonical", text(format!("{}{url}", shared.options.base_url))),
        ("root", text(root)),
        ("areas", areas([ALL_AREAS].into_iter().filter(|_| !site.data.areas.is_empty()), site, root)),
        ("owner", text("")),
        ("reviewed", text("")),
        ("reviewed_iso", text("")),
        ("review_due", text("")),
        ("draft", TemplateValue::from(false)),
        ("overdue", TemplateValue::from(false)),
        ("dated", list([])),
        ("sources", list(own_text)),
        ("links_not_checked", TemplateValue::from(false)),
        ("terms", list([])),
        ("changes", list([])),
        ("tools", list([])),
        ("content", text("")),
        ("contents", list([])),
        ("breadcrumbs", list([object(vec![("title", text("Home")), ("href", text(root))])])),
        ("previous", none()),
        ("next", none()),
        ("print", TemplateValue::from(false)),
        ("scripts", list([])),
        ("styles", list([])),
    ])
}

/// The sheets that only pages with these directives have.
fn styles(names: &BTreeSet<&str>, shared: &Shared<'_>, root: &str) -> TemplateValue {
    list(names.iter().filter_map(|name| shared.assets.styles.get(name)).map(|address| text(format!("{root}{address}"))))
}

/// The scripts of a page's directives, behind the one that says what they need to know of the site. A knowledge check asks nothing
/// of it.
fn scripts(names: &BTreeSet<&str>, shared: &Shared<'_>, root: &str) -> TemplateValue {
    let script = |address: &str, after: Option<&String>| {
        let after = after.map(|address| format!("{root}{address}")).unwrap_or_default();
        object(vec![("src", text(format!("{root}{address}"))), ("after", text(after))])
    };
    let info = names.iter().any(|name| *name != "question").then(|| script("signpost.js", None));
    let of_directives = names.iter().filter_map(|name| Some(script(shared.assets.scripts.get(name)?, shared.assets.after.get(name))));
    list(info.into_iter().chain(of_directives))
}

fn areas<'a>(ids: impl Iterator<Item = &'a str>, site: &Site, root: &str) -> TemplateValue {
    list(ids.map(|id| object(vec![("id", text(id)), ("name", text(site.data.area_name(id))), ("href", text(area_href(id, site, root)))])))
}

/// The way to the page about an area. Empty: it has none.
fn area_href(id: &str, site: &Site, root: &str) -> String {
    site.area_pages.get(id).map_or_else(String::new, |url| navigation::from_root(root, url.as_str()))
}

fn source_value(document: &str, section: &str, site: &Site) -> TemplateValue {
    let named = site.data.document(document);
    object(vec![
        ("title", text(named.map_or(document, |named| &named.title))),
        ("section", text(section)),
        ("issued_by", text(named.map_or("", |named| &named.issued_by))),
        ("years", text(named.map_or("", |named| &named.years))),
    ])
}

/// Documents with a year that the page rests on or names, unless their owner found that no later edition applies.
fn dated(page: &Page, site: &Site) -> TemplateValue {
    let named = directives::in_pieces(&page.body)
        .filter(|directive| directive.name.value == "document")
        .filter_map(|directive| directive.get("id"));
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut values = Vec::new();
    for id in page.front_matter.sources.iter().map(|source| &source.document).chain(named) {
        let Some(document) = site.data.document(&id.value) else { continue };
        if !document.years.is_empty() && document.cleared.is_none() && seen.insert(&id.value) {
            values.push(object(vec![("title", text(&document.title)), ("years", text(&document.years))]));
        }
    }
    list(values)
}

/// The glossary terms of a page, for its printed end.
fn terms(page: &Page, site: &Site) -> TemplateValue {
    let mut terms: Vec<_> = page.terms.iter().filter_map(|id| site.data.term(id)).collect();
    terms.sort_by_key(|term| term.term.to_lowercase());
    list(
        terms.into_iter().map(|term| {
            object(vec![("term", text(&term.term)), ("expansion", text(&term.expansion)), ("definition", text(&term.definition))])
        }),
    )
}

/// Dated notes on what changed, the newest first.
fn changes(page: &Page) -> TemplateValue {
    let mut changes: Vec<_> = page.front_matter.changes.iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.date));
    list(changes.into_iter().map(|change| {
        object(vec![("date", text(in_words(change.date))), ("iso", text(change.date.to_string())), ("note", text(&change.note))])
    }))
}

/// Whether a page rests on other bodies' documents, and so names their links as those documents give them.
pub(super) fn names_links_of_others(page: &Page, site: &Site) -> bool {
    let documents = page.front_matter.sources.iter().filter_map(|source| site.data.document(&source.document.value));
    documents.into_iter().any(|document| document.kind != DocumentKind::Own)
}

fn has_links_to_others(page: &Page) -> bool {
    page.body
        .iter()
        .any(|piece| matches!(&piece.kind, PieceKind::Event(Event::Start(Tag::Link { dest_url, .. })) if dest_url.starts_with("https:")))
}

/// The list of contents: headings of level 2, those of level 3 below them.
fn contents(headings: &[Heading]) -> TemplateValue {
    let mut entries: Vec<(&Heading, Vec<TemplateValue>)> = Vec::new();
    for heading in headings {
        match (heading.level, entries.last_mut()) {
            (2, _) => entries.push((heading, Vec::new())),
            (3, Some((_, children))) => children.push(object(vec![("id", text(&heading.id)), ("text", text(&heading.text))])),
            _ => {}
        }
    }
    list(
        entries.into_iter().map(|(heading, children)| {
            object(vec![("id", text(&heading.id)), ("text", text(&heading.text)), ("children", list(children))])
        }),
    )
}

/// A date as people write it: 3 March 2026.
pub fn in_words(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}
