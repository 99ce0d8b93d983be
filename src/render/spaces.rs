//! Takes spaces out of a script where they mean nothing.
//!
//! Line ends stay: where a statement ends without a semicolon, they end it. Strings, template literals and regular expressions
//! stay as they are, byte for byte.

/// What may stand before a `/` that begins a regular expression, and not a division.
const BEFORE_REGEX: &str = "(,=:[!&|?{};+-*%<>~^\n";

/// One line of a script, without comments, as short as it can be.
pub(super) fn without_spaces(line: &str) -> String {
    let mut short = String::with_capacity(line.len());
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            quote @ (b'\'' | b'"') => end_of_string(bytes, at, quote),
            b'`' => end_of_template(bytes, at),
            b'/' if begins_regex(&short) => end_of_regex(bytes, at),
            b' ' => {
                let next = bytes[at..].iter().position(|byte| *byte != b' ').map_or(bytes.len(), |n| at + n);
                let (before, after) = (short.bytes().last(), bytes.get(next).copied());
                if needs_space(before, after) {
                    short.push(' ');
                }
                at = next;
                continue;
            }
            _ => at + line[at..].chars().next().map_or(1, char::len_utf8),
        };
        short.push_str(&line[at..end]);
        at = end;
    }
    short
}

/// Two words would become one, and `a + +b` would become `a++b`.
fn needs_space(before: Option<u8>, after: Option<u8>) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'\\') || !byte.is_ascii();
    match (before, after) {
        (Some(before), Some(after)) => {
            // A quote behind a word may be in a string's place: `return 'x'` needs none, `case 'x'` neither.
            (is_word(before) && is_word(after)) || (before == after && matches!(before, b'+' | b'-')) || (before == b'/' || after == b'/')
        }
        _ => false,
    }
}

/// After a closing bracket a `/` divides: that no regular expression stands there is one of the rules of the theme's scripts.
fn begins_regex(before: &str) -> bool {
    let before = before.trim_end_matches(' ');
    let word = before.rsplit(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or("");
    before.is_empty()
        || before.ends_with(|last: char| BEFORE_REGEX.contains(last))
        || matches!(word, "return" | "typeof" | "case" | "of" | "in")
}

fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// With everything inside its `${…}`, where other strings and templates may stand.
fn end_of_template(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'`' => return at + 1,
            b'\\' => at += 2,
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                let mut depth = 1;
                at += 2;
                while at < bytes.len() && depth > 0 {
                    match bytes[at] {
                        quote @ (b'\'' | b'"') => at = end_of_string(bytes, at, quote),
                        b'`' => at = end_of_template(bytes, at),
                        b'{' => (depth, at) = (depth + 1, at + 1),
                        b'}' => (depth, at) = (depth - 1, at + 1),
                        _ => at += 1,
                    }
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

fn end_of_regex(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    let mut is_class = false;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => is_class = true,
            b']' => is_class = false,
            b'/' if !is_class => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::without_spaces;

    #[test]
    fn only_spaces_that_mean_nothing_go() {
        for (line, short) in [
            ("const a = b ?? c", "const a=b??c"),
            ("return { a, b: [1, 2] }", "return{a,b:[1,2]}"),
            ("for (const one of all) if (one) await two(one)", "for(const one of all)if(one)await two(one)"),
            ("x = a + +b - -c", "x=a+ +b- -c"),
            ("const s = 'a  b = c' + \"d , e\"", "const s='a  b = c'+\"d , e\""),
            ("const t = `a  ${ b ? ` {  c } ` : 'x  }' }  d` + e", "const t=`a  ${ b ? ` {  c } ` : 'x  }' }  d`+e"),
            ("const r = /[/ ' ] +\\/ \"/u.test(a / b)", "const r= /[/ ' ] +\\/ \"/u.test(a / b)"),
            ("const n = a / b / c + ' / '", "const n=a / b / c+' / '"),
            ("case 'x': return 'it\\'s  ok'", "case'x':return'it\\'s  ok'"),
            ("static async * walk(élan) {", "static async*walk(élan){"),
            ("a => a in b", "a=>a in b"),
            ("get name () { return typeof this.x }", "get name(){return typeof this.x}"),
        ] {
            assert_eq!(without_spaces(line), short);
            assert_eq!(without_spaces(short), short, "once is enough");
        }
    }
}
