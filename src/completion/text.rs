//! What a person's words may hold, as the wire format has it. Nothing is repaired here: the bytes are signed.

use unicode_normalization::is_nfc;

/// Why a text of a person (a name, a job title) cannot be taken; nothing when it can. Lengths are in UTF-16 units, as a
/// browser's `maxlength` counts them.
pub fn fault_of_text(text: &str, max_length: usize) -> Option<&'static str> {
    let length = text.encode_utf16().count();
    if length == 0 {
        return Some("this is empty");
    }
    if length > max_length {
        return Some("this is too long");
    }
    if text.chars().any(is_forbidden) {
        return Some("this holds a character that cannot be printed, or one that turns the direction of writing");
    }
    if text.starts_with(is_space) || text.ends_with(is_space) {
        return Some("this begins or ends with a space");
    }
    if !is_nfc(text) {
        return Some("this is not composed as Unicode NFC");
    }
    None
}

/// Control characters, line and paragraph separators, and marks that turn the direction of what follows. The joiners, which some
/// names need, are none of these.
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a browser's `trim` takes away.
fn is_space(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}

/// A comment: it may have several lines, and is shown as it was typed.
pub fn fault_of_comment(text: &str, max_length: usize) -> Option<&'static str> {
    let length = text.encode_utf16().count();
    match length {
        0 => Some("this is empty"),
        _ if length > max_length => Some("this is too long"),
        _ if text.chars().any(|character| character.is_control() && character != '\n') => {
            Some("this holds a character that cannot be printed")
        }
        _ => None,
    }
}

/// Longest mail address, in characters.
const MAX_ADDRESS: usize = 254;

/// Whether a text is a mail address as the records have it: a domain in small letters with two labels or more.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= MAX_ADDRESS && is_local_part(local) && is_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    let is_atom =
        |atom: &str| !atom.is_empty() && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_{|}~-".contains(&byte));
    (1..=64).contains(&local.len()) && local.split('.').all(is_atom)
}

/// Whether a text is a mail domain in small letters with two labels or more.
pub fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| inner(byte) || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.split('.').count() >= 2 && domain.split('.').all(is_label)
}

/// The domain of a mail address.
pub fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// By what two addresses are one mailbox: small letters, and the local part up to its first `+`.
pub fn mailbox_of(address: &str) -> String {
    let address = address.to_ascii_lowercase();
    let (local, domain) = address.split_once('@').unwrap_or((&address, ""));
    format!("{}@{domain}", local.split('+').next().unwrap_or(local))
}

/// An address with its local part hidden: `a…@school.example`.
pub fn masked(address: &str) -> String {
    let first: String = address.chars().take(1).collect();
    format!("{first}…@{}", domain_of(address))
}

/// Whether a text is an id of a workbook, a question or an agency.
pub fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether a text is a UUID of version 4 in small letters.
pub fn is_uuid_v4(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_hex = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| is_hex(group))
        && groups[2].starts_with('4')
        && groups[3].starts_with(['8', '9', 'a', 'b'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_peoples_are_taken_and_tricks_are_not() {
        for name in ["Zoë O’Neil", "Nguyễn Thị Hạnh", "محمد", "क्‍ष", "a"] {
            assert_eq!(fault_of_text(name, 100), None, "{name}");
        }
        for wrong in ["", " a", "a ", "a\u{a0}", "a\nb", "a\tb", "\u{202e}a", "a\u{2028}b", "a\u{200e}", "e\u{301}", "\u{85}", "\u{feff}a"]
        {
            assert!(fault_of_text(wrong, 100).is_some(), "{wrong:?}");
        }
        assert_eq!(fault_of_text(&"😀".repeat(50), 100), None, "two units each");
        assert!(fault_of_text(&"😀".repeat(51), 100).is_some());
    }

    #[test]
    fn comments_may_have_lines() {
        assert_eq!(fault_of_comment("Good.\n\nSee question 4.", 500), None);
        assert!(fault_of_comment("a\tb", 500).is_some() && fault_of_comment("", 500).is_some());
        assert!(fault_of_comment(&"a\n".repeat(251), 500).is_some());
    }

    #[test]
    fn addresses_are_what_the_records_say() {
        for address in ["a@b.uk", "first.last+x@sub.school.example", "o'neil@x-1.example"] {
            assert!(is_address(address), "{address}");
        }
        for wrong in [
            "a@b",
            "a@B.uk",
            "@b.uk",
            "a@.uk",
            "a@b.",
            "a.@b.uk",
            ".a@b.uk",
            "a..b@b.uk",
            "a b@b.uk",
            "a@-b.uk",
            "a@b-.uk",
            "a`@b.uk",
            "a@b.uk ",
            "ä@b.uk",
            "a@b@c.uk",
            "a@b_c.uk",
            "\"a\"@b.uk",
        ] {
            assert!(!is_address(wrong), "{wrong}");
        }
        assert!(is_address(&format!("{}@b.uk", "a".repeat(64))) && !is_address(&format!("{}@b.uk", "a".repeat(65))));
    }

    #[test]
    fn one_mailbox_has_many_spellings() {
        assert_eq!(mailbox_of("Ann.Bell+x+y@School.example"), "ann.bell@school.example");
        assert_eq!(masked("ann@school.example"), "a…@school.example");
    }

    #[test]
    fn ids_are_of_version_four() {
        assert!(is_uuid_v4("00000000-0000-4000-8000-000000000000"));
        for wrong in
            ["00000000-0000-1000-8000-000000000000", "00000000-0000-4000-7000-000000000000", "00000000-0000-4000-8000-00000000000A", ""]
        {
            assert!(!is_uuid_v4(wrong), "{wrong}");
        }
    }
}
