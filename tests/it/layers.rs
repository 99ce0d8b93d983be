//! ARCHITECTURE.md has a table of modules; the source keeps to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use walk::rust_files;

struct Module {
    row: u32,
    home_of: BTreeSet<String>,
}

/// Crates that may be used anywhere.
const ANYWHERE: [&str; 5] = ["anyhow", "jiff", "rayon", "serde", "serde_json"];

fn table() -> BTreeMap<String, Module> {
    let text = fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md is in the repository");
    let mut table = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ") && line.contains("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [row, name, _, home_of] = cells[..] else { panic!("not a row of four cells: {line}") };
        let module = Module {
            row: row.parse().expect("a row begins with its number"),
            home_of: home_of.split_whitespace().map(String::from).collect(),
        };
        assert!(table.insert(name.trim_matches('`').to_owned(), module).is_none(), "{name} stands twice");
    }
    table
}

/// What breaks the table, in words.
fn breaches(table: &BTreeMap<String, Module>, module: &str, file: &str, code: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    let own = &table[module];
    for used in names_after(code, "crate::") {
        if used != module && table.get(&used).is_some_and(|other| other.row >= own.row) {
            breaches.push(format!("{file}: `{module}` (row {}) uses `{used}` (row {})", own.row, table[&used].row));
        }
    }
    for (owner, home) in table {
        for name in &home.home_of {
            let is_at_home = own.home_of.contains(name);
            if !is_at_home && uses_crate(code, name) {
                breaches.push(format!("{file}: `{module}` uses the crate {name}, which lives in `{owner}`"));
            }
        }
    }
    breaches
}

/// `crate::a::b`, `crate::{a, b::c}`: the first names.
fn names_after(code: &str, start: &str) -> BTreeSet<String> {
    let first_name =
        |path: &str| path.trim().split(|character: char| !(character.is_alphanumeric() || character == '_')).next().map(String::from);
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(start) {
        let rest = &code[at + start.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.extend(first_name(rest));
            continue;
        };
        let mut depth = 0_u32;
        let mut from = 0;
        for (index, character) in list.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    names.extend(first_name(&list[from..index]));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    names.extend(first_name(&list[from..index]));
                    from = index + 1;
                }
                _ => {}
            }
        }
    }
    names.remove("");
    names
}

fn uses_crate(code: &str, name: &str) -> bool {
    let way = regex::Regex::new(&format!(r"(^|[^\w:]){name}::|use {name};")).expect("a crate's name is a sound pattern");
    way.is_match(code)
}

/// Code without comments, in which other modules may be named.
fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn modules_use_only_those_below_them() {
    let table = table();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for path in rust_files(Path::new("src")) {
        let inner = path.strip_prefix("src/").expect("the file is below src");
        let module = inner.split(['/', '.']).next().expect("a path has a first part").to_owned();
        if module == "main" || module == "lib" {
            continue;
        }
        assert!(table.contains_key(&module), "{path}: the module `{module}` is not in ARCHITECTURE.md's table");
        let code = without_comments(&fs::read_to_string(&path).expect("a source file can be read"));
        found.extend(breaches(&table, &module, &path, &code));
        seen.insert(module);
    }
    assert_eq!(seen, table.keys().cloned().collect(), "the table and src/ have the same modules");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_crate_has_a_home() {
    let cargo: toml::Table = toml::from_str(&fs::read_to_string("Cargo.toml").expect("Cargo.toml is here")).expect("Cargo.toml is TOML");
    let homes: BTreeSet<String> = table().values().flat_map(|module| module.home_of.iter().cloned()).collect();
    for name in cargo["dependencies"].as_table().expect("dependencies are a table").keys() {
        let name = name.trim_end_matches("-rs").replace('-', "_");
        assert!(ANYWHERE.contains(&name.as_str()) || homes.contains(&name), "{name} has no home in ARCHITECTURE.md");
    }
}

#[test]
fn a_breach_is_seen() {
    let table = table();
    let seen = |module: &str, code: &str| breaches(&table, module, "a.rs", code).len();
    assert_eq!(seen("data", "use crate::fields::{self, Fields};"), 0);
    assert_eq!(seen("data", "use crate::site::Site;"), 1);
    assert_eq!(seen("data", "use crate::{html, site::{Site, Page}, render};"), 2);
    assert_eq!(seen("site", "use tera::Tera;"), 1);
    assert_eq!(seen("render", "fn f() -> crate::commands::Outcome {}"), 1);
}

mod walk {
    use std::path::Path;

    /// Every `.rs` file below a folder, with `/` in its path.
    pub fn rust_files(folder: &Path) -> Vec<String> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                files.extend(rust_files(&path));
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
        files.sort();
        files
    }
}
