//! Markdown in a quiz file: prompts, choices, feedback, readings.
//!
//! Words only: emphasis, code, lists, tables. No links, since the passage that answers belongs in `see`, where it is checked;
//! no pictures and no directives, which a definition in plain text could not hold.

use crate::diagnostics::Diagnostic;
use crate::fields::Placed;
use crate::markdown::{self, Event, Piece, PieceKind, Tag, TagEnd};

/// A text in Markdown, with the plain words that records are about.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    /// Paragraphs parted by an empty line.
    pub plain: String,
    pieces: Vec<Piece>,
}

impl PartialEq for Prose {
    fn eq(&self, other: &Self) -> bool {
        self.plain == other.plain
    }
}

impl Prose {
    /// Reads a text; what is wrong with it is shown at the whole of it.
    pub(super) fn read(text: &Placed<String>, found: &mut Vec<Diagnostic>) -> Self {
        let (mut pieces, mut in_text) = markdown::parse(&text.span.file, &text.value, 0);
        for diagnostic in &mut in_text {
            diagnostic.span = text.span.clone();
        }
        found.append(&mut in_text);
        if let Some(help) = pieces.iter().find_map(refused) {
            let message = "a quiz's texts hold words, and no links, pictures or directives";
            found.push(Diagnostic::error("quiz/markdown", text.span.clone(), message).with_help(help));
        }
        pieces.retain(|piece| refused(piece).is_none() && !is_end_of_refused(piece));
        Self { plain: plain(&pieces), pieces }
    }

    /// Reads a text of another program's file, where a heading or a link is no mistake: their words stay, and where `keeps_links`
    /// the links that a page may have. A picture is one that is not here.
    pub(super) fn foreign(text: &Placed<String>, keeps_links: bool, found: &mut Vec<Diagnostic>) -> Self {
        let mut pieces = markdown::parse_foreign(&text.value);
        let mut is_kept_link = false;
        pieces.retain_mut(|piece| {
            let PieceKind::Event(event) = &mut piece.kind else { return false };
            match event {
                Event::Start(Tag::Heading { .. }) => *event = Event::Start(Tag::Paragraph),
                Event::End(TagEnd::Heading(_)) => *event = Event::End(TagEnd::Paragraph),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    is_kept_link = keeps_links && dest_url.starts_with("https://");
                    return is_kept_link;
                }
                Event::End(TagEnd::Link) => return is_kept_link,
                Event::Start(Tag::Image { .. }) => {
                    let message = "of a picture only its words are shown here";
                    found.push(Diagnostic::warning("quiz/picture", text.span.clone(), message));
                    return false;
                }
                Event::End(TagEnd::Image) => return false,
                _ => {}
            }
            true
        });
        Self { plain: plain(&pieces), pieces }
    }

    /// The same as a single paragraph, fit to stand in a label: the line breaks where a block began, and a block of code is code
    /// with its line ends.
    pub(super) fn in_one_paragraph(self) -> Self {
        let mut events: Vec<Event<'static>> = vec![Event::Start(Tag::Paragraph)];
        let mut is_code_block = false;
        for piece in self.pieces {
            let PieceKind::Event(event) = piece.kind else { continue };
            match event {
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
                | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => events.push(event),
                Event::Start(tag) => {
                    is_code_block = matches!(tag, Tag::CodeBlock(_));
                    if events.len() > 1 && events.last() != Some(&Event::HardBreak) {
                        events.push(Event::HardBreak);
                    }
                }
                Event::End(_) => is_code_block = false,
                Event::Text(lines) if is_code_block => match events.pop() {
                    Some(Event::Code(before)) => events.push(Event::Code(format!("{before}\n{}", lines.trim_end()).into())),
                    before => {
                        events.extend(before);
                        events.push(Event::Code(lines.trim_end().to_owned().into()));
                    }
                },
                event => events.push(event),
            }
        }
        events.push(Event::End(TagEnd::Paragraph));
        let pieces = events.into_iter().map(|event| Piece { kind: PieceKind::Event(event), span: 0..0 }).collect();
        Self { plain: self.plain, pieces }
    }

    /// Whether it begins with a paragraph, which can be a label.
    pub(super) fn has_line(&self) -> bool {
        !self.parts().0.is_empty()
    }

    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// The first paragraph without its tags, and what follows it. Where the text begins with something else, all of it follows.
    fn parts(&self) -> (&[Piece], &[Piece]) {
        let event = |piece: &Piece| match &piece.kind {
            PieceKind::Event(event) => Some(event.clone()),
            _ => None,
        };
        if !matches!(self.pieces.first().and_then(event), Some(Event::Start(Tag::Paragraph))) {
            return (&[], &self.pieces);
        }
        let end = self.pieces.iter().position(|piece| matches!(event(piece), Some(Event::End(TagEnd::Paragraph))));
        let end = end.unwrap_or(self.pieces.len() - 1);
        (&self.pieces[1..end], &self.pieces[end + 1..])
    }

    /// The first paragraph, fit to stand in a label.
    pub fn line(&self) -> impl Iterator<Item = Event<'_>> {
        self.parts().0.iter().filter_map(event)
    }

    /// What follows the first paragraph.
    pub fn rest(&self) -> impl Iterator<Item = Event<'_>> {
        self.parts().1.iter().filter_map(event)
    }

    pub fn all(&self) -> impl Iterator<Item = Event<'_>> {
        self.pieces.iter().filter_map(event)
    }
}

/// Columns stand as the theme has them: their alignment would become an inline style.
fn event(piece: &Piece) -> Option<Event<'_>> {
    match &piece.kind {
        PieceKind::Event(Event::Start(Tag::Table(columns))) => {
            Some(Event::Start(Tag::Table(vec![markdown::Alignment::None; columns.len()])))
        }
        PieceKind::Event(event) => Some(event.clone()),
        _ => None,
    }
}

/// What belongs in the place of a piece that cannot stand here.
fn refused(piece: &Piece) -> Option<&'static str> {
    match &piece.kind {
        PieceKind::Event(Event::Start(Tag::Link { .. })) => Some("name the passage in `see`: it is linked and checked"),
        PieceKind::Event(Event::Start(Tag::Image { .. })) => Some("put the picture on the page that `see` names"),
        PieceKind::Event(Event::Start(Tag::Heading { .. })) => Some("the question is its own heading: write a paragraph"),
        PieceKind::Open(_) | PieceKind::Close | PieceKind::Inline(_) => {
            Some("write the words themselves; before a colon that is meant as one put `\\`")
        }
        PieceKind::Event(_) => None,
    }
}

fn is_end_of_refused(piece: &Piece) -> bool {
    matches!(piece.kind, PieceKind::Event(Event::End(TagEnd::Link | TagEnd::Image | TagEnd::Heading(_))))
}

fn plain(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match &piece.kind {
            PieceKind::Event(Event::Text(words) | Event::Code(words)) => text.push_str(words),
            PieceKind::Event(Event::SoftBreak | Event::HardBreak) => text.push(' '),
            PieceKind::Event(Event::End(
                TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::List(_) | TagEnd::Table | TagEnd::BlockQuote(_),
            )) => {
                text.truncate(text.trim_end().len());
                text.push_str("\n\n");
            }
            PieceKind::Event(Event::End(TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead)) => text.push('\n'),
            PieceKind::Event(Event::End(TagEnd::TableCell)) => text.push(' '),
            _ => {}
        }
    }
    text.truncate(text.trim_end().len());
    text
}
