//! Typed fields from a TOML table, with every mistake at its own place.
//!
//! In: a slice of a file and where it starts. Out: values, and a diagnostic for each key that is unknown, missing or of
//! the wrong kind. Reading by serde would stop at the first mistake; here a table is asked for its fields one by one and
//! says at the end which keys nobody asked for.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostics::{Diagnostic, FilePath, Severity, Span, one_of, suggestion};
use crate::html;

/// A value and the bytes of the file it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    pub value: T,
    pub span: Span,
}

/// What is being read, for codes and messages: `Kind { code: "front-matter", words: "front matter" }`.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    pub code: &'static str,
    pub words: &'static str,
}

/// One TOML table being read.
pub struct Fields<'t> {
    kind: Kind,
    file: &'t FilePath,
    /// The parser sees a slice of the file; this is the slice's first byte, added to every range it gives.
    offset: usize,
    table: &'t DeTable<'t>,
    /// Where a missing key is reported: the table's own place.
    span: Span,
    /// Whether other programs read this file too, and may have keys of their own in it.
    is_shared: bool,
    asked: Vec<&'static str>,
    required: Vec<&'static str>,
    missing: Vec<&'static str>,
    found: Vec<Diagnostic>,
}

/// Parses a slice and hands its top table to `read`. Syntax errors are reported, each at its place; what could be read
/// all the same is read, so that other mistakes of the file show in the same run.
pub fn read<T>(
    kind: Kind,
    file: &FilePath,
    text: &str,
    slice: Range<usize>,
    found: &mut Vec<Diagnostic>,
    read: impl FnOnce(&mut Fields<'_>) -> T,
) -> T {
    let offset = slice.start;
    let (table, errors) = DeTable::parse_recoverable(&text[slice.clone()]);
    let is_sound = errors.is_empty();
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let span = Span::new(file, range.start + offset..range.end + offset);
        let help = syntax_help(error.message(), line_of(text, span.start));
        let mut diagnostic = Diagnostic::error(format!("{}/syntax", kind.code), span, format!("this is not TOML: {}", error.message()));
        diagnostic.help.extend(help.map(String::from));
        found.push(diagnostic);
    }
    let first_line_end = text[slice.start..].find('\n').map_or(text.len(), |newline| slice.start + newline);
    let span = Span::new(
        file,
        slice.start.saturating_sub(4).min(first_line_end)..slice.start.saturating_sub(1).max(slice.start.saturating_sub(4)),
    );
    let mut fields = Fields {
        kind,
        file,
        offset,
        table: table.get_ref(),
        span,
        is_shared: false,
        asked: Vec::new(),
        required: Vec::new(),
        missing: Vec::new(),
        found: Vec::new(),
    };
    let value = read(&mut fields);
    let mut of_fields = fields.finish();
    if !is_sound {
        // After a syntax error the parser may have lost lines: a key that seems missing or empty may be there.
        of_fields.retain(|diagnostic| !diagnostic.code.ends_with("/missing") && !diagnostic.code.ends_with("/empty"));
    }
    found.append(&mut of_fields);
    value
}

impl<'t> Fields<'t> {
    /// Where this table stands.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Reports something that only the caller can know, under this table's own code: `front-matter/…`.
    pub fn report(&mut self, finding: &str, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.found.push(Diagnostic::error(format!("{}/{finding}", self.kind.code), span, message));
        self.found.last_mut().expect("a diagnostic was pushed just now")
    }

    /// Takes over what was found wrong with the inside of a value.
    pub fn append(&mut self, mut found: Vec<Diagnostic>) {
        self.found.append(&mut found);
    }

