//! The words of every letter.
//!
//! In: the facts of one record, as they were typed. Out: a subject and a plain text in British English. A letter shows no text of
//! a person but names and agency, and those only through [`plain`]; answers, comments and reasons of a person are read on the
//! page that the letter links to. No address and no token stands in a subject: subjects are seen on locked screens and in logs.

use secrecy::{ExposeSecret as _, SecretString};

use super::fill::{HARD_SPACE, fill};
use super::plain::{one_line, plain, unlinked};

/// Who writes, at the end of every letter.
const SIGNATURE: &str = "Children's MARS Board toolkit";

/// What all letters of a board share.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// Address of the site: `https://earlyhelp.example`, with or without a slash at its end.
    pub site: &'a str,
    /// Where people can ask the MARS team.
    pub mars_mailbox: Option<&'a str>,
}

/// A letter about one record.
#[derive(Debug)]
pub struct Letter {
    /// Title of the e-workbook.
    pub workbook: String,
    /// `MARS-XXXX-XXXX`.
    pub reference: String,
    pub kind: Kind,
}

/// To whom a letter goes, what it says, and the facts that it needs for that. `page_token` is W.
#[derive(Debug)]
pub enum Kind {
    /// To the confirmer: read, talk, confirm or return.
    Request {
        confirmer: String,
        learner: Person,
        /// T.
        token: SecretString,
        /// K; none when the inbox keeps no answers, and then the learner brings the file.
        key: Option<SecretString>,
    },
    /// To the learner: it went to the confirmer, and what happens next.
    Received { learner: String, confirmer: String, page_token: SecretString, answers_are_kept: bool },
    /// To the learner: more learning is needed.
    Returned { learner: String, confirmer: String, page_token: SecretString },
    /// To the learner, with the certificate attached.
    Issued { learner: String, page_token: SecretString },
    /// To the learner: confirmed, and the MARS team checks it. Why is not said: it would show how to pass the check.
    NeedsCheck { learner: String },
    /// To the learner: the MARS team did not accept it.
    Refused { learner: String },
    /// To the first confirmer: the request was passed on.
    Forwarded { confirmer: String, learner: Person },
    /// To the MARS mailbox: one record waits. `reasons` are words of ours.
    Check { agency: String, reasons: Vec<String> },
}

/// A learner, as a confirmer knows them.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    /// The register's name of the agency; for `other`, the record's.
    pub agency: String,
}

impl Kind {
    /// For file names and the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Request { .. } => "request",
            Self::Received { .. } => "received",
            Self::Returned { .. } => "returned",
            Self::Issued { .. } => "issued",
            Self::NeedsCheck { .. } => "needs-check",
            Self::Refused { .. } => "refused",
            Self::Forwarded { .. } => "forwarded",
            Self::Check { .. } => "check",
        }
    }

    fn headline(&self) -> &'static str {
        match self {
            Self::Request { .. } => "Please confirm an e-workbook",
            Self::Received { .. } => "We have your e-workbook",
            Self::Returned { .. } => "More learning is needed",
            Self::Issued { .. } => "Your certificate",
            Self::NeedsCheck { .. } => "Confirmed, and now being checked",
            Self::Refused { .. } => "Your e-workbook was not accepted",
            Self::Forwarded { .. } => "An e-workbook was passed on",
            Self::Check { .. } => "An e-workbook waits for your check",
        }
    }
}

impl Letter {
    pub fn subject(&self) -> String {
        format!("{}: {} ({})", self.kind.headline(), one_line(&self.workbook), self.reference)
    }

    /// Lines end with a line feed, the last one too.
    pub fn text(&self, sender: Sender<'_>) -> String {
        let site = sender.site.trim_end_matches('/');
        let team = sender.mars_mailbox.map_or_else(|| String::from("the MARS team"), |mailbox| format!("the MARS team ({mailbox})"));
        fill(&format!("{}\n{SIGNATURE}\n{site}\n", self.body(site, &team)))
    }

