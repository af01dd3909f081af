//! The pages as a browser meets them, and their templates with sample contexts.

mod access;
mod chat;
mod login;
mod plain;
pub(in crate::web) mod samples;
mod site;
