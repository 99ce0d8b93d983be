//! The site's own search: sections in, one small file out, and the same ranking here as in the browser.
//!
//! In: plain sections of text with their addresses. Out: a [`SearchIndex`], which writes itself as a script for the
//! search page and answers queries in the terminal. Nothing here reads the disk or the clock. Every rule that decides
//! a rank stands twice, here and in `themes/signpost/components/search/*.mjs`; `tests/search/` holds the words and
//! the rankings on which both must agree.
//!
//! The path of a section: [`analyse`] (pure, so that pages can be taken in parallel), then [`build`], then
//! [`SearchIndex::to_scripts`].

#[cfg(feature = "elasticlunr")]
mod elasticlunr;
mod evaluate;
mod index;
mod query;
mod script;
mod stem;
mod tokens;
mod words;

#[cfg(feature = "elasticlunr")]
pub use elasticlunr::elasticlunr_json;
pub use evaluate::{Evaluation, QueryFileError, evaluate};
pub use index::{AnalysedSection, SearchIndex, analyse, build};
pub use query::Hit;
pub use script::IndexScripts;

/// What a result leads to. Results say it in words; the file keeps one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SectionKind {
    /// The head of a page: its title, its summary and what stands before the first heading.
    Page,
    Section,
    /// An entry of the glossary.
    Term,
    Contact,
    /// A level of need of one area's ladder.
    Level,
    TimeLimit,
}

impl SectionKind {
    fn code(self) -> char {
        match self {
            Self::Page => 'p',
            Self::Section => 's',
            Self::Term => 't',
            Self::Contact => 'c',
            Self::Level => 'l',
            Self::TimeLimit => 'd',
        }
    }
}

/// One place a result can lead to, as plain text. Sections of one page stand together, the page's head first.
#[derive(Debug, Clone)]
pub struct SearchSection {
    /// From the site's root, without a leading slash: `guidance/review/#how-often`; a page's head has no fragment.
    pub address: String,
    pub heading: String,
    pub page_title: String,
    /// Titles of the pages above, outermost first, home left out: `Guidance › Reviews`. May be empty.
    pub breadcrumb: String,
    /// Other words for this section: summary and `also_asked` of the page at its head, expansions of a term.
    pub aliases: Vec<String>,
    pub body: String,
    pub kind: SectionKind,
}

/// Words and phrases that stand for one another.
#[derive(Debug, Clone)]
pub struct SynonymGroup {
    pub words: Vec<String>,
}

/// A phrase that people type and what the guidance calls it. Holds in this direction only.
#[derive(Debug, Clone)]
pub struct OneWaySynonym {
    pub from: String,
    pub to: Vec<String>,
}

/// From `synonyms.toml` and the glossary (term, expansion, `also`).
#[derive(Debug, Clone, Default)]
pub struct Synonyms {
    pub groups: Vec<SynonymGroup>,
    pub one_way: Vec<OneWaySynonym>,
}
