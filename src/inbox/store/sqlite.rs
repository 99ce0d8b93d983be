//! The store in SQLite: one file, one writer that commits in groups, readers beside it.
//!
//! WAL with `synchronous=FULL`: a commit has returned only when the disk has it. Work that waits while a commit is on its way
//! goes into the next one together, so that many posts share one wait for the disk.

mod rows;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context as _;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use super::{Store, StoreError, Stored, WhenDone, Work};
use rows::SqliteTx;

/// Only added to, never altered: each database knows how many of these it has had.
const STEPS: &[M<'_>] = &[M::up(include_str!("migrations/0001-records.sql"))];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// Work taken into one commit at most. More would only make the first wait for the last.
const MAX_GROUP: usize = 256;

/// How long another process, such as a command beside the service, may hold the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

type Job = (Work, WhenDone);

/// A SQLite file and its writer.
pub struct SqliteStore {
    path: PathBuf,
    /// None once the store is closing.
    jobs: Mutex<Option<Sender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Connections that nobody reads with just now.
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens a database, makes it when it is not there, and brings its tables up to date.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        let cannot = || format!("cannot open the database {}", path.display());
        make_private(path).with_context(cannot)?;
        let mut connection = connect(path).with_context(cannot)?;
        MIGRATIONS.to_latest(&mut connection).with_context(cannot)?;
        let (jobs, received) = channel();
        let writer = thread::Builder::new().name(String::from("writer")).spawn(move || write_all(&mut connection, &received))?;
        Ok(Self { path: path.to_owned(), jobs: Mutex::new(Some(jobs)), writer: Mutex::new(Some(writer)), readers: Mutex::new(Vec::new()) })
    }

    /// As [`Self::open`], of a database that must be there.
    pub fn open_existing(path: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(path.is_file(), "there is no database {}", path.display());
        Self::open(path)
    }
}

impl Store for SqliteStore {
    fn write(&self, work: Work, when_done: WhenDone) {
        // Without a writer `when_done` is dropped, which the caller takes for a store that has stopped.
        if let Some(jobs) = &*self.jobs.lock().expect("nobody panics while holding it") {
            drop(jobs.send((work, when_done)));
        }
    }

    fn read(&self, work: Work) -> Stored<()> {
        let idle = self.readers.lock().expect("nobody panics while holding it").pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path).map_err(fault)?,
        };
        let transaction = connection.transaction().map_err(fault)?;
        let outcome = work(&mut SqliteTx::new(&transaction));
        drop(transaction);
        self.readers.lock().expect("nobody panics while holding it").push(connection);
        outcome
    }

    /// Erased pages are written over, but as they were they still stand in the write-ahead log until that is cut.
    fn tidy(&self) -> Stored<()> {
        let connection = connect(&self.path).map_err(fault)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault)
    }
}

impl Drop for SqliteStore {
    /// What was queued is written before the store is gone.
    fn drop(&mut self) {
        drop(self.jobs.lock().expect("nobody panics while holding it").take());
        if let Some(writer) = self.writer.lock().expect("nobody panics while holding it").take() {
            drop(writer.join());
        }
    }
}

/// The file holds names and addresses: only its owner reads it, and what SQLite makes beside it is as the file is.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is erased is written over: a wrapped key that was erased on decision is in no free page. `tidy` cuts the log.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`, which gives the error away")]
fn fault(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// The writer: takes what waits, does it in one transaction, and answers once that is on disk.
fn write_all(connection: &mut Connection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < MAX_GROUP
            && let Ok(next) = jobs.try_recv()
        {
            group.push(next);
        }
        let mut replies = Vec::with_capacity(group.len());
        let committed = write_group(connection, group, &mut replies);
        for (when_done, outcome) in replies {
            when_done(outcome.and_then(|()| committed.clone()));
        }
    }
}

fn write_group(connection: &mut Connection, group: Vec<Job>, replies: &mut Vec<(WhenDone, Stored<()>)>) -> Stored<()> {
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fault);
    let mut transaction = match begun {
        Ok(transaction) => transaction,
        Err(error) => {
            replies.extend(group.into_iter().map(|(_, reply)| (reply, Ok(()))));
            return Err(error);
        }
    };
    let mut group = group.into_iter();
    while let Some((work, reply)) = group.next() {
        let outcome = write_one(&mut transaction, work);
        let cause = outcome.clone().err();
        replies.push((reply, outcome));
        // A full disk and a few other faults take the whole transaction back at once, with all that was done in it before.
        if transaction.is_autocommit() {
            replies.extend(group.map(|(_, reply)| (reply, Ok(()))));
            return Err(cause.unwrap_or_else(|| StoreError::Unavailable(String::from("the transaction was taken back"))));
        }
    }
    transaction.commit().map_err(fault)
}

/// One piece of work inside the group: when it fails or panics, only its own changes are taken back.
fn write_one(transaction: &mut rusqlite::Transaction<'_>, work: Work) -> Stored<()> {
    let savepoint = transaction.savepoint().map_err(fault)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut SqliteTx::new(&savepoint))));
    match outcome {
        Ok(Ok(())) => savepoint.commit().map_err(fault),
        // Dropped, a savepoint takes back what was done since.
        Ok(Err(error)) => Err(error),
        Err(_) => Err(StoreError::Unavailable(String::from("work on the store ended in a panic"))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::contract;
    use super::*;

    #[test]
    fn sqlite_keeps_the_contract() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("inbox.db");
        contract::check(&|| Arc::new(SqliteStore::open(&path).expect("it can be opened")));
    }

    #[test]
    fn the_steps_are_sound() {
        MIGRATIONS.validate().expect("every step can be taken");
    }

    #[test]
    fn a_disk_without_room_is_said_and_nothing_else_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("inbox.db");
        let mut connection = connect(&path).expect("it can be opened");
        MIGRATIONS.to_latest(&mut connection).expect("the tables are made");
        // SQLite says of a database that may not grow what it says of a disk that is full.
        let n_pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("it knows its size");
        connection.pragma_update(None, "max_page_count", n_pages).expect("it may not grow");
        let mut replies = Vec::new();
        let job = |key: &'static str, n_bytes: usize| -> Job {
            let work: Work = Box::new(move |tx| tx.put_note(key, &"x".repeat(n_bytes)));
            (work, Box::new(drop))
        };
        let group = vec![job("before", 1), job("large", 1 << 20), job("after", 1)];
        assert_eq!(write_group(&mut connection, group, &mut replies), Err(StoreError::Full));
        assert_eq!(replies.len(), 3, "each is answered");
        let n_notes: i64 = connection.query_row("SELECT count(*) FROM note", [], |row| row.get(0)).expect("it can be read");
        assert_eq!(n_notes, 0, "what was answered with an error is not there");
        connection.pragma_update(None, "max_page_count", n_pages + 1_000).expect("it may grow again");
        replies.clear();
        assert_eq!(write_group(&mut connection, vec![job("later", 1)], &mut replies), Ok(()));
    }
}
