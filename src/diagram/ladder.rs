//! A ladder of need, the least need at its foot.

use crate::html::{Html, escape};

use super::count;
use super::svg::{Align, Svg};
use super::text::{LINE, Weight, wrap};

/// An area's levels as its source names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// From the least need to the most. Empty: the source does not name them.
    pub rungs: Vec<Rung>,
    /// What the source does not say.
    pub not_described: String,
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub name: String,
    pub subtitle: String,
    /// 1 to 4, for its colour.
    pub need: i64,
}

const WIDTH: i32 = 320;
const NOT_NAMED: &str = "The source does not name the levels.";

impl Ladder {
    pub(super) fn draw(&self) -> (Svg, String) {
        let mut svg = Svg::new(WIDTH);
        if self.rungs.is_empty() {
            let lines = wrap(NOT_NAMED, Weight::Regular, WIDTH - 34);
            let height = i32::try_from(lines.len()).expect("a page has fewer lines") * LINE + 26;
            svg.rect("box", (1, 1), (WIDTH - 2, height), 6);
            svg.words("", Align::Start, (16, 13), &lines);
            svg.set_height(height + 2);
            return (svg, NOT_NAMED.to_owned());
        }
        let has_ends = self.rungs.len() > 1;
        let mut y = 0;
        if has_ends {
            y = svg.words("muted", Align::Middle, (WIDTH / 2, y), &[String::from("most need")]);
        }
        let top = y;
        y += 16;
        // The rails go behind the rungs, so the rungs are measured first.
        let measured: Vec<(&Rung, Vec<String>, Vec<String>)> = self
            .rungs
            .iter()
            .rev()
            .map(|rung| (rung, wrap(&rung.name, Weight::Bold, WIDTH - 52), wrap(&rung.subtitle, Weight::Regular, WIDTH - 52)))
            .collect();
        let height = |names: &[String], subtitles: &[String]| {
            i32::try_from(names.len() + subtitles.len()).expect("a page has fewer lines") * LINE + 20
        };
        let bottom = y + measured.iter().map(|(_, names, subtitles)| height(names, subtitles) + 16).sum::<i32>();
        svg.line("rail", (44, top), (44, bottom));
        svg.line("rail", (WIDTH - 44, top), (WIDTH - 44, bottom));
        for (rung, names, subtitles) in &measured {
            let height = height(names, subtitles);
            svg.rect("box", (1, y), (WIDTH - 2, height), 4);
            svg.rect(&format!("need need-{}", rung.need), (1, y), (14, height), 4);
            let below = svg.words("strong", Align::Start, (28, y + 9), names);
            svg.words("muted", Align::Start, (28, below), subtitles);
            y += height + 16;
        }
        if has_ends {
            y = svg.words("muted", Align::Middle, (WIDTH / 2, y + 2), &[String::from("least need")]);
        }
        svg.set_height(y + 6);
        (svg, format!("A ladder with {}, the least need at its foot.", count(self.rungs.len(), "level", "levels").to_lowercase()))
    }

    pub(super) fn words(&self) -> Html {
        let mut html = String::new();
        if self.rungs.is_empty() {
            html.push_str(&format!("<p>{NOT_NAMED}</p>\n"));
        } else {
            if self.rungs.len() > 1 {
                html.push_str("<p>From the least need to the most:</p>\n");
            }
            html.push_str("<ol>\n");
            for rung in &self.rungs {
                let subtitle = if rung.subtitle.is_empty() { String::new() } else { format!(" ({})", rung.subtitle) };
                html.push_str(&format!("<li>{}{}</li>\n", escape(&rung.name), escape(&subtitle)));
            }
            html.push_str("</ol>\n");
        }
        if !self.not_described.is_empty() {
            html.push_str(&format!("<p>{}</p>\n", escape(&self.not_described)));
        }
        if !self.source.is_empty() {
            html.push_str(&format!("<p class=\"source\">Source: {}</p>\n", escape(&self.source)));
        }
        Html::from_renderer(html)
    }
}
