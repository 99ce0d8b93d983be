//! A page's body as HTML.

use std::ops::Range;

use crate::diagnostics::Diagnostic;
use crate::expand::{self, Place};
use crate::html::{Html, escape};
use crate::markdown::{self, Alignment, CowStr, Event, Piece, PieceKind, Tag, TagEnd};

use super::page::Shared;
use crate::site::{Page, directives};

/// A body, and the parts of it that the search index takes entry by entry.
pub(super) struct Body {
    pub html: Html,
    /// Bytes of `html`.
    pub apart: Vec<Range<usize>>,
}

/// Renders the body of a page.
pub(super) fn render(page: &Page, shared: &Shared<'_>, found: &mut Vec<Diagnostic>) -> Body {
    render_pieces(&page.body, page, shared, found)
}

/// Renders some pieces of a page's body.
pub(super) fn render_pieces(pieces: &[Piece], page: &Page, shared: &Shared<'_>, found: &mut Vec<Diagnostic>) -> Body {
    let marks_links = super::page::names_links_of_others(page, shared.site);
    let mut writer =
        Writer { page, shared, found, apart: Vec::new(), level: 1, heading: String::new(), marks_links, is_link_of_others: false };
    let mut html = String::with_capacity(pieces.len() * 24);
    writer.pieces(pieces, &mut html, true);
    let apart = writer.apart;
    Body { html: Html::from_renderer(html), apart }
}

struct Writer<'w, 's> {
    page: &'w Page,
    shared: &'w Shared<'s>,
    found: &'w mut Vec<Diagnostic>,
    apart: Vec<Range<usize>>,
    /// Level of the heading that the piece stands under.
    level: u8,
    /// Its words, to name tables by.
    heading: String,
    /// Whether links to other bodies are as the page's sources name them.
    marks_links: bool,
    is_link_of_others: bool,
}

impl Writer<'_, '_> {
    fn pieces(&mut self, pieces: &[Piece], html: &mut String, is_top: bool) {
        let mut events: Vec<Event<'_>> = Vec::new();
        let mut index = 0;
        while index < pieces.len() {
            match &pieces[index].kind {
                PieceKind::Event(event) => self.event(event, &pieces[index + 1..], &mut events),
                PieceKind::Inline(directive) => {
                    let place = self.place(self.level);
                    match expand::inline(directive, &place) {
                        Ok(drawn) => events.push(Event::InlineHtml(drawn.into_string().into())),
                        Err(diagnostic) => self.found.push(diagnostic),
                    }
                }
                PieceKind::Open(directive) => {
                    let end = index + 1 + directives::closing(&pieces[index + 1..]);
                    let level = self.level;
                    let inside = &pieces[index + 1..end];
                    let mut inner = String::new();
                    // What is drawn from its lines is not drawn as Markdown besides.
                    if !expand::is_read_by_lines(&directive.name.value) {
                        self.pieces(inside, &mut inner, false);
                    }
                    self.level = level;
                    let place = self.place((level + 1).min(6));
                    markdown::to_html(std::mem::take(&mut events).into_iter(), html);
                    let start = html.len();
                    match expand::container(directive, inside, &Html::from_renderer(inner), &place) {
                        Ok(drawn) => html.push_str(drawn.as_str()),
                        Err(diagnostic) => self.found.push(diagnostic),
                    }
                    html.push('\n');
                    if is_top && expand::is_left_out_of_sections(&directive.name.value) {
                        self.apart.push(start..html.len());
                    }
                    index = end;
                }
                PieceKind::Close => {}
            }
            index += 1;
        }
        markdown::to_html(events.into_iter(), html);
    }

    /// What a directive is drawn with, and the level of the headings it makes.
    fn place(&self, level: u8) -> Place<'_> {
        let Shared { site, templates, theme, options, .. } = *self.shared;
        let inbox = options.inbox.as_ref().map_or("", |inbox| inbox.origin.as_str());
        Place { site, page: self.page, templates, theme, inbox, level }
    }

    fn event<'e>(&mut self, event: &'e Event<'static>, after: &[Piece], events: &mut Vec<Event<'e>>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.level = *level as u8;
                let end = after.iter().position(|piece| matches!(piece.kind, PieceKind::Event(Event::End(TagEnd::Heading(_)))));
                self.heading = markdown::plain_text(&after[..end.unwrap_or(0)]);
                events.push(event.clone());
            }
            // Column alignment would become an inline style, which the site's policy blocks.
            Event::Start(Tag::Table(columns)) => {
                let name = if self.heading.is_empty() { &self.page.front_matter.title.value } else { &self.heading };
                let name = escape(&format!("Table: {name}"));
                events.push(html_event(format!("<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\">")));
                events.push(Event::Start(Tag::Table(vec![Alignment::None; columns.len()])));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.is_link_of_others = self.marks_links && dest_url.starts_with("https:");
                events.push(event.clone());
            }
            Event::End(TagEnd::Link) => {
                events.push(event.clone());
                if std::mem::take(&mut self.is_link_of_others) {
                    events.push(Event::InlineHtml(CowStr::from(LINK_NOTE)));
                }
            }
            Event::End(TagEnd::Table) => {
                events.push(event.clone());
                events.push(html_event(String::from("</div>\n")));
            }
            other => events.push(other.clone()),
        }
    }
}

/// What stands behind the link to another body's page: the page's foot says more.
const LINK_NOTE: &str = " <small class=\"link-note\">(named in the source, not checked)</small>";

fn html_event(html: String) -> Event<'static> {
    Event::Html(CowStr::from(html))
}
