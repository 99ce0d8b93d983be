//! E-workbooks, and the pages on which they are confirmed, checked and looked back on.
//!
//! Each is drawn so that it reads and prints; what can only be done with script, its script adds.

use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::directive::Directive;
use crate::quiz::{Confirm, Question};
use crate::site::{Passage, Workbook};
use crate::template::{TemplateValue, list, object, text};

use super::{Place, id, not_drawn};

/// `:::workbook`: every question on one page.
pub(super) fn form(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let Some(workbook) = place.site.workbooks.iter().find(|workbook| workbook.definition.id == id(directive)) else {
        return Ok(not_drawn(directive));
    };
    let agencies = place.site.data.register.agencies.iter();
    let agencies = agencies.map(|agency| object(vec![("id", text(&agency.id.value)), ("name", text(&agency.name))]));
    let fill = vec![
        ("workbook", value(workbook, place)),
        ("root", text(place.page.url.to_root())),
        ("inbox", text(place.inbox)),
        ("agencies", list(agencies)),
        ("level", TemplateValue::from(u64::from(place.level))),
    ];
    place.component("workbook", fill, None)
}

/// `:::confirm`, `:::verify` and `:::my-training`: what each shows is in the theme.
pub(super) fn page(component: &str, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let mut fill = vec![("root", text(place.page.url.to_root()))];
    if component != "verify" {
        fill.push(("inbox", text(place.inbox)));
    }
    place.component(component, fill, None)
}

fn value(workbook: &Workbook, place: &Place<'_>) -> TemplateValue {
    let Workbook { quiz, definition, passages } = workbook;
    let questions = quiz.questions.iter().zip(passages).enumerate();
    let questions = questions.map(|(index, (question, passage))| self::question(index + 1, question, passage.as_ref(), place));
    let sections = quiz.sections.iter().map(|section| {
        let href = section
            .page
            .as_ref()
            .map(|page| href(&Passage { page: crate::address::PagePath::new(page.value.as_str()), anchor: String::new() }, place));
        object(vec![("title", text(&section.title)), ("href", text(href.unwrap_or_default())), ("text", text(&section.text))])
    });
    object(vec![
        ("id", text(&definition.id)),
        ("version", number(definition.version)),
        ("title", text(&definition.title)),
        ("summary", text(&quiz.summary)),
        ("minutes", number(quiz.minutes.unwrap_or(0))),
        ("digest", text(&definition.digest)),
        ("confirms", TemplateValue::from(quiz.confirm == Confirm::Manager)),
        ("answers_on_server", TemplateValue::from(definition.answers_on_server)),
        ("sections", list(sections)),
        ("questions", list(questions)),
    ])
}

fn question(number_of: usize, question: &Question, passage: Option<&Passage>, place: &Place<'_>) -> TemplateValue {
    let choices = question.choices.iter().map(|choice| object(vec![("id", text(&choice.id)), ("text", text(&choice.text))]));
    object(vec![
        ("number", TemplateValue::from(number_of as u64)),
        ("id", text(&question.id.value)),
        ("type", text(question.kind.word())),
        ("prompt", text(&question.prompt)),
        ("hint", text(&question.hint)),
        ("min_chars", number(question.min_chars.unwrap_or(0))),
        ("max_chars", number(question.longest())),
        ("see_href", text(passage.map(|passage| href(passage, place)).unwrap_or_default())),
        ("see_title", text(passage.map(|passage| title(passage, place)).unwrap_or_default())),
        ("choices", list(choices)),
    ])
}

fn number(number: i64) -> TemplateValue {
    TemplateValue::from(number)
}

/// The way from the page to a passage. Empty: it was reported that it leads nowhere.
fn href(passage: &Passage, place: &Place<'_>) -> String {
    let Some(page) = place.site.pages.get(&passage.page) else { return String::new() };
    let way = place.page.url.to(&page.url);
    if passage.anchor.is_empty() { way } else { format!("{way}#{}", passage.anchor) }
}

/// The heading of a passage, or else its page's title.
fn title(passage: &Passage, place: &Place<'_>) -> String {
    let Some(page) = place.site.pages.get(&passage.page) else { return String::new() };
    let heading = page.headings.iter().find(|heading| heading.id == passage.anchor);
    heading.map_or_else(|| page.front_matter.title.value.clone(), |heading| heading.text.clone())
}
