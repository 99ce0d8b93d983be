//! Glossary terms, linked where a page first uses them, and abbreviations written out there.
//!
//! An author writes plain words. The first use of each term becomes a `:term`, unless the author wrote one; the first use of
//! an abbreviation is followed by what it stands for, unless the author put one of the two in brackets. Headings, links,
//! code and the lists that diagrams are drawn from stay as they are. Opt-outs: `glossary = false` in a page's front matter,
//! `link = false` at a term.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::data::{Data, Term};
use crate::diagnostics::{FilePath, Span};
use crate::fields::Placed;
use crate::markdown::directive::{Attribute, Directive};
use crate::markdown::{Event, Piece, PieceKind, Tag, TagEnd};

use super::Page;

/// Bodies that are read line by line, or that are links already.
const LEFT_ALONE: [&str; 6] = ["cards", "flow", "form", "genogram", "timeline", "triangle"];

/// The words of all terms, ready to be looked for.
pub(super) struct Words<'d> {
    /// By the words in small letters.
    terms: BTreeMap<String, &'d Term>,
    /// The same words by their first one, the longest first: “early help assessment” before “early help”.
    by_first: BTreeMap<String, Vec<String>>,
    by_id: BTreeMap<&'d str, &'d Term>,
}

impl<'d> Words<'d> {
    pub fn of(data: &'d Data) -> Self {
        let mut terms: BTreeMap<String, &Term> = BTreeMap::new();
        for term in data.terms.iter().filter(|term| term.is_linked) {
            for words in [&term.term, &term.expansion].into_iter().chain(&term.also).filter(|words| !words.is_empty()) {
                terms.entry(words.to_lowercase()).or_insert(term);
            }
        }
        let mut by_first: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for words in terms.keys() {
            by_first.entry(first_word(words).to_owned()).or_default().push(words.clone());
        }
        for words in by_first.values_mut() {
            words.sort_by_key(|words| std::cmp::Reverse(words.len()));
        }
        Self { terms, by_first, by_id: data.terms.iter().map(|term| (term.id.value.as_str(), term)).collect() }
    }

    /// Where terms stand in a text, from left to right, each as long as it can be.
    fn find(&self, text: &str) -> Vec<(Range<usize>, &'d Term)> {
        let lower = text.to_lowercase();
        // In the few letters whose small form has another length, offsets would not hold.
        if lower.len() != text.len() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &lower[at..];
            let word = first_word(rest);
            if word.is_empty() {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            let candidates = [Some(word), word.strip_suffix('s')].into_iter().flatten().filter_map(|word| self.by_first.get(word));
            let end = candidates.flatten().find_map(|words| at_start(rest, words));
            match end.and_then(|end| Some((end, self.term(&text[at..at + end])?))) {
                Some((end, term)) => {
                    found.push((at..at + end, term));
                    at += end;
                }
                None => at += word.len(),
            }
        }
        found
    }

    /// The term that some words name. An abbreviation is one only in its own capitals: `CIN`, not `cin`.
    fn term(&self, found: &str) -> Option<&'d Term> {
        let lower = found.to_lowercase();
        let (term, words) = match self.terms.get(&lower) {
            Some(term) => (*term, found),
            None => (*self.terms.get(lower.strip_suffix('s')?)?, &found[..found.len() - 1]),
        };
        let spelt_with_capitals =
            [&term.term].into_iter().chain(&term.also).find(|spelt| is_abbreviation(spelt) && spelt.to_lowercase() == words.to_lowercase());
        spelt_with_capitals.is_none_or(|spelt| spelt == words).then_some(term)
    }
}

/// The letters and digits that a text begins with.
fn first_word(text: &str) -> &str {
    &text[..text.find(|character: char| !character.is_alphanumeric()).unwrap_or(text.len())]
}

/// How far some words reach at the start of a text, a plural `s` included. None: they do not stand there as whole words.
fn at_start(text: &str, words: &str) -> Option<usize> {
    let rest = text.strip_prefix(words)?;
    let (rest, end) = rest.strip_prefix('s').map_or((rest, words.len()), |rest| (rest, words.len() + 1));
    (!rest.starts_with(char::is_alphanumeric)).then_some(end)
}

/// Two capitals or more, and no small letter: `TAF`, `C&F`.
fn is_abbreviation(words: &str) -> bool {
    words.chars().filter(|character| character.is_uppercase()).count() > 1 && !words.chars().any(char::is_lowercase)
}

/// Links the terms of a page, in place. Out: the ids of its terms, in the order of their first use.
pub(super) fn link(page: &mut Page, words: &Words<'_>) -> Vec<String> {
    if words.terms.is_empty() {
        return Vec::new();
    }
    let shows_glossary = super::directives::in_pieces(&page.body).any(|directive| directive.name.value == "glossary");
    if !page.front_matter.links_terms || shows_glossary {
        return Vec::new();
    }
    let written: BTreeSet<&str> = super::directives::in_pieces(&page.body)
        .filter(|directive| directive.name.value == "term")
        .filter_map(|directive| directive.get("id"))
        .filter_map(|id| words.by_id.get_key_value(id.value.as_str()).map(|(id, _)| *id))
        .collect();
    let mut linker = Linker { file: page.file.clone(), words, written, used: Vec::new(), expanded: BTreeSet::new(), body: Vec::new() };
    linker.pieces(std::mem::take(&mut page.body));
    let Linker { used, body, .. } = linker;
    page.body = body;
    used
}

