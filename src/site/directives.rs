//! What each directive may say: its form, its attributes, and the entries it makes that links can end in.
//!
//! One table, read by the check here and by `expand`, so that no directive is accepted which nothing draws.

use std::collections::{BTreeMap, BTreeSet};

use crate::address::PagePath;
use crate::data::{Contact, Data, Level};
use crate::diagnostics::{Diagnostic, FilePath, Span, one_of, suggestion};
use crate::fields::Placed;
use crate::markdown::directive::Directive;
use crate::markdown::{Piece, PieceKind};
use crate::quiz::{Confirm, Quiz};

use super::Page;

/// How a directive is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `:::name` around Markdown.
    Around,
    /// `:::name` with nothing inside.
    Alone,
    /// `:name[…]{…}` inside a line.
    Inline,
}

/// What an attribute's value must be.
#[derive(Debug, Clone, Copy)]
enum Value {
    Text,
    /// Text that says something.
    Words,
    Choice(&'static [&'static str]),
    Area,
    Contacts,
    Contact,
    Step,
    Timescales,
    Timescale,
    Term,
    Document,
    Level,
    /// An area that has a ladder of need.
    Ladder,
    Workbook,
    /// A question of the quiz that the directive names.
    Question,
    Role,
    RoleKind,
}

struct Attribute {
    key: &'static str,
    value: Value,
    is_required: bool,
}

struct Spec {
    name: &'static str,
    form: Form,
    attributes: &'static [Attribute],
}

const fn may(key: &'static str, value: Value) -> Attribute {
    Attribute { key, value, is_required: false }
}

const fn must(key: &'static str, value: Value) -> Attribute {
    Attribute { key, value, is_required: true }
}

const fn spec(name: &'static str, form: Form, attributes: &'static [Attribute]) -> Spec {
    Spec { name, form, attributes }
}

/// The four kinds of callout: attribute value and the word that readers see.
pub const CALLOUTS: [(&str, &str); 4] = [("important", "Important"), ("do", "Do"), ("do-not", "Do not"), ("remember", "Remember")];

/// More callouts than this on a page, and people stop seeing them.
const MAX_CALLOUTS: usize = 2;

const SPECS: [Spec; 28] = [
    spec("callout", Form::Around, &[must("kind", Value::Choice(&["important", "do", "do-not", "remember"])), may("title", Value::Text)]),
    spec("cards", Form::Around, &[]),
    spec("steps", Form::Around, &[]),
    spec("flow", Form::Around, &[must("title", Value::Words)]),
    spec("triangle", Form::Around, &[must("title", Value::Words)]),
    spec("timeline", Form::Around, &[must("title", Value::Words)]),
    spec("genogram", Form::Around, &[must("title", Value::Words)]),
    spec("ladder", Form::Alone, &[must("area", Value::Ladder)]),
    spec("contacts", Form::Alone, &[may("area", Value::Area), may("ids", Value::Contacts)]),
    spec("thresholds", Form::Alone, &[may("area", Value::Area)]),
    spec("timescale", Form::Alone, &[may("area", Value::Area), may("step", Value::Step), may("ids", Value::Timescales)]),
    spec("roles", Form::Alone, &[may("area", Value::Area), may("kind", Value::RoleKind)]),
    spec("form", Form::Around, &[must("title", Value::Text)]),
    spec("glossary", Form::Alone, &[]),
    spec("documents", Form::Alone, &[]),
    spec("pages", Form::Alone, &[]),
    spec("workbook", Form::Alone, &[must("id", Value::Workbook)]),
    spec("question", Form::Alone, &[must("quiz", Value::Workbook), must("id", Value::Question)]),
    spec("confirm", Form::Alone, &[]),
    spec("verify", Form::Alone, &[]),
    spec("my-training", Form::Alone, &[]),
    spec("term", Form::Inline, &[must("id", Value::Term)]),
    spec("timescale", Form::Inline, &[must("id", Value::Timescale), may("form", Value::Choice(&["phrase", "limit"]))]),
    spec("phone", Form::Inline, &[must("id", Value::Contact)]),
    spec("email", Form::Inline, &[must("id", Value::Contact)]),
    spec("contact", Form::Inline, &[must("id", Value::Contact)]),
    spec("document", Form::Inline, &[must("id", Value::Document)]),
    spec("role", Form::Inline, &[must("id", Value::Role)]),
];

