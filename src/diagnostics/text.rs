//! Diagnostics as a terminal shows them: the line, a caret under it, and what to do.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::{Diagnostic, Severity, Texts, line_and_column};

/// Whether the picture may hold colour codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Coloured,
}

/// One diagnostic as several lines, with an empty line after it.
pub fn draw(diagnostic: &Diagnostic, texts: &Texts, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(&*diagnostic.code);
    let path = &*diagnostic.span.file;
    let mut group = match texts.get(&diagnostic.span.file) {
        // A whole page would be searched for line ends at every drawing: hand over the lines around the span only.
        Some(text) if !text.is_empty() => {
            let (first, excerpt) = lines_around(text, diagnostic.span.start, diagnostic.span.end);
            let offset = excerpt.start;
            let clamp = |at: usize| text.floor_char_boundary(at.clamp(excerpt.start, excerpt.end)) - offset;
            let range = clamp(diagnostic.span.start)..clamp(diagnostic.span.end);
            title.element(
                Snippet::source(&text[excerpt.clone()]).line_start(first).path(path).annotation(AnnotationKind::Primary.span(range)),
            )
        }
        _ => title.element(annotate_snippets::Origin::path(path)),
    };
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    format!("{}\n\n", renderer.render(&[group]))
}

/// The number of the first line of a span, and the bytes of all its lines.
fn lines_around(text: &str, start: usize, end: usize) -> (usize, std::ops::Range<usize>) {
    // A span that ends inside a character must not end the program.
    let start = text.floor_char_boundary(start);
    let end = text.floor_char_boundary(end.max(start));
    let (line, _) = line_and_column(text, start);
    let line_start = text.as_bytes()[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line_end = text.as_bytes()[end..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |newline| end + newline);
    (line, line_start..line_end)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostics::Span;

    #[test]
    fn shows_line_caret_and_help() {
        let path: Arc<str> = "content/thresholds.md".into();
        let texts = Texts::from([(path.clone(), "+++\ntitle = \"Levels\"\nreview_date = 2027-03-02\n+++\n".into())]);
        let diagnostic = Diagnostic::error("front-matter/unknown-key", Span::new(&path, 21..32), "`review_date` is not a front matter key")
            .with_help("did you mean `review_due`?");
        let expected = "\
error[front-matter/unknown-key]: `review_date` is not a front matter key
 --> content/thresholds.md:3:1
  |
3 | review_date = 2027-03-02
  | ^^^^^^^^^^^
  |
  = help: did you mean `review_due`?

";
        assert_eq!(draw(&diagnostic, &texts, Style::Plain), expected);
    }
}
