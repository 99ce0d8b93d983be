//! How good the ranking is, on queries whose answers were graded by people.
//!
//! In: an index, its sections, and a file with one JSON object a line:
//! `{"id", "query", "kind", "grade2": [condition], "grade1": [condition]}`. A condition is a regular expression, or
//! `{"all": [expression, …], "within": 1500}`: each must match, all inside one window of that many characters.
//! Out: nDCG@10, MRR, how often the first result and the first three hold a full answer, and how many queries find nothing,
//! overall and for each kind. A query that no section answers is a gap in the content: it is listed and not counted.

use std::collections::BTreeMap;
use std::fmt;

use regex::Regex;
use serde::Deserialize;

use super::{SearchIndex, SearchSection};

/// A section that holds everything must not be a perfect hit for everything.
const MAX_CHARS: usize = 8_000;
const N_COUNTED: usize = 10;

/// A line of the query file that cannot be used. Lines count from 1.
#[derive(Debug)]
pub enum QueryFileError {
    Line { line: usize, cause: serde_json::Error },
    Expression { line: usize, cause: regex::Error },
}

impl fmt::Display for QueryFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { line, cause } => write!(f, "line {line} is not a query: {cause}"),
            Self::Expression { line, cause } => write!(f, "line {line} has an expression that cannot be used: {cause}"),
        }
    }
}

impl std::error::Error for QueryFileError {}

/// What was measured. `Display` prints the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    pub all: Measures,
    pub by_kind: BTreeMap<String, Measures>,
    /// Ids of the queries that no section answers.
    pub unanswerable: Vec<String>,
    /// Queries whose first three results hold no full answer: id, query, grades of the results.
    pub misses: Vec<(String, String, Vec<u8>)>,
}

/// Averages over some queries.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    pub n: usize,
    pub ndcg: f64,
    pub mrr: f64,
    pub success_at_1: f64,
    pub success_at_3: f64,
    pub zero_rate: f64,
}

#[derive(Deserialize)]
struct QueryLine {
    id: String,
    query: String,
    kind: String,
    grade2: Vec<ConditionText>,
    grade1: Vec<ConditionText>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ConditionText {
    One(String),
    All {
        all: Vec<String>,
        #[serde(default = "default_window")]
        within: usize,
    },
}

fn default_window() -> usize {
    1_500
}

struct Condition {
    all: Vec<Regex>,
    /// Characters between the first letters of the first and the last match.
    within: usize,
}

/// Asks every query of the file and grades the first ten results.
pub fn evaluate(index: &SearchIndex, sections: &[SearchSection], queries_jsonl: &str) -> Result<Evaluation, QueryFileError> {
    let texts = graded_texts(sections);
    let mut evaluation = Evaluation { all: Measures::default(), by_kind: BTreeMap::new(), unanswerable: Vec::new(), misses: Vec::new() };
    for (line, text) in queries_jsonl.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let line = line + 1;
        let QueryLine { id, query, kind, grade2, grade1 } =
            serde_json::from_str(text).map_err(|cause| QueryFileError::Line { line, cause })?;
        let (grade2, grade1) = (conditions(grade2, line)?, conditions(grade1, line)?);
        let grade = |text: &str| match text {
            text if grade2.iter().any(|condition| condition.holds(text)) => 2,
            text if grade1.iter().any(|condition| condition.holds(text)) => 1,
            _ => 0_u8,
        };
        let mut ideal: Vec<u8> = texts.iter().map(|text| grade(text)).collect();
        let hits = index.search(&query, N_COUNTED);
        let mut found: Vec<u8> = hits.iter().map(|hit| ideal[hit.section]).collect();
        leave_out_repeats(&hits.iter().map(|hit| texts[hit.section].as_str()).collect::<Vec<_>>(), &mut found);
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        if ideal.first() != Some(&2) {
            evaluation.unanswerable.push(id);
            continue;
        }
        let first = found.iter().position(|&grade| grade == 2);
        let measures = Measures {
            n: 1,
            ndcg: gain(&found) / gain(&ideal),
            mrr: first.map_or(0.0, |first| 1.0 / as_float(first + 1)),
            success_at_1: f64::from(first == Some(0)),
            success_at_3: f64::from(first.is_some_and(|first| first < 3)),
            zero_rate: f64::from(found.is_empty()),
        };
        if measures.success_at_3 == 0.0 {
            evaluation.misses.push((id, query, found));
        }
        evaluation.all.add(measures);
        evaluation.by_kind.entry(kind).or_default().add(measures);
    }
    evaluation.all.divide();
    evaluation.by_kind.values_mut().for_each(Measures::divide);
    Ok(evaluation)
}

/// What a reader who follows the result gets: the section, or the whole page where the address has no fragment.
fn graded_texts(sections: &[SearchSection]) -> Vec<String> {
    let page = |section: &SearchSection| section.address.split('#').next().unwrap_or_default().to_owned();
    sections
        .chunk_by(|a, b| page(a) == page(b))
        .flat_map(|on_page| {
            on_page.iter().map(|section| {
                let mut text = format!("{}\n{}", section.heading, section.body);
                if !section.address.contains('#') {
                    for other in on_page.iter().filter(|other| other.address != section.address) {
                        text.push_str(&format!("\n{}\n{}", other.heading, other.body));
                    }
                }
                let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
                spaced.chars().take(MAX_CHARS).collect()
            })
        })
        .collect()
}

/// A text that stood higher in the list already is worth nothing to the reader.
fn leave_out_repeats(texts: &[&str], grades: &mut [u8]) {
    for n in 1..texts.len() {
        if texts[..n].contains(&texts[n]) {
            grades[n] = 0;
        }
    }
}

