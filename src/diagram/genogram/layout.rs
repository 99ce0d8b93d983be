//! Where everything of a genogram stands.

use std::collections::BTreeMap;

use super::super::text::{LINE, Weight, wrap};
use super::order::{self, Node, nodes_of};
use super::{Child, Genogram, Who};

/// Height and width of a symbol.
pub(super) const SYMBOL: i32 = 40;
/// From the middle of one person to the middle of the next, at least.
const PITCH: i32 = 124;
const LOSS_PITCH: i32 = 64;
/// Width of the words below a symbol.
const LABEL: i32 = 100;
/// From the line of the children to the top of their symbols.
const STALK: i32 = 30;
const BUS_STEP: i32 = 12;
pub(super) const BRACKET_STEP: i32 = 14;

/// A person or a loss with its place: the middle of the symbol, across.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub node: Node,
    pub x: i32,
    pub name: Vec<String>,
    pub born: Vec<String>,
}

impl Placed {
    /// Half the width that nothing else may stand in.
    pub fn reach(&self) -> i32 {
        reach(self.node)
    }
}

fn reach(node: Node) -> i32 {
    match node {
        Node::Person(_) => LABEL / 2,
        Node::Loss(..) => SYMBOL / 2,
    }
}

/// One generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub placed: Vec<Placed>,
    /// Top of the symbols.
    pub top: i32,
    /// Top of the words below them.
    pub labels: i32,
    /// Below the words.
    pub bottom: i32,
}

/// The lines of one couple and its children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    pub couple: usize,
    pub row: usize,
    pub left: i32,
    pub right: i32,
    /// None: side by side, with a straight line between them. Otherwise how deep below the symbols the line runs.
    pub bracket: Option<i32>,
    /// Where the line to the children leaves, and how high they are joined. None: no children.
    pub children: Option<Joined>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Joined {
    pub drop: i32,
    pub bus: i32,
    pub stalks: Vec<Stalk>,
}

/// From the children's line down to one child, or to several born together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stalk {
    pub x: i32,
    pub feet: Vec<(Node, i32)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub width: i32,
    pub height: i32,
    pub rows: Vec<Row>,
    pub lines: Vec<Lines>,
}

fn pitch(node: Node) -> i32 {
    match node {
        Node::Person(_) => PITCH,
        Node::Loss(..) => LOSS_PITCH,
    }
}

pub(super) fn layout(genogram: &Genogram) -> Layout {
    let order = order::rows(genogram);
    let mut at = across(genogram, &order);
    let edge = if genogram.households.is_empty() { 4 } else { 14 };
    let left = at.iter().map(|(node, x)| x - pitch(*node) / 2).min().unwrap_or(0);
    at.values_mut().for_each(|x| *x += edge - left);
    let width = at.iter().map(|(node, x)| x + pitch(*node) / 2).max().unwrap_or(0) + edge;

    let mut lines = lines(genogram, &order, &at);
    let mut rows = Vec::new();
    let mut top = if genogram.households.is_empty() { 6 } else { 34 };
    for (number, nodes) in order.iter().enumerate() {
        let placed: Vec<Placed> = nodes.iter().map(|node| labelled(genogram, *node, at[node])).collect();
        let n_brackets = lines.iter().filter(|lines| lines.row == number).filter_map(|lines| lines.bracket).max().unwrap_or(0);
        let labels = top + SYMBOL + 6 + if n_brackets > 0 { n_brackets * BRACKET_STEP + 4 } else { 0 };
        let n_lines = placed.iter().map(|placed| placed.name.len() + placed.born.len()).max().unwrap_or(0);
        let bottom = labels + i32::try_from(n_lines).expect("a label has fewer lines") * LINE;
        let n_levels = levels(&mut lines, number, bottom);
        rows.push(Row { placed, top, labels, bottom });
        top = bottom + 26 + n_levels * BUS_STEP + STALK;
    }
    let height = rows.last().map_or(0, |row| row.bottom) + if genogram.households.is_empty() { 6 } else { 20 };
    Layout { width, height, rows, lines }
}

