//! One Markdown file to one [`Document`]: front matter and body, links still as written.

mod document;
mod front_matter;

pub use document::{Document, parse};
pub use front_matter::{Audience, Change, FrontMatter, SourceReference};
