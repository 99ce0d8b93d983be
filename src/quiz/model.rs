//! What an e-workbook is made of.

use crate::diagnostics::FilePath;
use crate::fields::Placed;

/// One e-workbook or knowledge check.
#[derive(Debug, Clone)]
pub struct Quiz {
    pub file: FilePath,
    /// The file's name without its ending, and part of addresses.
    pub id: Placed<String>,
    /// Raised when a published question changes.
    pub version: i64,
    pub title: String,
    pub summary: String,
    /// How long it takes, in minutes.
    pub minutes: Option<i64>,
    /// After how many months a completion should be repeated.
    pub renew_after_months: Option<i64>,
    pub confirm: Confirm,
    /// Whether the inbox keeps the answers, sealed, for the confirmer. Default: yes.
    pub answers_on_server: bool,
    pub sections: Vec<Section>,
    pub questions: Vec<Question>,
}

/// Who confirms a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    Manager,
    /// Practice only: nothing is sent.
    Nobody,
}

/// Reading that belongs to the e-workbook.
#[derive(Debug, Clone)]
pub struct Section {
    pub title: String,
    /// A page's file below `content/`.
    pub page: Option<Placed<String>>,
    pub text: String,
}

#[derive(Debug, Clone)]
pub struct Question {
    pub id: Placed<String>,
    pub kind: QuestionKind,
    /// Markdown.
    pub prompt: String,
    /// The passage that answers it: a page's file below `content/`, with an anchor.
    pub see: Option<Placed<String>>,
    pub hint: String,
    pub min_chars: Option<i64>,
    /// As written; [`Question::longest`] says what holds.
    pub max_chars: Option<i64>,
    /// Points for the confirmer. A public file: no secret belongs here.
    pub look_for: Vec<String>,
    pub model_answer: String,
    pub choices: Vec<Choice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionKind {
    Open,
    Single,
    Multi,
    TrueFalse,
    Short,
    Number,
    Order,
    Match,
}

impl QuestionKind {
    /// Every kind with the word for it in files.
    pub const WORDS: [(&str, Self); 8] = [
        ("open", Self::Open),
        ("single", Self::Single),
        ("multi", Self::Multi),
        ("true_false", Self::TrueFalse),
        ("short", Self::Short),
        ("number", Self::Number),
        ("order", Self::Order),
        ("match", Self::Match),
    ];

    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

/// Longest answer when the quiz does not say, in characters.
const MAX_CHARS: i64 = 4_000;

impl Question {
    /// Longest answer, in UTF-16 units.
    pub fn longest(&self) -> i64 {
        self.max_chars.unwrap_or(MAX_CHARS)
    }
}

#[derive(Debug, Clone)]
pub struct Choice {
    /// The author's, or `c1`, `c2` … in the order of the file: answers name a choice by it.
    pub id: String,
    pub text: String,
    pub is_correct: bool,
    pub feedback: String,
}

impl Quiz {
    /// Every page that the quiz names.
    pub fn references(&self) -> impl Iterator<Item = &Placed<String>> {
        let of_sections = self.sections.iter().filter_map(|section| section.page.as_ref());
        of_sections.chain(self.questions.iter().filter_map(|question| question.see.as_ref()))
    }
}