/// `:level{area=… id=…}` takes two attributes that belong together, so it stands apart.
const LEVEL: Spec = spec("level", Form::Inline, &[must("area", Value::Area), must("id", Value::Level)]);

fn specs() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().chain([&LEVEL])
}

/// Every directive of a body, in order.
pub fn in_pieces(body: &[Piece]) -> impl Iterator<Item = &Directive> {
    body.iter().filter_map(|piece| match &piece.kind {
        PieceKind::Open(directive) | PieceKind::Inline(directive) => Some(directive),
        _ => None,
    })
}

pub(super) fn is_inline(directive: &Directive) -> bool {
    // The name of an inline directive stands one colon after its start, that of a container three or more.
    directive.name.span.start == directive.span.start + 1
}

/// Checks a directive against the table, its ids against the data and its e-workbook against those there are.
pub(super) fn check(directive: &Directive, data: &Data, quizzes: &[Quiz], found: &mut Vec<Diagnostic>) {
    if directive.name.value.is_empty() {
        return;
    }
    let n_found_before = found.len();
    let is_inline = is_inline(directive);
    let name = &directive.name;
    let Some(spec) = specs().find(|spec| spec.name == name.value && (spec.form == Form::Inline) == is_inline) else {
        found.push(unknown(name, is_inline));
        return;
    };
    for attribute in &directive.attributes {
        match spec.attributes.iter().find(|known| known.key == attribute.key.value) {
            Some(known) => check_value(known.value, &attribute.value, directive, data, quizzes, found),
            None => {
                let help = match suggestion(&attribute.key.value, spec.attributes.iter().map(|known| known.key)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if spec.attributes.is_empty() => format!("`{}` takes none", name.value),
                    None => format!("it takes {}", one_of(spec.attributes.iter().map(|known| known.key))),
                };
                let message = format!("`{}` is not an attribute of `{}`", attribute.key.value, name.value);
                found.push(Diagnostic::error("directive/attribute", attribute.key.span.clone(), message).with_help(help));
            }
        }
    }
    for missing in spec.attributes.iter().filter(|known| known.is_required && directive.get(known.key).is_none()) {
        let message = format!("`{}` needs `{}`", name.value, missing.key);
        found.push(
            Diagnostic::error("directive/attribute", directive.span.clone(), message).with_help(format!("write `{{{}=…}}`", missing.key)),
        );
    }
    if matches!(name.value.as_str(), "contacts" | "roles" | "thresholds" | "timescale")
        && !is_inline
        && found.len() == n_found_before
        && anchors(directive, data).is_empty()
    {
        found.push(
            Diagnostic::error("directive/shows-nothing", directive.span.clone(), "the site's data holds nothing for this")
                .with_help("say it in words: that there is nothing is a fact, too"),
        );
    }
    if let Some(contact) = directive.get("id").and_then(|id| data.contact(&id.value)).filter(|_| is_inline) {
        let is_missing = (name.value == "phone" && contact.phone.is_empty()) || (name.value == "email" && contact.email.is_empty());
        if is_missing {
            let message =
                format!("{} has no {} in the data", contact.name, if name.value == "phone" { "telephone number" } else { "mail address" });
            found.push(Diagnostic::error("directive/shows-nothing", directive.span.clone(), message));
        }
    }
    if name.value == "term" && directive.text.as_ref().is_none_or(|text| text.trim().is_empty()) {
        found.push(
            Diagnostic::error("directive/text", directive.span.clone(), "a term needs its words")
                .with_help("write `:term[the words]{id=…}`"),
        );
    }
}

fn unknown(name: &Placed<String>, is_inline: bool) -> Diagnostic {
    let names = || specs().filter(|spec| (spec.form == Form::Inline) == is_inline).map(|spec| spec.name);
    let help = match suggestion(&name.value, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if is_inline => format!("use {}; if no directive is meant, write `\\:`", one_of(names())),
        None => format!("use {}", one_of(names())),
    };
    Diagnostic::error("directive/unknown", name.span.clone(), format!("there is no directive `{}`", name.value)).with_help(help)
}

