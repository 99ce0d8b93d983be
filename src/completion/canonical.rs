//! JSON in its canonical form (RFC 8785), for the values that our formats hold: no number but whole ones.

use serde_json::Value;

/// The canonical text of a value. Panics on a number with a fraction, which no format of ours has.
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(is_so) => text.push_str(if *is_so { "true" } else { "false" }),
        Value::Number(number) => {
            assert!(!number.is_f64(), "our formats hold whole numbers only, not {number}");
            text.push_str(&number.to_string());
        }
        Value::String(words) => write_string(words, text),
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(value, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_string(name, text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
    }
}

/// serde_json escapes as RFC 8785 wants it: the two-letter escapes, small hexadecimal digits for other control characters, and
/// nothing else.
fn write_string(words: &str, text: &mut String) {
    text.push_str(&serde_json::to_string(words).expect("text can always be written as JSON"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str) {
        assert_eq!(canonical(&serde_json::from_str(json).expect("the case is JSON")), expected);
    }

    #[test]
    fn members_stand_in_the_order_of_their_utf_16_units() {
        check("{ \"b\": 1, \"a\": [ true, null ] , \"B\": {} }", "{\"B\":{},\"a\":[true,null],\"b\":1}");
        // The example of RFC 8785 section 3.2.3: the emoji's first unit, D83D, comes before FB33.
        check(
            r#"{"\u20ac":"Euro","\r":"CR","\ufb33":"Dalet","1":"One","\ud83d\ude00":"Smile","\u0080":"C","\u00f6":"o"}"#,
            "{\"\\r\":\"CR\",\"1\":\"One\",\"\u{80}\":\"C\",\"ö\":\"o\",\"€\":\"Euro\",\"😀\":\"Smile\",\"\u{fb33}\":\"Dalet\"}",
        );
    }

    #[test]
    fn text_is_escaped_only_where_it_must_be() {
        check(r#"["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\u007f\t\b\f"]"#, "[\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u{7f}\\t\\b\\f\"]");
    }
}
