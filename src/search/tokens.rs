//! Text to the words that search knows.
//!
//! In: plain text, as an author or a reader typed it. Out: words, lower-case and without accents, each with what it
//! belongs to. `tokens.mjs` does the same in the browser, letter for letter.
//!
//! Some things are one word and several: `co-ordinate`, `C&F`, `01724 296500`, `name@example.org`. They come out whole
//! and then in parts, so that a reader finds them either way.

/// What a word is to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Alone,
    /// The words that follow, as many as this says, are its parts.
    Whole(usize),
}

/// Letters U+00E0 to U+017F without their accents. Capitals never get here, so their places hold the small letter.
const WITHOUT_ACCENT: &str = "aaaaaaæceeeeiiiiðnooooo÷ouuuuyþyaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiĳĳjjkkkllllllllllnnnnnnnŋŋoooooo\
                              œœrrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// Lower-case, accents and soft hyphens gone, typographic apostrophes, hyphens and spaces made plain.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            folded.push(letter.to_ascii_lowercase());
        } else {
            folded.extend(letter.to_lowercase().filter_map(fold_letter));
        }
    }
    folded
}

fn fold_letter(letter: char) -> Option<char> {
    match letter {
        '\u{ad}' | '\u{300}'..='\u{36f}' => None,
        '\u{a0}' | '\u{202f}' => Some(' '),
        '\u{2010}' | '\u{2011}' => Some('-'),
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => Some('\''),
        '\u{e0}'..='\u{17f}' => WITHOUT_ACCENT.chars().nth(letter as usize - 0xe0),
        // Which of the two a capital becomes depends on what follows, and on who is asked.
        'ς' => Some('σ'),
        _ => Some(letter),
    }
}

/// Calls `each` with every word of a folded text, in order; a whole before its parts.
pub fn each_word(folded: &str, mut each: impl FnMut(&str, Place)) {
    let runs = runs(folded);
    let gap = |n: usize| folded.get(runs[n].1..runs.get(n + 1)?.0);
    let word = |n: usize| &folded[runs[n].0..runs[n].1];
    let mut n = 0;
    while n < runs.len() {
        // Most words have a space behind them and are no number: nothing can join them to the next.
        let first = word(n);
        let last = match gap(n) {
            Some(" ") if !first.starts_with('0') => n,
            None => n,
            Some(next_gap) => match join(n, first, next_gap, &gap, &word) {
                Some((whole, last, is_only_whole)) => {
                    if is_only_whole {
                        each(&whole, Place::Alone);
                        n = last + 1;
                        continue;
                    }
                    each(&whole, Place::Whole(last + 1 - n));
                    last
                }
                None => n,
            },
        };
        for part in n..=last {
            plain(word(part), |word| each(word, Place::Alone));
        }
        n = last + 1;
    }
}

/// Bytes of each run of letters and digits; an apostrophe between two of them belongs to the run.
fn runs(folded: &str) -> Vec<(usize, usize)> {
    let bytes = folded.as_bytes();
    let mut runs: Vec<(usize, usize)> = Vec::with_capacity(folded.len() / 6);
    let mut at = 0;
    while at < bytes.len() {
        let end = end_of_letters(folded, at);
        if end == at {
            at += if bytes[at].is_ascii() { 1 } else { letter_at(folded, at).len_utf8() };
            continue;
        }
        match runs.last_mut() {
            Some(last) if last.1 + 1 == at && bytes[at - 1] == b'\'' => last.1 = end,
            _ => runs.push((at, end)),
        }
        at = end;
    }
    runs
}

fn end_of_letters(folded: &str, mut at: usize) -> usize {
    let bytes = folded.as_bytes();
    loop {
        // Nearly all is ASCII, where a byte is a letter.
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match bytes.get(at) {
            Some(byte) if !byte.is_ascii() && letter_at(folded, at).is_alphanumeric() => at += letter_at(folded, at).len_utf8(),
            _ => return at,
        }
    }
}

fn letter_at(folded: &str, at: usize) -> char {
    folded[at..].chars().next().expect("a letter starts here")
}

/// A run as a word: the possessive goes, and so do apostrophes (`don't` is `dont` to most who type it).
fn plain(run: &str, mut each: impl FnMut(&str)) {
    if run.bytes().all(|byte| byte != b'\'') {
        each(run);
    } else {
        each(&run.strip_suffix("'s").unwrap_or(run).replace('\'', ""));
    }
}

/// The whole that starts at run `n`, its last run, and whether its parts mean nothing by themselves.
fn join<'a>(
    n: usize,
    first: &str,
    next_gap: &str,
    gap: &impl Fn(usize) -> Option<&'a str>,
    word: &impl Fn(usize) -> &'a str,
) -> Option<(String, usize, bool)> {
    let is_letters = |word: &str| word.chars().all(char::is_alphabetic);
    let n_letters = |word: &str| if is_letters(word) { word.chars().count() } else { usize::MAX };
    let next = word(n + 1);
    // An e-mail address: runs joined by one sign each, one of them an @.
    if matches!(next_gap, "@" | "." | "_" | "-" | "+") {
        let (mut whole, mut last) = (first.to_owned(), n);
        while let Some(sign @ ("@" | "." | "_" | "-" | "+")) = gap(last) {
            last += 1;
            whole.push_str(sign);
            whole.push_str(word(last));
        }
        if whole.matches('@').count() == 1 {
            return Some((whole, last, false));
        }
    }
    match next_gap {
        "&" if n_letters(first) <= 3 && n_letters(next) <= 3 => Some((format!("{first}&{next}"), n + 1, false)),
        // S.M.A.R.T. and e.g.
        "." if n_letters(first) == 1 => {
            let (mut whole, mut last) = (first.to_owned(), n);
            while gap(last) == Some(".") && n_letters(word(last + 1)) == 1 {
                last += 1;
                whole.push_str(word(last));
            }
            (last > n).then_some((whole, last, true))
        }
        // co-ordinate, e-workbook; but not step-down, whose parts people type.
        "-" if n_letters(first) <= 2 && is_letters(next) => Some((format!("{first}{next}"), n + 1, false)),
        // A telephone number in groups: from a zero on, ten or eleven digits.
        _ if first.starts_with('0') => {
            let is_digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
            let (mut whole, mut last) = (first.to_owned(), n);
            while matches!(gap(last), Some(" " | "-" | ") ")) && is_digits(word(last + 1)) && whole.len() + word(last + 1).len() <= 11 {
                last += 1;
                whole.push_str(word(last));
            }
            (last > n && whole.len() >= 10 && is_digits(&whole)).then_some((whole, last, false))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_text_are_those_the_browser_finds() {
        for line in include_str!("../../tests/search/tokens.tsv").lines() {
            let (text, expected) = line.split_once('\t').expect("a line is a text, a tab and its words");
            let mut words = Vec::new();
            each_word(&fold(text), |word, place| {
                words.push(match place {
                    Place::Alone => word.to_owned(),
                    Place::Whole(parts) => format!("{word}={parts}"),
                });
            });
            assert_eq!(words.join(" "), expected, "{text}");
        }
    }
}
