//! `contacts.toml`: whom to ring, and the panel that stands on every page.

use crate::fields::{Fields, Placed};

use super::Source;

/// One place to turn to.
#[derive(Debug, Clone)]
pub struct Contact {
    pub id: Placed<String>,
    pub area: Placed<String>,
    pub name: String,
    /// When to turn to it, one sentence.
    pub purpose: String,
    /// As people read it: `01724 296500`. Empty when there is none.
    pub phone: String,
    pub phone_also: String,
    pub email: String,
    /// Lines of a postal address.
    pub address: Vec<String>,
    /// Opening hours, only where a source gives them.
    pub hours: String,
    pub source: Source,
}

/// The panel “Worried about a child?”.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Contact for immediate danger.
    pub danger: Placed<String>,
    /// The people to turn to in one's own agency.
    pub people: String,
    /// Contact for advice in the host area.
    pub advice: Placed<String>,
    /// Contacts that a reader of another area sees in its place.
    pub elsewhere: Vec<Placed<String>>,
}

pub(super) fn panel(fields: &mut Fields<'_>) -> Option<Panel> {
    let danger = fields.required_text("danger");
    let people = fields.required_prose("people");
    let advice = fields.required_text("advice");
    let elsewhere = fields.texts("elsewhere");
    Some(Panel { danger: danger?, people: people?.value, advice: advice?, elsewhere })
}

pub(super) fn contact(fields: &mut Fields<'_>) -> Option<Contact> {
    let id = super::id(fields);
    let area = fields.required_text("area");
    let name = fields.required_prose("name");
    let source = super::source(fields);
    let number = phone(fields, "phone");
    let phone_also = phone(fields, "phone_also");
    let contact = Contact {
        purpose: fields.prose("use"),
        phone: number,
        phone_also,
        email: email(fields),
        address: fields.texts("address").into_iter().map(|line| line.value).collect(),
        hours: fields.prose("hours"),
        id: id?,
        area: area?,
        name: name?.value,
        source: source?,
    };
    Some(contact)
}

/// A number is digits and spaces, or it could not be rung from a phone.
fn phone(fields: &mut Fields<'_>, key: &'static str) -> String {
    let Some(number) = fields.text(key) else { return String::new() };
    let is_number = number.value.bytes().filter(u8::is_ascii_digit).count() >= 3
        && number.value.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    if !is_number {
        fields
            .report("phone", number.span, format!("`{}` is not a telephone number", number.value))
            .help
            .push(String::from("write digits and spaces: `01724 296500`"));
    }
    number.value
}

fn email(fields: &mut Fields<'_>) -> String {
    let Some(address) = fields.text("email") else { return String::new() };
    let parts: Vec<&str> = address.value.split('@').collect();
    let is_address =
        matches!(parts[..], [name, host] if !name.is_empty() && host.contains('.')) && !address.value.contains([' ', '<', '>', '"']);
    if !is_address {
        fields.report("email", address.span, format!("`{}` is not a mail address", address.value));
    }
    address.value
}

impl Contact {
    /// The number as a link: `tel:01724296500`.
    pub fn tel(number: &str) -> String {
        if number.is_empty() { String::new() } else { format!("tel:{}", number.replace(' ', "")) }
    }

    /// The number with spaces that never break.
    pub fn unbroken(number: &str) -> String {
        number.replace(' ', "\u{a0}")
    }
}
