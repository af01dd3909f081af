//! The pages as a browser meets them, and their templates with sample contexts.

mod plain;
pub(in crate::web) mod samples;
