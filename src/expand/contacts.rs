//! Contact cards, and numbers and addresses inside a sentence.

use crate::data::Contact;
use crate::diagnostics::Diagnostic;
use crate::html::{Html, escape};
use crate::markdown::directive::Directive;
use crate::site::directives;
use crate::template::{TemplateValue, list as values, object, text};

use super::{Place, id};

/// `:::contacts`: one card each, the host area's first.
pub(super) fn list(directive: &Directive, place: &Place<'_>) -> Result<Html, Diagnostic> {
    let data = &place.site.data;
    let mut contacts: Vec<&Contact> = directives::contacts(directive, data).collect();
    if directive.get("ids").is_none() {
        contacts.sort_by_key(|contact| data.area_order(&contact.area.value, place.site.host_area()));
    }
    let mut html = String::new();
    for contact in contacts {
        let fill = vec![("contact", card(contact, place))];
        html.push_str(place.component("contact_card", fill, None)?.as_str());
    }
    Ok(super::by_area(&html))
}

fn card(contact: &Contact, place: &Place<'_>) -> TemplateValue {
    let data = &place.site.data;
    object(vec![
        ("id", text(directives::contact_anchor(&contact.id.value))),
        ("name", text(&contact.name)),
        ("area", text(&contact.area.value)),
        ("area_name", text(data.area_name(&contact.area.value))),
        ("use", text(&contact.purpose)),
        ("phone", text(Contact::unbroken(&contact.phone))),
        ("tel", text(Contact::tel(&contact.phone))),
        ("phone_also", text(Contact::unbroken(&contact.phone_also))),
        ("tel_also", text(Contact::tel(&contact.phone_also))),
        ("email", text(&contact.email)),
        ("address", values(contact.address.iter().map(text))),
        ("hours", text(&contact.hours)),
        ("source", text(data.source_text(&contact.source))),
    ])
}

fn named<'a>(directive: &Directive, place: &'a Place<'_>) -> Option<&'a Contact> {
    place.site.data.contact(id(directive))
}

/// `:phone{id=…}`: the number, unbroken, as a link.
pub(super) fn phone(directive: &Directive, place: &Place<'_>) -> Option<Html> {
    let contact = named(directive, place)?;
    if contact.phone.is_empty() {
        return None;
    }
    let (href, number) = (escape(&Contact::tel(&contact.phone)), escape(&Contact::unbroken(&contact.phone)));
    Some(Html::from_renderer(format!("<a class=\"phone\" href=\"{href}\">{number}</a>")))
}

/// `:email{id=…}`: the mail address as a link.
pub(super) fn email(directive: &Directive, place: &Place<'_>) -> Option<Html> {
    let contact = named(directive, place)?;
    if contact.email.is_empty() {
        return None;
    }
    let address = escape(&contact.email);
    Some(Html::from_renderer(format!("<a class=\"email\" href=\"mailto:{address}\">{address}</a>")))
}

/// `:contact{id=…}`: the name, and its number or else its mail address.
pub(super) fn inline(directive: &Directive, place: &Place<'_>) -> Option<Html> {
    let name = escape(&named(directive, place)?.name);
    match phone(directive, place).or_else(|| email(directive, place)) {
        Some(way) => Some(Html::from_renderer(format!("{name}, {way}"))),
        None => Some(name),
    }
}
