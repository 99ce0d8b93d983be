//! What each area calls the people of early help.

use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::directive::Directive;
use crate::site::directives;
use crate::template::{list, object, text};

use super::Place;

/// `:::roles`: a row for each role, the host area's first.
pub(super) fn table(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let data = &place.site.data;
    let mut roles: Vec<_> = directives::roles(directive, data).collect();
    roles.sort_by_key(|role| data.area_order(&role.area.value, place.site.host_area()));
    let rows = roles.into_iter().map(|role| {
        object(vec![
            ("anchor", text(directives::role_anchor(&role.id.value))),
            ("area", text(&role.area.value)),
            ("area_name", text(data.area_name(&role.area.value))),
            ("name", text(capitalised(&role.name))),
            ("also", text(role.also.join(", "))),
            ("does", text(&role.does)),
            ("source", text(data.source_text(&role.source))),
        ])
    });
    place.component("role_table", vec![("rows", list(rows))], None)
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
