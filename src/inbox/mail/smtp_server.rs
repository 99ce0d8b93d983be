//! A mail server for tests: takes every mail, unless a test has it answer otherwise.
//!
//! In: what to answer to which command. Out: the mails, as they came. It knows no TLS, and it checks nothing.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Far longer than a mail takes: a busy machine is no fault of the mail.
const LIMIT: Duration = Duration::from_secs(30);

pub struct SmtpServer {
    pub port: u16,
    mails: Receiver<ReceivedMail>,
    heard: Arc<Mutex<Vec<String>>>,
}

pub struct ReceivedMail {
    pub from: String,
    pub to: Vec<String>,
    /// As it was written: the dots that SMTP adds are taken away.
    pub data: String,
    /// Every command up to the mail.
    pub heard: Vec<String>,
}

/// What to answer to commands that begin so. The empty text stands for the greeting, a dot for the end of a mail.
type Answers = Vec<(&'static str, &'static str)>;

impl SmtpServer {
    /// On a free port of loopback. Its thread ends with the tests.
    pub fn start(answers: &[(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("a listener has an address").port();
        let (to_test, mails) = channel();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (answers, hears) = (answers.to_vec(), Arc::clone(&heard));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client that goes away in the middle is not the server's failure.
                let _ = converse(&client, &answers, &hears, &to_test);
            }
        });
        Self { port, mails, heard }
    }

    /// The next mail, waited for.
    pub fn next(&self) -> ReceivedMail {
        self.mails.recv_timeout(LIMIT).expect("a mail arrives within the limit")
    }

    /// Every command so far.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn converse(client: &TcpStream, answers: &Answers, hears: &Mutex<Vec<String>>, mails: &Sender<ReceivedMail>) -> std::io::Result<()> {
    client.set_read_timeout(Some(LIMIT))?;
    let mut lines = BufReader::new(client).lines();
    let say = |command: &str, otherwise: &str| {
        // `starts_with("")` would find the greeting's answer for every command.
        let is_for = |begin: &str| if begin.is_empty() { command.is_empty() } else { command.starts_with(begin) };
        let answer = answers.iter().find(|(begin, _)| is_for(begin)).map_or(otherwise, |(_, answer)| answer);
        let mut to_client = client;
        to_client.write_all(format!("{answer}\r\n").as_bytes()).map(|()| answer.starts_with(['2', '3']))
    };
    say("", "220 test")?;
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(command) = lines.next().transpose()? {
        hears.lock().unwrap_or_else(PoisonError::into_inner).push(command.clone());
        let between = |begin: char, end: char| {
            let rest = command.split_once(begin).map_or("", |(_, rest)| rest);
            rest.split(end).next().unwrap_or_default().to_owned()
        };
        match command.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => drop(say(&command, "250 test")?),
            "MAIL" if say(&command, "250 2.1.0 ok")? => from = between('<', '>'),
            "RCPT" if say(&command, "250 2.1.5 ok")? => to.push(between('<', '>')),
            "DATA" if say(&command, "354 go on")? => {
                let mut data = String::new();
                while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push_str("\r\n");
                }
                if say(".", "250 2.0.0 taken")? {
                    let heard = hears.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    // The test may have ended already.
                    let _ = mails.send(ReceivedMail { from: from.clone(), to: to.clone(), data, heard });
                }
            }
            "MAIL" | "RCPT" | "DATA" => {}
            "QUIT" => {
                say(&command, "221 2.0.0 bye")?;
                break;
            }
            _ => drop(say(&command, "502 5.5.1 unknown")?),
        }
    }
    Ok(())
}
