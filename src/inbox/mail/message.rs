//! One letter as the bytes that travel (RFC 5322 and MIME).
//!
//! In: an [`Envelope`], complete. Out: a message of `lettre`, or what cannot be written. The same envelope gives the same bytes
//! each time, so that a mail that is sent again is the same mail. Headers are `Date`, `From`, `To`, `Subject`, `Message-ID`,
//! `Auto-Submitted` and those of MIME; no other.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, ensure};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as AttachedPart, Body, Mailbox, Message, MultiPart, SinglePart};

use super::plain::{one_line, plain};

/// What is on the outside and the inside of one mail. There is no `Debug`: the text holds links that decide.
pub struct Envelope {
    /// The letter's kind, for the name of a file: small letters and dashes.
    pub kind: &'static str,
    /// Address of the board.
    pub from: String,
    /// As typed; empty when nobody is named.
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    /// Lines end with a line feed.
    pub text: String,
    /// Without its angle brackets: `<unique part>@<host>`. One a mail, the same each time it is tried.
    pub message_id: String,
    /// Seconds since 1970, UTC: when the mail was written, not when it is tried.
    pub date: i64,
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a mail.
pub struct Attachment {
    pub name: String,
    /// `application/pdf`.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// Who a mail comes from. It has no apostrophe: `lettre` would write the whole name in base64, which spam filters count against a
/// name that does not need it.
const SENDER_NAME: &str = "MARS Board toolkit";

/// Between the parts of a mail. Neither base64 nor quoted-printable text can hold `=_`, and no letter of ours does; a random one,
/// as `lettre` makes it, would give other bytes at each try.
const BOUNDARY: &str = "=_signpost_part_=";

/// Longest line that a mail may have, in bytes (RFC 5322, section 2.1.1).
const MAX_LINE_BYTES: usize = 998;

/// The last second of the year 9999: no mail header can name a later one.
const LAST_SECOND: i64 = 253_402_300_799;

/// Writes the message. An error names no person and no address, for the log.
pub fn message(envelope: &Envelope) -> anyhow::Result<Message> {
    let Envelope { kind: _, from, to_name, to_address, subject, text, message_id, date, attachments } = envelope;
    let from = Mailbox::new(Some(SENDER_NAME.to_owned()), from.parse().context("the sender's address cannot be used")?);
    let to_name = Some(plain(to_name).trim().to_owned()).filter(|name| !name.is_empty());
    let to = Mailbox::new(to_name, to_address.parse().context("the recipient's address cannot be used")?);
    let is_id = |text: &str| text.contains('@') && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@.-_+".contains(&byte));
    ensure!(is_id(message_id), "the message id may hold letters, digits and `.-_+`, and must hold `@`");
    let date = u64::try_from(*date).ok().filter(|_| *date <= LAST_SECOND).context("the date is before 1970 or after 9999")?;

    let message = Message::builder()
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(date))
        .from(from)
        .to(to)
        // A title such as `=?utf-8?…` would be read as one that is encoded.
        .subject(one_line(subject).replace("=?", "= ?"))
        .message_id(Some(format!("<{message_id}>")))
        // Asks programs that answer for people who are away not to answer (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), String::from("auto-generated")));
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body(text));
    if attachments.is_empty() {
        return message.singlepart(text).context("the mail cannot be put together");
    }
    let mut parts = MultiPart::mixed().boundary(BOUNDARY).singlepart(text);
    for Attachment { name, content_type, bytes } in attachments {
        let content_type = ContentType::parse(content_type).with_context(|| format!("`{content_type}` is no content type"))?;
        parts = parts.singlepart(AttachedPart::new(plain(name)).body(bytes.clone(), content_type));
    }
    message.multipart(parts).context("the mail cannot be put together")
}

