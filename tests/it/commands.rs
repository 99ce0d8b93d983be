//! The commands as people run them: exit codes, what is said, what is written.

use std::fs;
use std::path::Path;

use crate::support::{TODAY, files_in, put, signpost, small_site};

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = signpost().current_dir(folder).args(arguments).output().expect("signpost can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("signpost writes UTF-8");
    (output.status.code().expect("signpost ended by itself"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_sound_site_is_built_and_ends_with_0() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    let (code, stdout, stderr) = run(folder.path(), &["build", "--today", TODAY, "--timings"]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert!(stderr.contains("2 pages") && stderr.contains("render"), "{stderr}");
    assert!(folder.path().join("public/a/index.html").is_file());
}

#[test]
fn mistakes_are_all_shown_and_nothing_is_published() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    assert_eq!(run(folder.path(), &["build", "--today", TODAY]).0, 0);
    let before = tree(&folder.path().join("public"));
    for (path, text) in TEN_MISTAKES {
        put(folder.path(), path, text);
    }
    let (code, _, stderr) = run(folder.path(), &["build", "--today", TODAY]);
    assert_eq!(code, 1);
    assert_eq!(stderr.matches("error[").count(), 10, "{stderr}");
    let is_caret_line = |line: &&str| line.trim_start().starts_with('|') && line.contains('^');
    assert_eq!(stderr.lines().filter(is_caret_line).count(), 10, "each mistake has its caret: {stderr}");
    assert!(stderr.contains("10 errors. Nothing was published."), "{stderr}");
    assert_eq!(tree(&folder.path().join("public")), before, "the last release is byte for byte as it was");

    let (code, stdout, _) = run(folder.path(), &["check", "--format", "json"]);
    let lines: Vec<serde_json::Value> = stdout.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    assert_eq!((code, lines.len()), (1, 10));
    for line in &lines {
        assert!(
            line["file"].as_str().is_some_and(|file| file.starts_with("content/")) && line["line"].as_u64().is_some_and(|line| line > 0),
            "{line}"
        );
    }
}

/// Three files with ten mistakes between them.
const TEN_MISTAKES: [(&str, &str); 3] = [
    (
        "content/index.md",
        "+++\ntitle = \"Home\"\nsumary = \"A slip.\"\nreviewed = \"2026-03-02\"\n+++\n\n# Title\n\n[A](b.md) and [A](a.md#three)\n",
    ),
    (
        "content/a.md",
        "+++\ntitle = \"A\"\nsummary = \"The first page.\"\n+++\n\n<b>bold</b>\n\n:::calout {kind=do}\ntext\n:::\n\n[x](javascript:alert)\n",
    ),
    ("content/c.md", "+++\ntitle = \"C\"\nsummary = \"The last page.\"\nweight = \"ten\"\n+++\n\n:::steps\n1. Open\n"),
];

#[test]
fn what_cannot_be_done_ends_with_2_and_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [&["build"][..], &["check"], &["build", "--no-such-flag"], &["build", "--today", "soon"], &["search"]] {
        let (code, stdout, stderr) = run(folder.path(), arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
    }
    let (_, _, stderr) = run(folder.path(), &["build"]);
    assert_eq!(stderr.lines().count(), 1, "{stderr}");

    small_site(folder.path());
    put(folder.path(), "public/mine.txt", "not a release");
    let (code, _, stderr) = run(folder.path(), &["build"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("no release of Signpost"), "{stderr}");
    assert_eq!(fs::read_to_string(folder.path().join("public/mine.txt")).expect("the file is still there"), "not a release");
}

#[test]
fn the_address_of_this_computer_is_published_only_when_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    put(folder.path(), "site.toml", "title = \"Small\"\nbase_url = \"http://127.0.0.1:8000\"\n");
    assert_eq!(run(folder.path(), &["build"]).0, 2);
    assert_eq!(run(folder.path(), &["build", "--base-url", "http://127.0.0.1:8000"]).0, 0);
}

#[test]
fn a_release_is_put_only_where_nothing_else_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    for output in ["content", "content/out", "themes/x"] {
        let (code, _, stderr) = run(folder.path(), &["build", "--output", output]);
        assert_eq!(code, 2, "{output}: {stderr}");
    }
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    put(folder.path(), "public/CNAME", "small.example");
    let (code, _, stderr) = run(folder.path(), &["build"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("`CNAME`"), "{stderr}");
    fs::remove_file(folder.path().join("public/CNAME")).expect("the file is still there");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_served_folder_is_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    let served = folder.path().join("served");
    fs::create_dir(&served).expect("the folder can be made");
    std::os::unix::fs::symlink(&served, folder.path().join("public")).expect("the link can be made");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    assert!(served.join("index.html").is_file() && folder.path().join("public").is_symlink());
}

#[test]
fn a_reader_that_goes_away_changes_no_outcome() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    put(folder.path(), "content/a.md", "no front matter");
    for (arguments, expected) in [(&["check", "--format", "json"][..], 1), (&["completions", "bash"], 0), (&["search", "home"], 1)] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_signpost"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("signpost can be started");
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().expect("it ends").code(), Some(expected), "{arguments:?}");
    }
}

