//! The index as the one file a browser loads: a script that makes one call, so that it also works from a disk.
//!
//! ```text
//! signpostSearch({"v":1,"root":{"n":…,"synonyms":[…],"stop":"…"},"terms":[{"words":"…","postings":"…"}],"rows":[[…]]})
//! ```
//!
//! `terms` and `rows` are lists of parts. A small site has one part of each, all in one file. On a larger one, the first file
//! has the postings of the highest levels only, so that first results are there soon; `root.rest` names the file with
//! those of the other levels, which makes the same call with `terms` alone.
//!
//! - `words`: the stems in order; each is a capital (`A` = 0) for the letters it shares with the one before, and the rest.
//! - `postings`: for each stem in turn, its sections by level, best first. A group is a letter for its level (`A` = 1 to `O`
//!   for the first group of a stem, `a` = 1 to `o` for a further one), then its section numbers: the first as it is, each other
//!   as the gap before it.
//! - `rows`: pages in order, `[address, title, breadcrumb, [section, …]]`. A section is the letter of its kind, its heading,
//!   and `#id` behind it where the id is not simply made from the heading. A page's head is `p` alone. Nothing behind
//!   the `#` says that the address has no fragment.
//! - `synonyms`: phrases as stems, `a|b` both ways, `a>b|c` one way.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::SectionKind;
use super::index::{LEVELS, Posting, Row, STOP_WORDS, SearchIndex, SynonymRule};

/// What the file's form is called. A script that meets another number leaves the A to Z list as it is.
const VERSION: u8 = 1;

/// Signs for section numbers: all printable ones that JSON leaves as they are, without the letters used for levels.
/// The first 43 end a number, the other 20 come before.
const DIGITS: &[u8; 63] = b"0123456789PQRSTUVWXYZpqrstuvwxyz !#$%&'()*+,-./:;<=>?@[]^_`{|}~";
const N_LAST: usize = 43;
const N_BEFORE: usize = 20;

/// Bytes of the first file, before compression by about a half: with the script, 36 KB reach the reader before a result.
const MAX_FIRST_BYTES: usize = 64 * 1024;

/// The index as files: one, or two when it is large.
pub struct IndexScripts {
    pub first: Vec<u8>,
    /// Name of the second file, and what is in it.
    pub rest: Option<(String, Vec<u8>)>,
}

#[derive(Serialize)]
struct File<'f> {
    v: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<Root<'f>>,
    terms: Vec<TermPart>,
    rows: &'f [Vec<PageRows>],
}

#[derive(Serialize, Clone, Copy)]
struct Root<'f> {
    n: usize,
    synonyms: &'f [String],
    stop: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rest: Option<&'f str>,
}

#[derive(Serialize)]
struct TermPart {
    words: String,
    postings: String,
}

/// Address, title, breadcrumb, sections.
#[derive(Serialize)]
struct PageRows(String, String, String, Vec<String>);

impl SearchIndex {
    /// The files of the index. The same sections give the same bytes. `name` makes a file's name of its bytes.
    pub fn to_scripts(&self, name: impl Fn(&[u8]) -> String) -> IndexScripts {
        let synonyms: Vec<String> = self.synonyms.iter().map(synonym_text).collect();
        let rows = [rows_by_page(&self.rows)];
        let n = self.rows.len();
        let whole = script(&File { v: VERSION, root: root(n, &synonyms, None), terms: vec![self.part(1..=LEVELS)], rows: &rows });
        if whole.len() <= MAX_FIRST_BYTES {
            return IndexScripts { first: whole, rest: None };
        }
        let mut scripts = IndexScripts { first: whole, rest: None };
        // The lowest level that still fits in; on a very large site not even the highest does, and is first all the same.
        for lowest in 2..=LEVELS {
            let rest = script(&File { v: VERSION, root: None, terms: vec![self.part(1..=lowest - 1)], rows: &[] });
            let rest_name = name(&rest);
            let first = script(&File {
                v: VERSION,
                root: root(n, &synonyms, Some(&rest_name)),
                terms: vec![self.part(lowest..=LEVELS)],
                rows: &rows,
            });
            let fits = first.len() <= MAX_FIRST_BYTES;
            scripts = IndexScripts { first, rest: Some((rest_name, rest)) };
            if fits {
                break;
            }
        }
        scripts
    }

