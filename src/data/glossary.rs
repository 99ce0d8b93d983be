//! `glossary.toml` and `synonyms.toml`: what words mean, and which words mean the same to a searcher.

use crate::fields::{Fields, Placed};

use super::Source;

/// One entry of the glossary.
#[derive(Debug, Clone)]
pub struct Term {
    pub id: Placed<String>,
    /// The short form when there is one: `TAF`.
    pub term: String,
    pub expansion: String,
    pub also: Vec<String>,
    pub definition: String,
    pub area: Placed<String>,
    pub source: Source,
    /// The page that says more, below `content/`.
    pub page: Option<Placed<String>>,
    /// Whether its first use on a page becomes a link. Default: yes.
    pub is_linked: bool,
}

/// Words that a search takes for each other. Searching for a word of `from` also finds the words of `to`.
#[derive(Debug, Clone)]
pub struct Synonym {
    pub from: Vec<String>,
    pub to: Vec<String>,
}

pub(super) fn term(fields: &mut Fields<'_>) -> Option<Term> {
    let id = super::id(fields);
    let term = fields.required_prose("term");
    let definition = fields.required_prose("definition");
    let area = fields.required_text("area");
    let source = super::source(fields);
    let expansion = fields.prose("expansion");
    let also = fields.texts("also").into_iter().map(|word| word.value).collect();
    let page = fields.text("page");
    let is_linked = fields.boolean_or("link", true);
    Some(Term { id: id?, term: term?.value, expansion, also, definition: definition?.value, area: area?, source: source?, page, is_linked })
}

/// `words = ["a", "b"]` both ways, or `from = "a"`, `to = ["b"]` one way.
pub(super) fn synonym(fields: &mut Fields<'_>) -> Option<Synonym> {
    let words: Vec<String> = fields.texts("words").into_iter().map(|word| word.value).collect();
    let from = fields.text("from");
    let to: Vec<String> = fields.texts("to").into_iter().map(|word| word.value).collect();
    let span = fields.span().clone();
    match (words.len(), from, to.is_empty()) {
        (2.., None, true) => Some(Synonym { from: words.clone(), to: words }),
        (0, Some(from), false) => Some(Synonym { from: vec![from.value], to }),
        _ => {
            fields
                .report("synonym", span, "a synonym has two `words` or more, or `from` and `to`")
                .help
                .push(String::from("write `words = [\"a\", \"b\"]` for both ways, `from = \"a\"` and `to = [\"b\"]` for one way"));
            None
        }
    }
}
