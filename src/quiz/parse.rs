//! Reading a quiz file, every mistake with its place.

use std::collections::BTreeSet;

use crate::diagnostics::{Diagnostic, FilePath};
use crate::fields::{self, Fields, Kind, Placed};
use crate::html;

use super::kinds;
use super::mdbook;
use super::model::{Confirm, Question, QuestionKind, Quiz, Section};
use super::prose::Prose;

pub(super) const KIND: Kind = Kind { code: "quiz", words: "quiz" };

/// All answers of an e-workbook together, in characters: sealed and in base64url they still fit what the inbox takes.
const MAX_CHARS_IN_ALL: i64 = 60_000;

/// Reads one file below `quizzes/`. No quiz: its id could not be read.
pub fn parse(file: &FilePath, text: &str) -> (Option<Quiz>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let quiz = fields::read(KIND, file, text, 0..text.len(), &mut found, |fields| match mdbook::is_one(fields) {
        true => mdbook::read(file, fields),
        false => read(file, fields),
    });
    (quiz, found)
}

fn read(file: &FilePath, fields: &mut Fields<'_>) -> Option<Quiz> {
    let id = fields.required_text("id");
    let title = fields.required_prose("title");
    let summary = fields.required_prose("summary");
    let confirm = fields.choice("confirm", &[("manager", Confirm::Manager), ("none", Confirm::Nobody)]).unwrap_or(Confirm::Manager);
    if confirm == Confirm::Manager {
        fields.require("version");
    }
    let version = positive(fields, "version");
    let minutes = positive(fields, "minutes").map(|minutes| minutes.value);
    let renew_after_months = renew_after_months(fields);
    let returns_to = fields.text("returns_to");
    if let (Confirm::Nobody, Some(returns_to)) = (confirm, &returns_to) {
        fields
            .report("returns-to", returns_to.span.clone(), "nothing of a practice is returned to anybody")
            .help
            .push(String::from("leave out `returns_to`, or write `confirm = \"manager\"`"));
    }
    let answers_on_server = fields.boolean_or("answers_on_server", true);
    let sections = sections(fields, confirm);
    let id = id?;
    let span = id.span.clone();
    let quiz = Quiz {
        file: file.clone(),
        version: version.unwrap_or(Placed { value: 1, span }),
        minutes,
        renew_after_months,
        confirm,
        returns_to,
        answers_on_server,
        sections,
        id,
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
    check_questions(fields, &quiz);
    Some(quiz)
}

pub(super) fn check_questions(fields: &mut Fields<'_>, quiz: &Quiz) {
    let n_chars: i64 = quiz.questions().map(Question::longest).sum();
    if quiz.confirm == Confirm::Manager && n_chars > MAX_CHARS_IN_ALL {
        let message = format!("the answers may come to {n_chars} characters, and the inbox takes {MAX_CHARS_IN_ALL}");
        let span = quiz.id.span.clone();
        fields.report("max-chars", span, message).help.push(String::from("give the questions a smaller `max_chars`"));
    }
    let mut ids = BTreeSet::new();
    for question in quiz.questions() {
        check_id(fields, &question.id);
        if !ids.insert(&question.id.value) {
            fields.report("same-id", question.id.span.clone(), format!("two questions have the id `{}`", question.id.value));
        }
    }
}

/// Sections with their questions; or the questions of a quiz without sections, as one that has no title.
fn sections(fields: &mut Fields<'_>, confirm: Confirm) -> Vec<Section> {
    let mut sections: Vec<Section> = fields.tables("section", "section", |fields| section(fields, confirm));
    let whole = fields.span().clone();
    let questions: Vec<Question> =
        fields.tables("question", "question", |fields| question(fields, confirm)).into_iter().flatten().collect();
    let pool = pool(fields, &questions);
    let is_in_sections = sections.iter().any(|section| !section.questions.is_empty());
    match questions.first() {
        Some(first) if is_in_sections => {
            let span = first.id.span.clone();
            fields
                .report("outside-sections", span, "this question stands in no section, and others do")
                .help
                .push(String::from("write `[[section.question]]` below its section"));
        }
        None if !is_in_sections => {
            fields.report("no-questions", whole, "the quiz has no questions").help.push(String::from("add a `[[question]]`"));
        }
        _ => {}
    }
    if !questions.is_empty() {
        sections.push(Section { questions, pool, ..Section::default() });
    }
    sections
}

fn section(fields: &mut Fields<'_>, confirm: Confirm) -> Section {
    let title = fields.required_prose("title").map(|title| title.value).unwrap_or_default();
    let page = fields.text("page");
    let text = prose(fields, "text");
    let questions: Vec<Question> =
        fields.tables("question", "question", |fields| question(fields, confirm)).into_iter().flatten().collect();
    let pool = pool(fields, &questions);
    Section { title, page, text, questions, pool }
}

/// How many of the questions each learner gets.
fn pool(fields: &mut Fields<'_>, questions: &[Question]) -> Option<usize> {
    let pool = positive(fields, "pool")?;
    let n = usize::try_from(pool.value).unwrap_or(usize::MAX);
    if n >= questions.len() {
        let message = format!("`pool` draws {n} of {} questions", questions.len());
        fields.report("pool", pool.span, message).help.push(String::from("write more questions, or take `pool` out"));
        return None;
    }
    Some(n)
}

fn question(fields: &mut Fields<'_>, confirm: Confirm) -> Option<Question> {
    let id = fields.required_text("id");
    fields.require("prompt");
    let prompt = prose(fields, "prompt");
    let kind = kinds::read(fields);
    let is_sound = kind.is_some();
    let question = Question {
        prompt,
        see: fields.text("see"),
        hint: fields.prose("hint"),
        feedback: prose(fields, "feedback"),
        facts: fields.texts("facts"),
        min_chars: positive(fields, "min_chars").map(|number| number.value),
        max_chars: positive(fields, "max_chars").map(|number| number.value),
        look_for: fields.texts("look_for").into_iter().map(|point| point.value).collect(),
        model_answer: fields.prose("model_answer"),
        // What is wrong with its kind was reported; the rest of the question is looked at all the same.
        kind: kind.unwrap_or(QuestionKind::Open),
        id: id?,
    };
    if question.min_chars.is_some_and(|shortest| shortest > question.longest()) {
        let span = question.id.span.clone();
        fields.report("value", span, "`min_chars` is more than `max_chars`, so that no answer fits");
    }
    let says_what_is_right = super::key(&question).is_some() || !question.model_answer.is_empty() || !question.feedback.is_empty();
    if is_sound && confirm == Confirm::Nobody && !says_what_is_right {
        let span = fields.span().clone();
        let message = format!("nobody sees the answer to `{}`, and nothing says what is right", question.id.value);
        fields.report("no-answer", span, message).help.push(String::from("add the right answer, or a `model_answer`"));
    }
    Some(question)
}

/// A text in Markdown, or nothing.
pub(super) fn prose(fields: &mut Fields<'_>, key: &'static str) -> Prose {
    let Some(mut text) = fields.text(key) else { return Prose::default() };
    text.value = html::typographic(&text.value);
    let mut found = Vec::new();
    let prose = Prose::read(&text, &mut found);
    fields.append(found);
    prose
}

/// An id stands in records that are signed, and in addresses.
pub(super) fn check_id(fields: &mut Fields<'_>, id: &Placed<String>) {
    let is_id = id.value.len() <= 64 && id.value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !is_id {
        fields
            .report("id", id.span.clone(), format!("`{}` cannot be an id", id.value))
            .help
            .push(String::from("use small letters, digits and hyphens, at most 64"));
    }
}

fn positive(fields: &mut Fields<'_>, key: &'static str) -> Option<Placed<i64>> {
    let number = fields.integer(key)?;
    if number.value < 1 {
        fields.report("value", number.span, format!("`{key}` must be 1 or more"));
        return None;
    }
    Some(number)
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
