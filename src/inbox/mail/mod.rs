//! Letters of the inbox: what they say, how they look on the wire, and how they leave the house.
//!
//! In: a [`Letter`] with the facts of one record, and the settings of the board. Out: one message, handed to a mail server or
//! laid into a folder, or a [`SendError`] that says whether trying again makes sense. Nothing here reads a record, a clock or the
//! database; nothing is queued, and no letter is kept. A letter holds links that decide: nothing here prints or logs one.

mod fill;
mod letter;
mod message;
mod plain;
mod smtp;
#[cfg(test)]
mod smtp_server;
mod transport;

pub use letter::{Kind as LetterKind, Letter, Person, Sender};
pub use message::{Attachment, Envelope};
pub use smtp::Smtp;
pub use transport::{SendError, Transport};