    /// Where a key stands, if it is there. It counts as known.
    pub fn key(&mut self, key: &'static str) -> Option<Span> {
        self.asked.push(key);
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|(name, _)| self.place(&name.span()))
    }

    fn place(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start + self.offset..range.end + self.offset)
    }

    /// The file is in a format of somebody else's: a key that nobody asks for is a warning, unless it looks like one mistyped.
    pub fn share(&mut self) {
        self.is_shared = true;
    }

    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        let table = self.table;
        table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn wrong(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        self.wrong_but(key, value, wanted, None);
    }

    /// The same with what to write instead.
    fn wrong_but(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, help: Option<String>) {
        let span = self.place(&value.span());
        let is = value.get_ref().type_str();
        self.report("type", span, format!("`{key}` must be {wanted}, not {} {is}", article(is))).help.extend(help);
    }

    fn placed<T>(&self, value: T, spanned: &Spanned<DeValue<'_>>) -> Placed<T> {
        Placed { value, span: self.place(&spanned.span()) }
    }

    /// Whether a key is there, whatever it holds. Looking is not asking for it.
    pub fn has(&self, key: &str) -> bool {
        self.table.iter().any(|(name, _)| name.get_ref() == key)
    }

    /// Whether a key holds a list. Looking is not asking for it.
    pub fn has_list(&self, key: &str) -> bool {
        self.table.iter().any(|(name, value)| name.get_ref() == key && value.get_ref().is_array())
    }

    pub fn text(&mut self, key: &'static str) -> Option<Placed<String>> {
        let value = self.get(key)?;
        match value.get_ref().as_str() {
            Some(text) => Some(self.placed(text.to_owned(), value)),
            None => {
                self.wrong(key, value, "text in quotes");
                None
            }
        }
    }

    /// A text that must be there and must say something.
    pub fn required_text(&mut self, key: &'static str) -> Option<Placed<String>> {
        self.require(key);
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            self.report("empty", text.span, format!("`{key}` is empty"));
            return None;
        }
        Some(text)
    }

    /// Text that people read, or nothing. Its apostrophes become typographic ones, as those of the pages do.
    pub fn prose(&mut self, key: &'static str) -> String {
        self.text(key).map(|text| html::typographic(&text.value)).unwrap_or_default()
    }

    /// Text that people read and that must be there.
    pub fn required_prose(&mut self, key: &'static str) -> Option<Placed<String>> {
        let text = self.required_text(key)?;
        Some(Placed { value: html::typographic(&text.value), span: text.span })
    }

    /// Asks for a key to be there and to say something. It still has to be read by its own method.
    pub fn require(&mut self, key: &'static str) {
        self.required.push(key);
        if !self.missing.contains(&key) && !self.table.iter().any(|(name, _)| name.get_ref() == key) {
            self.missing.push(key);
        }
    }

    pub fn boolean(&mut self, key: &'static str) -> Option<Placed<bool>> {
        let value = self.get(key)?;
        match value.get_ref().as_bool() {
            Some(is_so) => Some(self.placed(is_so, value)),
            None => {
                self.wrong(key, value, "`true` or `false`");
                None
            }
        }
    }

    /// A boolean, or what holds when nothing is said.
    pub fn boolean_or(&mut self, key: &'static str, otherwise: bool) -> bool {
        self.boolean(key).map_or(otherwise, |is_so| is_so.value)
    }

    pub fn integer(&mut self, key: &'static str) -> Option<Placed<i64>> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer().and_then(|integer| i64::from_str_radix(integer.as_str(), integer.radix()).ok());
        match number {
            Some(number) => Some(self.placed(number, value)),
            None => {
                self.wrong(key, value, "a whole number");
                None
            }
        }
    }

    /// A number, whole or with decimals.
    pub fn number(&mut self, key: &'static str) -> Option<Placed<f64>> {
        let value = self.get(key)?;
        let written = value.get_ref();
        let whole = written.as_integer().filter(|integer| integer.radix() == 10).map(toml::de::DeInteger::as_str);
        let number = whole.or(written.as_float().map(toml::de::DeFloat::as_str)).and_then(|number| number.parse::<f64>().ok());
        match number.filter(|number| number.is_finite()) {
            Some(number) => Some(self.placed(number, value)),
            None => {
                self.wrong(key, value, "a number");
                None
            }
        }
    }

    pub fn date(&mut self, key: &'static str) -> Option<Placed<Date>> {
        let value = self.get(key)?;
        let date = value.get_ref().as_datetime().filter(|moment| moment.time.is_none()).and_then(|moment| moment.date);
        let date = date
            .and_then(|date| Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok());
        match date {
            Some(date) => Some(self.placed(date, value)),
            None => {
                self.wrong(key, value, "a date without quotes, as in 2026-03-02");
                None
            }
        }
    }

    /// A list of texts; an entry of another kind is reported and left out.
    pub fn texts(&mut self, key: &'static str) -> Vec<Placed<String>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_array() else {
            let help = value.get_ref().as_str().map(|text| format!("write `{key} = [\"{text}\"]`"));
            self.wrong_but(key, value, "a list of texts in square brackets", help);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for entry in entries {
            match entry.get_ref().as_str() {
                Some(text) => texts.push(self.placed(text.to_owned(), entry)),
                None => self.wrong(key, entry, "a list of texts"),
            }
        }
        texts
    }

    /// Texts under names that the author chose; one of another kind is reported and left out.
    pub fn named_texts(&mut self, key: &'static str) -> BTreeMap<String, Placed<String>> {
        let Some(value) = self.get(key) else { return BTreeMap::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "a table");
            return BTreeMap::new();
        };
        let mut texts = BTreeMap::new();
        for (name, entry) in table {
            match entry.get_ref().as_str() {
                Some(text) => drop(texts.insert(name.get_ref().to_string(), self.placed(text.to_owned(), entry))),
                None => self.wrong(name.get_ref(), entry, "text in quotes"),
            }
        }
        texts
    }

    /// A text that must be one of a few words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(key)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text.value) {
            return Some(*value);
        }
        let words = || choices.iter().map(|(word, _)| *word);
        let help = match suggestion(&text.value.to_lowercase(), words()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use {}", one_of(words())),
        };
        self.report("value", text.span, format!("`{}` is not a value of `{key}`", text.value)).help.push(help);
        None
    }

    /// Reads a table below this one.
    pub fn table<T>(&mut self, key: &'static str, words: &'static str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(key, value, "a table");
            return None;
        };
        Some(self.inner(table, self.place(&value.span()), words, read))
    }

    /// Reads a list of tables: `[[contact]]` sections or `[{ … }, { … }]`.
    pub fn tables<T>(&mut self, key: &'static str, words: &'static str, mut read: impl FnMut(&mut Fields<'_>) -> T) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(entries) = value.get_ref().as_array() else {
            let help = value.get_ref().is_table().then(|| format!("write `[[{key}]]`, with two brackets"));
            self.wrong_but(key, value, "a list of tables", help);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for entry in entries {
            match entry.get_ref().as_table() {
                Some(table) => tables.push(self.inner(table, self.place(&entry.span()), words, &mut read)),
                None => self.wrong(key, entry, "a list of tables"),
            }
        }
        tables
    }

    fn inner<T>(&mut self, table: &'t DeTable<'t>, span: Span, words: &'static str, read: impl FnOnce(&mut Fields<'_>) -> T) -> T {
        let kind = Kind { code: self.kind.code, words };
        let mut fields = Fields {
            kind,
            file: self.file,
            offset: self.offset,
            table,
            span,
            is_shared: self.is_shared,
            asked: Vec::new(),
            required: Vec::new(),
            missing: Vec::new(),
            found: Vec::new(),
        };
        let value = read(&mut fields);
        self.found.append(&mut fields.finish());
        value
    }

    /// Reports every key that nobody asked for, and every one that is missing. A key that was only mistyped is one mistake,
    /// not two.
    fn finish(mut self) -> Vec<Diagnostic> {
        for (name, _) in self.table {
            let written: &str = name.get_ref();
            if self.asked.contains(&written) {
                continue;
            }
            let suggested = suggestion(written, self.asked.iter().copied());
            let is_harmless = self.is_shared && suggested.is_none();
            let help = match suggested {
                Some(known) => {
                    self.missing.retain(|missing| *missing != known);
                    format!("did you mean `{known}`?")
                }
                None => format!("the keys are {}", self.asked.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")),
            };
            let span = self.place(&name.span());
            let words = self.kind.words;
            let message = format!("`{written}` is not {} {words} key", article(words));
            let diagnostic = self.report("unknown-key", span, message);
            diagnostic.help.push(help);
            if is_harmless {
                diagnostic.severity = Severity::Warning;
            }
        }
        for key in std::mem::take(&mut self.required) {
            let Some((_, value)) = self.table.iter().find(|(name, _)| name.get_ref() == key) else { continue };
            let is_empty = value.get_ref().as_str().is_some_and(|text| text.trim().is_empty())
                || value.get_ref().as_array().is_some_and(|entries| entries.is_empty());
            let span = self.place(&value.span());
            // A text that must say something has reported itself where it was read.
            if is_empty && !self.found.iter().any(|diagnostic| diagnostic.span == span) {
                self.report("empty", span, format!("`{key}` is empty"));
            }
        }
        for key in std::mem::take(&mut self.missing) {
            let (span, words) = (self.span.clone(), self.kind.words);
            self.report("missing", span, format!("the {words} has no `{key}`")).help.push(format!("add a line `{key} = …`"));
        }
        self.found
    }
}

