//! A case is a folder: a small site, and what building it gives.
//!
//! `expected/diagnostics.txt` is what the terminal shows, `expected/files.txt` every path of the release (fingerprints
//! masked), and any other file of `expected/` is compared with the output of the same path. `UPDATE=1 cargo test` writes
//! them anew; read that diff as carefully as code.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regex::Regex;

use crate::support;

/// What a case gives, by path below `expected/`.
fn given(case: &Path) -> BTreeMap<String, String> {
    let (built, drawn) = support::build(case, false);
    let fingerprint = Regex::new(r"\.[0-9a-f]{12}\.").expect("the pattern is sound");
    let mut given = BTreeMap::from([(String::from("diagnostics.txt"), drawn)]);
    // With an error nothing is published.
    let has_errors = built.found.iter().any(signpost::diagnostics::Diagnostic::is_error);
    if let Some(rendered) = built.rendered.as_ref().filter(|_| !has_errors) {
        let mut paths: Vec<String> =
            rendered.outputs.iter().map(|(path, _)| fingerprint.replace(path.as_str(), ".FINGERPRINT.").into_owned()).collect();
        // Without the fingerprints, whose bytes would decide the order.
        paths.sort();
        given.insert(String::from("files.txt"), paths.join("\n") + "\n");
        for (path, bytes) in rendered.outputs.iter() {
            // What every site has in the same form is compared where a case asks for it, by holding the file.
            let is_common = ["assets/", "search/", "a-z/", "404.html", "robots.txt", "_headers", "signpost.js", "sitemap.xml"]
                .iter()
                .any(|common| path.as_str().starts_with(common));
            if !is_common || case.join("expected").join(path.as_str()).exists() {
                given.insert(
                    path.as_str().to_owned(),
                    fingerprint.replace_all(&String::from_utf8_lossy(bytes), ".FINGERPRINT.").into_owned(),
                );
            }
        }
    }
    given
}

#[test]
fn every_case_gives_what_it_should() {
    let is_update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut n_cases = 0;
    let mut cases: Vec<_> =
        fs::read_dir("tests/sites").expect("the cases are there").map(|entry| entry.expect("the entry can be read").path()).collect();
    cases.sort();
    for case in cases {
        n_cases += 1;
        let name = case.file_name().expect("a case has a name").to_string_lossy().into_owned();
        let given = given(&case);
        let expected_dir = case.join("expected");
        if is_update {
            drop(fs::remove_dir_all(&expected_dir));
            for (path, text) in &given {
                support::put(&expected_dir, path, text);
            }
            continue;
        }
        let expected: BTreeMap<String, String> = support::files_in(&expected_dir)
            .into_iter()
            .map(|path| {
                let inner = path.strip_prefix(&expected_dir).expect("the file is below expected/").to_string_lossy().replace('\\', "/");
                (inner, fs::read_to_string(&path).expect("an expected file is text"))
            })
            .collect();
        for path in expected.keys().chain(given.keys()).collect::<std::collections::BTreeSet<_>>() {
            let (expected, given) = (expected.get(path), given.get(path));
            if expected != given {
                wrong.push(format!(
                    "{name}: {path}\n--- expected\n{}\n--- given\n{}",
                    expected.map_or("(no such file)", |text| text),
                    given.map_or("(no such file)", |text| text)
                ));
            }
        }
    }
    assert!(n_cases > 0, "there are no cases");
    assert!(wrong.is_empty(), "{} differ; if they should, run UPDATE=1 cargo test\n{}", wrong.len(), wrong.join("\n\n"));
}
