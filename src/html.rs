//! HTML that is safe to put into a page, kept apart from text by its type.
//!
//! Text is `String`; text already made safe is [`Html`]. It is made here, by [`escape`], by the Markdown renderer and
//! by the templates, nowhere else.

use std::fmt;

/// Finished HTML. Goes to a template as a safe value, so no template needs a filter that switches escaping off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Takes what the Markdown renderer or a template made.
    pub fn from_renderer(html: String) -> Self {
        Self(html)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Html {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Text as HTML, safe between tags and inside double-quoted attributes.
pub fn escape(text: &str) -> Html {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    Html(html)
}

/// Text with typographic apostrophes and single quotes: `a child's ‘good’ day`.
pub fn typographic(text: &str) -> String {
    let mut before = ' ';
    let mut typographic = String::with_capacity(text.len());
    for character in text.chars() {
        let opens = before.is_whitespace() || matches!(before, '(' | '[' | '“');
        typographic.push(match character {
            '\'' if opens => '‘',
            '\'' => '’',
            other => other,
        });
        before = character;
    }
    typographic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_open_and_close() {
        assert_eq!(typographic("the child's 'good' day ('TAF')"), "the child’s ‘good’ day (‘TAF’)");
    }

    #[test]
    fn markup_cannot_be_written_by_text() {
        assert_eq!(escape("<a href=\"x\">&'").as_str(), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
    }
}
