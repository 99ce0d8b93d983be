//! `signpost completions`: what a shell needs to complete our flags.

use clap_complete::Shell;

use super::Outcome;

/// Writes the completions of a command to standard output.
pub fn run(shell: Shell, command: &mut clap::Command) -> Outcome {
    clap_complete::generate(shell, command, "signpost", &mut std::io::stdout());
    Outcome::Done
}
