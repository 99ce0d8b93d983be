//! A release as one file for a USB stick.
//!
//! A folder link that a server answers with its `index.html` opens a listing when there is no server, so every link is
//! written out to the file it means. Entries have one fixed time: the same release gives the same bytes.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::render::Outputs;

/// Writes a release as a zip file. An existing file is replaced when the new one is complete.
pub fn write(outputs: &Outputs, path: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let unfinished = path.with_extension("zip.part");
    let mut zip = ZipWriter::new(File::create(&unfinished).with_context(cannot)?);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
    for (name, bytes) in outputs.iter() {
        zip.start_file(name.as_str(), options).with_context(cannot)?;
        let written = match std::str::from_utf8(bytes) {
            Ok(html) if name.as_str().ends_with(".html") => zip.write_all(with_files_named(html).as_bytes()),
            _ => zip.write_all(bytes),
        };
        written.with_context(cannot)?;
    }
    zip.finish().with_context(cannot)?.sync_all().with_context(cannot)?;
    std::fs::rename(&unfinished, path).with_context(cannot)
}

/// A page whose relative links to folders end in `index.html`.
fn with_files_named(html: &str) -> String {
    let mut page = String::with_capacity(html.len() + html.len() / 16);
    let mut rest = html;
    while let Some(at) = next_address(rest) {
        page.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest.find('"').unwrap_or(rest.len());
        let (address, after) = rest.split_at(length);
        let path_length = address.find(['#', '?']).unwrap_or(address.len());
        let (path, tail) = address.split_at(path_length);
        page.push_str(path);
        let is_relative = !path.is_empty() && !path.starts_with('/') && !path.contains(':');
        if is_relative && path.ends_with('/') {
            page.push_str("index.html");
        }
        page.push_str(tail);
        rest = after;
    }
    page.push_str(rest);
    page
}

/// Where the next link's or form's address starts.
fn next_address(html: &str) -> Option<usize> {
    let starts = [" href=\"", " action=\"", "; url="].map(|name| html.find(name).map(|at| at + name.len()));
    starts.into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_become_files() {
        for (written, meant) in [
            ("<a href=\"../a/\">", "<a href=\"../a/index.html\">"),
            ("<a href=\"./\" id=\"x\">", "<a href=\"./index.html\" id=\"x\">"),
            ("<a href=\"a/#b\"><form action=\"../search/\">", "<a href=\"a/index.html#b\"><form action=\"../search/index.html\">"),
            (
                "<a href=\"#b\"><a href=\"https://a.example/\"><a href=\"a.css\">",
                "<a href=\"#b\"><a href=\"https://a.example/\"><a href=\"a.css\">",
            ),
        ] {
            assert_eq!(with_files_named(written), meant);
        }
    }
}
