//! `:::form`: a form for paper and for the screen. It keeps nothing and sends nothing.

use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::Piece;
use crate::markdown::directive::Directive;
use crate::site::forms::{self, Field, FieldKind};
use crate::template::{TemplateValue, list, object, text};

use super::Place;

/// Draws the fields of a form, each tied to its label.
pub(super) fn draw(directive: &Directive, body: &[Piece], place: &Place<'_>) -> Result<Html, Diagnostic> {
    // What is wrong with a field has been reported when the page was linked.
    let blocks = forms::read(&place.page.file, body, &mut Vec::new());
    let title = directive.get("title").map_or("", |title| title.value.as_str());
    // Two forms of a page may have blocks alike; their headings' ids differ.
    let blocks = blocks.iter().map(|block| {
        let fields = block.fields.iter().enumerate().map(|(index, field)| self::field(field, &format!("{}-{}", block.id, index + 1)));
        object(vec![("id", text(&block.id)), ("title", text(&block.title)), ("fields", list(fields))])
    });
    let fill = vec![("title", text(title)), ("blocks", list(blocks)), ("level", TemplateValue::from(u64::from(place.level)))];
    place.component("paper_form", fill, None)
}

fn field(field: &Field, id: &str) -> TemplateValue {
    let none = || list([]);
    let texts = |words: &[String]| list(words.iter().map(text));
    let (kind, choices, columns, rows) = match &field.kind {
        FieldKind::Line => ("line", none(), none(), 0),
        FieldKind::Long => ("long", none(), none(), 0),
        FieldKind::Date => ("date", none(), none(), 0),
        FieldKind::Choice(choices) => ("choice", texts(choices), none(), 0),
        FieldKind::Rows(rows, columns) => ("rows", none(), texts(columns), *rows),
    };
    object(vec![
        ("id", text(id)),
        ("label", text(&field.label)),
        ("hint", text(&field.hint)),
        ("kind", text(kind)),
        ("choices", choices),
        ("columns", columns),
        ("rows", list((1..=rows).map(|row| TemplateValue::from(row as u64)))),
    ])
}
