//! Wording that makes a page hard to use: links that say nothing, long sentences, abbreviations nobody explains, headings
//! alike, and callouts that swallow what comes after them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use rayon::prelude::*;
use regex::Regex;

use crate::diagnostics::{Diagnostic, Span};
use crate::markdown::{self, Event, Piece, PieceKind, Tag, TagEnd};
use crate::site::{Page, Site};

use super::blocks::{self, Block};

/// Words in a sentence, at most.
const MAX_WORDS: usize = 30;

/// Link texts that name nothing. Who moves from link to link hears these words and no others.
const SAYS_NOTHING: [&str; 15] = [
    "click",
    "click here",
    "details",
    "find out more",
    "here",
    "learn more",
    "link",
    "more",
    "page",
    "read more",
    "see here",
    "this",
    "this link",
    "this page",
    "website",
];

/// Everything found in the wording of all pages.
pub fn wording(site: &Site) -> Vec<Diagnostic> {
    let known = known_abbreviations(site);
    site.pages
        .par_iter()
        .flat_map_iter(|(_, page)| {
            let mut found = Vec::new();
            let blocks = blocks::of(&page.body);
            headings(page, &mut found);
            links(page, &mut found);
            callouts(page, &mut found);
            sentences(page, &blocks, &mut found);
            abbreviations(page, &blocks, &known, &mut found);
            found
        })
        .collect()
}

fn headings(page: &Page, found: &mut Vec<Diagnostic>) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (index, piece) in page.body.iter().enumerate() {
        if let PieceKind::Event(Event::Start(Tag::Heading { .. })) = &piece.kind {
            let words = words_until(&page.body[index + 1..], |end| matches!(end, TagEnd::Heading(_)));
            if !words.trim().is_empty() && !seen.insert(words.trim().to_lowercase()) {
                found.push(
                    Diagnostic::warning(
                        "heading/alike",
                        Span::new(&page.file, piece.span.clone()),
                        format!("another heading of this page says “{}”, too", words.trim()),
                    )
                    .with_help("say in each what its section answers: contents and search show the heading alone"),
                );
            }
        }
    }
}

fn links(page: &Page, found: &mut Vec<Diagnostic>) {
    for (index, piece) in page.body.iter().enumerate() {
        let PieceKind::Event(Event::Start(Tag::Link { dest_url, .. })) = &piece.kind else { continue };
        let words = words_until(&page.body[index + 1..], |end| matches!(end, TagEnd::Link));
        let plain = words.trim().trim_end_matches(['.', ':', '!', '…']).to_lowercase();
        let is_address = plain.starts_with("http:") || plain.starts_with("https:") || plain.starts_with("www.");
        if SAYS_NOTHING.contains(&plain.as_str()) || (is_address && !dest_url.starts_with("mailto:")) {
            let message = if is_address {
                String::from("this link shows an address in the place of words")
            } else {
                format!("“{}” does not say where the link leads", words.trim())
            };
            found.push(
                Diagnostic::warning("link/says-nothing", Span::new(&page.file, piece.span.clone()), message)
                    .with_help("name the page or the body it leads to: people who hear a page go from link to link"),
            );
        }
    }
}

/// A callout is set apart from the text: what follows it without a heading is read as its end, or not at all.
fn callouts(page: &Page, found: &mut Vec<Diagnostic>) {
    let mut open: Vec<Option<&Span>> = Vec::new();
    for (index, piece) in page.body.iter().enumerate() {
        match &piece.kind {
            PieceKind::Open(directive) => open.push((directive.name.value == "callout").then_some(&directive.span)),
            PieceKind::Close => {
                let Some(Some(span)) = open.pop() else { continue };
                let is_followed_by_text = match page.body.get(index + 1).map(|next| &next.kind) {
                    None | Some(PieceKind::Close | PieceKind::Event(Event::Start(Tag::Heading { .. }) | Event::End(_))) => false,
                    Some(_) => true,
                };
                if is_followed_by_text {
                    found.push(
                        Diagnostic::warning(
                            "callout/no-heading",
                            span.clone(),
                            "text goes on after this callout with no heading before it",
                        )
                        .with_help("put the callout at the end of its section, or give what follows a heading"),
                    );
                }
            }
            _ => {}
        }
    }
}

