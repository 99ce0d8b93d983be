//! The TOML between the `+++` lines at the head of a page.

use std::ops::Range;

use jiff::civil::Date;

use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::fields::{self, Fields, Kind, Placed};

/// What a page says about itself. `title` and `summary` are never empty in a page without errors.
#[derive(Debug, Clone)]
pub struct FrontMatter {
    pub title: Placed<String>,
    /// One sentence; also the page's description.
    pub summary: Placed<String>,
    /// Ids of `areas.toml`, or `all`.
    pub areas: Vec<Placed<String>>,
    pub audience: Vec<Audience>,
    pub owner: String,
    pub reviewed: Option<Date>,
    pub review_due: Option<Placed<Date>>,
    pub sources: Vec<SourceReference>,
    /// Questions that people type into the search box.
    pub also_asked: Vec<String>,
    /// Files of the pages that help with this one, below `content/`.
    pub tools: Vec<Placed<String>>,
    /// Old addresses, which redirect here.
    pub aliases: Vec<Placed<String>>,
    pub changes: Vec<Change>,
    /// Order in its section, smallest first; pages without a weight come last, by title.
    pub weight: Option<i64>,
    pub is_draft: bool,
    /// Whether the page belongs in printed collections.
    pub print: bool,
    /// Whether glossary terms are linked where they are first used. Default: yes.
    pub links_terms: bool,
}

/// Who a page is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Learner,
    Practitioner,
    Manager,
}

/// A document that a page rests on.
#[derive(Debug, Clone)]
pub struct SourceReference {
    /// Id in `documents.toml`.
    pub document: Placed<String>,
    pub section: String,
}

/// A dated note of what changed.
#[derive(Debug, Clone)]
pub struct Change {
    pub date: Date,
    pub note: String,
}

const KIND: Kind = Kind { code: "front-matter", words: "front matter" };

/// Reads front matter. `required` are the keys that the site asks for besides `title` and `summary`.
pub fn parse(file: &FilePath, text: &str, slice: Range<usize>, required: &[&'static str], found: &mut Vec<Diagnostic>) -> FrontMatter {
    fields::read(KIND, file, text, slice, found, |fields| read(file, fields, required))
}

fn read(file: &FilePath, fields: &mut Fields<'_>, required: &[&'static str]) -> FrontMatter {
    for key in required {
        fields.require(key);
    }
    let nothing = || Placed { value: String::new(), span: Span::file_start(file) };
    let front_matter = FrontMatter {
        title: fields.required_prose("title").unwrap_or_else(nothing),
        summary: fields.required_prose("summary").unwrap_or_else(nothing),
        areas: fields.texts("area"),
        audience: audience(fields),
        owner: fields.prose("owner"),
        reviewed: fields.date("reviewed").map(|date| date.value),
        review_due: fields.date("review_due"),
        sources: fields
            .tables("sources", "source", |source| {
                let document = source.required_text("document")?;
                Some(SourceReference { document, section: source.prose("section") })
            })
            .into_iter()
            .flatten()
            .collect(),
        also_asked: fields.texts("also_asked").into_iter().map(|question| question.value).collect(),
        tools: fields.texts("tools"),
        aliases: aliases(fields),
        changes: fields
            .tables("changes", "change", |change| {
                change.require("date");
                let date = change.date("date");
                let note = change.required_prose("note");
                Some(Change { date: date?.value, note: note?.value })
            })
            .into_iter()
            .flatten()
            .collect(),
        weight: fields.integer("weight").map(|weight| weight.value),
        is_draft: fields.boolean_or("draft", false),
        print: fields.boolean_or("print", true),
        links_terms: fields.boolean_or("glossary", true),
    };
    if let (Some(reviewed), Some(due)) = (front_matter.reviewed, &front_matter.review_due)
        && due.value <= reviewed
    {
        fields.report("dates", due.span.clone(), format!("the next review is due on or before the day of the last one, {reviewed}"));
    }
    front_matter
}

fn audience(fields: &mut Fields<'_>) -> Vec<Audience> {
    let mut audience = Vec::new();
    for written in fields.texts("audience") {
        match written.value.as_str() {
            "learner" => audience.push(Audience::Learner),
            "practitioner" => audience.push(Audience::Practitioner),
            "manager" => audience.push(Audience::Manager),
            other => {
                let message = format!("`{other}` is not an audience");
                fields.report("value", written.span, message).help.push(String::from("use `learner`, `practitioner` or `manager`"));
            }
        }
    }
    audience
}

/// Old addresses are folders: `/old/place/`.
fn aliases(fields: &mut Fields<'_>) -> Vec<Placed<String>> {
    let mut aliases = Vec::new();
    for alias in fields.texts("aliases") {
        let parts_are_plain = alias.value.split('/').all(|part| {
            part != ".." && part != "." && part.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.'))
        });
        if alias.value.len() > 1
            && alias.value.starts_with('/')
            && alias.value.ends_with('/')
            && !alias.value.contains("//")
            && parts_are_plain
        {
            aliases.push(alias);
        } else {
            let message = format!("`{}` is not an old address of this site", alias.value);
            fields.report("alias", alias.span, message).help.push(String::from("write it from the site's root, as in `/old/place/`"));
        }
    }
    aliases
}
