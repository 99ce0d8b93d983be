//! Callouts.

use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::directive::Directive;
use crate::site::directives::CALLOUTS;
use crate::template::{TemplateValue, text};

use super::{Place, not_drawn};

pub(super) fn callout(directive: &Directive, body: &Html, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let kind = directive.get("kind").map_or("", |kind| kind.value.as_str());
    let Some((_, word)) = CALLOUTS.iter().find(|(known, _)| *known == kind) else {
        return Ok(not_drawn(directive));
    };
    let title = directive.get("title").map_or("", |title| title.value.as_str());
    let fill =
        vec![("kind", text(kind)), ("word", text(word)), ("title", text(title)), ("level", TemplateValue::from(u64::from(place.level)))];
    place.component("callout", fill, Some(body))
}
