//! Diagnostics on the terminal, as pictures or as lines of JSON.

use std::io::{IsTerminal as _, Write as _};

use crate::diagnostics::text::{self, Style};
use crate::diagnostics::{Diagnostic, Texts, counts, json};

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

/// Shows every diagnostic. Err: standard output or error is closed.
pub fn show(found: &[Diagnostic], texts: &Texts, format: Format) -> std::io::Result<Outcome> {
    match format {
        Format::Text => {
            let mut out = std::io::stderr().lock();
            let style = style();
            for diagnostic in found {
                out.write_all(text::draw(diagnostic, texts, style).as_bytes())?;
            }
        }
        Format::Json => {
            let mut out = std::io::stdout().lock();
            for diagnostic in found {
                writeln!(out, "{}", json::value(diagnostic, texts))?;
            }
        }
    }
    Ok(if counts(found).0 == 0 { Outcome::Done } else { Outcome::ContentErrors })
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
