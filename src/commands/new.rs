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
        Thing::Workbook(id) => workbook(site_dir, id, today)?,
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
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md");
    let text = page_text(site_dir, &title_of(name), today, "\n## In short\n\n\n\n## What to do next\n\n")?;
    write_new(&site_dir.join("content").join(path), &text)
}

/// A page's file with every key that its site requires.
fn page_text(site_dir: &Path, title: &str, today: Date, body: &str) -> anyhow::Result<String> {
    let config_path = site_dir.join("site.toml");
    let text = fs::read_to_string(&config_path).with_context(|| format!("cannot read {}", config_path.display()))?;
    let (config, _) = crate::config::parse(&"site.toml".into(), &text);
    let due = today.saturating_add(jiff::Span::new().years(1));
    let mut lines = vec![format!("title = \"{title}\""), String::from("summary = \"\" # one sentence: what does this page answer?")];
    for key in &config.required_front_matter {
        lines.push(match *key {
            "area" => String::from("area = [] # [\"all\"], or ids of content/data/areas.toml"),
            "audience" => String::from("audience = [\"practitioner\"]"),
            "owner" => String::from("owner = \"\""),
            "reviewed" => format!("reviewed = {today}"),
            "review_due" => format!("review_due = {due}"),
            "sources" => String::from("sources = [] # as in [{ document = \"…\", section = \"…\" }], an id of content/data/documents.toml"),
            other => format!("{other} = []"),
        });
    }
    Ok(format!("+++\n{}\ndraft = true\n+++\n{body}", lines.join("\n")))
}

/// An e-workbook of three kinds of question, and a page that shows it.
fn workbook(site_dir: &Path, id: &str, today: Date) -> anyhow::Result<()> {
    if id.is_empty() || id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        bail!("`{id}` cannot be an e-workbook's id: use small letters, digits and hyphens, at most 64");
    }
    let title = title_of(id);
    let text = format!("id = \"{id}\"\nversion = 1\ntitle = \"{title}\"\n{WORKBOOK}");
    // Beside the other things to learn, where there are some.
    let folder = if site_dir.join("content/learn").is_dir() { "learn/" } else { "" };
    let path = format!("{folder}{id}.md");
    for file in [site_dir.join("quizzes").join(format!("{id}.toml")), site_dir.join("content").join(&path)] {
        if file.exists() {
            bail!("{} is there already", file.display());
        }
    }
    write_new(&site_dir.join("quizzes").join(format!("{id}.toml")), &text)?;
    let body = format!("\n:::workbook {{id={id}}}\n:::\n");
    write_new(&site_dir.join("content").join(&path), &page_text(site_dir, &title, today, &body)?)?;
    report::print(format_args!(
        "Fill in what is empty at the head of content/{path}. `signpost serve` shows it at /{folder}{id}/, drafts included.\n"
    ));
    Ok(())
}

const WORKBOOK: &str = r#"summary = "One sentence: what does a learner know afterwards?"
minutes = 10
confirm = "manager" # or "none": practice, nothing is sent

# Each question may name the passage that answers it: see = "guidance/first-page.md#in-short"

[[question]]
id = "first-step"
type = "single"
prompt = "What comes first?"
feedback = "Why this is so, in a sentence."
shuffle = true
choices = [
  { text = "The right step", correct = true },
  { text = "Another step", feedback = "Why not this one." },
]

[[question]]
id = "how-many"
type = "number"
prompt = "How many working days are there in a week?"
answer = 5
feedback = "Monday to Friday."

[[question]]
id = "in-your-words"
type = "open"
prompt = "What would you do next, and why?"
# For the talk between learner and manager. It is a public file: write nothing secret.
look_for = ["a point that a good answer holds"]
"#;

/// A title from a name of a file: `fire-safety` is “Fire safety”.
fn title_of(name: &str) -> String {
    let words = name.replace('-', " ");
    words.chars().take(1).flat_map(char::to_uppercase).chain(words.chars().skip(1)).collect()
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
