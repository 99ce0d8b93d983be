//! `thresholds.toml`: each area's ladder of need, kept apart from the others.

use crate::fields::{Fields, Placed};

use super::Source;

/// The levels of one area.
#[derive(Debug, Clone)]
pub struct Ladder {
    pub area: Placed<String>,
    pub name: String,
    /// What the area calls a step: `tier` or `level`.
    pub step_word: String,
    pub introduction: String,
    /// What the source does not say. Empty: nothing is left out.
    pub not_described: String,
    pub levels: Vec<Level>,
    pub source: Source,
}

/// One step of a ladder.
#[derive(Debug, Clone)]
pub struct Level {
    pub id: Placed<String>,
    pub name: String,
    pub subtitle: String,
    /// 1 to 4, from the least need to the most: for its colour only, never to compare areas.
    pub need: i64,
    pub meaning: String,
    pub help: String,
}

pub(super) fn ladder(fields: &mut Fields<'_>) -> Option<Ladder> {
    let area = fields.required_text("area");
    let name = fields.required_prose("name");
    let source = super::source(fields);
    let ladder = Ladder {
        step_word: fields.choice("step_word", &[("tier", "tier"), ("level", "level")]).unwrap_or("level").to_owned(),
        introduction: fields.prose("introduction"),
        not_described: fields.prose("not_described"),
        levels: super::entries(fields, "level", level),
        area: area?,
        name: name?.value,
        source: source?,
    };
    Some(ladder)
}

fn level(fields: &mut Fields<'_>) -> Option<Level> {
    let id = super::id(fields);
    let name = fields.required_prose("name");
    let need = fields.integer("need").map_or(1, |need| {
        if !(1..=4).contains(&need.value) {
            fields.report("need", need.span, "`need` is a number from 1 (least) to 4 (most)");
        }
        need.value
    });
    Some(Level {
        subtitle: fields.prose("subtitle"),
        need,
        meaning: fields.prose("meaning"),
        help: fields.prose("help"),
        id: id?,
        name: name?.value,
    })
}

impl Level {
    /// The level as pages name it: “Targeted (Focused and Preventative)”.
    pub fn full_name(&self) -> String {
        if self.subtitle.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.subtitle) }
    }
}
