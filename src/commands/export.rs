//! `signpost export scorm`: an e-workbook's reading and knowledge checks for a learning system.

use std::path::PathBuf;

use jiff::civil::Date;

use crate::config;
use crate::diagnostics::{one_of, suggestion};
use crate::pipeline::{self, BuildOptions};
use crate::publish;
use crate::quiz::Confirm;
use crate::render::RenderOptions;
use crate::scorm::{self, Version};
use crate::site::Site;
use crate::sources;

use super::Outcome;
use super::report::{self, Format};

/// What `signpost export scorm` was asked for.
#[derive(Debug, Clone)]
pub struct Options {
    pub site_dir: PathBuf,
    pub workbook: String,
    /// None: one package for each.
    pub version: Option<Version>,
    /// None: named by the e-workbook and the version, in the current folder.
    pub output: Option<PathBuf>,
    pub base_url: Option<String>,
    pub today: Option<Date>,
}

pub fn run(options: Options) -> anyhow::Result<Outcome> {
    let Options { site_dir, workbook, version, output, base_url, today } = options;
    let has_base_url = base_url.is_some();
    let base_url = super::base_url(base_url)?;
    let (sources, mut found) = sources::read(&site_dir)?;
    let today = today.unwrap_or_else(super::today);
    let mut built = pipeline::build(&sources, &BuildOptions { base_url, ..BuildOptions::on(today) });
    found.append(&mut built.found);
    let nothing_written = |found: &[_]| {
        let outcome = report::show(found, &built.texts, Format::Text);
        if outcome == Outcome::ContentErrors {
            report::say(format_args!("{}. Nothing was written.", report::summary(found)));
        }
        outcome
    };
    if nothing_written(&found) == Outcome::ContentErrors {
        return Ok(Outcome::ContentErrors);
    }
    let site = &built.site;
    if config::is_loopback(&site.config.base_url) && !has_base_url {
        anyhow::bail!(
            "site.toml gives {} as the site's address, which a learning system cannot open: write the real one, or name it with --base-url",
            site.config.base_url
        );
    }
    let release = &built.rendered.as_ref().expect("a site without errors has been rendered").outputs;
    let named = site.workbooks.iter().find(|known| known.definition.id == workbook).ok_or_else(|| unknown(&workbook, site))?;
    let render_options = RenderOptions { base_url: site.config.base_url.clone(), today, preview_script: None, inbox: None };
    for version in Version::ALL.into_iter().filter(|known| version.is_none_or(|asked| asked == *known)) {
        let package = match scorm::package(site, &built.theme, release, &render_options, named, version) {
            Ok(package) => package,
            Err(found) => return Ok(nothing_written(&found)),
        };
        if package.n_pages == 0 && package.n_questions == 0 {
            anyhow::bail!(
                "`{workbook}` names no page to read and has no question for a package: give its questions a `see`, or write `confirm = \"none\"` to export the questions themselves"
            );
        }
        let path = output.clone().unwrap_or_else(|| PathBuf::from(format!("{workbook}-scorm-{}.zip", version.word())));
        publish::zip::write(&package.outputs, &path)?;
        report::say(format_args!(
            "{}: SCORM {}, {} to read, {}.",
            path.display(),
            version.word(),
            counted(package.n_pages, "page"),
            counted(package.n_questions, "question")
        ));
        if named.quiz.confirm == Confirm::Manager {
            report::say(format_args!("The e-workbook's own questions are not in it: a manager confirms them on the site."));
        }
    }
    Ok(Outcome::Done)
}

fn counted(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

fn unknown(workbook: &str, site: &Site) -> anyhow::Error {
    let ids = || site.workbooks.iter().map(|known| known.definition.id.as_str());
    let near =
        suggestion(workbook, ids()).map_or_else(|| format!("quizzes/ has {}", one_of(ids())), |near| format!("did you mean `{near}`?"));
    anyhow::anyhow!("there is no e-workbook `{workbook}`: {near}")
}
