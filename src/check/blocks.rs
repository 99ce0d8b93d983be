//! A page's prose, block by block: paragraphs, list items, table cells and headings, each with its place in the file.

use std::ops::Range;

use crate::diagnostics::{FilePath, Span};
use crate::markdown::{Event, Piece, PieceKind, Tag, TagEnd};

/// The words of one block, and where each stretch of them stands.
#[derive(Debug, Default)]
pub struct Block {
    pub text: String,
    /// Offset in `text`, bytes in the file.
    stretches: Vec<(usize, Range<usize>)>,
    pub is_heading: bool,
}

impl Block {
    /// The place of some bytes of the text.
    pub fn span(&self, file: &FilePath, range: Range<usize>) -> Span {
        let (first, last) = (self.stretch_of(range.start), self.stretch_of(range.end.saturating_sub(1)));
        let start = (first.1.start + range.start - first.0).min(first.1.end);
        let end = (last.1.start + range.end - last.0).min(last.1.end).max(start);
        Span::new(file, start..end)
    }

    fn stretch_of(&self, at: usize) -> &(usize, Range<usize>) {
        let index = self.stretches.partition_point(|(offset, _)| *offset <= at);
        &self.stretches[index.saturating_sub(1)]
    }

    fn push(&mut self, words: &str, span: &Range<usize>) {
        self.stretches.push((self.text.len(), span.clone()));
        self.text.push_str(words);
    }
}

/// What stands in the place of a fact that a directive draws: one word, which no rule about words takes for anything.
const FACT: &str = "fact";

/// The blocks of a body, in order. Code is left out: it shows, and does not say.
pub fn of(body: &[Piece]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut block = Block::default();
    let mut is_code = false;
    for piece in body {
        match &piece.kind {
            PieceKind::Event(Event::Start(Tag::CodeBlock(_))) => is_code = true,
            PieceKind::Event(Event::End(TagEnd::CodeBlock)) => is_code = false,
            PieceKind::Event(Event::Text(_)) if is_code => {}
            // Written by the build, not by the author.
            PieceKind::Event(Event::Text(_)) if piece.span.is_empty() => {}
            PieceKind::Event(Event::Text(words)) => block.push(words, &piece.span),
            PieceKind::Event(Event::SoftBreak | Event::HardBreak) => block.push(" ", &piece.span),
            PieceKind::Inline(directive) => block.push(directive.text.as_deref().unwrap_or(FACT), &piece.span),
            PieceKind::Event(Event::Start(tag)) if is_inline(tag) => {}
            PieceKind::Event(Event::End(tag)) if is_inline_end(*tag) => {}
            PieceKind::Event(Event::Code(words)) => block.push(&"x".repeat(words.len().min(8)), &piece.span),
            _ => {
                end(&mut block, &mut blocks);
                block.is_heading = matches!(piece.kind, PieceKind::Event(Event::Start(Tag::Heading { .. })));
            }
        }
    }
    end(&mut block, &mut blocks);
    blocks
}

fn end(block: &mut Block, blocks: &mut Vec<Block>) {
    let ended = std::mem::take(block);
    if !ended.text.trim().is_empty() {
        blocks.push(ended);
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
}

fn is_inline_end(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
}
