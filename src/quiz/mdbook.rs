//! Quiz files of mdbook-quiz, read as they are.
//!
//! In: a file with `questions` at its top level. Out: a [`Quiz`] for practice, and what was wrong. What the format says of looks
//! and of telemetry (`response`, `promptExplanation`) has no counterpart and is passed over; what another fork added is a warning.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{FilePath, Span, one_of};
use crate::fields::{Fields, Placed};

use super::model::{Choice, Choices, Confirm, Question, QuestionKind, Quiz, Section};
use super::parse::check_questions;
use super::prose::Prose;

/// What a learner writes of a program; the first line is the question.
const TRACING: &str = "What does this program print?\n\nWrite its output in one line, with spaces where lines end. If it prints nothing, \
                       write `nothing`. If it does not compile, write `does not compile`.";

/// Stands before a prompt that begins with code or a list: a question needs a line that names it.
const LOOK: &str = "Look at this and answer.\n\n";

/// Longest id, in characters.
const MAX_ID: usize = 64;

/// Whether a file is in this format. Ours has an id of its own, whatever else is wrong with it.
pub(super) fn is_one(fields: &Fields<'_>) -> bool {
    fields.has("questions") && !fields.has("id")
}

/// Reads a file. No quiz: its name gives no id.
pub(super) fn read(file: &FilePath, fields: &mut Fields<'_>) -> Option<Quiz> {
    fields.share();
    let name = file.strip_prefix("quizzes/").and_then(|name| name.strip_suffix(".toml")).unwrap_or(file);
    let start = Span::file_start(file);
    let parts = fields.named_texts("multipart");
    let mut number = 0;
    let questions: Vec<Question> = fields
        .tables("questions", "question", |fields| {
            number += 1;
            question(fields, number, &parts)
        })
        .into_iter()
        .flatten()
        .collect();
    fields.require("questions");
    let id = fit(name);
    if id.is_empty() {
        fields.report("id", start.clone(), "this file's name gives no id").help.push(String::from("use letters and digits in it"));
        return None;
    }
    let quiz = Quiz {
        file: file.clone(),
        id: Placed { value: id, span: start.clone() },
        version: Placed { value: 1, span: start },
        title: in_words(name),
        summary: String::new(),
        minutes: None,
        renew_after_months: None,
        confirm: Confirm::Nobody,
        returns_to: None,
        answers_on_server: false,
        sections: vec![Section { questions, ..Section::default() }],
    };
    check_questions(fields, &quiz);
    Some(quiz)
}

#[derive(Clone, Copy)]
enum Type {
    MultipleChoice,
    ShortAnswer,
    Tracing,
}

const TYPES: [(&str, Type); 3] = [("MultipleChoice", Type::MultipleChoice), ("ShortAnswer", Type::ShortAnswer), ("Tracing", Type::Tracing)];

/// A question's Markdown and how it is answered.
struct Asked {
    prompt: String,
    kind: QuestionKind,
    /// What is said of the answer before the file's own context.
    reason: String,
}

fn question(fields: &mut Fields<'_>, number: usize, parts: &BTreeMap<String, Placed<String>>) -> Option<Question> {
    let span = fields.span().clone();
    let id = fields.text("id").map(|id| Placed { value: fit(&id.value), span: id.span }).filter(|id| !id.value.is_empty());
    let part = part(fields, parts);
    let context = fields.text("context").map(|context| context.value).unwrap_or_default();
    fields.boolean("promptExplanation");
    for key in ["type", "prompt", "answer"] {
        fields.require(key);
    }
    let Some(kind) = fields.choice("type", &TYPES) else {
        // What they should hold depends on the type.
        fields.key("prompt");
        fields.key("answer");
        return None;
    };
    let Asked { prompt, kind, reason } = match kind {
        Type::MultipleChoice => multiple_choice(fields),
        Type::ShortAnswer => short_answer(fields),
        Type::Tracing => tracing(fields),
    }?;
    let mut prompt = Placed { value: [prompt.as_str(), part].join("\n\n"), span: span.clone() };
    if !Prose::foreign(&prompt, false, &mut Vec::new()).has_line() {
        prompt.value.insert_str(0, LOOK);
    }
    let context = Placed { value: [reason, context].join("\n\n"), span: span.clone() };
    let mut in_texts = Vec::new();
    let (prompt, feedback) = (Prose::foreign(&prompt, false, &mut in_texts), Prose::foreign(&context, true, &mut in_texts));
    fields.append(in_texts);
    Some(Question {
        id: id.unwrap_or(Placed { value: format!("q{number}"), span }),
        prompt,
        kind,
        see: None,
        hint: String::new(),
        feedback,
        facts: Vec::new(),
        min_chars: None,
        max_chars: None,
        look_for: Vec::new(),
        model_answer: String::new(),
    })
}