#[test]
fn a_file_that_is_not_utf_8_is_a_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    let mut bytes = fs::read(folder.path().join("content/a.md")).expect("the page is there");
    bytes.extend(b"caf\xe9\rlast");
    #[expect(clippy::disallowed_methods, reason = "a test makes its own sites in folders of its own")]
    fs::write(folder.path().join("content/a.md"), bytes).expect("the page can be written");
    let (code, _, stderr) = run(folder.path(), &["check"]);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("sources/not-utf-8") && stderr.contains("content/a.md:9:4"), "{stderr}");
}

#[test]
fn drafts_are_pages_only_when_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    put(folder.path(), "content/later.md", "+++\ntitle = \"Later\"\nsummary = \"Not yet.\"\ndraft = true\n+++\n");
    assert_eq!(run(folder.path(), &["build"]).0, 0);
    assert!(!folder.path().join("public/later").exists());
    assert_eq!(run(folder.path(), &["build", "--drafts"]).0, 0);
    assert!(folder.path().join("public/later/index.html").exists());
}

#[test]
fn what_new_writes_builds_without_a_finding() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(run(folder.path(), &["new", "site", "toolkit"]).0, 0);
    let site = folder.path().join("toolkit");
    assert_eq!(run(&site, &["new", "page", "guidance/review.md"]).0, 0);
    assert_eq!(run(&site, &["new", "workbook", "first-steps"]).0, 0);
    assert_eq!(run(&site, &["new", "page", "guidance/review.md"]).0, 2, "a file is never written over");
    for path in ["../outside.md", "/outside.md", "say \"hi\".md", "two words.md", "no-page.txt"] {
        assert_eq!(run(&site, &["new", "page", path]).0, 2, "{path}");
    }
    assert_eq!(run(&site, &["new", "site", "."]).0, 2, "a site is never written over");
    let (code, _, stderr) = run(&site, &["build", "--drafts"]);
    assert_eq!(code, 1, "the new page's summary is still to be written: {stderr}");
    let (code, _, stderr) = run(&site, &["check"]);
    assert_eq!(
        (code, stderr.as_str()),
        (0, "3 pages: nothing found. 2 drafts are left out, from content/first-steps.md to content/guidance/review.md.\n")
    );
    assert_eq!(run(&site, &["new", "workbook", "first-steps"]).0, 2, "neither the questions nor the page are written over");
    let page = site.join("content/first-steps.md");
    let text = fs::read_to_string(&page).expect("the e-workbook has a page");
    put(&site, "content/first-steps.md", &text.replace("summary = \"\"", "summary = \"What comes first.\"").replace("draft = true\n", ""));
    assert_eq!(run(&site, &["build"]).0, 0);
    let html = fs::read_to_string(site.join("public/first-steps/index.html")).expect("the page is published");
    assert_eq!(html.matches("data-question=").count(), 3);
}

#[test]
fn search_answers_in_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    let (code, stdout, _) = run(folder.path(), &["search", "first", "page"]);
    assert_eq!(code, 0);
    assert!(stdout.lines().nth(1).is_some_and(|line| line.trim() == "/a/"), "{stdout}");
    put(folder.path(), "queries.jsonl", "{\"id\":\"q1\",\"query\":\"two\",\"kind\":\"fact\",\"grade2\":[\"two\"],\"grade1\":[]}\n");
    let (code, stdout, _) = run(folder.path(), &["search", "--evaluate", "queries.jsonl"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("1.000"), "{stdout}");
}

#[test]
fn completions_know_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, stdout, _) = run(folder.path(), &["completions", "bash"]);
    assert_eq!(code, 0);
    for command in ["build", "check", "new", "search", "completions"] {
        assert!(stdout.contains(command), "{command}");
    }
}

#[test]
fn the_list_of_links_to_other_sites_says_where_they_stand() {
    let folder = tempfile::tempdir().expect("a folder");
    small_site(folder.path());
    put(
        folder.path(),
        "content/a.md",
        "+++\ntitle = \"A\"\nsummary = \"The first page.\"\n+++\n\n## Two\n\n[There](https://there.example/page)\n",
    );
    assert_eq!(run(folder.path(), &["check", "--external-links", "links.txt"]).0, 0);
    assert_eq!(
        fs::read_to_string(folder.path().join("links.txt")).expect("the list is there"),
        "https://there.example/page\tcontent/a.md:8\n"
    );
}

/// Every file of a folder and its bytes.
pub fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    files_in(folder).into_iter().map(|path| (path.to_string_lossy().into_owned(), fs::read(&path).expect("the file can be read"))).collect()
}

#[test]
fn the_readme_lists_every_warning_and_a_case_shows_it() {
    let readme = fs::read_to_string("README.md").expect("the README is there");
    let cases: String = files_in(Path::new("tests/sites"))
        .into_iter()
        .filter(|path| path.ends_with("expected/diagnostics.txt"))
        .map(|path| fs::read_to_string(path).expect("a case's diagnostics are text"))
        .collect();
    for code in signpost::diagnostics::WARNINGS {
        assert!(readme.contains(&format!("`{code}`")), "README.md does not list {code}");
        // `review/due` is asked for by a flag, which its own test gives.
        assert!(code == "review/due" || cases.contains(&format!("[{code}]")), "no case of tests/sites shows {code}");
    }
}
