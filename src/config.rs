//! `site.toml`: what holds for the whole site.
//!
//! In: the file's text. Out: [`SiteConfig`], complete, and what was wrong with it.

use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::fields::{self, Fields, Kind, Placed};
use crate::theme;

/// Settings of a site. A setting that is not given has the value its comment names.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    pub file: FilePath,
    pub title: String,
    /// For window titles and small screens. Default: the title.
    pub short_title: String,
    pub description: String,
    /// `https://toolkit.example`, without a slash at its end.
    pub base_url: String,
    /// Of the text, as in `lang`. Default: `en-GB`.
    pub language: String,
    /// The area whose figures come first. Default: none.
    pub host_area: Option<Placed<String>>,
    /// Default: `signpost`.
    pub theme: Placed<String>,
    /// Front matter keys that every page must have, besides `title` and `summary`.
    pub required_front_matter: Vec<&'static str>,
    pub navigation: Navigation,
    /// Where it is asked for that the search index is written a second time, for tools that read elasticlunr's format.
    pub elasticlunr: Option<Span>,
}

/// Pages named for the menus, as paths below `content/`.
#[derive(Debug, Clone, Default)]
pub struct Navigation {
    /// Default: the sections at the top of the site, by weight.
    pub main: Vec<Placed<String>>,
    pub footer: Vec<Placed<String>>,
}

/// Front matter keys that a site may require.
pub const OPTIONAL_FRONT_MATTER: [&str; 7] = ["area", "audience", "owner", "reviewed", "review_due", "sources", "also_asked"];

const KIND: Kind = Kind { code: "config", words: "site.toml" };

/// Reads `site.toml`.
pub fn parse(file: &FilePath, text: &str) -> (SiteConfig, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let config = fields::read(KIND, file, text, 0..text.len(), &mut found, |fields| read(file, fields));
    (config, found)
}

fn read(file: &FilePath, fields: &mut Fields<'_>) -> SiteConfig {
    let title = fields.required_prose("title").map(|title| title.value).unwrap_or_default();
    let base_url = fields.required_text("base_url").map(|address| checked_base_url(fields, &address)).unwrap_or_default();
    let short_title = fields.text("short_title").map_or_else(|| title.clone(), |short| short.value);
    SiteConfig {
        file: file.clone(),
        short_title,
        description: fields.prose("description"),
        base_url,
        language: fields.text("language").map_or_else(|| String::from("en-GB"), |language| language.value),
        host_area: fields.text("host_area"),
        theme: fields.text("theme").map_or_else(
            || Placed { value: String::from(theme::DEFAULT), span: Span::file_start(file) },
            |name| checked_theme(fields, name),
        ),
        required_front_matter: fields.table("front_matter", "[front_matter]", required_keys).unwrap_or_default(),
        navigation: fields
            .table("navigation", "[navigation]", |table| Navigation { main: table.texts("main"), footer: table.texts("footer") })
            .unwrap_or_default(),
        elasticlunr: fields
            .table("search", "[search]", |table| table.boolean("elasticlunr"))
            .flatten()
            .filter(|is_wanted| is_wanted.value)
            .map(|is_wanted| is_wanted.span),
        title,
    }
}

/// An address that pages can be joined to. `--base-url` is checked by the same rule.
pub fn base_url(written: &str) -> Result<String, &'static str> {
    let address = written.trim_end_matches('/');
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match rest {
        None => Err("the site's address begins with `https://`"),
        Some(rest)
            if rest.is_empty()
                || rest.contains(|character: char| {
                    character.is_whitespace() || matches!(character, '"' | '<' | '>' | '?' | '#' | ';' | '\'')
                }) =>
        {
            Err("this is not the address of a site")
        }
        Some(_) => Ok(address.to_owned()),
    }
}

/// Whether an address is that of the machine itself, which no reader elsewhere can open.
pub fn is_loopback(base_url: &str) -> bool {
    let host = base_url.split("://").nth(1).unwrap_or("").split('/').next().unwrap_or("");
    host == "localhost" || host.starts_with("localhost:") || host.starts_with("127.") || host.starts_with("[::1]")
}

fn checked_base_url(fields: &mut Fields<'_>, address: &Placed<String>) -> String {
    base_url(&address.value).unwrap_or_else(|message| {
        fields
            .report("base-url", address.span.clone(), message)
            .help
            .push(String::from("write it as in `base_url = \"https://toolkit.example\"`"));
        String::new()
    })
}

fn checked_theme(fields: &mut Fields<'_>, name: Placed<String>) -> Placed<String> {
    let is_folder_name =
        !name.value.is_empty() && name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_folder_name {
        fields.report("theme", name.span.clone(), "a theme's name is that of a folder below `themes/`");
    }
    name
}

fn required_keys(fields: &mut Fields<'_>) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for written in fields.texts("required") {
        match OPTIONAL_FRONT_MATTER.iter().find(|key| **key == written.value) {
            Some(key) => keys.push(*key),
            None => unknown_required(fields, written),
        }
    }
    keys
}

fn unknown_required(fields: &mut Fields<'_>, written: Placed<String>) {
    let known = crate::diagnostics::one_of(OPTIONAL_FRONT_MATTER);
    let span: Span = written.span;
    fields.report("required", span, format!("`{}` is not a key that a site can require", written.value)).help.push(format!("use {known}"));
}
