//! Ladders of need, one area after the other, never merged.

use crate::data::Ladder;
use crate::diagnostics::Diagnostic;
use crate::html::Html;
use crate::markdown::directive::Directive;
use crate::site::directives;
use crate::template::{TemplateValue, list, object, text};

use super::Place;

/// `:::thresholds`: each area's ladder, the host area's first.
pub(super) fn ladders(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let data = &place.site.data;
    let mut ladders: Vec<&Ladder> = directives::ladders(directive, data).collect();
    ladders.sort_by_key(|ladder| data.area_order(&ladder.area.value, place.site.host_area()));
    let mut html = String::new();
    for ladder in ladders {
        let fill = vec![("ladder", value(ladder, place)), ("level", TemplateValue::from(u64::from(place.level)))];
        html.push_str(place.component("threshold_ladder", fill, None)?.as_str());
    }
    Ok(super::by_area(&html))
}

fn value(ladder: &Ladder, place: &Place<'_>) -> TemplateValue {
    let data = &place.site.data;
    let area = &ladder.area.value;
    let levels = ladder.levels.iter().map(|level| {
        object(vec![
            ("anchor", text(directives::level_anchor(area, &level.id.value))),
            ("name", text(&level.name)),
            ("subtitle", text(&level.subtitle)),
            ("need", TemplateValue::from(level.need)),
            ("meaning", text(&level.meaning)),
            ("help", text(&level.help)),
        ])
    });
    object(vec![
        ("anchor", text(directives::ladder_anchor(area))),
        ("area", text(area)),
        ("area_name", text(data.area_name(area))),
        ("name", text(&ladder.name)),
        ("step_word", text(&ladder.step_word)),
        ("introduction", text(&ladder.introduction)),
        ("not_described", text(&ladder.not_described)),
        ("source", text(data.source_text(&ladder.source))),
        ("levels", list(levels)),
    ])
}
