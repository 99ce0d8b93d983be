//! E-workbooks with what their questions point to.

use crate::address::PagePath;
use crate::completion::definition::{self, Definition};
use crate::quiz::Quiz;

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
    let passages = quiz.questions.iter().map(|question| question.see.as_ref().map(|see| passage(&see.value))).collect();
    Workbook { definition: definition::of(&quiz), quiz, passages }
}

fn passage(see: &str) -> Passage {
    let (page, anchor) = see.split_once('#').unwrap_or((see, ""));
    Passage { page: PagePath::new(page), anchor: anchor.to_owned() }
}
