//! Parts of a site drawn for another place than the site: a package for a learning system.
//!
//! In: the linked [`Site`], its theme, and a closure that says what to draw. Out: what the closure makes of it. What belongs
//! together here is what `render` has anyway: the bodies of pages, the theme's templates, its sheet and its scripts.

use crate::diagnostics::Diagnostic;
use crate::expand::{self, Place};
use crate::html::Html;
use crate::markdown::{Event, HeadingLevel, Piece, PieceKind, Tag, TagEnd};
use crate::quiz::{Question, Quiz};
use crate::site::{Page, Passage, Site, directives};
use crate::template::{self, Fill};
use crate::theme::Theme;

use super::assets::{self, Assets};
use super::page::{self, Shared};
use super::{RenderOptions, body, scripts};

/// What can be drawn of a site whose build found no error.
pub struct Excerpts<'a> {
    shared: Shared<'a>,
}

/// Draws parts of a site. Err: a template or a script of the theme cannot be used.
pub fn excerpts<T>(
    site: &Site,
    theme: &Theme,
    options: &RenderOptions,
    draw: impl FnOnce(&Excerpts<'_>) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let templates = template::load(theme).map_err(|diagnostic| vec![diagnostic])?;
    // The files of a release are not where the excerpt will be.
    let assets = Assets::default();
    draw(&Excerpts { shared: Shared::new(site, theme, &templates, options, &assets) })
}

impl Excerpts<'_> {
    /// A page by a template of its own, with links as the page has them. What answers only to a script of the site is left out.
    pub fn page(&self, page: &Page, template: &str) -> Result<Html, Diagnostic> {
        // The build has drawn the same body, and would have said what is wrong with it.
        let body = body::render_pieces(&without_scripted(&page.body), page, &self.shared, &mut Vec::new());
        let mut fill = page::common(&self.shared, &page.url.to_root(), Some(page), "");
        fill.push(("page", page::page_value(page, "page", &body.html, &self.shared)));
        self.shared.templates.render(template, fill, self.shared.theme)
    }

    /// A question of a knowledge check as a page shows it, with links as that page has them. `name` is the id of its form.
    pub fn knowledge_check(
        &self,
        question: &Question,
        passage: Option<&Passage>,
        quiz: &Quiz,
        name: &str,
        page: &Page,
    ) -> Result<Html, Diagnostic> {
        let Shared { site, templates, theme, .. } = self.shared;
        expand::knowledge_check(question, passage, quiz, name, &Place { site, page, templates, theme, inbox: "", level: 1 })
    }

    /// A document by a template that sees the site from outside, by its full address, and what is filled in besides.
    pub fn document(&self, template: &str, fill: Fill) -> Result<Html, Diagnostic> {
        let root = format!("{}/", self.shared.options.base_url);
        let mut whole = page::common(&self.shared, &root, None, "");
        whole.extend(fill);
        self.shared.templates.render(template, whole, self.shared.theme)
    }

    /// The theme's style sheet.
    pub fn style_sheet(&self) -> String {
        assets::style_sheet(self.shared.theme) + &assets::style_sheet_of("scorm", self.shared.theme)
    }

    /// An entry module of the theme with all it imports.
    pub fn script(&self, entry: &str) -> Result<String, Vec<Diagnostic>> {
        let mut found = Vec::new();
        let script = scripts::join(entry, "", self.shared.theme, &mut found);
        if found.is_empty() { Ok(script) } else { Err(found) }
    }
}

/// A body without the directives that are drawn for a script of their page, and without a heading that has nothing but them below it.
fn without_scripted(body: &[Piece]) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(body.len());
    let mut bare_heading = None;
    let mut index = 0;
    while let Some(piece) = body.get(index) {
        match &piece.kind {
            PieceKind::Open(directive) if directives::is_scripted(directive) => {
                index += 1 + directives::closing(&body[index + 1..]);
                bare_heading = heading_at_end(&kept);
            }
            kind => {
                let is_next_section = |level: HeadingLevel| matches!(kind, PieceKind::Event(Event::Start(Tag::Heading { level: next, .. })) if *next <= level);
                if let Some((start, _)) = bare_heading.take().filter(|(_, level)| is_next_section(*level)) {
                    kept.truncate(start);
                }
                kept.push(piece.clone());
            }
        }
        index += 1;
    }
    if let Some((start, _)) = bare_heading {
        kept.truncate(start);
    }
    kept
}

/// Where the heading starts that is the last of some pieces, and its level.
fn heading_at_end(pieces: &[Piece]) -> Option<(usize, HeadingLevel)> {
    let PieceKind::Event(Event::End(TagEnd::Heading(level))) = &pieces.last()?.kind else { return None };
    let start = pieces.iter().rposition(|piece| matches!(piece.kind, PieceKind::Event(Event::Start(Tag::Heading { .. }))))?;
    Some((start, *level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::FilePath;
    use crate::markdown;

    fn kept(text: &str) -> String {
        let (pieces, _) = markdown::parse(&FilePath::from("a.md"), text, 0);
        let pieces = without_scripted(&pieces);
        let words = pieces.iter().map(|piece| markdown::plain_text([piece])).filter(|words| !words.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_heading_goes_with_the_questions_that_were_all_it_had() {
        let question = ":::question {quiz=a id=b}\n:::\n\n";
        assert_eq!(kept(&format!("## One\n\ntext\n\n## Check\n\n{question}{question}## Two\n\nmore\n")), "One text Two more");
        assert_eq!(kept(&format!("## One\n\ntext\n\n## Check\n\n{question}")), "One text");
        assert_eq!(kept(&format!("## One\n\n{question}text\n\n## Two\n\n{question}### Three\n\nmore\n")), "One text Two Three more");
    }
}
