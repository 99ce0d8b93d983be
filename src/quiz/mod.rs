//! `quizzes/*.toml`: e-workbooks and knowledge checks.
//!
//! In: a file's text. Out: [`Quiz`], and what was wrong with it. References to pages are as written; `site` checks them.

mod kinds;
pub mod marking;
mod mdbook;
mod model;
mod parse;
mod prose;

use std::collections::BTreeMap;

use crate::diagnostics::Diagnostic;

pub use marking::key;
pub use model::{Choice, Choices, Confirm, Item, Question, QuestionKind, Quiz, Section};
pub use parse::parse;
pub use prose::Prose;

/// Reports quizzes that would be published at one address: names that differ in a file system may give the same id.
pub fn same_ids(quizzes: &[Quiz]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut files = BTreeMap::new();
    for quiz in quizzes {
        if let Some(other) = files.insert(quiz.id.value.as_str(), &quiz.file) {
            let message = format!("the id `{}` is that of {other}, too", quiz.id.value);
            found.push(Diagnostic::error("quiz/same-id", quiz.id.span.clone(), message).with_help("rename one of the files"));
        }
    }
    found
}
