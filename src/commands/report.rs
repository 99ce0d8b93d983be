//! Diagnostics on the terminal, as pictures or as lines of JSON.

use std::io::{IsTerminal as _, Write as _};

use crate::diagnostics::text::{self, Style};
use crate::diagnostics::{Diagnostic, FilePath, Texts, counts, json};

use super::Outcome;

/// How a command reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Pictures for people, on standard error
    Text,
    /// One JSON object a line, on standard output
    Json,
}

/// Colours for a person at a terminal who did not ask for none.
pub fn style() -> Style {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if std::io::stderr().is_terminal() && !no_color { Style::Coloured } else { Style::Plain }
}

/// Shows every diagnostic. What the content is worth does not depend on whether anyone reads on: when the reader goes away, as
/// `head` does, the outcome stays.
pub fn show(found: &[Diagnostic], texts: &Texts, format: Format) -> Outcome {
    let style = style();
    for diagnostic in found {
        let is_read = match format {
            Format::Text => std::io::stderr().write_all(text::draw(diagnostic, texts, style).as_bytes()),
            Format::Json => writeln!(std::io::stdout(), "{}", json::value(diagnostic, texts)),
        };
        if is_read.is_err() {
            break;
        }
    }
    if counts(found).0 == 0 { Outcome::Done } else { Outcome::ContentErrors }
}

/// A line for people, on standard error. Nobody may be reading it, and that is no failure.
pub fn say(line: impl std::fmt::Display) {
    drop(writeln!(std::io::stderr(), "{line}"));
}

/// What was asked for, on standard output. A reader that has enough, as `head` does, is no failure.
pub fn print(text: impl std::fmt::Display) {
    drop(write!(std::io::stdout(), "{text}"));
}

/// “2 errors, 1 warning”; nothing when there is neither.
pub fn summary(found: &[Diagnostic]) -> String {
    let (n_errors, n_warnings) = counts(found);
    let mut parts = Vec::new();
    for (n, word) in [(n_errors, "error"), (n_warnings, "warning")] {
        if n > 0 {
            parts.push(format!("{n} {word}{}", if n == 1 { "" } else { "s" }));
        }
    }
    parts.join(", ")
}

/// What a command says of drafts, behind its summary: an author may have forgotten that a page is one. Empty: there are none.
pub fn drafts(left_out: &[FilePath]) -> String {
    match left_out {
        [] => String::new(),
        [one] => format!(" 1 draft is left out: {one}."),
        [first, .., last] => format!(" {} drafts are left out, from {first} to {last}.", left_out.len()),
    }
}
