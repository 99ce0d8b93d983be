//! `timescales.toml`: time limits, each with the event it is counted from.

use crate::fields::{Fields, Placed};

use super::Source;

/// One time limit of one area.
#[derive(Debug, Clone)]
pub struct Timescale {
    pub id: Placed<String>,
    /// What is to be done, as an id that areas share: `first-review`.
    pub step: Placed<String>,
    pub step_name: String,
    pub area: Placed<String>,
    pub rule: Rule,
    /// The event the time is counted from.
    pub starts: String,
    pub who: String,
    pub source: Source,
}

/// How long. Counts are of the unit: `working days`, `weeks`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    Within {
        count: i64,
        unit: String,
    },
    Every {
        from: i64,
        to: Option<i64>,
        unit: String,
    },
    AtLeastEvery {
        count: i64,
        unit: String,
    },
    /// The area sets no number, in words.
    Text(String),
}

#[derive(Clone, Copy)]
enum Word {
    Within,
    Every,
    AtLeastEvery,
    Text,
}

pub(super) fn timescale(fields: &mut Fields<'_>) -> Option<Timescale> {
    let id = super::id(fields);
    let step = super::id_of(fields, "step");
    let step_name = fields.required_prose("step_name");
    let area = fields.required_text("area");
    let source = super::source(fields);
    fields.require("rule");
    let rule = rule(fields);
    let starts = fields.prose("starts");
    let who = fields.prose("who");
    Some(Timescale { id: id?, step: step?, step_name: step_name?.value, area: area?, rule: rule?, starts, who, source: source? })
}

fn rule(fields: &mut Fields<'_>) -> Option<Rule> {
    let word = fields
        .choice("rule", &[("within", Word::Within), ("every", Word::Every), ("at-least-every", Word::AtLeastEvery), ("text", Word::Text)]);
    let from = fields.integer("from");
    let to = fields.integer("to");
    let unit = fields.text("unit");
    let text = fields.text("text");
    let word = word?;
    if let Word::Text = word {
        fields.require("text");
        return Some(Rule::Text(text?.value));
    }
    for key in ["from", "unit"] {
        fields.require(key);
    }
    let is_range_sound =
        to.as_ref().is_none_or(|to| from.as_ref().is_some_and(|from| to.value > from.value) && matches!(word, Word::Every));
    for (number, is_sound) in [(&from, from.as_ref().is_none_or(|from| from.value >= 1)), (&to, is_range_sound)] {
        if let Some(number) = number.as_ref().filter(|_| !is_sound) {
            let message = "counts are 1 or more; `to` belongs to `every` and is larger than `from`";
            fields.report("count", number.span.clone(), message);
        }
    }
    if let Some(text) = &text {
        fields.report("text", text.span.clone(), "`text` belongs to `rule = \"text\"`, and would not be shown here");
    }
    let (count, unit) = (from?.value, unit?.value);
    Some(match word {
        Word::Within => Rule::Within { count, unit },
        Word::AtLeastEvery => Rule::AtLeastEvery { count, unit },
        Word::Every | Word::Text => Rule::Every { from: count, to: to.map(|to| to.value), unit },
    })
}

impl Rule {
    /// The limit as a phrase: “within 20 working days”, “every 6 to 12 weeks”.
    pub fn phrase(&self) -> String {
        match self {
            Self::Within { count, unit } => format!("within {}", quantity(*count, unit)),
            Self::Every { from, to: Some(to), unit } => format!("every {from} to {to}\u{a0}{unit}"),
            Self::Every { from, to: None, unit } => format!("every {}", quantity(*from, unit)),
            Self::AtLeastEvery { count, unit } => format!("at least every {}", quantity(*count, unit)),
            Self::Text(text) => text.clone(),
        }
    }

    /// The one number of the rule. None: it has two, or none.
    pub fn count(&self) -> Option<i64> {
        match self {
            Self::Within { count, .. } | Self::AtLeastEvery { count, .. } | Self::Every { from: count, to: None, .. } => Some(*count),
            Self::Every { .. } | Self::Text(_) => None,
        }
    }

    /// The bare limit: “20 working days”.
    pub fn limit(&self) -> String {
        match self {
            Self::Within { count, unit } | Self::AtLeastEvery { count, unit } => quantity(*count, unit),
            Self::Every { from, to: Some(to), unit } => format!("{from} to {to}\u{a0}{unit}"),
            Self::Every { from, to: None, unit } => quantity(*from, unit),
            Self::Text(text) => text.clone(),
        }
    }
}

/// “2 weeks”, “1 week”. The number stays on the line of its unit.
fn quantity(count: i64, unit: &str) -> String {
    let unit = if count == 1 { unit.strip_suffix('s').unwrap_or(unit) } else { unit };
    format!("{count}\u{a0}{unit}")
}
