//! The HTML of a page, taken out of its site: its ids, and where its links lead.
//!
//! Several pages stand in one document, so an id gets the page's name in front. A link to a page of the package leads there; any other
//! leads to the site by its full address, in a window of its own: in the frame of a learning system the site would not open, and
//! the session would be gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::address::UrlPath;
use crate::html::{Html, escape};

static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<[a-z][^>]*>").expect("the pattern is sound"));
static IDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#" (id|name|for|aria-labelledby|aria-describedby|aria-controls)="([^"]+)""#).expect("the pattern is sound")
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#" (href|src|data-href)="([^"]*)""#).expect("the pattern is sound"));
static LINK_OUT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"<a [^>]*href="https?:[^>]*>"#).expect("the pattern is sound"));

/// What the links of a package depend on.
pub(super) struct Places<'a> {
    /// The site's address, without a slash at its end.
    pub base_url: &'a str,
    /// The pages of the package by their addresses on the site, each with its name in the package.
    pub pages: BTreeMap<UrlPath, String>,
}

/// A page's HTML with ids, and all that refers to them, of its own in a document of several pages.
pub(super) fn with_own_ids(html: &Html, name: &str) -> Html {
    let html = TAG.replace_all(html.as_str(), |tag: &Captures<'_>| {
        let tag = IDS.replace_all(&tag[0], |ids: &Captures<'_>| {
            let own: Vec<String> = ids[2].split(' ').map(|id| format!("{name}:{id}")).collect();
            format!(" {}=\"{}\"", &ids[1], own.join(" "))
        });
        tag.into_owned()
    });
    Html::from_renderer(html.into_owned())
}

impl Places<'_> {
    /// A part of a page with links as they lead from the package. Pictures that it shows are added to `pictures`, by their paths on
    /// the site.
    pub fn with_links(&self, html: &Html, page: &UrlPath, pictures: &mut BTreeSet<String>) -> Html {
        let html = TAG.replace_all(html.as_str(), |tag: &Captures<'_>| {
            let tag = ADDRESS.replace_all(&tag[0], |address: &Captures<'_>| {
                let (key, address) = (&address[1], &address[2]);
                let address = if key == "src" { picture(address, page, pictures) } else { self.link(address, page) };
                format!(" {key}=\"{address}\"")
            });
            tag.into_owned()
        });
        Html::from_renderer(html.into_owned())
    }

    /// Where a link of a page leads from the package. Addresses are escaped already, and stay so.
    fn link(&self, address: &str, page: &UrlPath) -> String {
        let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
        if has_scheme(path) {
            return address.to_owned();
        }
        let target = resolved(path, page);
        let name = self.pages.iter().find(|(url, _)| url.as_str() == target).map(|(_, name)| escape(name));
        match name {
            Some(name) if anchor.is_empty() => format!("#{name}"),
            Some(name) => format!("#{name}:{anchor}"),
            None if anchor.is_empty() => format!("{}{target}", self.base_url),
            None => format!("{}{target}#{anchor}", self.base_url),
        }
    }
}

/// The whole document, with every link out of it in a window of its own.
pub(super) fn open_outside(document: &str) -> String {
    let opened = LINK_OUT.replace_all(document, |link: &Captures<'_>| {
        let open = link[0].trim_end_matches('>');
        format!("{open} target=\"_blank\" rel=\"noopener\">")
    });
    opened.into_owned()
}

/// A picture lies in the package where it lies on the site, seen from the root.
fn picture(source: &str, page: &UrlPath, pictures: &mut BTreeSet<String>) -> String {
    let address = resolved(source, page)[1..].to_owned();
    pictures.insert(decoded(&address));
    address
}

/// A path whose characters were written as `%20` and the like.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok()).and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn has_scheme(path: &str) -> bool {
    path.split(['/', '?']).next().is_some_and(|first| first.contains(':'))
}

