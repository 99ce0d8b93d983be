use std::net::TcpListener;

use super::super::message::tests::envelope;
use super::super::message::{Envelope, message};
use super::super::smtp_server::SmtpServer;
use super::*;

fn parse(address: &str) -> Result<Smtp, String> {
    Smtp::parse(address, address.contains('@').then(|| "secret".into()))
}

fn to(server: &SmtpServer) -> Smtp {
    parse(&format!("smtp://127.0.0.1:{}", server.port)).expect("loopback needs no TLS")
}

fn send(smtp: &Smtp, envelope: &Envelope) -> Result<(), SendError> {
    smtp.send(&message(envelope).expect("it can be written"))
}

#[test]
fn addresses_of_mail_servers() {
    for (address, host, port, security, user) in [
        ("smtps://user@mail.example:465", "mail.example", 465, Security::Tls, Some("user")),
        ("smtps://mars@board.example@mail.example", "mail.example", 465, Security::Tls, Some("mars@board.example")),
        ("smtp+starttls://mars%40board.example@mail.example/", "mail.example", 587, Security::StartTls, Some("mars@board.example")),
        ("smtp+starttls://10.0.0.1:25", "10.0.0.1", 25, Security::StartTls, None),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Security::None, None),
        ("smtp://localhost", "localhost", 25, Security::None, None),
        ("smtp://[::1]:2525", "::1", 2525, Security::None, None),
    ] {
        let smtp = parse(address).expect(address);
        let found_user = smtp.login.as_ref().map(|(user, _)| user.as_str());
        assert_eq!((smtp.host.as_str(), smtp.port, smtp.security, found_user), (host, port, security, user), "{address}");
    }
}

