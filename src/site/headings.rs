//! Ids for headings, and the list of contents.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::markdown::{self, Event, Piece, PieceKind, Tag, TagEnd};

/// One heading of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub id: String,
    pub text: String,
    /// 2 to 6: the title is the page's only heading of level 1.
    pub level: u8,
}

/// Gives every heading an id that is unique on its page, in place, and lists those outside of directives.
pub(super) fn name(file: &FilePath, body: &mut [Piece], anchors: &mut BTreeSet<String>, found: &mut Vec<Diagnostic>) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut depth = 0_usize;
    let mut previous_level = 1;
    for index in 0..body.len() {
        match &body[index].kind {
            PieceKind::Open(_) => depth += 1,
            PieceKind::Close => depth = depth.saturating_sub(1),
            PieceKind::Event(Event::Start(Tag::Heading { level, id, classes, attrs })) => {
                if !classes.is_empty() || !attrs.is_empty() {
                    let span = Span::new(file, body[index].span.start..body[index].span.end);
                    found.push(
                        Diagnostic::error("heading/attribute", span, "a heading takes an id in braces and nothing else")
                            .with_help("write `## Heading {#id}`"),
                    );
                }
                let span = Span::new(file, body[index].span.start..body[index].span.end);
                let (level, given) = (*level as u8, id.as_ref().map(ToString::to_string));
                let text = heading_text(&body[index + 1..]);
                if text.trim().is_empty() {
                    found.push(Diagnostic::error("heading/empty", span.clone(), "this heading says nothing"));
                }
                if level == 1 {
                    found.push(
                        Diagnostic::error("heading/level-one", span.clone(), "the page's title is its only heading of level 1")
                            .with_help("begin this heading with `##`"),
                    );
                } else if level > previous_level + 1 {
                    let message = format!("a heading of level {level} follows one of level {previous_level}");
                    found.push(
                        Diagnostic::warning("heading/jump", span.clone(), message)
                            .with_help("people who hear the page find their way by these levels"),
                    );
                }
                previous_level = level;
                let id = match given {
                    Some(id) if anchors.contains(&id) => {
                        found.push(Diagnostic::error("heading/same-id", span, format!("the id `{id}` is already used on this page")));
                        id
                    }
                    Some(id) => id,
                    None => unused(&slug::slugify(&text), anchors),
                };
                anchors.insert(id.clone());
                if let PieceKind::Event(Event::Start(Tag::Heading { id: place, .. })) = &mut body[index].kind {
                    *place = Some(id.clone().into());
                }
                if depth == 0 {
                    headings.push(Heading { id, text, level });
                }
            }
            _ => {}
        }
    }
    headings
}

fn heading_text(after: &[Piece]) -> String {
    let end = after.iter().position(|piece| matches!(piece.kind, PieceKind::Event(Event::End(TagEnd::Heading(_)))));
    markdown::plain_text(&after[..end.unwrap_or(after.len())])
}

/// `wanted`, or `wanted-2`, `wanted-3` … when headings are alike.
pub(super) fn unused(wanted: &str, anchors: &BTreeSet<String>) -> String {
    let wanted = if wanted.is_empty() { "section" } else { wanted };
    if !anchors.contains(wanted) {
        return wanted.to_owned();
    }
    (2..).map(|n| format!("{wanted}-{n}")).find(|id| !anchors.contains(id)).expect("there are more numbers than headings")
}