fn sentences(page: &Page, blocks: &[Block], found: &mut Vec<Diagnostic>) {
    // A block with no more words than that has no sentence with more.
    for block in blocks.iter().filter(|block| !block.is_heading && n_words(&block.text) > MAX_WORDS) {
        for sentence in sentences_of(&block.text) {
            let n_words = n_words(&block.text[sentence.clone()]);
            if n_words > MAX_WORDS {
                found.push(
                    Diagnostic::warning(
                        "sentence/long",
                        block.span(&page.file, sentence),
                        format!("this sentence has {n_words} words, more than {MAX_WORDS}"),
                    )
                    .with_help("make two of it, or a list"),
                );
            }
        }
    }
}

/// The sentences of a block: up to a full stop, question or exclamation mark before a space and a capital or a digit.
pub fn sentences_of(text: &str) -> Vec<Range<usize>> {
    static END: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"[.!?]["”’')]*\s+["“‘'(]*[A-ZÀ-Þ0-9]"#).expect("the pattern is sound"));
    let mut sentences = Vec::new();
    let mut start = 0;
    for end in END.find_iter(text) {
        let stop = end.start() + 1;
        let before = text[..stop].rsplit(char::is_whitespace).next().unwrap_or("");
        if matches!(before, "e.g." | "i.e." | "etc." | "St." | "Dr." | "No.") {
            continue;
        }
        sentences.push(start..stop);
        start = end.start() + end.as_str().trim_end_matches(|character: char| !character.is_whitespace()).len();
    }
    let rest = start + text[start..].trim_end().len();
    if rest > start {
        sentences.push(start..rest);
    }
    sentences
}

/// What stands between spaces and has a letter or a digit.
pub fn n_words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Abbreviations that need no expansion on a page: the glossary's, which the build expands where they are first used, the
/// areas' short names, and those that `site.toml` calls common.
fn known_abbreviations(site: &Site) -> BTreeSet<&str> {
    let data = &site.data;
    let terms = data.terms.iter().flat_map(|term| std::iter::once(&term.term).chain(&term.also));
    let areas = data.areas.iter().map(|area| &area.short);
    terms.chain(areas).chain(&site.config.check.abbreviations).flat_map(|known| known.split([' ', '/'])).collect()
}

fn abbreviations(page: &Page, blocks: &[Block], known: &BTreeSet<&str>, found: &mut Vec<Diagnostic>) {
    static ABBREVIATION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?-u:\b[A-Z][A-Z&]*[A-Z]s?\b|\b[A-Z]&[A-Z]\b)").expect("the pattern is sound"));
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let mut is_expanded: BTreeSet<&str> = BTreeSet::new();
    let has_capitals =
        |block: &&Block| block.text.as_bytes().windows(2).any(|pair| pair[0].is_ascii_uppercase() && !pair[1].is_ascii_lowercase());
    for block in blocks.iter().filter(has_capitals) {
        for word in ABBREVIATION.find_iter(&block.text) {
            let bare = word.as_str().trim_end_matches('s');
            let (before, after) = (&block.text[..word.start()], &block.text[word.end()..]);
            // “Team Around the Family (TAF)”, “TAF (Team Around the Family)”, “TAF: Team Around the Family”.
            if (before.ends_with('(') && after.starts_with(')')) || after.starts_with(" (") || after.starts_with(':') {
                is_expanded.insert(bare);
            }
            if !known.contains(bare) && !known.contains(word.as_str()) {
                first.entry(bare).or_insert_with(|| block.span(&page.file, word.range()));
            }
        }
    }
    for (abbreviation, span) in first.into_iter().filter(|(abbreviation, _)| !is_expanded.contains(abbreviation)) {
        found.push(
            Diagnostic::warning("abbreviation/unexplained", span, format!("nothing says what `{abbreviation}` stands for"))
                .with_help("write it out at its first use, with the short form in brackets, or add it to `content/data/glossary.toml`"),
        );
    }
}

fn words_until(after: &[Piece], is_end: impl Fn(TagEnd) -> bool) -> String {
    let end = after.iter().position(|piece| matches!(piece.kind, PieceKind::Event(Event::End(end)) if is_end(end)));
    markdown::plain_text(&after[..end.unwrap_or(after.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_new_one_begins() {
        let text = "Ask at 10.30 a.m. on Monday, e.g. Anna. “Why?” Because.  2 came";
        let sentences: Vec<&str> = sentences_of(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(sentences, ["Ask at 10.30 a.m. on Monday, e.g. Anna.", "“Why?", "Because.", "2 came"]);
        assert_eq!(n_words("20 working days – or B&NES"), 5);
    }
}
