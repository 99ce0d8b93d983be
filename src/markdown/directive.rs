//! The `:::` syntax: finding directives and reading their attributes.
//!
//! Container: a line `:::name {key=value key2="two words"}`, and a line `:::` that closes it. Inline:
//! `:name[text]{key=value}`, where the text may be left out. Inside code nothing is found.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::fields::Placed;
use crate::html;

use super::{COVER, Covered};

/// A directive as written. What it means is decided by `expand`.
#[derive(Debug, Clone)]
pub struct Directive {
    pub name: Placed<String>,
    /// The words in square brackets of an inline directive.
    pub text: Option<String>,
    pub attributes: Vec<Attribute>,
    /// The whole directive, or the opening line of a container.
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Attribute {
    pub key: Placed<String>,
    pub value: Placed<String>,
}

impl Directive {
    pub fn get(&self, key: &str) -> Option<&Placed<String>> {
        self.attributes.iter().find(|attribute| attribute.key.value == key).map(|attribute| &attribute.value)
    }
}

/// What a `:::` line does.
#[derive(Debug)]
pub enum Mark {
    Open(Directive),
    Close,
}

/// The directives of one body, by their offset in it.
#[derive(Debug, Default)]
pub struct Marks {
    lines: Vec<(usize, Mark)>,
    inline: Vec<(Range<usize>, Directive)>,
}

impl Marks {
    /// The mark of the line that starts at this offset, indentation not counted.
    pub fn line_at(&self, offset: usize) -> Option<&Mark> {
        self.lines.binary_search_by_key(&offset, |(at, _)| *at).ok().map(|index| &self.lines[index].1)
    }

    pub fn any_inline_in(&self, range: &Range<usize>) -> bool {
        self.inline_in(range).next().is_some()
    }

    pub fn inline_in<'m>(&'m self, range: &Range<usize>) -> impl Iterator<Item = (&'m Range<usize>, &'m Directive)> + use<'m> {
        let from = self.inline.partition_point(|(at, _)| at.start < range.start);
        let end = range.end;
        self.inline[from..].iter().take_while(move |(at, _)| at.end <= end).map(|(at, directive)| (at, directive))
    }
}

/// What [`find`] gives back.
pub struct Found<'a> {
    /// The body with every directive covered, byte for byte as long as before.
    pub covered: Covered<'a>,
    pub marks: Marks,
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds the directives of a body that starts at byte `start` of its file, outside of `code`.
pub fn find<'a>(file: &FilePath, body: &'a str, start: usize, code: &[Range<usize>]) -> Found<'a> {
    let mut finder = Finder { file, start, code, marks: Marks::default(), diagnostics: Vec::new(), covers: Vec::new() };
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim_start_matches([' ', '\t', '>']);
        let indent = line.len() - trimmed.len();
        if trimmed.starts_with(":::") && !finder.is_code(at + indent) {
            finder.line(at + indent, trimmed.trim_end());
        }
        at += line.len();
    }
    finder.inline(body);
    finder.covers.sort_by_key(|(range, _)| range.start);
    let covered = if finder.covers.is_empty() { Covered::Borrowed(body) } else { Covered::Owned(finder.cover(body)) };
    finder.not_read(&covered);
    Found { covered, marks: finder.marks, diagnostics: finder.diagnostics }
}

/// What looks like a directive and was not read as one. Published as it stands it would hide a number from readers, so it is
/// an error.
static NOT_READ: LazyLock<Regex> = LazyLock::new(|| {
    let inline = r"(?i:(?:^|[^\\:]):(?:term|timescale|phone|email|contact|document|level|role)\s*[\[{])";
    let container = r"(?m:^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)+:::)";
    Regex::new(&format!("{inline}|{container}")).expect("the pattern is sound")
});

struct Finder<'f> {
    file: &'f FilePath,
    start: usize,
    code: &'f [Range<usize>],
    marks: Marks,
    diagnostics: Vec<Diagnostic>,
    covers: Vec<(Range<usize>, bool)>,
}

