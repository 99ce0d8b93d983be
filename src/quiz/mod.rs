//! `quizzes/*.toml`: e-workbooks and knowledge checks.
//!
//! In: a file's text. Out: [`Quiz`], and what was wrong with it. References to pages are as written; `site` checks them.

mod kinds;
pub mod marking;
mod model;
mod parse;
mod prose;

pub use marking::key;
pub use model::{Choice, Choices, Confirm, Item, Question, QuestionKind, Quiz, Section};
pub use parse::parse;
pub use prose::Prose;
