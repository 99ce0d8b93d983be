//! Diagnostics for other programs: one JSON object a line.

use serde::Serialize;

use super::text::{self, Style};
use super::{Diagnostic, Texts, line_and_column};

/// One line of `--format json`. Lines and columns count from 1, columns in characters.
#[derive(Debug, Serialize)]
struct Line<'a> {
    severity: &'static str,
    code: &'a str,
    message: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    help: &'a [String],
    /// The picture that the terminal shows.
    rendered: String,
}

/// One diagnostic as a JSON object.
pub fn value(diagnostic: &Diagnostic, texts: &Texts) -> serde_json::Value {
    let text = texts.get(&diagnostic.span.file).map_or("", |text| &**text);
    let (line, column) = line_and_column(text, diagnostic.span.start);
    let (end_line, end_column) = line_and_column(text, diagnostic.span.end);
    serde_json::to_value(Line {
        severity: diagnostic.severity.word(),
        code: &diagnostic.code,
        message: &diagnostic.message,
        file: &diagnostic.span.file,
        line,
        column,
        end_line,
        end_column,
        help: &diagnostic.help,
        rendered: text::draw(diagnostic, texts, Style::Plain),
    })
    .expect("a struct of strings and numbers is always JSON")
}
