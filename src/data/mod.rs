//! Facts kept once, in `content/data/*.toml`, and used on every page that states them.
//!
//! In: the data files. Out: [`Data`], with every id checked against the others. Each fact carries its area and the document
//! it was taken from. A missing file is an empty list: a small site needs none.

pub mod agencies;
mod contacts;
mod glossary;
mod roles;
mod thresholds;
mod timescales;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub use contacts::{Contact, Panel};
pub use glossary::{Synonym, Term};
pub use roles::Role;
pub use thresholds::{Ladder, Level};
pub use timescales::{Rule, Timescale};

use crate::diagnostics::{Diagnostic, Span, one_of, suggestion};
use crate::fields::{self, Fields, Kind, Placed};
use crate::sources::Sources;

/// All data of a site, in the order in which the files give it.
#[derive(Debug, Clone, Default)]
pub struct Data {
    pub areas: Vec<Area>,
    pub documents: Vec<NamedDocument>,
    pub contacts: Vec<Contact>,
    pub panel: Option<Panel>,
    pub ladders: Vec<Ladder>,
    pub roles: Vec<Role>,
    pub timescales: Vec<Timescale>,
    pub terms: Vec<Term>,
    pub synonyms: Vec<Synonym>,
    pub register: agencies::Register,
}

/// A place, or a sheet without one, whose figures are kept apart from the others'.
#[derive(Debug, Clone)]
pub struct Area {
    pub id: Placed<String>,
    pub name: String,
    pub short: String,
    /// A sheet whose issuing body is not named: shown like an area, never offered as one to choose.
    pub is_sheet: bool,
    /// The page about it, below `content/`.
    pub page: Option<Placed<String>>,
}

/// A document that pages rest on or name.
#[derive(Debug, Clone)]
pub struct NamedDocument {
    pub id: Placed<String>,
    pub title: String,
    pub issued_by: String,
    pub area: Placed<String>,
    /// As the source gives them: `2018`, `2020/24`. Empty: not dated.
    pub years: String,
    /// The day on which its owner found that no later edition applies: pages that rest on it no longer warn. None: not yet.
    pub cleared: Option<Date>,
    pub kind: DocumentKind,
    pub note: String,
}

/// What the toolkit has to do with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// Read for it.
    Source,
    /// Only named by a document that was read.
    Named,
    /// The toolkit's own text.
    Own,
}

impl DocumentKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Named => "named",
            Self::Own => "own",
        }
    }
}

/// Where a fact was taken from.
#[derive(Debug, Clone)]
pub struct Source {
    pub document: Placed<String>,
    pub section: String,
}

/// The id that stands for every area.
pub const ALL_AREAS: &str = "all";

const KIND: Kind = Kind { code: "data", words: "data file" };

/// The data files of a site, and what is read from each.
const FILES: [&str; 9] = ["agencies", "areas", "contacts", "documents", "glossary", "roles", "synonyms", "thresholds", "timescales"];

/// Reads all data files.
pub fn parse(sources: &Sources) -> (Data, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut data = Data::default();
    for (file, text) in sources.texts_in("content/data/", ".toml") {
        let name = file.strip_prefix("content/data/").and_then(|name| name.strip_suffix(".toml")).unwrap_or(file);
        if !FILES.contains(&name) {
            let help = suggestion(name, FILES)
                .map_or_else(|| format!("the data files are {}", one_of(FILES)), |known| format!("did you mean `{known}.toml`?"));
            found.push(
                Diagnostic::error("data/unknown-file", Span::file_start(file), format!("`{name}.toml` is not a data file")).with_help(help),
            );
            continue;
        }
        if name == "agencies" {
            let (register, mut in_register) = agencies::parse(file, text);
            data.register = register;
            found.append(&mut in_register);
            continue;
        }
        fields::read(KIND, file, text, 0..text.len(), &mut found, |fields| match name {
            "areas" => data.areas = entries(fields, "area", area),
            "contacts" => {
                data.panel = fields.table("panel", "[panel]", contacts::panel).flatten();
                data.contacts = entries(fields, "contact", contacts::contact);
            }
            "documents" => data.documents = entries(fields, "document", document),
            "glossary" => data.terms = entries(fields, "term", glossary::term),
            "roles" => data.roles = entries(fields, "role", roles::role),
            "synonyms" => data.synonyms = entries(fields, "synonym", glossary::synonym),
            "thresholds" => data.ladders = entries(fields, "ladder", thresholds::ladder),
            _ => data.timescales = entries(fields, "timescale", timescales::timescale),
        });
    }
    check(&data, &mut found);
    fill_in(&mut data, &mut found);
    (data, found)
}

