//! Links and pictures, resolved and checked to the anchor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::address::{OutputPath, PagePath, UrlPath};
use crate::diagnostics::{Diagnostic, Span, suggestion};
use crate::fields::Placed;
use crate::markdown::{Event, LinkType, PieceKind, Tag, TagEnd};

use super::Page;

/// Everything a link may lead to.
pub(super) struct Targets<'a> {
    pub anchors: &'a BTreeMap<PagePath, BTreeSet<String>>,
    pub drafts: &'a BTreeSet<PagePath>,
    pub assets: &'a BTreeMap<OutputPath, Arc<[u8]>>,
}

/// Schemes a page may link to. Everything else, `javascript:` before all, is refused.
const SCHEMES: [&str; 3] = ["https", "mailto", "tel"];

/// Replaces every link of a page by the relative address it means.
pub(super) fn resolve(page: &mut Page, text: &str, targets: &Targets<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let (path, url, file, own_anchors) = (page.path.clone(), page.url.clone(), page.file.clone(), &page.anchors);
    for index in 0..page.body.len() {
        let is_empty = is_empty_link(&page.body, index);
        let piece = &mut page.body[index];
        let (destination, is_image) = match &mut piece.kind {
            PieceKind::Event(Event::Start(Tag::Link { link_type: LinkType::Email, .. })) => continue,
            PieceKind::Event(Event::Start(Tag::Link { dest_url, .. })) => (dest_url, false),
            PieceKind::Event(Event::Start(Tag::Image { dest_url, .. })) => (dest_url, true),
            _ => continue,
        };
        let source = text.get(piece.span.clone()).unwrap_or("");
        // The caret belongs under the address; a reference link has it elsewhere, then it stays under the link.
        // A title or the words may repeat the address: it stands behind the last `](`.
        let from = source.rfind("](").map_or(0, |bracket| bracket + 2);
        let span = match source[from..].find(&**destination).map(|at| at + from) {
            Some(at) if !destination.is_empty() => Span::new(&file, piece.span.start + at..piece.span.start + at + destination.len()),
            _ => Span::new(&file, piece.span.clone()),
        };
        if is_empty {
            let (code, message) =
                if is_image { ("image/alt", "this picture has no alternative text") } else { ("link/empty", "this link has no text") };
            found.push(Diagnostic::error(code, span.clone(), message).with_help("say in square brackets what it shows or where it leads"));
        }
        let link = Link { path: &path, url: &url, own_anchors, destination, is_image };
        match targets.resolve(&link) {
            Ok(address) => *destination = address.into(),
            Err(Wrong { code, message, help }) => {
                let mut diagnostic = Diagnostic::error(code, span, message);
                diagnostic.help.extend(help);
                found.push(diagnostic);
            }
        }
    }
    found
}

/// Whether a link or picture has no words between its start and its end.
fn is_empty_link(body: &[crate::markdown::Piece], start: usize) -> bool {
    for piece in &body[start + 1..] {
        match &piece.kind {
            PieceKind::Event(Event::End(TagEnd::Link | TagEnd::Image)) => return true,
            PieceKind::Event(Event::Text(words) | Event::Code(words)) if !words.trim().is_empty() => return false,
            PieceKind::Inline(_) | PieceKind::Event(Event::Start(Tag::Image { .. })) => return false,
            _ => {}
        }
    }
    true
}

struct Link<'a> {
    path: &'a PagePath,
    url: &'a UrlPath,
    own_anchors: &'a BTreeSet<String>,
    destination: &'a str,
    is_image: bool,
}

struct Wrong {
    code: &'static str,
    message: String,
    help: Option<String>,
}

