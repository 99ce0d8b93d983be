//! An inbox without sockets: real rules, a real database, a clock that a test moves, and mails that are read from their files.

mod afterwards;
mod bench;
mod register;
mod rules;
mod time;
