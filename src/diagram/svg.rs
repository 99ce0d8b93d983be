//! Shapes and words to an inline `<svg>`.

use std::fmt::Write as _;

use crate::html::{Html, escape};

use super::text::LINE;

/// A drawing being made. Later shapes lie over earlier ones.
pub struct Svg {
    width: i32,
    height: i32,
    shapes: String,
}

/// Where a line of words begins, or has its middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
}

impl Svg {
    pub fn new(width: i32) -> Self {
        Self { width, height: 0, shapes: String::new() }
    }

    pub fn width(&self) -> i32 {
        self.width
    }

    pub fn set_height(&mut self, height: i32) {
        self.height = height;
    }

    fn shape(&mut self, shape: std::fmt::Arguments<'_>) {
        self.shapes.write_fmt(shape).expect("a String takes every text");
        self.shapes.push('\n');
    }

    pub fn rect(&mut self, class: &str, (x, y): (i32, i32), (width, height): (i32, i32), radius: i32) {
        let radius = if radius == 0 { String::new() } else { format!(" rx=\"{radius}\"") };
        self.shape(format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{radius}/>"));
    }

    pub fn circle(&mut self, class: &str, (x, y): (i32, i32), radius: i32) {
        self.shape(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    }

    /// A path in SVG's own words: `M0 0h10`.
    pub fn path(&mut self, class: &str, path: &str) {
        self.shape(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    pub fn line(&mut self, class: &str, (x, y): (i32, i32), (to_x, to_y): (i32, i32)) {
        self.path(class, &format!("M{x} {y}L{to_x} {to_y}"));
    }

    /// A line downwards that ends in a point.
    pub fn arrow_down(&mut self, x: i32, from: i32, to: i32) {
        self.line("line", (x, from), (x, to - 8));
        self.path("point", &format!("M{x} {to}l-6 -9h12z"));
    }

    /// A line to the right that ends in a point.
    pub fn arrow_right(&mut self, y: i32, from: i32, to: i32) {
        self.line("line", (from, y), (to - 8, y));
        self.path("point", &format!("M{to} {y}l-9 -6v12z"));
    }

    /// Lines of words, the first one's letters standing in the 21 units below `y`. Gives back where the next line would stand.
    pub fn words(&mut self, class: &str, align: Align, (x, y): (i32, i32), lines: &[String]) -> i32 {
        let anchor = if align == Align::Middle { " text-anchor=\"middle\"" } else { "" };
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let mut at = y;
        for line in lines {
            let base = at + 16;
            self.shape(format_args!("<text{class} x=\"{x}\" y=\"{base}\"{anchor}>{}</text>", escape(line)));
            at += LINE;
        }
        at
    }

    /// The whole drawing, named by its title and description.
    pub fn finish(self, id: &str, title: &str, description: &str) -> Html {
        let Self { width, height, shapes } = self;
        let (title, description) = (escape(title), escape(description));
        Html::from_renderer(format!(
            "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" font-size=\"16\">\n<title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n\
             {shapes}</svg>"
        ))
    }
}
