//! What an e-workbook is made of.

use crate::diagnostics::FilePath;
use crate::fields::Placed;

use super::prose::Prose;

/// One e-workbook or knowledge check.
#[derive(Debug, Clone)]
pub struct Quiz {
    pub file: FilePath,
    /// The file's name without its ending, and part of addresses.
    pub id: Placed<String>,
    /// Raised when a published question changes.
    pub version: Placed<i64>,
    pub title: String,
    pub summary: String,
    /// How long it takes, in minutes.
    pub minutes: Option<i64>,
    /// After how many months a completion should be repeated.
    pub renew_after_months: Option<i64>,
    pub confirm: Confirm,
    /// The contact of the site's data to whom a confirmer mails or posts the completion where it is not sent by the inbox.
    pub returns_to: Option<Placed<String>>,
    /// Whether the inbox keeps the answers, sealed, for the confirmer. Default: yes.
    pub answers_on_server: bool,
    /// One without a title holds the questions of a quiz that has no sections.
    pub sections: Vec<Section>,
}

/// Who confirms a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    Manager,
    /// Practice only: nothing is sent.
    Nobody,
}

/// Reading that belongs to the e-workbook, and the questions about it.
#[derive(Debug, Clone, Default)]
pub struct Section {
    pub title: String,
    /// A page's file below `content/`.
    pub page: Option<Placed<String>>,
    pub text: Prose,
    pub questions: Vec<Question>,
    /// Each learner gets so many of the questions. None: all.
    pub pool: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct Question {
    pub id: Placed<String>,
    pub kind: QuestionKind,
    pub prompt: Prose,
    /// The passage that answers it: a page's file below `content/`, with an anchor.
    pub see: Option<Placed<String>>,
    pub hint: String,
    /// Why an answer is right or not: said after each.
    pub feedback: Prose,
    /// The time limits of the site's data which the right answer states.
    pub facts: Vec<Placed<String>>,
    pub min_chars: Option<i64>,
    /// As written; [`Question::longest`] says what holds.
    pub max_chars: Option<i64>,
    /// Points for the confirmer. A public file: no secret belongs here.
    pub look_for: Vec<String>,
    pub model_answer: String,
}

/// How a question is answered, with all that one of its kind has.
#[derive(Debug, Clone, PartialEq)]
pub enum QuestionKind {
    Open,
    Single(Choices),
    Multi(Choices),
    TrueFalse {
        answer: bool,
    },
    /// Answers that count as right. None: it is not marked.
    Short {
        answers: Vec<String>,
    },
    Number {
        answer: Option<f64>,
        /// How far from the answer is still right.
        tolerance: f64,
    },
    /// In the right order.
    Order {
        items: Vec<Item>,
    },
    Match {
        left: Vec<Item>,
        right: Vec<Item>,
        /// The right-hand side, by its place, of each left-hand one.
        fits: Vec<usize>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    pub choices: Vec<Choice>,
    /// Each learner sees them in another order.
    pub is_shuffled: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The author's, or `c1`, `c2` … in the order of the file: answers name a choice by it.
    pub id: String,
    pub text: Prose,
    pub is_correct: bool,
    pub feedback: Prose,
}

/// A part of an ordering or a matching. Answers name it by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub id: String,
    pub text: String,
}

impl QuestionKind {
    /// Every kind by the word for it in files.
    pub const WORDS: [&'static str; 8] = ["open", "single", "multi", "true_false", "short", "number", "order", "match"];

    pub fn word(&self) -> &'static str {
        Self::WORDS[match self {
            Self::Open => 0,
            Self::Single(_) => 1,
            Self::Multi(_) => 2,
            Self::TrueFalse { .. } => 3,
            Self::Short { .. } => 4,
            Self::Number { .. } => 5,
            Self::Order { .. } => 6,
            Self::Match { .. } => 7,
        }]
    }

    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Single(choices) | Self::Multi(choices) => &choices.choices,
            _ => &[],
        }
    }
}

/// Longest answer when the quiz does not say, in characters.
const MAX_CHARS: i64 = 4_000;
/// A number, or the ids of what was chosen.
const MAX_CHARS_OF_CHOSEN: i64 = 100;

impl Question {
    /// Longest answer that is typed, in UTF-16 units. What is chosen is a few ids.
    pub fn longest(&self) -> i64 {
        match self.kind {
            QuestionKind::Open | QuestionKind::Short { .. } => self.max_chars.unwrap_or(MAX_CHARS),
            _ => MAX_CHARS_OF_CHOSEN,
        }
    }
}

impl Quiz {
    /// Over all sections, in the order of the file.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|section| &section.questions)
    }

    /// Every page that the quiz names.
    pub fn references(&self) -> impl Iterator<Item = &Placed<String>> {
        let of_sections = self.sections.iter().filter_map(|section| section.page.as_ref());
        of_sections.chain(self.questions().filter_map(|question| question.see.as_ref()))
    }
}
