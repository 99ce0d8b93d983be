//! Loading templates and filling them in. tera lives here and nowhere else.
//!
//! In: a theme's `templates/*.html` and `components/*/*.html`. Out: [`Html`], or a diagnostic at the template's own line.
//! Escaping is on everywhere; HTML this program made goes in as a safe value.

use std::collections::BTreeMap;

use tera::{Context, ErrorKind, Tera, Value};

use crate::diagnostics::{Diagnostic, FilePath, Span};
use crate::html::Html;
use crate::theme::Theme;

pub use tera::Value as TemplateValue;

/// All templates and components of a theme. Shared by reference between threads.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    paths: BTreeMap<String, FilePath>,
}

/// What a template may see, by name. Values are made by [`text`], [`html`], [`object`], [`list`] and `Value::from`.
pub type Fill = Vec<(&'static str, Value)>;

pub fn text(text: impl AsRef<str>) -> Value {
    Value::normal_string(text.as_ref())
}

pub fn html(html: &Html) -> Value {
    Value::safe_string(html.as_str())
}

pub fn object(fields: Fill) -> Value {
    let map: tera::Map = fields.into_iter().map(|(key, value)| (key.into(), value)).collect();
    Value::from(map)
}

pub fn list(values: impl IntoIterator<Item = Value>) -> Value {
    Value::from(values.into_iter().collect::<Vec<_>>())
}

pub fn none() -> Value {
    Value::none()
}

/// Reads all templates of a theme. Err: a template that cannot be used, with its place.
pub fn load(theme: &Theme) -> Result<Templates, Diagnostic> {
    let mut tera = Tera::default();
    tera.autoescape_on(vec![".html", ".xml"]);
    let mut paths = BTreeMap::new();
    let mut templates = Vec::new();
    for (path, file) in theme.texts_in("templates/", "l").chain(theme.texts_in("components/", ".html")) {
        let name = path.strip_prefix("templates/").unwrap_or(path);
        paths.insert(name.to_owned(), file.path.clone());
        templates.push((name, &*file.text));
    }
    match tera.add_raw_templates(templates) {
        Ok(()) => Ok(Templates { tera, paths }),
        Err(error) => Err(diagnostic(&error, "", &paths, theme)),
    }
}

impl Templates {
    /// Fills in a page template (`page.html`).
    pub fn render(&self, name: &str, fill: Fill, theme: &Theme) -> Result<Html, Diagnostic> {
        let rendered = self.tera.render(name, &context(fill));
        rendered.map(Html::from_renderer).map_err(|error| diagnostic(&error, name, &self.paths, theme))
    }

    /// Fills in a component (`callout`), with a body when it wraps one.
    pub fn component(&self, name: &str, fill: Fill, body: Option<&Html>, theme: &Theme) -> Result<Html, Diagnostic> {
        let rendered = self.tera.render_component(name, &context(fill), body.map(Html::as_str), true);
        rendered.map(Html::from_renderer).map_err(|error| diagnostic(&error, name, &self.paths, theme))
    }
}

fn context(fill: Fill) -> Context {
    let mut context = Context::new();
    for (name, value) in fill {
        context.insert_value(name, value);
    }
    context
}

/// A template error at its own line of the theme's file.
fn diagnostic(error: &tera::Error, name: &str, paths: &BTreeMap<String, FilePath>, theme: &Theme) -> Diagnostic {
    let (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report)) = error.kind() else {
        let path = paths.get(name).cloned().unwrap_or_else(|| FilePath::from(format!("theme {}", theme.name)));
        let mut causes = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            causes = format!("{causes}: {inner}");
            source = inner.source();
        }
        return Diagnostic::error("template/error", Span::file_start(&path), causes);
    };
    let path = paths.get(report.filename()).cloned().unwrap_or_else(|| FilePath::from(report.filename()));
    let range = report.span().range.clone();
    Diagnostic::error("template/error", Span::new(&path, range), report.message())
}
