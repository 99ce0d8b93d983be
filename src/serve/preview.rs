//! The release over HTTP, for a browser on this computer.
//!
//! In: requests on a loopback port. Out: files of the release folder as they are at that moment, and the preview's own
//! script, style and events under `/__signpost/`. It answers nobody but this computer and changes nothing.
//!
//! A page of another website could point its own host name at this port and read unpublished guidance through the
//! author's browser, so only requests for the preview's own host names are answered.

use std::io::{self, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use tiny_http::{Method, Request, Server};

use super::PREVIEW_SCRIPT;
use super::reload::{self, Hub, Stream};

const STYLE: &str = "/__signpost/reload.css";
const EVENTS: &str = "/__signpost/events";

/// The preview has no use for a body. tiny_http sets memory aside for one before it throws it away, and ends the
/// process when there is not enough, so a larger one is never let go of.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Policy of the page that stands for a missing release; the pages of a release bring their own.
const WAITING_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A reply, whole.
struct Reply {
    status: &'static str,
    content_type: &'static str,
    /// One more header line.
    header: Option<(&'static str, String)>,
    body: Vec<u8>,
}

impl Reply {
    fn new(status: &'static str, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, content_type, header: None, body: body.into() }
    }

    fn text(status: &'static str, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
    }

    fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.header = Some((name, value.into()));
        self
    }
}

/// Takes the port. Errors: it is taken, or the address can be reached from other computers.
pub fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    if !address.ip().is_loopback() {
        bail!(
            "the preview answers this computer only, and {address} can be reached from others: \
             use --address 127.0.0.1:{}, or put the folder public/ that `signpost build` writes on a web server",
            address.port()
        );
    }
    TcpListener::bind(address).with_context(|| match address.port() {
        0 => format!("could not listen on {address}"),
        port => format!(
            "could not listen on {address}: if another program has this port, choose one with --address, such as --address 127.0.0.1:{}",
            port.checked_add(1).unwrap_or(8000)
        ),
    })
}

/// Answers requests from a thread of its own for as long as the process runs.
pub fn listen(listener: TcpListener, release_dir: PathBuf, hub: Arc<Hub>) -> anyhow::Result<()> {
    let preview = Arc::new(Preview { hosts: hosts(listener.local_addr()?), release_dir, hub });
    thread::Builder::new().name(String::from("preview")).spawn(move || {
        loop {
            // tiny_http stops at the first connection that it cannot accept, such as one more than the system allows.
            // The listener is ours, so we go on with a new server once others have closed. If the system refuses one
            // step later, tiny_http's own thread panics, which cannot be seen from here: some 500 connections held open.
            if let Ok(server) = listener.try_clone().map_err(Into::into).and_then(|listener| Server::from_listener(listener, None)) {
                while let Ok(request) = server.recv() {
                    if request.body_length().is_some_and(|length| length > MAX_BODY_BYTES) {
                        std::mem::forget(request);
                        continue;
                    }
                    let preview = preview.clone();
                    // Without a thread to spare the request is dropped, which tiny_http answers with status 500.
                    let _ = thread::Builder::new().spawn(move || preview.answer(request));
                }
            }
            thread::sleep(Duration::from_millis(100));
        }
    })?;
    Ok(())
}

struct Preview {
    hosts: Vec<String>,
    release_dir: PathBuf,
    hub: Arc<Hub>,
}

