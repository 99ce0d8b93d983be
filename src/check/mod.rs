//! Findings about a whole site that is in order otherwise.

pub mod review;
