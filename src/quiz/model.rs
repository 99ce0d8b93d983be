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
    pub max_chars: i64,
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

#[derive(Debug, Clone)]
pub struct Choice {
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