/// ASCII goes as it is, so that a link is one line of the mail's own bytes; everything else as quoted-printable, which mail
/// programs undo. Left to itself `lettre` takes quoted-printable for every text with a line of 76 bytes, and base64, which some
/// filters count against a mail, for a text of which more than a few letters are not ASCII.
fn body(text: &str) -> Body {
    // `lettre` ends a part with a line end of its own.
    let text: String = text.trim_end_matches('\n').chars().filter(|character| *character == '\n' || !character.is_control()).collect();
    if text.is_ascii() && text.lines().all(|line| line.len() <= MAX_LINE_BYTES) {
        return Body::dangerous_pre_encoded(text.replace('\n', "\r\n").into_bytes(), ContentTransferEncoding::SevenBit);
    }
    Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable).expect("every text can be written as quoted-printable")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn envelope() -> Envelope {
        Envelope {
            kind: "request",
            from: String::from("mars@board.example"),
            to_name: String::from("Ruth Carter"),
            to_address: String::from("ruth@school.example"),
            subject: String::from("Please confirm an e-workbook"),
            text: String::from("Hello\n\n.\nhttps://earlyhelp.example/\n"),
            message_id: String::from("1.abc@inbox.example"),
            date: 1_795_600_000,
            attachments: Vec::new(),
        }
    }

    fn written(envelope: &Envelope) -> String {
        String::from_utf8(message(envelope).expect("it can be written").formatted()).expect("a mail is ASCII")
    }

    #[test]
    fn a_mail_has_these_headers_and_no_others() {
        assert_eq!(
            written(&envelope()),
            "Date: Wed, 25 Nov 2026 09:46:40 +0000\r\n\
             From: \"MARS Board toolkit\" <mars@board.example>\r\n\
             To: \"Ruth Carter\" <ruth@school.example>\r\n\
             Subject: Please confirm an e-workbook\r\n\
             Message-ID: <1.abc@inbox.example>\r\n\
             Auto-Submitted: auto-generated\r\n\
             MIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: 7bit\r\n\
             \r\n\
             Hello\r\n\r\n.\r\nhttps://earlyhelp.example/\r\n"
        );
    }

    #[test]
    fn a_long_link_is_one_line_unless_the_text_is_not_ascii() {
        let link = format!("https://earlyhelp.example/confirm/#t={}", "x".repeat(87));
        let plain = written(&Envelope { text: format!("Hello\n{link}\n"), ..envelope() });
        assert!(plain.contains(&format!("\r\n{link}\r\n")), "{plain}");
        let accents = written(&Envelope { text: format!("Zoë, 王小明 and محمد\n{link}\n"), ..envelope() });
        assert!(accents.is_ascii() && accents.contains("\r\nContent-Transfer-Encoding: quoted-printable\r\n"), "{accents}");
        assert!(accents.lines().all(|line| line.len() <= 76), "{accents}");
        let endless = written(&Envelope { text: "x".repeat(999), ..envelope() });
        assert!(endless.lines().all(|line| line.len() <= 76), "{endless}");
    }

    #[test]
    fn nothing_typed_can_add_a_header() {
        let name = "Ann\r\nBcc: all@school.example\r\n\r\n=?utf-8?q?x?= \"a\" <x@y.example>, z";
        let mail = written(&Envelope { to_name: name.to_owned(), subject: name.to_owned(), ..envelope() });
        let (headers, _) = mail.split_once("\r\n\r\n").expect("an empty line ends the headers");
        let begins: Vec<&str> =
            headers.split("\r\n").filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
        let expected =
            ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];
        assert_eq!(begins, expected, "{mail}");
        assert!(!headers.contains("=?utf-8?q?"), "{mail}");
    }

    #[test]
    fn the_same_envelope_is_the_same_mail() {
        let with_file = || {
            let certificate = Attachment {
                name: String::from("certificate.pdf"),
                content_type: String::from("application/pdf"),
                bytes: vec![0, 255, 13, 10],
            };
            written(&Envelope { attachments: vec![certificate], ..envelope() })
        };
        assert_eq!(with_file(), with_file());
        assert!(with_file().contains("Content-Disposition: attachment; filename=\"certificate.pdf\"\r\n"), "{}", with_file());
        assert!(with_file().contains("\r\n\r\nAP8NCg==\r\n"), "{}", with_file());
    }

    #[test]
    fn addresses_of_every_form_that_records_have_can_be_written_to() {
        let longest = format!("{}@{}.{}.{}.example", "a".repeat(64), "b".repeat(63), "c".repeat(63), "d".repeat(53));
        assert_eq!(longest.len(), 254, "as long as a record may have it");
        for address in ["o'neil@x-1.example", "!#$%&'*+/=?^_{|}~-@b.uk", "a.b+c@1.2.example", &longest] {
            let mail = written(&Envelope { to_address: address.to_owned(), ..envelope() });
            assert!(mail.contains(&format!("<{address}>\r\n")), "{mail}");
            assert!(mail.split("\r\n").all(|line| line.len() <= MAX_LINE_BYTES));
        }
    }

    #[test]
    fn what_cannot_be_written_is_said_without_an_address() {
        for (wrong, words) in [
            (
                Envelope { to_address: String::from("ruth@school.example>\r\nBcc: x"), ..envelope() },
                "the recipient's address cannot be used",
            ),
            (Envelope { from: String::from("nobody"), ..envelope() }, "the sender's address cannot be used"),
            (Envelope { message_id: String::from("a@b>\r\nX: y"), ..envelope() }, "the message id may hold"),
            (Envelope { date: -1, ..envelope() }, "the date is before 1970"),
            (Envelope { date: i64::MAX, ..envelope() }, "the date is before 1970"),
        ] {
            let error = message(&wrong).expect_err(words).to_string();
            assert!(error.starts_with(words) && !error.contains('>'), "{error}");
        }
    }
}
