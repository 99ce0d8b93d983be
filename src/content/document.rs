//! A page's file, parsed: front matter and pieces, each with its place.

use std::ops::Range;

use crate::address::PagePath;
use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::markdown::{self, Piece};

use super::front_matter::{self, FrontMatter};

/// One Markdown file. Its links and directives are as written; [`crate::site`] resolves them.
#[derive(Debug, Clone)]
pub struct Document {
    pub file: FilePath,
    pub path: PagePath,
    pub front_matter: FrontMatter,
    pub body: Vec<Piece>,
}

/// Parses one page. `file` is below `content/`.
pub fn parse(file: &FilePath, text: &str, required: &[&'static str]) -> (Document, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let (slice, body_start) = split(file, text, &mut found);
    // Without front matter every required key would be reported as missing, for one and the same mistake.
    let mut in_front_matter = Vec::new();
    let front_matter = front_matter::parse(file, text, slice, required, &mut in_front_matter);
    if body_start > 0 {
        found.append(&mut in_front_matter);
    }
    let (body, mut in_body) = markdown::parse(file, text, body_start);
    found.append(&mut in_body);
    let path = PagePath::new(file.strip_prefix("content/").unwrap_or(file));
    (Document { file: file.clone(), path, front_matter, body }, found)
}

/// Where the front matter's TOML stands, and where the body starts.
fn split(file: &FilePath, text: &str, found: &mut Vec<Diagnostic>) -> (Range<usize>, usize) {
    let Some(rest) = text.strip_prefix("+++\n") else {
        let first_line = text.find('\n').unwrap_or(text.len());
        let help = if text.starts_with("---") {
            "this is YAML: write TOML between two lines `+++`"
        } else {
            "begin the file with a line `+++`, the keys, and a line `+++`"
        };
        found.push(
            Diagnostic::error("front-matter/none", Span::new(file, 0..first_line), "the page does not begin with front matter")
                .with_help(help),
        );
        return (text.len()..text.len(), 0);
    };
    // The slice starts after "+++\n", so its byte 0 is the file's byte 4.
    let mut at = 4;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return (4..at, at + line.len());
        }
        at += line.len();
    }
    found.push(
        Diagnostic::error("front-matter/not-closed", Span::new(file, 0..3), "the front matter is never closed")
            .with_help("put a line `+++` after its last key"),
    );
    (4..text.len(), text.len())
}
