//! How wide words are, and where their lines break.
//!
//! Which font draws a page is the reader's affair, so widths are guessed from above: those of Helvetica, widened to what the widest
//! usual screen font (DejaVu Sans) needs. A line that is short on one machine is better than one that leaves its box on another.

/// Height of the letters, in units of the drawing.
pub const SIZE: i32 = 16;

/// From one base line to the next.
pub const LINE: i32 = 21;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// Widths of the characters from space to tilde, in thousandths of the size of the letters.
const WIDTHS: [i32; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278,
    278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
    667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556,
    556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Width of one line, in units of the drawing, rounded up.
pub fn width(words: &str, weight: Weight) -> i32 {
    let thousandths: i32 = words.chars().map(of_character).sum();
    let widened = match weight {
        Weight::Regular => thousandths * 118 / 100,
        Weight::Bold => thousandths * 132 / 100,
    };
    (widened * SIZE + 999) / 1000
}

fn of_character(character: char) -> i32 {
    let index = (character as usize).checked_sub(' ' as usize);
    match index.and_then(|index| WIDTHS.get(index)) {
        Some(width) => *width,
        None if matches!(character, '‘' | '’') => 222,
        // A no-break space, and what is drawn over the letter before it.
        None if character == '\u{a0}' || ('\u{300}'..'\u{370}').contains(&character) => 278,
        None if character < '\u{2000}' => 667,
        None => 1000,
    }
}

/// Words in lines that are no wider than `max`. A word that is wider by itself is parted with a hyphen.
pub fn wrap(words: &str, weight: Weight, max: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        for (index, part) in parted(word, weight, max).into_iter().enumerate() {
            let longer = if line.is_empty() || index > 0 { format!("{line}{part}") } else { format!("{line} {part}") };
            if index == 0 && width(&longer, weight) <= max {
                line = longer;
            } else {
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line = part;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A word in parts that fit. Addresses get no hyphen: it would be read as theirs.
fn parted(word: &str, weight: Weight, max: i32) -> Vec<String> {
    if width(word, weight) <= max {
        return vec![word.to_owned()];
    }
    let hyphen = if word.contains(['/', '@']) { "" } else { "-" };
    let part = |longest: usize| {
        let mut parts: Vec<String> = Vec::new();
        let mut part = String::new();
        for character in word.chars() {
            let is_full = width(&format!("{part}{character}{hyphen}"), weight) > max || part.chars().count() == longest;
            if !part.is_empty() && is_full {
                // Where the word has a hyphen or a stroke of its own, that is the place.
                let own = part.rfind(['-', '/']).map(|at| at + 1).filter(|at| *at > part.len() / 3);
                let rest = part.split_off(own.unwrap_or(part.len()));
                if own.is_none() {
                    part.push_str(hyphen);
                }
                parts.push(std::mem::replace(&mut part, rest));
            }
            part.push(character);
        }
        parts.push(part);
        parts
    };
    // As few parts as can be, and no single letter left over at the end.
    let greedy = part(usize::MAX);
    let even = part(word.chars().count().div_ceil(greedy.len()));
    if even.len() == greedy.len() { even } else { greedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        let words =
            "Child’s developmental needs and a Donaudampfschifffahrtsgesellschaftskapitän who writes to https://example.org/a-long/address";
        for max in [60, 88, 130, 258] {
            for weight in [Weight::Regular, Weight::Bold] {
                let lines = wrap(words, weight, max);
                assert!(lines.iter().all(|line| width(line, weight) <= max), "{max}: {lines:?}");
                let letters = |text: &str| text.replace([' ', '-'], "");
                assert_eq!(letters(&lines.concat()), letters(words));
            }
        }
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("Parenting capacity", Weight::Bold, 130), ["Parenting", "capacity"]);
        assert_eq!(wrap("  a\n b ", Weight::Regular, 130), ["a b"]);
        assert!(wrap("", Weight::Regular, 130).is_empty());
    }
}
