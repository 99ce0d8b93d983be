//! Facts that were typed again where the data should be asked: a typed number stays when the data changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use regex::Regex;

use crate::data::{Data, Rule};
use crate::diagnostics::{Diagnostic, one_of};
use crate::site::{Page, Site};

use super::blocks;

/// A length of time as it can be compared: from, to, and the unit in the singular.
type Limit = (i64, Option<i64>, String);

/// Warns about time limits, telephone numbers, mail addresses and full level names that a page types and the data holds.
pub fn typed(site: &Site) -> Vec<Diagnostic> {
    let held = Held::of(&site.data);
    site.pages.par_iter().flat_map_iter(|(_, page)| of_page(page, &held)).collect()
}

/// What the data holds, each fact with the directives that draw it.
struct Held {
    limits: BTreeMap<Limit, Vec<String>>,
    /// Telephone numbers by their digits.
    phones: BTreeMap<String, String>,
    /// Words to be found as they are: mail addresses and full level names.
    words: BTreeMap<String, String>,
}

impl Held {
    fn of(data: &Data) -> Self {
        let mut held = Self { limits: BTreeMap::new(), phones: BTreeMap::new(), words: BTreeMap::new() };
        for timescale in &data.timescales {
            let limit = match &timescale.rule {
                Rule::Within { count, unit } | Rule::AtLeastEvery { count, unit } => (*count, None, singular(unit)),
                Rule::Every { from, to, unit } => (*from, *to, singular(unit)),
                Rule::Text(_) => continue,
            };
            held.limits.entry(limit).or_default().push(format!(":timescale{{id={}}}", timescale.id.value));
        }
        for contact in &data.contacts {
            let id = &contact.id.value;
            for phone in [&contact.phone, &contact.phone_also].into_iter().filter(|phone| !phone.is_empty()) {
                held.phones.entry(digits(phone)).or_insert_with(|| format!(":phone{{id={id}}}"));
            }
            if !contact.email.is_empty() {
                held.words.insert(contact.email.clone(), format!(":email{{id={id}}}"));
            }
        }
        for ladder in &data.ladders {
            let area = &ladder.area.value;
            for level in ladder.levels.iter().filter(|level| !level.subtitle.is_empty()) {
                held.words.insert(level.full_name(), format!(":level{{area={area} id={}}}", level.id.value));
            }
        }
        held
    }
}

const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

fn of_page(page: &Page, held: &Held) -> Vec<Diagnostic> {
    static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
        let number = format!(r"(\d+|{})", NUMBERS.join("|"));
        // ASCII is enough for digits, spaces and units, and a pattern for all of Unicode takes long to make.
        Regex::new(&format!(r"(?i-u:\b{number}(?:(?: *(?:-|–) *|\s+(?:to|and)\s+){number})?[\s-]+(working[\s-]+days?|days?|weeks?)\b)"))
            .expect("the pattern is sound")
    });
    static PHONE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?-u:\b\d[\d\s]{4,}\d\b|\b\d{3}\b)").expect("the pattern is sound"));
    let mut found = Vec::new();
    for block in blocks::of(&page.body) {
        // Most blocks hold no length of time and no digit: they are not searched for any.
        let may_have_limit = ["day", "week", "Day", "Week"].iter().any(|unit| block.text.contains(unit));
        for typed in may_have_limit.then(|| LIMIT.captures_iter(&block.text)).into_iter().flatten() {
            let to = typed.get(2).and_then(|to| number(to.as_str()));
            let limit = number(&typed[1]).map(|from| (from, to, singular(&typed[3].replace('-', " "))));
            if let Some(directives) = limit.and_then(|limit| held.limits.get(&limit)) {
                let span = block.span(&page.file, typed.get(0).expect("a match has its whole").range());
                found.push(Diagnostic::warning("fact/typed", span, "this time limit is kept in `content/data/timescales.toml`").with_help(
                    format!("write {}: then it changes here when it changes there", one_of(directives.iter().map(String::as_str))),
                ));
            }
        }
        let may_have_phone = block.text.contains(|character: char| character.is_ascii_digit());
        for typed in may_have_phone.then(|| PHONE.find_iter(&block.text)).into_iter().flatten() {
            if let Some(directive) = held.phones.get(&digits(typed.as_str())) {
                let span = block.span(&page.file, typed.range());
                found.push(
                    Diagnostic::warning("fact/typed", span, "this number is kept in `content/data/contacts.toml`")
                        .with_help(format!("write `{directive}`: then it changes here when it changes there")),
                );
            }
        }
        for (words, directive) in &held.words {
            for (at, _) in block.text.match_indices(words.as_str()) {
                let span = block.span(&page.file, at..at + words.len());
                found.push(
                    Diagnostic::warning("fact/typed", span, "these words are kept in a data file")
                        .with_help(format!("write `{directive}`: then they change here when they change there")),
                );
            }
        }
    }
    found
}

fn number(written: &str) -> Option<i64> {
    let written = written.to_lowercase();
    written.parse().ok().or_else(|| NUMBERS.iter().position(|word| *word == written).and_then(|at| i64::try_from(at).ok()))
}

/// “working days” and “Working day” are one unit.
fn singular(unit: &str) -> String {
    unit.to_lowercase().trim_end_matches('s').split_whitespace().collect::<Vec<_>>().join(" ")
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}
