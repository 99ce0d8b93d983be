//! `signpost export scorm`: what is written, and when nothing is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::Path;

use scraper::{Html, Selector};
use signpost::render::RenderOptions;
use signpost::scorm::{self, Version};

use crate::support::{self, TODAY, put, signpost, small_site};

fn export(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = signpost().current_dir(folder).args(["export", "scorm"]).args(arguments).output().expect("signpost can be started");
    let said = String::from_utf8(output.stderr).expect("signpost writes UTF-8");
    (output.status.code().expect("signpost ended by itself"), said)
}

/// A site with an e-workbook that a manager confirms and a knowledge check, each with a question about page A.
fn site(folder: &Path) {
    small_site(folder);
    put(folder, "content/learn.md", "+++\ntitle = \"Learn\"\nsummary = \"To be answered.\"\n+++\n\n:::workbook {id=plans}\n:::\n");
    put(
        folder,
        "quizzes/plans.toml",
        "id = \"plans\"\nversion = 2\ntitle = \"Plans\"\nsummary = \"About plans.\"\n\n[[question]]\nid = \"why\"\ntype = \"open\"\nprompt = \"Why?\"\nsee = \"a.md#two\"\n",
    );
    put(
        folder,
        "quizzes/checks.toml",
        "id = \"checks\"\ntitle = \"Checks\"\nsummary = \"For practice.\"\nconfirm = \"none\"\n\n[[question]]\nid = \"so\"\ntype = \"true_false\"\nprompt = \"Is it so?\"\nsee = \"a.md\"\nanswer = true\n",
    );
}

fn files(zip: &Path) -> BTreeMap<String, String> {
    let bytes = fs::read(zip).expect("the package is there");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("it is a zip");
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).expect("the file is in it");
            let mut text = String::new();
            file.read_to_string(&mut text).expect("it is text");
            (file.name().expect("its name is text").into_owned(), text)
        })
        .collect()
}

#[test]
fn there_is_a_package_for_each_version_and_the_same_one_each_time() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for folder in [&one, &two] {
        site(folder.path());
        let (code, said) = export(folder.path(), &["plans", "--today", TODAY]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("SCORM 1.2, 1 page to read, 1 question."), "{said}");
    }
    for name in ["plans-scorm-1.2.zip", "plans-scorm-2004.zip"] {
        let bytes = |folder: &Path| fs::read(folder.join(name)).expect("the package is there");
        assert!(bytes(one.path()) == bytes(two.path()), "{name} differs from one time to the next");
    }
    let files = files(&one.path().join("plans-scorm-2004.zip"));
    assert_eq!(files.keys().collect::<Vec<_>>(), ["imsmanifest.xml", "index.html", "package.css", "package.js"]);
    assert!(files["imsmanifest.xml"].contains("<manifest identifier=\"signpost-plans-2\" version=\"2\""));
}

#[test]
fn what_a_manager_confirms_is_left_to_the_site() {
    let folder = tempfile::tempdir().expect("a folder");
    site(folder.path());
    assert_eq!(export(folder.path(), &["plans", "--scorm", "1.2", "--output", "p.zip", "--today", TODAY]).0, 0);
    let page = files(&folder.path().join("p.zip")).remove("index.html").expect("the document is in it");
    assert!(!page.contains("Why?") && page.contains("Is it so?"));
    assert!(page.contains("this is not the e-workbook") && page.contains("href=\"https://small.example/learn/\""), "{page}");
    assert!(page.contains("A copy of 2 March 2026."), "{page}");

    assert_eq!(export(folder.path(), &["checks", "--scorm", "1.2", "--output", "c.zip", "--today", TODAY]).0, 0);
    let page = files(&folder.path().join("c.zip")).remove("index.html").expect("the document is in it");
    assert!(page.contains("Is it so?") && !page.contains("this is not the e-workbook"), "{page}");
}

#[test]
fn mistakes_are_shown_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    site(folder.path());
    put(folder.path(), "content/a.md", "+++\ntitle = \"A\"\nsummary = \"The first page.\"\n+++\n\n## Two\n\n[Home](none.md)\n");
    let (code, said) = export(folder.path(), &["plans"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("link/no-such-page") && said.contains("Nothing was written."), "{said}");
    assert!(!folder.path().join("plans-scorm-1.2.zip").exists());
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    site(folder.path());
    for (arguments, meant) in [
        (&["plan"][..], "did you mean `plans`?"),
        (&["something-else"], "quizzes/ has `checks` or `plans`"),
        (&["plans", "--base-url", "toolkit"], "--base-url toolkit"),
    ] {
        let (code, said) = export(folder.path(), arguments);
        assert_eq!((code, said.lines().count()), (2, 1), "{said}");
        assert!(said.contains(meant), "{said}");
    }
    assert_eq!(export(folder.path(), &["plans", "--output", "p.zip"]).0, 2, "one file holds one version");
    assert_eq!(export(folder.path(), &["plans", "--scorm", "3"]).0, 2);
}

#[test]
fn a_package_does_not_lead_to_this_computer_unless_it_is_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    site(folder.path());
    put(folder.path(), "site.toml", "title = \"Small\"\nbase_url = \"http://127.0.0.1:8000\"\n");
    let (code, said) = export(folder.path(), &["plans"]);
    assert_eq!(code, 2, "{said}");
    assert_eq!(export(folder.path(), &["plans", "--base-url", "https://real.example/help"]).0, 0);
    let page = files(&folder.path().join("plans-scorm-1.2.zip")).remove("index.html").expect("the document is in it");
    assert!(page.contains("href=\"https://real.example/help/learn/\"") && !page.contains("127.0.0.1"), "{page}");
}

#[test]
fn in_the_packages_of_the_real_quizzes_every_link_leads_somewhere() {
    let (built, drawn) = support::build(Path::new("."), false);
    let release = &built.rendered.as_ref().expect("the site is rendered").outputs;
    assert!(built.site.workbooks.len() > 1, "{drawn}");
    let options = RenderOptions {
        base_url: built.site.config.base_url.clone(),
        today: TODAY.parse().expect("the day is a date"),
        preview_script: None,
        inbox: None,
    };
    for workbook in &built.site.workbooks {
        let id = &workbook.definition.id;
        let package = scorm::package(&built.site, &built.theme, release, &options, workbook, Version::Scorm12);
        let package = package.unwrap_or_else(|found| panic!("{id}: {found:?}"));
        assert!(package.n_pages > 0 && package.n_questions > 0, "{id}");
        let document = package.outputs.get("index.html").expect("the document is in it");
        let html = Html::parse_document(std::str::from_utf8(document).expect("it is text"));
        let every = |selector: &str, attribute: &str| -> Vec<String> {
            let selector = Selector::parse(selector).expect("the selector is sound");
            html.select(&selector).filter_map(|element| element.attr(attribute).map(String::from)).collect()
        };
        let ids = every("[id]", "id");
        let unique: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(unique.len(), ids.len(), "{id}: an id stands twice");
        for named in
            [every("label", "for"), every("[aria-labelledby]", "aria-labelledby"), every("[aria-describedby]", "aria-describedby")].concat()
        {
            assert!(named.split_whitespace().all(|name| unique.contains(name)), "{id}: nothing is called {named}");
        }
        for href in every("a", "href") {
            let is_found = match href.strip_prefix('#') {
                Some(name) => unique.contains(name),
                None => ["https://", "tel:", "mailto:"].iter().any(|scheme| href.starts_with(scheme)),
            };
            assert!(is_found, "{id}: {href} leads nowhere");
        }
        let keys = every("[data-task]", "data-task");
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{id}: two parts have one key");
    }
}
