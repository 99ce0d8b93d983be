//! E-workbooks compared with the last release: records name a version, and a version means the same questions for ever.

use serde_json::Value;

use crate::completion::definition::Definition;
use crate::diagnostics::Diagnostic;
use crate::quiz::Confirm;
use crate::site::Site;

/// Reports each e-workbook whose questions are others than those published under its version.
pub fn changed(site: &Site, published: &[Definition]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for workbook in site.workbooks.iter().filter(|workbook| workbook.quiz.confirm == Confirm::Manager) {
        let now = &workbook.definition;
        let Some(before) = published.iter().find(|before| before.id == now.id) else { continue };
        let span = workbook.quiz.version.span.clone();
        if now.version < before.version {
            let message = format!("version {} was published already, and this is version {}", before.version, now.version);
            let help = format!("write `version = {}`, or a higher one", before.version + i64::from(before.digest != now.digest));
            found.push(Diagnostic::error("quiz/version", span, message).with_help(help));
        } else if now.version == before.version && now.digest != before.digest {
            let message = format!("version {} was published, and this has changed since: {}", now.version, difference(before, now));
            let help = format!("write `version = {}`: learners keep their answers to what has not changed", now.version + 1);
            found.push(Diagnostic::error("quiz/version", span, message).with_help(help));
        }
    }
    found
}

/// Which questions differ, or else what does.
fn difference(before: &Definition, now: &Definition) -> String {
    let questions = |definition: &Definition| -> Vec<Value> {
        let value: Value = serde_json::from_str(&definition.text).unwrap_or_default();
        value["questions"].as_array().cloned().unwrap_or_default()
    };
    let (before, now) = (questions(before), questions(now));
    let id = |question: &Value| question["id"].as_str().unwrap_or_default().to_owned();
    let mut ids: Vec<String> = now.iter().filter(|question| !before.contains(question)).map(id).collect();
    ids.extend(before.iter().map(id).filter(|gone| !now.iter().any(|question| id(question) == *gone)));
    match ids.as_slice() {
        [] if before.len() == now.len() && before != now => String::from("the order of its questions"),
        [] => String::from("its title, or where its answers are kept"),
        [one] => format!("the question `{one}`"),
        many => format!("the questions {}", many.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")),
    }
}
