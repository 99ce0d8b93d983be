//! The marking rule: whether an answer is right, and how much of it.
//!
//! The same rule in the browser is `components/question/marking.mjs`; `tests/marking/cases.json` holds both to it.

use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::model::{Choice, Item, Question, QuestionKind};

/// What makes an answer right, as the page carries it.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// The id of a choice, `true` or `false`.
    One(String),
    /// The ids of all right choices, in the definition's order.
    All(Vec<String>),
    /// Texts that count as right.
    Words(Vec<String>),
    Number {
        answer: f64,
        tolerance: f64,
    },
    /// Ids, one for each place.
    Places(Vec<String>),
}

/// What is said of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right,
    NotQuite,
    Unanswered,
    /// There is no right answer to this question.
    Unmarked,
}

/// A verdict; where an answer has parts, how many of them are right. `n_wrong` counts choices that do not belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub verdict: Verdict,
    pub n_right: usize,
    pub n: usize,
    pub n_wrong: usize,
}

/// The key of a question. None: it is not marked.
pub fn key(question: &Question) -> Option<Key> {
    let right = |choices: &[Choice]| choices.iter().filter(|choice| choice.is_correct).map(|choice| choice.id.clone()).collect::<Vec<_>>();
    let ids = |items: &[Item]| items.iter().map(|item| item.id.clone()).collect();
    Some(match &question.kind {
        QuestionKind::Open => return None,
        QuestionKind::Single(choices) => Key::One(right(&choices.choices).into_iter().next()?),
        QuestionKind::Multi(choices) => Key::All(right(&choices.choices)),
        QuestionKind::TrueFalse { answer } => Key::One(answer.to_string()),
        QuestionKind::Short { answers } if answers.is_empty() => return None,
        QuestionKind::Short { answers } => Key::Words(answers.clone()),
        QuestionKind::Number { answer, tolerance } => Key::Number { answer: (*answer)?, tolerance: *tolerance },
        QuestionKind::Order { items } => Key::Places(ids(items)),
        QuestionKind::Match { right, fits, .. } => Key::Places(fits.iter().map(|place| right[*place].id.clone()).collect()),
    })
}

impl Key {
    /// As the page carries it: a text, a list, or `[answer, tolerance]`.
    pub fn to_value(&self) -> Value {
        match self {
            Self::One(id) => json!(id),
            Self::All(list) | Self::Words(list) | Self::Places(list) => json!(list),
            Self::Number { answer, tolerance } => json!([number(*answer), number(*tolerance)]),
        }
    }
}

/// A whole number is written as one.
#[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 loses nothing")]
fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

/// Marks an answer: one text, or one for each part.
pub fn mark(key: Option<&Key>, answer: &[String]) -> Mark {
    let mut mark = Mark { verdict: Verdict::Unmarked, n_right: 0, n: 0, n_wrong: 0 };
    let Some(key) = key else { return mark };
    let text = answer.first().map_or("", String::as_str);
    let is_right = match key {
        Key::One(id) => id == text,
        Key::Words(words) => words.iter().any(|word| comparable(word) == comparable(text)),
        Key::Number { answer, tolerance } => number_in(text).is_some_and(|number| (number - answer).abs() <= *tolerance),
        Key::All(ids) => {
            mark.n = ids.len();
            mark.n_right = ids.iter().filter(|id| answer.contains(id)).count();
            mark.n_wrong = answer.iter().filter(|id| !id.is_empty() && !ids.contains(id)).count();
            mark.n_right == mark.n && mark.n_wrong == 0
        }
        Key::Places(ids) => {
            mark.n = ids.len();
            mark.n_right = ids.iter().zip(answer).filter(|(id, given)| id == given).count();
            mark.n_right == mark.n && answer.len() == mark.n
        }
    };
    mark.verdict = match is_right {
        _ if answer.iter().all(|part| part.trim_matches(is_space).is_empty()) => Verdict::Unanswered,
        true => Verdict::Right,
        false => Verdict::NotQuite,
    };
    mark
}

/// The spaces that a keyboard or a copied text gives; named one by one, since languages differ in what they call a space.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\u{a0}')
}

/// A short answer as it is compared: case, spaces, kinds of quotes and dashes, a leading article and marks around it are no mistake.
fn comparable(text: &str) -> String {
    let plain: String = text
        .nfc()
        .map(|character| match character {
            '‘' | '’' => '\'',
            '“' | '”' => '"',
            '–' | '—' | '\u{2011}' => '-',
            other if is_space(other) => ' ',
            other => other,
        })
        .collect();
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    let lower = words.join(" ").to_lowercase();
    let bare = lower.trim_matches(|character| matches!(character, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' | '(' | ')' | ' '));
    let article = ["the ", "an ", "a "].iter().find_map(|article| bare.strip_prefix(article));
    article.unwrap_or(bare).to_owned()
}

/// The number that an answer begins with: `20`, `-1.5`, `1,500`, `20 working days`. None: it is no number, or more than one.
pub fn number_in(text: &str) -> Option<f64> {
    let text = text.replace('\u{2212}', "-").replace(is_space, " ");
    let text = text.trim_matches(' ');
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned.find(|character: char| !(character.is_ascii_digit() || character == ',')).unwrap_or(unsigned.len());
    let (whole, rest) = unsigned.split_at(end);
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut digits = String::from(first);
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(after) => after.split_at(after.find(|character: char| !character.is_ascii_digit()).unwrap_or(after.len())),
        None => ("", rest),
    };
    let is_unit =
        rest.is_empty() || rest == "." || (rest.starts_with([' ', '%']) && !rest.contains(|character: char| character.is_ascii_digit()));
    if !is_unit {
        return None;
    }
    let number: f64 = if fraction.is_empty() { digits.parse().ok()? } else { format!("{digits}.{fraction}").parse().ok()? };
    Some(sign * number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = include_str!("../../tests/marking/cases.json");

    fn texts(value: &Value) -> Vec<String> {
        match value {
            Value::Array(parts) => parts.iter().map(|part| part.as_str().expect("a text").to_owned()).collect(),
            one => vec![one.as_str().expect("a text").to_owned()],
        }
    }

    fn key_of(case: &Value) -> Option<Key> {
        let key = &case["key"];
        Some(match case["type"].as_str().expect("a type") {
            _ if key.is_null() => return None,
            "single" | "true_false" => Key::One(key.as_str().expect("an id").to_owned()),
            "multi" => Key::All(texts(key)),
            "short" => Key::Words(texts(key)),
            "number" => Key::Number { answer: key[0].as_f64().expect("a number"), tolerance: key[1].as_f64().expect("a number") },
            "order" | "match" => Key::Places(texts(key)),
            other => panic!("{other} is marked by nobody"),
        })
    }

    #[test]
    fn every_case_is_marked_as_it_says() {
        let cases: Vec<Value> = serde_json::from_str(CASES).expect("the cases are JSON");
        assert!(cases.len() >= 80, "{} cases", cases.len());
        for case in &cases {
            let key = key_of(case);
            if let Some(key) = &key {
                assert_eq!(&key.to_value(), &case["key"], "the key as the page carries it");
            }
            let Mark { verdict, n_right, n, n_wrong } = mark(key.as_ref(), &texts(&case["answer"]));
            let verdict = match verdict {
                Verdict::Right => "right",
                Verdict::NotQuite => "not-quite",
                Verdict::Unanswered => "unanswered",
                Verdict::Unmarked => "unmarked",
            };
            let marked = json!({ "verdict": verdict, "n_right": n_right, "n": n, "n_wrong": n_wrong });
            assert_eq!(marked, case["mark"], "{case}");
        }
    }
}
