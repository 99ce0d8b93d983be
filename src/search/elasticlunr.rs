//! The index a second time, in the form of elasticlunr 0.9.5, for tools that read it. Our own search does not use it.

use elasticlunr::Index;

use super::SearchSection;

/// A standard elasticlunr index in JSON; a document's reference is the section's address.
pub fn elasticlunr_json(sections: &[SearchSection]) -> String {
    let mut index = Index::new(&["title", "body", "breadcrumbs"]);
    for section in sections {
        let SearchSection { address, heading, page_title, breadcrumb, aliases, body, kind: _ } = section;
        let body = aliases.iter().map(String::as_str).chain([body.as_str()]).collect::<Vec<_>>().join("\n");
        index.add_doc(address, [heading.as_str(), &body, &format!("{breadcrumb} {page_title}")]);
    }
    index.to_json()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::SectionKind;

    #[test]
    fn the_export_names_its_version_and_holds_the_section() {
        let section = SearchSection {
            address: "guidance/review/#how-often".to_owned(),
            heading: "How often".to_owned(),
            page_title: "Review".to_owned(),
            breadcrumb: String::new(),
            aliases: Vec::new(),
            body: "Meet again.".to_owned(),
            kind: SectionKind::Section,
        };
        let json = elasticlunr_json(&[section]);
        assert!(json.contains("\"version\":\"0.9.5\"") && json.contains("guidance/review/#how-often"));
    }
}
