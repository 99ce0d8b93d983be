//! Where each page stands: sections, order, breadcrumbs, menus, and addresses that no two pages share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::address::{OutputPath, PagePath, UrlPath};
use crate::config::SiteConfig;
use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::fields::Placed;

use super::Page;

/// Addresses that the build itself makes.
pub const SEARCH_URL: &str = "/search/";
pub const A_TO_Z_URL: &str = "/a-z/";
/// What changed, and the same as an Atom feed: only where a page has `changes`.
pub const AMENDMENTS_URL: &str = "/amendments/";
pub const FEED: &str = "feed.xml";
const ASSETS_URL: &str = "/assets/";
const WORKBOOKS_URL: &str = "/workbooks/";
const RESERVED: [&str; 5] = [SEARCH_URL, A_TO_Z_URL, AMENDMENTS_URL, ASSETS_URL, WORKBOOKS_URL];

/// Checks that every address has one owner. Out: the old addresses and their pages.
pub(super) fn addresses(pages: &BTreeMap<PagePath, Page>, found: &mut Vec<Diagnostic>) -> BTreeMap<UrlPath, PagePath> {
    let mut owners: BTreeMap<UrlPath, &PagePath> = BTreeMap::new();
    for page in pages.values() {
        if let Some(other) = owners.insert(page.url.clone(), &page.path) {
            let message = format!("`content/{other}` has the same address, {}", page.url);
            found.push(Diagnostic::error("address/twice", Span::file_start(&page.file), message).with_help("rename one of them"));
        }
        if let Some(reserved) = RESERVED.iter().find(|reserved| page.url.as_str().starts_with(**reserved)) {
            let message = format!("the address {reserved} belongs to a page that the build makes");
            found.push(Diagnostic::error("address/reserved", Span::file_start(&page.file), message).with_help("rename the page"));
        }
    }
    let mut redirects = BTreeMap::new();
    for page in pages.values() {
        for alias in &page.front_matter.aliases {
            let url = UrlPath::new(alias.value.as_str());
            let is_taken = owners.contains_key(&url) || RESERVED.iter().any(|reserved| alias.value.starts_with(reserved));
            if is_taken || redirects.insert(url, page.path.clone()).is_some() {
                let message = format!("the address {} already leads to a page", alias.value);
                found.push(Diagnostic::error("address/twice", alias.span.clone(), message));
            }
        }
    }
    redirects
}

/// Files that the build itself makes at the top of a release.
const GENERATED: [&str; 7] = ["404.html", "_headers", FEED, "robots.txt", "signpost.js", "signpost.json", "sitemap.xml"];

/// Checks that every file of a release has a name that an address can hold, and a place of its own: no author's file is
/// written over, and none lies where another file's folder must be.
pub(super) fn files(
    pages: &BTreeMap<PagePath, Page>,
    redirects: &BTreeMap<UrlPath, PagePath>,
    assets: &BTreeMap<OutputPath, Arc<[u8]>>,
    found: &mut Vec<Diagnostic>,
) {
    let of_pages = pages.values().map(|page| (page.url.output_path(), page.file.clone()));
    let of_redirects = redirects.iter().map(|(url, path)| (url.output_path(), pages[path].file.clone()));
    let mut owners: BTreeMap<OutputPath, FilePath> = of_pages.chain(of_redirects).collect();
    for (path, file) in &owners {
        if let Some(part) = path.as_str().split('/').find(|part| !is_plain_name(part)) {
            found.push(name_error(part, file));
        }
    }
    for path in assets.keys() {
        let file = FilePath::from(format!("content/{path}"));
        if let Some(part) = path.as_str().split('/').find(|part| !is_plain_name(part)) {
            found.push(name_error(part, &file));
        }
        let is_reserved = GENERATED.contains(&path.as_str()) || RESERVED.iter().any(|reserved| path.as_str().starts_with(&reserved[1..]));
        if is_reserved {
            let message = "the build makes a file of its own at this address";
            found.push(Diagnostic::error("address/reserved", Span::file_start(&file), message).with_help("rename the file"));
        } else if let Some(other) = owners.get(path) {
            let message = format!("`{other}` has the same address, /{path}");
            found.push(Diagnostic::error("address/twice", Span::file_start(&file), message).with_help("rename one of them"));
        } else {
            owners.insert(path.clone(), file);
        }
    }
    for (path, file) in &owners {
        let folder = format!("{path}/");
        let inside = owners.range(OutputPath::new(folder.as_str())..).next().filter(|(other, _)| other.as_str().starts_with(&folder));
        if let Some((_, other)) = inside {
            let message = format!("this is a file at /{path}, and `{other}` needs a folder there");
            found.push(Diagnostic::error("address/twice", Span::file_start(file), message).with_help("rename one of them"));
        }
    }
}

/// Names that mean the same in a file system, an address and a page: letters, digits, hyphens, underscores and dots.
pub fn is_plain_name(name: &str) -> bool {
    name.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.'))
}

fn name_error(part: &str, file: &FilePath) -> Diagnostic {
    Diagnostic::error("address/name", Span::file_start(file), format!("`{part}` cannot be part of an address"))
        .with_help("use letters, digits, hyphens, underscores and dots, and no spaces")
}

