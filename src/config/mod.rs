//! Configuration, parsed whole into types at start.
//!
//! [`Document`] reads one TOML file and hands out [`Section`]s; each wrong value
//! becomes a [`Problem`] with file, line, what was found and what was expected,
//! and reading goes on, so that all mistakes are told at once.

mod document;
mod problem;
mod section;

pub use document::Document;
pub use problem::{Problem, Problems};
pub use section::{Found, Section};
