//! Sites for tests: built from a folder without the disk being written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use signpost::diagnostics::text::{self, Style};
use signpost::pipeline::{self, BuildOptions, Built};
use signpost::sources;

/// The day on which every test builds.
pub const TODAY: &str = "2026-03-02";

/// The `signpost` that was built with these tests.
pub fn signpost() -> Command {
    let mut command = Command::cargo_bin("signpost").expect("the binary was built with the tests");
    command.env("NO_COLOR", "1");
    command
}

/// Builds the site in a folder. A site that names the theme `plain` gets the one of `tests/plain-theme`.
pub fn build(folder: &Path, drafts: bool) -> (Built, String) {
    let (mut sources, mut found) = sources::read(folder).expect("a test's folder is a site");
    for (inner, text) in plain_theme() {
        sources.texts.insert(format!("themes/plain/{inner}").into(), text);
    }
    let today = TODAY.parse().expect("the day is a date");
    let mut built = pipeline::build(&sources, &BuildOptions { drafts, ..BuildOptions::on(today) });
    found.append(&mut built.found);
    let drawn = found.iter().map(|diagnostic| text::draw(diagnostic, &built.texts, Style::Plain)).collect();
    built.found = found;
    (built, drawn)
}

/// Builds the site in a folder with one of its files changed in memory.
pub fn build_with(folder: &Path, file: &str, change: impl Fn(&str) -> String) -> Built {
    let (mut sources, _) = sources::read(folder).expect("a test's folder is a site");
    let text = sources.texts.get_mut(file).expect("the file is there");
    *text = change(text).into();
    pipeline::build(&sources, &BuildOptions::on(TODAY.parse().expect("the day is a date")))
}

fn plain_theme() -> Vec<(String, Arc<str>)> {
    files_in(Path::new("tests/plain-theme"))
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("the theme's files are text");
            let inner = path.strip_prefix("tests/plain-theme").expect("the file is below the theme's folder");
            (inner.to_string_lossy().replace('\\', "/"), text.into())
        })
        .collect()
}

/// Every file below a folder, in order.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return files };
    // A folder that is being written to or taken away may lose an entry while it is read.
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_in(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Writes a file of a test's own folder, and the folders above it.
#[expect(clippy::disallowed_methods, reason = "a test makes its own sites in folders of its own")]
pub fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("the file has a folder")).expect("the folder can be made");
    std::fs::write(path, text).expect("the file can be written");
}

/// A small site without mistakes: a home page and two pages that link to each other.
pub fn small_site(folder: &Path) {
    put(folder, "site.toml", "title = \"Small\"\nbase_url = \"https://small.example\"\n");
    put(folder, "content/index.md", "+++\ntitle = \"Home\"\nsummary = \"Where it begins.\"\n+++\n\n## One\n\n[A](a.md#two)\n");
    put(folder, "content/a.md", "+++\ntitle = \"A\"\nsummary = \"The first page.\"\n+++\n\n## Two\n\n[Home](index.md)\n");
}
