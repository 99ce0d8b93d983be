//! Reads the flags, runs the command, and ends with its exit code.

use std::process::ExitCode;

use clap::Parser as _;

use signpost::cli::{self, Cli};
use signpost::commands::{Outcome, report};

fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ContentErrors) => ExitCode::from(1),
        Err(error) => {
            // One line and its causes: `{:#}` joins them with colons.
            report::say(format_args!("signpost: {error:#}"));
            ExitCode::from(2)
        }
    }
}
