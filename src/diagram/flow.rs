//! Steps one below the other, and what follows from the answers to one.

use crate::diagnostics::Diagnostic;

use super::svg::{Align, Svg};
use super::text::{LINE, Weight, wrap};
use super::{List, count, cut};

/// Steps in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    words: String,
    /// Condition and result.
    branches: Vec<(String, String)>,
}

const WIDTH: i32 = 320;
/// The line that everything hangs on: through the middle of the numbers.
const SPINE: i32 = 24;
const GAP: i32 = 28;
const BRANCH_LEFT: i32 = 56;

pub(super) fn read(list: &List, found: &mut Vec<Diagnostic>) -> Option<Flow> {
    let n_found_before = found.len();
    if let Some(first) = list.items.first().filter(|_| !list.is_numbered) {
        found.push(
            Diagnostic::error("diagram/not-numbered", first.span.clone(), "the steps of a flow are a numbered list")
                .with_help("begin its lines with `1.`, `2.` and so on"),
        );
    }
    let mut steps = Vec::new();
    for item in &list.items {
        let mut branches = Vec::new();
        for branch in &item.items {
            if let Some(inner) = branch.items.first() {
                found.push(
                    Diagnostic::error("diagram/nested", inner.span.clone(), "a branch ends here: nothing hangs on it")
                        .with_help("make it a step of its own"),
                );
            }
            match cut(&branch.words) {
                Some((condition, result)) => branches.push((condition.to_owned(), result.to_owned())),
                None => found.push(
                    Diagnostic::error("diagram/branch", branch.span.clone(), "a branch is a condition, a colon and what follows")
                        .with_help("write `- Yes: what is done then`"),
                ),
            }
        }
        steps.push(Step { words: item.words.clone(), branches });
    }
    (found.len() == n_found_before).then_some(Flow { steps })
}

impl Flow {
    pub(super) fn draw(&self) -> (Svg, String) {
        let mut svg = Svg::new(WIDTH);
        let mut y = 1;
        for (index, step) in self.steps.iter().enumerate() {
            let is_last = index + 1 == self.steps.len();
            let lines = wrap(&step.words, Weight::Regular, WIDTH - 50 - 10);
            let height = i32::try_from(lines.len()).expect("a page has fewer lines") * LINE + 22;
            svg.rect("box", (1, y), (WIDTH - 2, height), 6);
            let middle = y + height / 2;
            svg.circle("number", (SPINE, middle), 14);
            svg.words("number-words", Align::Middle, (SPINE, middle - 11), &[(index + 1).to_string()]);
            svg.words("", Align::Start, (50, y + 10), &lines);
            let bottom = y + height;
            y = bottom;
            let mut last_branch = None;
            for (condition, result) in &step.branches {
                y += 12;
                let inner = WIDTH - BRANCH_LEFT - 24;
                let conditions = wrap(&format!("{condition}:"), Weight::Bold, inner);
                let results = wrap(result, Weight::Regular, inner);
                let height = i32::try_from(conditions.len() + results.len()).expect("a page has fewer lines") * LINE + 16;
                svg.rect("box branch", (BRANCH_LEFT, y), (WIDTH - 1 - BRANCH_LEFT, height), 6);
                let below = svg.words("strong", Align::Start, (BRANCH_LEFT + 12, y + 7), &conditions);
                svg.words("", Align::Start, (BRANCH_LEFT + 12, below), &results);
                let middle = y + height / 2;
                svg.arrow_right(middle, SPINE, BRANCH_LEFT);
                last_branch = Some(middle);
                y += height;
            }
            if !is_last {
                svg.arrow_down(SPINE, bottom, y + GAP);
                y += GAP;
            } else if let Some(last_branch) = last_branch {
                svg.line("line", (SPINE, bottom), (SPINE, last_branch));
            }
        }
        svg.set_height(y + 1);
        let n_branching = self.steps.iter().filter(|step| !step.branches.is_empty()).count();
        let branching = match n_branching {
            0 => String::new(),
            1 => String::from(" At one of them the way depends on an answer."),
            n => format!(" At {n} of them the way depends on an answer."),
        };
        (svg, format!("{} from top to bottom.{branching}", count(self.steps.len(), "step", "steps")))
    }
}
