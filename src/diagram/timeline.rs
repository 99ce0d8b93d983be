//! What happened when, from top to bottom, and whether it was good or hard.
//!
//! The line stands upright: sixteen events side by side would be too small to read on a phone.

use crate::diagnostics::Diagnostic;

use super::svg::{Align, Svg};
use super::text::{LINE, Weight, wrap};
use super::{Item, count, no_inner_lists};

/// Events in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    events: Vec<Event>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub date: String,
    pub mood: Option<Mood>,
    pub words: String,
}

/// How an event was for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Good,
    Bad,
    Mixed,
}

/// The marks as written behind a date.
pub const MARKS: [(&str, Mood); 5] =
    [("(+)", Mood::Good), ("(-)", Mood::Bad), ("(−)", Mood::Bad), ("(+-)", Mood::Mixed), ("(±)", Mood::Mixed)];

impl Mood {
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Mixed => "mixed",
        }
    }
}

const WIDTH: i32 = 320;
const LINE_X: i32 = 16;
const WORDS_X: i32 = 42;

pub(super) fn read(items: &[Item], found: &mut Vec<Diagnostic>) -> Option<Timeline> {
    let n_found_before = found.len();
    let mut events = Vec::new();
    for item in items {
        no_inner_lists(item, "a timeline’s event", found);
        let Some(event) = event(&item.words) else {
            found.push(
                Diagnostic::error("diagram/line", item.span.clone(), "an event is a date, a colon and what happened")
                    .with_help("write `- 2015 (-): Bullied at school`; the mark may be `(+)` good, `(-)` bad, `(+-)` mixed, or left out"),
            );
            continue;
        };
        if let Some((_, mark)) = event.date.rsplit_once('(').filter(|(_, mark)| mark.chars().all(|mark| !mark.is_alphanumeric())) {
            let message = format!("`({mark}` is not one of a timeline’s marks");
            found
                .push(Diagnostic::error("diagram/mark", item.span.clone(), message).with_help("use `(+)` good, `(-)` bad or `(+-)` mixed"));
        }
        events.push(event);
    }
    (found.len() == n_found_before).then_some(Timeline { events })
}

fn event(words: &str) -> Option<Event> {
    let (date, words) = super::cut(words)?;
    let marked = MARKS.iter().find_map(|(mark, mood)| Some((date.strip_suffix(mark)?.trim_end(), *mood)));
    let (date, mood) = marked.map_or((date, None), |(date, mood)| (date, Some(mood)));
    (!date.is_empty()).then(|| Event { date: date.to_owned(), mood, words: words.to_owned() })
}

/// An item's words with its mark as a word: `2015 (-): Bullied` → `2015 (bad): Bullied`. None: it has no mark.
pub fn with_mark_in_words(text: &str) -> Option<String> {
    let (mark, mood) = MARKS.iter().find(|(mark, _)| text.split_once(':').is_some_and(|(date, _)| date.trim_end().ends_with(mark)))?;
    Some(text.replacen(mark, &format!("({})", mood.word()), 1))
}

fn marker(svg: &mut Svg, mood: Option<Mood>, (x, y): (i32, i32)) {
    match mood {
        None => svg.circle("mark", (x, y), 6),
        Some(mood) => {
            svg.circle(&format!("mark mark-{}", mood.word()), (x, y), 12);
            let sign = match mood {
                Mood::Good => format!("M{} {y}h12M{x} {}v12", x - 6, y - 6),
                Mood::Bad => format!("M{} {y}h12", x - 6),
                Mood::Mixed => format!("M{} {}h10M{x} {}v10M{} {}h10", x - 5, y - 2, y - 7, x - 5, y + 6),
            };
            svg.path("sign", &sign);
        }
    }
}

impl Timeline {
    pub(super) fn draw(&self) -> (Svg, String) {
        let mut svg = Svg::new(WIDTH);
        let inner = WIDTH - WORDS_X - 4;
        let measured: Vec<(&Event, Vec<String>, Vec<String>)> = self
            .events
            .iter()
            .map(|event| (event, wrap(&event.date, Weight::Bold, inner), wrap(&event.words, Weight::Regular, inner)))
            .collect();
        let height =
            |dates: &[String], words: &[String]| i32::try_from(dates.len() + words.len()).expect("a page has fewer lines") * LINE + 16;
        let heights: Vec<i32> = measured.iter().map(|(_, dates, words)| height(dates, words)).collect();
        let above_last: i32 = heights[..heights.len().saturating_sub(1)].iter().sum();
        if heights.len() > 1 {
            svg.line("line", (LINE_X, 14), (LINE_X, above_last + 14));
        }
        let mut y = 0;
        for ((event, dates, words), height) in measured.iter().zip(&heights) {
            marker(&mut svg, event.mood, (LINE_X, y + 14));
            let below = svg.words("strong", Align::Start, (WORDS_X, y + 2), dates);
            svg.words("", Align::Start, (WORDS_X, below), words);
            y += height;
        }
        let moods: Vec<Mood> = [Mood::Good, Mood::Bad, Mood::Mixed].into_iter().filter(|mood| self.has(*mood)).collect();
        if !moods.is_empty() {
            svg.line("rule", (0, y), (WIDTH, y));
            let mut x = LINE_X;
            for mood in moods {
                marker(&mut svg, Some(mood), (x, y + 24));
                svg.words("muted", Align::Start, (x + 20, y + 13), &[mood.word().to_owned()]);
                x += 104;
            }
            y += 40;
        }
        svg.set_height(y);
        (svg, format!("{} in order, the first at the top.", count(self.events.len(), "event", "events")))
    }

    fn has(&self, mood: Mood) -> bool {
        self.events.iter().any(|event| event.mood == Some(mood))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_and_said_in_words() {
        let read = |words: &str| event(words).map(|event| (event.date, event.mood.map(Mood::word), event.words));
        assert_eq!(read("2015 (-): Bullied"), Some((String::from("2015"), Some("bad"), String::from("Bullied"))));
        assert_eq!(read("May 2016 (+-): A: b"), Some((String::from("May 2016"), Some("mixed"), String::from("A: b"))));
        assert_eq!(read("2007: Born (+): yes"), Some((String::from("2007"), None, String::from("Born (+): yes"))));
        assert_eq!(with_mark_in_words("2015 (-): Bullied (+)").as_deref(), Some("2015 (bad): Bullied (+)"));
        assert_eq!(with_mark_in_words("2007: Born (+): yes"), None);
    }
}
