//! Everything there is to see in a package, as one document.

use std::collections::BTreeSet;

use crate::address::UrlPath;
use crate::completion::definition;
use crate::completion::digest::{sha256, to_base64url};
use crate::diagnostics::Diagnostic;
use crate::expand;
use crate::html::Html;
use crate::quiz::Confirm;
use crate::render::{self, Excerpts, RenderOptions};
use crate::site::{Page, Site, Workbook};
use crate::template::{TemplateValue, html, list, object, text};

use super::course::{Check, Course, Reading, Text};
use super::links::{self, Places};
use super::{Version, n_questions};

/// What the parts of the document are drawn with.
pub(super) struct Drawing<'a> {
    course: &'a Course<'a>,
    options: &'a RenderOptions,
    excerpts: &'a Excerpts<'a>,
    places: Places<'a>,
    /// The page that a question without a passage is drawn as a part of.
    home: &'a Page,
    /// What the document shows besides, by its path on the site.
    pub pictures: BTreeSet<String>,
}

impl<'a> Drawing<'a> {
    pub fn new(site: &'a Site, course: &'a Course<'a>, options: &'a RenderOptions, excerpts: &'a Excerpts<'a>) -> Self {
        let pages = course.readings.iter().enumerate().filter_map(|(at, reading)| match reading.text {
            Text::Page(page) => Some((page.url.clone(), name_of(reading, at))),
            Text::Words { .. } => None,
        });
        let places = Places { base_url: &options.base_url, pages: pages.collect() };
        let home = site.order.first().map(|path| site.page(path)).expect("a site has a page");
        Self { course, options, excerpts, places, home, pictures: BTreeSet::new() }
    }

    pub fn document(&mut self, version: Version) -> Result<String, Diagnostic> {
        let Course { workbook, home, readings } = self.course;
        let Workbook { quiz, definition, .. } = workbook;
        let base_url = &self.options.base_url;
        let mut values = Vec::new();
        for (at, reading) in readings.iter().enumerate() {
            values.push(self.reading(reading, at)?);
        }
        let package = object(vec![
            ("scorm", text(version.word())),
            ("root", text(format!("{base_url}/"))),
            ("title", text(&definition.title)),
            ("summary", text(&quiz.summary)),
            ("confirms", TemplateValue::from(quiz.confirm == Confirm::Manager)),
            ("workbook_href", text(format!("{base_url}{}", home.map_or("/", UrlPath::as_str)))),
            ("made", text(render::date_in_words(self.options.today))),
            ("n_questions", TemplateValue::from(n_questions(self.course) as u64)),
            ("readings", list(values)),
        ]);
        let document = self.excerpts.document("scorm.html", vec![("package", package)])?;
        Ok(links::open_outside(document.as_str()))
    }

    fn reading(&mut self, reading: &Reading<'_>, at: usize) -> Result<TemplateValue, Diagnostic> {
        let name = name_of(reading, at);
        let (title, content, words) = match reading.text {
            Text::Page(page) => {
                let content = links::with_own_ids(&self.excerpts.page(page, "scorm-page.html")?, &name);
                (page.front_matter.title.value.as_str(), self.places.with_links(&content, &page.url, &mut self.pictures), Html::default())
            }
            Text::Words { title, words } => (title, Html::default(), expand::prose(words)),
        };
        let mut questions = Vec::new();
        for check in &reading.questions {
            questions.push(self.question(check, reading)?);
        }
        Ok(object(vec![
            ("name", text(&name)),
            ("key", text(to_base64url(&sha256(name.as_bytes())[..6]))),
            ("title", text(title)),
            ("content", html(&content)),
            ("words", html(&words)),
            ("questions", list(questions)),
        ]))
    }

    fn question(&mut self, check: &Check<'_>, reading: &Reading<'_>) -> Result<TemplateValue, Diagnostic> {
        let Check { workbook, question, passage, pool } = check;
        let page = match reading.text {
            Text::Page(page) => page,
            Text::Words { .. } => self.home,
        };
        let (quiz, id) = (check.quiz(), &question.id.value);
        let drawn = self.excerpts.knowledge_check(question, *passage, &workbook.quiz, &format!("question:{quiz}:{id}"), page)?;
        let content = self.places.with_links(&drawn, &page.url, &mut self.pictures);
        Ok(object(vec![
            ("name", text(format!("question/{quiz}/{id}"))),
            ("key", text(definition::mark_of(question))),
            ("record", text(format!("{quiz}_{id}"))),
            ("pool", text(pool.map(|(section, _)| format!("{quiz}/{section}")).unwrap_or_default())),
            ("pool_size", TemplateValue::from(pool.map_or(0, |(_, size)| size) as u64)),
            ("content", html(&content)),
        ]))
    }
}

/// What a reading is called in the document, and in what a learning system keeps: `guidance/process` for `guidance/process.md`.
fn name_of(reading: &Reading<'_>, at: usize) -> String {
    match reading.text {
        Text::Page(page) => page.path.as_str().trim_end_matches(".md").to_owned(),
        Text::Words { .. } => format!("words/{}", at + 1),
    }
}
