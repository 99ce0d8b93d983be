//! The files of a theme: the built-in one, each of which a site may replace by a file of its own at the same path.
//!
//! In: the theme's name and the site's sources. Out: the theme's texts and pictures, by path below the theme's folder. A
//! site's `themes/signpost/templates/page.html` takes the place of the built-in `templates/page.html`; a theme of another
//! name starts from the built-in one too, so that it holds only what it changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use include_dir::{Dir, include_dir};

use crate::diagnostics::{Diagnostic, FilePath};
use crate::fields::Placed;
use crate::sources::Sources;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/signpost");

/// The built-in theme's name.
pub const DEFAULT: &str = "signpost";

/// A theme's files, by path below its folder: `templates/page.html`, `css/01-tokens.css`, `images/icon.svg`.
#[derive(Debug)]
pub struct Theme {
    pub name: String,
    pub texts: BTreeMap<String, ThemeText>,
    pub images: BTreeMap<String, Arc<[u8]>>,
}

/// A text file of a theme, and the path a diagnostic names it by.
#[derive(Debug, Clone)]
pub struct ThemeText {
    pub path: FilePath,
    pub text: Arc<str>,
}

impl Theme {
    /// The texts below a folder of the theme with an ending, in order.
    pub fn texts_in<'a>(&'a self, folder: &'a str, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a ThemeText)> {
        self.texts
            .iter()
            .filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
            .map(|(path, text)| (path.as_str(), text))
    }
}

/// Lays the site's own theme files over the built-in ones. A name that no folder has would leave them all unused.
pub fn load(named: &Placed<String>, sources: &Sources, found: &mut Vec<Diagnostic>) -> Theme {
    let name = named.value.as_str();
    let mut theme = Theme { name: name.to_owned(), texts: BTreeMap::new(), images: BTreeMap::new() };
    collect(&BUILT_IN, &mut theme);
    let folder = format!("themes/{name}/");
    for (path, text) in sources.texts_in(&folder, "") {
        let inner = path[folder.len()..].to_owned();
        if !inner.starts_with("images/") {
            theme.texts.insert(inner, ThemeText { path: path.clone(), text: text.clone() });
        } else {
            theme.images.insert(inner, text.as_bytes().into());
        }
    }
    let is_own = sources.texts_in(&folder, "").next().is_some();
    if name != DEFAULT && !is_own {
        found.push(
            Diagnostic::error(
                "config/theme",
                named.span.clone(),
                format!("there is no theme `{name}`: the folder `{folder}` holds no file"),
            )
            .with_help(format!("the built-in theme is `{DEFAULT}`")),
        );
    }
    for (path, bytes) in &sources.assets {
        if let Some(inner) = path.strip_prefix(&folder) {
            theme.images.insert(inner.to_owned(), bytes.clone());
        }
    }
    theme
}

fn collect(dir: &Dir<'_>, theme: &mut Theme) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        match file.contents_utf8() {
            Some(text) if !path.starts_with("images/") => {
                let shown = FilePath::from(format!("built-in theme/{path}"));
                theme.texts.insert(path, ThemeText { path: shown, text: text.into() });
            }
            _ => {
                theme.images.insert(path, file.contents().into());
            }
        }
    }
    for inner in dir.dirs() {
        collect(inner, theme);
    }
}
