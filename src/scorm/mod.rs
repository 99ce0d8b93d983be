//! A package of an e-workbook's reading and knowledge checks, to be run by a learning system (SCORM 1.2 or SCORM 2004, 4th edition).
//!
//! In: the linked [`Site`] and its theme. Out: the files of a package. All of it is one document that needs no file but its own: a
//! session with a learning system ends with the document it began in. What is confirmed by a manager is not in it: answers go to the
//! inbox from the site alone, and the package says so.

mod course;
mod document;
mod links;
mod manifest;

use std::collections::BTreeMap;

use crate::address::OutputPath;
use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::render::{self, Outputs, RenderOptions};
use crate::site::{Site, Workbook};
use crate::theme::Theme;

use course::Course;
use document::Drawing;
use manifest::Manifest;

/// The standards that a package can be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    Scorm12,
    Scorm2004,
}

impl Version {
    pub const ALL: [Self; 2] = [Self::Scorm12, Self::Scorm2004];

    /// As files, the script and people name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scorm12 => "1.2",
            Self::Scorm2004 => "2004",
        }
    }
}

/// A package's files, and how much there is to do in it.
pub struct Package {
    pub outputs: Outputs,
    pub n_pages: usize,
    pub n_questions: usize,
}

/// The document that the learning system opens.
const LAUNCH: &str = "index.html";

/// Makes the package of an e-workbook. Pictures are taken from the site's release. Err: a template or a script of the theme cannot be used.
pub fn package(
    site: &Site,
    theme: &Theme,
    release: &Outputs,
    options: &RenderOptions,
    workbook: &Workbook,
    version: Version,
) -> Result<Package, Vec<Diagnostic>> {
    let course = Course::of(workbook, site);
    render::excerpts(site, theme, options, |excerpts| {
        let mut drawing = Drawing::new(site, &course, options, excerpts);
        let document = drawing.document(version).map_err(|diagnostic| vec![diagnostic])?;
        let mut outputs = Outputs::default();
        outputs.insert(OutputPath::new(LAUNCH), document.into_bytes());
        outputs.insert(OutputPath::new("package.css"), excerpts.style_sheet().into_bytes());
        outputs.insert(OutputPath::new("package.js"), excerpts.script("scripts/scorm.mjs")?.into_bytes());
        for path in drawing.pictures {
            let bytes = release.get(&path).ok_or_else(|| vec![no_such_picture(&path, theme)])?;
            outputs.insert(OutputPath::new(path), bytes.to_vec());
        }
        let definition = &workbook.definition;
        let manifest = Manifest {
            identifier: &format!("signpost-{}-{}", definition.id, definition.version),
            version: definition.version,
            title: &definition.title,
            launch: LAUNCH,
            files: outputs.iter().map(|(path, _)| path.as_str()).collect(),
        };
        let manifest = manifest.to_xml(version);
        outputs.insert(OutputPath::new("imsmanifest.xml"), manifest.into_bytes());
        Ok(Package { outputs, n_pages: course.readings.len(), n_questions: n_questions(&course) })
    })
}

fn no_such_picture(path: &str, theme: &Theme) -> Diagnostic {
    let template = FilePath::from(format!("themes/{}/templates/scorm-page.html", theme.name));
    Diagnostic::error(
        "template/error",
        Span::file_start(&template),
        format!("a page of the package shows `{path}`, which the site does not have"),
    )
}

/// How many questions each learner gets.
fn n_questions(course: &Course<'_>) -> usize {
    let mut pools: BTreeMap<(&str, usize), (usize, usize)> = BTreeMap::new();
    let mut n = 0;
    for check in course.questions() {
        match check.pool {
            None => n += 1,
            Some((section, size)) => pools.entry((check.quiz(), section)).or_insert((0, size)).0 += 1,
        }
    }
    n + pools.into_values().map(|(n_there, size)| n_there.min(size)).sum::<usize>()
}