    /// One line a paragraph; [`fill`] breaks them.
    fn body(&self, site: &str, team: &str) -> String {
        match &self.kind {
            Kind::Request { confirmer, learner, token, key } => {
                let hello = hello(confirmer);
                let facts = self.facts(&[("Learner", &learner.shown())]);
                let who = shown(&learner.name, "the learner");
                let asks =
                    format!("{who} has finished an e-workbook and asks you, as manager, safeguarding lead or colleague, to confirm it.");
                let (code, read) = match (token.expose_secret(), key) {
                    (token, Some(key)) => (
                        format!("{token}.{}", key.expose_secret()),
                        String::from("Read the answers. On the page, each one stands beside the part of the guidance that it is about."),
                    ),
                    (token, None) => (
                        token.to_owned(),
                        format!(
                            "Read the answers. We do not keep them, so {who} brings or sends you a file. Open it on the page, and each \
                             answer stands beside the part of the guidance that it is about."
                        ),
                    ),
                };
                format!(
                    "{hello}

{asks}

{facts}
What we ask of you:

1. {read}
2. Talk with {who} about the answers.
3. If {who} understands the topic well enough, confirm the e-workbook. If more learning is needed, return it and say what to look at again.

To begin, open this link. Opening it does not decide anything.

{site}/confirm/#t={code}

If the link does not open, go to {site}/confirm/ and paste this code:

{code}

Only this mailbox can decide. Anyone who has the link could confirm in your name, so please do not forward this email, least of all \
outside your organisation. If somebody else should confirm, say so on the page: they then get an email of their own.

If you do not know {who}, do not confirm, and please tell {team}.
"
                )
            }
            Kind::Received { learner, confirmer, page_token, answers_are_kept } => {
                let hello = hello(learner);
                let confirmer = shown(confirmer, "your confirmer");
                let facts = self.facts(&[("Confirmer", &confirmer)]);
                let link = learners_link(site, page_token);
                let read = if *answers_are_kept {
                    format!("{confirmer} gets an email from us, reads your answers and talks with you about them.")
                } else {
                    format!(
                        "Give {confirmer} the file with your answers, which you saved on your device: we do not keep the answers. {confirmer} \
                         gets an email from us, reads the answers and talks with you about them."
                    )
                };
                format!(
                    "{hello}

Your e-workbook has arrived, and we have asked {confirmer} to confirm it.

{facts}
What happens next:

1. {read}
2. {confirmer} confirms the e-workbook, or returns it to you if more learning is needed. Either way we write to you.
3. Once it is confirmed, you get a certificate by email. Sometimes the MARS team checks the e-workbook first.

See where it stands, or withdraw it, on this page:

{link}

The link is yours alone, so please do not forward this email. If {confirmer} cannot find the email that we sent, ask them to look in their junk mail.
"
                )
            }
            Kind::Returned { learner, confirmer, page_token } => {
                let hello = hello(learner);
                let confirmer = shown(confirmer, "your confirmer");
                let facts = self.facts(&[("Confirmer", &confirmer)]);
                let link = learners_link(site, page_token);
                format!(
                    "{hello}

{confirmer} has looked at your e-workbook, and more learning is needed before it can be confirmed.

{facts}
Comments for you are on this page:

{link}

Talk with {confirmer} about what is not clear. Then read the guidance once more, answer again and send the e-workbook again.

The MARS team sees an e-workbook only once it is confirmed. The link is yours alone, so please do not forward this email.
"
                )
            }
            Kind::Issued { learner, page_token } => {
                let hello = hello(learner);
                let facts = self.facts(&[]);
                let link = learners_link(site, page_token);
                format!(
                    "{hello}

Your e-workbook is confirmed. Your certificate of completion is attached to this email as a PDF.

{facts}
Keep it with your training records. It is also on this page:

{link}

That link is yours alone: when somebody asks for your certificate, send them the PDF and not this email. Anyone can check that it is \
genuine, with the PDF or the square code printed on it, at

{site}/verify/
"
                )
            }
            Kind::NeedsCheck { learner } => {
                let (hello, facts) = (hello(learner), self.facts(&[]));
                format!(
                    "{hello}

Your e-workbook is confirmed. The MARS team now checks it, before a certificate is issued.

{facts}
You do not need to do anything. We write to you when the check is done.
"
                )
            }
            Kind::Refused { learner } => {
                let (hello, facts) = (hello(learner), self.facts(&[]));
                format!(
                    "{hello}

The MARS team has checked your e-workbook and did not accept it. There is no certificate.

{facts}
Please ask your manager or {team} what to do next, and give the reference.
"
                )
            }
            Kind::Forwarded { confirmer, learner } => {
                let hello = hello(confirmer);
                let facts = self.facts(&[("Learner", &learner.shown())]);
                format!(
                    "{hello}

Somebody else was asked to confirm this e-workbook, through your link or one that you passed on. They now have an email with a link of their own.

{facts}
You do not need to do anything else. Your own link also works until one of you has decided.

If you know nothing of this, please tell {team} at once.
"
                )
            }
            Kind::Check { agency, reasons } => {
                let facts = self.facts(&[("Agency", &shown(agency, "another agency"))]);
                let reasons: String = reasons.iter().map(|reason| format!("- {}\n", one_line(reason))).collect();
                format!(
                    "Hello,

A confirmed e-workbook waits for the team's check.

{facts}
Why it was not issued by itself:

{reasons}
To decide, use `signpost inbox show`, and then `issue` or `refuse`, with the reference, on the inbox's own computer.

The answers are not shown to the team: they were for the confirmer alone.
"
                )
            }
        }
    }

    /// The facts by which a letter is recognised, one a line. The reference comes last, where the eye stops.
    fn facts(&self, more: &[(&str, &str)]) -> String {
        let title = one_line(&self.workbook);
        let facts =
            [("E-workbook", title.as_str())].into_iter().chain(more.iter().copied()).chain([("Reference", self.reference.as_str())]);
        facts.map(|(label, fact)| format!("  {:<11} {fact}\n", format!("{label}:"))).collect()
    }
}

impl Person {
    fn shown(&self) -> String {
        format!("{}, {}", shown(&self.name, "the learner"), shown(&self.agency, "another agency"))
    }
}

/// A name, never broken over two lines; other words when no character of it can be shown.
fn shown(name: &str, otherwise: &str) -> String {
    let name = unlinked(&plain(name));
    let name = name.trim();
    if name.is_empty() { otherwise.to_owned() } else { name.replace(' ', HARD_SPACE) }
}

fn hello(name: &str) -> String {
    match shown(name, "") {
        name if name.is_empty() => String::from("Hello,"),
        name => format!("Hello {name},"),
    }
}

/// The token stands behind the `#`, which a browser never sends.
fn learners_link(site: &str, page_token: &SecretString) -> String {
    format!("{site}/learn/my-training/#w={}", page_token.expose_secret())
}

#[cfg(test)]
mod tests;
