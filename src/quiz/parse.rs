//! Reading a quiz file, every mistake with its place.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::fields::{self, Fields, Kind, Placed};

use super::model::{Choice, Confirm, Question, QuestionKind, Quiz, Section};

const KIND: Kind = Kind { code: "quiz", words: "quiz" };

/// All answers of an e-workbook together, in characters: sealed and in base64url they still fit what the inbox takes.
const MAX_CHARS_IN_ALL: i64 = 60_000;

/// Reads one file below `quizzes/`. No quiz: its id could not be read.
pub fn parse(file: &FilePath, text: &str) -> (Option<Quiz>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let quiz = fields::read(KIND, file, text, 0..text.len(), &mut found, |fields| read(file, fields));
    (quiz, found)
}

fn read(file: &FilePath, fields: &mut Fields<'_>) -> Option<Quiz> {
    let id = fields.required_text("id");
    let title = fields.required_prose("title");
    let summary = fields.required_prose("summary");
    fields.require("version");
    let version = positive(fields, "version");
    let quiz = Quiz {
        file: file.clone(),
        version: version.unwrap_or(1),
        minutes: positive(fields, "minutes"),
        renew_after_months: renew_after_months(fields),
        confirm: fields.choice("confirm", &[("manager", Confirm::Manager), ("none", Confirm::Nobody)]).unwrap_or(Confirm::Manager),
        answers_on_server: fields.boolean_or("answers_on_server", true),
        sections: fields.tables("section", "section", section),
        questions: fields.tables("question", "question", question).into_iter().flatten().collect(),
        id: id?,
        title: title?.value,
        summary: summary?.value,
    };
    let name = file.strip_prefix("quizzes/").and_then(|name| name.strip_suffix(".toml")).unwrap_or(file);
    if quiz.id.value != name {
        let message = format!("the id `{}` and the file's name `{name}` differ", quiz.id.value);
        fields
            .report("id", quiz.id.span.clone(), message)
            .help
            .push(String::from("give both the same name: completions are recorded under it"));
    }
    check_id(fields, &quiz.id);
    let n_chars: i64 = quiz.questions.iter().map(Question::longest).sum();
    if n_chars > MAX_CHARS_IN_ALL {
        let message = format!("the answers may come to {n_chars} characters, and the inbox takes {MAX_CHARS_IN_ALL}");
        let span = quiz.id.span.clone();
        fields.report("max-chars", span, message).help.push(String::from("give the questions a smaller `max_chars`"));
    }
    let mut ids = BTreeSet::new();
    for question in &quiz.questions {
        check_id(fields, &question.id);
        if !ids.insert(&question.id.value) {
            fields.report("same-id", question.id.span.clone(), format!("two questions have the id `{}`", question.id.value));
        }
    }
    Some(quiz)
}

/// An id stands in records that are signed, and in addresses.
fn check_id(fields: &mut Fields<'_>, id: &Placed<String>) {
    let is_id = id.value.len() <= 64 && id.value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_id {
        fields
            .report("id", id.span.clone(), format!("`{}` cannot be an id", id.value))
            .help
            .push(String::from("use small letters, digits and hyphens, at most 64"));
    }
}

fn positive(fields: &mut Fields<'_>, key: &'static str) -> Option<i64> {
    let number = fields.integer(key)?;
    if number.value < 1 {
        fields.report("value", number.span, format!("`{key}` must be 1 or more"));
        return None;
    }
    Some(number.value)
}

/// At most a hundred years: a date so far away can still be written.
fn renew_after_months(fields: &mut Fields<'_>) -> Option<i64> {
    let months = fields.integer("renew_after_months")?;
    if !(1..=1_200).contains(&months.value) {
        fields.report("value", months.span, "`renew_after_months` must be from 1 to 1200");
        return None;
    }
    Some(months.value)
}

fn section(fields: &mut Fields<'_>) -> Section {
    let title = fields.required_prose("title").map(|title| title.value).unwrap_or_default();
    Section { title, page: fields.text("page"), text: fields.prose("text") }
}

fn question(fields: &mut Fields<'_>) -> Option<Question> {
    let id = fields.required_text("id");
    let prompt = fields.required_prose("prompt");
    fields.require("type");
    let kind = fields.choice("type", &QuestionKind::WORDS);
    let see = fields.text("see");
    let hint = fields.prose("hint");
    let min_chars = positive(fields, "min_chars");
    let max_chars = positive(fields, "max_chars");
    let look_for = fields.texts("look_for").into_iter().map(|point| point.value).collect();
    let model_answer = fields.prose("model_answer");
    let mut choices: Vec<Choice> = fields.tables("choices", "choice", choice);
    for (index, choice) in choices.iter_mut().enumerate().filter(|(_, choice)| choice.id.is_empty()) {
        choice.id = format!("c{}", index + 1);
    }
    let span: Span = fields.span().clone();
    let question =
        Question { id: id?, kind: kind?, prompt: prompt?.value, see, hint, min_chars, max_chars, look_for, model_answer, choices };
    check_choices(fields, &question, span);
    Some(question)
}

fn choice(fields: &mut Fields<'_>) -> Choice {
    let text: Option<Placed<String>> = fields.required_prose("text");
    let id = fields.text("id");
    if let Some(id) = &id {
        check_id(fields, id);
    }
    Choice {
        id: id.map(|id| id.value).unwrap_or_default(),
        text: text.map(|text| text.value).unwrap_or_default(),
        is_correct: fields.boolean_or("correct", false),
        feedback: fields.prose("feedback"),
    }
}

/// Choices are told apart by their ids, and a question with choices needs a right one; one with a single answer no more than that.
fn check_choices(fields: &mut Fields<'_>, question: &Question, span: Span) {
    let ids: BTreeSet<&str> = question.choices.iter().map(|choice| choice.id.as_str()).collect();
    if ids.len() < question.choices.len() {
        fields.report("same-id", span.clone(), "two choices of this question have one id");
    }
    let n_correct = question.choices.iter().filter(|choice| choice.is_correct).count();
    match question.kind {
        QuestionKind::Single if n_correct != 1 => {
            fields.report("choices", span, format!("a `single` question has one right choice, this one has {n_correct}"));
        }
        QuestionKind::Multi if n_correct == 0 => {
            fields.report("choices", span, "no choice of this question is right");
        }
        QuestionKind::Open if !question.choices.is_empty() => {
            fields.report("choices", span, "an `open` question has no choices");
        }
        _ => {}
    }
}
