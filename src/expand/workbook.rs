//! E-workbooks, and the pages on which they are confirmed, checked and looked back on.
//!
//! Each is drawn so that it reads and prints; what can only be done with script, its script adds.

use std::collections::BTreeMap;

use crate::address::PagePath;
use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::directive::Directive;
use crate::quiz::{Confirm, QuestionKind, Quiz};
use crate::site::{Passage, Site, Workbook, directives};
use crate::template::{TemplateValue, Templates, html, list, object, text};
use crate::theme::Theme;

use super::{Place, id, not_drawn, question};

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

/// What comes after the answers, of each e-workbook by its id: the views for a script that is loaded later.
pub fn after_views(site: &Site, templates: &Templates, theme: &Theme) -> Result<BTreeMap<String, Html>, Diagnostic> {
    let views = site.workbooks.iter().map(|workbook| {
        let Workbook { quiz, definition, .. } = workbook;
        let value = object(vec![
            ("title", text(&definition.title)),
            ("confirms", TemplateValue::from(quiz.confirm == Confirm::Manager)),
            ("answers_on_server", TemplateValue::from(definition.answers_on_server)),
            ("returns", returns(quiz, site)),
        ]);
        let drawn = templates.component("workbook_after", vec![("workbook", value)], None, theme)?;
        Ok((definition.id.clone(), drawn))
    });
    views.collect()
}

/// `:::confirm`, `:::verify` and `:::my-training`: what each shows is in the theme.
pub(super) fn page(component: &str, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let mut fill = vec![("root", text(place.page.url.to_root()))];
    if component != "verify" {
        fill.push(("inbox", text(place.inbox)));
        fill.push(("workbooks", list(confirmed(place))));
    }
    place.component(component, fill, None)
}

/// The e-workbooks that are confirmed, where each is answered, and where its completions go.
fn confirmed<'p>(place: &'p Place<'_>) -> impl Iterator<Item = TemplateValue> + use<'p> {
    let workbooks = place.site.workbooks.iter().filter(|workbook| workbook.quiz.confirm == Confirm::Manager);
    workbooks.map(|workbook| {
        let id = workbook.definition.id.as_str();
        let page = place.site.pages.values().find(|page| directives::draws_workbook(&page.body, id));
        object(vec![
            ("id", text(id)),
            ("title", text(&workbook.definition.title)),
            ("href", text(page.map(|page| place.page.url.to(&page.url)).unwrap_or_default())),
            ("returns", returns(&workbook.quiz, place.site)),
        ])
    })
}

fn value(workbook: &Workbook, place: &Place<'_>) -> TemplateValue {
    let Workbook { quiz, definition, passages } = workbook;
    let mut number_of = 0_u64;
    let mut passages = passages.iter();
    let sections: Vec<TemplateValue> = quiz
        .sections
        .iter()
        .map(|section| {
            let questions: Vec<TemplateValue> = section
                .questions
                .iter()
                .map(|question| {
                    number_of += 1;
                    let passage = passages.next().and_then(Option::as_ref);
                    let name = format!("q{number_of}");
                    let value = question::value(question, passage, quiz, &name, place);
                    object(vec![("number", TemplateValue::from(number_of)), ("question", value)])
                })
                .collect();
            let page = section.page.as_ref().map(|page| Passage { page: PagePath::new(page.value.as_str()), anchor: String::new() });
            object(vec![
                ("title", text(&section.title)),
                ("href", text(page.as_ref().map(|page| href(page, place)).unwrap_or_default())),
                ("page", text(page.as_ref().map(|page| title(page, place)).unwrap_or_default())),
                ("text", html(&question::blocks(section.text.all()))),
                ("pool", TemplateValue::from(section.pool.unwrap_or(0) as u64)),
                ("n_questions", TemplateValue::from(section.pool.unwrap_or(section.questions.len()) as u64)),
                ("questions", list(questions)),
            ])
        })
        .collect();
    let n_questions: usize = quiz.sections.iter().map(|section| section.pool.unwrap_or(section.questions.len())).sum();
    object(vec![
        ("id", text(&definition.id)),
        ("version", number(definition.version)),
        ("title", text(&definition.title)),
        ("summary", text(&quiz.summary)),
        ("minutes", number(quiz.minutes.unwrap_or(0))),
        ("digest", text(&definition.digest)),
        ("confirms", TemplateValue::from(quiz.confirm == Confirm::Manager)),
        ("returns", returns(quiz, place.site)),
        ("answers_on_server", TemplateValue::from(definition.answers_on_server)),
        ("n_questions", TemplateValue::from(n_questions as u64)),
        ("is_open", TemplateValue::from(quiz.questions().all(|question| question.kind == QuestionKind::Open))),
        ("is_linked", TemplateValue::from(quiz.questions().all(|question| question.see.is_some()))),
        ("has_sections", TemplateValue::from(quiz.sections.iter().any(|section| !section.title.is_empty()))),
        ("sections", list(sections)),
    ])
}

/// Where a completion goes that is not sent by the inbox. Empty where the author names nobody.
fn returns(quiz: &Quiz, site: &Site) -> TemplateValue {
    let contact = quiz.returns_to.as_ref().and_then(|returns_to| site.data.contact(&returns_to.value));
    object(vec![
        ("name", text(contact.map_or("", |contact| &contact.name))),
        ("email", text(contact.map_or("", |contact| &contact.email))),
        ("address", list(contact.iter().flat_map(|contact| &contact.address).map(text))),
    ])
}

fn number(number: i64) -> TemplateValue {
    TemplateValue::from(number)
}

/// The way from the page to a passage. Empty: it was reported that it leads nowhere.
pub(super) fn href(passage: &Passage, place: &Place<'_>) -> String {
    let Some(page) = place.site.pages.get(&passage.page) else { return String::new() };
    let way = place.page.url.to(&page.url);
    if passage.anchor.is_empty() { way } else { format!("{way}#{}", passage.anchor) }
}

/// The heading of a passage, or else its page's title.
pub(super) fn title(passage: &Passage, place: &Place<'_>) -> String {
    let Some(page) = place.site.pages.get(&passage.page) else { return String::new() };
    let heading = page.headings.iter().find(|heading| heading.id == passage.anchor);
    heading.map_or_else(|| page.front_matter.title.value.clone(), |heading| heading.text.clone())
}