fn labelled(genogram: &Genogram, node: Node, x: i32) -> Placed {
    let Node::Person(who) = node else { return Placed { node, x, name: Vec::new(), born: Vec::new() } };
    let person = &genogram.people[who];
    let born = if person.born.is_empty() { Vec::new() } else { wrap(&format!("born {}", person.born), Weight::Regular, LABEL) };
    Placed { node, x, name: wrap(&person.name, Weight::Bold, LABEL), born }
}

/// Gives each family of a row a height for its children's line, so that no two lie on each other. Gives back how many heights.
fn levels(lines: &mut [Lines], row: usize, bottom: i32) -> i32 {
    let mut taken: Vec<Vec<(i32, i32)>> = Vec::new();
    for lines in lines.iter_mut().filter(|lines| lines.row == row) {
        let Some(joined) = &mut lines.children else { continue };
        let (left, right) =
            joined.stalks.iter().fold((joined.drop, joined.drop), |(left, right), stalk| (left.min(stalk.x), right.max(stalk.x)));
        let is_free = |level: &Vec<(i32, i32)>| level.iter().all(|(from, to)| right + 8 < *from || *to + 8 < left);
        let level = taken.iter().position(is_free).unwrap_or_else(|| {
            taken.push(Vec::new());
            taken.len() - 1
        });
        taken[level].push((left, right));
        joined.bus = bottom + 14 + i32::try_from(level).expect("a row has fewer families") * BUS_STEP;
    }
    i32::try_from(taken.len()).expect("a row has fewer families")
}

/// The lines of each couple, their children's not yet at a height.
fn lines(genogram: &Genogram, order: &order::Rows, at: &BTreeMap<Node, i32>) -> Vec<Lines> {
    let mut all: Vec<Lines> = Vec::new();
    // Where lines to children leave already.
    let mut drops: Vec<(usize, i32)> = Vec::new();
    let mut brackets: Vec<Vec<(i32, i32, i32)>> = vec![Vec::new(); order.len()];
    for (index, couple) in genogram.couples.iter().enumerate() {
        let row = genogram.generations[couple.partners[0]];
        let [one, other] = couple.partners.map(|who| at[&Node::Person(who)]);
        let (left, right) = (one.min(other), one.max(other));
        let place = order[row].iter().position(|node| at[node] == right).expect("a partner stands in its row");
        let neighbour = order[row][place - 1];
        let bracket = (at[&neighbour] != left).then(|| {
            let deeper = brackets[row].iter().filter(|(from, to, _)| left < *to && *from < right).map(|(_, _, depth)| *depth).max();
            let depth = deeper.unwrap_or(0) + 1;
            brackets[row].push((left, right, depth));
            depth
        });
        // The line down stands between the labels of the right partner and whoever stands left of it.
        let (from, to) = (at[&neighbour] + reach(neighbour) + 4, right - LABEL / 2 - 4);
        let stalks = stalks(index, &couple.children, at);
        // Where children of this generation hang.
        let feet: Vec<(usize, i32)> = genogram
            .couples
            .iter()
            .enumerate()
            .filter(|(_, other)| genogram.generations[other.partners[0]] == row)
            .flat_map(|(other, couple)| self::stalks(other, &couple.children, at).into_iter().map(move |stalk| (other, stalk.x)))
            .collect();
        let children = stalks.first().zip(stalks.last()).map(|(first, last)| {
            let middle = i32::midpoint(first.x, last.x);
            let is_near = |drop: i32, others: &[(usize, i32)]| others.iter().any(|(_, x)| (x - drop).abs() < 8);
            let of_row: Vec<(usize, i32)> = drops.iter().copied().filter(|(other, _)| *other == row).collect();
            let foreign: Vec<(usize, i32)> = feet.iter().copied().filter(|(other, _)| *other != index).collect();
            let drop = (from..=to.max(from))
                .min_by_key(|drop| (is_near(*drop, &of_row), is_near(*drop, &foreign), (drop - middle).abs()))
                .unwrap_or(middle);
            drops.push((row, drop));
            Joined { drop, bus: 0, stalks: stalks.clone() }
        });
        all.push(Lines { couple: index, row, left, right, bracket, children });
    }
    all
}

