//! Lines of a letter, not longer than they need be.
//!
//! In: a letter with one line a paragraph. Out: the same with lines of [`WIDTH`] characters or less. A link and a code are never
//! broken: a line that begins with two spaces or holds an address is left as it is, and a word is never cut.

/// Longest line that is not a link, a code or a fact, in characters. Mail programs that do not fold lines show so much.
const WIDTH: usize = 72;

/// A space at which no line is broken, for names. It stands in the letter only until [`fill`] has made the lines.
pub const HARD_SPACE: &str = "\u{a0}";

/// Breaks the long lines of a text; the lines of a list are indented below its number or dash.
pub fn fill(text: &str) -> String {
    text.split('\n').map(fill_line).collect::<Vec<_>>().join("\n").replace(HARD_SPACE, " ")
}

fn fill_line(line: &str) -> String {
    if line.starts_with("  ") || line.contains("://") {
        return line.to_owned();
    }
    let indent = " ".repeat(indent_of(line));
    let mut filled = String::new();
    let mut width = 0;
    // Not `split_whitespace`, which would also break at a hard space.
    for word in line.split(' ') {
        let n_chars = word.chars().count();
        if width > 0 && width + 1 + n_chars > WIDTH {
            filled.push('\n');
            filled.push_str(&indent);
            width = indent.len();
        } else if width > 0 {
            filled.push(' ');
            width += 1;
        }
        filled.push_str(word);
        width += n_chars;
    }
    filled
}

/// How far the text of a list's line stands in: `1. ` is 3, `- ` is 2.
fn indent_of(line: &str) -> usize {
    let is_mark = |mark: &str| mark == "-" || mark.strip_suffix('.').is_some_and(|number| number.parse::<u8>().is_ok());
    line.split_once(' ').filter(|(mark, _)| is_mark(mark)).map_or(0, |(mark, _)| mark.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words_and_lists_keep_their_edge() {
        let word = "abcdefghi";
        assert_eq!(fill(&[word; 8].join(" ")), format!("{}\n{word}", [word; 7].join(" ")));
        assert_eq!(fill(&format!("1. {}", [word; 8].join(" "))), format!("1. {}\n   {word}", [word; 7].join(" ")));
        assert_eq!(fill(&format!("- {}", [word; 8].join(" "))), format!("- {}\n  {word}", [word; 7].join(" ")));
    }

    #[test]
    fn links_codes_facts_and_names_are_never_broken() {
        let link = format!("see https://a.example/{} now", "x".repeat(90));
        let code = "x".repeat(90);
        let fact = format!("  Learner: {}", "Ann ".repeat(30));
        for whole in [&link, &code, &fact] {
            assert_eq!(fill(whole), *whole);
        }
        let name = "Anna Maria Bell-Carter".replace(' ', HARD_SPACE);
        let filled = fill(&format!("{} {name} has finished", "a".repeat(60)));
        assert_eq!(filled, format!("{}\nAnna Maria Bell-Carter has finished", "a".repeat(60)));
    }

    #[test]
    fn empty_lines_stay() {
        assert_eq!(fill("a\n\nb\n"), "a\n\nb\n");
    }
}
