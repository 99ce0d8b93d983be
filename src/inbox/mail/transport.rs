//! How a mail leaves: to a mail server, or into a folder.
//!
//! In: an [`Envelope`]. Out: nothing, once the server or the disk has the whole mail; else a [`SendError`]. It blocks, up to some
//! times [`super::Smtp`]'s limit. It keeps no queue and tries nothing twice: that is the caller's, who has the clock.

use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::message::{Envelope, message};
use super::smtp::Smtp;

/// Where mails go.
#[derive(Debug)]
pub enum Transport {
    /// One file a mail, for trying things out and for tests. The files hold links that decide: only their owner may read them.
    Folder(PathBuf),
    Smtp(Smtp),
}

/// Why a mail did not go out. The words name no person, no address and no token, so that they can stand in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// It may go later: nobody answered, the server is busy, its settings or ours are wrong, the disk is full.
    Later(String),
    /// This mail to this recipient will not be taken, however often it is tried.
    Rejected(String),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later(words) | Self::Rejected(words) => f.write_str(words),
        }
    }
}

impl std::error::Error for SendError {}

impl Transport {
    pub fn send(&self, envelope: &Envelope) -> Result<(), SendError> {
        let message = message(envelope).map_err(|error| SendError::Rejected(format!("{error:#}")))?;
        match self {
            Self::Smtp(smtp) => smtp.send(&message),
            Self::Folder(folder) => keep(folder, envelope, &message.formatted())
                .map_err(|error| SendError::Later(format!("cannot write a mail to {}: {error}", folder.display()))),
        }
    }
}

/// Writes `<seconds>-<n>-<kind>.eml`, so that the order of names is the order of mails. The name appears with the whole mail
/// behind it: a hard link, unlike a rename, never takes the place of another file, even when two threads write at once.
fn keep(folder: &Path, envelope: &Envelope, mail: &[u8]) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;

    let unfinished = folder.join(format!(".{}.part", envelope.message_id));
    let second = format!("{:010}-", envelope.date);
    let named = write_new(&unfinished, mail).and_then(|()| {
        let mut n = numbers_taken(folder, &second)?;
        loop {
            match fs::hard_link(&unfinished, folder.join(format!("{second}{n:04}-{}.eml", envelope.kind))) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => n += 1,
                linked => return linked,
            }
        }
    });
    let removed = fs::remove_file(&unfinished);
    named.and(removed)
}

/// One more than the largest number of a mail of this second, of whatever kind; 0 when it is the first.
fn numbers_taken(folder: &Path, second: &str) -> io::Result<u32> {
    let mut taken = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(second)).and_then(|rest| rest.split('-').next());
        if let Some(number) = number.and_then(|number| number.parse::<u32>().ok()) {
            taken = taken.max(number.saturating_add(1));
        }
    }
    Ok(taken)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::envelope;
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8");
        let mut names: Vec<String> = fs::read_dir(folder).expect("the folder is there").map(name).collect();
        names.sort();
        names
    }

    #[test]
    fn mails_lie_in_the_order_of_their_names_and_none_takes_the_place_of_another() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path().join("mail/out");
        let transport = Transport::Folder(folder.clone());
        for (kind, date) in [("request", 1_795_600_000), ("received", 1_795_600_000), ("request", 1_795_600_000), ("issued", 999)] {
            transport.send(&Envelope { kind, date, ..envelope() }).expect("it can be written");
        }
        assert_eq!(
            names(&folder),
            ["0000000999-0000-issued.eml", "1795600000-0000-request.eml", "1795600000-0001-received.eml", "1795600000-0002-request.eml"]
        );
        let mail = fs::read(folder.join("1795600000-0000-request.eml")).expect("it can be read");
        assert_eq!(mail, message(&Envelope { date: 1_795_600_000, ..envelope() }).expect("it can be written").formatted());
    }

    #[test]
    fn mails_written_at_once_are_all_there() {
        let scratch = tempfile::tempdir().expect("a folder");
        let transport = Transport::Folder(scratch.path().to_owned());
        std::thread::scope(|scope| {
            for sender in 0..4 {
                let transport = &transport;
                scope.spawn(move || {
                    for n in 0..10 {
                        let message_id = format!("{sender}.{n}@inbox.example");
                        transport.send(&Envelope { message_id, ..envelope() }).expect("it can be written");
                    }
                });
            }
        });
        assert_eq!(names(scratch.path()).len(), 40);
    }

    #[cfg(unix)]
    #[test]
    fn only_their_owner_reads_mails_in_a_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path().join("out");
        Transport::Folder(folder.clone()).send(&envelope()).expect("it can be written");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("1795600000-0000-request.eml")), 0o600);
    }

    #[test]
    fn a_folder_that_cannot_be_written_may_be_tried_again_and_a_wrong_address_may_not() {
        let scratch = tempfile::tempdir().expect("a folder");
        let file = scratch.path().join("file");
        write_new(&file, b"no folder").expect("it can be written");
        let error = Transport::Folder(file).send(&envelope()).expect_err("a file is no folder");
        assert!(matches!(error, SendError::Later(_)) && error.to_string().starts_with("cannot write a mail to "), "{error}");
        let nobody = Envelope { to_address: String::from("nobody"), ..envelope() };
        let error = Transport::Folder(scratch.path().to_owned()).send(&nobody).expect_err("nobody has no address");
        assert_eq!(error, SendError::Rejected(String::from("the recipient's address cannot be used: Missing domain or user")));
    }
}
