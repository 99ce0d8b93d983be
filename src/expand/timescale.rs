//! Time limits, in a table or inside a sentence.

use crate::data::Timescale;
use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::directive::Directive;
use crate::site::directives;
use crate::template::{TemplateValue, list, object, text};

use super::Place;

/// `:::timescale`: a row for each time limit, the host area's first, its area named in each.
pub(super) fn table(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let data = &place.site.data;
    let mut timescales: Vec<&Timescale> = directives::timescales(directive, data).collect();
    timescales.sort_by_key(|timescale| data.area_order(&timescale.area.value, place.site.host_area()));
    let step_name = timescales.first().map_or("", |timescale| timescale.step_name.as_str());
    let is_one_step = timescales.iter().all(|timescale| timescale.step.value == timescales[0].step.value);
    let caption = match directive.get("area") {
        Some(area) => format!("Time limits in {}", data.area_name(&area.value)),
        None if is_one_step => step_name.to_owned(),
        None => String::from("Time limits by area"),
    };
    let rows = timescales.into_iter().map(|timescale| row(timescale, place));
    let fill = vec![("rows", list(rows)), ("caption", text(caption)), ("show_step", TemplateValue::from(!is_one_step))];
    place.component("timescale_table", fill, None)
}

fn row(timescale: &Timescale, place: &Place<'_>) -> TemplateValue {
    let data = &place.site.data;
    object(vec![
        ("anchor", text(directives::time_anchor(&timescale.id.value))),
        ("step_name", text(&timescale.step_name)),
        ("area", text(&timescale.area.value)),
        ("area_name", text(data.area_name(&timescale.area.value))),
        ("limit", text(timescale.rule.phrase())),
        ("starts", text(&timescale.starts)),
        ("who", text(&timescale.who)),
        ("source", text(data.source_text(&timescale.source))),
    ])
}
