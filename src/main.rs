//! Reads the flags, runs the command, and ends with its exit code.

use std::process::ExitCode;

use clap::Parser as _;

use signpost::cli::{self, Cli};
use signpost::commands::Outcome;

fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ContentErrors) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // One line and its causes: `{:#}` joins them with colons.
            eprintln!("signpost: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether the reader of our output went away, as `head` does: no fault of anyone's.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
