//! Findings about a whole site that is in order otherwise.

mod blocks;
pub mod facts;
pub mod published;
pub mod review;
pub mod wording;

use crate::config::CheckConfig;
use crate::diagnostics::{Diagnostic, Severity};

/// Makes errors of the warnings that the site will not publish with.
pub fn raise(config: &CheckConfig, found: &mut [Diagnostic]) {
    for diagnostic in found.iter_mut().filter(|diagnostic| config.errors.contains(&diagnostic.code.as_ref())) {
        diagnostic.severity = Severity::Error;
    }
}
