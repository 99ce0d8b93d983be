//! Flags and help text, and no work.

#[cfg(feature = "serve")]
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use jiff::civil::Date;

use crate::commands::report::Format;
use crate::commands::{self, Outcome};

/// Turn guidance written in Markdown into a searchable toolkit for practitioners.
#[derive(Debug, Parser)]
#[command(name = "signpost", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done; 1 the content has errors, all shown, nothing published; 2 it could not be done.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct SiteDir {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    site: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the site and publish it as a folder, whole or not at all
    Build {
        #[command(flatten)]
        site: SiteDir,
        /// The folder to publish [default: public/ in the site's folder]
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
        /// The site's address, instead of the one in site.toml
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// Include pages marked `draft = true`
        #[arg(long)]
        drafts: bool,
        /// The day to build for, as in 2026-03-02 [default: today]
        #[arg(long, value_name = "DATE")]
        today: Option<Date>,
        /// How to show what was found
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
        /// Also write the site as a zip file that opens without a server
        #[arg(long, value_name = "FILE")]
        zip: Option<PathBuf>,
        /// Say how long each stage took
        #[arg(long)]
        timings: bool,
    },
    /// Find everything that build finds, and write nothing
    Check {
        #[command(flatten)]
        site: SiteDir,
        /// Also name pages whose review comes due in this many days
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(..=36_500))]
        review_within: Option<u32>,
        /// Write the links to other sites into a file
        #[arg(long, value_name = "FILE")]
        external_links: Option<PathBuf>,
        /// How to show what was found
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Show the site in a browser and follow every change
    #[cfg(feature = "serve")]
    Serve {
        #[command(flatten)]
        site: SiteDir,
        /// Where to listen; this computer only
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
        address: SocketAddr,
        /// Serve the pages only (this version has no inbox yet, so it never does more)
        #[arg(long)]
        no_inbox: bool,
        /// Open the browser
        #[arg(long)]
        open: bool,
    },
    /// Start a site, a page or an e-workbook
    #[command(subcommand)]
    New(New),
    /// Search the site from the terminal, or measure its search
    Search {
        #[command(flatten)]
        site: SiteDir,
        /// What to search for
        #[arg(required_unless_present = "evaluate", conflicts_with = "evaluate", num_args = 1..)]
        query: Vec<String>,
        /// A file of graded queries, one JSON object a line
        #[arg(long, value_name = "FILE")]
        evaluate: Option<PathBuf>,
    },
    /// Print completions for a shell
    Completions { shell: Shell },
}

#[derive(Debug, Subcommand)]
enum New {
    /// A site of three pages
    Site { dir: PathBuf },
    /// A page, by its path below content/
    Page {
        #[command(flatten)]
        site: SiteDir,
        path: String,
    },
    /// An e-workbook, by its id
    Workbook {
        #[command(flatten)]
        site: SiteDir,
        id: String,
    },
}

/// Does what the command line asks for. Err: it could not be done.
pub fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Build { site, output, base_url, drafts, today, format, zip, timings } => {
            let output_dir = output.unwrap_or_else(|| site.site.join("public"));
            commands::build::run(commands::build::Options {
                site_dir: site.site,
                output_dir,
                base_url,
                drafts,
                today,
                format,
                zip,
                timings,
            })
        }
        Command::Check { site, review_within, external_links, format } => {
            commands::check::run(commands::check::Options { site_dir: site.site, review_within, external_links, format })
        }
        #[cfg(feature = "serve")]
        Command::Serve { site, address, no_inbox: _, open } => {
            commands::serve::run(commands::serve::Options { site_dir: site.site, address, open })
        }
        Command::New(new) => {
            let (site_dir, thing) = match new {
                New::Site { dir } => (PathBuf::from("."), commands::new::Thing::Site(dir)),
                New::Page { site, path } => (site.site, commands::new::Thing::Page(path)),
                New::Workbook { site, id } => (site.site, commands::new::Thing::Workbook(id)),
            };
            commands::new::run(&site_dir, &thing, commands::today())
        }
        Command::Search { site, query, evaluate } => {
            let task = evaluate.map_or_else(|| commands::search::Task::Query(query.join(" ")), commands::search::Task::Evaluate);
            commands::search::run(&site.site, &task)
        }
        Command::Completions { shell } => Ok(commands::completions::run(shell, &mut Cli::command())),
    }
}
