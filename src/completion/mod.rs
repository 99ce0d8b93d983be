//! The wire formats of a completion: what a learner's browser signs, what the board signs, and how each is checked.
//!
//! In: bytes from outside, or values of our own. Out: values that were checked, or every fault that was found. Nothing here
//! knows a socket, a database, a file or the time; the date and random bytes are arguments.

pub mod canonical;
pub mod definition;
pub mod digest;
pub mod json;
#[cfg(feature = "inbox")]
pub mod jws;
pub mod keys;
#[cfg(feature = "inbox")]
pub mod objects;
pub mod reference;
#[cfg(feature = "inbox")]
pub mod submission;
pub mod text;
#[cfg(feature = "inbox")]
pub mod verdict;
