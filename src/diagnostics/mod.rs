//! What is wrong with the content, where it stands, and what to do about it.
//!
//! In: nothing but what the stages found. Out: values that [`text`] and [`json`] draw. A diagnostic is never
//! printed where it is found: the stages return all of them, so that one run shows every mistake.

pub mod json;
pub mod text;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A file's path below the site folder, with `/` between its parts: `content/thresholds/index.md`.
pub type FilePath = Arc<str>;

/// Bytes of one file that a diagnostic points at, counted from the first byte of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub file: FilePath,
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(file: &FilePath, range: Range<usize>) -> Self {
        Self { file: file.clone(), start: range.start, end: range.end }
    }

    /// The start of a file, for what is wrong with the file as a whole.
    pub fn file_start(file: &FilePath) -> Self {
        Self::new(file, 0..0)
    }
}

/// An error stops the publishing; a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One finding for an author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable id, `subject/finding`: tests and filters use it.
    pub code: Cow<'static, str>,
    pub message: String,
    pub span: Span,
    /// What to do, one sentence an entry.
    pub help: Vec<String>,
}

impl Diagnostic {
    pub fn error(code: impl Into<Cow<'static, str>>, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code: code.into(), message: message.into(), span, help: Vec::new() }
    }

    pub fn warning(code: impl Into<Cow<'static, str>>, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Every warning there is, by code. `site.toml` may make errors of them.
pub const WARNINGS: [&str; 12] = [
    "abbreviation/unexplained",
    "callout/no-heading",
    "callout/too-many",
    "fact/typed",
    "front-matter/same-summary",
    "front-matter/same-title",
    "heading/alike",
    "heading/jump",
    "link/says-nothing",
    "review/due",
    "review/overdue",
    "sentence/long",
];

/// The texts that diagnostics quote, by path.
pub type Texts = BTreeMap<FilePath, Arc<str>>;

/// Puts findings in the order a reader works through them: file by file, from top to bottom.
pub fn sort(found: &mut [Diagnostic]) {
    found.sort_by(|a, b| (&a.span, a.severity, &a.code, &a.message).cmp(&(&b.span, b.severity, &b.code, &b.message)));
}

/// Number of errors and of warnings.
pub fn counts(found: &[Diagnostic]) -> (usize, usize) {
    let n_errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
    (n_errors, found.len() - n_errors)
}

/// Line and column of a byte, both counted from 1, the column in characters.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The known word nearest to a mistyped one, when it is near enough to be meant.
pub fn suggestion<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(written, word), word))
        .filter(|(distance, word)| *distance * 3 <= word.chars().count().max(written.chars().count()) || word.starts_with(written))
        .min()
        .map(|(_, word)| word)
}

/// A list for a help line: “a”, “b” or “c”.
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => String::from("nothing"),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(line_and_column("één\nthé end", "één\nthé".len()), (2, 4));
        assert_eq!(line_and_column("", 0), (1, 1));
        assert_eq!(line_and_column("a\n", 99), (2, 1));
    }

    #[test]
    fn only_near_words_are_suggested() {
        let known = ["reviewed", "review_due", "title"];
        assert_eq!(suggestion("review_date", known), Some("review_due"));
        assert_eq!(suggestion("tilte", known), Some("title"));
        assert_eq!(suggestion("colour", known), None);
    }
}
