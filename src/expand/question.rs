//! One question: as part of an e-workbook, or by itself within a page of guidance.

use serde_json::Value;

use crate::completion::definition;
use crate::diagnostics::Diagnostic;
use crate::html::{Html, escape};
use crate::markdown::directive::Directive;
use crate::markdown::{self, Event};
use crate::quiz::{self, Confirm, Item, Prose, Question, QuestionKind, Quiz};
use crate::site::{Passage, directives};
use crate::template::{TemplateValue, html, list, object, text};

use super::{Place, id, not_drawn};

/// `:::question`: a knowledge check where it is read about. Nothing of it is kept or sent.
pub(super) fn alone(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let of = directive.get("quiz").map_or("", |quiz| quiz.value.as_str());
    let workbook = place.site.workbooks.iter().find(|workbook| workbook.quiz.id.value == of);
    let asked = workbook.and_then(|workbook| {
        let passages = workbook.passages.iter();
        let mut questions = workbook.quiz.questions().zip(passages);
        questions.find(|(question, _)| question.id.value == id(directive)).map(|found| (&workbook.quiz, found))
    });
    let Some((quiz, (question, passage))) = asked else { return Ok(not_drawn(directive)) };
    knowledge_check(question, passage.as_ref(), quiz, &directives::question_anchor(directive), place)
}

/// A question by itself, to be answered and checked where it stands. `name` is the id of its form.
pub fn knowledge_check(
    question: &Question,
    passage: Option<&Passage>,
    quiz: &Quiz,
    name: &str,
    place: &Place<'_>,
) -> Result<Html, Diagnostic> {
    let fill = vec![("question", value(question, passage, quiz, name, place)), ("level", TemplateValue::from(u64::from(place.level)))];
    place.component("knowledge_check", fill, None)
}

/// A text of a quiz, such as the words of a section.
pub fn prose(text: &Prose) -> Html {
    blocks(text.all())
}

/// What the theme draws a question from. `name` is the id of its form.
pub(super) fn value(question: &Question, passage: Option<&Passage>, quiz: &Quiz, name: &str, place: &Place<'_>) -> TemplateValue {
    let Question { kind, feedback, .. } = question;
    let choices = kind.choices().iter().map(|choice| {
        object(vec![("id", text(&choice.id)), ("text", html(&line(&choice.text))), ("feedback", html(&line(&choice.feedback)))])
    });
    let (items, left, right) = match kind {
        QuestionKind::Order { items } => (shown(items), Vec::new(), Vec::new()),
        QuestionKind::Match { left, right, .. } => (Vec::new(), left.iter().collect(), sorted(right)),
        _ => (Vec::new(), Vec::new(), Vec::new()),
    };
    let key = quiz::key(question);
    let is_shuffled = matches!(kind, QuestionKind::Single(choices) | QuestionKind::Multi(choices) if choices.is_shuffled);
    object(vec![
        ("name", text(name)),
        ("id", text(&question.id.value)),
        ("type", text(kind.word())),
        ("prompt", html(&line(&question.prompt))),
        ("more", html(&blocks(question.prompt.rest()))),
        ("hint", text(&question.hint)),
        ("min_chars", TemplateValue::from(question.min_chars.unwrap_or(0))),
        ("max_chars", TemplateValue::from(question.longest())),
        ("see_href", text(passage.map(|passage| super::workbook::href(passage, place)).unwrap_or_default())),
        ("see_title", text(passage.map(|passage| super::workbook::title(passage, place)).unwrap_or_default())),
        ("choices", list(choices)),
        ("is_shuffled", TemplateValue::from(is_shuffled)),
        ("items", items_value(&items)),
        ("left", items_value(&left)),
        ("right", items_value(&right)),
        ("key", text(key.as_ref().map(|key| key.to_value().to_string()).unwrap_or_default())),
        ("mark", text(definition::mark_of(question))),
        ("answer", list(answer(question).into_iter().map(|line| html(&line)))),
        ("why", html(&blocks(feedback.all()))),
        // In one that is confirmed, the points are for the talk about the answers.
        ("model_answer", text(if quiz.confirm == Confirm::Nobody { question.model_answer.as_str() } else { "" })),
        ("counts", TemplateValue::from(quiz.confirm == Confirm::Manager)),
    ])
}

/// Sorted, which gives nothing away; where that is the right order, the other way round.
fn shown(items: &[Item]) -> Vec<&Item> {
    let mut shown = sorted(items);
    if shown.iter().zip(items).all(|(one, other)| one.id == other.id) {
        shown.reverse();
    }
    shown
}

fn sorted(items: &[Item]) -> Vec<&Item> {
    let mut sorted: Vec<&Item> = items.iter().collect();
    sorted.sort_by_key(|item| item.text.to_lowercase());
    sorted
}

fn items_value(items: &[&Item]) -> TemplateValue {
    list(items.iter().map(|item| object(vec![("id", text(&item.id)), ("text", text(&item.text))])))
}

/// The right answer in words, a line for each of its parts.
fn answer(question: &Question) -> Vec<Html> {
    match &question.kind {
        QuestionKind::Open => Vec::new(),
        QuestionKind::Single(choices) | QuestionKind::Multi(choices) => {
            choices.choices.iter().filter(|choice| choice.is_correct).map(|choice| line(&choice.text)).collect()
        }
        QuestionKind::TrueFalse { answer } => vec![escape(if *answer { "True" } else { "False" })],
        QuestionKind::Short { answers } => answers.iter().take(1).map(|answer| escape(answer)).collect(),
        QuestionKind::Number { .. } => match quiz::key(question).map(|key| key.to_value()) {
            Some(Value::Array(numbers)) => vec![escape(&numbers[0].to_string())],
            _ => Vec::new(),
        },
        QuestionKind::Order { items } => items.iter().map(|item| escape(&item.text)).collect(),
        QuestionKind::Match { left, right, fits } => {
            left.iter().zip(fits).map(|(left, place)| escape(&format!("{}: {}", left.text, right[*place].text))).collect()
        }
    }
}

/// The first paragraph, to stand in a label.
fn line(prose: &Prose) -> Html {
    blocks(prose.line())
}

pub(super) fn blocks<'e>(events: impl Iterator<Item = Event<'e>>) -> Html {
    let mut written = String::new();
    markdown::to_html(events, &mut written);
    Html::from_renderer(written.trim_end().to_owned())
}
