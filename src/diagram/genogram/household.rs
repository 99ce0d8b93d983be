//! The dotted line around those who live together, and around nobody else.
//!
//! Members who are neighbours in a row share a box. Boxes are joined by bands between the rows, where no symbol and no word
//! stands; then the outline of all of it is walked along.

use std::collections::{BTreeMap, BTreeSet};

use super::Who;
use super::layout::{Layout, Row};
use super::order::Node;

/// Left, top, right, bottom.
type Box = [i32; 4];

/// The outline as an SVG path. `number` keeps the lines of several households apart.
pub(super) fn outline(members: &[Who], number: i32, layout: &Layout) -> String {
    let inset = number % 3 * 3;
    path(&boxes(members, inset, layout))
}

fn top_of(row: &Row, inset: i32) -> i32 {
    row.top - 9 + inset
}

fn bottom_of(row: &Row, inset: i32) -> i32 {
    row.bottom + 8 - inset
}

fn boxes(members: &[Who], inset: i32, layout: &Layout) -> Vec<Box> {
    let mut boxes: Vec<Box> = Vec::new();
    // By row: the boxes of its members.
    let mut by_row: BTreeMap<usize, Vec<Box>> = BTreeMap::new();
    for (number, row) in layout.rows.iter().enumerate() {
        let mut is_open = false;
        for placed in &row.placed {
            let is_member = matches!(placed.node, Node::Person(who) if members.contains(&who));
            let reach = placed.reach() + 6 - inset;
            let of_row = by_row.entry(number).or_default();
            match of_row.last_mut() {
                Some(last) if is_member && is_open => last[2] = placed.x + reach,
                _ if is_member => of_row.push([placed.x - reach, top_of(row, inset), placed.x + reach, bottom_of(row, inset)]),
                _ => {}
            }
            is_open = is_member;
        }
    }
    by_row.retain(|_, of_row| !of_row.is_empty());
    let numbers: Vec<usize> = by_row.keys().copied().collect();
    for of_row in by_row.values() {
        boxes.extend(of_row);
    }
    let middle = |of: &Box| i32::midpoint(of[0], of[2]);
    // Boxes of one row are joined above it.
    for (number, of_row) in &by_row {
        let row = &layout.rows[*number];
        if let (Some(first), Some(last)) = (of_row.first(), of_row.last())
            && of_row.len() > 1
        {
            let top = top_of(row, inset);
            boxes.push([first[0], top - 12, last[2], top]);
        }
    }
    // Rows are joined between them; a row with no member is passed through a gap.
    for pair in numbers.windows(2) {
        let (upper, lower) = (&by_row[&pair[0]], &by_row[&pair[1]]);
        let span = |of_row: &[Box]| (of_row.first().map_or(0, |first| first[0]), of_row.last().map_or(0, |last| last[2]));
        let ((from, to), (low_from, low_to)) = (span(upper), span(lower));
        let mut at = (from.max(low_from), to.min(low_to));
        if at.1 - at.0 < 24 {
            at = (from.min(low_from), to.max(low_to));
        }
        let mut y = bottom_of(&layout.rows[pair[0]], inset);
        for passed in pair[0] + 1..pair[1] {
            let row = &layout.rows[passed];
            let x = gap(row, middle(&upper[0]));
            let top = top_of(row, inset);
            boxes.push([at.0.min(x - 5), y, at.1.max(x + 5), top]);
            boxes.push([x - 5, top, x + 5, bottom_of(row, inset)]);
            y = bottom_of(row, inset);
            at = (at.0.min(x - 5), at.1.max(x + 5));
        }
        boxes.push([at.0, y, at.1, top_of(&layout.rows[pair[1]], inset)]);
    }
    boxes
}

/// The place between two people of a row, or beside them all, that is nearest to `x`.
fn gap(row: &Row, x: i32) -> i32 {
    let between = row.placed.windows(2).map(|pair| i32::midpoint(pair[0].x + pair[0].reach(), pair[1].x - pair[1].reach()));
    let ends = row.placed.first().zip(row.placed.last()).map(|(first, last)| [first.x - first.reach() - 8, last.x + last.reach() + 8]);
    between.chain(ends.into_iter().flatten()).min_by_key(|gap| (gap - x).abs()).unwrap_or(x)
}