/// What the questions of a group are about. It follows each prompt, since the first line of a question is its name.
fn part<'p>(fields: &mut Fields<'_>, parts: &'p BTreeMap<String, Placed<String>>) -> &'p str {
    let Some(name) = fields.text("multipart") else { return "" };
    let Some(part) = parts.get(&name.value) else {
        let help = match parts.is_empty() {
            true => String::from("add a table `[multipart]` with its text"),
            false => format!("use {}", one_of(parts.keys().map(String::as_str))),
        };
        fields.report("multipart", name.span, format!("`[multipart]` has no `{}`", name.value)).help.push(help);
        return "";
    };
    &part.value
}

fn multiple_choice(fields: &mut Fields<'_>) -> Option<Asked> {
    let prompt = fields.table("prompt", "prompt", |prompt| {
        (
            prompt.required_text("prompt"),
            prompt.texts("distractors"),
            prompt.integer("answerIndex"),
            prompt.boolean_or("sortAnswers", false),
        )
    });
    let answer = fields.table("answer", "answer", |answer| {
        let is_list = answer.has_list("answer");
        answer.require("answer");
        (if is_list { answer.texts("answer") } else { answer.text("answer").into_iter().collect() }, is_list)
    });
    let ((text, distractors, index, is_sorted), (right, is_multi)) = (prompt?, answer?);
    let text = text?;
    if right.is_empty() {
        return None;
    }
    let mut choices: Vec<(Placed<String>, bool)> = distractors.into_iter().map(|text| (text, false)).collect();
    let index = index.map(|index| usize::try_from(index.value).unwrap_or(0).min(choices.len()));
    let at = index.unwrap_or(0);
    choices.splice(at..at, right.into_iter().map(|text| (text, true)));
    if index.is_none() {
        // On paper the right ones must not come first.
        choices.sort_by(|(one, _), (other, _)| one.value.trim().cmp(other.value.trim()));
    }
    let mut seen = BTreeSet::new();
    let odd = choices.iter().map(|(text, _)| text).find(|text| text.value.trim().is_empty() || !seen.insert(text.value.trim()));
    if let Some(odd) = odd {
        fields.report("choices", odd.span.clone(), "this choice is empty, or stands here twice");
        return None;
    }
    if choices.len() < 2 {
        let span = fields.span().clone();
        fields.report("choices", span, "a question with choices has two or more, this one has 1");
        return None;
    }
    let mut in_texts = Vec::new();
    let choices = choices
        .into_iter()
        .enumerate()
        .map(|(index, (text, is_correct))| Choice {
            id: format!("c{}", index + 1),
            text: Prose::foreign(&text, false, &mut in_texts).in_one_paragraph(),
            is_correct,
            feedback: Prose::default(),
        })
        .collect();
    fields.append(in_texts);
    let choices = Choices { choices, is_shuffled: index.is_none() && !is_sorted };
    let kind = if is_multi { QuestionKind::Multi(choices) } else { QuestionKind::Single(choices) };
    Some(Asked { prompt: text.value, kind, reason: String::new() })
}

