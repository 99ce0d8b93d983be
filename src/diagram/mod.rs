//! Diagrams from text: a list to a layout, a layout to SVG, and the same in words.
//!
//! In: [`Item`]s, each with its words and its place in the file. Out: a [`Diagram`] and what was wrong with the list; of a diagram
//! an inline `<svg>` with title and description. Colours and sizes of letters are the theme's: the SVG has classes and numbers,
//! no styles. Nothing here knows a site, a page or a theme.

mod flow;
pub mod genogram;
mod ladder;
mod svg;
mod text;
mod timeline;
mod triangle;

use crate::diagnostics::{Diagnostic, Span};
use crate::html::Html;

pub use flow::Flow;
pub use genogram::Genogram;
pub use ladder::{Ladder, Rung};
pub use timeline::{Timeline, with_mark_in_words as timeline_mark_in_words};
pub use triangle::Triangle;

/// One item of the list that a diagram is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its own words, without those of the list inside it.
    pub words: String,
    /// Where those words stand.
    pub span: Span,
    pub items: Vec<Item>,
}

/// A list, and whether it is numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub items: Vec<Item>,
    pub is_numbered: bool,
}

/// A diagram that can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Diagram {
    Flow(Flow),
    Triangle(Triangle),
    Ladder(Ladder),
    Timeline(Timeline),
    Genogram(Genogram),
}

/// The directives whose list becomes a diagram.
pub const FROM_LISTS: [&str; 4] = ["flow", "triangle", "timeline", "genogram"];

/// Reads the list inside a directive. `around` is the directive's own place. None: nothing could be drawn.
pub fn read(name: &str, list: &List, around: &Span, found: &mut Vec<Diagnostic>) -> Option<Diagram> {
    let empty: Vec<&Item> = list.items.iter().filter(|item| item.words.is_empty()).collect();
    for item in &empty {
        found.push(
            Diagnostic::error("diagram/empty", item.span.clone(), "this item says nothing").with_help("write its words, or take it out"),
        );
    }
    if !empty.is_empty() {
        return None;
    }
    match name {
        "flow" => flow::read(list, found).map(Diagram::Flow),
        "triangle" => triangle::read(list, around, found).map(Diagram::Triangle),
        "timeline" => timeline::read(&list.items, found).map(Diagram::Timeline),
        "genogram" => genogram::read(&list.items, found).map(Diagram::Genogram),
        _ => None,
    }
}

/// A diagram as it stands in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    pub svg: Html,
    /// In units of the drawing. Letters are 16 units high.
    pub width: i32,
}

/// Wider than this, a drawing is not shrunk to a phone's width but scrolled: its letters would be too small to read.
pub const MAX_SHRUNK: i32 = 320;

impl Diagram {
    /// Draws it. `id` is the figure's; that of the title inside and that of the description are made from it.
    pub fn draw(&self, id: &str, title: &str) -> Drawing {
        let (svg, description) = match self {
            Self::Flow(flow) => flow.draw(),
            Self::Triangle(triangle) => triangle.draw(),
            Self::Ladder(ladder) => ladder.draw(),
            Self::Timeline(timeline) => timeline.draw(),
            Self::Genogram(genogram) => genogram.draw(),
        };
        Drawing { width: svg.width(), svg: svg.finish(id, title, &format!("{description} The same in words follows.")) }
    }

    /// The same in words, where they are not the author's own list.
    pub fn words(&self) -> Option<Html> {
        match self {
            Self::Ladder(ladder) => Some(ladder.words()),
            Self::Genogram(genogram) => Some(genogram.words()),
            Self::Flow(_) | Self::Triangle(_) | Self::Timeline(_) => None,
        }
    }
}

/// `condition: result`, cut at the first colon before a space.
fn cut(words: &str) -> Option<(&str, &str)> {
    let (before, after) = words.split_once(": ")?;
    let (before, after) = (before.trim(), after.trim());
    (!before.is_empty() && !after.is_empty()).then_some((before, after))
}

/// Reports every list inside an item that takes none.
fn no_inner_lists(item: &Item, what: &str, found: &mut Vec<Diagnostic>) {
    if let Some(inner) = item.items.first() {
        found.push(
            Diagnostic::error(
                "diagram/nested",
                inner.span.clone(),
                format!("{what} takes no list inside: readers would not see this drawn"),
            )
            .with_help("make it an item of its own, or say it below the diagram"),
        );
    }
}

/// `one step`, `3 steps`.
fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("One {one}") } else { format!("{n} {many}") }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// A list from lines; an item of the list inside starts with two spaces. Spans are line numbers.
    pub fn list(text: &str) -> List {
        let mut items: Vec<Item> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let item = Item { words: line.trim().to_owned(), span: Span::new(&"a.md".into(), number..number), items: Vec::new() };
            match items.last_mut().filter(|_| line.starts_with("  ")) {
                Some(last) => last.items.push(item),
                None => items.push(item),
            }
        }
        List { items, is_numbered: true }
    }

    pub fn read(name: &str, text: &str) -> (Option<Diagram>, Vec<String>) {
        let mut found = Vec::new();
        let diagram = super::read(name, &list(text), &Span::file_start(&"a.md".into()), &mut found);
        let found = found.iter().map(|diagnostic| format!("{}@{}", diagnostic.code, diagnostic.span.start)).collect();
        (diagram, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, codes: &[&str]) {
        let (diagram, found) = testing::read(name, text);
        assert_eq!(found, codes, "{name}: {text}");
        assert_eq!(diagram.is_some(), codes.is_empty(), "{name}: {text}");
    }

    #[test]
    fn every_mistake_is_at_its_line() {
        check("flow", "Ask\n  Yes: go on\n  No: stop\nAct", &[]);
        check("flow", "Ask\n  Yes, go on\nAct\n\n", &["diagram/empty@3"]);
        check("flow", "Ask\n  Yes, go on\nAct", &["diagram/branch@1"]);
        check("triangle", "One\nTwo", &["diagram/sides@0"]);
        check("triangle", "One\n  more\nTwo\nThree", &[]);
        check("timeline", "2007: Born\n2015 (-): Bullied\n2016 (+-): Moved", &[]);
        check("timeline", "2007: Born\nBullied", &["diagram/line@1"]);
    }

    #[test]
    fn words_cannot_become_markup_and_the_same_words_give_the_same_bytes() {
        let draw = || testing::read("flow", "<b>\"A\" & B</b>\nTwo").0.expect("it can be drawn").draw("diagram-a", "A <i>").svg;
        let svg = draw();
        assert!(!svg.as_str().contains("<b>") && !svg.as_str().contains("<i>"), "{svg}");
        assert!(svg.as_str().contains("&lt;b&gt;&quot;A&quot; &amp;"), "{svg}");
        assert!(!svg.as_str().contains("style"), "{svg}");
        assert_eq!(svg, draw());
    }
}
