//! `signpost completions`: what a shell needs to complete our flags.

use clap_complete::Shell;

use super::{Outcome, report};

/// Writes the completions of a command to standard output.
pub fn run(shell: Shell, command: &mut clap::Command) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "signpost", &mut script);
    report::print(String::from_utf8_lossy(&script));
    Outcome::Done
}
