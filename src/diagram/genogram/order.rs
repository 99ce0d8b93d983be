//! Who stands left of whom in each generation.
//!
//! A first order follows the families down from the oldest people; then neighbours are moved as long as that takes away crossings
//! and brings partners together. Children of one couple keep their order, the eldest left: that is what a genogram means.

use std::collections::{BTreeMap, VecDeque};

use super::{Child, Genogram, Sex, Who};

/// What has a place in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Node {
    Person(Who),
    /// Couple, and place among its children.
    Loss(usize, usize),
}

pub(super) type Rows = Vec<Vec<Node>>;

/// Orders tried before the best so far is taken.
const MAX_TRIED: usize = 6_000;

/// Moved together at most.
const MAX_MOVED: usize = 4;

/// The children of a couple in their order, each on its own.
pub(super) fn nodes_of(couple: usize, children: &[Child]) -> Vec<Node> {
    let nodes = children.iter().enumerate().flat_map(|(place, child)| match child {
        Child::Loss => vec![Node::Loss(couple, place)],
        child => child.people().iter().map(|who| Node::Person(*who)).collect(),
    });
    nodes.collect()
}

/// The rows from the oldest generation to the youngest, each from left to right.
pub(super) fn rows(genogram: &Genogram) -> Rows {
    let mut rows = first(genogram);
    let mut best = cost(genogram, &rows);
    let mut n_tried = 0;
    loop {
        let mut is_better = false;
        for row in 0..rows.len() {
            let length = rows[row].len();
            for n_moved in 1..=MAX_MOVED.min(length.saturating_sub(1)) {
                for from in 0..=length - n_moved {
                    for to in (0..=length - n_moved).filter(|to| *to != from) {
                        if best == 0 || n_tried == MAX_TRIED {
                            return rows;
                        }
                        n_tried += 1;
                        let before = rows[row].clone();
                        let moved: Vec<Node> = rows[row].drain(from..from + n_moved).collect();
                        rows[row].splice(to..to, moved);
                        match cost(genogram, &rows) {
                            cost if cost < best => {
                                best = cost;
                                is_better = true;
                            }
                            _ => rows[row] = before,
                        }
                    }
                }
            }
        }
        if !is_better {
            return rows;
        }
    }
}

/// Follows each family down from its oldest people.
fn first(genogram: &Genogram) -> Rows {
    let n_rows = genogram.generations.iter().max().map_or(0, |row| row + 2);
    let mut rows: Rows = vec![Vec::new(); n_rows];
    let mut is_placed = vec![false; genogram.people.len()];
    let is_child = |who: Who| genogram.couples.iter().any(|couple| couple.children.iter().any(|child| child.people().contains(&who)));
    let mut people: Vec<Who> = (0..genogram.people.len()).collect();
    people.sort_by_key(|who| (genogram.generations[*who], is_child(*who), *who));
    for who in people {
        place(genogram, who, &mut is_placed, &mut rows);
    }
    // The row below the youngest is there for losses alone.
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    rows
}

fn place(genogram: &Genogram, who: Who, is_placed: &mut [bool], rows: &mut Rows) {
    if is_placed[who] {
        return;
    }
    let row = genogram.generations[who];
    // Partners on both sides of the person whose partners they are, the men left where there is but one couple.
    let mut cluster = vec![who];
    let mut asked = VecDeque::from([who]);
    is_placed[who] = true;
    while let Some(of) = asked.pop_front() {
        for couple in &genogram.couples {
            let [one, other] = couple.partners;
            let partner = if one == of { other } else { one };
            if (one != of && other != of) || is_placed[partner] {
                continue;
            }
            is_placed[partner] = true;
            asked.push_back(partner);
            let at = cluster.iter().position(|known| *known == of).expect("whose partner this is has a place");
            let is_left = at == 0 && (cluster.len() > 1 || genogram.people[of].sex == Sex::Female);
            if is_left {
                cluster.insert(0, partner);
            } else {
                cluster.insert(at + 1, partner);
            }
        }
    }
    rows[row].extend(cluster.iter().map(|who| Node::Person(*who)));
    for (index, couple) in genogram.couples.iter().enumerate() {
        if !couple.partners.iter().any(|partner| cluster.contains(partner)) {
            continue;
        }
        for node in nodes_of(index, &couple.children) {
            match node {
                Node::Person(child) => place(genogram, child, is_placed, rows),
                loss @ Node::Loss(..) => rows[row + 1].push(loss),
            }
        }
    }
}

/// What is wrong with an order: brothers and sisters out of theirs, lines that cross, partners apart.
fn cost(genogram: &Genogram, rows: &Rows) -> usize {
    let at: BTreeMap<Node, usize> = rows.iter().flat_map(|row| row.iter().enumerate().map(|(place, node)| (*node, place))).collect();
    let mut cost = 0;
    // Row, place of the parents' line (doubled: between two people), place of the child (doubled).
    let mut stalks: Vec<(usize, usize, usize)> = Vec::new();
    for (index, couple) in genogram.couples.iter().enumerate() {
        let [one, other] = couple.partners.map(|who| at[&Node::Person(who)]);
        let (left, right) = (one.min(other), one.max(other));
        cost += (right - left - 1) * 60;
        let left_sex = genogram.people[couple.partners[usize::from(other < one)]].sex;
        let right_sex = genogram.people[couple.partners[usize::from(one < other)]].sex;
        if left_sex == Sex::Female && right_sex == Sex::Male {
            cost += 1;
        }
        let children: Vec<usize> = nodes_of(index, &couple.children).iter().map(|node| at[node]).collect();
        cost += children.windows(2).map(|pair| if pair[0] > pair[1] { 10_000 } else { (pair[1] - pair[0] - 1) * 3 }).sum::<usize>();
        for child in couple.children.iter().filter(|child| child.people().len() > 1) {
            let twins = child.people().iter().map(|who| at[&Node::Person(*who)]);
            let (first, last) = twins.fold((usize::MAX, 0), |(first, last), place| (first.min(place), last.max(place)));
            cost += (last - first + 1 - child.people().len()) * 20;
        }
        let row = genogram.generations[couple.partners[0]];
        stalks.extend(children.iter().map(|child| (row, right * 2 - 1, child * 2)));
    }
    for (index, one) in stalks.iter().enumerate() {
        for other in &stalks[index + 1..] {
            if one.0 == other.0 && ((one.1 < other.1 && one.2 > other.2) || (one.1 > other.1 && one.2 < other.2)) {
                cost += 8;
            }
        }
    }
    cost
}
