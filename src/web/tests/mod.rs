//! The pages as a browser meets them, and their templates with sample contexts.

mod access;
mod alerts;
mod browser;
mod chat;
mod contrast;
mod contrast_weui;
mod health;
mod languages;
mod live;
mod login;
mod look;
mod plain;
pub(in crate::web) mod samples;
mod site;
mod weight;
