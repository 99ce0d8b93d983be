//! Markdown to a list of pieces, each with its bytes in the file.
//!
//! In: a file and where its body starts. Out: [`Piece`]s and what was wrong. Links are left as written; raw HTML is
//! refused. pulldown-cmark lives here and nowhere else, but for its event type.
//!
//! Directives are not Markdown, and cutting the text at them would tear reference links and lists apart. So each is
//! covered by a mark of the same length that the parser passes through untouched (a processing instruction for a `:::`
//! line, control characters for an inline one), the text is parsed whole, and the marks are read back by their offsets.

pub mod directive;

use std::borrow::Cow;
use std::ops::Range;

pub use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};
use pulldown_cmark::{BrokenLink, Options, Parser};

use crate::diagnostics::{Diagnostic, FilePath, Span};
use directive::{Directive, Found, Mark};

/// A part of a body: a Markdown event, or a directive's start, end or whole.
#[derive(Debug, Clone)]
pub struct Piece {
    pub kind: PieceKind,
    /// Bytes of the file.
    pub span: Range<usize>,
}

#[derive(Debug, Clone)]
pub enum PieceKind {
    Event(Event<'static>),
    /// `:::name {…}`: everything up to its [`PieceKind::Close`] is the body.
    Open(Directive),
    Close,
    /// `:name[text]{…}` inside a line.
    Inline(Directive),
}

/// Directives in directives: no page needs more, and drawing them takes a call each.
const MAX_NESTED: usize = 20;

/// One control character that no author types; an inline directive is covered with as many as it has bytes.
pub(crate) const COVER: char = '\u{1a}';

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_DEFINITION_LIST
}

/// Parses the body of a page, `text[start..]`. Every span counts from the first byte of the file.
pub fn parse(file: &FilePath, text: &str, start: usize) -> (Vec<Piece>, Vec<Diagnostic>) {
    let body = &text[start..];
    let Found { covered, marks, mut diagnostics } = directive::find(file, body, start, &code_ranges(body));
    let masked: &str = &covered;
    let mut pieces = Vec::with_capacity(body.len() / 12);
    let mut html_blocks: Option<bool> = None;
    let mut is_code_block = false;
    let mut refused: Vec<Range<usize>> = Vec::new();
    let mut unknown_references: Vec<Range<usize>> = Vec::new();
    // `[words]` alone may be meant as it stands; `[words][name]` is a link to a name that nothing explains.
    let mut note_reference = |link: BrokenLink<'_>| {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            unknown_references.push(link.span.start + start..link.span.end + start);
        }
        None
    };
    let parser = Parser::new_with_broken_link_callback(masked, options(), Some(&mut note_reference));
    for (event, range) in parser.into_offset_iter() {
        let span = range.start + start..range.end + start;
        match event {
            // A block of HTML is one of our marks or the author's own; only the first kind may stay.
            Event::Start(Tag::HtmlBlock) => html_blocks = Some(false),
            Event::End(TagEnd::HtmlBlock) => html_blocks = None,
            Event::Html(_) => match marks.line_at(range.start) {
                Some(Mark::Open(directive)) => pieces.push(Piece { kind: PieceKind::Open(directive.clone()), span }),
                Some(Mark::Close) => pieces.push(Piece { kind: PieceKind::Close, span }),
                None if html_blocks == Some(false) => {
                    html_blocks = Some(true);
                    refused.push(trimmed(body, range, start));
                }
                None => {}
            },
            // The end of an element whose start was refused is no second mistake.
            Event::InlineHtml(tag) if tag.starts_with("</") && !refused.is_empty() => {}
            Event::InlineHtml(_) => refused.push(span),
            // Code shows everything as it was written, whatever covers it.
            Event::Text(_) if is_code_block => push_event(&mut pieces, Event::Text(body[range].to_owned().into()), span),
            Event::Text(words) if marks.any_inline_in(&range) => split_inline(&words, &range, start, &marks, &mut pieces),
            event => {
                match event {
                    Event::Start(Tag::CodeBlock(_)) => is_code_block = true,
                    Event::End(TagEnd::CodeBlock) => is_code_block = false,
                    _ => {}
                }
                push_event(&mut pieces, event, span);
            }
        }
    }
    for range in unknown_references {
        diagnostics.push(
            Diagnostic::error("link/no-such-reference", Span::new(file, range), "nothing says where this link leads")
                .with_help("write the address in round brackets, or a line `[name]: address` below"),
        );
    }
    for range in refused {
        diagnostics.push(
            Diagnostic::error("markdown/raw-html", Span::new(file, range), "raw HTML is not allowed in a page")
                .with_help("write it as Markdown or with a directive; to show a `<`, write `\\<`"),
        );
    }
    outside_of_links(file, &pieces, &mut diagnostics);
    close_in_order(file, &mut pieces, &mut diagnostics);
    (pieces, diagnostics)
}