impl Preview {
    fn answer(&self, request: Request) {
        // Read before the file: at worst the page is newer than it says and reloads once more than needed.
        let release = self.hub.release();
        let is_head = *request.method() == Method::Head;
        let reply = match self.refusal(&request) {
            Some(refusal) => refusal,
            None if !is_head && request.url().split('?').next() == Some(EVENTS) => match self.hub.open_stream() {
                Some(stream) => return follow(&stream, request),
                None => Reply::text("503 Service Unavailable", "Too many pages are open."),
            },
            None => self.reply(request.url()),
        };
        let mut head = head(reply.status, reply.content_type);
        head.push_str(&format!("Content-Length: {}\r\nServer-Timing: release;desc=\"{release}\"\r\n", reply.body.len()));
        if let Some((name, value)) = reply.header {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let body: &[u8] = if is_head { &[] } else { &reply.body };
        let mut writer = request.into_writer();
        // The browser may have gone, and nobody else wants to know. Dropping the writer would not flush it.
        let _ = writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body)).and_then(|()| writer.flush());
    }

    /// Why a request is not answered at all.
    fn refusal(&self, request: &Request) -> Option<Reply> {
        let named = request.headers().iter().filter(|header| header.field.equiv("Host")).map(|header| header.value.as_str());
        if !is_own_host(&self.hosts, named) {
            return Some(Reply::text("421 Misdirected Request", &format!("This preview answers at http://{}/ only.", self.hosts[0])));
        }
        match request.method() {
            Method::Get | Method::Head => None,
            _ => Some(Reply::text("405 Method Not Allowed", "The preview can only be read.").with_header("Allow", "GET, HEAD")),
        }
    }

    fn reply(&self, url: &str) -> Reply {
        match url.split('?').next() {
            Some(PREVIEW_SCRIPT) => return Reply::new("200 OK", content_type("reload.js"), reload::script()),
            Some(STYLE) => return Reply::new("200 OK", content_type("reload.css"), reload::STYLE),
            Some(EVENTS) => return Reply::new("200 OK", "text/event-stream", ""),
            _ => {}
        }
        if !self.hub.has_release() && !self.release_dir.is_dir() {
            let page = Reply::new("503 Service Unavailable", content_type("waiting.html"), reload::WAITING_PAGE);
            return page.with_header("Content-Security-Policy", WAITING_POLICY);
        }
        let Some(target) = Target::parse(url) else { return self.not_found() };
        match read_patiently(&self.release_dir, &target) {
            Ok(Found::File { content_type, body }) => Reply::new("200 OK", content_type, body),
            Ok(Found::Folder) => {
                Reply::text("301 Moved Permanently", "This address ends with a slash.").with_header("Location", target.with_slash())
            }
            Err(error) if is_missing(&error) => self.not_found(),
            Err(error) => Reply::text("500 Internal Server Error", &format!("The file could not be read: {error}")),
        }
    }

    fn not_found(&self) -> Reply {
        match read_patiently(&self.release_dir, &Target::of("404.html")) {
            Ok(Found::File { content_type, body }) => Reply::new("404 Not Found", content_type, body),
            _ => Reply::text("404 Not Found", "There is no page at this address."),
        }
    }
}

/// Keeps one page up to date, from this thread, until it is closed.
fn follow(stream: &Stream, request: Request) {
    let mut page = request.into_writer();
    let head = head("200 OK", "text/event-stream");
    // Ends with an error when the page is closed, which is how it should end.
    let _ = write!(page, "{head}\r\n").and_then(|()| stream.follow(&mut page));
}

/// The header lines of every reply. Connections are closed after each: tiny_http gives a waiting one a thread and no
/// time limit. Other websites may not embed what they cannot read.
fn head(status: &str, content_type: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n"
    )
}

/// The names by which a browser on this computer may call the preview.
fn hosts(address: SocketAddr) -> Vec<String> {
    let port = address.port();
    let mut hosts = vec![address.to_string(), format!("localhost:{port}"), format!("[::1]:{port}")];
    if port == 80 {
        // Browsers leave the usual port out.
        let short: Vec<String> = hosts.iter().filter_map(|host| host.strip_suffix(":80")).map(String::from).collect();
        hosts.extend(short);
    }
    hosts
}

/// Exactly one name, and one of ours.
fn is_own_host<'a>(hosts: &[String], mut named: impl Iterator<Item = &'a str>) -> bool {
    let (first, second) = (named.next(), named.next());
    second.is_none() && first.is_some_and(|name| hosts.iter().any(|host| host.eq_ignore_ascii_case(name)))
}

/// What a request asks for, in parts that are safe to join to a folder.
#[derive(Debug, PartialEq)]
struct Target {
    /// Names of folders and a file, decoded: none is empty, hidden, `..`, or more than one name.
    names: Vec<String>,
    is_folder: bool,
    query: String,
}

impl Target {
    fn of(name: &str) -> Self {
        Self { names: vec![String::from(name)], is_folder: false, query: String::new() }
    }