fn short_answer(fields: &mut Fields<'_>) -> Option<Asked> {
    let prompt = fields.table("prompt", "prompt", |prompt| {
        prompt.choice("response", &[("short", ()), ("long", ()), ("code", ())]);
        prompt.required_text("prompt")
    });
    let answers = fields.table("answer", "answer", |answer| {
        let (answer, alternatives) = (answer.required_text("answer"), answer.texts("alternatives"));
        Some(std::iter::once(answer?).chain(alternatives).map(|answer| answer.value).collect())
    });
    Some(Asked { prompt: prompt??.value, kind: QuestionKind::Short { answers: answers?? }, reason: String::new() })
}

/// mdbook-quiz asks for the output, or whether the program compiles at all: compilers differ in the line they blame, so that is
/// said and not asked.
fn tracing(fields: &mut Fields<'_>) -> Option<Asked> {
    let program = fields.table("prompt", "prompt", |prompt| prompt.required_text("program"));
    let answer = fields.table("answer", "answer", |answer| {
        answer.require("doesCompile");
        let does_compile = answer.boolean("doesCompile");
        let output = answer.text("stdout");
        let line = answer.integer("lineNumber");
        if does_compile.as_ref().is_some_and(|does_compile| does_compile.value) && !answer.has("stdout") {
            let span = answer.span().clone();
            let message = "the program compiles, and nothing says what it prints";
            answer.report("missing", span, message).help.push(String::from("add a line `answer.stdout = …`"));
            return None;
        }
        Some(if does_compile?.value {
            let output = output?.value.split_whitespace().collect::<Vec<_>>().join(" ");
            (if output.is_empty() { String::from("nothing") } else { output }, String::new())
        } else {
            let reason = line.map(|line| format!("The compiler reports line {}.", line.value));
            (String::from("does not compile"), reason.unwrap_or_default())
        })
    });
    let (program, (answer, reason)) = (program??.value, answer??);
    let fence = fence(&program);
    let prompt = format!("{TRACING}\n\n{fence}\n{}\n{fence}", program.trim_end());
    Some(Asked { prompt, kind: QuestionKind::Short { answers: vec![answer] }, reason })
}

