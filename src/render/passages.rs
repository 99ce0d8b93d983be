//! The definition file of each e-workbook; and as a script file the same text, with the passages that its questions are about.
//!
//! A confirmer reads each answer beside its passage. Cut out by the build, it is the text the learner read, and as a script it
//! also loads where pages are opened from a folder. What is expected of the answers that are marked stands there, too: the pages
//! carry it for their learners, and a definition does not say all of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::address::OutputPath;
use crate::html::Html;
use crate::quiz;
use crate::site::{Page, Site};

use super::outputs::Outputs;

/// Which question of which e-workbook, by their place in the site.
type Place = (usize, usize);

/// Passages as they are found, page by page.
#[derive(Default)]
pub(super) struct Passages {
    by_question: BTreeMap<Place, Value>,
}

impl Passages {
    pub(super) fn add(&mut self, of_page: Vec<(Place, Value)>) {
        self.by_question.extend(of_page);
    }

    /// Writes two files an e-workbook: what was asked, and what there is to read about it.
    pub(super) fn write(mut self, site: &Site, outputs: &mut Outputs) {
        for (index, workbook) in site.workbooks.iter().enumerate() {
            let (id, version) = (&workbook.definition.id, workbook.definition.version);
            outputs.insert(OutputPath::new(format!("workbooks/{id}/{version}.json")), workbook.definition.text.clone().into_bytes());
            let (mut passages, mut keys) = (Map::new(), Map::new());
            for (number, question) in workbook.quiz.questions().enumerate() {
                let id = &question.id.value;
                passages.extend(self.by_question.remove(&(index, number)).map(|passage| (id.clone(), passage)));
                keys.extend(quiz::key(question).map(|key| (id.clone(), key.to_value())));
            }
            let is_drawn = workbook.quiz.sections.iter().any(|section| section.pool.is_some());
            let script = format!(
                "signpostPassages({})\n",
                json!({
                    "id": id, "version": version, "definition": workbook.definition.text, "passages": passages, "keys": keys,
                    "is_drawn": is_drawn,
                })
            );
            outputs.insert(OutputPath::new(format!("workbooks/{id}/{version}.passages.js")), script.into_bytes());
        }
    }
}

/// The passages of one page, for every question that points to it.
pub(super) fn of_page(page: &Page, html: &Html, site: &Site) -> Vec<(Place, Value)> {
    let mut passages = Vec::new();
    for (index, workbook) in site.workbooks.iter().enumerate() {
        for (number, passage) in workbook.passages.iter().enumerate() {
            let Some(passage) = passage.as_ref().filter(|passage| passage.page == page.path) else { continue };
            let (title, cut) = cut(html.as_str(), &passage.anchor);
            let title = if title.is_empty() { page.front_matter.title.value.clone() } else { title };
            let value = json!({ "title": title, "page": &page.url.as_str()[1..], "anchor": passage.anchor, "html": cut });
            passages.push(((index, number), value));
        }
    }
    passages
}

/// The section that an anchor stands in: the words of its heading, and all up to the next heading that is not below it.
fn cut<'h>(html: &'h str, anchor: &str) -> (String, &'h str) {
    let Some(at) = html.find(&format!(" id=\"{anchor}\"")).filter(|_| !anchor.is_empty()) else { return (String::new(), html) };
    // The anchor's own heading, or the one that it stands under.
    let Some((start, level)) = headings(html).take_while(|(start, _)| *start <= at).last() else { return (String::new(), html) };
    let end_of_heading = html[start..].find("</h").map_or(html.len(), |end| start + end);
    let body = html[end_of_heading..].find('>').map_or(html.len(), |end| end_of_heading + end + 1);
    let words = html[start..end_of_heading].find('>').map_or("", |end| &html[start + end + 1..end_of_heading]);
    let end = headings(html).find(|(next, next_level)| *next > start && *next_level <= level).map_or(html.len(), |(next, _)| next);
    (super::sections::plain_words(words), html[body..end].trim())
}

/// Where each heading of our own HTML starts, and its level.
fn headings(html: &str) -> impl Iterator<Item = (usize, u8)> {
    html.match_indices("<h").filter_map(|(at, _)| {
        let level = html.as_bytes().get(at + 2).copied().filter(|byte| (b'1'..=b'6').contains(byte))?;
        Some((at, level - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<p>0</p><h2 id=\"a\">A &amp; <em>a</em></h2><p>1</p><h3 id=\"b\">B</h3><ul><li id=\"x\">2</li></ul><hr><h2 id=\"c\">C</h2><p>3</p>";

    #[test]
    fn a_passage_reaches_to_the_next_heading_that_is_not_below() {
        assert_eq!(cut(HTML, "a"), (String::from("A & a"), "<p>1</p><h3 id=\"b\">B</h3><ul><li id=\"x\">2</li></ul><hr>"));
        assert_eq!(cut(HTML, "b"), (String::from("B"), "<ul><li id=\"x\">2</li></ul><hr>"));
        assert_eq!(cut(HTML, "c"), (String::from("C"), "<p>3</p>"));
    }

    #[test]
    fn an_entry_is_read_in_its_section_and_no_anchor_means_the_whole_page() {
        assert_eq!(cut(HTML, "x"), (String::from("B"), "<ul><li id=\"x\">2</li></ul><hr>"));
        assert_eq!(cut(HTML, ""), (String::new(), HTML));
    }
}
