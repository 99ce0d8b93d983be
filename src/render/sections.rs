//! A page as search sees it: its sections in plain words, and the entries its directives made.
//!
//! The words are taken from the finished HTML, so what a reader sees is what can be found.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::data::{Contact, Data};
use crate::markdown::directive::Directive;
use crate::search::{OneWaySynonym, SearchSection, SectionKind, SynonymGroup, Synonyms};
use crate::site::{Page, Site, directives};

use super::body::Body;

/// Headings that so many pages share (“In short”) that they name nothing without the page's title.
pub(super) fn shared_headings(site: &Site) -> BTreeSet<String> {
    let mut n_pages: BTreeMap<&str, usize> = BTreeMap::new();
    for heading in site.pages.values().flat_map(|page| &page.headings) {
        *n_pages.entry(&heading.text).or_default() += 1;
    }
    n_pages.into_iter().filter(|(_, n)| *n > 2).map(|(heading, _)| heading.to_owned()).collect()
}

/// The sections of one page, its head first.
pub(super) fn of_page(page: &Page, body: &Body, site: &Site, shared_headings: &BTreeSet<String>) -> Vec<SearchSection> {
    let address = &page.url.as_str()[1..];
    let title = &page.front_matter.title.value;
    let breadcrumb: Vec<&str> = page.breadcrumbs.iter().skip(1).map(|path| site.page(path).front_matter.title.value.as_str()).collect();
    let breadcrumb = breadcrumb.join(" › ");
    let section = |id: &str, heading: String, aliases: Vec<String>, body: String, kind: SectionKind| SearchSection {
        address: if id.is_empty() { address.to_owned() } else { format!("{address}#{id}") },
        heading,
        page_title: title.clone(),
        breadcrumb: breadcrumb.clone(),
        aliases,
        body,
        kind,
    };
    let front_matter = &page.front_matter;
    let aliases = std::iter::once(&front_matter.summary.value).chain(&front_matter.also_asked).cloned().collect();
    let mut parts = split(body.html.as_str(), &body.apart).into_iter();
    let head = parts.next().expect("what stands before the first heading is a part, if an empty one");
    let mut sections = vec![section("", title.clone(), aliases, head.words, SectionKind::Page)];
    for part in parts {
        let heading = if shared_headings.contains(&part.heading) { format!("{title}: {}", part.heading) } else { part.heading };
        sections.push(section(&part.id, heading, Vec::new(), part.words, SectionKind::Section));
    }
    for directive in directives::in_pieces(&page.body) {
        for entry in entries(directive, site) {
            if site.entry_pages.get(&entry.anchor) == Some(&page.url)
                && !sections.iter().any(|known| known.address.ends_with(&format!("#{}", entry.anchor)))
            {
                sections.push(section(&entry.anchor, entry.heading, entry.aliases, entry.body, entry.kind));
            }
        }
    }
    sections
}

struct Entry {
    anchor: String,
    heading: String,
    aliases: Vec<String>,
    body: String,
    kind: SectionKind,
}

