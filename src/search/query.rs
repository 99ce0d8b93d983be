//! A query to a ranking. `rank.mjs` does the same steps in the same order, so that both give the same list.
//!
//! Each word asked for becomes a set of terms with a weight: the word itself (1), what it may become while it is being typed
//! (.4), or, when the site does not know it, close spellings (.8 and .5). A synonym counts for the words it stands
//! for (.5). A section gets, for each word asked, the best of what it holds for it, then the sum of these, times the share
//! of the words that it holds at all.

use std::collections::BTreeSet;

use super::index::{SearchIndex, SynonymRule, is_stop_word};
use super::stem::Stems;
use super::tokens::{Place, each_word, fold};

const PREFIX_WEIGHT: f64 = 0.4;
const MAX_PREFIX_TERMS: usize = 12;
const SYNONYM_WEIGHT: f64 = 0.5;
/// By number of edits, less one.
const SPELLING_WEIGHTS: [f64; 2] = [0.8, 0.5];
const MAX_SPELLINGS: usize = 8;

/// One result.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Number of the section, as given to `build`.
    pub section: usize,
    pub score: f64,
    pub address: String,
    pub heading: String,
    pub page_title: String,
}

/// One word asked for.
struct Asked {
    word: String,
    stem: String,
    /// The query ends in it: there may be more to come.
    is_being_typed: bool,
}