/// Draws `:timescale{id=…}` and `:phone{id=…}` in the definitions of terms, so that no number stands in two data files.
fn fill_in(data: &mut Data, found: &mut Vec<Diagnostic>) {
    let mut terms = std::mem::take(&mut data.terms);
    for term in &mut terms {
        for name in ["timescale", "phone"] {
            let opening = format!(":{name}{{id=");
            while let Some(at) = term.definition.find(&opening) {
                let rest = &term.definition[at + opening.len()..];
                let id = rest.split('}').next().unwrap_or("");
                let drawn = match name {
                    "timescale" => data.timescale(id).map(|timescale| timescale.rule.phrase()),
                    _ => data.contact(id).map(|contact| Contact::unbroken(&contact.phone)),
                };
                let end = at + opening.len() + id.len() + usize::from(rest.len() > id.len());
                if drawn.is_none() {
                    let message = format!("the definition of “{}” names the {name} `{id}`, which is not in the data", term.term);
                    found.push(Diagnostic::error(format!("data/no-such-{name}"), term.id.span.clone(), message));
                }
                term.definition.replace_range(at..end, &drawn.unwrap_or_default());
            }
        }
    }
    data.terms = terms;
}

fn entries<T>(fields: &mut Fields<'_>, key: &'static str, read: impl FnMut(&mut Fields<'_>) -> Option<T>) -> Vec<T> {
    fields.tables(key, key, read).into_iter().flatten().collect()
}

fn area(fields: &mut Fields<'_>) -> Option<Area> {
    let id = id(fields);
    let name = fields.required_prose("name");
    let short = fields.text("short");
    let is_sheet = fields.choice("kind", &[("area", false), ("sheet", true)]).unwrap_or(false);
    let page = fields.text("page");
    let name = name?.value;
    Some(Area { id: id?, short: short.map_or_else(|| name.clone(), |short| short.value), name, is_sheet, page })
}

fn document(fields: &mut Fields<'_>) -> Option<NamedDocument> {
    let id = id(fields);
    let title = fields.required_prose("title");
    let area = fields.required_text("area");
    let document = NamedDocument {
        id: id?,
        title: title?.value,
        issued_by: fields.prose("issued_by"),
        area: area?,
        years: fields.prose("years"),
        cleared: fields.date("cleared").map(|date| date.value),
        kind: fields
            .choice("kind", &[("source", DocumentKind::Source), ("named", DocumentKind::Named), ("own", DocumentKind::Own)])
            .unwrap_or(DocumentKind::Named),
        note: fields.prose("note"),
    };
    Some(document)
}

/// An id becomes part of addresses: small letters, digits and hyphens.
fn id(fields: &mut Fields<'_>) -> Option<Placed<String>> {
    id_of(fields, "id")
}

fn id_of(fields: &mut Fields<'_>, key: &'static str) -> Option<Placed<String>> {
    let id = fields.required_text(key)?;
    if id.value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Some(id);
    }
    fields
        .report("id", id.span.clone(), format!("`{}` cannot be an id", id.value))
        .help
        .push(String::from("use small letters, digits and hyphens"));
    None
}

/// The two keys that say where a fact comes from.
fn source(fields: &mut Fields<'_>) -> Option<Source> {
    let document = fields.required_text("document");
    let section = fields.prose("section");
    Some(Source { document: document?, section })
}

/// Checks that ids are used once and that every id referred to exists.
fn check(data: &Data, found: &mut Vec<Diagnostic>) {
    let (areas, documents, contacts) = (data.area_ids(), data.document_ids(), data.contact_ids());
    unique("area", &areas, found);
    unique("document", &documents, found);
    unique("contact", &contacts, found);
    unique("timescale", &data.timescales.iter().map(|timescale| &timescale.id).collect::<Vec<_>>(), found);
    unique("role", &data.roles.iter().map(|role| &role.id).collect::<Vec<_>>(), found);
    unique("term", &data.terms.iter().map(|term| &term.id).collect::<Vec<_>>(), found);
    unique("ladder", &data.ladders.iter().map(|ladder| &ladder.area).collect::<Vec<_>>(), found);
    for ladder in &data.ladders {
        unique("level", &ladder.levels.iter().map(|level| &level.id).collect::<Vec<_>>(), found);
    }
    let area_of = data
        .documents
        .iter()
        .map(|document| &document.area)
        .chain(data.contacts.iter().map(|contact| &contact.area))
        .chain(data.ladders.iter().map(|ladder| &ladder.area))
        .chain(data.roles.iter().map(|role| &role.area))
        .chain(data.timescales.iter().map(|timescale| &timescale.area))
        .chain(data.terms.iter().map(|term| &term.area));
    for area in area_of {
        if area.value != ALL_AREAS {
            known("area", area, &areas, found);
        }
    }
    let sources = data
        .contacts
        .iter()
        .map(|contact| &contact.source)
        .chain(data.ladders.iter().map(|ladder| &ladder.source))
        .chain(data.roles.iter().map(|role| &role.source))
        .chain(data.timescales.iter().map(|timescale| &timescale.source))
        .chain(data.terms.iter().map(|term| &term.source));
    for source in sources {
        known("document", &source.document, &documents, found);
    }
    if let Some(panel) = &data.panel {
        for id in [&panel.danger, &panel.advice].into_iter().chain(&panel.elsewhere) {
            known("contact", id, &contacts, found);
            if data.contact(&id.value).is_some_and(|contact| contact.phone.is_empty()) {
                let message = format!("the contact `{}` has no telephone number, and the panel shows it on every page", id.value);
                found.push(Diagnostic::error("data/panel", id.span.clone(), message));
            }
        }
    }
}