    /// `None` when the address can be no file of a release.
    fn parse(url: &str) -> Option<Self> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let url = url.split('#').next()?;
        let (path, query) = url.split_once('?').map_or((url, String::new()), |(path, query)| (path, format!("?{query}")));
        let path = path.strip_prefix('/')?;
        let names: Option<Vec<String>> = path.split('/').filter(|name| !name.is_empty()).map(decode_name).collect();
        let names = names?;
        // A release has hidden files for web hosts, which do not serve them either, but for this folder.
        if names.iter().enumerate().any(|(at, name)| name.starts_with('.') && (at > 0 || name != ".well-known")) {
            return None;
        }
        Some(Self { is_folder: path.is_empty() || path.ends_with('/'), names, query })
    }

    /// The same address as a folder's. Built from the parts, so that `//elsewhere` cannot lead to another host.
    fn with_slash(&self) -> String {
        let path: String = self.names.iter().map(|name| format!("{}/", encode_name(name))).collect();
        format!("/{path}{}", self.query)
    }
}

/// One name of a path, percent-decoded. `None` if it is not text or holds what separates names on some system.
fn decode_name(name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => other,
        });
    }
    let name = String::from_utf8(bytes).ok()?;
    (!name.contains(|c: char| matches!(c, '/' | '\\' | ':') || c.is_control())).then_some(name)
}

fn encode_name(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[derive(Debug, PartialEq)]
enum Found {
    File {
        content_type: &'static str,
        body: Vec<u8>,
    },
    /// A folder, asked for without a slash at the end.
    Folder,
}

/// Reads again when nothing is there: a release may be exchanged at any moment, and between the two renames its folder
/// has no name. Nothing was there for certain when the folder stood before and after, twice.
fn read_patiently(release_dir: &Path, target: &Target) -> io::Result<Found> {
    let mut n_certain = 0;
    for wait_millis in [2, 20, 100] {
        let stood = release_dir.is_dir();
        let found = read(release_dir, target);
        n_certain += u8::from(stood && release_dir.is_dir());
        if n_certain == 2 || !found.as_ref().is_err_and(is_missing) {
            return found;
        }
        thread::sleep(Duration::from_millis(wait_millis));
    }
    read(release_dir, target)
}

fn read(release_dir: &Path, target: &Target) -> io::Result<Found> {
    let release_dir = release_dir.canonicalize()?;
    let inside = |path: PathBuf| {
        path.canonicalize().and_then(|path| if path.starts_with(&release_dir) { Ok(path) } else { Err(ErrorKind::NotFound.into()) })
    };
    let mut path = inside(release_dir.join(target.names.iter().collect::<PathBuf>()))?;
    let mut name = target.names.last().map_or("", String::as_str);
    match (path.is_dir(), target.is_folder) {
        (true, false) => return Ok(Found::Folder),
        (true, true) => {
            name = "index.html";
            path = inside(path.join(name))?;
        }
        (false, true) => return Err(ErrorKind::NotFound.into()),
        (false, false) => {}
    }
    // Whole and at once: an open file outlives the exchange of its folder.
    Ok(Found::File { content_type: content_type(name), body: std::fs::read(path)? })
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::InvalidFilename)
}