#[test]
fn wrong_addresses_are_answered_with_what_to_write() {
    for (address, words) in [
        ("mail.example:465", "write `smtps://"),
        ("https://mail.example", "`https://` is no mail server"),
        ("smtp://mail.example:25", "without TLS anyone on the way to mail.example could read"),
        ("smtp://127.0.0.1.evil.example", "without TLS"),
        ("smtp://192.168.1.2", "without TLS"),
        ("smtps://user:hunter2@mail.example", "a password does not belong in the address"),
        ("smtps://", "names no mail server"),
        ("smtps://mail example", "names no mail server"),
        ("smtps://mail.example:0", "a number from 1 to 65535"),
        ("smtps://mail.example:smtp", "a number from 1 to 65535"),
        ("smtps://mail.example/path", "ends after its port"),
        ("smtps://mail.example?tls=no", "ends after its port"),
        ("smtps://a%4@mail.example", "`%` must be followed by two digits"),
        ("smtps://@mail.example", "`%` must"),
        ("smtp://[::1]2525", "write `smtps://"),
    ] {
        let error = parse(address).expect_err(address);
        assert!(error.contains(words), "{address}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let error = Smtp::parse("smtps://user@mail.example", None).expect_err("no password");
    assert!(error.contains("no password for it"), "{error}");
    let error = Smtp::parse("smtps://mail.example", Some("secret".into())).expect_err("no user");
    assert!(error.contains("names no user"), "{error}");
}

#[test]
fn a_password_is_not_printed_by_mistake() {
    let printed = format!("{:?}", Smtp::parse("smtps://user@mail.example", Some("hunter2".into())));
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[test]
fn a_mail_arrives_as_it_was_written() {
    let server = SmtpServer::start(&[]);
    let envelope = Envelope { text: String::from("Hello\n.\n..dots\n.leading\n"), ..envelope() };
    send(&to(&server), &envelope).expect("it is taken");
    let mail = server.next();
    assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("mars@board.example", [String::from("ruth@school.example")].as_slice()));
    let written = String::from_utf8(message(&envelope).expect("it can be written").formatted()).expect("a mail is ASCII");
    // `lettre` ends every mail with one more line end.
    assert_eq!(mail.data, written + "\r\n");
}

#[test]
fn a_user_signs_in_before_the_mail() {
    let server = SmtpServer::start(&[("EHLO", "250-test\r\n250 AUTH PLAIN"), ("AUTH", "235 2.7.0 welcome")]);
    let smtp = Smtp::parse(&format!("smtp://user@127.0.0.1:{}", server.port), Some("secret".into())).expect("loopback");
    send(&smtp, &envelope()).expect("it is taken");
    let heard = server.next().heard;
    assert_eq!(heard[1], "AUTH PLAIN AHVzZXIAc2VjcmV0", "\\0user\\0secret in base64");
    assert!(heard[2].starts_with("MAIL FROM:<mars@board.example>"), "{heard:?}");
}

#[test]
fn what_a_server_answers_says_whether_to_try_again() {
    for (step, answer, is_for_ever, words) in [
        ("", "554 5.3.2 go away, ruth@school.example", false, "connecting: it answered 554 5.3.2"),
        ("EHLO", "421 busy", false, "connecting: it answered 421"),
        ("MAIL", "451 4.3.0 later", false, "MAIL: it answered 451 4.3.0"),
        ("MAIL", "550 5.1.8 sender <mars@board.example> unknown", false, "MAIL: it answered 550 5.1.8"),
        ("RCPT", "450 4.2.1 <ruth@school.example>: later", false, "RCPT: it answered 450 4.2.1"),
        ("RCPT", "550 5.1.1 <ruth@school.example>: no such user", true, "RCPT: it answered 550 5.1.1"),
        ("RCPT", "550-ruth@school.example\r\n550 is unknown", true, "RCPT: it answered 550"),
        ("RCPT", "554 5.7.1 <ruth@school.example>: relay access denied", false, "RCPT: it answered 554 5.7.1"),
        ("RCPT", "530 sign in first", false, "RCPT: it answered 530"),
        ("DATA", "452 4.3.1 no space", false, "DATA: it answered 452 4.3.1"),
        (".", "552 5.3.4 too large", true, "the mail: it answered 552 5.3.4"),
        (".", "451 4.7.1 greylisted", false, "the mail: it answered 451 4.7.1"),
        ("MAIL", "ruth@school.example", false, "MAIL: it did not answer as a mail server does"),
    ] {
        let server = SmtpServer::start(&[(step, answer)]);
        let error = send(&to(&server), &envelope()).expect_err(answer);
        assert_eq!(error.to_string(), format!("mail server 127.0.0.1:{}, {words}", server.port), "{answer}");
        assert_eq!(matches!(error, SendError::Rejected(_)), is_for_ever, "{answer}");
    }
}

#[test]
fn wrong_password_may_be_put_right() {
    let server = SmtpServer::start(&[("EHLO", "250-test\r\n250 AUTH PLAIN"), ("AUTH", "535 5.7.8 wrong")]);
    let smtp = Smtp::parse(&format!("smtp://user@127.0.0.1:{}", server.port), Some("secret".into())).expect("loopback");
    let error = send(&smtp, &envelope()).expect_err("the password is wrong");
    assert!(matches!(error, SendError::Later(_)) && error.to_string().ends_with("signing in: it answered 535 5.7.8"), "{error}");
}

#[test]
fn nothing_is_said_to_a_server_that_does_not_offer_starttls() {
    let server = SmtpServer::start(&[]);
    let smtp = Smtp::parse(&format!("smtp+starttls://user@127.0.0.1:{}", server.port), Some("secret".into())).expect("an address");
    let error = send(&smtp, &envelope()).expect_err("there is no TLS");
    assert!(matches!(error, SendError::Later(_)) && error.to_string().contains("STARTTLS is not supported"), "{error}");
    assert!(server.heard().iter().all(|line| line.starts_with("EHLO ")), "{:?}", server.heard());
}

#[test]
fn a_server_that_is_not_there_or_says_nothing_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let silent = Smtp { timeout: Duration::from_millis(100), ..parse(&format!("smtp://127.0.0.1:{port}")).expect("loopback") };
    let error = send(&silent, &envelope()).expect_err("nobody answers");
    assert!(matches!(error, SendError::Later(_)) && error.to_string().contains("connecting: network error"), "{error}");
    drop(listener);
    let error = send(&silent, &envelope()).expect_err("nobody listens");
    assert!(matches!(error, SendError::Later(_)) && error.to_string().contains("Connection refused"), "{error}");
}
