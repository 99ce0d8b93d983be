//! Quiz files of mdbook-quiz: each stands in a site's `quizzes/` byte for byte, and its page asks every question of it.

use std::fs;
use std::path::Path;

use scraper::{ElementRef, Html, Selector};
use signpost::diagnostics::counts;

use crate::support;

fn all<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    let selector = Selector::parse(selector).expect("the selector is sound");
    html.select(&selector).collect()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

#[test]
fn every_file_is_read_unchanged_and_its_questions_are_drawn() {
    let files: Vec<_> = support::files_in(Path::new("tests/quizzes/mdbook-quiz"));
    let files: Vec<_> = files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect();
    assert!(files.len() >= 6, "only {} files", files.len());
    let folder = tempfile::tempdir().expect("a folder");
    support::small_site(folder.path());
    let mut n_questions = Vec::new();
    for file in files {
        let name = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(file).expect("the file is text");
        support::put(folder.path(), &format!("quizzes/{name}.toml"), &text);
        let id = name.to_lowercase().replace('_', "-");
        let page = format!("+++\ntitle = \"About {id}\"\nsummary = \"What {id} asks.\"\n+++\n\n:::workbook {{id={id}}}\n:::\n");
        support::put(folder.path(), &format!("content/{id}.md"), &page);
        n_questions.push((id, text.matches("[[questions]]").count()));
    }
    let (built, drawn) = support::build(folder.path(), false);
    assert_eq!(counts(&built.found), (0, 0), "{drawn}");
    let outputs = built.rendered.expect("the site is rendered").outputs;
    for (id, n) in n_questions {
        let page = outputs.get(&format!("{id}/index.html")).unwrap_or_else(|| panic!("{id} has a page"));
        let html = Html::parse_document(std::str::from_utf8(page).expect("a page is text"));
        let questions = all(&html, "form[data-question]");
        assert_eq!(questions.len(), n, "{id}");
        assert!(n > 0, "{id} asks something");
        for question in questions {
            assert!(question.attr("data-key").is_some_and(|key| !key.is_empty()), "{id}: a question is not marked");
        }
        let named = [all(&html, "[data-prompt]"), all(&html, ".choice label")].concat();
        assert!(named.into_iter().all(|element| !words(element).is_empty()), "{id}: a question or a choice has no words");
        assert!(outputs.get(&format!("workbooks/{id}/1.json")).is_some(), "{id} has a definition");
    }
}

#[test]
fn code_and_words_reach_the_page_as_they_were_written() {
    let folder = tempfile::tempdir().expect("a folder");
    support::small_site(folder.path());
    let text = fs::read_to_string("tests/quizzes/mdbook-quiz/code-everywhere.toml").expect("the file is there");
    support::put(folder.path(), "quizzes/code-everywhere.toml", &text);
    let page = "+++\ntitle = \"Code\"\nsummary = \"Code.\"\n+++\n\n:::workbook {id=code-everywhere}\n:::\n";
    support::put(folder.path(), "content/code.md", page);
    let (built, _) = support::build(folder.path(), false);
    let outputs = built.rendered.expect("the site is rendered").outputs;
    let page = std::str::from_utf8(outputs.get("code/index.html").expect("the page is there")).expect("a page is text");
    let html = Html::parse_document(page);
    let choices: Vec<String> = all(&html, "#q1 .choice label").into_iter().map(words).collect();
    assert!(choices.contains(&String::from("let words = vec![String::from(\"a\")];\nprintln!(\"{}\", first(&words));")), "{choices:?}");
    assert!(choices.contains(&String::from("None of these: a Vec<String> is not a slice")), "{choices:?}");
    assert!(all(&html, "#q1 pre code").into_iter().any(|code| words(code).contains("fn first<'a>(words: &'a [String]) -> &'a str {")));
    let links: Vec<_> = all(&html, "#q1 [data-part=why] a").into_iter().filter_map(|link| link.attr("href")).collect();
    assert_eq!(links, ["https://doc.rust-lang.org/reference/"]);
}
