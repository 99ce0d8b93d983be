//! Lists of pages and of documents.

use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::site::directives;
use crate::template::{list, object, text};

use super::Place;

/// `:::pages`: the pages below this one, with their summaries.
pub(super) fn pages(place: &Place<'_>) -> Result<Html, Diagnostic> {
    let pages = place.site.children(&place.page.path).map(|page| {
        object(vec![
            ("title", text(&page.front_matter.title.value)),
            ("href", text(place.page.url.to(&page.url))),
            ("summary", text(&page.front_matter.summary.value)),
        ])
    });
    place.component("page_list", vec![("pages", list(pages))], None)
}

/// `:::documents`: every document, with its years and who issued it.
pub(super) fn documents(place: &Place<'_>) -> Result<Html, Diagnostic> {
    let data = &place.site.data;
    let documents = data.documents.iter().map(|document| {
        object(vec![
            ("id", text(directives::document_anchor(&document.id.value))),
            ("title", text(&document.title)),
            ("years", text(&document.years)),
            ("issued_by", text(&document.issued_by)),
            ("area_name", text(data.area_name(&document.area.value))),
            ("kind", text(document.kind.word())),
            ("note", text(&document.note)),
        ])
    });
    let fill = vec![("documents", list(documents))];
    place.component("document_list", fill, None)
}
