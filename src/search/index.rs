//! Sections to an index: which words stand where, and how much each says there.
//!
//! The score of a word in a section is BM25F: uses of the word, weighed by the field they stand in and by that field's
//! length, with less and less for each further use. It is worked out here, once, and kept in [`LEVELS`] steps. The
//! graded queries rank no worse with seven steps than with fifteen, and the file is a twelfth smaller.

use super::stem::Stems;
use super::tokens::{Place, each_word, fold};
use super::words::Words;
use super::{SearchSection, SectionKind, Synonyms};

/// Steps in which a word's score in a section is kept.
pub(super) const LEVELS: u8 = 7;

const FIELDS: usize = 5;
const BREADCRUMB: usize = 2;
const ALIASES: usize = 3;
const BODY: usize = 4;
/// Heading, page title, breadcrumb, aliases, body: what one use of a word counts there.
const WEIGHTS: [f64; FIELDS] = [3.0, 1.0, 0.5, 2.0, 1.0];
/// How often a word stands in each field of a section.
type Uses = [u16; FIELDS];
/// How much a field's length matters, 0 to 1: a long body says less with one use of a word.
const LENGTH: f64 = 0.5;
/// How soon further uses of a word stop to count.
const SATURATION: f64 = 1.2;

/// Words too common to ask for, dropped from a query that has others. Alone they can be asked for (`who`), and are found
/// where they say something: in headings, titles and aliases. In bodies they would be a third of the file.
pub(super) const STOP_WORDS: &str = "a about am an and any are as at be been being but by can could did do does doing dont for from get give \
                                     had has have having he her him his how i if im in into is it its like may me might must my of on or \
                                     our please she should so some tell than that the their them then there these they this those to us was we \
                                     were what whats when where which while who whom whose why will with would you your";

pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.split(' ').any(|stop| stop == word)
}

/// A result row: all that the list of results shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub address: String,
    pub heading: String,
    pub page_title: String,
    pub breadcrumb: String,
    pub kind: SectionKind,
}

/// One section cut into words; no other section was needed for it.
#[derive(Debug)]
pub struct AnalysedSection {
    row: Row,
    words: Words,
    /// For each of `words`, how often it stands in each field.
    uses: Vec<Uses>,
}

/// Cuts a section into words. Sections can be taken in any order and in parallel.
pub fn analyse(section: &SearchSection) -> AnalysedSection {
    let SearchSection { address, heading, page_title, breadcrumb, aliases, body, kind } = section;
    // Half the words of a text are new, and four words in five have eight letters at most.
    let mut words = Words::with_room(body.len() / 10);
    let mut uses: Vec<Uses> = Vec::with_capacity(body.len() / 10);
    // A page's own title is its heading; counted twice it would outdo every section that answers better.
    let page_title_text = if *kind == SectionKind::Page { "" } else { page_title };
    let fields = [heading, page_title_text, breadcrumb].into_iter().enumerate();
    for (field, text) in fields.chain(aliases.iter().map(|alias| (ALIASES, alias.as_str()))).chain([(BODY, body.as_str())]) {
        each_word(&fold(text), |word, _: Place| {
            let number = words.number(word);
            if number == uses.len() {
                uses.push([0; FIELDS]);
            }
            uses[number][field] = uses[number][field].saturating_add(1);
        });
    }
    words.close();
    uses.shrink_to_fit();
    let row = Row {
        address: address.clone(),
        heading: heading.clone(),
        page_title: page_title.clone(),
        breadcrumb: breadcrumb.clone(),
        kind: *kind,
    };
    AnalysedSection { row, words, uses }
}

/// A word in a section and its score there, 1 to [`LEVELS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Posting {
    pub section: u32,
    pub level: u8,
}

/// One phrase, as stems, and what else may be meant by it: phrases too. All words of a phrase are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SynonymRule {
    pub phrases: Vec<Vec<String>>,
    /// Phrases that only count as a meaning. In a two-way rule, every phrase is one already, and this is empty.
    pub one_way_to: Vec<Vec<String>>,
}

/// The index of a whole site.
#[derive(Debug)]
pub struct SearchIndex {
    pub(super) rows: Vec<Row>,
    /// Stems in order of their bytes.
    pub(super) terms: Vec<String>,
    /// For each term, its sections: highest level first, then in the order of the site.
    pub(super) postings: Vec<Vec<Posting>>,
    pub(super) synonyms: Vec<SynonymRule>,
}

