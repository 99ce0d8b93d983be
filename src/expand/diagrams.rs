//! Diagrams: the drawing, and the same in words beside it.

use crate::diagnostics::Diagnostic;
use crate::diagram::MAX_SHRUNK;
use crate::html::Html;
use crate::markdown::directive::Directive;
use crate::site::Figure;
use crate::template::{TemplateValue, html, text};

use super::{Place, not_drawn};

/// `:::flow`, `:::triangle`, `:::timeline`, `:::genogram`, `:::ladder`.
pub(super) fn figure(directive: &Directive, body: &Html, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let Some(Figure { id, title, diagram }) = place.page.diagrams.get(&directive.span.start) else { return Ok(not_drawn(directive)) };
    let drawing = diagram.draw(id, title);
    let fill = vec![
        ("kind", text(&directive.name.value)),
        ("id", text(id)),
        ("title", text(title)),
        ("drawing", html(&drawing.svg)),
        ("is_wide", TemplateValue::from(drawing.width > MAX_SHRUNK)),
    ];
    place.component("diagram", fill, Some(diagram.words().as_ref().unwrap_or(body)))
}