/// Parses Markdown that was written for another program: nothing in it is a directive, and HTML is shown as it was typed.
pub fn parse_foreign(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (event, span) in Parser::new_ext(text, options()).into_offset_iter() {
        let event = match event {
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            Event::Html(typed) | Event::InlineHtml(typed) => Event::Text(typed),
            event => event,
        };
        push_event(&mut pieces, event, span);
    }
    pieces
}

fn push_event(pieces: &mut Vec<Piece>, event: Event<'_>, span: Range<usize>) {
    pieces.push(Piece { kind: PieceKind::Event(event.into_static()), span });
}

/// The first line of a refused block, without its line end: enough to find it by.
fn trimmed(body: &str, range: Range<usize>, start: usize) -> Range<usize> {
    let length = body[range.clone()].lines().next().map_or(0, str::len);
    range.start + start..range.start + start + length
}

/// Text in which an inline directive stands: the text before, the directive, the text after.
fn split_inline(words: &str, range: &Range<usize>, start: usize, marks: &directive::Marks, pieces: &mut Vec<Piece>) {
    let mut at = range.start;
    for (mark, directive) in marks.inline_in(range) {
        if at < mark.start {
            let text = words[at - range.start..mark.start - range.start].to_owned();
            push_event(pieces, Event::Text(text.into()), at + start..mark.start + start);
        }
        pieces.push(Piece { kind: PieceKind::Inline(directive.clone()), span: mark.start + start..mark.end + start });
        at = mark.end;
    }
    if at < range.end {
        push_event(pieces, Event::Text(words[at - range.start..].to_owned().into()), at + start..range.end + start);
    }
}

/// The bytes of a body that are code, in which nothing is a directive. Asked of the Markdown parser itself: where code begins
/// and ends depends on lists, quotations and indentation. Not asked when there is nothing that code could hide.
fn code_ranges(body: &str) -> Vec<Range<usize>> {
    let is_asked = body.contains(":::") || body.contains('{') || directive::addresses_with_spaces(body).next().is_some();
    if !is_asked {
        return Vec::new();
    }
    let mut ranges = Vec::new();
    for (event, range) in Parser::new_ext(body, options()).into_offset_iter() {
        if matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)) {
            ranges.push(range);
        }
    }
    ranges
}

/// Reports directives in a link or a picture: what they draw may be a link itself, and an address is no place for them.
fn outside_of_links(file: &FilePath, pieces: &[Piece], diagnostics: &mut Vec<Diagnostic>) {
    let mut is_in_link = false;
    for piece in pieces {
        let is_wrong = match &piece.kind {
            PieceKind::Event(Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. })) => {
                is_in_link = true;
                dest_url.contains(COVER) || title.contains(COVER)
            }
            PieceKind::Event(Event::End(TagEnd::Link | TagEnd::Image)) => {
                is_in_link = false;
                false
            }
            PieceKind::Inline(_) => is_in_link,
            _ => false,
        };
        if is_wrong {
            diagnostics.push(
                Diagnostic::error(
                    "directive/in-link",
                    Span::new(file, piece.span.clone()),
                    "a directive cannot stand in a link or a picture",
                )
                .with_help("put it before or after"),
            );
        }
    }
}