fn content_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "xml" => "application/xml",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_safe_names() {
        let check = |url: &str, expected: Option<(&str, bool)>| {
            let target = Target::parse(url);
            assert_eq!(
                target.as_ref().map(|target| (target.names.join("|"), target.is_folder)),
                expected.map(|(names, is_folder)| (String::from(names), is_folder)),
                "{url}"
            );
        };
        check("/", Some(("", true)));
        check("/guidance/review/", Some(("guidance|review", true)));
        check("/guidance/review", Some(("guidance|review", false)));
        check("/search/?q=../x", Some(("search", true)));
        check("/a%20b/caf%C3%A9.html", Some(("a b|café.html", false)));
        check("//elsewhere.example/", Some(("elsewhere.example", true)));
        check("/.well-known/security.txt", Some((".well-known|security.txt", false)));
        for url in [
            "",
            "guidance/",
            "http://127.0.0.1:8000/",
            "/../etc/passwd",
            "/a/../../b",
            "/%2e%2e/",
            "/.%2E/",
            "/./",
            "/.git/config",
            "/a/.well-known/b",
            "/a%2f..%2fb",
            "/a%5c..%5cb",
            "/..\\b",
            "/c:/x",
            "/%00",
            "/a%0d%0ab",
            "/%",
            "/%4",
            "/%zz",
            "/%+4",
            "/%ff",
            "/a\nb",
            "/é",
        ] {
            check(url, None);
        }
    }

    #[test]
    fn a_slash_is_added_on_this_host() {
        let check = |url: &str, expected: &str| assert_eq!(Target::parse(url).unwrap().with_slash(), expected);
        check("/guidance", "/guidance/");
        check("/guidance?q=a&b", "/guidance/?q=a&b");
        check("//elsewhere.example", "/elsewhere.example/");
        check("/a%20b%22", "/a%20b%22/");
    }

    #[test]
    fn only_files_inside_the_release_are_read() {
        let site = tempfile::tempdir().unwrap();
        let release = site.path().join("release");
        std::fs::create_dir_all(release.join("guidance")).unwrap();
        let put = |path: &Path, text: &str| io::copy(&mut text.as_bytes(), &mut std::fs::File::create(path).unwrap()).unwrap();
        put(&release.join("index.html"), "start");
        put(&release.join("guidance/plan.pdf"), "plan");
        put(&site.path().join("secret.txt"), "secret");
        let check = |url: &str, expected: Option<&str>| {
            let found = match read(&release, &Target::parse(url).unwrap()) {
                Ok(Found::File { content_type, body }) => Some(format!("{content_type} {}", String::from_utf8(body).unwrap())),
                Ok(Found::Folder) => Some(String::from("folder")),
                Err(error) => {
                    assert!(is_missing(&error), "{url}: {error}");
                    None
                }
            };
            assert_eq!(found.as_deref(), expected, "{url}");
        };
        check("/", Some("text/html; charset=utf-8 start"));
        check("/guidance", Some("folder"));
        check("/guidance/", None);
        check("/guidance/plan.pdf", Some("application/pdf plan"));
        check("/guidance/plan.pdf/", None);
        check("/guidance/plan.pdf/more", None);
        check(&format!("/{}", "a".repeat(300)), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(site.path().join("secret.txt"), release.join("secret.txt")).unwrap();
            std::os::unix::fs::symlink(site.path(), release.join("outside")).unwrap();
            std::os::unix::fs::symlink("index.html", release.join("start.txt")).unwrap();
            check("/secret.txt", None);
            check("/outside/secret.txt", None);
            check("/start.txt", Some("text/plain; charset=utf-8 start"));
        }
    }

    #[test]
    fn only_own_host_names_are_answered() {
        let check = |address: &str, named: &[&str], expected: bool| {
            assert_eq!(is_own_host(&hosts(address.parse().unwrap()), named.iter().copied()), expected, "{address} {named:?}");
        };
        for host in ["127.0.0.1:8000", "localhost:8000", "LocalHost:8000", "[::1]:8000"] {
            check("127.0.0.1:8000", &[host], true);
        }
        for host in ["", "localhost", "127.0.0.1", "localhost:8001", "127.0.0.2:8000", "evil.example:8000", "localhost:8000.evil.example"] {
            check("127.0.0.1:8000", &[host], false);
        }
        check("127.0.0.1:8000", &[], false);
        check("127.0.0.1:8000", &["localhost:8000", "evil.example"], false);
        check("127.0.0.1:80", &["localhost"], true);
        check("[::1]:8000", &["[::1]:8000"], true);
        check("[::1]:8000", &["127.0.0.1:8000"], false);
    }

    #[test]
    fn files_have_their_content_types() {
        let check = |name: &str, expected: &str| assert_eq!(content_type(name), expected, "{name}");
        check("index.html", "text/html; charset=utf-8");
        check("site.0a1b2c.js", "text/javascript; charset=utf-8");
        check("search.mjs", "text/javascript; charset=utf-8");
        check("PLAN.PDF", "application/pdf");
        check("manifest.webmanifest", "application/manifest+json");
        check("font.woff2", "font/woff2");
        check("README", "application/octet-stream");
    }

    #[test]
    fn other_computers_are_refused() {
        let check = |address: &str, is_served: bool| assert_eq!(bind(address.parse().unwrap()).is_ok(), is_served, "{address}");
        check("127.0.0.1:0", true);
        check("0.0.0.0:0", false);
        check("[::]:0", false);
        check("192.0.2.1:0", false);
    }
}