impl SearchIndex {
    /// The best sections for a query, at most `limit`.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        let asked = self.asked(query);
        let mut scores = vec![vec![0.0_f64; self.rows.len()]; asked.len()];
        let mut is_covered = vec![false; asked.len()];
        for rule in &self.synonyms {
            self.add_synonyms(rule, &asked, &mut scores, &mut is_covered);
        }
        for (n, word) in asked.iter().enumerate() {
            for (term, weight) in self.terms_for(word, is_covered[n]) {
                let idf = self.idf(term);
                for posting in &self.postings[term] {
                    let score = &mut scores[n][posting.section as usize];
                    *score = score.max(weight * (idf * f64::from(posting.level)));
                }
            }
        }
        let n_asked = count(asked.len());
        let mut hits: Vec<(usize, f64)> = (0..self.rows.len())
            .map(|section| {
                let (sum, n_matched) = scores
                    .iter()
                    .map(|scores| scores[section])
                    .filter(|&score| score > 0.0)
                    .fold((0.0, 0.0), |(sum, n), score| (sum + score, n + 1.0));
                (section, sum * (n_matched / n_asked))
            })
            .filter(|&(_, score)| score > 0.0)
            .collect();
        // A stable sort: equals stay in the order of the site.
        hits.sort_by(|a, b| b.1.total_cmp(&a.1));
        hits.truncate(limit);
        hits.into_iter()
            .map(|(section, score)| {
                let row = &self.rows[section];
                Hit { section, score, address: row.address.clone(), heading: row.heading.clone(), page_title: row.page_title.clone() }
            })
            .collect()
    }

    /// The words of a query: wholes that the site knows instead of their parts, no word twice, no stop word beside others.
    fn asked(&self, query: &str) -> Vec<Asked> {
        let stems = Stems::new();
        let folded = fold(query);
        let mut words: Vec<String> = Vec::new();
        let mut parts_to_skip = 0;
        each_word(&folded, |word, place| match place {
            Place::Whole(parts) => {
                if self.term(&stems.stem(word)).is_some() {
                    words.push(word.to_owned());
                    parts_to_skip = parts;
                }
            }
            Place::Alone if parts_to_skip > 0 => parts_to_skip -= 1,
            Place::Alone => words.push(word.to_owned()),
        });
        let is_open = folded.chars().next_back().is_some_and(char::is_alphanumeric);
        let n_words = words.len();
        let mut asked: Vec<Asked> = words
            .into_iter()
            .enumerate()
            .map(|(n, word)| Asked { stem: stems.stem(&word), word, is_being_typed: is_open && n + 1 == n_words })
            .collect();
        if !asked.iter().all(|asked| is_stop_word(&asked.word)) {
            asked.retain(|asked| !is_stop_word(&asked.word));
        }
        let mut seen = BTreeSet::new();
        asked.retain(|asked| seen.insert(asked.stem.clone()));
        asked
    }

    fn term(&self, stem: &str) -> Option<usize> {
        self.terms.binary_search_by(|term| term.as_str().cmp(stem)).ok()
    }

    /// How much it says that a section has this term: more for a rare one. Rounded, since the last bit of a logarithm
    /// differs between machines.
    fn idf(&self, term: usize) -> f64 {
        let with = count(self.postings[term].len());
        ((1.0 + (count(self.rows.len()) - with + 0.5) / (with + 0.5)).ln() * 64.0).round() / 64.0
    }

    fn terms_for(&self, asked: &Asked, is_covered: bool) -> Vec<(usize, f64)> {
        let Asked { word, stem, is_being_typed } = asked;
        let mut terms: Vec<(usize, f64)> = self.term(stem).map(|term| (term, 1.0)).into_iter().collect();
        if *is_being_typed && word.chars().count() > 1 {
            let longer = (0..self.terms.len()).filter(|&term| self.terms[term].starts_with(word) && self.terms[term] != *stem);
            terms.extend(self.commonest(longer.collect(), MAX_PREFIX_TERMS).into_iter().map(|term| (term, PREFIX_WEIGHT)));
            if terms.is_empty() {
                // "assessm" is on its way to "assessment", whose stem it has passed.
                let passed = (0..self.terms.len()).rfind(|&term| {
                    let n = self.terms[term].chars().count();
                    n >= 4 && n + 5 >= word.chars().count() && word.starts_with(&self.terms[term])
                });
                terms.extend(passed.map(|term| (term, PREFIX_WEIGHT)));
            }
        }
        if terms.is_empty() && !is_covered {
            terms = self.spellings(word, stem);
        }
        terms
    }

    fn commonest(&self, mut terms: Vec<usize>, limit: usize) -> Vec<usize> {
        terms.sort_by_key(|&term| std::cmp::Reverse(self.postings[term].len()));
        terms.truncate(limit);
        terms
    }

    /// Terms that are one edit away from a word of four letters or more, two from one of seven; the nearest only.
    fn spellings(&self, word: &str, stem: &str) -> Vec<(usize, f64)> {
        let n_letters = word.chars().count();
        if n_letters < 4 || is_stop_word(word) || !word.chars().all(char::is_alphabetic) {
            return Vec::new();
        }
        let max_edits = if n_letters < 7 { 1 } else { 2 };
        let distances: Vec<(usize, usize)> = (0..self.terms.len())
            .filter(|&term| !is_stop_word(&self.terms[term]))
            .map(|term| (term, edits(word, &self.terms[term]).min(edits(stem, &self.terms[term]))))
            .filter(|&(_, distance)| distance <= max_edits)
            .collect();
        let Some(nearest) = distances.iter().map(|&(_, distance)| distance).min() else { return Vec::new() };
        let terms = distances.iter().filter(|&&(_, distance)| distance == nearest).map(|&(term, _)| term).collect();
        self.commonest(terms, MAX_SPELLINGS).into_iter().map(|term| (term, SPELLING_WEIGHTS[nearest - 1])).collect()
    }

    /// For each phrase of the rule that was asked, what else it may be called counts for each of its words.
    fn add_synonyms(&self, rule: &SynonymRule, asked: &[Asked], scores: &mut [Vec<f64>], is_covered: &mut [bool]) {
        let meanings = if rule.one_way_to.is_empty() { &rule.phrases } else { &rule.one_way_to };
        for phrase in &rule.phrases {
            for start in 0..(asked.len() + 1).saturating_sub(phrase.len()) {
                let span = start..start + phrase.len();
                if !asked[span.clone()].iter().zip(phrase).all(|(asked, word)| asked.stem == *word) {
                    continue;
                }
                for meaning in meanings.iter().filter(|meaning| *meaning != phrase) {
                    let Some(terms) = meaning.iter().map(|word| self.term(word)).collect::<Option<Vec<_>>>() else {
                        continue;
                    };
                    for (section, score) in self.sections_with_all(&terms) {
                        let share = SYNONYM_WEIGHT * score / count(phrase.len());
                        for scores in &mut scores[span.clone()] {
                            scores[section] = scores[section].max(share);
                        }
                    }
                    is_covered[span.clone()].fill(true);
                }
            }
        }
    }

    fn sections_with_all(&self, terms: &[usize]) -> Vec<(usize, f64)> {
        let mut found = vec![(0_usize, 0.0_f64); self.rows.len()];
        for &term in terms {
            let idf = self.idf(term);
            for posting in &self.postings[term] {
                let (n, score) = &mut found[posting.section as usize];
                *n += 1;
                *score += idf * f64::from(posting.level);
            }
        }
        found.into_iter().enumerate().filter(|(_, (n, _))| *n == terms.len()).map(|(section, (_, score))| (section, score)).collect()
    }
}