fn check_value(kind: Value, value: &Placed<String>, directive: &Directive, data: &Data, quizzes: &[Quiz], found: &mut Vec<Diagnostic>) {
    let is_list = matches!(kind, Value::Contacts | Value::Timescales);
    let ids = |ids: Vec<&Placed<String>>, what: &str, found: &mut Vec<Diagnostic>| {
        let given = words(value);
        if given.is_empty() || (!is_list && given.len() > 1) {
            let how_many = if is_list { "at least one" } else { "exactly one" };
            found.push(Diagnostic::error("directive/value", value.span.clone(), format!("this takes {how_many} {what}")));
        }
        for id in given {
            crate::data::known(what, &id, &ids, found);
        }
    };
    match kind {
        Value::Text => {}
        Value::Words => {
            if value.value.trim().is_empty() {
                found.push(Diagnostic::error("directive/value", directive.span.clone(), "the title is empty"));
            }
        }
        Value::Choice(choices) => {
            if !choices.contains(&value.value.as_str()) {
                let message = format!("`{}` is not one of its values", value.value);
                let help = match suggestion(&value.value, choices.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("use {}", one_of(choices.iter().copied())),
                };
                found.push(Diagnostic::error("directive/value", value.span.clone(), message).with_help(help));
            }
        }
        Value::Area => ids(data.area_ids(), "area", found),
        Value::Contact | Value::Contacts => ids(data.contact_ids(), "contact", found),
        Value::Timescale | Value::Timescales => ids(data.timescales.iter().map(|timescale| &timescale.id).collect(), "timescale", found),
        Value::Step => ids(data.timescales.iter().map(|timescale| &timescale.step).collect(), "step", found),
        Value::Term => ids(data.terms.iter().map(|term| &term.id).collect(), "term", found),
        Value::Document => ids(data.document_ids(), "document", found),
        Value::Role => ids(data.roles.iter().map(|role| &role.id).collect(), "role", found),
        Value::RoleKind => ids(data.roles.iter().map(|role| &role.kind).collect(), "role-kind", found),
        Value::Workbook => ids(quizzes.iter().map(|quiz| &quiz.id).collect(), "workbook", found),
        Value::Question => {
            let Some(quiz) = directive.get("quiz").and_then(|named| quizzes.iter().find(|quiz| quiz.id.value == named.value)) else {
                return;
            };
            if quiz.confirm == Confirm::Nobody {
                ids(quiz.questions().map(|question| &question.id).collect(), "question", found);
            } else {
                let message = format!("`{}` is sent and confirmed, so that its questions stand in the e-workbook alone", quiz.id.value);
                found.push(
                    Diagnostic::error("directive/value", directive.span.clone(), message)
                        .with_help("take a question of a quiz with `confirm = \"none\"`"),
                );
            }
        }
        Value::Ladder => ids(data.ladders.iter().map(|ladder| &ladder.area).collect(), "ladder", found),
        Value::Level => {
            let area = directive.get("area").map_or("", |area| area.value.as_str());
            let levels = data.ladder(area).map(|ladder| ladder.levels.iter().map(|level| &level.id).collect()).unwrap_or_default();
            ids(levels, "level", found);
        }
    }
}

/// What an inline directive shows where there are no links. None: its mistake has been reported.
pub fn inline_words(directive: &Directive, data: &Data) -> Option<String> {
    let id = directive.get("id")?.value.as_str();
    match directive.name.value.as_str() {
        "term" => directive.text.clone(),
        "timescale" => {
            let rule = &data.timescale(id)?.rule;
            let is_limit = directive.get("form").is_some_and(|form| form.value == "limit");
            Some(if is_limit { rule.limit() } else { rule.phrase() })
        }
        "level" => {
            let ladder = data.ladder(&directive.get("area")?.value)?;
            ladder.levels.iter().find(|level| level.id.value == id).map(Level::full_name)
        }
        "document" => {
            let document = data.document(id)?;
            let years = &document.years;
            let is_dated = years.is_empty() || document.title.contains(years);
            Some(if is_dated { document.title.clone() } else { format!("{} ({years})", document.title) })
        }
        "role" => data.roles.iter().find(|role| role.id.value == id).map(|role| role.name.clone()),
        "phone" => Some(Contact::unbroken(&data.contact(id)?.phone)),
        "email" => Some(data.contact(id)?.email.clone()),
        "contact" => {
            let contact = data.contact(id)?;
            let way = if contact.phone.is_empty() { contact.email.clone() } else { Contact::unbroken(&contact.phone) };
            Some(if way.is_empty() { contact.name.clone() } else { format!("{}, {way}", contact.name) })
        }
        _ => None,
    }
}

