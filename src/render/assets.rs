//! Styles, scripts and pictures of the theme, under names that change with their bytes.
//!
//! A name with a fingerprint can be kept by a browser for ever, and a page never meets the style sheet of another release.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::address::OutputPath;
use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::expand;
use crate::site::{Site, directives};
use crate::template::Templates;
use crate::theme::Theme;

use super::scripts;

/// Where the files that every page loads are, from the site's root, and their bytes.
#[derive(Debug, Default)]
pub(super) struct Assets {
    pub css: String,
    pub site_js: String,
    pub search_js: String,
    /// The scripts of directives, by the directive's name.
    pub scripts: BTreeMap<&'static str, String>,
    /// What some of them load later.
    pub after: BTreeMap<&'static str, String>,
    /// The sheets of directives, by the directive's name.
    pub styles: BTreeMap<&'static str, String>,
    pub icon: String,
    pub files: BTreeMap<OutputPath, Arc<[u8]>>,
}

/// Puts the theme's files together.
pub(super) fn build(theme: &Theme, site: &Site, templates: &Templates) -> (Assets, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut assets = Assets::default();
    assets.css = assets.add("assets/site", "css", style_sheet(theme).into_bytes());
    for (entry, name) in [("scripts/site.mjs", "site"), ("scripts/search.mjs", "search")] {
        let script = scripts::join(entry, "", theme, &mut found);
        let address = assets.add(&format!("assets/{name}"), "js", script.into_bytes());
        if name == "site" {
            assets.site_js = address;
        } else {
            assets.search_js = address;
        }
    }
    let used: BTreeSet<&str> = site.pages.values().flat_map(|page| directives::scripts_of(&page.body)).collect();
    for name in used {
        let script = scripts::join(&format!("scripts/{name}.mjs"), "", theme, &mut found);
        let address = assets.add(&format!("assets/{name}"), "js", script.into_bytes());
        assets.scripts.insert(name, address);
        if APART.contains(&name) {
            let address = assets.add(&format!("assets/{name}"), "css", style_sheet_of(name, theme).into_bytes());
            assets.styles.insert(name, address);
        }
        let entry = format!("scripts/{name}-after.mjs");
        if theme.texts.contains_key(entry.as_str()) {
            match expand::after_views(site, templates, theme) {
                Ok(views) => {
                    let views: serde_json::Map<String, Value> = views.into_iter().map(|(id, html)| (id, html.as_str().into())).collect();
                    let first = format!("const AFTER_VIEWS={}\n", Value::Object(views));
                    let script = scripts::join(&entry, &first, theme, &mut found);
                    let address = assets.add(&format!("assets/{name}-after"), "js", script.into_bytes());
                    assets.after.insert(name, address);
                }
                Err(diagnostic) => found.push(diagnostic),
            }
        }
    }
    // Fonts are for the certificate, which is no page.
    for (path, bytes) in theme.images.iter().filter(|(path, _)| path.starts_with("images/")) {
        let (stem, ending) = path.rsplit_once('.').unwrap_or((path, "bin"));
        let address = assets.add(&format!("assets/{}", stem.trim_start_matches("images/")), ending, bytes.to_vec());
        if path == "images/icon.svg" {
            assets.icon = address;
        }
    }
    if assets.icon.is_empty() {
        let path = FilePath::from(format!("themes/{}/images/icon.svg", theme.name));
        found.push(Diagnostic::error("template/error", Span::file_start(&path), "the theme has no icon"));
    }
    (assets, found)
}

/// Components that one page each has, and so a sheet of their own; that of packages for learning systems is on no page.
const APART: [&str; 4] = ["confirm", "my-training", "scorm", "verify"];

/// The styles that all pages have.
pub(super) fn style_sheet(theme: &Theme) -> String {
    let is_apart = |path: &str| APART.iter().any(|name| path.starts_with(&format!("components/{name}/")));
    let files = theme.texts_in("css/", ".css").chain(theme.texts_in("components/", ".css"));
    files.filter(|(path, _)| !is_apart(path)).map(|(_, file)| without_comments(&file.text)).collect()
}

/// The styles of a component that has a sheet of its own.
pub(super) fn style_sheet_of(name: &str, theme: &Theme) -> String {
    theme.texts_in(&format!("components/{name}/"), ".css").map(|(_, file)| without_comments(&file.text)).collect()
}

impl Assets {
    fn add(&mut self, stem: &str, ending: &str, bytes: Vec<u8>) -> String {
        let name = fingerprinted(stem, ending, &bytes);
        self.files.insert(OutputPath::new(name.as_str()), bytes.into());
        name
    }
}

/// `assets/site.1a2b3c4d5e6f.css`: twelve hexadecimal digits of the SHA-256 of the bytes.
pub(super) fn fingerprinted(stem: &str, ending: &str, bytes: &[u8]) -> String {
    format!("{stem}.{}.{ending}", fingerprint(bytes))
}

/// Twelve hexadecimal digits of the SHA-256 of some bytes.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Style sheets without their comments, indentation and line ends, which are for us and not for readers.
fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("/*") {
        kept.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    kept.push_str(rest);
    let mut css = String::with_capacity(kept.len());
    for line in kept.lines().map(str::trim).filter(|line| !line.is_empty()) {
        // Quoted text keeps its spaces.
        let short = line.replace(" {", "{").replace(", ", ",").replace(" > ", ">");
        let line = if line.contains("content:") { line } else { &short };
        // A declaration of one line: what stands behind its first colon may begin at once.
        match line.split_once(": ").filter(|_| line.ends_with(';')) {
            Some((name, value)) => css.extend([name, ":", value]),
            None => css.push_str(line),
        }
        // Elsewhere a line end is a space like any other, and may part two words.
        if !line.ends_with(['{', '}', ';', ',']) {
            css.push('\n');
        }
    }
    css
}
