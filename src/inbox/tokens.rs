//! Tokens that only a mailbox has, and the mails that carry them.
//!
//! A token is 32 random bytes. Its hash lasts as long as the record; the token itself is kept, wrapped, until a mail server has
//! taken the mail, so that a mail server that is down for a week costs nothing.

use crate::completion::digest::{sha256, to_base64url};
use crate::completion::text::mailbox_of;

use super::Inbox;
use super::secrets::{random_bytes, random_token};
use super::store::{Mail, MailKind, MailState, Person, Purpose, Stored, Token, Tx};

/// A mail with the token whose link it carries, ready to be written with what it is about.
pub struct Letter {
    token: Option<Token>,
    mail: Mail,
}

impl Letter {
    pub fn write(&self, tx: &mut dyn Tx) -> Stored<()> {
        if let Some(token) = &self.token {
            tx.put_token(token)?;
        }
        tx.queue_mail(&self.mail)
    }
}

/// What names a token in the store.
pub fn hash_of(token: &str) -> [u8; 32] {
    sha256(token.as_bytes())
}

/// What stands for an address where only its count matters.
pub fn recipient_of(address: &str) -> [u8; 32] {
    sha256(mailbox_of(address).as_bytes())
}

impl Inbox {
    /// To a confirmer, with a link that lets its holder decide.
    pub fn request_letter(&self, rid: &str, person: &Person, now: i64) -> Letter {
        let token = self.token(rid, Purpose::Decide(person.clone()), now);
        self.letter(MailKind::Request, rid, &person.email, Some(token), now)
    }

    /// To the learner, with a link that shows where the request stands.
    pub fn learner_letter(&self, kind: MailKind, rid: &str, address: &str, now: i64) -> Letter {
        let token = self.token(rid, Purpose::Follow, now);
        self.letter(kind, rid, address, Some(token), now)
    }

    /// To somebody who needs no link.
    pub fn plain_letter(&self, kind: MailKind, rid: &str, address: &str, now: i64) -> Letter {
        self.letter(kind, rid, address, None, now)
    }

    fn token(&self, rid: &str, purpose: Purpose, now: i64) -> Token {
        let token = random_token(&self.random);
        let wrapped = self.settings.wrap_key.wrap(&token, rid, &self.random);
        Token { hash: hash_of(&token), rid: rid.to_owned(), purpose, created_at: now, wrapped: Some(wrapped) }
    }

    fn letter(&self, kind: MailKind, rid: &str, address: &str, token: Option<Token>, now: i64) -> Letter {
        let host = self.settings.mail_from.rsplit_once('@').map_or("localhost", |(_, host)| host);
        let mail = Mail {
            id: 0,
            kind,
            rid: rid.to_owned(),
            token: token.as_ref().map(|token| token.hash),
            recipient: recipient_of(address),
            message_id: format!("{}@{host}", to_base64url(&random_bytes::<18>(&self.random))),
            created_at: now,
            due_at: now,
            attempts: 0,
            state: MailState::Waiting,
            sent_at: None,
        };
        Letter { token, mail }
    }
}