/// Puts analysed sections together, in the order of the site. What ties in a ranking stays in this order.
pub fn build(analysed: Vec<AnalysedSection>, synonyms: &Synonyms) -> SearchIndex {
    let stems = Stems::new();
    let mut words = Words::default();
    let mut terms = Words::default();
    // Each different word is stemmed once, however many sections it stands in.
    let mut term_of_word: Vec<(usize, bool)> = Vec::new();
    let mut rows = Vec::with_capacity(analysed.len());
    let mut sections: Vec<Vec<(u32, Uses)>> = Vec::with_capacity(analysed.len());
    // Where a term stands among the counts of the section at hand, if the entry is of that section.
    let mut at_in_section: Vec<(usize, usize)> = Vec::new();
    for (section, AnalysedSection { row, words: own, uses }) in analysed.into_iter().enumerate() {
        rows.push(row);
        let mut counts: Vec<(u32, Uses)> = Vec::with_capacity(uses.len());
        for (number, mut uses) in uses.into_iter().enumerate() {
            let text = own.get(number);
            let word = words.number(text);
            if word == term_of_word.len() {
                term_of_word.push((terms.number(&stems.stem(text)), is_stop_word(text)));
                at_in_section.resize(terms.len(), (usize::MAX, 0));
            }
            let (term, is_stop_word) = term_of_word[word];
            if is_stop_word {
                (uses[BREADCRUMB], uses[BODY]) = (0, 0);
            }
            if uses == [0; FIELDS] {
                continue;
            }
            if let (of, at) = at_in_section[term]
                && of == section
            {
                counts[at].1.iter_mut().zip(uses).for_each(|(kept, further)| *kept = kept.saturating_add(further));
            } else {
                at_in_section[term] = (section, counts.len());
                counts.push((number_u32(term), uses));
            }
        }
        sections.push(counts);
    }

    let mut order: Vec<usize> = (0..terms.len()).collect();
    order.sort_unstable_by_key(|&term| terms.get(term));
    let mut place = vec![0; terms.len()];
    for (at, &term) in order.iter().enumerate() {
        place[term] = at;
    }

    let lengths: Vec<[f64; FIELDS]> = sections.iter().map(|counts| field_lengths(counts)).collect();
    let averages = average_lengths(&lengths);
    let mut postings: Vec<Vec<Posting>> = vec![Vec::new(); terms.len()];
    for (section, counts) in sections.into_iter().enumerate() {
        let shares = shares(lengths[section], averages);
        let section = number_u32(section);
        for (term, uses) in counts {
            let level = level(uses, shares);
            postings[place[term as usize]].push(Posting { section, level });
        }
    }
    for postings in &mut postings {
        postings.sort_by_key(|posting| LEVELS - posting.level);
        postings.shrink_to_fit();
    }

    let terms = order.into_iter().map(|term| terms.get(term).to_owned());
    let (terms, postings) = terms.zip(postings).filter(|(_, postings)| !postings.is_empty()).unzip();
    SearchIndex { rows, terms, postings, synonyms: synonym_rules(synonyms, &stems) }
}

fn number_u32(number: usize) -> u32 {
    u32::try_from(number).expect("a site has less than 4 billion words and sections")
}

fn field_lengths(counts: &[(u32, Uses)]) -> [f64; FIELDS] {
    std::array::from_fn(|field| counts.iter().map(|(_, uses)| f64::from(uses[field])).sum())
}

/// Over the sections that have the field: most have no alias, and none should look long for having one.
fn average_lengths(lengths: &[[f64; FIELDS]]) -> [f64; FIELDS] {
    std::array::from_fn(|field| {
        let (sum, n) = lengths
            .iter()
            .map(|lengths| lengths[field])
            .filter(|&length| length > 0.0)
            .fold((0.0, 0.0), |(sum, n), length| (sum + length, n + 1.0));
        if n > 0.0 { sum / n } else { 1.0 }
    })
}

/// What one use of a word counts in each field of a section.
fn shares(lengths: [f64; FIELDS], averages: [f64; FIELDS]) -> [f64; FIELDS] {
    std::array::from_fn(|field| WEIGHTS[field] / (1.0 - LENGTH + LENGTH * lengths[field] / averages[field]))
}

fn level(uses: Uses, shares: [f64; FIELDS]) -> u8 {
    let weighed: f64 = uses.into_iter().zip(shares).map(|(uses, share)| f64::from(uses) * share).sum();
    let score = weighed / (weighed + SATURATION);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the score is between 0 and 1")]
    let level = (score * f64::from(LEVELS)).ceil() as u8;
    level.clamp(1, LEVELS)
}

/// Stop words stay out of phrases, as they stay out of queries: "mum and dad" is also found as "mum dad".
fn synonym_rules(synonyms: &Synonyms, stems: &Stems) -> Vec<SynonymRule> {
    let phrase = |text: &str| {
        let mut words = Vec::new();
        each_word(&fold(text), |word, place| {
            if place == Place::Alone {
                words.push(word.to_owned());
            }
        });
        if !words.iter().all(|word| is_stop_word(word)) {
            words.retain(|word| !is_stop_word(word));
        }
        words.iter().map(|word| stems.stem(word)).collect::<Vec<_>>()
    };
    let phrases = |texts: &[String]| {
        let mut phrases: Vec<Vec<String>> = Vec::new();
        for phrase in texts.iter().map(|text| phrase(text)) {
            if !phrase.is_empty() && !phrases.contains(&phrase) {
                phrases.push(phrase);
            }
        }
        phrases
    };
    let Synonyms { groups, one_way } = synonyms;
    let both_ways = groups.iter().map(|group| SynonymRule { phrases: phrases(&group.words), one_way_to: Vec::new() });
    let one_way = one_way
        .iter()
        .map(|synonym| SynonymRule { phrases: phrases(std::slice::from_ref(&synonym.from)), one_way_to: phrases(&synonym.to) });
    both_ways.chain(one_way).filter(|rule| !rule.phrases.is_empty() && rule.phrases.len() + rule.one_way_to.len() > 1).collect()
}