struct Linker<'l> {
    file: FilePath,
    words: &'l Words<'l>,
    /// Terms that the author links somewhere on the page: left to that place.
    written: BTreeSet<&'l str>,
    used: Vec<String>,
    expanded: BTreeSet<String>,
    body: Vec<Piece>,
}

impl Linker<'_> {
    fn pieces(&mut self, pieces: Vec<Piece>) {
        // How many headings, links and lists to leave alone are open.
        let mut closed_to_links = 0_usize;
        let mut containers: Vec<bool> = Vec::new();
        let mut pieces = pieces.into_iter().peekable();
        while let Some(piece) = pieces.next() {
            let next_words = match pieces.peek().map(|next| &next.kind) {
                Some(PieceKind::Event(Event::Text(words))) => words.to_string(),
                _ => String::new(),
            };
            match &piece.kind {
                PieceKind::Event(Event::Start(tag)) if is_closed(tag) => closed_to_links += 1,
                PieceKind::Event(Event::End(tag)) if is_closed_end(*tag) => closed_to_links = closed_to_links.saturating_sub(1),
                PieceKind::Open(directive) => {
                    let is_left_alone = LEFT_ALONE.contains(&directive.name.value.as_str());
                    containers.push(is_left_alone);
                    closed_to_links += usize::from(is_left_alone);
                }
                PieceKind::Close => closed_to_links -= usize::from(containers.pop().unwrap_or(false)),
                PieceKind::Event(Event::Text(words)) if closed_to_links == 0 => {
                    let (words, span) = (words.to_string(), piece.span.clone());
                    self.text(&words, &span, &next_words);
                    continue;
                }
                PieceKind::Inline(directive) if directive.name.value == "term" && closed_to_links == 0 => {
                    let (term, shown, span) = (
                        directive.get("id").and_then(|id| self.words.by_id.get(id.value.as_str()).copied()),
                        directive.text.clone().unwrap_or_default(),
                        piece.span.clone(),
                    );
                    let before = self.last_words();
                    self.body.push(piece);
                    if let Some(term) = term {
                        self.use_term(term);
                        self.expand(term, &shown, &before, &next_words, &span);
                    }
                    continue;
                }
                _ => {}
            }
            self.body.push(piece);
        }
    }

    fn last_words(&self) -> String {
        match self.body.last().map(|piece| &piece.kind) {
            Some(PieceKind::Event(Event::Text(words))) => words.to_string(),
            _ => String::new(),
        }
    }

    fn text(&mut self, words: &str, span: &Range<usize>, next_words: &str) {
        let place = |range: Range<usize>| (span.start + range.start).min(span.end)..(span.start + range.end).min(span.end);
        let mut at = 0;
        for (range, term) in self.words.find(words) {
            let found = &words[range.clone()];
            let is_new = !self.used.contains(&term.id.value) && !self.written.contains(term.id.value.as_str());
            let needs_expansion = !self.expanded.contains(&term.id.value) && is_abbreviation(found.trim_end_matches('s'));
            if !is_new && !needs_expansion {
                continue;
            }
            let (before, after) = (&words[at..range.start], &words[range.end..]);
            self.push_text(before, place(at..range.start));
            if is_new {
                self.use_term(term);
                let piece = self.term(term, found, place(range.clone()));
                self.body.push(piece);
            } else {
                self.push_text(found, place(range.clone()));
            }
            let after = if after.is_empty() { next_words } else { after };
            self.expand(term, found, &words[..range.start], after, &place(range.clone()));
            at = range.end;
        }
        self.push_text(&words[at..], place(at..words.len()));
    }

    fn use_term(&mut self, term: &Term) {
        if !self.used.contains(&term.id.value) {
            self.used.push(term.id.value.clone());
        }
    }

    /// Says what an abbreviation stands for, behind its first use, unless one of the two stands in brackets there.
    fn expand(&mut self, term: &Term, shown: &str, before: &str, after: &str, span: &Range<usize>) {
        if !is_abbreviation(shown.trim_end_matches('s')) || !self.expanded.insert(term.id.value.clone()) || term.expansion.is_empty() {
            return;
        }
        let is_said = before.ends_with('(') || after.starts_with(" (") || after.starts_with(')');
        if !is_said {
            self.push_text(&format!(" ({})", term.expansion), span.end..span.end);
        }
    }

    fn push_text(&mut self, words: &str, span: Range<usize>) {
        if !words.is_empty() {
            self.body.push(Piece { kind: PieceKind::Event(Event::Text(words.to_owned().into())), span });
        }
    }

    fn term(&self, term: &Term, words: &str, span: Range<usize>) -> Piece {
        let place = |range: Range<usize>| Span::new(&self.file, range);
        let placed = |value: &str| Placed { value: value.to_owned(), span: place(span.clone()) };
        // An inline directive's name stands one byte after its start.
        let name = Placed { value: String::from("term"), span: place(span.start + 1..span.end.max(span.start + 1)) };
        let attributes = vec![Attribute { key: placed("id"), value: placed(&term.id.value) }];
        let directive = Directive { name, text: Some(words.to_owned()), attributes, span: place(span.clone()) };
        Piece { kind: PieceKind::Inline(directive), span }
    }
}

fn is_closed(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Heading { .. } | Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::TableHead)
}

fn is_closed_end(tag: TagEnd) -> bool {
    matches!(tag, TagEnd::Heading(_) | TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock | TagEnd::TableHead)
}