fn stalks(couple: usize, children: &[Child], at: &BTreeMap<Node, i32>) -> Vec<Stalk> {
    let stalks = children.iter().enumerate().map(|(place, child)| {
        let feet: Vec<(Node, i32)> = match child {
            Child::Loss => vec![Node::Loss(couple, place)],
            child => child.people().iter().map(|who| Node::Person(*who)).collect(),
        }
        .into_iter()
        .map(|node| (node, at[&node]))
        .collect();
        let xs = feet.iter().map(|(_, x)| *x);
        Stalk { x: i32::midpoint(xs.clone().min().unwrap_or(0), xs.max().unwrap_or(0)), feet }
    });
    stalks.collect()
}

/// Rounds of moving children below their parents and parents above their children.
const N_ROUNDS: usize = 40;

/// The place of each node across: in order, never nearer than the pitch, as nearly below the parents as that allows.
fn across(genogram: &Genogram, order: &order::Rows) -> BTreeMap<Node, i32> {
    let mut at: BTreeMap<Node, f64> = BTreeMap::new();
    for row in order {
        let mut x = 0.0;
        for (place, node) in row.iter().enumerate() {
            if place > 0 {
                x += distance(row[place - 1], *node);
            }
            at.insert(*node, x);
        }
    }
    for round in 0..N_ROUNDS {
        let is_up = round % 2 == 0 && round + 1 < N_ROUNDS;
        let rows: Vec<usize> = if is_up { (0..order.len()).rev().collect() } else { (0..order.len()).collect() };
        for number in rows {
            let row = &order[number];
            // Each wish is a place and its weight; a small one holds everybody where they are.
            let mut wishes: Vec<Vec<(f64, f64)>> = row.iter().map(|node| vec![(at[node], 0.05)]).collect();
            let mut wish = |node: Node, x: f64, weight: f64| {
                if let Some(place) = row.iter().position(|known| *known == node) {
                    wishes[place].push((x, weight));
                }
            };
            for (index, couple) in genogram.couples.iter().enumerate() {
                let [one, other] = couple.partners.map(|who: Who| Node::Person(who));
                let children = nodes_of(index, &couple.children);
                let middle = |nodes: &[Node]| {
                    let xs = nodes.iter().map(|node| at[node]);
                    f64::midpoint(xs.clone().fold(f64::INFINITY, f64::min), xs.fold(f64::NEG_INFINITY, f64::max))
                };
                let is_row_of_couple = genogram.generations[couple.partners[0]] == number;
                if is_row_of_couple && is_up && !children.is_empty() {
                    let shift = middle(&children) - f64::midpoint(at[&one], at[&other]);
                    wish(one, at[&one] + shift, 1.0);
                    wish(other, at[&other] + shift, 1.0);
                } else if is_row_of_couple {
                    // Partners stay near each other.
                    let nearer = (at[&other] - at[&one]).abs() - f64::from(PITCH);
                    let step = if at[&one] < at[&other] { nearer } else { -nearer };
                    wish(one, at[&one] + step, 0.3);
                    wish(other, at[&other] - step, 0.3);
                } else if genogram.generations[couple.partners[0]] + 1 == number && !is_up && !children.is_empty() {
                    let shift = f64::midpoint(at[&one], at[&other]) - middle(&children);
                    for child in &children {
                        wish(*child, at[child] + shift, 1.0);
                    }
                }
            }
            let wished: Vec<(f64, f64)> = wishes
                .iter()
                .map(|wishes| {
                    let weight: f64 = wishes.iter().map(|(_, weight)| weight).sum();
                    (wishes.iter().map(|(x, weight)| x * weight).sum::<f64>() / weight, weight)
                })
                .collect();
            for (node, x) in row.iter().zip(apart(row, &wished)) {
                at.insert(*node, x);
            }
        }
    }
    let mut rounded = BTreeMap::new();
    for row in order {
        let mut before: Option<(Node, i32)> = None;
        for node in row {
            #[expect(clippy::cast_possible_truncation, reason = "a drawing is some thousand units wide")]
            let wanted = at[node].round() as i32;
            let x = before.map_or(wanted, |(other, x)| wanted.max(x + (pitch(other) + pitch(*node)) / 2));
            rounded.insert(*node, x);
            before = Some((*node, x));
        }
    }
    rounded
}