/// Reports directives that are closed but never opened, or opened and never closed.
fn close_in_order(file: &FilePath, pieces: &mut Vec<Piece>, diagnostics: &mut Vec<Diagnostic>) {
    // A directive must end in the same list item or quotation in which it began: `depth` is that of the Markdown around it.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut depth = 0_usize;
    let mut drop: Vec<usize> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match &piece.kind {
            PieceKind::Event(Event::Start(_)) => depth += 1,
            PieceKind::Event(Event::End(_)) => depth = depth.saturating_sub(1),
            PieceKind::Open(directive) => {
                if open.len() == MAX_NESTED {
                    let message = format!("directives stand in each other more than {MAX_NESTED} deep");
                    diagnostics.push(Diagnostic::error("directive/nesting", directive.span.clone(), message));
                }
                open.push((index, depth));
            }
            PieceKind::Close => match open.pop() {
                Some((_, at)) if at == depth => {}
                Some((opened, _)) => {
                    drop.extend([opened, index]);
                    diagnostics.push(
                        Diagnostic::error(
                            "directive/nesting",
                            Span::new(file, piece.span.clone()),
                            "this `:::` closes a directive that was opened outside of this list or quotation",
                        )
                        .with_help("indent both lines alike"),
                    );
                }
                None => {
                    drop.push(index);
                    diagnostics.push(
                        Diagnostic::error("directive/not-open", Span::new(file, piece.span.clone()), "this `:::` closes nothing")
                            .with_help("take it out, or open a directive above it with `:::name`"),
                    );
                }
            },
            _ => {}
        }
    }
    for (index, _) in open {
        if let PieceKind::Open(directive) = &pieces[index].kind {
            diagnostics.push(
                Diagnostic::error("directive/not-closed", directive.span.clone(), format!("`:::{}` is never closed", directive.name.value))
                    .with_help("add a line `:::` after its last line"),
            );
        }
        drop.push(index);
    }
    drop.sort_unstable();
    drop.dedup();
    for index in drop.into_iter().rev() {
        pieces.remove(index);
    }
}

/// The words of some pieces, without marks: for headings, alternative texts and the search index.
pub fn plain_text<'a>(pieces: impl IntoIterator<Item = &'a Piece>) -> String {
    let mut text = String::new();
    for piece in pieces {
        match &piece.kind {
            PieceKind::Event(Event::Text(words) | Event::Code(words)) => text.push_str(words),
            PieceKind::Event(Event::SoftBreak | Event::HardBreak) => text.push(' '),
            PieceKind::Inline(directive) => text.push_str(directive.text.as_deref().unwrap_or_default()),
            _ => {}
        }
    }
    text
}

/// Markdown events as HTML.
pub fn to_html<'a>(events: impl Iterator<Item = Event<'a>>, html: &mut String) {
    pulldown_cmark::html::push_html(html, events);
}

/// The text that a masked copy covers, or the text itself when nothing had to be covered.
pub(crate) type Covered<'a> = Cow<'a, str>;

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> (String, Vec<String>) {
        let (pieces, found) = parse(&FilePath::from("a.md"), text, 0);
        let shape = pieces
            .iter()
            .map(|piece| match &piece.kind {
                PieceKind::Event(Event::Text(words)) => format!("“{words}”"),
                PieceKind::Event(Event::Code(words)) => format!("`{words}`"),
                PieceKind::Event(Event::Start(tag)) => format!("{}(", format!("{tag:?}").chars().next().expect("a tag has a name")),
                PieceKind::Event(Event::End(_)) => String::from(")"),
                PieceKind::Event(_) => String::from("·"),
                PieceKind::Open(directive) => format!("{}{{", directive.name.value),
                PieceKind::Close => String::from("}"),
                PieceKind::Inline(directive) => format!("<{}>", directive.name.value),
            })
            .collect();
        (shape, found.iter().map(|diagnostic| format!("{}@{}", diagnostic.code, diagnostic.span.start)).collect())
    }

    #[track_caller]
    fn check(text: &str, expected: &str, codes: &[&str]) {
        let (shape, found) = shape(text);
        assert_eq!((shape.as_str(), found.iter().map(String::as_str).collect::<Vec<_>>()), (expected, codes.to_vec()), "{text}");
    }

    #[test]
    fn directives_stand_where_they_were_written() {
        check("a\n:::steps\n1. b\n:::\nc", "P(“a”)steps{L(I(“b”))}P(“c”)", &[]);
        check("see :term[the team]{id=taf} now", "P(“see ”<term>“ now”)", &[]);
        check("- x\n\n  :::callout {kind=do}\n  y\n  :::", "L(I(P(“x”)callout{P(“y”)}))", &[]);
    }

    #[test]
    fn code_shows_directives_as_written() {
        check(
            "`:term[a]{id=b}` and\n\n```\n:::steps\n:term[a]{id=b}\n```",
            "P(`:term[a]{id=b}`“ and”)C(“:::steps\n:term[a]{id=b}\n”)",
            &[],
        );
    }

    #[test]
    fn every_mistake_has_its_place() {
        check("a <b>c</b>\n\n<div>\n\n:::\n", "P(“a ”“c”)", &["markdown/raw-html@2", "markdown/raw-html@12", "directive/not-open@19"]);
        check("x\n\n:::steps\n\ny", "P(“x”)P(“y”)", &["directive/not-closed@3"]);
    }
}
