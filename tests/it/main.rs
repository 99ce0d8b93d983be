//! The one integration binary: what the program promises, tried from outside.

mod commands;
mod layers;
mod mdbook_quiz;
mod publishing;
mod real_site;
mod scorm;
mod sites;
mod support;