/// Marks around a block of code that the code itself does not have.
fn fence(code: &str) -> String {
    let longest = code.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// A name as an id: small letters, digits and single hyphens.
fn fit(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut id = words.collect::<Vec<_>>().join("-");
    id.truncate(MAX_ID);
    id.trim_end_matches('-').to_owned()
}

/// A file's name as a title.
fn in_words(name: &str) -> String {
    let words = name.rsplit('/').next().unwrap_or(name).replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostic;
    use crate::markdown;
    use crate::quiz::{self, key};

    fn parse(name: &str, text: &str) -> (Option<Quiz>, Vec<Diagnostic>) {
        quiz::parse(&format!("quizzes/{name}.toml").into(), text)
    }

    /// The only question of a sound file.
    fn one(text: &str) -> Question {
        let (quiz, found) = parse("q", &format!("[[questions]]\n{text}\n"));
        assert_eq!(found, []);
        quiz.expect("the quiz is sound").sections.remove(0).questions.remove(0)
    }

    fn codes(text: &str) -> Vec<String> {
        let (_, found) = parse("q", text);
        found.iter().map(|diagnostic| format!("{} {}", diagnostic.severity.word(), diagnostic.code)).collect()
    }

    /// The texts of the choices, the right ones with a star.
    fn choices(question: &Question) -> Vec<String> {
        let star = |is_correct| if is_correct { "*" } else { "" };
        question.kind.choices().iter().map(|choice| format!("{}{}", star(choice.is_correct), choice.text.plain)).collect()
    }

    fn html(prose: &Prose) -> String {
        let mut html = String::new();
        markdown::to_html(prose.all(), &mut html);
        html
    }

    const CHOICE: &str = "type = \"MultipleChoice\"\nprompt.prompt = \"Which?\"\nprompt.distractors = [\"c\", \"a\"]\n";
    const PROGRAM: &str = "type = \"Tracing\"\nprompt.program = \"main()\"\n";

    #[test]
    fn the_place_of_a_choice_gives_nothing_away() {
        let single = one(&format!("{CHOICE}answer.answer = \"b\""));
        assert_eq!(choices(&single), ["a", "*b", "c"]);
        assert!(matches!(&single.kind, QuestionKind::Single(choices) if choices.is_shuffled));
        let list = one(&format!("{CHOICE}answer.answer = [\"b\"]\nprompt.sortAnswers = true"));
        assert_eq!(choices(&list), ["a", "*b", "c"]);
        assert!(matches!(&list.kind, QuestionKind::Multi(choices) if !choices.is_shuffled));
        let placed = one(&format!("{CHOICE}answer.answer = \"b\"\nprompt.answerIndex = 2"));
        assert_eq!(choices(&placed), ["c", "a", "*b"]);
        assert!(matches!(&placed.kind, QuestionKind::Single(choices) if !choices.is_shuffled));
    }

    #[test]
    fn a_program_is_answered_by_what_it_does() {
        let answer = |answer: &str| key(&one(&format!("{PROGRAM}{answer}"))).expect("it is marked").to_value().to_string();
        assert_eq!(answer("answer.doesCompile = true\nanswer.stdout = \"1\\n2\\n\""), "[\"1 2\"]");
        assert_eq!(answer("answer.doesCompile = true\nanswer.stdout = \"\""), "[\"nothing\"]");
        assert_eq!(answer("answer.doesCompile = false"), "[\"does not compile\"]");
        let blamed = one(&format!("{PROGRAM}answer.doesCompile = false\nanswer.lineNumber = 4\ncontext = \"Why.\""));
        assert_eq!(blamed.feedback.plain, "The compiler reports line 4.\n\nWhy.");
        let with_fence = one("type = \"Tracing\"\nprompt.program = \"a\\n```\\nb\"\nanswer.doesCompile = false");
        assert!(with_fence.prompt.plain.ends_with("\n\na\n```\nb"), "{}", with_fence.prompt.plain);
    }

    #[test]
    fn every_question_has_a_line_that_names_it() {
        let first_line = |text: &str| one(text).prompt.plain.lines().next().map(String::from);
        let rest = "type = \"ShortAnswer\"\nanswer.answer = \"x\"\nprompt.prompt = ";
        assert_eq!(first_line(&format!("{rest}\"Why?\\n\\n```\\ncode\\n```\"")).as_deref(), Some("Why?"));
        assert_eq!(first_line(&format!("{rest}\"```\\ncode\\n```\\nWhy?\"")).as_deref(), Some("Look at this and answer."));
        assert_eq!(first_line(&format!("{rest}\"# Why?\"")).as_deref(), Some("Why?"));
        let (quiz, found) = parse("q", &format!("[multipart]\np = \"The case.\"\n[[questions]]\nmultipart = \"p\"\n{rest}\"Why?\""));
        assert_eq!(found, []);
        assert_eq!(quiz.expect("the quiz is sound").questions().next().expect("a question").prompt.plain, "Why?\n\nThe case.");
    }

    #[test]
    fn words_are_those_of_the_file() {
        let question = one(
            "type = \"MultipleChoice\"\nprompt.prompt = \"A Vec<T> :term[x]{y} [T], a [link](https://a.example)?\"\nprompt.distractors = [\"b\"]\n\
             answer.answer = \"```\\n'a\\n  'b\\n```\\nand *more*\"\ncontext = \"See [this](https://a.example), not [that](http://b.example).\"",
        );
        assert_eq!(html(&question.prompt), "<p>A Vec&lt;T&gt; :term[x]{y} [T], a link?</p>\n");
        assert_eq!(html(&question.kind.choices()[0].text), "<p><code>'a\n  'b</code><br />\nand <em>more</em></p>\n");
        assert_eq!(html(&question.feedback), "<p>See <a href=\"https://a.example\">this</a>, not that.</p>\n");
    }

    #[test]
    fn names_are_made_fit() {
        assert_eq!(fit("Ch04_02 — Größe"), "ch04-02-gr-e");
        assert_eq!(fit(&"ab-".repeat(30)).len(), 64);
        assert_eq!(fit(&format!("{}-b", "a".repeat(63))), "a".repeat(63));
        assert_eq!(in_words("rust/ch04-moves_sec1"), "Ch04 moves sec1");
        let (quiz, _) = parse(
            "A_b",
            &format!(
                "[[questions]]\nid = \"B 7\"\n{PROGRAM}answer.doesCompile = false\n[[questions]]\n{PROGRAM}answer.doesCompile = false"
            ),
        );
        let quiz = quiz.expect("the quiz is sound");
        assert_eq!((quiz.id.value.as_str(), quiz.title.as_str(), quiz.confirm), ("a-b", "A b", Confirm::Nobody));
        assert_eq!(quiz.questions().map(|question| question.id.value.as_str()).collect::<Vec<_>>(), ["b-7", "q2"]);
    }

    #[test]
    fn a_key_of_another_fork_is_a_warning_and_a_mistyped_one_an_error() {
        let program = format!("[[questions]]\n{PROGRAM}answer.doesCompile = false\n");
        assert_eq!(codes(&format!("{program}prompt.language = \"rust\"\n")), ["warning quiz/unknown-key"]);
        assert_eq!(codes(&format!("{program}contxt = \"Why.\"\n")), ["error quiz/unknown-key"]);
        assert_eq!(
            codes("[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"P\"\nanser.answer = \"x\"\n"),
            ["error quiz/unknown-key"]
        );
        assert_eq!(codes(&format!("{program}context = \"![A map](map.png)\"\n")), ["warning quiz/picture"]);
    }

    #[test]
    fn a_file_with_an_id_is_ours() {
        assert!(codes("id = \"q\"\ntitle = \"T\"\n[[questions]]\ntype = \"Tracing\"\n").contains(&String::from("error quiz/unknown-key")));
        assert_eq!(
            codes(""),
            ["error quiz/no-questions", "error quiz/missing", "error quiz/missing", "error quiz/missing", "error quiz/missing"]
        );
    }

    /// A question that is left out must not be left out in silence.
    #[test]
    fn no_question_is_lost_without_an_error() {
        let sound = "[multipart]\np = \"P\"\n[[questions]]\nid = \"a\"\nmultipart = \"p\"\ntype = \"MultipleChoice\"\nprompt.prompt = \"Which?\"\nprompt.distractors = [\"c\", \"a\"]\nanswer.answer = \"b\"\n[[questions]]\ntype = \"ShortAnswer\"\nprompt.prompt = \"P\"\nanswer.answer = \"x\"\nanswer.alternatives = [\"y\"]\n[[questions]]\ntype = \"Tracing\"\nprompt.program = \"p\"\nanswer.doesCompile = true\nanswer.stdout = \"o\"\n";
        assert_eq!(codes(sound), Vec::<String>::new());
        let lines: Vec<&str> = sound.lines().collect();
        for gone in 0..lines.len() {
            for instead in ["", "7", "\"\"", "[]", "{}", "true", "[\"\"]"] {
                let key = lines[gone].split_once(" = ").map_or("", |(key, _)| key);
                let line = if key.is_empty() || instead.is_empty() { String::new() } else { format!("{key} = {instead}") };
                let text: Vec<&str> = lines.iter().enumerate().map(|(at, kept)| if at == gone { line.as_str() } else { *kept }).collect();
                let (quiz, found) = parse("q", &text.join("\n"));
                let n_questions = text.iter().filter(|line| **line == "[[questions]]").count();
                let n_read = quiz.map_or(0, |quiz| quiz.questions().count());
                assert!(n_read == n_questions || found.iter().any(Diagnostic::is_error), "{}\n{found:?}", text.join("\n"));
            }
        }
    }
}