/// What a directive shows, entry by entry.
fn entries(directive: &Directive, site: &Site) -> Vec<Entry> {
    let data = &site.data;
    if directives::anchors(directive, data).is_empty() {
        return Vec::new();
    }
    match directive.name.value.as_str() {
        "contacts" => directives::contacts(directive, data).map(|contact| contact_entry(contact, data)).collect(),
        "timescale" => directives::timescales(directive, data)
            .map(|timescale| {
                let area = data.area_name(&timescale.area.value);
                Entry {
                    anchor: directives::time_anchor(&timescale.id.value),
                    heading: format!("{}, {area}", timescale.step_name),
                    aliases: Vec::new(),
                    body: words([&timescale.rule.phrase(), "after", &timescale.starts, &timescale.who, area]),
                    kind: SectionKind::TimeLimit,
                }
            })
            .collect(),
        "thresholds" => directives::ladders(directive, data)
            .flat_map(|ladder| {
                let area = data.area_name(&ladder.area.value);
                ladder.levels.iter().map(move |level| Entry {
                    anchor: directives::level_anchor(&ladder.area.value, &level.id.value),
                    heading: format!("{}, {area}", level.full_name()),
                    aliases: Vec::new(),
                    body: words([&ladder.name, &ladder.step_word, &level.meaning, &level.help]),
                    kind: SectionKind::Level,
                })
            })
            .collect(),
        "glossary" => data
            .terms
            .iter()
            .map(|term| Entry {
                anchor: term.id.value.clone(),
                heading: if term.expansion.is_empty() { term.term.clone() } else { format!("{}: {}", term.term, term.expansion) },
                aliases: term.also.clone(),
                body: words([&term.definition, data.area_name(&term.area.value)]),
                kind: SectionKind::Term,
            })
            .collect(),
        "documents" => data
            .documents
            .iter()
            .map(|document| Entry {
                anchor: directives::document_anchor(&document.id.value),
                heading: document.title.clone(),
                aliases: Vec::new(),
                body: words([&document.years, &document.issued_by, &document.note]),
                kind: SectionKind::Section,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn contact_entry(contact: &Contact, data: &Data) -> Entry {
    let address = contact.address.join(", ");
    Entry {
        anchor: directives::contact_anchor(&contact.id.value),
        heading: contact.name.clone(),
        aliases: Vec::new(),
        body: words([
            &contact.purpose,
            data.area_name(&contact.area.value),
            &contact.phone,
            &contact.phone_also,
            &contact.email,
            &address,
            &contact.hours,
        ]),
        kind: SectionKind::Contact,
    }
}

fn words<const N: usize>(parts: [&str; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ")
}

/// Words that stand for each other: those of `synonyms.toml`, and each glossary term with its expansion.
pub(super) fn synonyms(data: &Data) -> Synonyms {
    let mut synonyms = Synonyms::default();
    for synonym in &data.synonyms {
        if synonym.from == synonym.to {
            synonyms.groups.push(SynonymGroup { words: synonym.from.clone() });
        } else {
            synonyms.one_way.extend(synonym.from.iter().map(|from| OneWaySynonym { from: from.clone(), to: synonym.to.clone() }));
        }
    }
    for term in &data.terms {
        let words: Vec<String> =
            [&term.term, &term.expansion].into_iter().chain(&term.also).filter(|word| !word.is_empty()).cloned().collect();
        if words.len() > 1 {
            synonyms.groups.push(SynonymGroup { words });
        }
    }
    synonyms
}

/// A part of a page: what stands under one heading of level 2 or 3.
struct Part {
    id: String,
    heading: String,
    words: String,
}

/// Elements that are not read for words: drawings, and the labels of what opens.
const NOT_WORDS: [(&str, &str); 2] = [("<svg ", "</svg>"), ("<summary>", "</summary>")];

/// Cuts our own HTML at its headings and takes the tags out. `apart` are bytes to leave out.
fn split(html: &str, apart: &[Range<usize>]) -> Vec<Part> {
    let mut parts = vec![Part { id: String::new(), heading: String::new(), words: String::new() }];
    let mut at = 0;
    let mut is_heading = false;
    while at < html.len() {
        if let Some(range) = apart.iter().find(|range| range.contains(&at)) {
            at = range.end;
            continue;
        }
        let rest = &html[at..];
        if !rest.starts_with('<') {
            let length = rest.find('<').unwrap_or(rest.len());
            let part = parts.last_mut().expect("there is a first part");
            unescape(&rest[..length], if is_heading { &mut part.heading } else { &mut part.words });
            at += length;
            continue;
        }
        // A drawing says the same as the words beside it, which are found already.
        if let Some((_, end)) = NOT_WORDS.iter().find(|(start, _)| rest.starts_with(start)) {
            at += rest.find(end).map_or(rest.len(), |at| at + end.len());
            parts.last_mut().expect("there is a first part").words.push(' ');
            continue;
        }
        let length = rest.find('>').map_or(rest.len(), |end| end + 1);
        let tag = &rest[..length];
        if (tag.starts_with("<h2") || tag.starts_with("<h3"))
            && let Some(id) = attribute(tag, " id=\"")
        {
            parts.push(Part { id: id.to_owned(), heading: String::new(), words: String::new() });
            is_heading = true;
        } else if tag.starts_with("</h2") || tag.starts_with("</h3") {
            is_heading = false;
        } else if !is_inline(tag) {
            parts.last_mut().expect("there is a first part").words.push(' ');
        }
        at += length;
    }
    for part in &mut parts {
        part.heading = part.heading.split_whitespace().collect::<Vec<_>>().join(" ");
        part.words = part.words.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    parts
}

fn attribute<'a>(tag: &'a str, start: &str) -> Option<&'a str> {
    let rest = &tag[tag.find(start)? + start.len()..];
    rest.find('"').map(|end| &rest[..end])
}

/// Tags that do not part words.
fn is_inline(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(name.len());
    matches!(&name[..end], "a" | "b" | "i" | "em" | "strong" | "code" | "span" | "mark" | "del" | "abbr")
}

/// The five escapes that this program writes, and no-break spaces as plain ones.
fn unescape(html: &str, text: &mut String) {
    let mut rest = html;
    while let Some(at) = rest.find('&') {
        push_plain(&rest[..at], text);
        rest = &rest[at..];
        let escapes = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\''), ("&#x27;", '\'')];
        match escapes.iter().find(|(escape, _)| rest.starts_with(escape)) {
            Some((escape, character)) => {
                text.push(*character);
                rest = &rest[escape.len()..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    push_plain(rest, text);
}

/// A heading's words, without its tags.
pub(super) fn plain_words(html: &str) -> String {
    split(html, &[]).into_iter().map(|part| part.words).collect()
}

fn push_plain(words: &str, text: &mut String) {
    text.extend(words.chars().map(|character| if character == '\u{a0}' { ' ' } else { character }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_are_not_read_and_glue_no_words() {
        let parts =
            split("<p>One</p>two<svg role=\"img\"><title>Gone</title></svg>three<details><summary>Gone</summary>four</details>", &[]);
        assert_eq!(parts[0].words, "One two three four");
    }

    #[test]
    fn a_page_is_cut_at_its_headings() {
        let html =
            "<p>One &amp; <em>t</em>wo</p><h2 id=\"a\">A <code>b</code></h2><ul><li>x</li><li>y</li></ul><p>gone</p><h4 id=\"c\">C</h4>";
        let gone = html.find("<p>gone").expect("it is there");
        let (before, after) = (gone + "<p>".len(), gone + "<p>gone</p>".len());
        let parts = split(html, &[gone..before, before..after]);
        let shown: Vec<_> = parts.iter().map(|part| (part.id.as_str(), part.heading.as_str(), part.words.as_str())).collect();
        assert_eq!(shown, [("", "", "One & two"), ("a", "A b", "x y C")]);
    }
}