/// The outline of some boxes together.
fn path(boxes: &[Box]) -> String {
    let cuts = |sides: [usize; 2]| -> Vec<i32> {
        let unique: BTreeSet<i32> = boxes.iter().flat_map(|one| sides.map(|side| one[side])).collect();
        unique.into_iter().collect()
    };
    let (xs, ys) = (cuts([0, 2]), cuts([1, 3]));
    let is_in = |column: Option<usize>, line: Option<usize>| {
        let cell = column.zip(line).filter(|(column, line)| column + 1 < xs.len() && line + 1 < ys.len());
        cell.is_some_and(|(column, line)| {
            let (x, y) = (xs[column], ys[line]);
            boxes.iter().any(|one| one[0] <= x && x < one[2] && one[1] <= y && y < one[3])
        })
    };
    // Edges with the inside on their right hand, by where they begin.
    let mut edges: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
    for line in 0..ys.len() {
        for column in 0..xs.len() {
            if !is_in(Some(column), Some(line)) {
                continue;
            }
            let mut edge = |from: (usize, usize), to: (usize, usize)| edges.entry(from).or_default().push(to);
            if !is_in(Some(column), line.checked_sub(1)) {
                edge((column, line), (column + 1, line));
            }
            if !is_in(Some(column + 1), Some(line)) {
                edge((column + 1, line), (column + 1, line + 1));
            }
            if !is_in(Some(column), Some(line + 1)) {
                edge((column + 1, line + 1), (column, line + 1));
            }
            if !is_in(column.checked_sub(1), Some(line)) {
                edge((column, line + 1), (column, line));
            }
        }
    }
    let mut path = String::new();
    while let Some(start) = edges.keys().next().copied() {
        let mut corners = vec![start];
        let mut at = start;
        while let Some(next) = edges.get_mut(&at).and_then(Vec::pop) {
            if edges[&at].is_empty() {
                edges.remove(&at);
            }
            at = next;
            corners.push(at);
            if at == start {
                break;
            }
        }
        corners.pop();
        let n = corners.len();
        // A corner in the middle of a straight line is none.
        let is_corner = |index: usize| {
            let (before, here, after) = (corners[(index + n - 1) % n], corners[index], corners[(index + 1) % n]);
            !((before.0 == here.0 && here.0 == after.0) || (before.1 == here.1 && here.1 == after.1))
        };
        let mut letter = 'M';
        for index in (0..n).filter(|index| is_corner(*index)) {
            let (column, line) = corners[index];
            path.push_str(&format!("{letter}{} {}", xs[column], ys[line]));
            letter = 'L';
        }
        path.push('z');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::super::layout::layout;
    use super::*;
    use crate::diagram::{Diagram, testing};

    #[test]
    fn a_household_holds_its_members_and_nobody_else() {
        let family = "Ann, female\nBob, male\nCid, male\nDot, female\nEva, female\nFay, female\nGus, male\nHal, male\n\
                      Ann + Bob: enduring\nDot + Cid: enduring\nAnn + Bob > Cid, Eva\nDot + Cid > Fay, loss, Gus, Hal\n";
        for names in ["Ann", "Fay, Hal", "Ann, Hal", "Bob, Eva, Gus", "Ann, Bob, Cid, Dot, Eva, Fay, Gus, Hal"] {
            let (diagram, found) = testing::read("genogram", &format!("{family}household: {names}"));
            let Some(Diagram::Genogram(genogram)) = diagram else { panic!("it can be drawn: {found:?}") };
            let layout = layout(&genogram);
            let boxes = boxes(&genogram.households[0], 0, &layout);
            for row in &layout.rows {
                for placed in &row.placed {
                    let Node::Person(who) = placed.node else { continue };
                    let [left, right] = [placed.x - placed.reach(), placed.x + placed.reach()];
                    let is_touched = boxes.iter().any(|one| left < one[2] && one[0] < right && row.top < one[3] && one[1] < row.bottom);
                    assert_eq!(is_touched, genogram.households[0].contains(&who), "{names}: {}", genogram.people[who].name);
                }
            }
            assert_eq!(path(&boxes).matches('M').count(), 1, "{names}: one line around all");
        }
    }

    #[test]
    fn boxes_that_touch_have_one_outline() {
        assert_eq!(path(&[[0, 0, 10, 10]]), "M0 0L10 0L10 10L0 10z");
        assert_eq!(path(&[[0, 0, 10, 10], [10, 0, 20, 10]]), "M0 0L20 0L20 10L0 10z");
        assert_eq!(path(&[[0, 0, 20, 10], [0, 10, 10, 20]]), "M0 0L20 0L20 10L10 10L10 20L0 20z");
    }
}
