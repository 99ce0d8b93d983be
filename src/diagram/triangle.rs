//! Three sides of one thing.

use crate::diagnostics::{Diagnostic, Span};

use super::List;
use super::svg::{Align, Svg};
use super::text::{LINE, Weight, wrap};

/// The words of the left side, the right side and the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triangle {
    sides: [String; 3],
}

const WIDTH: i32 = 320;
/// Two labels stand side by side on the slopes.
const LABEL: i32 = 152;
const BASE_LABEL: i32 = 236;

pub(super) fn read(list: &List, around: &Span, found: &mut Vec<Diagnostic>) -> Option<Triangle> {
    let sides: Vec<String> = list.items.iter().map(|item| item.words.clone()).collect();
    match <[String; 3]>::try_from(sides) {
        Ok(sides) => Some(Triangle { sides }),
        Err(sides) => {
            let span = list.items.get(3).map_or(around, |fourth| &fourth.span);
            let message = format!("a triangle has three sides, and this list has {} items", sides.len());
            found.push(
                Diagnostic::error("diagram/sides", span.clone(), message)
                    .with_help("write three items; what belongs to one goes into a list inside it"),
            );
            None
        }
    }
}

impl Triangle {
    pub(super) fn draw(&self) -> (Svg, String) {
        let mut svg = Svg::new(WIDTH);
        let [left, right, base] = &self.sides;
        let lines = |words: &str, width: i32| wrap(words, Weight::Bold, width - 12);
        let height = |lines: &[String]| i32::try_from(lines.len()).expect("a page has fewer lines") * LINE + 16;
        let (left, right, base) = (lines(left, LABEL), lines(right, LABEL), lines(base, BASE_LABEL));
        let tallest = height(&left).max(height(&right));
        // As tall as an equilateral one, or as its labels need.
        let rise = (tallest + 180).max(262);
        let (top, bottom) = (4, 4 + rise);
        svg.path("side", &format!("M160 {top}L4 {bottom}H316z"));
        let middle = top + rise / 2 + 8;
        let mut label = |lines: &[String], x: i32, y: i32, width: i32| {
            svg.rect("box", (x - width / 2, y - height(lines) / 2), (width, height(lines)), 6);
            svg.words("strong", Align::Middle, (x, y - height(lines) / 2 + 7), lines);
        };
        label(&left, 1 + LABEL / 2, middle, LABEL);
        label(&right, WIDTH - 1 - LABEL / 2, middle, LABEL);
        label(&base, WIDTH / 2, bottom, BASE_LABEL);
        svg.set_height(bottom + height(&base) / 2 + 2);
        let [left, right, base] = &self.sides;
        (svg, format!("A triangle. Left side: {left}. Right side: {right}. Base: {base}."))
    }
}
