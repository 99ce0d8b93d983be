//! Menus, breadcrumbs and the list of a section's pages, as one page needs them.

use crate::html::{Html, escape};
use crate::site::{Page, Site};
use crate::template::{TemplateValue, list, none, object, text};

/// The main menu, seen from a page.
pub(super) fn main_menu(site: &Site, root: &str, page: Option<&Page>) -> TemplateValue {
    list(site.menu.iter().map(|path| {
        let target = site.page(path);
        let is_here = page.is_some_and(|page| page.path == *path || page.breadcrumbs.contains(path));
        object(vec![
            ("title", text(&target.front_matter.title.value)),
            ("href", text(from_root(root, target.url.as_str()))),
            ("current", TemplateValue::from(is_here)),
        ])
    }))
}

/// The footer's pages, seen from a page.
pub(super) fn footer(site: &Site, root: &str) -> TemplateValue {
    list(site.footer.iter().map(|path| {
        let target = site.page(path);
        object(vec![("title", text(&target.front_matter.title.value)), ("href", text(from_root(root, target.url.as_str())))])
    }))
}

/// The way to the page that lists all of something by a directive (`glossary`, `contacts`); empty when the site has none.
pub(super) fn page_with(directive: &str, site: &Site, root: &str) -> String {
    site.list_pages.get(directive).map_or_else(String::new, |url| from_root(root, url.as_str()))
}

/// Pages above, the home page first.
pub(super) fn breadcrumbs(site: &Site, page: &Page) -> TemplateValue {
    list(page.breadcrumbs.iter().map(|path| {
        let target = site.page(path);
        let title = if target.url.as_str() == "/" { "Home" } else { target.front_matter.title.value.as_str() };
        object(vec![("title", text(title)), ("href", text(page.url.to(&target.url)))])
    }))
}

/// A neighbour in reading order.
pub(super) fn neighbour(site: &Site, page: &Page, path: Option<&crate::address::PagePath>) -> TemplateValue {
    path.map_or_else(none, |path| {
        let target = site.page(path);
        object(vec![("title", text(&target.front_matter.title.value)), ("href", text(page.url.to(&target.url)))])
    })
}

/// A page by its title, seen from another.
pub(super) fn page_link(site: &Site, page: &Page, path: &crate::address::PagePath) -> TemplateValue {
    let target = site.page(path);
    object(vec![
        ("title", text(&target.front_matter.title.value)),
        ("href", text(page.url.to(&target.url))),
        ("summary", text(&target.front_matter.summary.value)),
    ])
}

/// The pages of each section, ready but for the way to the site's root and the mark of the page one is on. Made once: a
/// template that listed them for every page would make the work grow with the square of a section's size.
pub(super) struct SectionLists {
    by_section: std::collections::BTreeMap<crate::address::PagePath, Vec<(crate::address::PagePath, String, String)>>,
}

impl SectionLists {
    pub(super) fn new(site: &Site) -> Self {
        let mut by_section: std::collections::BTreeMap<_, Vec<_>> = std::collections::BTreeMap::new();
        for path in &site.order {
            let page = site.page(path);
            let Some(parent) = page.breadcrumbs.last().filter(|parent| site.page(parent).url.as_str() != "/") else { continue };
            let entry = (path.clone(), escape(&page.url.as_str()[1..]).into_string(), escape(&page.front_matter.title.value).into_string());
            by_section.entry(parent.clone()).or_default().push(entry);
        }
        Self { by_section }
    }

    /// The list of a page's section, and the section's title. Empty when there is nothing to list.
    pub(super) fn of(&self, site: &Site, page: &Page) -> (Html, String) {
        let Some(entries) = self.by_section.get(&page.section) else { return (Html::default(), String::new()) };
        let root = page.url.to_root();
        let mut html = String::with_capacity(entries.len() * 96);
        html.push_str("<ul>");
        let section = site.page(&page.section);
        push(
            &mut html,
            &root,
            escape(&section.url.as_str()[1..]).as_str(),
            escape(&section.front_matter.title.value).as_str(),
            page.path == section.path,
        );
        for (path, url, title) in entries {
            push(&mut html, &root, url, title, *path == page.path);
        }
        html.push_str("</ul>");
        (Html::from_renderer(html), section.front_matter.title.value.clone())
    }
}

fn push(html: &mut String, root: &str, url: &str, title: &str, is_current: bool) {
    let mark = if is_current { " aria-current=\"page\"" } else { "" };
    for part in ["<li><a href=\"", root, url, "\"", mark, ">", title, "</a></li>"] {
        html.push_str(part);
    }
}

/// An address below the root, as one page writes it.
pub(super) fn from_root(root: &str, url: &str) -> String {
    format!("{root}{}", url.trim_start_matches('/'))
}
