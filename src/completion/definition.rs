//! The workbook definition: what was asked, in bytes whose digest every record names.
//!
//! The build publishes it as `/workbooks/<id>/<version>.json`; the inbox makes the same bytes from the same quiz when it starts.
//! It is a public file, `look_for` and `model_answer` included.

use serde_json::{Map, Value};

use crate::quiz::{Choice, Item, Question, QuestionKind, Quiz};

use super::canonical::canonical;
use super::digest::{digest_of, sha256, to_base64url};

/// A definition file: its text, and the digest of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub id: String,
    pub version: i64,
    pub title: String,
    pub answers_on_server: bool,
    pub question_ids: Vec<String>,
    pub text: String,
    pub digest: String,
}

/// Makes the definition of a quiz: its questions in the order of the file, a member only where the author wrote something.
pub fn of(quiz: &Quiz) -> Definition {
    let questions: Vec<Value> = quiz.questions().map(question).collect();
    let mut members = Map::new();
    members.insert("v".into(), 1.into());
    members.insert("id".into(), quiz.id.value.as_str().into());
    members.insert("version".into(), quiz.version.value.into());
    members.insert("title".into(), quiz.title.as_str().into());
    members.insert("answers_on_server".into(), quiz.answers_on_server.into());
    members.insert("questions".into(), questions.into());
    let text = canonical(&Value::Object(members));
    Definition {
        id: quiz.id.value.clone(),
        version: quiz.version.value,
        title: quiz.title.clone(),
        answers_on_server: quiz.answers_on_server,
        question_ids: quiz.questions().map(|question| question.id.value.clone()).collect(),
        digest: digest_of(text.as_bytes()),
        text,
    }
}

/// Reads a definition that was kept. None: it is not one of ours.
pub fn parse(text: &str) -> Option<Definition> {
    let value: Value = serde_json::from_str(text).ok()?;
    let question_ids = value["questions"].as_array()?.iter().map(|question| question["id"].as_str().map(String::from));
    Some(Definition {
        id: value["id"].as_str()?.to_owned(),
        version: value["version"].as_i64()?,
        title: value["title"].as_str()?.to_owned(),
        answers_on_server: value["answers_on_server"].as_bool()?,
        question_ids: question_ids.collect::<Option<_>>()?,
        text: text.to_owned(),
        digest: digest_of(text.as_bytes()),
    })
}

/// A short mark of what a learner is asked and can choose: with another mark it is another question. For drafts, which outlive a
/// version.
pub fn mark_of(question: &Question) -> String {
    let mut asked = self::question(question);
    if let Some(members) = asked.as_object_mut() {
        members.retain(|name, _| matches!(name.as_str(), "id" | "type" | "prompt" | "choices" | "left" | "right"));
    }
    to_base64url(&sha256(canonical(&asked).as_bytes())[..6])
}

fn question(question: &Question) -> Value {
    let mut members = Map::new();
    members.insert("id".into(), question.id.value.as_str().into());
    members.insert("type".into(), question.kind.word().into());
    members.insert("prompt".into(), question.prompt.plain.as_str().into());
    if let Some(see) = &question.see {
        members.insert("see".into(), see.value.as_str().into());
    }
    let numbers = [("min_chars", question.min_chars), ("max_chars", question.max_chars)];
    members.extend(numbers.into_iter().filter_map(|(name, number)| Some((String::from(name), number?.into()))));
    let texts = [("hint", &question.hint), ("model_answer", &question.model_answer)];
    members.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (String::from(name), text.as_str().into())));
    if !question.look_for.is_empty() {
        members.insert("look_for".into(), question.look_for.iter().map(String::as_str).collect());
    }
    let items = |items: &[Item]| items.iter().map(item).collect();
    match &question.kind {
        QuestionKind::Single(choices) | QuestionKind::Multi(choices) => {
            members.insert("choices".into(), choices.choices.iter().map(choice).collect());
        }
        QuestionKind::Order { items: in_order } => {
            members.insert("choices".into(), items(in_order));
        }
        QuestionKind::Match { left, right, .. } => {
            members.insert("left".into(), items(left));
            members.insert("right".into(), items(right));
        }
        QuestionKind::Open | QuestionKind::TrueFalse { .. } | QuestionKind::Short { .. } | QuestionKind::Number { .. } => {}
    }
    Value::Object(members)
}

fn choice(choice: &Choice) -> Value {
    let mut members = Map::new();
    members.insert("id".into(), choice.id.as_str().into());
    members.insert("text".into(), choice.text.plain.as_str().into());
    if choice.is_correct {
        members.insert("correct".into(), true.into());
    }
    if !choice.feedback.is_empty() {
        members.insert("feedback".into(), choice.feedback.plain.as_str().into());
    }
    Value::Object(members)
}

fn item(item: &Item) -> Value {
    Value::Object(Map::from_iter([("id".into(), item.id.as_str().into()), ("text".into(), item.text.as_str().into())]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz;

    #[test]
    fn a_member_stands_only_where_the_author_wrote_something() {
        let text = "id = \"w\"\nversion = 2\ntitle = \"W\"\nsummary = \"S\"\n[[question]]\nid = \"b\"\ntype = \"open\"\nprompt = \"Child's?\"\nlook_for = [\"x\"]\n[[question]]\nid = \"a\"\ntype = \"single\"\nprompt = \"P\"\nchoices = [{ text = \"T\", correct = true }, { id = \"own\", text = \"F\", feedback = \"no\" }]\n";
        let (quiz, found) = quiz::parse(&"quizzes/w.toml".into(), text);
        assert_eq!(found, []);
        let definition = of(&quiz.expect("the quiz is sound"));
        assert_eq!(
            definition.text,
            "{\"answers_on_server\":true,\"id\":\"w\",\"questions\":[{\"id\":\"b\",\"look_for\":[\"x\"],\"prompt\":\"Child’s?\",\"type\":\"open\"},{\"choices\":[{\"correct\":true,\"id\":\"c1\",\"text\":\"T\"},{\"feedback\":\"no\",\"id\":\"own\",\"text\":\"F\"}],\"id\":\"a\",\"prompt\":\"P\",\"type\":\"single\"}],\"title\":\"W\",\"v\":1,\"version\":2}"
        );
        assert_eq!(parse(&definition.text), Some(definition));
    }
}