/// Counts here are far below the 2^52 from which a float skips whole numbers.
#[expect(clippy::cast_precision_loss, reason = "counts of words and sections are small")]
fn count(n: usize) -> f64 {
    n as f64
}

/// Letters to put in, take out, change, or swap with their neighbour, to make one word the other.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 2 {
        return 3;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        (before, last) = (last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::{OneWaySynonym, SearchSection, SectionKind, SynonymGroup, Synonyms, analyse, build};

    fn texts(value: &Value) -> Vec<String> {
        value.as_array().expect("a list").iter().map(text).collect()
    }

    fn text(value: &Value) -> String {
        value.as_str().expect("a text").to_owned()
    }

    fn section(value: &Value) -> SearchSection {
        SearchSection {
            address: text(&value["address"]),
            heading: text(&value["heading"]),
            page_title: text(&value["page_title"]),
            breadcrumb: text(&value["breadcrumb"]),
            aliases: texts(&value["aliases"]),
            body: text(&value["body"]),
            kind: match value["kind"].as_str().expect("a kind") {
                "page" => SectionKind::Page,
                "section" => SectionKind::Section,
                "term" => SectionKind::Term,
                "contact" => SectionKind::Contact,
                "level" => SectionKind::Level,
                _ => SectionKind::TimeLimit,
            },
        }
    }

    /// The browser must read this very file and rank these queries alike: `tests/js/search-rank.test.mjs`.
    /// `UPDATE=1 cargo test` writes both anew.
    #[test]
    fn the_index_file_and_the_rankings_are_those_the_browser_is_tested_with() {
        let site: Value = serde_json::from_str(include_str!("../../tests/search/site.json")).expect("the test site is JSON");
        let sections: Vec<SearchSection> = site["sections"].as_array().expect("a list").iter().map(section).collect();
        let words = |group: &Value| SynonymGroup { words: texts(group) };
        let one_way = |pair: &Value| OneWaySynonym { from: text(&pair["from"]), to: texts(&pair["to"]) };
        let synonyms = Synonyms {
            groups: site["groups"].as_array().expect("a list").iter().map(words).collect(),
            one_way: site["one_way"].as_array().expect("a list").iter().map(one_way).collect(),
        };
        let index = build(sections.iter().map(analyse).collect(), &synonyms);
        let rankings: String = include_str!("../../tests/search/queries.txt")
            .lines()
            .map(|query| {
                let hits = index.search(query, usize::MAX);
                let addresses: Vec<String> = hits.into_iter().map(|hit| hit.address).collect();
                format!("{query}\t{}\n", addresses.join(" "))
            })
            .collect();
        let script = String::from_utf8(index.to_scripts(|_| String::new()).first).expect("the file is text");
        check("index.js", &script, include_str!("../../tests/search/index.js"));
        check("rankings.tsv", &rankings, include_str!("../../tests/search/rankings.tsv"));
    }

    #[expect(clippy::disallowed_methods, reason = "only when asked to, and only a file of the tests")]
    fn check(name: &str, now: &str, expected: &str) {
        if std::env::var_os("UPDATE").is_some() {
            let path = format!("{}/tests/search/{name}", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(path, now).expect("the folder of the tests can be written");
        } else {
            assert_eq!(now, expected, "{name}");
        }
    }
}
