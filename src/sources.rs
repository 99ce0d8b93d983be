//! The site folder, read once.
//!
//! In: the folder. Out: every file that a site is made of, by path. Nothing else in the generator reads the site from
//! disk, so each later stage can be tested without one. Nothing is left out in silence but what editors and systems leave
//! behind (names that begin with a dot or end in `~`, `node_modules`): a file that cannot be read, is not UTF-8 or has an
//! ending that would hide a page is reported.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diagnostics::{Diagnostic, FilePath, Span, Texts};

/// Every file of a site, by path below the site folder. `BTreeMap`s, so that whatever is made from them has one order.
#[derive(Debug, Default)]
pub struct Sources {
    /// `site.toml` and JSON files beside it, pages, data files, quizzes, and the text files of the site's own theme.
    pub texts: Texts,
    /// Pictures and other files beside the pages, and the binary files of the site's own theme.
    pub assets: BTreeMap<FilePath, Arc<[u8]>>,
}

impl Sources {
    /// The texts below a folder (`content/data/`) with an ending (`.toml`), in order.
    pub fn texts_in<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a FilePath, &'a Arc<str>)> {
        self.texts
            .range::<str, _>((std::ops::Bound::Included(folder), std::ops::Bound::Unbounded))
            .take_while(move |(path, _)| path.starts_with(folder))
            .filter(move |(path, _)| path.ends_with(ending))
    }
}

/// Folders of a site folder that hold sources. Everything else beside them (`public`, `var`, …) is not looked at.
const FOLDERS: [&str; 3] = ["content", "quizzes", "themes"];

/// Endings read as text; anything else is carried along as bytes.
const TEXT_ENDINGS: [&str; 10] = ["json", "md", "toml", "html", "xml", "css", "mjs", "js", "svg", "txt"];

/// Reads a site folder. Err: the folder is not there or is no site.
pub fn read(site_dir: &Path) -> anyhow::Result<(Sources, Vec<Diagnostic>)> {
    if !site_dir.join("site.toml").is_file() {
        anyhow::bail!(
            "{} is not a site: it has no site.toml (try `signpost new site DIR`, or name the folder with `--site`)",
            site_dir.display()
        );
    }
    let mut found = Vec::new();
    let mut paths = vec![String::from("site.toml")];
    paths.append(&mut json_files(site_dir)?);
    for folder in FOLDERS {
        walk(site_dir, folder, &mut paths, &mut found)?;
    }
    let read: Vec<(FilePath, std::io::Result<Vec<u8>>)> = paths
        .into_par_iter()
        .map(|path| {
            let bytes = fs::read(site_dir.join(&path));
            (FilePath::from(path), bytes)
        })
        .collect();
    let mut sources = Sources::default();
    for (path, bytes) in read {
        match bytes {
            Ok(bytes) => keep(&mut sources, path, bytes, &mut found),
            Err(error) => found.push(Diagnostic::error(
                "sources/unreadable",
                Span::file_start(&path),
                format!("this file could not be read: {error}"),
            )),
        }
    }
    Ok((sources, found))
}

/// JSON files beside `site.toml`, in order: `[inbox] keys` names one.
fn json_files(site_dir: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    let entries = fs::read_dir(site_dir).with_context(|| format!("cannot read the folder {}", site_dir.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the folder {}", site_dir.display()))?;
        if let Some(name) = entry.file_name().to_str().filter(|name| name.ends_with(".json") && !name.starts_with('.')) {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Lists the files of one folder, hidden and backup files left out.
fn walk(site_dir: &Path, folder: &str, paths: &mut Vec<String>, found: &mut Vec<Diagnostic>) -> anyhow::Result<()> {
    let root = site_dir.join(folder);
    if !root.is_dir() {
        return Ok(());
    }
    let visible = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !(name.starts_with('.') || name.ends_with('~') || name == "node_modules")
    };
    for entry in WalkDir::new(&root).follow_links(true).sort_by_file_name().into_iter().filter_entry(visible) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = FilePath::from(folder);
                found.push(Diagnostic::error(
                    "sources/unreadable",
                    Span::file_start(&path),
                    format!("a file or folder could not be read: {error}"),
                ));
                continue;
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        let relative = entry.path().strip_prefix(site_dir).context("a file of the site lies outside of it")?;
        let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
        match parts {
            Some(parts) => paths.push(parts.join("/")),
            None => found.push(Diagnostic::error(
                "sources/name",
                Span::file_start(&FilePath::from(relative.to_string_lossy().replace('\\', "/"))),
                "this file's name is not UTF-8, so it can have no address",
            )),
        }
    }
    Ok(())
}

/// Sorts one file into texts or assets.
fn keep(sources: &mut Sources, path: FilePath, bytes: Vec<u8>, found: &mut Vec<Diagnostic>) {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_page_by_another_name = matches!(ending.to_ascii_lowercase().as_str(), "markdown" | "mdown" | "mkd" | "md") && ending != "md";
    if path.starts_with("content/") && is_page_by_another_name {
        found.push(
            Diagnostic::error("sources/ending", Span::file_start(&path), format!("a page's file ends in `.md`, this one in `.{ending}`"))
                .with_help("rename it, or it would be missing from the site"),
        );
    }
    let is_of_toml_folder = path.starts_with("content/data/") || path.starts_with("quizzes/");
    if is_of_toml_folder && ending != "toml" {
        let message = format!("this folder holds files that end in `.toml`, and this one ends in `.{ending}`");
        found.push(Diagnostic::error("sources/ending", Span::file_start(&path), message).with_help("rename it, or it would not be read"));
        return;
    }
    if !TEXT_ENDINGS.contains(&ending) {
        sources.assets.insert(path, bytes.into());
        return;
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            // Windows editors end lines with two characters and may begin the file with a mark: neither means anything here,
            // and taking them out keeps every byte offset true to the text that is quoted.
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            let text: Arc<str> = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() };
            sources.texts.insert(path, text);
        }
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            found.push(
                Diagnostic::error(
                    "sources/not-utf-8",
                    Span::new(&path, valid..valid + char::REPLACEMENT_CHARACTER.len_utf8()),
                    "this file is not UTF-8 text",
                )
                .with_help("save it again with the encoding UTF-8"),
            );
            sources.texts.insert(path, text.into());
        }
    }
}