/// The words of a value with several ids, each at its own place.
pub fn words(value: &Placed<String>) -> Vec<Placed<String>> {
    let mut words = Vec::new();
    let mut at = value.span.start;
    for part in value.value.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        if !word.is_empty() {
            let mut span = value.span.clone();
            (span.start, span.end) = (at, at + word.len());
            words.push(Placed { value: word.to_owned(), span });
        }
        at += part.len();
    }
    words
}

/// The directives that answer to a script, each with an entry module of its own name.
const SCRIPTED: [&str; 5] = ["workbook", "question", "confirm", "verify", "my-training"];

/// Whether a directive answers to a script of its own.
pub fn is_scripted(directive: &Directive) -> bool {
    SCRIPTED.contains(&directive.name.value.as_str())
}

/// The entry modules that a page needs.
pub fn scripts_of(body: &[Piece]) -> BTreeSet<&'static str> {
    let known = |directive: &Directive| SCRIPTED.into_iter().find(|name| directive.name.value == *name);
    in_pieces(body).filter_map(known).collect()
}

/// Whether a page shows an e-workbook.
pub fn draws_workbook(body: &[Piece], id: &str) -> bool {
    in_pieces(body).any(|directive| directive.name.value == "workbook" && directive.get("id").is_some_and(|known| known.value == id))
}

/// Checks that a directive which draws facts has nothing inside, where it would be lost, and that one which draws its words
/// has some.
pub(super) fn check_bodies(file: &FilePath, body: &[Piece], found: &mut Vec<Diagnostic>) {
    for (index, piece) in body.iter().enumerate() {
        let PieceKind::Open(directive) = &piece.kind else { continue };
        let name = directive.name.value.as_str();
        let Some(spec) = SPECS.iter().find(|spec| spec.name == name && spec.form != Form::Inline) else { continue };
        let is_empty = matches!(body.get(index + 1).map(|piece| &piece.kind), Some(PieceKind::Close) | None);
        if spec.form == Form::Alone && !is_empty {
            let span = Span::new(file, body[index + 1].span.clone());
            found.push(
                Diagnostic::error("directive/body", span, format!("`:::{name}` has nothing inside: readers would not see this"))
                    .with_help("put it above the directive or below its `:::`"),
            );
        } else if spec.form == Form::Around && is_empty {
            found.push(Diagnostic::error("directive/body", directive.span.clone(), format!("`:::{name}` is empty")));
        } else if name == "form" {
            // Its headings have their ids later; the fields can be read already.
            let end = closing(&body[index + 1..]);
            super::forms::read(file, &body[index + 1..index + 1 + end], found);
        }
    }
}

/// Number of pieces before the one that closes a directive opened just before them.
pub fn closing(pieces: &[Piece]) -> usize {
    let mut depth = 0_usize;
    for (index, piece) in pieces.iter().enumerate() {
        match piece.kind {
            PieceKind::Open(_) => depth += 1,
            PieceKind::Close if depth == 0 => return index,
            PieceKind::Close => depth -= 1,
            _ => {}
        }
    }
    pieces.len()
}

/// Reports a `:::pages` on a page that has none below it.
pub(super) fn check_page_lists(pages: &BTreeMap<PagePath, Page>, found: &mut Vec<Diagnostic>) {
    for page in pages.values() {
        let has_children = || pages.values().any(|other| other.breadcrumbs.last() == Some(&page.path));
        for directive in in_pieces(&page.body).filter(|directive| directive.name.value == "pages") {
            if !has_children() {
                let message = "there is no page below this one to list";
                found.push(Diagnostic::error("directive/shows-nothing", directive.span.clone(), message));
            }
        }
    }
}