    /// The stems that have postings of some levels, and those postings.
    fn part(&self, levels: RangeInclusive<u8>) -> TermPart {
        let of_levels =
            |postings: &Vec<Posting>| postings.iter().filter(|posting| levels.contains(&posting.level)).copied().collect::<Vec<_>>();
        let kept = self.terms.iter().zip(self.postings.iter().map(of_levels)).filter(|(_, postings)| !postings.is_empty());
        let (terms, postings): (Vec<&String>, Vec<Vec<Posting>>) = kept.unzip();
        TermPart { words: front_coded(&terms), postings: postings_text(&postings) }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the other file has none")]
fn root<'f>(n: usize, synonyms: &'f [String], rest: Option<&'f str>) -> Option<Root<'f>> {
    Some(Root { n, synonyms, stop: STOP_WORDS, rest })
}

fn script(file: &File<'_>) -> Vec<u8> {
    let json = serde_json::to_string(file).expect("texts and numbers can always be written");
    format!("signpostSearch({json})\n").into_bytes()
}

fn synonym_text(rule: &SynonymRule) -> String {
    let side = |phrases: &[Vec<String>]| phrases.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("|");
    let SynonymRule { phrases, one_way_to } = rule;
    if one_way_to.is_empty() { side(phrases) } else { format!("{}>{}", side(phrases), side(one_way_to)) }
}

fn front_coded(terms: &[&String]) -> String {
    let mut text = String::new();
    let mut before = "";
    for term in terms {
        let shared: usize =
            term.chars().zip(before.chars()).take(25).take_while(|(a, b)| a == b).map(|(letter, _)| letter.len_utf8()).sum();
        let n_shared = term[..shared].chars().count();
        text.push(char::from(b'A' + u8::try_from(n_shared).expect("25 at most are counted")));
        text.push_str(&term[shared..]);
        before = term;
    }
    text
}

fn postings_text(postings: &[Vec<Posting>]) -> String {
    let mut text = Vec::new();
    for postings in postings {
        let mut first_group = b'A';
        for group in postings.chunk_by(|a, b| a.level == b.level) {
            text.push(first_group + group[0].level - 1);
            first_group = b'a';
            let mut next = 0;
            for &Posting { section, .. } in group {
                push_number(&mut text, section as usize - next);
                next = section as usize + 1;
            }
        }
    }
    String::from_utf8(text).expect("every sign is ASCII")
}

fn push_number(text: &mut Vec<u8>, number: usize) {
    let mut before = Vec::new();
    let mut rest = number / N_LAST;
    while rest > 0 {
        before.push(DIGITS[N_LAST + rest % N_BEFORE]);
        rest /= N_BEFORE;
    }
    text.extend(before.iter().rev());
    text.push(DIGITS[number % N_LAST]);
}

fn rows_by_page(rows: &[Row]) -> Vec<PageRows> {
    let page = |row: &Row| row.address.split('#').next().unwrap_or_default().to_owned();
    rows.chunk_by(|a, b| page(a) == page(b))
        .map(|rows| {
            let first = &rows[0];
            PageRows(page(first), first.page_title.clone(), first.breadcrumb.clone(), rows.iter().map(row_text).collect())
        })
        .collect()
}

fn row_text(row: &Row) -> String {
    let Row { address, heading, page_title, breadcrumb: _, kind } = row;
    let id = address.split_once('#').map_or("", |(_, id)| id);
    match kind {
        SectionKind::Page if id.is_empty() && heading == page_title => kind.code().to_string(),
        _ if id == plain_id(heading) && !id.is_empty() && !heading.contains('#') => format!("{}{heading}", kind.code()),
        _ => format!("{}{heading}#{id}", kind.code()),
    }
}

/// The id that most headings have: small letters and digits, all else one hyphen.
fn plain_id(heading: &str) -> String {
    let lower = heading.to_lowercase();
    lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
