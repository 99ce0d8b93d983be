//! What a learner goes through in a package: texts to read, and after each the questions about it.

use crate::address::{PagePath, UrlPath};
use crate::quiz::{Confirm, Prose, Question};
use crate::site::{Page, Passage, Site, Workbook, directives};

/// An e-workbook's reading with the knowledge checks about it, in order.
pub(super) struct Course<'s> {
    pub workbook: &'s Workbook,
    /// Where the e-workbook itself is answered. None: no page of the site holds it.
    pub home: Option<&'s UrlPath>,
    pub readings: Vec<Reading<'s>>,
}

pub(super) struct Reading<'s> {
    pub text: Text<'s>,
    pub questions: Vec<Check<'s>>,
}

/// What there is to read.
#[derive(Clone, Copy)]
pub(super) enum Text<'s> {
    Page(&'s Page),
    /// The e-workbook's own words.
    Words {
        title: &'s str,
        words: &'s Prose,
    },
}

/// One question of a knowledge check.
#[derive(Clone, Copy)]
pub(super) struct Check<'s> {
    pub workbook: &'s Workbook,
    pub question: &'s Question,
    pub passage: Option<&'s Passage>,
    /// Where each learner gets a few questions of a section: which section of the quiz, and how many.
    pub pool: Option<(usize, usize)>,
}

impl Check<'_> {
    /// The id of its quiz.
    pub fn quiz(&self) -> &str {
        &self.workbook.definition.id
    }
}

impl<'s> Course<'s> {
    /// Of an e-workbook that a manager confirms the package holds the reading, and of every knowledge check the questions about that
    /// reading. A quiz that nobody confirms brings its own questions.
    pub fn of(workbook: &'s Workbook, site: &'s Site) -> Self {
        let is_own = workbook.quiz.confirm == Confirm::Nobody;
        let mut course = Self { workbook, home: home(workbook, site), readings: Vec::new() };
        let mut checks = checks_of(workbook).peekable();
        for section in &workbook.quiz.sections {
            let first = course.readings.len();
            if !section.text.is_empty() {
                course.readings.push(Reading { text: Text::Words { title: &section.title, words: &section.text }, questions: Vec::new() });
            }
            if let Some(page) = &section.page {
                course.place_of(&PagePath::new(page.value.as_str()), site);
            }
            // What a question is about is read before it; one that names no passage is about the section.
            let of_section: Vec<Check<'_>> = checks.by_ref().take(section.questions.len()).collect();
            for check in of_section {
                let place = check.passage.and_then(|passage| course.place_of(&passage.page, site));
                if is_own {
                    let place = place.unwrap_or_else(|| course.place_of_section(first));
                    course.readings[place].questions.push(check);
                }
            }
        }
        if !is_own {
            for check in site.workbooks.iter().filter(|other| other.quiz.confirm == Confirm::Nobody).flat_map(checks_of) {
                if let Some(place) = check.passage.and_then(|passage| course.find(&passage.page)) {
                    course.readings[place].questions.push(check);
                }
            }
        }
        course
    }

    pub fn questions(&self) -> impl Iterator<Item = &Check<'s>> {
        self.readings.iter().flat_map(|reading| &reading.questions)
    }

    fn find(&self, path: &PagePath) -> Option<usize> {
        self.readings.iter().position(|reading| matches!(reading.text, Text::Page(page) if page.path == *path))
    }

    /// Where a page is read, which is put at the end when it is not there yet. None: the site has no such page.
    fn place_of(&mut self, path: &PagePath, site: &'s Site) -> Option<usize> {
        self.find(path).or_else(|| {
            let page = site.pages.get(path)?;
            self.readings.push(Reading { text: Text::Page(page), questions: Vec::new() });
            Some(self.readings.len() - 1)
        })
    }

    /// Where a section is read that begins at a place. One without any text is called what its quiz is called.
    fn place_of_section(&mut self, first: usize) -> usize {
        if self.readings.is_empty() {
            let Workbook { quiz, .. } = self.workbook;
            let words = &quiz.sections[0].text;
            self.readings.push(Reading { text: Text::Words { title: &quiz.title, words }, questions: Vec::new() });
        }
        first.min(self.readings.len() - 1)
    }
}

fn checks_of(workbook: &Workbook) -> impl Iterator<Item = Check<'_>> {
    let sections = workbook.quiz.sections.iter().enumerate();
    let questions = sections.flat_map(|(at, section)| section.questions.iter().map(move |question| (at, section.pool, question)));
    questions.zip(&workbook.passages).map(|((at, pool, question), passage)| Check {
        workbook,
        question,
        passage: passage.as_ref(),
        pool: pool.map(|size| (at, size)),
    })
}

/// The page with the directive that draws the e-workbook, the first in reading order.
fn home<'s>(workbook: &Workbook, site: &'s Site) -> Option<&'s UrlPath> {
    let holds = |page: &&Page| {
        directives::in_pieces(&page.body)
            .any(|directive| directive.name.value == "workbook" && directive.get("id").is_some_and(|id| id.value == workbook.definition.id))
    };
    site.order.iter().map(|path| site.page(path)).find(holds).map(|page| &page.url)
}
