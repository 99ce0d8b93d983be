//! What a mail may show of a person's own words.
//!
//! In: text as somebody typed it. Out: text that can start no header, no link and no encoded word. The record keeps the words as
//! they were typed and signed: only the mail is changed.

use unicode_normalization::char::is_combining_mark;

/// A name or agency as mails show it: letters, marks, digits, spaces and `' - . & ( ) , /`. A typographic apostrophe becomes `'`,
/// every other character a space. Spaces are not joined and nothing is cut: one character in, one out.
pub fn plain(text: &str) -> String {
    let shown = |character: char| match character {
        '’' => '\'',
        _ if may_stand(character) => character,
        _ => ' ',
    };
    text.chars().map(shown).collect()
}

fn may_stand(character: char) -> bool {
    // Fractions, superscripts, circled and squared letters count as letters or numbers in Unicode, but are pictures of them.
    let is_picture =
        matches!(character, '²' | '³' | '¹' | '¼'..='¾' | '\u{2070}'..='\u{2bff}' | '\u{3190}'..='\u{33ff}' | '\u{1f100}'..='\u{1f1ff}');
    let is_letter_mark_or_digit = (character.is_alphanumeric() || is_combining_mark(character)) && !is_picture;
    is_letter_mark_or_digit || matches!(character, ' ' | '\'' | '-' | '.' | '&' | '(' | ')' | ',' | '/')
}

/// The same name with a space after each dot that letters follow: `A.Bell` becomes `A. Bell`, and `evil.example/x` is no longer what
/// mail programs turn into a link by themselves. Anyone can have the board send a mail to anyone, so a name must not be an advert.
pub fn unlinked(name: &str) -> String {
    let mut unlinked = String::with_capacity(name.len());
    for (at, character) in name.char_indices() {
        unlinked.push(character);
        let mut next = name[at + character.len_utf8()..].chars();
        let are_letters_next = next.next().is_some_and(char::is_alphabetic) && next.next().is_some_and(char::is_alphabetic);
        if character == '.' && are_letters_next {
            unlinked.push(' ');
        }
    }
    unlinked
}

/// Text of the board's own, such as the title of an e-workbook, on one line: what breaks a line or turns the direction of
/// writing becomes a space.
pub fn one_line(text: &str) -> String {
    let shown = |character: char| {
        let turns_or_breaks = matches!(character, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if character.is_control() || turns_or_breaks { ' ' } else { character }
    };
    text.chars().map(shown).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_agencies_stay_as_they_are() {
        for name in [
            "Zoë O'Neil-Smith",
            "Nguyễn Thị Hạnh",
            "Dr. A. Bell (Jr.)",
            "Marks & Co., 3/4 High St",
            "محمد علي",
            "सीता",
            "王小明",
            "a\u{301}",
        ] {
            assert_eq!(plain(name), name);
        }
        assert_eq!(plain("Siobhán O’Neil"), "Siobhán O'Neil");
    }

    #[test]
    fn nothing_else_comes_through() {
        for (typed, shown) in [
            ("Ann\r\nBcc: all@school.example", "Ann  Bcc  all school.example"),
            ("=?utf-8?b?QQ==?=", "  utf-8 b QQ    "),
            ("https://evil.example/x?y=1#z", "https //evil.example/x y 1 z"),
            ("\u{202e}nnA\u{202c}", " nnA "),
            ("Ann\u{200f}\u{200b}\u{feff}\u{2028}B", "Ann    B"),
            ("<b>Ann</b>", " b Ann /b "),
            ("\"Ann\" <x@y.example>;", " Ann   x y.example  "),
            ("Ann\u{a0}Bell\u{3000}😀", "Ann Bell  "),
            ("½ ² Ⓐ ℂ №", "         "),
            ("a_b*c`d|e~f\0g\tg", "a b c d e f g g"),
        ] {
            assert_eq!(plain(typed), shown, "{typed:?}");
            assert_eq!(plain(shown), shown, "what is plain stays so");
        }
    }

    #[test]
    fn a_name_is_no_link() {
        for (name, shown) in [
            ("www.evil.example/x", "www. evil. example/x"),
            ("t.co/x", "t. co/x"),
            ("J.R.R. Tolkien", "J.R.R. Tolkien"),
            ("A.Bell, Ph.D.", "A. Bell, Ph.D."),
            ("Room 3.14", "Room 3.14"),
        ] {
            assert_eq!(unlinked(name), shown);
        }
    }

    #[test]
    fn titles_keep_their_marks_and_lose_their_line_breaks() {
        assert_eq!(one_line(" Early help: “first” steps?\r\nX-Header: 1\u{2028}\u{202e} "), "Early help: “first” steps? X-Header: 1");
    }
}
