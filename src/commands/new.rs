//! `signpost new`: a site, a page or an e-workbook to start from. Never writes over a file.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::civil::Date;

use crate::site::structure::is_plain_name;

use super::{Outcome, report};

/// What `signpost new` was asked for.
#[derive(Debug, Clone)]
pub enum Thing {
    Site(PathBuf),
    /// A path below `content/`: `guidance/review.md`.
    Page(String),
    Workbook(String),
}

pub fn run(site_dir: &Path, thing: &Thing, today: Date) -> anyhow::Result<Outcome> {
    match thing {
        Thing::Site(folder) => site(folder, today)?,
        Thing::Page(path) => page(site_dir, path, today)?,
        Thing::Workbook(id) => workbook(site_dir, id)?,
    }
    Ok(Outcome::Done)
}

/// A site of three pages that builds without a finding.
fn site(folder: &Path, today: Date) -> anyhow::Result<()> {
    for name in ["site.toml", "content"] {
        if folder.join(name).exists() {
            bail!("{} has a {name} already", folder.display());
        }
    }
    let due = today.saturating_add(jiff::Span::new().years(1));
    let dates = format!("reviewed = {today}\nreview_due = {due}");
    let home = format!(
        "+++\ntitle = \"Our toolkit\"\nsummary = \"Guidance for people who work with children and families.\"\n{dates}\n+++\n\n:::pages\n:::\n"
    );
    let guidance =
        format!("+++\ntitle = \"Guidance\"\nsummary = \"What to do, step by step.\"\n{dates}\nweight = 10\n+++\n\n:::pages\n:::\n");
    let first = format!(
        "+++\ntitle = \"A first page\"\nsummary = \"One sentence that says what the page answers.\"\nalso_asked = [\"What do people type to find this?\"]\n{dates}\n+++\n\n## In short\n\n- The answer, in one line.\n\n## What to do next\n\nGo back to [all guidance](index.md).\n"
    );
    let config = "title = \"Our toolkit\"\nbase_url = \"https://toolkit.example\" # where readers will find it\nlanguage = \"en-GB\"\ndescription = \"Guidance for people who work with children and families.\"\n\n[front_matter]\nrequired = [\"reviewed\", \"review_due\"]\n";
    write_new(&folder.join("site.toml"), config)?;
    write_new(&folder.join("content/index.md"), &home)?;
    write_new(&folder.join("content/guidance/index.md"), &guidance)?;
    write_new(&folder.join("content/guidance/first-page.md"), &first)?;
    // A folder that is a repository already has one; its owner knows what belongs in it.
    if !folder.join(".gitignore").exists() {
        write_new(&folder.join(".gitignore"), "/public\n/.public.*\n/var\n")?;
    }
    report::print(format_args!("Look at it with `signpost serve --site {}`.\n", folder.display()));
    Ok(())
}

/// A page with every key that its site requires.
fn page(site_dir: &Path, path: &str, today: Date) -> anyhow::Result<()> {
    let path = path.strip_prefix("content/").unwrap_or(path);
    let is_below_content = !path.starts_with('/')
        && path.split('/').all(|part| !part.is_empty() && part != ".." && !part.starts_with('.') && is_plain_name(part));
    if !is_below_content || !path.ends_with(".md") {
        bail!("`{path}` is not a page's path: name a file below content/ that ends in .md, as in guidance/review.md");
    }
    let config_path = site_dir.join("site.toml");
    let text = fs::read_to_string(&config_path).with_context(|| format!("cannot read {}", config_path.display()))?;
    let (config, _) = crate::config::parse(&"site.toml".into(), &text);
    let due = today.saturating_add(jiff::Span::new().years(1));
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md").replace('-', " ");
    let title: String = name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect();
    let mut lines = vec![format!("title = \"{title}\""), String::from("summary = \"\" # one sentence: what does this page answer?")];
    for key in &config.required_front_matter {
        lines.push(match *key {
            "area" => String::from("area = [] # ids of content/data/areas.toml, or \"all\""),
            "audience" => String::from("audience = [\"practitioner\"]"),
            "owner" => String::from("owner = \"\""),
            "reviewed" => format!("reviewed = {today}"),
            "review_due" => format!("review_due = {due}"),
            "sources" => String::from("sources = [] # { document = \"…\", section = \"…\" }, ids of content/data/documents.toml"),
            other => format!("{other} = []"),
        });
    }
    let text = format!("+++\n{}\ndraft = true\n+++\n\n## In short\n\n\n\n## What to do next\n\n", lines.join("\n"));
    write_new(&site_dir.join("content").join(path), &text)
}

fn workbook(site_dir: &Path, id: &str) -> anyhow::Result<()> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        bail!("`{id}` cannot be an e-workbook's id: use small letters, digits and hyphens");
    }
    let text = format!(
        "id = \"{id}\"\nversion = 1\ntitle = \"{id}\"\nsummary = \"One sentence: what does a learner know afterwards?\"\nminutes = 30\nconfirm = \"manager\"\n\n[[question]]\nid = \"q1\"\ntype = \"open\"\nprompt = \"What would you do first?\"\n# see = \"guidance/first-page.md#in-short\"   the passage that answers it\n# look_for and model_answer are public files: write nothing there that is secret\nlook_for = [\"a point that a good answer holds\"]\n"
    );
    write_new(&site_dir.join("quizzes").join(format!("{id}.toml")), &text)
}

/// Writes a file that must not be there yet, and says so.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let file = fs::OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).with_context(|| format!("cannot write {}", path.display()))?;
    report::print(format_args!("wrote {}\n", path.display()));
    Ok(())
}