impl Finder<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start + self.start..range.end + self.start)
    }

    /// A line that begins with `:::`, at offset `at` of the body.
    fn line(&mut self, at: usize, line: &str) {
        let colons = line.len() - line.trim_start_matches(':').len();
        let rest = &line[colons..];
        let named = rest.trim_start();
        let whole = at..at + line.len();
        self.covers.push((whole.clone(), true));
        if named.is_empty() {
            self.marks.lines.push((at, Mark::Close));
            return;
        }
        let name_at = at + colons + (rest.len() - named.len());
        let length = named.find(|character: char| !(character.is_ascii_lowercase() || character == '-')).unwrap_or(named.len());
        if length == 0 {
            let span = self.span(whole);
            self.diagnostics.push(
                Diagnostic::error("directive/syntax", span, "a directive's name has small letters and hyphens only")
                    .with_help("write `:::name {key=value}`, and `:::` alone to close it"),
            );
            // Kept as an opening line, so that the `:::` which closes it is not reported as well.
            let directive = self.unnamed(at..at + line.len());
            self.marks.lines.push((at, Mark::Open(directive)));
            return;
        }
        let after = &named[length..];
        let braces = after.trim_start();
        let braces_at = name_at + length + (after.len() - braces.len());
        let attributes = match braces.strip_prefix('{').map(|inner| inner.strip_suffix('}')) {
            Some(Some(inner)) => self.attributes(braces_at + 1, inner),
            None if braces.is_empty() => Vec::new(),
            _ => {
                let span = self.span(braces_at..at + line.len());
                self.diagnostics.push(
                    Diagnostic::error("directive/syntax", span, "after the name stands nothing but attributes in braces")
                        .with_help("write `:::name {key=value}`"),
                );
                Vec::new()
            }
        };
        let name = Placed { value: named[..length].to_owned(), span: self.span(name_at..name_at + length) };
        let directive = Directive { name, text: None, attributes, span: self.span(whole) };
        self.marks.lines.push((at, Mark::Open(directive)));
    }

    fn unnamed(&self, range: Range<usize>) -> Directive {
        let span = self.span(range);
        Directive { name: Placed { value: String::new(), span: span.clone() }, text: None, attributes: Vec::new(), span }
    }

    /// Whether a byte of the body is code.
    fn is_code(&self, at: usize) -> bool {
        self.code.iter().any(|range| range.contains(&at))
    }

    /// Inline directives. One may go on in the next line of its paragraph, but not beyond it.
    fn inline(&mut self, body: &str) {
        let bytes = body.as_bytes();
        let n_lines = self.covers.len();
        let mut from = 0;
        while let Some(colon) = body[from..].find(':').map(|found| found + from) {
            from = colon + 1;
            let before = colon.checked_sub(1).map(|index| bytes[index]);
            if before.is_some_and(|byte| byte == b':' || byte == b'\\' || byte.is_ascii_alphanumeric()) {
                continue;
            }
            let length = body[from..].bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'-').count();
            let mut end = from + length;
            let is_taken = self.is_code(colon) || self.covers[..n_lines].iter().any(|(range, _)| range.contains(&colon));
            if length == 0 || !matches!(bytes.get(end), Some(b'[' | b'{')) || is_taken {
                continue;
            }
            let mut text = None;
            if bytes[end] == b'[' {
                let Some(close) = within_paragraph(&body[end..], ']') else { continue };
                let words = body[end + 1..end + close].split_whitespace().collect::<Vec<_>>().join(" ");
                text = Some(html::typographic(&words));
                end += close + 1;
            }
            if bytes.get(end) != Some(&b'{') {
                continue;
            }
            let Some(close) = within_paragraph(&body[end..], '}') else { continue };
            let attributes = self.attributes(end + 1, &body[end + 1..end + close]);
            end += close + 1;
            let whole = colon..end;
            let name = Placed { value: body[from..from + length].to_owned(), span: self.span(from..from + length) };
            let directive = Directive { name, text, attributes, span: self.span(whole.clone()) };
            self.covers.push((whole.clone(), false));
            self.marks.inline.push((whole, directive));
            from = end;
        }
    }

    /// Reports what is left in the covered body that an author meant to be read.
    fn not_read(&mut self, covered: &str) {
        // Most pages have nothing of the kind, and looking for single characters is quicker than for a pattern.
        let may_hold_directives = covered.contains('{') || covered.contains(":::") || covered.contains(":term[");
        let found = may_hold_directives.then(|| NOT_READ.find_iter(covered)).into_iter().flatten();
        for found in found {
            if !self.is_code(found.end() - 1) {
                let span = self.span(found.range());
                self.diagnostics.push(
                    Diagnostic::error("directive/not-read", span, "this looks like a directive and is not read as one")
                        .with_help("a `:::` stands at the start of its line; inside a line, write `:name[words]{key=value}` in small letters behind a space, without one before its brackets")
                        .with_help("to show it as it stands, write `\\:` or put it between backticks"),
                );
            }
        }
        let addresses: Vec<_> = addresses_with_spaces(covered).filter(|address| !self.is_code(address.start)).collect();
        for address in addresses {
            let span = self.span(address);
            self.diagnostics.push(
                Diagnostic::error("link/not-read", span, "this is not read as a link: its address has a space in it")
                    .with_help("rename the file, without spaces"),
            );
        }
    }

    /// `key=value key2="two words"`, from offset `at`.
    fn attributes(&mut self, at: usize, text: &str) -> Vec<Attribute> {
        let mut attributes: Vec<Attribute> = Vec::new();
        let mut from = 0;
        loop {
            from += text[from..].len() - text[from..].trim_start().len();
            if from == text.len() {
                return attributes;
            }
            let rest = &text[from..];
            let key_length = rest.find(|character: char| character == '=' || character.is_whitespace()).unwrap_or(rest.len());
            if !rest[key_length..].starts_with('=') || key_length == 0 {
                let span = self.span(at + from..at + from + key_length.max(1));
                self.diagnostics.push(
                    Diagnostic::error("directive/syntax", span, "an attribute is written `key=value`")
                        .with_help("put a value with spaces in double quotes: `title=\"What to do\"`"),
                );
                from += key_length.max(1);
                continue;
            }
            let value_from = from + key_length + 1;
            let value_rest = &text[value_from..];
            let (value, value_range, next) = match value_rest.strip_prefix('"') {
                Some(quoted) => {
                    let length = quoted.find('"').unwrap_or(quoted.len());
                    if length == quoted.len() {
                        let span = self.span(at + value_from..at + text.len());
                        self.diagnostics.push(Diagnostic::error("directive/syntax", span, "this double quote is never closed"));
                    }
                    let start = value_from + 1;
                    (&quoted[..length], start..start + length, (start + length + 1).min(text.len()))
                }
                None => {
                    let length = value_rest.find(char::is_whitespace).unwrap_or(value_rest.len());
                    (&value_rest[..length], value_from..value_from + length, value_from + length)
                }
            };
            let key = Placed { value: rest[..key_length].to_owned(), span: self.span(at + from..at + from + key_length) };
            if attributes.iter().any(|other| other.key.value == key.value) {
                let message = format!("`{}` is given twice", key.value);
                self.diagnostics.push(Diagnostic::error("directive/syntax", key.span.clone(), message));
            } else {
                let value = Placed { value: value.to_owned(), span: self.span(at + value_range.start..at + value_range.end) };
                attributes.push(Attribute { key, value });
            }
            from = next;
        }
    }

    /// The body with its directives covered, each by as many bytes as it has.
    fn cover(&self, body: &str) -> String {
        let mut covered = String::with_capacity(body.len());
        let mut from = 0;
        for (range, is_line) in &self.covers {
            covered.push_str(&body[from..range.start]);
            let length = range.len();
            if *is_line {
                // `<?>` is the shortest block of HTML there is; `:::` is as long.
                covered.push_str("<?");
                covered.extend(std::iter::repeat_n('?', length - 3));
                covered.push('>');
            } else {
                covered.extend(std::iter::repeat_n(COVER, length));
            }
            from = range.end;
        }
        covered.push_str(&body[from..]);
        covered
    }
}

/// Addresses in round brackets behind square ones that a space keeps from being links. A title in quotes is no such space.
pub(super) fn addresses_with_spaces(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("](").filter_map(|(at, _)| {
        let start = at + 2;
        let length = text[start..].find([')', '\n', '(', '<', '"', '\''])?;
        let is_one = text[start + length..].starts_with(')') && text[start..start + length].trim().contains(' ');
        is_one.then_some(start..start + length)
    })
}

/// Where a bracket closes, if it does before the paragraph ends.
fn within_paragraph(text: &str, close: char) -> Option<usize> {
    let at = text.find(close)?;
    let is_one_paragraph = !text[..at].split('\n').skip(1).any(|line| line.trim().is_empty());
    is_one_paragraph.then_some(at)
}