fn distance(one: Node, other: Node) -> f64 {
    f64::from(pitch(one) + pitch(other)) / 2.0
}

/// The places nearest to the wished ones at which everybody is far enough from their neighbours: wishes that push each other are
/// met in common (pool adjacent violators).
fn apart(row: &[Node], wished: &[(f64, f64)]) -> Vec<f64> {
    let mut offset = 0.0;
    let mut offsets = Vec::new();
    // Mean, weight, how many.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (place, (x, weight)) in wished.iter().enumerate() {
        if place > 0 {
            offset += distance(row[place - 1], row[place]);
        }
        offsets.push(offset);
        let mut pool = (x - offset, *weight, 1);
        while let Some(last) = pools.last().copied().filter(|last| last.0 > pool.0) {
            pools.pop();
            let weight = last.1 + pool.1;
            pool = ((last.0 * last.1 + pool.0 * pool.1) / weight, weight, last.2 + pool.2);
        }
        pools.push(pool);
    }
    let means = pools.iter().flat_map(|(mean, _, n)| std::iter::repeat_n(*mean, *n));
    means.zip(offsets).map(|(mean, offset)| mean + offset).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::{Diagram, testing};

    pub const LARGE: &str = "George, male, born 1931, deceased\nEdith, female, born 1934\nAlf, male, deceased\nRose-Marguerite Featherstonehaugh, female, born about 1940\n\
Ben, male, born 1960\nDan, male\nAnna, female, born 1962\nEve, female\nCarl, male\nPaula, female\nMary, female, born 1985\nDavid, male\nTom, male, born 1990\nTim, male, born 1990\nZoe, female\nIvy, unknown\nLee, male\nSam, unknown\nKim, female\nJo, unknown\n\
George + Edith: enduring\nAlf + Rose-Marguerite Featherstonehaugh: separated\nBen + Anna: divorced\nAnna + Carl: transitory\nDan + Paula: enduring\nMary + Lee: enduring\nAnna + Jo: transitory\n\
George + Edith > Ben, Dan\nAlf + Rose-Marguerite Featherstonehaugh > Anna, Eve\nBen + Anna > Mary, loss, David, Tom & Tim\nAnna + Carl > Zoe\nDan + Paula > Ivy\nMary + Lee > Sam, Kim\nhousehold: Anna, Carl, Zoe, Tom, Tim\nhousehold: Mary, Lee, Sam";

    fn laid_out(text: &str) -> (Genogram, Layout) {
        let (diagram, found) = testing::read("genogram", text);
        let Some(Diagram::Genogram(genogram)) = diagram else { panic!("it can be drawn: {found:?}") };
        let layout = layout(&genogram);
        (genogram, layout)
    }

    /// Boxes around symbols and around words, of everybody.
    fn boxes(layout: &Layout) -> Vec<[i32; 4]> {
        let mut boxes = Vec::new();
        for row in &layout.rows {
            for placed in &row.placed {
                boxes.push([placed.x - SYMBOL / 2, row.top, placed.x + SYMBOL / 2, row.top + SYMBOL]);
                if !placed.name.is_empty() {
                    boxes.push([placed.x - LABEL / 2, row.labels, placed.x + LABEL / 2, row.bottom]);
                }
            }
        }
        boxes
    }

    fn check_nothing_overlaps(text: &str) {
        let (genogram, layout) = laid_out(text);
        let boxes = boxes(&layout);
        for (index, a) in boxes.iter().enumerate() {
            assert!(a[0] >= 0 && a[1] >= 0 && a[2] <= layout.width && a[3] <= layout.height, "{a:?} leaves the drawing");
            for b in &boxes[index + 1..] {
                assert!(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1], "{a:?} and {b:?} overlap");
            }
        }
        for lines in &layout.lines {
            let row = &layout.rows[lines.row];
            let Some(joined) = &lines.children else { continue };
            let crossed = row.placed.iter().find(|placed| (placed.x - joined.drop).abs() < placed.reach());
            assert!(crossed.is_none(), "the line to the children of couple {} goes through {crossed:?}", lines.couple);
            let xs: Vec<i32> = joined.stalks.iter().map(|stalk| stalk.x).collect();
            assert!(xs.is_sorted(), "the children of couple {} are out of order", lines.couple);
            assert!(joined.bus > row.bottom && joined.bus < layout.rows[lines.row + 1].top);
        }
        let n_placed: usize = layout.rows.iter().map(|row| row.placed.len()).sum();
        let n_losses = genogram.couples.iter().flat_map(|couple| &couple.children).filter(|child| **child == Child::Loss).count();
        assert_eq!(n_placed, genogram.people.len() + n_losses);
    }

    #[test]
    fn nothing_overlaps() {
        check_nothing_overlaps("Anna, female");
        check_nothing_overlaps("Anna, female\nBen, male\nMary, female\nAnna + Ben: enduring\nAnna + Ben > Mary");
        check_nothing_overlaps("Anna, female\nBen, male\nAnna + Ben: enduring\nAnna + Ben > loss");
        check_nothing_overlaps(LARGE);
        check_nothing_overlaps(&LARGE.lines().rev().collect::<Vec<_>>().join("\n"));
    }

    /// A family made by drawing lots, always the same ones for the same seed: up to four generations, partners from within one,
    /// some with several, losses and twins among the children.
    fn any_family(seed: u32) -> String {
        let mut state = seed;
        let mut lot = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            usize::try_from(state >> 16).expect("sixteen bits fit") % below
        };
        let (mut people, mut bonds, mut children) = (Vec::new(), Vec::new(), Vec::new());
        let mut generation: Vec<usize> = Vec::new();
        for _ in 0..2 + lot(3) {
            while generation.len() < 2 + lot(3) {
                generation.push(people.len());
                people.push(lot(3));
            }
            let mut next = Vec::new();
            let mut known = Vec::new();
            for _ in 0..1 + lot(3) {
                let (one, other) = (generation[lot(generation.len())], generation[lot(generation.len())]);
                if one == other || known.contains(&(one, other)) || known.contains(&(other, one)) {
                    continue;
                }
                known.push((one, other));
                bonds.push(format!("P{one} + P{other}: {}", ["enduring", "transitory", "separated", "divorced"][lot(4)]));
                let mut row = Vec::new();
                for _ in 0..lot(4) {
                    let mut born = || {
                        next.push(people.len());
                        people.push(next.len() % 3);
                        format!("P{}", people.len() - 1)
                    };
                    row.push(match lot(6) {
                        0 => String::from("loss"),
                        1 => format!("{} & {}", born(), born()),
                        _ => born(),
                    });
                }
                if !row.is_empty() {
                    children.push(format!("P{one} + P{other} > {}", row.join(", ")));
                }
            }
            generation = next;
        }
        let people = people.iter().enumerate().map(|(number, sex)| format!("P{number}, {}", ["male", "female", "unknown"][*sex]));
        people.chain(bonds).chain(children).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn nothing_overlaps_in_any_family() {
        for seed in 0..60 {
            let text = any_family(seed);
            // Lots may make partners of brothers and sisters; that is drawn, too.
            check_nothing_overlaps(&text);
        }
    }

    #[test]
    fn a_child_on_its_own_hangs_straight_below() {
        let (_, layout) = laid_out("Anna, female\nBen, male\nMary, female\nAnna + Ben: enduring\nAnna + Ben > Mary");
        let joined = layout.lines[0].children.as_ref().expect("there is a child");
        assert_eq!(joined.drop, joined.stalks[0].x);
        assert_eq!(layout.lines[0].bracket, None);
    }
}
