//! What each kind of question has of its own, and what makes it one that can be answered.

use std::collections::BTreeSet;

use crate::diagnostics::Span;
use crate::fields::{Fields, Placed};

use super::marking::number_in;
use super::model::{Choice, Choices, Item, QuestionKind};
use super::parse::{check_id, prose};

/// The keys that belong to some kinds only, each with these kinds.
const KEYS: [(&str, &[&str]); 10] = [
    ("choices", &["single", "multi"]),
    ("shuffle", &["single", "multi"]),
    ("answer", &["true_false", "number"]),
    ("tolerance", &["number"]),
    ("answers", &["short"]),
    ("items", &["order"]),
    ("pairs", &["match"]),
    ("others", &["match"]),
    ("min_chars", &["open", "short"]),
    ("max_chars", &["open", "short"]),
];

/// Reads the type of a question and what belongs to it. None: what cannot be asked was reported.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<QuestionKind> {
    fields.require("type");
    // Known, whatever the type may turn out to be.
    let there: Vec<_> = KEYS.iter().map(|(key, _)| fields.key(key)).collect();
    let words = QuestionKind::WORDS.map(|word| (word, word));
    let word = fields.choice("type", &words)?;
    for ((key, kinds), span) in KEYS.iter().zip(there) {
        if let Some(span) = span.filter(|_| !kinds.contains(&word)) {
            let help = format!("it belongs to {}", kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(" and "));
            fields.report("key-of-other-type", span, format!("`{word}` questions have no `{key}`")).help.push(help);
            return None;
        }
    }
    match word {
        "single" => {
            let choices = choices(fields)?;
            let n_correct = choices.choices.iter().filter(|choice| choice.is_correct).count();
            let message = || format!("a `single` question has one right choice, this one has {n_correct}");
            let help = if n_correct == 0 { "mark it with `correct = true`" } else { "for several, use the type `multi`" };
            is_so(fields, n_correct == 1, "choices", message, help).then_some(QuestionKind::Single(choices))
        }
        "multi" => {
            let choices = choices(fields)?;
            let has_correct = choices.choices.iter().any(|choice| choice.is_correct);
            let message = || String::from("no choice of this question is right");
            is_so(fields, has_correct, "choices", message, "mark what is right with `correct = true`")
                .then_some(QuestionKind::Multi(choices))
        }
        "true_false" => {
            fields.require("answer");
            Some(QuestionKind::TrueFalse { answer: fields.boolean("answer")?.value })
        }
        "short" => short(fields),
        "number" => number(fields),
        "order" => order(fields),
        "match" => matching(fields),
        _ => Some(QuestionKind::Open),
    }
}

/// Reports at the question what is not so.
fn is_so(fields: &mut Fields<'_>, is_so: bool, finding: &str, message: impl FnOnce() -> String, help: &str) -> bool {
    if !is_so {
        let span = fields.span().clone();
        fields.report(finding, span, message()).help.push(help.to_owned());
    }
    is_so
}

fn choices(fields: &mut Fields<'_>) -> Option<Choices> {
    let mut choices: Vec<Choice> = fields.tables("choices", "choice", choice);
    let is_shuffled = fields.boolean_or("shuffle", false);
    for (index, choice) in choices.iter_mut().enumerate().filter(|(_, choice)| choice.id.is_empty()) {
        choice.id = format!("c{}", index + 1);
    }
    let message = |n: usize| move || format!("a question with choices has two or more, this one has {n}");
    if !is_so(fields, choices.len() > 1, "choices", message(choices.len()), "add `choices = [{ text = \"…\" }, …]`") {
        return None;
    }
    let ids: BTreeSet<&str> = choices.iter().map(|choice| choice.id.as_str()).collect();
    let is_unique = ids.len() == choices.len();
    let message = || String::from("two choices of this question have one id");
    is_so(fields, is_unique, "same-id", message, "give each an id of its own, or none").then_some(Choices { choices, is_shuffled })
}

fn choice(fields: &mut Fields<'_>) -> Choice {
    fields.require("text");
    let text = prose(fields, "text");
    let id = fields.text("id");
    if let Some(id) = &id {
        check_id(fields, id);
    }
    Choice {
        id: id.map(|id| id.value).unwrap_or_default(),
        text,
        is_correct: fields.boolean_or("correct", false),
        feedback: prose(fields, "feedback"),
    }
}