impl Targets<'_> {
    fn resolve(&self, link: &Link<'_>) -> Result<String, Wrong> {
        let destination = link.destination;
        if let Some(scheme) = scheme_of(destination) {
            return if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) && !link.is_image {
                Ok(destination.to_owned())
            } else {
                Err(refused(scheme, link.is_image))
            };
        }
        if destination.starts_with("//") {
            return Err(refused("", link.is_image));
        }
        let (path, anchor) = destination.split_once('#').map_or((destination, None), |(path, anchor)| (path, Some(anchor)));
        if path.is_empty() {
            let anchor = anchor.unwrap_or("");
            self.anchor(link.own_anchors, anchor, "this page")?;
            return Ok(format!("#{anchor}"));
        }
        let target = link.path.join(path).ok_or_else(|| Wrong {
            code: "link/outside",
            message: format!("`{path}` leads out of the site"),
            help: None,
        })?;
        if link.is_image && self.anchors.contains_key(&target) {
            return Err(Wrong { code: "link/no-such-page", message: format!("`{path}` is a page, not a picture"), help: None });
        }
        if let Some(anchors) = self.anchors.get(&target) {
            let address = link.url.to(&target.url_path());
            return match anchor {
                Some(anchor) => self.anchor(anchors, anchor, target.as_str()).map(|()| format!("{address}#{anchor}")),
                None => Ok(address),
            };
        }
        if self.assets.contains_key(&OutputPath::new(target.as_str())) {
            return Ok(format!("{}{target}", link.url.to_root()));
        }
        Err(self.missing(path, &target))
    }

    fn anchor(&self, anchors: &BTreeSet<String>, anchor: &str, place: &str) -> Result<(), Wrong> {
        if anchors.contains(anchor) {
            return Ok(());
        }
        let near = suggestion(anchor, anchors.iter().map(String::as_str));
        Err(Wrong {
            code: "link/no-such-anchor",
            message: format!("{place} has no heading or entry `#{anchor}`"),
            help: near.map(|near| format!("did you mean `#{near}`?")),
        })
    }

    fn missing(&self, written: &str, target: &PagePath) -> Wrong {
        if self.drafts.contains(target) {
            return Wrong {
                code: "link/draft",
                message: format!("`{target}` is a draft, so readers would not find it"),
                help: Some(String::from("take `draft = true` out of that page, or this link out of this one")),
            };
        }
        let stem = target.as_str();
        let as_page = [format!("{stem}.md"), format!("{stem}/index.md")]
            .into_iter()
            .find(|path| self.anchors.contains_key(&PagePath::new(path.as_str())));
        let help = match as_page {
            Some(_) => Some(format!(
                "write the link to the page's file: `{}.md` or `{}/index.md`",
                written.trim_end_matches('/'),
                written.trim_end_matches('/')
            )),
            // Paths of one folder are alike by their folder alone: the file's own name must be near, too.
            None => suggestion(stem, self.anchors.keys().map(PagePath::as_str))
                .filter(|near| suggestion(file_stem(stem), [file_stem(near)]).is_some())
                .map(|near| format!("did you mean `content/{near}`?")),
        };
        Wrong { code: "link/no-such-page", message: format!("there is no page or file `content/{target}`"), help }
    }

    /// Checks a reference that a data file or a quiz holds: a path below `content/`, with or without an anchor.
    pub(super) fn check_reference(&self, reference: &Placed<String>, found: &mut Vec<Diagnostic>) {
        let root = PagePath::new("index.md");
        let url = UrlPath::new("/");
        let none = BTreeSet::new();
        let link = Link { path: &root, url: &url, own_anchors: &none, destination: &reference.value, is_image: false };
        let wrong = if reference.value.split('#').next().is_some_and(|path| path.ends_with(".md")) {
            self.resolve(&link).err()
        } else {
            Some(Wrong {
                code: "link/no-such-page",
                message: format!("`{}` is not a page's file below `content/`", reference.value),
                help: None,
            })
        };
        if let Some(Wrong { code, message, help }) = wrong {
            let mut diagnostic = Diagnostic::error(code, reference.span.clone(), message);
            diagnostic.help.extend(help);
            found.push(diagnostic);
        }
    }
}

/// `review` of `guidance/review.md`.
fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

/// The scheme of an address, if it has one: `https` of `https://…`.
fn scheme_of(destination: &str) -> Option<&str> {
    let end = destination.find([':', '/', '#', '?'])?;
    (destination.as_bytes()[end] == b':').then(|| &destination[..end])
}

fn refused(scheme: &str, is_image: bool) -> Wrong {
    let (message, help) = match (is_image, scheme) {
        (true, _) => (
            String::from("a picture must lie in the site: nothing is loaded from elsewhere"),
            "put the file beside the page and link to it by its name",
        ),
        (false, "http") => (
            String::from("links to `http:` are refused: what they lead to can be changed on the way"),
            "write `https:`, if the site answers there",
        ),
        (false, "") => (String::from("an address that begins with `//` is refused"), "write `https://` in front"),
        (false, scheme) => (format!("links to `{scheme}:` are refused"), "use https, mailto or tel, or the path of a page's file"),
    };
    Wrong { code: "link/scheme", message, help: Some(help.to_owned()) }
}