fn unique(what: &str, ids: &[&Placed<String>], found: &mut Vec<Diagnostic>) {
    let mut seen = BTreeMap::new();
    for id in ids {
        if seen.insert(&id.value, &id.span).is_some() {
            found.push(Diagnostic::error(
                "data/twice",
                id.span.clone(),
                format!("there are two {what} entries with the id `{}`", id.value),
            ));
        }
    }
}

/// A longer list is read by nobody.
const MAX_IDS_IN_HELP: usize = 12;

/// Reports an id that names nothing, with the nearest one that does.
pub fn known(what: &str, id: &Placed<String>, ids: &[&Placed<String>], found: &mut Vec<Diagnostic>) {
    if ids.iter().any(|known| known.value == id.value) {
        return;
    }
    // Several entries may share a word, as time limits share their step.
    let unique: std::collections::BTreeSet<&str> = ids.iter().map(|known| known.value.as_str()).collect();
    let words = || unique.iter().copied();
    let help = match suggestion(&id.value, words()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if ids.is_empty() => format!("the site's data holds no {what}"),
        None if unique.len() > MAX_IDS_IN_HELP => {
            let file = ids[0].span.file.clone();
            format!("{file} has {}, and does not have this one: name one of them, or add it there", unique.len())
        }
        None => format!("use {}", one_of(words())),
    };
    found.push(
        Diagnostic::error(format!("data/no-such-{what}"), id.span.clone(), format!("there is no {what} `{}`", id.value)).with_help(help),
    );
}

impl Data {
    pub fn area_ids(&self) -> Vec<&Placed<String>> {
        self.areas.iter().map(|area| &area.id).collect()
    }

    pub fn document_ids(&self) -> Vec<&Placed<String>> {
        self.documents.iter().map(|document| &document.id).collect()
    }

    pub fn contact_ids(&self) -> Vec<&Placed<String>> {
        self.contacts.iter().map(|contact| &contact.id).collect()
    }

    pub fn area_name<'a>(&'a self, id: &'a str) -> &'a str {
        if id == ALL_AREAS {
            return "All areas";
        }
        self.areas.iter().find(|area| area.id.value == id).map_or(id, |area| &area.name)
    }

    pub fn document(&self, id: &str) -> Option<&NamedDocument> {
        self.documents.iter().find(|document| document.id.value == id)
    }

    pub fn contact(&self, id: &str) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.id.value == id)
    }

    pub fn timescale(&self, id: &str) -> Option<&Timescale> {
        self.timescales.iter().find(|timescale| timescale.id.value == id)
    }

    pub fn term(&self, id: &str) -> Option<&Term> {
        self.terms.iter().find(|term| term.id.value == id)
    }

    pub fn ladder(&self, area: &str) -> Option<&Ladder> {
        self.ladders.iter().find(|ladder| ladder.area.value == area)
    }

    /// Where an area stands in `areas.toml`, the host area first, what holds for all areas before it.
    pub fn area_order(&self, id: &str, host_area: Option<&str>) -> usize {
        if id == ALL_AREAS {
            return 0;
        }
        if Some(id) == host_area {
            return 1;
        }
        self.areas.iter().position(|area| area.id.value == id).map_or(usize::MAX, |position| position + 2)
    }

    /// A source in words: “Early Help Awareness e-workbook, Timescales”.
    pub fn source_text(&self, source: &Source) -> String {
        let title = self.document(&source.document.value).map_or(source.document.value.as_str(), |document| &document.title);
        if source.section.is_empty() { title.to_owned() } else { format!("{title}, {}", source.section) }
    }
}