fn conditions(texts: Vec<ConditionText>, line: usize) -> Result<Vec<Condition>, QueryFileError> {
    let regex = |text: &str| Regex::new(&format!("(?is){text}")).map_err(|cause| QueryFileError::Expression { line, cause });
    texts
        .into_iter()
        .map(|text| match text {
            ConditionText::One(one) => Ok(Condition { all: vec![regex(&one)?], within: usize::MAX }),
            ConditionText::All { all, within } => {
                Ok(Condition { all: all.iter().map(|one| regex(one)).collect::<Result<_, _>>()?, within })
            }
        })
        .collect()
}

impl Condition {
    fn holds(&self, text: &str) -> bool {
        let mut matches: Vec<(usize, usize)> = Vec::new();
        for (which, regex) in self.all.iter().enumerate() {
            let before = matches.len();
            matches.extend(regex.find_iter(text).map(|found| (found.start(), which)));
            if matches.len() == before {
                return false;
            }
        }
        if self.all.len() == 1 {
            return true;
        }
        matches.sort_unstable();
        // Slide over the matches: a window closes on the left as soon as it holds one of each.
        let (mut n_inside, mut n_kinds, mut left) = (vec![0; self.all.len()], 0, 0);
        for &(at, which) in &matches {
            n_inside[which] += 1;
            n_kinds += usize::from(n_inside[which] == 1);
            while n_kinds == self.all.len() {
                let (start, leaving) = matches[left];
                if text[start..at].chars().count() <= self.within {
                    return true;
                }
                n_inside[leaving] -= 1;
                n_kinds -= usize::from(n_inside[leaving] == 0);
                left += 1;
            }
        }
        false
    }
}

fn gain(grades: &[u8]) -> f64 {
    let each = grades.iter().take(N_COUNTED).enumerate();
    each.map(|(place, &grade)| (f64::from(grade).exp2() - 1.0) / as_float(place + 2).log2()).sum()
}

impl Measures {
    fn add(&mut self, one: Self) {
        let Self { n, ndcg, mrr, success_at_1, success_at_3, zero_rate } = one;
        self.n += n;
        self.ndcg += ndcg;
        self.mrr += mrr;
        self.success_at_1 += success_at_1;
        self.success_at_3 += success_at_3;
        self.zero_rate += zero_rate;
    }

    fn divide(&mut self) {
        let n = as_float(self.n.max(1));
        for sum in [&mut self.ndcg, &mut self.mrr, &mut self.success_at_1, &mut self.success_at_3, &mut self.zero_rate] {
            *sum /= n;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of queries and places in a list are small")]
fn as_float(n: usize) -> f64 {
    n as f64
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<12}{:>4} {:>8} {:>7} {:>7} {:>7} {:>6}", "kind", "n", "nDCG@10", "MRR(2)", "succ@1", "succ@3", "zero")?;
        for (kind, measures) in std::iter::once(("all", &self.all)).chain(self.by_kind.iter().map(|(kind, m)| (kind.as_str(), m))) {
            let Measures { n, ndcg, mrr, success_at_1, success_at_3, zero_rate } = measures;
            writeln!(f, "{kind:<12}{n:>4} {ndcg:>8.3} {mrr:>7.3} {success_at_1:>7.3} {success_at_3:>7.3} {zero_rate:>6.3}")?;
        }
        if !self.unanswerable.is_empty() {
            writeln!(f, "left out, no section answers them ({}): {}", self.unanswerable.len(), self.unanswerable.join(" "))?;
        }
        for (id, query, grades) in &self.misses {
            writeln!(f, "no full answer in the first three: {id} “{query}”, grades {grades:?}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SearchSection, SectionKind, Synonyms, analyse, build};
    use super::*;

    fn section(address: &str, heading: &str, body: &str) -> SearchSection {
        SearchSection {
            address: address.to_owned(),
            heading: heading.to_owned(),
            page_title: "Page".to_owned(),
            breadcrumb: String::new(),
            aliases: Vec::new(),
            body: body.to_owned(),
            kind: SectionKind::Section,
        }
    }

    #[test]
    fn a_full_answer_in_the_second_place_counts_half() {
        let sections = [section("a/#one", "Consent", "A word about it."), section("a/#two", "Asking", "Consent is asked for in writing.")];
        let index = build(sections.iter().map(analyse).collect(), &Synonyms::default());
        let queries = r#"{"id":"q1","query":"consent","kind":"fact","grade2":[{"all":["consent","WRITING"],"within":30}],"grade1":["consent"]}
            {"id":"q2","query":"consent","kind":"fact","grade2":[{"all":["consent","writing"],"within":5}],"grade1":[]}"#;
        let evaluation = evaluate(&index, &sections, queries).expect("the queries can be read");
        let (first, second) = (1.0 / 2.0_f64.log2(), 1.0 / 3.0_f64.log2());
        assert_eq!(evaluation.unanswerable, ["q2"]);
        assert!((evaluation.all.mrr - 0.5).abs() < 1e-9);
        assert!((evaluation.all.ndcg - (first + 3.0 * second) / (3.0 * first + second)).abs() < 1e-9);
    }

    #[test]
    fn a_line_that_is_no_query_is_named() {
        let index = build(Vec::new(), &Synonyms::default());
        let error = evaluate(&index, &[], "\n{}").expect_err("an empty object is no query");
        assert!(error.to_string().starts_with("line 2 is not a query"));
    }
}
