//! One mail server: its address as a setting, and the conversation that hands it a mail (RFC 5321).
//!
//! In: `smtps://user@mail.example:465` and a password; then one message at a time. Out: nothing, once the server has taken the
//! mail; else a [`SendError`]. A password and a mail travel only over TLS, or stay on this machine. What a server says is not
//! passed on, because servers like to repeat addresses: only its code is.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret as _, SecretString};

use super::transport::SendError;

/// Longest wait for the connection, and for each answer of the server.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Where mails are handed over, and as whom.
#[derive(Debug)]
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    login: Option<(String, SecretString)>,
    timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// Only to this machine.
    None,
    /// Begins in the clear and must become TLS before anything is said.
    StartTls,
    Tls,
}

impl Smtp {
    /// Reads `smtps://[user@]host[:465]`, `smtp+starttls://[user@]host[:587]` or, on this machine only, `smtp://127.0.0.1[:25]`.
    /// A user is taken up to the last `@`; `%` and two digits stand for a byte. An error says what to write instead, and never
    /// repeats the address, which may hold a password.
    pub fn parse(address: &str, password: Option<SecretString>) -> Result<Self, String> {
        let (scheme, rest) = address.split_once("://").ok_or(FORMS)?;
        let (security, default_port) = match scheme {
            "smtps" => (Security::Tls, 465),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtp" => (Security::None, 25),
            _ => return Err(format!("`{scheme}://` is no mail server: {FORMS}")),
        };
        let (user, server) = rest.rsplit_once('@').map_or((None, rest), |(user, server)| (Some(user), server));
        if user.is_some_and(|user| user.contains(':')) {
            return Err(String::from(
                "a password does not belong in the address of the mail server, where many can read it: leave it out here",
            ));
        }
        let server = server.strip_suffix('/').unwrap_or(server);
        if server.contains(['/', '?', '#']) {
            return Err(String::from("the address of the mail server ends after its port"));
        }
        let (host, port) = host_and_port(server, default_port)?;
        if security == Security::None && !is_this_machine(&host) {
            return Err(format!(
                "without TLS anyone on the way to {host} could read the mails: write `smtps://` (port 465) or `smtp+starttls://` (port 587)"
            ));
        }
        let login = match (user, password) {
            (None, None) => None,
            (Some(user), Some(password)) => Some((percent_decoded(user)?, password)),
            (Some(_), None) => return Err(String::from("the address of the mail server names a user, and there is no password for it")),
            (None, Some(_)) => {
                return Err(String::from(
                    "there is a password for the mail server, and its address names no user: write `user@` before the host",
                ));
            }
        };
        Ok(Self { host, port, security, login, timeout: TIMEOUT })
    }

    /// Hands one message over. The connection is for this message alone.
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        let fault = |step| move |error: Error| self.fault(step, &error);
        let mut server = self.connect().map_err(fault("connecting"))?;
        if let Some((user, password)) = &self.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            server.auth(DEFAULT_MECHANISMS, &credentials).map_err(fault("signing in"))?;
        }
        server.command(Mail::new(message.envelope().from().cloned(), Vec::new())).map_err(fault("MAIL"))?;
        for recipient in message.envelope().to() {
            server.command(Rcpt::new(recipient.clone(), Vec::new())).map_err(|error| self.refusal("RCPT", &error))?;
        }
        server.command(Data).map_err(|error| self.refusal("DATA", &error))?;
        server.message(&message.formatted()).map_err(|error| self.refusal("the mail", &error))?;
        // The mail is theirs now. A server that will not say goodbye does not make it unsent.
        server.abort();
        Ok(())
    }

    fn connect(&self) -> Result<SmtpConnection, Error> {
        let hello = ClientId::default();
        let connect = |tls| SmtpConnection::connect((self.host.as_str(), self.port), Some(self.timeout), &hello, tls, None);
        match self.security {
            Security::None => connect(None),
            Security::Tls => connect(Some(&self.tls()?)),
            Security::StartTls => {
                let mut server = connect(None)?;
                server.starttls(&self.tls()?, &hello)?;
                Ok(server)
            }
        }
    }

    fn tls(&self) -> Result<TlsParameters, Error> {
        TlsParameters::builder(self.host.clone()).build()
    }

    /// A refusal once the recipient is known. It is for ever when the code is 5xx, but not when it is about our right to send
    /// (530 to 538, or class 5.7): that is for the operator to put right, and no mail is lost in the meantime.
    fn refusal(&self, step: &str, error: &Error) -> SendError {
        let is_about_us = error.status().is_some_and(|code| (530..=538).contains(&u16::from(code)))
            || detail(error).is_some_and(|detail| detail.starts_with("5.7."));
        match self.fault(step, error) {
            SendError::Later(words) if error.is_permanent() && !is_about_us => SendError::Rejected(words),
            fault => fault,
        }
    }

    fn fault(&self, step: &str, error: &Error) -> SendError {
        let cause = match error.status() {
            Some(code) => detail(error).map_or_else(|| format!("it answered {code}"), |detail| format!("it answered {code} {detail}")),
            // The words of this error are the server's own.
            None if error.is_response() => String::from("it did not answer as a mail server does"),
            None => error.to_string(),
        };
        SendError::Later(format!("mail server {}:{}, {step}: {cause}", self.host, self.port))
    }
}

const FORMS: &str = "write `smtps://user@mail.example:465`, `smtp+starttls://user@mail.example:587` or `smtp://127.0.0.1:25`";

/// `5.1.1` where the server gives it (RFC 3463): more than the code says, and never a word of its own.
fn detail(error: &Error) -> Option<String> {
    let said = std::error::Error::source(error)?.to_string();
    let first = said.split([' ', '\n', '\r']).next()?;
    let numbers: Vec<&str> = first.split('.').collect();
    let is_number = |text: &&str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    (numbers.len() == 3 && numbers.iter().all(is_number)).then(|| first.to_owned())
}

fn host_and_port(server: &str, default_port: u16) -> Result<(String, u16), String> {
    let (host, port) = match server.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or(FORMS)?)),
        None => server.split_once(':').map_or((server, None), |(host, port)| (host, Some(port))),
    };
    let is_name = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    if !is_name && host.parse::<IpAddr>().is_err() {
        return Err(format!("the address names no mail server: {FORMS}"));
    }
    let port = match port {
        None => default_port,
        Some(port) => port
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .ok_or_else(|| String::from("the port of the mail server is a number from 1 to 65535"))?,
    };
    Ok((host.to_owned(), port))
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn percent_decoded(user: &str) -> Result<String, String> {
    let wrong = || String::from("in the user's name for the mail server, `%` must be followed by two digits, as in `%40` for `@`");
    let mut parts = user.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or_else(wrong)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok().filter(|user| !user.is_empty()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests;
