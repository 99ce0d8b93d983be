//! `roles.toml`: what each area calls the people of early help, and what it says they do.

use crate::fields::{Fields, Placed};

use super::Source;

/// One role of one area.
#[derive(Debug, Clone)]
pub struct Role {
    pub id: Placed<String>,
    /// What areas have in common, as an id: `lead`.
    pub kind: Placed<String>,
    pub area: Placed<String>,
    /// As the source writes it in a sentence: `lead professional`.
    pub name: String,
    /// Other names that the same source uses.
    pub also: Vec<String>,
    /// What the source says of the role, in one or two sentences.
    pub does: String,
    pub source: Source,
}

pub(super) fn role(fields: &mut Fields<'_>) -> Option<Role> {
    let id = super::id(fields);
    let kind = super::id_of(fields, "kind");
    let area = fields.required_text("area");
    let name = fields.required_prose("name");
    let also = fields.texts("also").into_iter().map(|name| name.value).collect();
    let does = fields.required_prose("does");
    let source = super::source(fields);
    Some(Role { id: id?, kind: kind?, area: area?, name: name?.value, also, does: does?.value, source: source? })
}
