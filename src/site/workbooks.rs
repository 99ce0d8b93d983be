//! E-workbooks with what their questions point to, and their time limits held against the data.

use crate::address::PagePath;
use crate::completion::definition::{self, Definition};
use crate::data::{self, Data, Rule};
use crate::diagnostics::Diagnostic;
use crate::quiz::{Question, QuestionKind, Quiz};

/// An e-workbook, its definition, and the passage of guidance that each question is about.
#[derive(Debug)]
pub struct Workbook {
    pub quiz: Quiz,
    pub definition: Definition,
    /// One for each question. None: the author named none.
    pub passages: Vec<Option<Passage>>,
}

/// A place in the guidance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub page: PagePath,
    /// Empty: the whole page.
    pub anchor: String,
}

/// Splits what the authors wrote; that it leads somewhere has been checked.
pub(super) fn resolve(quiz: Quiz) -> Workbook {
    let passages = quiz.questions().map(|question| question.see.as_ref().map(|see| passage(&see.value))).collect();
    Workbook { definition: definition::of(&quiz), quiz, passages }
}

/// A check must not go on teaching a time limit that has changed: what a question names in `facts` is compared with it.
pub(super) fn check_facts(quizzes: &[Quiz], data: &Data, found: &mut Vec<Diagnostic>) {
    let ids: Vec<_> = data.timescales.iter().map(|timescale| &timescale.id).collect();
    for question in quizzes.iter().flat_map(Quiz::questions) {
        for fact in &question.facts {
            let Some(timescale) = data.timescale(&fact.value) else {
                data::known("timescale", fact, &ids, found);
                continue;
            };
            let rule = &timescale.rule;
            if !states(question, rule) {
                let message = format!("the answer does not say what the data says: {}", rule.phrase());
                let help = "correct the question, and raise the `version` of an e-workbook that was published";
                found.push(Diagnostic::error("quiz/fact", fact.span.clone(), message).with_help(help));
            }
        }
    }
}

/// A completion on paper goes somewhere: to a contact that has a mail address or a postal one.
pub(super) fn check_returns(quizzes: &[Quiz], data: &Data, found: &mut Vec<Diagnostic>) {
    let ids: Vec<_> = data.contacts.iter().map(|contact| &contact.id).collect();
    for returns_to in quizzes.iter().filter_map(|quiz| quiz.returns_to.as_ref()) {
        let Some(contact) = data.contact(&returns_to.value) else {
            data::known("contact", returns_to, &ids, found);
            continue;
        };
        if contact.email.is_empty() && contact.address.is_empty() {
            let message = format!("nothing can be returned to the contact `{}`: it has neither `email` nor `address`", returns_to.value);
            let help = "name another contact, or add one of them in content/data/contacts.toml";
            found.push(Diagnostic::error("quiz/returns-to", returns_to.span.clone(), message).with_help(help));
        }
    }
}

/// Whether the right answer, or the reason given for it, states a limit: as a number, or in the words of the data.
fn states(question: &Question, rule: &Rule) -> bool {
    if let (QuestionKind::Number { answer, .. }, Some(count)) = (&question.kind, rule.count()) {
        return *answer == Some(count as f64);
    }
    let mut texts = vec![question.feedback.plain.as_str()];
    match &question.kind {
        QuestionKind::Single(_) | QuestionKind::Multi(_) => {
            texts.extend(question.kind.choices().iter().filter(|choice| choice.is_correct).map(|choice| choice.text.plain.as_str()));
        }
        QuestionKind::Match { right, fits, .. } => texts.extend(fits.iter().map(|place| right[*place].text.as_str())),
        QuestionKind::Order { items } => texts.extend(items.iter().map(|item| item.text.as_str())),
        QuestionKind::TrueFalse { answer: true } => texts.push(&question.prompt.plain),
        QuestionKind::Short { answers } => texts.extend(answers.iter().map(String::as_str)),
        _ => {}
    }
    let plain = |text: &str| text.replace('\u{a0}', " ").to_lowercase();
    let phrase = plain(&rule.phrase());
    texts.iter().any(|text| plain(text).contains(&phrase))
}

fn passage(see: &str) -> Passage {
    let (page, anchor) = see.split_once('#').unwrap_or((see, ""));
    Passage { page: PagePath::new(page), anchor: anchor.to_owned() }
}
