//! The diagrams of a page: lists read, facts taken from the data, an id for each.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::data::Data;
use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::diagram::{self, Diagram, Item, List};
use crate::markdown::directive::Directive;
use crate::markdown::{Event, Piece, PieceKind, Tag, TagEnd};

use super::{directives, headings};

/// A diagram with its place on the page.
#[derive(Debug)]
pub struct Figure {
    pub id: String,
    pub title: String,
    pub diagram: Diagram,
}

/// Reads every diagram of a page, by the first byte of its directive. The marks of timelines become words in place, as the list
/// itself is what stands beside the drawing.
pub(super) fn read(
    file: &FilePath,
    body: &mut [Piece],
    data: &Data,
    anchors: &mut BTreeSet<String>,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<usize, Figure> {
    let mut figures = BTreeMap::new();
    for index in 0..body.len() {
        let PieceKind::Open(directive) = &body[index].kind else { continue };
        let name = directive.name.value.as_str();
        let (title, diagram) = if name == "ladder" {
            let Some((title, ladder)) = ladder(directive, data) else { continue };
            (title, Some(ladder))
        } else if diagram::FROM_LISTS.contains(&name) {
            let inside = index + 1..index + 1 + directives::closing(&body[index + 1..]);
            let (title, is_timeline) = (directive.get("title").map_or("", |title| title.value.trim()).to_owned(), name == "timeline");
            let list = list(file, &body[inside.clone()], directive, data, found);
            let diagram = list.and_then(|list| diagram::read(name, &list, &directive.span, found));
            if is_timeline {
                marks_in_words(&mut body[inside]);
            }
            (title, diagram)
        } else {
            continue;
        };
        let Some(diagram) = diagram.filter(|_| !title.is_empty()) else { continue };
        let id = headings::unused(&format!("diagram-{}", slug::slugify(&title)), anchors);
        anchors.extend([id.clone(), format!("{id}-title"), format!("{id}-desc")]);
        figures.insert(body[index].span.start, Figure { id, title: crate::html::typographic(&title), diagram });
    }
    figures
}

fn ladder(directive: &Directive, data: &Data) -> Option<(String, Diagram)> {
    let ladder = data.ladder(&directive.get("area")?.value)?;
    let rungs =
        ladder.levels.iter().map(|level| diagram::Rung { name: level.name.clone(), subtitle: level.subtitle.clone(), need: level.need });
    let drawn =
        diagram::Ladder { rungs: rungs.collect(), not_described: ladder.not_described.clone(), source: data.source_text(&ladder.source) };
    Some((format!("{}: {}", data.area_name(&ladder.area.value), ladder.name), Diagram::Ladder(drawn)))
}

/// The one list inside a directive. None: nothing is inside, or something else is.
fn list(file: &FilePath, inside: &[Piece], directive: &Directive, data: &Data, found: &mut Vec<Diagnostic>) -> Option<List> {
    let name = directive.name.value.as_str();
    let is_genogram = name == "genogram";
    let mut report = |span: Range<usize>, code: &'static str, message: String, help: &'static str| {
        found.push(Diagnostic::error(code, Span::new(file, span), message).with_help(help));
    };
    let mut is_sound = true;
    // Items that are open, each with its words so far and their bytes.
    let mut open: Vec<Item> = Vec::new();
    let mut items = Vec::new();
    let (mut depth, mut n_lists, mut is_numbered) = (0_usize, 0, false);
    for piece in inside {
        let span = piece.span.clone();
        let alien = match &piece.kind {
            PieceKind::Open(_) | PieceKind::Close => matches!(piece.kind, PieceKind::Open(_)),
            PieceKind::Event(Event::Start(Tag::List(start))) => {
                if depth == 0 {
                    n_lists += 1;
                    is_numbered = start.is_some();
                }
                depth += 1;
                depth == 1 && n_lists == 2
            }
            PieceKind::Event(Event::End(TagEnd::List(_))) => {
                depth -= 1;
                false
            }
            PieceKind::Event(Event::Start(Tag::Item)) => {
                open.push(Item { words: String::new(), span: Span::new(file, span.start..span.start), items: Vec::new() });
                false
            }
            PieceKind::Event(Event::End(TagEnd::Item)) => {
                let mut item = open.pop().expect("an item that ends has begun");
                item.words = item.words.split([' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
                if item.span.start == item.span.end {
                    item.span = Span::new(file, item.span.start..item.span.start + 1);
                }
                match open.last_mut() {
                    Some(around) => around.items.push(item),
                    None => items.push(item),
                }
                false
            }
            PieceKind::Event(Event::Start(
                Tag::Heading { .. } | Tag::Table(_) | Tag::CodeBlock(_) | Tag::BlockQuote(_) | Tag::Image { .. },
            ))
            | PieceKind::Event(Event::Start(Tag::DefinitionList)) => true,
            PieceKind::Event(Event::Start(Tag::Link { .. })) if is_genogram => {
                is_sound = false;
                report(
                    span.clone(),
                    "diagram/link",
                    String::from("a genogram takes no links: readers would not see this one"),
                    "put it below the diagram",
                );
                false
            }
            PieceKind::Event(Event::Start(_)) => depth == 0,
            PieceKind::Event(Event::Text(words) | Event::Code(words)) => {
                push(&mut open, words, &span);
                false
            }
            PieceKind::Event(Event::SoftBreak | Event::HardBreak) => {
                push(&mut open, " ", &(span.start..span.start));
                false
            }
            // Two paragraphs of one item.
            PieceKind::Event(Event::End(TagEnd::Paragraph)) => {
                push(&mut open, " ", &(span.start..span.start));
                false
            }
            PieceKind::Inline(inline) => {
                push(&mut open, &directives::inline_words(inline, data).unwrap_or_default(), &span);
                false
            }
            PieceKind::Event(Event::Rule) => true,
            PieceKind::Event(_) => false,
        };
        if alien && is_sound {
            is_sound = false;
            let first_line = span.start..span.end.min(span.start + 80);
            report(
                first_line,
                "diagram/only-a-list",
                format!("inside `:::{name}` stands one list and nothing else"),
                "put the rest above the directive or below its `:::`",
            );
        }
    }
    // That nothing is inside, the check of all directives says.
    (is_sound && n_lists == 1).then_some(List { items, is_numbered })
}

fn push(open: &mut [Item], words: &str, span: &Range<usize>) {
    let Some(item) = open.last_mut() else { return };
    if item.words.is_empty() && !words.trim().is_empty() {
        (item.span.start, item.span.end) = (span.start, span.end);
    }
    item.words.push_str(words);
    item.span.end = item.span.end.max(span.end);
}

/// `2015 (-): …` → `2015 (bad): …` in each item, however the parser has cut its text.
fn marks_in_words(inside: &mut [Piece]) {
    let mut index = 0;
    while index < inside.len() {
        let length = inside[index..].iter().take_while(|piece| matches!(piece.kind, PieceKind::Event(Event::Text(_)))).count();
        let run = &mut inside[index..index + length];
        let whole: String =
            run.iter().map(|piece| if let PieceKind::Event(Event::Text(words)) = &piece.kind { words } else { "" }).collect();
        if let Some(said) = diagram::timeline_mark_in_words(&whole) {
            for piece in run.iter_mut() {
                piece.kind = PieceKind::Event(Event::Text("".into()));
            }
            run[0].kind = PieceKind::Event(Event::Text(said.into()));
        }
        index += length.max(1);
    }
}
