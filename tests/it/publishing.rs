//! A release is whole: the old one or the new one, never a mixture, and the same bytes from the same sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::commands::tree;
use crate::support::{TODAY, files_in, put, signpost, small_site};

fn build(folder: &Path, threads: usize) {
    let threads = threads.to_string();
    assert_eq!(exit_code(signpost().current_dir(folder).args(["build", "--today", TODAY]).env("RAYON_NUM_THREADS", threads)), Some(0));
}

fn exit_code(command: &mut assert_cmd::Command) -> Option<i32> {
    command.output().expect("signpost can be started").status.code()
}

/// A site of some pages, each of which names its edition.
fn edition(folder: &Path, name: &str) {
    small_site(folder);
    for n in 0..200 {
        let text = format!(
            "+++\ntitle = \"Page {n}\"\nsummary = \"Page {n} of edition {name}.\"\n+++\n\n## Edition {name}\n\nText of edition {name}.\n"
        );
        put(folder, &format!("content/p{n}.md"), &text);
    }
}

#[test]
fn two_builds_give_the_same_bytes_on_any_number_of_threads() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for folder in [&one, &two] {
        edition(folder.path(), "first");
    }
    build(one.path(), 1);
    build(two.path(), 7);
    let strip = |folder: &Path| -> Vec<(String, Vec<u8>)> {
        let start = folder.to_string_lossy().into_owned();
        tree(&folder.join("public")).into_iter().map(|(path, bytes)| (path[start.len()..].to_owned(), bytes)).collect()
    };
    let (first, second) = (strip(one.path()), strip(two.path()));
    assert!(first.len() > 200);
    assert!(first == second, "the releases differ");
    // A build over an old release gives what a build into nothing gives, the kept files of the old one aside.
    build(one.path(), 2);
    assert!(strip(one.path()) == second, "a second build differs from the first");
}

#[test]
fn a_build_killed_at_any_moment_leaves_one_whole_release() {
    let folder = tempfile::tempdir().expect("a folder");
    edition(folder.path(), "a0");
    build(folder.path(), 2);
    let mut editions = BTreeSet::from([String::from("a0")]);
    for round in 1..=20_u64 {
        let name = format!("a{round}");
        edition(folder.path(), &name);
        editions.insert(name);
        let mut child = Command::new(env!("CARGO_BIN_EXE_signpost"))
            .current_dir(folder.path())
            .args(["build", "--today", TODAY])
            .stderr(Stdio::null())
            .spawn()
            .expect("signpost can be started");
        // Spread over the writing, from its first file to the exchange and the clearing up after it.
        let next = folder.path().join(".public.next");
        while child.try_wait().expect("the child can be asked").is_none() && files_in(&next).len() < round as usize * 12 {
            std::thread::yield_now();
        }
        drop(child.kill());
        child.wait().expect("the child has ended");
        let found: BTreeSet<String> = (0..200)
            .map(|n| {
                let page =
                    fs::read_to_string(folder.path().join(format!("public/p{n}/index.html"))).expect("every page of a release is there");
                let at = page.find("Text of edition ").expect("the page names its edition") + "Text of edition ".len();
                page[at..].chars().take_while(|character| *character != '.').collect()
            })
            .collect();
        assert_eq!(found.len(), 1, "round {round}: a mixture of {found:?}");
        assert!(editions.is_superset(&found));
    }
    build(folder.path(), 2);
    let left: Vec<_> =
        fs::read_dir(folder.path()).expect("the folder can be read").map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".next")), "a build clears up after a killed one: {left:?}");
}

#[test]
fn fingerprinted_files_stay_for_one_release() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    let styles = || -> BTreeSet<String> {
        let names = fs::read_dir(folder.path().join("public/assets")).expect("the assets are there");
        names
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".css"))
            .collect()
    };
    build(folder.path(), 2);
    let first = styles();
    put(folder.path(), "themes/signpost/css/99-own.css", "p { color: red }\n");
    build(folder.path(), 2);
    let second = styles();
    assert!(second.is_superset(&first) && second.len() == 2, "{second:?}");
    put(folder.path(), "themes/signpost/css/99-own.css", "p { color: blue }\n");
    build(folder.path(), 2);
    let third = styles();
    assert!(third.is_disjoint(&first) && third.len() == 2, "{third:?}");
}

#[test]
fn a_zip_opens_without_a_server() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    assert_eq!(exit_code(signpost().current_dir(folder.path()).args(["build", "--zip", "toolkit.zip"])), Some(0));
    let first = fs::read(folder.path().join("toolkit.zip")).expect("the zip is there");
    assert_eq!(exit_code(signpost().current_dir(folder.path()).args(["build", "--zip", "toolkit.zip"])), Some(0));
    assert!(fs::read(folder.path().join("toolkit.zip")).expect("the zip is there") == first, "the same release gives the same bytes");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(first)).expect("it is a zip");
    let mut page = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("a/index.html").expect("the page is in it"), &mut page).expect("it is text");
    assert!(page.contains("href=\"../index.html\""), "links name files");
}

const QUIZ: &str = "id = \"w\"\nversion = 1\ntitle = \"W\"\nsummary = \"S.\"\n[[question]]\nid = \"plan\"\ntype = \"open\"\nprompt = \"What is a plan?\"\n[[question]]\nid = \"who\"\ntype = \"open\"\nprompt = \"Who?\"\n";

#[test]
fn a_published_question_changes_only_with_the_version() {
    let site = tempfile::tempdir().expect("a folder");
    let folder = site.path();
    small_site(folder);
    put(folder, "quizzes/w.toml", QUIZ);
    let builds = || {
        let output = signpost().current_dir(folder).args(["build", "--today", TODAY]).output().expect("signpost can be started");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(builds().0, Some(0));
    assert_eq!(builds().0, Some(0), "the same again");
    put(folder, "quizzes/w.toml", &QUIZ.replace("What is a plan?", "What is a good plan?"));
    let published = fs::read(folder.join("public/workbooks/w/1.json")).expect("it was published");
    let (code, said) = builds();
    assert_eq!(code, Some(1));
    assert!(said.contains("error[quiz/version]: version 1 was published, and this has changed since: the question `plan`"), "{said}");
    assert!(said.contains("quizzes/w.toml:2:11") && said.contains("write `version = 2`"), "{said}");
    assert_eq!(fs::read(folder.join("public/workbooks/w/1.json")).expect("it is still there"), published);
    let said = signpost().current_dir(folder).arg("check").output().expect("signpost can be started");
    assert_eq!(said.status.code(), Some(1), "check finds what build finds");
    put(folder, "quizzes/w.toml", &QUIZ.replace("What is a plan?", "What is a good plan?").replace("version = 1", "version = 2"));
    assert_eq!(builds().0, Some(0));
    put(folder, "quizzes/w.toml", QUIZ);
    let (code, said) = builds();
    assert_eq!(code, Some(1), "back to an older version");
    assert!(said.contains("version 2 was published already, and this is version 1") && said.contains("`version = 3`"), "{said}");
}
