//! The guidance in this repository: no errors, nothing lost, every link of the built pages leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use scraper::{Html, Selector};
use signpost::diagnostics::counts;

use crate::support;

#[test]
fn the_guidance_builds_without_a_finding() {
    let (built, drawn) = support::build(Path::new("."), false);
    assert_eq!(counts(&built.found), (0, 0), "{drawn}");
    let n_files =
        support::files_in(Path::new("content")).iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")).count();
    assert_eq!(built.site.pages.len(), n_files, "every page's file is a page");
    assert_eq!(built.site.order.len(), n_files, "every page stands in the reading order");
}

#[test]
fn every_link_of_the_built_pages_leads_to_a_file_and_an_id() {
    let (built, _) = support::build(Path::new("."), false);
    let rendered = built.rendered.expect("the site is rendered");
    let mut pages: BTreeMap<String, (BTreeSet<String>, Vec<String>)> = BTreeMap::new();
    for (path, bytes) in rendered.outputs.iter().filter(|(path, _)| path.as_str().ends_with(".html")) {
        let html = Html::parse_document(std::str::from_utf8(bytes).expect("a page is text"));
        let every = |selector: &str, attribute: &str| -> Vec<String> {
            let selector = Selector::parse(selector).expect("the selector is sound");
            html.select(&selector).filter_map(|element| element.attr(attribute).map(String::from)).collect()
        };
        let ids = every("[id]", "id");
        let n_ids = ids.len();
        let unique: BTreeSet<String> = ids.into_iter().collect();
        assert_eq!(unique.len(), n_ids, "{path}: an id stands twice");
        let links = [every("a[href]", "href"), every("link[href]", "href"), every("script[src]", "src"), every("img[src]", "src")].concat();
        pages.insert(path.as_str().to_owned(), (unique, links));
    }
    let mut broken = Vec::new();
    let mut n_links = 0;
    for (path, (_, links)) in &pages {
        for link in links.iter().filter(|link| !link.contains(':')) {
            n_links += 1;
            let (file, anchor) = link.split_once('#').map_or((link.as_str(), ""), |(file, anchor)| (file, anchor));
            let target = target(path, file);
            let is_there = rendered.outputs.get(&target).is_some();
            let has_anchor = anchor.is_empty() || pages.get(&target).is_some_and(|(ids, _)| ids.contains(anchor));
            if !is_there || !has_anchor {
                broken.push(format!("{path}: {link}"));
            }
        }
    }
    assert!(n_links > 500, "only {n_links} links were looked at");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The output that a relative address of a page means.
fn target(page: &str, link: &str) -> String {
    if link.is_empty() {
        return page.to_owned();
    }
    let mut parts: Vec<&str> = if link.starts_with('/') { Vec::new() } else { page.split('/').collect() };
    parts.pop();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    if link.ends_with('/') || link.ends_with("..") {
        if path.is_empty() { String::from("index.html") } else { format!("{path}/index.html") }
    } else {
        path
    }
}

#[test]
fn every_page_says_its_area_and_its_source() {
    let (built, _) = support::build(Path::new("."), false);
    let rendered = built.rendered.expect("the site is rendered");
    let main = Selector::parse("main").expect("the selector is sound");
    for (path, bytes) in rendered.outputs.iter().filter(|(path, _)| path.as_str().ends_with(".html")) {
        let html = Html::parse_document(std::str::from_utf8(bytes).expect("a page is text"));
        // An old address only leads on.
        if built.site.redirects.keys().any(|url| url.output_path() == *path) {
            continue;
        }
        let words: String = html.select(&main).flat_map(|main| main.text()).collect();
        for word in ["Area", "Source"] {
            assert!(words.contains(word), "{path} does not say “{word}”");
        }
    }
}

/// The pages whose words hold something.
fn pages_with(built: &signpost::pipeline::Built, words: &str) -> BTreeSet<String> {
    let outputs = &built.rendered.as_ref().expect("the site is rendered").outputs;
    let pages = outputs.iter().filter(|(path, _)| path.as_str().ends_with(".html"));
    let with = pages.filter(|(_, bytes)| String::from_utf8_lossy(bytes).replace('\u{a0}', " ").contains(words));
    with.map(|(path, _)| path.as_str().to_owned()).collect()
}

#[test]
fn a_fact_changed_in_the_data_changes_on_every_page_that_shows_it() {
    // File, what stands there, what is put in its place; what readers see before and after; pages that must show it at least.
    let cases = [
        ("contacts", "phone = \"01724 296500\"", "phone = \"01724 000111\"", "01724 296500", "01724 000111", 60),
        ("contacts", "phone = \"01454 615165\"", "phone = \"01454 000111\"", "01454 615165", "01454 000111", 2),
        ("timescales", "from = 20\n", "from = 23\n", "within 20 working days", "within 23 working days", 6),
        ("timescales", "from = 6\nto = 12\n", "from = 7\nto = 13\n", "every 6 to 12 weeks", "every 7 to 13 weeks", 3),
        (
            "thresholds",
            "subtitle = \"Focused and Preventative\"",
            "subtitle = \"Aimed and Early\"",
            "Focused and Preventative",
            "Aimed and Early",
            3,
        ),
        (
            "roles",
            "name = \"lead practitioner\"",
            "name = \"first practitioner\"",
            "<strong>Lead practitioner</strong>",
            "<strong>First practitioner</strong>",
            1,
        ),
        ("documents", "years = \"2020/24\"", "years = \"2025/29\"", "2020/24)", "2025/29)", 2),
    ];
    let (before, _) = support::build(Path::new("."), false);
    for (file, written, instead, seen, seen_instead, n_at_least) in cases {
        let after = support::build_with(Path::new("."), &format!("content/data/{file}.toml"), |text| {
            assert_eq!(text.matches(written).count(), 1, "{file}.toml: {written}");
            text.replace(written, instead)
        });
        let showed = pages_with(&before, seen);
        assert!(showed.len() >= n_at_least, "“{seen}” stands on {} pages only", showed.len());
        assert_eq!(pages_with(&after, seen), BTreeSet::new(), "pages that type “{seen}”");
        assert_eq!(pages_with(&after, seen_instead), showed, "pages that should show “{seen_instead}”");
    }
}

#[test]
fn a_page_that_rests_on_a_dated_document_says_so_at_its_head() {
    let (built, _) = support::build(Path::new("."), false);
    let rendered = built.rendered.as_ref().expect("the site is rendered");
    let mut n_dated = 0;
    for page in built.site.pages.values() {
        let html = String::from_utf8_lossy(rendered.outputs.get(page.url.output_path().as_str()).expect("the page is there")).into_owned();
        for source in &page.front_matter.sources {
            let document = built.site.data.document(&source.document.value).expect("the document is in the data");
            if !document.years.is_empty() && document.cleared.is_none() {
                n_dated += 1;
                assert!(
                    html.contains("From a source that names") && html.contains("later edition may apply") && html.contains(&document.years),
                    "{}: {}",
                    page.path,
                    document.title
                );
            }
        }
    }
    assert!(n_dated > 0, "no page rests on a dated document");
}
