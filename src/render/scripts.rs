//! Joins a theme's script modules to one script.
//!
//! Modules are for us: each is tested by itself under Node. Browsers get one classic script an entry, because a page may
//! make few requests and because modules do not load from a folder opened without a server. The rules a module keeps, so
//! that joining is putting files one after the other: relative imports by name, `export` only in front of a declaration,
//! no name declared at the top of two modules, and no template literal over several lines. Breaking one of the first three is
//! reported here, not found by a reader. Comments of their own, and spaces and line ends that mean nothing,
//! are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::diagnostics::{Diagnostic, Span};
use crate::theme::Theme;

use super::spaces::without_spaces;

static IMPORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?m)^import \{([^}]*)\} from '([^']+)';?$"#).expect("the pattern is sound"));
static ANY_IMPORT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^import\b|\bimport\(").expect("the pattern is sound"));
static EXPORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^export (async function|function\*?|class|const|let) ").expect("the pattern is sound"));
static ANY_EXPORT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^export\b").expect("the pattern is sound"));
static DECLARATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^(?:async function|function\*?|class|const|let) ([A-Za-z_$][\w$]*)").expect("the pattern is sound"));

/// The script of an entry module, with all it imports, behind `first`: what the build tells it.
pub(super) fn join(entry: &str, first: &str, theme: &Theme, found: &mut Vec<Diagnostic>) -> String {
    let mut joiner =
        Joiner { theme, found, seen: BTreeSet::new(), owners: BTreeMap::new(), script: format!("(() => {{\n'use strict'\n{first}") };
    joiner.add(entry);
    joiner.script.push_str("})()\n");
    joiner.script
}

struct Joiner<'j> {
    theme: &'j Theme,
    found: &'j mut Vec<Diagnostic>,
    seen: BTreeSet<String>,
    owners: BTreeMap<String, String>,
    script: String,
}

impl Joiner<'_> {
    /// Adds a module after those it imports.
    fn add(&mut self, path: &str) {
        if !self.seen.insert(path.to_owned()) {
            return;
        }
        let Some(file) = self.theme.texts.get(path) else {
            let place = crate::diagnostics::FilePath::from(format!("themes/{}/{path}", self.theme.name));
            self.found.push(Diagnostic::error("script/missing", Span::file_start(&place), "the theme has no such script"));
            return;
        };
        let (file, text) = (file.path.clone(), file.text.clone());
        for import in IMPORT.captures_iter(&text) {
            match joined_path(path, &import[2]) {
                Some(target) => self.add(&target),
                None => {
                    let place = import.get(2).expect("the pattern has two groups");
                    self.found.push(Diagnostic::error(
                        "script/import",
                        Span::new(&file, place.range()),
                        "a module imports by a relative path inside the theme",
                    ));
                }
            }
        }
        let without_imports = IMPORT.replace_all(&text, "");
        for (pattern, code, message) in [
            (&ANY_IMPORT, "script/import", "imports are written `import { a, b } from './module.mjs'`"),
            (&ANY_EXPORT, "script/export", "`export` stands in front of a function, class, const or let"),
        ] {
            let checked = if code == "script/export" { EXPORT.replace_all(&without_imports, "") } else { without_imports.clone() };
            if pattern.is_match(&checked) {
                self.found.push(Diagnostic::error(code, Span::file_start(&file), message));
            }
        }
        let module = EXPORT.replace_all(&without_imports, "$1 ");
        for declaration in DECLARATION.captures_iter(&module) {
            if let Some(other) = self.owners.insert(declaration[1].to_owned(), path.to_owned()) {
                let message = format!("`{}` is also declared at the top of {other}, and both become one script", &declaration[1]);
                self.found.push(Diagnostic::error("script/same-name", Span::file_start(&file), message));
            }
        }
        for line in module.lines().map(str::trim_end) {
            let code = line.trim_start();
            // Comments on lines of their own are for us.
            if !code.is_empty()
                && !code.starts_with("//")
                && !code.starts_with("/**")
                && !code.starts_with("* ")
                && code != "*/"
                && code != "*"
            {
                let code = without_spaces(code);
                if ends_no_statement(&self.script, &code) {
                    self.script.pop();
                }
                self.script.push_str(&code);
                self.script.push('\n');
            }
        }
    }
}

/// Whether the line end before this line only parts what belongs together, so that it can go: after an open bracket or a comma,
/// and before a closed bracket or a dot, no statement can end but by the bracket itself.
fn ends_no_statement(script: &str, next: &str) -> bool {
    let last = script.trim_end_matches('\n').rsplit('\n').next().unwrap_or("");
    // Behind a comment the rest of a line is comment, too.
    !last.contains("//") && (last.ends_with(['{', '(', '[', ',']) || next.starts_with(['}', ')', ']', '.']))
}

/// The module that a relative import means.
fn joined_path(from: &str, import: &str) -> Option<String> {
    if !import.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
