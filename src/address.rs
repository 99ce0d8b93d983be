//! The three forms of an address, kept apart by their types.
//!
//! `content/thresholds/levels.md` is the page path `thresholds/levels.md`, is read at the URL path `/thresholds/levels/`
//! and lies at the output path `thresholds/levels/index.html`. Links go from one folder to another, relative, so that a
//! site works below any address.

use std::fmt;

/// A page's source file, below `content/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PagePath(String);

/// Where a page is read: begins and ends with `/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UrlPath(String);

/// Where a file of the release lies, below the output folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutputPath(String);

impl PagePath {
    /// From a path below `content/`, with `/` between its parts.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `guidance/review.md` → `/guidance/review/`; `guidance/index.md` → `/guidance/`.
    pub fn url_path(&self) -> UrlPath {
        let without_ending = self.0.strip_suffix(".md").unwrap_or(&self.0);
        let folder = match without_ending.rsplit_once('/') {
            Some((folder, "index")) => folder,
            None if without_ending == "index" => "",
            _ => without_ending,
        };
        UrlPath(if folder.is_empty() { String::from("/") } else { format!("/{folder}/") })
    }

    /// Whether this page introduces its folder.
    pub fn is_index(&self) -> bool {
        self.0 == "index.md" || self.0.ends_with("/index.md")
    }

    /// The folder a link of this page starts from: `guidance/` for `guidance/review.md`.
    fn folder(&self) -> &str {
        self.0.rfind('/').map_or("", |slash| &self.0[..=slash])
    }

    /// The path that a relative link of this page means, or nothing when it leaves `content/`.
    pub fn join(&self, link: &str) -> Option<Self> {
        let start = if link.starts_with('/') { "" } else { self.folder() };
        let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
        for part in link.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                name => parts.push(name),
            }
        }
        Some(Self(parts.join("/")))
    }
}

impl UrlPath {
    /// From an address that begins and ends with `/`.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        debug_assert!(path.starts_with('/') && path.ends_with('/'), "{path} is no folder address");
        Self(path)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn output_path(&self) -> OutputPath {
        OutputPath(format!("{}index.html", &self.0[1..]))
    }

    /// The relative way to the site's root: `./` at home, `../` for each folder below it.
    pub fn to_root(&self) -> String {
        match self.0.matches('/').count() - 1 {
            0 => String::from("./"),
            depth => "../".repeat(depth),
        }
    }

    /// The relative way to another page, as short as it can be.
    pub fn to(&self, other: &Self) -> String {
        let (from, to) = (&self.0, &other.0);
        let shared = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
        let shared = from[..shared].rfind('/').map_or(1, |slash| slash + 1);
        let ups = "../".repeat(from[shared..].matches('/').count());
        let way = format!("{ups}{}", &to[shared..]);
        if way.is_empty() { String::from("./") } else { way }
    }

    /// The folder above, nothing for the home page.
    pub fn parent(&self) -> Option<Self> {
        let inner = self.0.strip_suffix('/').filter(|inner| !inner.is_empty())?;
        Some(Self(inner[..=inner.rfind('/')?].to_owned()))
    }
}

impl OutputPath {
    /// From a path below the output folder, with `/` between its parts.
    pub fn new(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PagePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for OutputPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_folder_of_its_own() {
        for (page, url) in [("index.md", "/"), ("a.md", "/a/"), ("a/index.md", "/a/"), ("a/b.md", "/a/b/"), ("reindex.md", "/reindex/")] {
            assert_eq!(PagePath::new(page).url_path().as_str(), url);
        }
    }

    #[test]
    fn links_are_relative_and_short() {
        for (from, to, way) in [
            ("/", "/", "./"),
            ("/", "/a/", "a/"),
            ("/a/b/", "/a/c/", "../c/"),
            ("/a/b/", "/a/", "../"),
            ("/a/", "/a/b/", "b/"),
            ("/ab/", "/ac/", "../ac/"),
            ("/a/b/", "/", "../../"),
        ] {
            assert_eq!(UrlPath::new(from).to(&UrlPath::new(to)), way, "{from} to {to}");
        }
    }

    #[test]
    fn a_link_cannot_leave_the_content() {
        let page = PagePath::new("a/b.md");
        assert_eq!(page.join("../c.md").map(|path| path.0), Some(String::from("c.md")));
        assert_eq!(page.join("../../c.md"), None);
    }
}