fn line_of(text: &str, at: usize) -> &str {
    let at = at.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].lines().next().unwrap_or("")
}

/// What an author can do about a syntax error: the parser's words are about its grammar.
fn syntax_help(message: &str, line: &str) -> Option<&'static str> {
    if line.contains(['“', '”', '„', '‘', '’']) && !line.contains('"') {
        Some("use straight quotes: \"…\"")
    } else if message.contains("missing comma") {
        Some("put a comma at the end of the entry before this one")
    } else if message.contains("invalid basic string") || message.contains("invalid multi-line basic string") {
        Some("close the text with the quotes that it began with")
    } else if message.contains("string values must be quoted") {
        Some("put the text in quotes: \"…\"")
    } else {
        None
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Kind = Kind { code: "front-matter", words: "front matter" };

    fn codes(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        read(KIND, &FilePath::from("a.md"), text, 0..text.len(), &mut found, |fields| {
            fields.required_text("title");
            fields.date("reviewed");
            fields.tables("sources", "source", |source| source.required_text("document"));
        });
        found.iter().map(|diagnostic| format!("{}@{}", diagnostic.code, diagnostic.span.start)).collect()
    }

    #[test]
    fn every_mistake_is_found_in_one_run() {
        assert_eq!(codes("title = \"A\"\nreviewed = 2026-01-02\n"), Vec::<String>::new());
        assert_eq!(
            codes("tilte = \"A\"\nreviewed = \"2026-01-02\"\nsources = [{ document = \"d\", sect = 1 }]"),
            ["front-matter/type@23", "front-matter/unknown-key@65", "front-matter/unknown-key@0"]
        );
    }

    #[test]
    fn a_syntax_error_hides_no_other_mistake() {
        assert_eq!(codes("title = \nreviewed = 5\n"), ["front-matter/syntax@8", "front-matter/type@20"]);
    }
}
