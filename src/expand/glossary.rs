//! The glossary, and its terms inside a sentence.

use crate::address::PagePath;
use crate::data::Term;
use crate::diagnostics::Diagnostic;
use crate::html::{Html, escape};
use crate::markdown::directive::Directive;
use crate::template::{TemplateValue, list as values, object, text};

use super::{Place, id, not_drawn};

/// `:::glossary`: every term, in alphabetical order.
pub(super) fn list(place: &Place<'_>) -> Result<Html, Diagnostic> {
    let mut terms: Vec<&Term> = place.site.data.terms.iter().collect();
    terms.sort_by_key(|term| term.term.to_lowercase());
    let terms = terms.into_iter().map(|term| value(term, place));
    place.component("glossary_list", vec![("terms", values(terms))], None)
}

fn value(term: &Term, place: &Place<'_>) -> TemplateValue {
    let site = place.site;
    let page = term.page.as_ref().and_then(|page| {
        let (path, anchor) = page.value.split_once('#').map_or((page.value.as_str(), ""), |(path, anchor)| (path, anchor));
        let target = site.pages.get(&PagePath::new("index.md").join(path)?)?;
        let hash = if anchor.is_empty() { "" } else { "#" };
        Some((format!("{}{hash}{anchor}", place.page.url.to(&target.url)), target.front_matter.title.value.clone()))
    });
    let (href, page_title) = page.unwrap_or_default();
    object(vec![
        ("id", text(&term.id.value)),
        ("term", text(&term.term)),
        ("expansion", text(&term.expansion)),
        ("also", text(term.also.join(", "))),
        ("definition", text(&term.definition)),
        ("area_name", text(site.data.area_name(&term.area.value))),
        ("source", text(site.data.source_text(&term.source))),
        ("href", text(href)),
        ("page_title", text(page_title)),
    ])
}

/// `:term[words]{id=…}`: a link to the entry, with the definition for those who want it at once.
pub(super) fn term_link(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let words = directive.text.as_deref().unwrap_or("");
    let Some(term) = place.site.data.term(id(directive)) else { return Ok(not_drawn(directive)) };
    let Some(href) = place.site.entry_href(&place.page.url, &term.id.value) else {
        // A site without a glossary page has nothing to link to; the words are what matters.
        return Ok(escape(words));
    };
    let definition = if term.expansion.is_empty() { term.definition.clone() } else { format!("{}: {}", term.expansion, term.definition) };
    place.component("term_link", vec![("href", text(href)), ("text", text(words)), ("definition", text(definition))], None)
}