/// The address on the site that a relative one means, seen from a page.
fn resolved(path: &str, from: &UrlPath) -> String {
    let mut parts: Vec<&str> = from.as_str().trim_matches('/').split('/').filter(|part| !part.is_empty()).collect();
    let is_folder = path.is_empty() || path.ends_with('/');
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    let slash = if is_folder && !parts.is_empty() { "/" } else { "" };
    format!("/{}{slash}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_resolved_from_the_page() {
        for (from, path, meant) in [
            ("/a/b/", "", "/a/b/"),
            ("/a/b/", "./", "/a/b/"),
            ("/a/b/", "../c/", "/a/c/"),
            ("/a/b/", "../../", "/"),
            ("/", "a/", "/a/"),
            ("/a/b/", "../../a/plan.png", "/a/plan.png"),
        ] {
            assert_eq!(resolved(path, &UrlPath::new(from)), meant, "{path} from {from}");
        }
    }

    #[test]
    fn links_lead_into_the_package_or_to_the_site() {
        let pages = BTreeMap::from([(UrlPath::new("/a/"), String::from("a")), (UrlPath::new("/b/c/"), String::from("b/c"))]);
        let places = Places { base_url: "https://site.example/early", pages };
        for (written, meant) in [
            ("<a href=\"#x\">", "<a href=\"#a:x\">"),
            ("<a href=\"../b/c/\">", "<a href=\"#b/c\">"),
            ("<a class=\"term\" href=\"../b/c/#y\">", "<a class=\"term\" href=\"#b/c:y\">"),
            ("<a href=\"../d/#z\">", "<a href=\"https://site.example/early/d/#z\">"),
            ("<a href=\"../\">", "<a href=\"https://site.example/early/\">"),
            ("<a href=\"https://other.example/?q=1&amp;r=2#s\">", "<a href=\"https://other.example/?q=1&amp;r=2#s\">"),
            ("<a href=\"tel:01724000000\">", "<a href=\"tel:01724000000\">"),
            ("<a href=\"mailto:a@b.example\">", "<a href=\"mailto:a@b.example\">"),
        ] {
            let html = Html::from_renderer(format!("{written}../d/ href=&quot;../d/&quot;</a>"));
            let linked = places.with_links(&html, &UrlPath::new("/a/"), &mut BTreeSet::new());
            assert_eq!(linked.as_str(), format!("{meant}../d/ href=&quot;../d/&quot;</a>"));
        }
    }

    #[test]
    fn pictures_are_asked_for_by_the_names_of_their_files() {
        let places = Places { base_url: "https://site.example", pages: BTreeMap::new() };
        let mut pictures = BTreeSet::new();
        let html = Html::from_renderer(String::from("<img src=\"../../b/my%20plan.png\" alt=\"100% done\">"));
        let linked = places.with_links(&html, &UrlPath::new("/b/c/"), &mut pictures);
        assert_eq!(linked.as_str(), "<img src=\"b/my%20plan.png\" alt=\"100% done\">");
        assert_eq!(pictures, BTreeSet::from([String::from("b/my plan.png")]));
        assert_eq!(decoded("a%e2%82%acb%2"), "a€b%2");
    }

    #[test]
    fn ids_are_told_apart_by_their_page() {
        let html = Html::from_renderer(String::from("<h2 id=\"x\">id=\"no\"</h2><p aria-labelledby=\"x y\" class=\"x\" data-id=\"x\">"));
        let own = with_own_ids(&html, "a/b");
        assert_eq!(own.as_str(), "<h2 id=\"a/b:x\">id=\"no\"</h2><p aria-labelledby=\"a/b:x a/b:y\" class=\"x\" data-id=\"x\">");
    }

    #[test]
    fn only_links_to_other_sites_open_a_window() {
        let document = "<a class=\"x\" href=\"https://a.example/\">a</a> <a href=\"#b\">b</a> <a href=\"tel:1\">1</a>";
        let opened = "<a class=\"x\" href=\"https://a.example/\" target=\"_blank\" rel=\"noopener\">a</a> <a href=\"#b\">b</a> <a href=\"tel:1\">1</a>";
        assert_eq!(open_outside(document), opened);
    }
}
