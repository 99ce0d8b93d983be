use super::*;

const SENDER: Sender<'_> = Sender { site: "https://earlyhelp.example/", mars_mailbox: Some("mars@board.example") };
const T: &str = "xT_AMDqg6ZpNQ0fJk2bV7yHc1sLwEuR3oXvPzi8mKd4";
const K: &str = "-kQ7tYbW2nGf9sJcV5hRz0LxE3uPaMiD8oT1wKq6Sg0";
const W: &str = "w0ZrJt5cXq8LkV2nHs7PfYd3GaMbEu1RoT9iKx4SjQc";

fn letter(kind: Kind) -> Letter {
    Letter { workbook: String::from("Early Help Awareness"), reference: String::from("MARS-VG27-DS92"), kind }
}

fn anna() -> Person {
    Person { name: String::from("Anna Bell"), agency: String::from("Example Primary School (example)") }
}

fn request(name: &str, key: Option<&str>) -> Letter {
    letter(Kind::Request {
        confirmer: String::from("Ruth Carter"),
        learner: Person { name: name.to_owned(), ..anna() },
        token: T.into(),
        key: key.map(SecretString::from),
    })
}

/// One of each, with the longest names that a record may have.
fn all() -> Vec<Letter> {
    let long = || "Wolfeschlegelsteinhausen ".repeat(4).trim_end().to_owned();
    let learner = || Person { name: long(), agency: "Agency of long names ".repeat(6).trim_end().to_owned() };
    let request = |key| Kind::Request { confirmer: long(), learner: learner(), token: T.into(), key };
    let received = |answers_are_kept| Kind::Received { learner: long(), confirmer: long(), page_token: W.into(), answers_are_kept };
    let kinds = [
        request(Some(K.into())),
        request(None),
        received(true),
        received(false),
        Kind::Returned { learner: long(), confirmer: long(), page_token: W.into() },
        Kind::Issued { learner: long(), page_token: W.into() },
        Kind::NeedsCheck { learner: long() },
        Kind::Refused { learner: long() },
        Kind::Forwarded { confirmer: long(), learner: learner() },
        Kind::Check { agency: long(), reasons: vec!["The agency is not in the register.".repeat(4)] },
    ];
    kinds.map(letter).into()
}

fn lines_with<'a>(text: &'a str, part: &str) -> Vec<&'a str> {
    text.lines().filter(|line| line.contains(part)).collect()
}

#[test]
fn a_request_has_its_link_and_its_code_on_lines_of_their_own() {
    let text = request("Anna Bell", Some(K)).text(SENDER);
    let link = format!("https://earlyhelp.example/confirm/#t={T}.{K}");
    assert_eq!(lines_with(&text, T), [link, format!("{T}.{K}")]);
    assert!(text.contains("\n\nIf the link does not open, go to https://earlyhelp.example/confirm/ and paste this code:\n\n"), "{text}");
    assert!(text.contains(
        "\n  E-workbook: Early Help Awareness\n  Learner:    Anna Bell, Example Primary School (example)\n  Reference:  MARS-VG27-DS92\n"
    ));
}

#[test]
fn without_sealed_answers_the_link_is_the_token_alone_and_the_learner_brings_the_file() {
    let text = request("Anna Bell", None).text(SENDER);
    assert_eq!(lines_with(&text, T), [format!("https://earlyhelp.example/confirm/#t={T}"), T.to_owned()]);
    assert!(text.contains("so Anna Bell brings or sends\n   you a file."), "{text}");
    assert!(!request("Anna Bell", Some(K)).text(SENDER).contains("a file"));
}

#[test]
fn every_letter_has_its_reference_and_signature_and_short_lines() {
    for letter in all() {
        let (kind, text) = (letter.kind.name(), letter.text(SENDER));
        assert_eq!(lines_with(&text, "MARS-VG27-DS92").len(), 1, "{kind}: {text}");
        assert!(text.ends_with("\n\nChildren's MARS Board toolkit\nhttps://earlyhelp.example\n"), "{kind}: {text}");
        assert!(!text.contains(HARD_SPACE) && !text.contains("\n\n\n") && text.is_ascii(), "{kind}: {text}");
        for line in text.lines() {
            let may_be_long = line.starts_with("  ") || line.contains("://") || line.contains(T) || line.contains("Wolfeschlegel");
            assert!(may_be_long || line.len() <= 72, "{kind}: {line}");
        }
    }
}

#[test]
fn no_subject_has_an_address_a_token_or_a_name() {
    for letter in all() {
        let subject = letter.subject();
        for secret in [T, K, W, "@", "Wolfeschlegel", "://", "\n"] {
            assert!(!subject.contains(secret), "{subject}");
        }
        assert!(subject.ends_with(": Early Help Awareness (MARS-VG27-DS92)"), "{subject}");
    }
}

#[test]
fn learners_get_the_link_to_their_page_and_no_other_token() {
    for letter in all() {
        let text = letter.text(SENDER);
        let has_link = text.contains(&format!("\nhttps://earlyhelp.example/learn/my-training/#w={W}\n"));
        assert_eq!(has_link, matches!(letter.kind, Kind::Received { .. } | Kind::Returned { .. } | Kind::Issued { .. }), "{text}");
        assert_eq!(text.contains(T), matches!(letter.kind, Kind::Request { .. }), "{text}");
    }
}

#[test]
fn a_name_can_write_no_line_and_no_link_of_its_own() {
    let text = request("Ann\n\nhttps://evil.example/confirm/#t=x\r\n.\r\nBcc: a@b.example", Some(K)).text(SENDER);
    assert_eq!(lines_with(&text, "evil").len(), 5, "one line each time the learner is named: {text}");
    assert!(!text.contains("://evil") && !text.contains("evil.example") && !text.contains("a@b") && !text.contains('\r'), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("Bcc") || line == "."), "{text}");
}

#[test]
fn a_name_that_cannot_be_shown_is_no_gap() {
    let text = letter(Kind::Refused { learner: String::from("😀") }).text(Sender { mars_mailbox: None, ..SENDER });
    assert!(text.starts_with("Hello,\n"), "{text}");
    assert!(text.contains("Please ask your manager or the MARS team what to do next"), "{text}");
    assert!(request("😀", Some(K)).text(SENDER).contains("\nthe learner has finished"));
}

#[test]
fn tokens_are_not_printed_by_mistake() {
    let printed = format!("{:?}", request("Anna Bell", Some(K)));
    assert!(!printed.contains(T) && !printed.contains(K), "{printed}");
}
