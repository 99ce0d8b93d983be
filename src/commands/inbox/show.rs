//! `signpost inbox show`: one record, what became of it, and its mails. Never an answer: the inbox cannot read them.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::commands::Outcome;
use crate::commands::report::{self, Format};
use crate::completion::reference::reference_of;
use crate::inbox::operator;
use crate::inbox::store::{Mail, Record};

use super::setup::{self, Place};

pub(super) fn run(place: &Place, name: &str, certificate: Option<&Path>, format: Format) -> anyhow::Result<Outcome> {
    let store = place.open_store()?;
    let Some((record, mails)) = operator::show(&*store, name)? else { bail!("there is no record {name}") };
    drop(store);
    report::print(match format {
        Format::Json => format!("{}\n", as_json(&record, &mails)),
        Format::Text => as_text(&record, &mails),
    });
    if let Some(path) = certificate {
        let inbox = setup::open_inbox(place)?;
        let pdf = inbox.certificate_pdf(&record)?;
        #[expect(clippy::disallowed_methods, reason = "the file was asked for by name and is no part of a site")]
        std::fs::write(path, pdf).with_context(|| format!("cannot write {}", path.display()))?;
        report::say(format_args!("The certificate is in {}.", path.display()));
    }
    Ok(Outcome::Done)
}

fn as_json(record: &Record, mails: &[Mail]) -> serde_json::Value {
    let mut shown = record.lasting();
    shown["reference"] = reference_of(&record.submission.rid).into();
    let mails = mails.iter().map(|mail| {
        json!({ "kind": mail.kind.word(), "state": mail.state.word(), "created_at": mail.created_at, "sent_at": mail.sent_at, "attempts": mail.attempts })
    });
    shown["mails"] = mails.collect();
    shown
}

fn as_text(record: &Record, mails: &[Mail]) -> String {
    let submission = &record.submission;
    let learner = &submission.learner;
    let mut text = String::new();
    let mut line = |name: &str, value: &str| writeln!(text, "{name:<14}{value}").expect("text takes every character");
    line("Reference", &reference_of(&submission.rid));
    line("Id", &submission.rid);
    line("State", &format!("{}, since {}", record.state.word(), time(record.state_at)));
    line("E-workbook", &format!("{} (version {})", submission.workbook.title, submission.workbook.version));
    line("Learner", &format!("{} <{}>", learner.name, learner.email));
    line("Job title", &learner.job_title);
    line("Agency", &format!("{} ({})", learner.agency_name, learner.agency_id));
    line("Completed", &submission.completed_on.to_string());
    line("Received", &time(record.received_at));
    let confirmer = &submission.confirmer;
    line("Confirmer", &format!("{} <{}>, {}", confirmer.name, confirmer.email, confirmer.capacity.word()));
    if let Some(decision) = &record.decision {
        let person = &decision.person;
        line("Decision", &format!("{}, {}", decision.word(), time(decision.decided_at)));
        line("By", &format!("{} <{}>, typed “{}”", person.name, person.email, decision.typed_name));
    }
    for reason in &record.reasons {
        line("Check", reason);
    }
    if let Some(certificate) = &record.certificate {
        line("Certificate", &format!("{}, issued {}", certificate.jti, time(certificate.issued_at)));
    }
    for mail in mails {
        let when = mail.sent_at.map_or_else(|| format!("due {}", time(mail.due_at)), |at| format!("at {}", time(at)));
        let failed = if mail.attempts > 0 { format!(", tried {} times in vain", mail.attempts) } else { String::new() };
        line("Mail", &format!("{}: {}, {when}{failed}", mail.kind.word(), mail.state.word()));
    }
    text
}

fn time(seconds: i64) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_zoned(zone).strftime("%-d %B %Y, %H:%M").to_string())
}
