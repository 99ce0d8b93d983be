//! `quizzes/*.toml`: e-workbooks and knowledge checks.
//!
//! In: a file's text. Out: [`Quiz`], and what was wrong with it. References to pages are as written; `site` checks them.

mod model;
mod parse;

pub use model::{Choice, Confirm, Question, QuestionKind, Quiz, Section};
pub use parse::parse;
