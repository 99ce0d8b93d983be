//! The stem of a word: `reviews`, `reviewing` and `reviewed` are one word to a reader who looks something up.
//!
//! Snowball English. The browser has the same rules in `stem.mjs`; `tests/search/stems.tsv` holds some thousands of
//! words with their stems, and both are tried on each of them.

use rust_stemmers::{Algorithm, Stemmer};

/// Stems words that are lower-case and folded. Words with a digit, a sign or a letter beyond a to z stay as they are.
pub struct Stems(Stemmer);

impl Stems {
    pub fn new() -> Self {
        Self(Stemmer::create(Algorithm::English))
    }

    pub fn stem(&self, word: &str) -> String {
        if word.bytes().all(|byte| byte.is_ascii_lowercase()) { self.0.stem(word).into_owned() } else { word.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_guidance_have_the_stems_the_browser_expects() {
        let stems = Stems::new();
        for line in include_str!("../../tests/search/stems.tsv").lines() {
            let (word, stem) = line.split_once('\t').expect("a line is a word, a tab and its stem");
            assert_eq!(stems.stem(word), stem, "{word}");
        }
    }
}
