//! Forms on paper: what stands inside `:::form`, as blocks of fields.
//!
//! A heading of level 3 begins a block; every list item below it is a field: `Label (kind): hint`. A table of its own is
//! written `rows 3: Name; Role`, with the number of empty rows.

use crate::diagnostics::{Diagnostic, FilePath, Span, one_of, suggestion};
use crate::markdown::{self, Event, Piece, PieceKind, Tag, TagEnd};

/// The fields under one heading.
#[derive(Debug, PartialEq, Eq)]
pub struct FormBlock {
    pub id: String,
    pub title: String,
    pub fields: Vec<Field>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    pub label: String,
    pub hint: String,
    pub kind: FieldKind,
}

/// What is written into a field.
#[derive(Debug, PartialEq, Eq)]
pub enum FieldKind {
    Line,
    Long,
    Date,
    /// One of some words: `yes/no`, `0 to 10`, or the author's own.
    Choice(Vec<String>),
    /// A table with so many empty rows under these headings.
    Rows(usize, Vec<String>),
}

/// The kinds that an author may write in brackets; `choice: a; b` besides.
const KINDS: [&str; 5] = ["line", "long", "date", "yes/no", "0 to 10"];
const MAX_ROWS: usize = 20;

/// Reads the inside of a `:::form`.
pub fn read(file: &FilePath, body: &[Piece], found: &mut Vec<Diagnostic>) -> Vec<FormBlock> {
    let mut blocks: Vec<FormBlock> = Vec::new();
    let mut index = 0;
    while index < body.len() {
        // The words of a line, without the line's end.
        let words_end =
            body[index + 1..].iter().take_while(|piece| matches!(piece.kind, PieceKind::Event(Event::Text(_) | Event::SoftBreak)));
        let end = words_end.last().map_or(body[index].span.end, |last| last.span.end);
        let span = Span::new(file, body[index].span.start..end);
        match &body[index].kind {
            PieceKind::Event(Event::Start(Tag::Heading { id, .. })) => {
                let (title, after) = words(body, index, |end| matches!(end, TagEnd::Heading(_)));
                blocks.push(FormBlock { id: id.as_deref().unwrap_or_default().to_owned(), title, fields: Vec::new() });
                index = after;
            }
            PieceKind::Event(Event::Start(Tag::Item)) => {
                let (line, after) = words(body, index, |end| matches!(end, TagEnd::Item));
                match (field(line.trim()), blocks.last_mut()) {
                    (Ok(field), Some(block)) => block.fields.push(field),
                    (Ok(_), None) => found.push(
                        Diagnostic::error("form/field", span, "this field stands under no heading")
                            .with_help("begin the block with `### Heading`"),
                    ),
                    (Err((message, help)), _) => found.push(Diagnostic::error("form/field", span, message).with_help(help)),
                }
                index = after;
            }
            PieceKind::Event(Event::Start(Tag::List(_)) | Event::End(_)) => {}
            _ => {
                found.push(
                    Diagnostic::error("form/field", span, "a form holds headings and lists of fields, and nothing else")
                        .with_help("put other text above the form"),
                );
                index = body.len();
            }
        }
        index += 1;
    }
    for block in blocks.iter().filter(|block| block.fields.is_empty()) {
        let place = body.first().map_or(0..0, |piece| piece.span.clone());
        found.push(Diagnostic::error("form/field", Span::new(file, place), format!("the block “{}” has no field", block.title)));
    }
    blocks
}

/// The words from a start to its end, and where that end stands.
fn words(body: &[Piece], start: usize, is_end: impl Fn(TagEnd) -> bool) -> (String, usize) {
    let end = body[start..].iter().position(|piece| matches!(piece.kind, PieceKind::Event(Event::End(end)) if is_end(end)));
    let end = end.map_or(body.len(), |end| start + end);
    (markdown::plain_text(&body[start..end]), end)
}

fn field(line: &str) -> Result<Field, (String, String)> {
    if let Some(rows) = line.strip_prefix("rows ") {
        return table(rows)
            .ok_or_else(|| (String::from("this table cannot be read"), format!("write `rows 3: Name; Role`, with 1 to {MAX_ROWS} rows")));
    }
    // A colon in the brackets belongs to the choices.
    let (head, kind, rest) = match line.split_once(" (").and_then(|(head, rest)| Some((head, rest.split_once(')')?))) {
        Some((head, (kind, rest))) if !head.contains(": ") && (rest.is_empty() || rest.starts_with(':')) => {
            (head, self::kind(kind)?, rest.trim_start_matches(':'))
        }
        _ => match line.split_once(": ") {
            Some((head, hint)) => (head, FieldKind::Line, hint),
            None => (line, FieldKind::Line, ""),
        },
    };
    if head.trim().is_empty() || head.starts_with('(') {
        return Err((String::from("this field has no label"), String::from("write `- Label (kind): hint`")));
    }
    Ok(Field { label: head.trim().to_owned(), hint: rest.trim().to_owned(), kind })
}

fn kind(written: &str) -> Result<FieldKind, (String, String)> {
    if let Some(choices) = written.strip_prefix("choice:") {
        return Ok(FieldKind::Choice(parts(choices)));
    }
    Ok(match written {
        "line" => FieldKind::Line,
        "long" => FieldKind::Long,
        "date" => FieldKind::Date,
        "yes/no" => FieldKind::Choice(vec![String::from("Yes"), String::from("No")]),
        "0 to 10" => FieldKind::Choice((0..=10).map(|number| number.to_string()).collect()),
        other => {
            let help = suggestion(other, KINDS).map_or_else(
                || format!("use {}, or `choice: a; b`; square brackets stay words", one_of(KINDS)),
                |near| format!("did you mean `{near}`?"),
            );
            return Err((format!("`{other}` is not a kind of field"), help));
        }
    })
}

fn table(rows: &str) -> Option<Field> {
    let (count, columns) = rows.split_once(':')?;
    let count = count.trim().parse().ok().filter(|count| (1..=MAX_ROWS).contains(count))?;
    let columns = parts(columns);
    (!columns.is_empty()).then(|| Field { label: String::new(), hint: String::new(), kind: FieldKind::Rows(count, columns) })
}

fn parts(list: &str) -> Vec<String> {
    list.split(';').map(str::trim).filter(|part| !part.is_empty()).map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, label: &str, hint: &str, kind: FieldKind) {
        assert_eq!(field(line), Ok(Field { label: label.to_owned(), hint: hint.to_owned(), kind }), "{line}");
    }

    #[test]
    fn a_field_has_a_label_a_kind_and_a_hint() {
        check("Family name", "Family name", "", FieldKind::Line);
        check("Level of need: see the guidance", "Level of need", "see the guidance", FieldKind::Line);
        check("Address (long): house, street", "Address", "house, street", FieldKind::Long);
        let choices = ["met", "not met"].map(String::from).to_vec();
        check("1.1 Found: early", "1.1 Found", "early", FieldKind::Line);
        check("1.1 Found (choice: met; not met)", "1.1 Found", "", FieldKind::Choice(choices));
        let columns = ["Action, smart", "Who"].map(String::from).to_vec();
        check("rows 3: Action, smart; Who", "", "", FieldKind::Rows(3, columns));
        assert!(field("Address (lang)").is_err() && field("rows 99: a").is_err());
    }
}
