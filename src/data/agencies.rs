//! `agencies.toml`: the agencies whose staff learn here, and the mail domains by which a confirmer is known as one of theirs.
//!
//! The inbox reads this file, and of the guidance nothing else.

use crate::completion::text::{fault_of_text, is_domain};
use crate::diagnostics::{Diagnostic, FilePath};
use crate::fields::{self, Fields, Placed};

use super::{KIND, id, unique};

/// The agencies, and the mail domains that stand for none.
#[derive(Debug, Clone, Default)]
pub struct Register {
    pub agencies: Vec<Agency>,
    /// Domains where anyone gets an address, compared whole.
    pub free_mail: Vec<String>,
}

/// One agency of the register.
#[derive(Debug, Clone)]
pub struct Agency {
    pub id: Placed<String>,
    pub name: String,
    /// Compared whole: a sub-domain is another domain.
    pub mail_domains: Vec<String>,
}

/// The id that a learner gives whose agency is not in the register.
pub const OTHER: &str = "other";

/// Longest name of an agency in a record, in UTF-16 units.
const MAX_NAME: usize = 120;

impl Register {
    pub fn agency(&self, id: &str) -> Option<&Agency> {
        self.agencies.iter().find(|agency| agency.id.value == id)
    }

    pub fn is_free_mail(&self, domain: &str) -> bool {
        self.free_mail.iter().any(|known| known == domain)
    }
}

/// Reads the file by itself, as the inbox does.
pub fn parse(file: &FilePath, text: &str) -> (Register, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let register = fields::read(KIND, file, text, 0..text.len(), &mut found, read);
    unique("agency", &register.agencies.iter().map(|agency| &agency.id).collect::<Vec<_>>(), &mut found);
    (register, found)
}

fn read(fields: &mut Fields<'_>) -> Register {
    let free_mail = domains(fields, "free_mail");
    Register { free_mail, agencies: fields.tables("agency", "agency", agency).into_iter().flatten().collect() }
}

fn agency(fields: &mut Fields<'_>) -> Option<Agency> {
    let id = id(fields);
    if let Some(id) = id.as_ref().filter(|id| id.value == OTHER) {
        fields.report("id", id.span.clone(), "`other` stands for every agency that is not in the register");
    }
    let name = fields.required_prose("name");
    if let Some((name, fault)) = name.as_ref().and_then(|name| Some((name, fault_of_text(&name.value, MAX_NAME)?))) {
        fields.report("agency", name.span.clone(), format!("records could not carry this name: {fault}"));
    }
    fields.require("mail_domains");
    let mail_domains = domains(fields, "mail_domains");
    Some(Agency { id: id?, name: name?.value, mail_domains })
}

fn domains(fields: &mut Fields<'_>, key: &'static str) -> Vec<String> {
    let mut domains = Vec::new();
    for domain in fields.texts(key) {
        if !is_domain(&domain.value) {
            fields
                .report("domain", domain.span, format!("`{}` is not a mail domain", domain.value))
                .help
                .push(String::from("write what stands behind the `@`, in small letters"));
            continue;
        }
        domains.push(domain.value);
    }
    domains
}
