//! `/dev/mail`: the mails that `serve` keeps as files, in a browser on this computer.
//!
//! Only `serve` has it. It shows what the board's own mail server would carry, links that decide included, so it answers nobody
//! but this computer, under its own name.

use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use base64ct::{Base64, Encoding as _};

use crate::html::escape;

use super::Inbox;

const STYLE: &str = "body{font:1.125rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1e2a2e;background:#fcfbf8}\
     article{border-top:2px solid #71807f;padding:1rem 0}h2{margin:0;font-size:1.25rem}dl{display:grid;grid-template-columns:max-content 1fr;\
     gap:.25rem 1rem;margin:.5rem 0}dt{color:#4a585c}dd{margin:0}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}a{color:#0b5563}\
     @media(prefers-color-scheme:dark){body{color:#e9edea;background:#141b1d}dt{color:#b4c0be}a{color:#8fd3e0}}";

const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

pub(super) fn answer(inbox: &Inbox, head: &Parts) -> Response<Body> {
    let Some(folder) = &inbox.settings.dev_mail else { return text(StatusCode::NOT_FOUND, "text/plain", "") };
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    if !is_this_computer(host) {
        return text(StatusCode::MISDIRECTED_REQUEST, "text/plain; charset=utf-8", "Mails are shown on this computer only.\n");
    }
    let path = head.uri.path().trim_start_matches("/dev/mail").trim_start_matches('/');
    match path {
        "" => text(StatusCode::OK, "text/html; charset=utf-8", &page(folder)),
        "style.css" => text(StatusCode::OK, "text/css; charset=utf-8", STYLE),
        name => file(folder, name).unwrap_or_else(|| text(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "There is no such mail.\n")),
    }
}

fn is_this_computer(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

fn text(status: StatusCode, content_type: &'static str, words: &str) -> Response<Body> {
    bytes(status, content_type, words.as_bytes().to_vec())
}

fn bytes(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Every mail, the newest first.
fn page(folder: &Path) -> String {
    let mut names = names(folder);
    names.reverse();
    let mut html = String::from(
        "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Mail of the preview</title><link rel=\"stylesheet\" href=\"/dev/mail/style.css\"></head><body><main><h1>Mail of the preview</h1>\
         <p>A real inbox sends these. Here they are kept as files in <code>var/mail</code>, the newest first.</p>\n",
    );
    if names.is_empty() {
        html.push_str("<p>No mail yet. Send an e-workbook, and the request to its confirmer appears here.</p>");
    }
    for name in names {
        let Some(mail) = fs::read_to_string(folder.join(&name)).ok().and_then(|source| Mail::read(&source)) else { continue };
        html.push_str(&format!("<article><h2>{}</h2><dl>", escape(&mail.subject)));
        for (term, value) in [("To", &mail.to), ("Date", &mail.date)] {
            html.push_str(&format!("<dt>{term}</dt><dd>{}</dd>", escape(value)));
        }
        html.push_str("</dl><pre>");
        for line in mail.text.lines() {
            let shown = escape(line);
            if line.starts_with("http://") || line.starts_with("https://") {
                html.push_str(&format!("<a href=\"{shown}\">{shown}</a>\n"));
            } else {
                html.push_str(&format!("{shown}\n"));
            }
        }
        html.push_str("</pre>");
        if mail.attachment.is_some() {
            html.push_str(&format!("<p>Attached: <a href=\"/dev/mail/{}.pdf\">certificate (PDF)</a></p>", escape(&name)));
        }
        html.push_str("</article>\n");
    }
    html.push_str("</main></body></html>\n");
    html
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".eml") && !name.starts_with('.')).collect();
    names.sort();
    names
}

/// A mail as it is, or the certificate in it. Only names that were listed are read.
fn file(folder: &Path, asked: &str) -> Option<Response<Body>> {
    let name = names(folder).into_iter().find(|name| asked == name || asked.strip_suffix(".pdf") == Some(name))?;
    let source = fs::read_to_string(folder.join(&name)).ok()?;
    if asked.ends_with(".pdf") {
        return Some(bytes(StatusCode::OK, "application/pdf", Mail::read(&source)?.attachment?));
    }
    Some(text(StatusCode::OK, "text/plain; charset=utf-8", &source))
}

/// A mail as our own mailer writes it: one text, and perhaps one file. It reads no other.
pub(super) struct Mail {
    to: String,
    date: String,
    subject: String,
    pub(super) text: String,
    pub(super) attachment: Option<Vec<u8>>,
}

impl Mail {
    pub(super) fn read(source: &str) -> Option<Self> {
        let source = source.replace("\r\n", "\n");
        let (head, body) = source.split_once("\n\n")?;
        let (text, attachment) = match header_of(head, "Content-Type").split_once("boundary=\"") {
            Some((_, rest)) => {
                let boundary = format!("--{}", rest.split('"').next().unwrap_or(""));
                let mut parts = body.split(&boundary).skip(1);
                let (head, text) = parts.next()?.trim_start().split_once("\n\n")?;
                let (_, file) = parts.next()?.trim_start().split_once("\n\n")?;
                (decoded(head, text), Base64::decode_vec(&file.split_whitespace().collect::<String>()).ok())
            }
            None => (decoded(head, body), None),
        };
        Some(Self {
            to: words(&header_of(head, "To")),
            date: header_of(head, "Date"),
            subject: words(&header_of(head, "Subject")),
            text,
            attachment,
        })
    }
}

/// A header's value, its folded lines joined.
fn header_of(head: &str, name: &str) -> String {
    let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
    let found = unfolded.lines().find_map(|line| line.split_once(':').filter(|(field, _)| field.eq_ignore_ascii_case(name)));
    found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// Encoded words (RFC 2047) in base64 in letters again.
fn words(value: &str) -> String {
    let mut words = String::new();
    for part in value.split_whitespace() {
        let inner = part.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
        let decoded = inner.and_then(|inner| Base64::decode_vec(inner).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
        if decoded.is_none() && !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&decoded.unwrap_or_else(|| part.to_owned()));
    }
    words
}

/// A text that may be written as quoted-printable.
fn decoded(head: &str, text: &str) -> String {
    if !header_of(head, "Content-Transfer-Encoding").eq_ignore_ascii_case("quoted-printable") {
        return text.to_owned();
    }
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'=').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_shown_as_it_is_read() {
        let plain = "Subject: Hello\r\nTo: a@b.uk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nZo=C3=AB=\r\n!\r\n";
        let mail = Mail::read(plain).expect("it can be read");
        assert_eq!((mail.subject.as_str(), mail.text.as_str(), mail.attachment), ("Hello", "Zoë!\n", None));
        let parts = "Content-Type: multipart/mixed;\r\n boundary=\"x\"\r\nSubject: =?utf-8?b?Wm/Dqw==?=\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHi\r\n--x\r\nContent-Type: application/pdf\r\n\r\nAP8N\r\nCg==\r\n--x--\r\n";
        let mail = Mail::read(parts).expect("it can be read");
        assert_eq!((mail.subject.as_str(), mail.text.trim(), mail.attachment), ("Zoë", "Hi", Some(vec![0, 255, 13, 10])));
    }

    #[test]
    fn a_name_of_elsewhere_is_not_this_computer() {
        assert!(is_this_computer("127.0.0.1:8001") && is_this_computer("localhost:8001"));
        assert!(!is_this_computer("mail.example:8001") && !is_this_computer(""));
    }
}
