//! A genogram's layout as SVG, by the usual conventions: a square is male, a circle female, a diamond not known.

use super::super::count;
use super::super::svg::{Align, Svg};
use super::layout::{BRACKET_STEP, Joined, Layout, Lines, Placed, Row, SYMBOL, layout};
use super::order::Node;
use super::{Bond, Genogram, Person, Sex, household};

const HALF: i32 = SYMBOL / 2;

impl Genogram {
    pub(in crate::diagram) fn draw(&self) -> (Svg, String) {
        let layout = layout(self);
        let mut svg = Svg::new(layout.width);
        for (index, members) in self.households.iter().enumerate() {
            let outline = household::outline(members, i32::try_from(index).expect("a family has fewer households"), &layout);
            svg.path("household", &outline);
        }
        for lines in &layout.lines {
            couple(&mut svg, self.couples[lines.couple].bond, lines, &layout);
        }
        for row in &layout.rows {
            for placed in &row.placed {
                if let Node::Person(who) = placed.node {
                    person(&mut svg, &self.people[who], placed, row);
                }
            }
        }
        svg.set_height(layout.height);
        let n_generations = layout.rows.iter().filter(|row| row.placed.iter().any(|placed| matches!(placed.node, Node::Person(_)))).count();
        let people = count(self.people.len(), "person", "people");
        (svg, format!("{people} in {}.", count(n_generations, "generation", "generations").to_lowercase()))
    }
}

fn person(svg: &mut Svg, person: &Person, placed: &Placed, row: &Row) {
    let (x, top) = (placed.x, row.top);
    let (left, right, bottom, middle) = (x - HALF, x + HALF, top + SYMBOL, top + HALF);
    match person.sex {
        Sex::Male => svg.rect("symbol", (left, top), (SYMBOL, SYMBOL), 0),
        Sex::Female => svg.circle("symbol", (x, middle), HALF),
        Sex::Unknown => svg.path("symbol", &format!("M{x} {top}L{right} {middle}L{x} {bottom}L{left} {middle}z")),
    }
    if person.is_deceased {
        svg.path("line", &format!("M{left} {top}L{right} {bottom}M{right} {top}L{left} {bottom}"));
    }
    let below = svg.words("strong", Align::Middle, (x, row.labels), &placed.name);
    svg.words("muted", Align::Middle, (x, below), &placed.born);
}

fn couple(svg: &mut Svg, bond: Bond, lines: &Lines, layout: &Layout) {
    let row = &layout.rows[lines.row];
    let middle = row.top + HALF;
    let class = if bond == Bond::Transitory { "line broken" } else { "line" };
    let y = match lines.bracket {
        None => {
            svg.line(class, (lines.left + HALF, middle), (lines.right - HALF, middle));
            middle
        }
        Some(depth) => {
            let y = row.top + SYMBOL + depth * BRACKET_STEP;
            // Beside the middle, so that two such lines of one person stay apart.
            let (left, right) = (lines.left + 3 * depth, lines.right - 3 * depth);
            // It begins under the symbols, whatever their form.
            svg.path(class, &format!("M{left} {middle}V{y}H{right}V{middle}"));
            y
        }
    };
    let strokes: &[i32] = match bond {
        Bond::Enduring | Bond::Transitory => &[],
        Bond::Separated => &[0],
        Bond::Divorced => &[-4, 4],
    };
    // Left of the line to the children, or in the middle where there is none.
    let at = lines.children.as_ref().map_or(i32::midpoint(lines.left, lines.right), |joined| joined.drop - 14);
    for stroke in strokes {
        svg.line("line", (at + stroke - 5, y + 9), (at + stroke + 5, y - 9));
    }
    if let Some(joined) = &lines.children {
        children(svg, joined, y, &layout.rows[lines.row + 1]);
    }
}

fn children(svg: &mut Svg, joined: &Joined, from: i32, row: &Row) {
    let Joined { drop, bus, stalks } = joined;
    svg.line("line", (*drop, from), (*drop, *bus));
    let xs = stalks.iter().map(|stalk| stalk.x).chain([*drop]);
    let (left, right) = (xs.clone().min().unwrap_or(*drop), xs.max().unwrap_or(*drop));
    if left < right {
        svg.line("line", (left, *bus), (right, *bus));
    }
    for stalk in stalks {
        let is_together = stalk.feet.len() > 1;
        // Those born together share a short stalk and part at its foot.
        let fork = if is_together { row.top - 26 } else { *bus };
        if is_together {
            svg.line("line", (stalk.x, *bus), (stalk.x, fork));
        }
        for (node, x) in &stalk.feet {
            match node {
                Node::Person(_) => svg.line("line", (stalk.x, fork), (*x, row.top)),
                Node::Loss(..) => {
                    let middle = row.top + 12;
                    svg.line("line", (*x, fork), (*x, middle));
                    let (left, right, top, bottom) = (x - 10, x + 10, middle - 10, middle + 10);
                    svg.path("line", &format!("M{left} {top}L{right} {bottom}M{right} {top}L{left} {bottom}"));
                }
            }
        }
    }
}