/// Gives every page its section, breadcrumbs and neighbours. Out: the reading order of the whole site.
pub(super) fn arrange(pages: &mut BTreeMap<PagePath, Page>, found: &mut Vec<Diagnostic>) -> Vec<PagePath> {
    let by_url: BTreeMap<UrlPath, PagePath> = pages.values().map(|page| (page.url.clone(), page.path.clone())).collect();
    let home = by_url.get(&UrlPath::new("/")).cloned();
    if home.is_none() {
        let file = FilePath::from("content/index.md");
        found.push(
            Diagnostic::error("address/no-home", Span::file_start(&file), "the site has no home page")
                .with_help("write `content/index.md`"),
        );
    }
    let mut children: BTreeMap<PagePath, Vec<PagePath>> = BTreeMap::new();
    let mut orphans: BTreeMap<UrlPath, FilePath> = BTreeMap::new();
    for page in pages.values() {
        let Some(above) = page.url.parent() else { continue };
        match by_url.get(&above) {
            Some(parent) => children.entry(parent.clone()).or_default().push(page.path.clone()),
            // The sections above a missing one may be missing, too: all of them in one run.
            None => {
                let missing = std::iter::successors(Some(above), UrlPath::parent).filter(|folder| !by_url.contains_key(folder));
                for folder in missing.filter(|folder| folder.as_str() != "/") {
                    orphans.entry(folder).or_insert_with(|| page.file.clone());
                }
            }
        }
    }
    for (folder, file) in orphans {
        let message = format!("this page's section has no page of its own at {folder}");
        found.push(
            Diagnostic::error("address/no-section-page", Span::file_start(&file), message)
                .with_help(format!("write `content{folder}index.md`")),
        );
    }
    for siblings in children.values_mut() {
        siblings.sort_by(|a, b| sort_key(&pages[a]).cmp(&sort_key(&pages[b])));
    }
    let mut order = Vec::with_capacity(pages.len());
    if let Some(home) = home {
        place(&home, &[], &children, pages, &mut order);
    }
    for siblings in children.values() {
        neighbours(siblings, &children, pages);
    }
    order
}

fn sort_key(page: &Page) -> (i64, &str, &PagePath) {
    (page.front_matter.weight.unwrap_or(i64::MAX), &page.front_matter.title.value, &page.path)
}

/// Places a page and everything below it.
fn place(
    path: &PagePath,
    above: &[PagePath],
    children: &BTreeMap<PagePath, Vec<PagePath>>,
    pages: &mut BTreeMap<PagePath, Page>,
    order: &mut Vec<PagePath>,
) {
    order.push(path.clone());
    let below = children.get(path).map_or(&[][..], Vec::as_slice);
    let section = if below.is_empty() { above.last().unwrap_or(path) } else { path };
    let page = pages.get_mut(path).expect("the page was listed from this map");
    page.breadcrumbs = above.to_vec();
    page.section = section.clone();
    let above: Vec<PagePath> = above.iter().chain([path]).cloned().collect();
    for child in below {
        place(child, &above, children, pages, order);
    }
}

/// Previous and next page among the pages of one section, for those that are read one after the other. The pages at the
/// top of a site are doors, not chapters: they have no neighbours.
fn neighbours(siblings: &[PagePath], children: &BTreeMap<PagePath, Vec<PagePath>>, pages: &mut BTreeMap<PagePath, Page>) {
    let chapters: Vec<&PagePath> = siblings.iter().filter(|path| !children.contains_key(*path)).collect();
    if chapters.first().is_none_or(|path| pages[*path].breadcrumbs.len() < 2) {
        return;
    }
    for pair in chapters.windows(2) {
        pages.get_mut(pair[0]).expect("a sibling is a page").next = Some(pair[1].clone());
        pages.get_mut(pair[1]).expect("a sibling is a page").previous = Some(pair[0].clone());
    }
}

/// The main menu: the pages that `site.toml` names, or else the pages directly below home.
pub(super) fn menu(config: &SiteConfig, pages: &BTreeMap<PagePath, Page>, found: &mut Vec<Diagnostic>) -> Vec<PagePath> {
    if !config.navigation.main.is_empty() {
        return named_pages(&config.navigation.main, NOT_IN_MENU, pages, found);
    }
    let mut top: Vec<&Page> = pages.values().filter(|page| page.breadcrumbs.len() == 1).collect();
    top.sort_by_key(|page| sort_key(page));
    top.into_iter().map(|page| page.path.clone()).collect()
}

/// What is said of a page that a menu names and the site does not have.
pub(super) const NOT_IN_MENU: &str = "config/no-such-page";

/// Pages named in `site.toml` or by another page, each checked.
pub(super) fn named_pages(
    named: &[Placed<String>],
    code: &'static str,
    pages: &BTreeMap<PagePath, Page>,
    found: &mut Vec<Diagnostic>,
) -> Vec<PagePath> {
    let mut paths = Vec::new();
    for name in named {
        let path = PagePath::new(name.value.as_str());
        if pages.contains_key(&path) {
            paths.push(path);
            continue;
        }
        let near = crate::diagnostics::suggestion(&name.value, pages.keys().map(PagePath::as_str));
        let help = near.map_or_else(|| String::from("name a page's file below `content/`"), |near| format!("did you mean `{near}`?"));
        found.push(Diagnostic::error(code, name.span.clone(), format!("there is no page `content/{}`", name.value)).with_help(help));
    }
    paths
}