fn short(fields: &mut Fields<'_>) -> Option<QuestionKind> {
    let answers = fields.texts("answers");
    if let Some(empty) = answers.iter().find(|answer| answer.value.trim().is_empty()) {
        fields.report("empty", empty.span.clone(), "this answer is empty");
        return None;
    }
    Some(QuestionKind::Short { answers: answers.into_iter().map(|answer| answer.value).collect() })
}

fn number(fields: &mut Fields<'_>) -> Option<QuestionKind> {
    let answer = fields.number("answer");
    let tolerance = fields.number("tolerance");
    if let Some(negative) = tolerance.as_ref().filter(|tolerance| tolerance.value < 0.0) {
        fields.report("value", negative.span.clone(), "`tolerance` is how far from the answer is still right: 0 or more");
    }
    // What no learner could type is no answer.
    if let Some(odd) = answer.as_ref().filter(|answer| number_in(&answer.value.to_string()) != Some(answer.value)) {
        fields.report("value", odd.span.clone(), "this is no number that a learner can type");
        return None;
    }
    let value = |number: Option<Placed<f64>>| number.map(|number| number.value);
    Some(QuestionKind::Number { answer: value(answer), tolerance: value(tolerance).unwrap_or(0.0) })
}

fn order(fields: &mut Fields<'_>) -> Option<QuestionKind> {
    let items = fields.texts("items");
    let n = items.len();
    let message = || format!("an `order` question puts two or more items in order, this one has {}", if n == 1 { "one" } else { "none" });
    if !is_so(fields, n > 1, "items", message, "write `items = [\"first\", \"second\", …]` in the right order") {
        return None;
    }
    all_differ(fields, &items, "items")?;
    Some(QuestionKind::Order { items: named('c', items.into_iter().map(|item| crate::html::typographic(&item.value))) })
}

struct Pair {
    left: Placed<String>,
    right: Placed<String>,
}

fn matching(fields: &mut Fields<'_>) -> Option<QuestionKind> {
    let pairs: Vec<Option<Pair>> = fields.tables("pairs", "pair", |pair| {
        let (left, right) = (pair.required_prose("left"), pair.required_prose("right"));
        Some(Pair { left: left?, right: right? })
    });
    let others = fields.texts("others");
    let n = pairs.len();
    let message = || format!("a `match` question has two or more pairs, this one has {}", if n == 1 { "one" } else { "none" });
    if !is_so(fields, n > 1, "pairs", message, "write `pairs = [{ left = \"…\", right = \"…\" }, …]`") {
        return None;
    }
    let pairs: Vec<Pair> = pairs.into_iter().collect::<Option<_>>()?;
    let lefts: Vec<Placed<String>> = pairs.iter().map(|pair| pair.left.clone()).collect();
    all_differ(fields, &lefts, "pairs")?;
    // Two left-hand sides may share a right-hand one: it is offered once.
    let mut rights: Vec<String> = Vec::new();
    let mut fits = Vec::new();
    for pair in &pairs {
        let place = rights.iter().position(|right| *right == pair.right.value).unwrap_or(rights.len());
        if place == rights.len() {
            rights.push(pair.right.value.clone());
        }
        fits.push(place);
    }
    for other in others {
        let words = crate::html::typographic(&other.value);
        if rights.contains(&words) || words.trim().is_empty() {
            fields.report("others", other.span, "`others` fit none of the pairs, and each is said once");
            return None;
        }
        rights.push(words);
    }
    if !is_so(
        fields,
        rights.len() > 1,
        "pairs",
        || String::from("every pair has the same right-hand side"),
        "add an answer to choose from, in `others`",
    ) {
        return None;
    }
    Some(QuestionKind::Match { left: named('l', lefts.into_iter().map(|left| left.value)), right: named('r', rights), fits })
}

/// Two that read the same could not be told apart by who answers.
fn all_differ(fields: &mut Fields<'_>, texts: &[Placed<String>], finding: &str) -> Option<()> {
    let mut seen = BTreeSet::new();
    let same: Option<Span> =
        texts.iter().find(|text| !seen.insert(text.value.trim()) || text.value.trim().is_empty()).map(|text| text.span.clone());
    if let Some(span) = same {
        fields.report(finding, span, "this is empty, or stands here twice");
        return None;
    }
    Some(())
}

/// Items by their place: `c1`, `c2` …
fn named(letter: char, texts: impl IntoIterator<Item = String>) -> Vec<Item> {
    texts.into_iter().enumerate().map(|(index, text)| Item { id: format!("{letter}{}", index + 1), text }).collect()
}
