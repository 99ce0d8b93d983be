//! Flags and help text, and no work.

#[cfg(any(feature = "serve", feature = "inbox"))]
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use jiff::civil::Date;

use crate::commands::report::Format;
use crate::commands::{self, Outcome};
use crate::diagnostics::one_of;
#[cfg(feature = "inbox")]
use crate::inbox::operator::{Judgement, Which};
#[cfg(feature = "inbox")]
use crate::inbox::store::State;
use crate::scorm;

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
        /// Where the inbox listens; this computer only
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001")]
        inbox_address: SocketAddr,
        /// Serve the pages only
        #[arg(long, conflicts_with = "inbox_address")]
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
    /// Make a package of a site's parts for another program
    #[command(subcommand)]
    Export(Export),
    /// Check certificates and other signed files, without a network
    #[cfg(feature = "inbox")]
    Verify {
        #[command(flatten)]
        site: SiteDir,
        /// The board's public keys: a JWK Set or a signpost.json [default: those of the site]
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// Certificates (PDF or text), receipts, records
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Run the inbox, and see to its records
    #[cfg(feature = "inbox")]
    #[command(subcommand)]
    Inbox(Inbox),
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

#[derive(Debug, Subcommand)]
enum Export {
    /// An e-workbook's reading and knowledge checks, for a learning system
    ///
    /// A package is completed when every page was read and every question answered, right or not. It gives no score. An
    /// e-workbook that a manager confirms is still answered on the site: the package says so, and gives the address.
    Scorm {
        #[command(flatten)]
        site: SiteDir,
        /// The e-workbook's id: its file's name in quizzes/
        workbook: String,
        /// The version of SCORM [default: both, a file each]
        #[arg(long, value_name = "VERSION", value_parser = scorm_version)]
        scorm: Option<scorm::Version>,
        /// The file to write [default: WORKBOOK-scorm-VERSION.zip]
        #[arg(long, value_name = "FILE", requires = "scorm")]
        output: Option<PathBuf>,
        /// The site's address, instead of the one in site.toml
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// The day to build for, as in 2026-03-02 [default: today]
        #[arg(long, value_name = "DATE")]
        today: Option<Date>,
    },
}

fn scorm_version(word: &str) -> Result<scorm::Version, String> {
    let known = scorm::Version::ALL.into_iter().find(|version| version.word() == word);
    known.ok_or_else(|| format!("the versions are {}", one_of(scorm::Version::ALL.map(scorm::Version::word))))
}

/// What every part of `inbox` takes.
#[cfg(feature = "inbox")]
#[derive(Debug, Args)]
struct InboxArgs {
    #[command(flatten)]
    site: SiteDir,
    /// The database, as in sqlite:var/inbox.db [default: sqlite: and var/inbox.db in the site's folder]
    #[arg(long, value_name = "STORE")]
    store: Option<String>,
}

#[cfg(feature = "inbox")]
#[derive(Debug, Subcommand)]
enum Inbox {
    /// Take completions, send mail and issue certificates
    Serve {
        #[command(flatten)]
        args: InboxArgs,
        /// Where to listen; a reverse proxy in front of it speaks TLS
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001")]
        address: SocketAddr,
        /// How mail goes: smtp, or dir: and a folder [default: smtp when site.toml names a server, else dir: and var/mail]
        #[arg(long, value_name = "WAY")]
        mail: Option<String>,
    },
    /// List the records that were confirmed
    List {
        #[command(flatten)]
        args: InboxArgs,
        /// Also those that wait for a confirmer, were returned or withdrawn, or lapsed
        #[arg(long)]
        all: bool,
        /// Only those of one state, such as needs_mars_check
        #[arg(long, value_name = "STATE", value_parser = state, conflicts_with = "all")]
        state: Option<State>,
        /// How to list them: json is one object a line
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Show one record, what became of it, and its mails
    Show {
        #[command(flatten)]
        args: InboxArgs,
        /// Its reference or its id
        record: String,
        /// Also write its certificate into a file
        #[arg(long, value_name = "FILE")]
        certificate: Option<PathBuf>,
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Issue the certificate of a record that waits for the check
    Issue {
        #[command(flatten)]
        args: InboxArgs,
        /// Its reference or its id
        record: String,
    },
    /// Refuse a record that waits for the check
    Refuse {
        #[command(flatten)]
        args: InboxArgs,
        /// Its reference or its id
        record: String,
        /// Why; kept with the record, not mailed
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Make, publish and list the board's keys
    #[command(subcommand)]
    Keys(Keys),
    /// Recompute the register and name the first entry that does not hold
    Audit {
        #[command(flatten)]
        args: InboxArgs,
        /// A checkpoint from outside [default: the newest beside the database]
        #[arg(long, value_name = "FILE")]
        checkpoint: Option<PathBuf>,
    },
}

#[cfg(feature = "inbox")]
#[derive(Debug, Subcommand)]
enum Keys {
    /// Make the signing key and the wrapping key, and list the public half
    New {
        #[command(flatten)]
        site: SiteDir,
    },
    /// Write the public keys into board-keys.json
    Export {
        #[command(flatten)]
        site: SiteDir,
        /// Another file to write
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// List the public keys and when each was in use
    List {
        #[command(flatten)]
        site: SiteDir,
    },
}

#[cfg(feature = "inbox")]
fn state(word: &str) -> Result<State, String> {
    State::from_word(word).ok_or_else(|| format!("the states are {}", one_of(State::WORDS.map(|(word, _)| word))))
}

#[cfg(feature = "inbox")]
fn run_inbox(inbox: Inbox) -> anyhow::Result<Outcome> {
    use commands::inbox::{Options, Task};
    let (args, task) = match inbox {
        Inbox::Serve { args, address, mail } => (args, Task::Serve { address, mail }),
        Inbox::List { args, all, state, format } => {
            let which = match state {
                Some(state) => Which::In(state),
                None if all => Which::All,
                None => Which::Confirmed,
            };
            (args, Task::List { which, format })
        }
        Inbox::Show { args, record, certificate, format } => (args, Task::Show { record, certificate, format }),
        Inbox::Issue { args, record } => (args, Task::Judge { record, judgement: Judgement::Issue }),
        Inbox::Refuse { args, record, reason } => (args, Task::Judge { record, judgement: Judgement::Refuse(reason) }),
        Inbox::Keys(keys) => {
            let (site, keys) = match keys {
                Keys::New { site } => (site, commands::inbox::Keys::New),
                Keys::Export { site, output } => (site, commands::inbox::Keys::Export { output }),
                Keys::List { site } => (site, commands::inbox::Keys::List),
            };
            (InboxArgs { site, store: None }, Task::Keys(keys))
        }
        Inbox::Audit { args, checkpoint } => (args, Task::Audit { checkpoint }),
    };
    commands::inbox::run(Options { site_dir: args.site.site, store: args.store, task })
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
        Command::Serve { site, address, inbox_address, no_inbox, open } => commands::serve::run(commands::serve::Options {
            site_dir: site.site,
            address,
            inbox_address: Some(inbox_address).filter(|_| !no_inbox),
            open,
        }),
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
        Command::Export(Export::Scorm { site, workbook, scorm, output, base_url, today }) => {
            commands::export::run(commands::export::Options { site_dir: site.site, workbook, version: scorm, output, base_url, today })
        }
        #[cfg(feature = "inbox")]
        Command::Verify { site, keys, files } => commands::verify::run(&commands::verify::Options { site_dir: site.site, keys, files }),
        #[cfg(feature = "inbox")]
        Command::Inbox(inbox) => run_inbox(inbox),
        Command::Completions { shell } => Ok(commands::completions::run(shell, &mut Cli::command())),
    }
}