/// Warns when a page has so many callouts that readers skip them.
pub(super) fn check_callouts(body: &[Piece], found: &mut Vec<Diagnostic>) {
    let mut callouts = in_pieces(body).filter(|directive| directive.name.value == "callout");
    if let Some(one_too_many) = callouts.nth(MAX_CALLOUTS) {
        let message = format!("this page has more than {MAX_CALLOUTS} callouts");
        found.push(
            Diagnostic::warning("callout/too-many", one_too_many.span.clone(), message)
                .with_help("readers skip all after the first ones: keep those that matter most"),
        );
    }
}

/// The ids of the entries that a directive makes on its page.
pub fn anchors(directive: &Directive, data: &Data) -> Vec<String> {
    if is_inline(directive) {
        return Vec::new();
    }
    match directive.name.value.as_str() {
        "contacts" => contacts(directive, data).map(|contact| contact_anchor(&contact.id.value)).collect(),
        "thresholds" => ladders(directive, data)
            .flat_map(|ladder| {
                let levels = ladder.levels.iter().map(|level| level_anchor(&ladder.area.value, &level.id.value));
                std::iter::once(ladder_anchor(&ladder.area.value)).chain(levels).collect::<Vec<_>>()
            })
            .collect(),
        "timescale" => timescales(directive, data).map(|timescale| time_anchor(&timescale.id.value)).collect(),
        "roles" => roles(directive, data).map(|role| role_anchor(&role.id.value)).collect(),
        "glossary" => data.terms.iter().map(|term| term.id.value.clone()).collect(),
        "question" => vec![question_anchor(directive)],
        "documents" => data.documents.iter().map(|document| document_anchor(&document.id.value)).collect(),
        _ => Vec::new(),
    }
}

pub fn contact_anchor(id: &str) -> String {
    format!("contact-{id}")
}

pub fn ladder_anchor(area: &str) -> String {
    format!("ladder-{area}")
}

pub fn level_anchor(area: &str, level: &str) -> String {
    format!("level-{area}-{level}")
}

pub fn time_anchor(id: &str) -> String {
    format!("time-{id}")
}

pub fn role_anchor(id: &str) -> String {
    format!("role-{id}")
}

/// The id of a question's form within a page of guidance.
pub fn question_anchor(directive: &Directive) -> String {
    let value = |key| directive.get(key).map_or("", |value| value.value.as_str());
    format!("question-{}-{}", value("quiz"), value("id"))
}

pub fn document_anchor(id: &str) -> String {
    format!("document-{id}")
}

/// Whether an entry is asked for: by its id when ids are given, else by its area when one is.
fn is_wanted(directive: &Directive, id: &str, area: &str) -> bool {
    match (directive.get("ids"), directive.get("area")) {
        (Some(ids), _) => ids.value.split_whitespace().any(|wanted| wanted == id),
        (None, Some(wanted)) => wanted.value == area,
        (None, None) => true,
    }
}

/// The contacts that a `:::contacts` shows.
pub fn contacts<'a>(directive: &'a Directive, data: &'a Data) -> impl Iterator<Item = &'a Contact> {
    data.contacts.iter().filter(|contact| is_wanted(directive, &contact.id.value, &contact.area.value))
}

/// The ladders that a `:::thresholds` shows.
pub fn ladders<'a>(directive: &'a Directive, data: &'a Data) -> impl Iterator<Item = &'a crate::data::Ladder> {
    data.ladders.iter().filter(|ladder| is_wanted(directive, "", &ladder.area.value))
}

/// The roles that a `:::roles` shows.
pub fn roles<'a>(directive: &'a Directive, data: &'a Data) -> impl Iterator<Item = &'a crate::data::Role> {
    data.roles
        .iter()
        .filter(|role| is_wanted(directive, "", &role.area.value) && directive.get("kind").is_none_or(|kind| kind.value == role.kind.value))
}

/// The time limits that a `:::timescale` shows.
pub fn timescales<'a>(directive: &'a Directive, data: &'a Data) -> impl Iterator<Item = &'a crate::data::Timescale> {
    data.timescales.iter().filter(|timescale| {
        is_wanted(directive, &timescale.id.value, &timescale.area.value)
            && directive.get("step").is_none_or(|step| step.value == timescale.step.value)
    })
}
