//! Directives to HTML: `:::thresholds`, `:::contacts`, `:term[…]{…}` and the rest.
//!
//! In: one [`Directive`], its body as HTML, and the linked [`Site`]. Out: [`Html`]. What a directive may say was checked
//! by `site`; here it is drawn, by the theme's component of the same purpose. One that cannot be drawn leaves a visible
//! note in the page, never an empty space: its mistake has been reported already.

mod blocks;
mod contacts;
mod diagrams;
mod form;
mod glossary;
mod lists;
mod question;
mod roles;
mod thresholds;
mod timescale;
mod workbook;

pub use workbook::after_views;

use crate::diagnostics::Diagnostic;
use crate::html::{self, Html};
use crate::markdown::Piece;
use crate::markdown::directive::Directive;
use crate::site::{Page, Site, directives};
use crate::template::{Fill, Templates};
use crate::theme::Theme;

pub use question::{knowledge_check, prose};

/// What a directive may look at while it is drawn.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub site: &'a Site,
    pub page: &'a Page,
    pub templates: &'a Templates,
    pub theme: &'a Theme,
    /// Origin of the inbox. Empty: nothing can be sent.
    pub inbox: &'a str,
    /// Level for headings that the directive makes: one below the heading it stands under.
    pub level: u8,
}

impl Place<'_> {
    fn component(&self, name: &str, fill: Fill, body: Option<&Html>) -> Result<Html, Diagnostic> {
        self.templates.component(name, fill, body, self.theme)
    }
}

/// Whether the section around a directive need not hold its words for the search: the index takes its entries one by one, or
/// they are questions and labels, which would be found in the place of the guidance that answers.
pub fn is_left_out_of_sections(name: &str) -> bool {
    matches!(
        name,
        "glossary" | "contacts" | "documents" | "form" | "pages" | "workbook" | "question" | "confirm" | "verify" | "my-training"
    )
}

/// Whether a directive is drawn from its lines, and not around its body as HTML.
pub fn is_read_by_lines(name: &str) -> bool {
    name == "form"
}

/// Draws a container directive: from its lines, or around its body as HTML.
pub fn container(directive: &Directive, lines: &[Piece], body: &Html, place: &Place<'_>) -> Result<Html, Diagnostic> {
    match directive.name.value.as_str() {
        "callout" => blocks::callout(directive, body, place),
        "steps" => place.component("steps", Vec::new(), Some(body)),
        "cards" => place.component("cards", Vec::new(), Some(body)),
        "flow" | "triangle" | "timeline" | "genogram" | "ladder" => diagrams::figure(directive, body, place),
        "contacts" => contacts::list(directive, place),
        "thresholds" => thresholds::ladders(directive, place),
        "timescale" => timescale::table(directive, place),
        "form" => form::draw(directive, lines, place),
        "roles" => roles::table(directive, place),
        "glossary" => glossary::list(place),
        "documents" => lists::documents(place),
        "pages" => lists::pages(place),
        "workbook" => workbook::form(directive, place),
        "question" => question::alone(directive, place),
        "confirm" => workbook::page("confirm", place),
        "verify" => workbook::page("verify", place),
        "my-training" => workbook::page("my_training", place),
        _ => Ok(not_drawn(directive)),
    }
}

/// Draws an inline directive.
pub fn inline(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let drawn = match directive.name.value.as_str() {
        "term" => return glossary::term_link(directive, place),
        "phone" => contacts::phone(directive, place),
        "email" => contacts::email(directive, place),
        "contact" => contacts::inline(directive, place),
        _ => directives::inline_words(directive, &place.site.data).map(|words| html::escape(&words)),
    };
    Ok(drawn.unwrap_or_else(|| not_drawn(directive)))
}

/// Parts that each belong to an area, in a box in which script puts the reader's own area first.
fn by_area(parts: &str) -> Html {
    Html::from_renderer(format!("<div class=\"by-area\">{parts}</div>"))
}

/// The note that stands where a directive could not be drawn.
fn not_drawn(directive: &Directive) -> Html {
    let words = directive.text.as_deref().unwrap_or("");
    let name = html::escape(&format!("[{} {words}]", directive.name.value));
    Html::from_renderer(format!("<mark>{name}</mark>"))
}

/// The id that an inline directive names.
fn id(directive: &Directive) -> &str {
    directive.get("id").map_or("", |id| id.value.as_str())
}
