//! 盯单 Dingdan: makes a sales process visible while it can still be changed.
//!
//! See `ARCHITECTURE.md` for the map. `domain`, `calendar`, `signals` and `engine` are pure;
//! everything else is the shell around them.

pub mod api;
pub mod app;
mod backoff;
pub mod board;
pub mod board_keeper;
pub mod calendar;
pub mod clock;
pub mod commands;
pub mod config;
mod corrections;
pub mod deadlines;
pub mod demo;
pub mod dialogue;
mod digests;
pub mod domain;
pub mod engine;
pub mod evidence;
pub mod exchange;
mod fresh_id;
pub mod housekeeping;
pub mod http;
pub mod inbox;
pub mod intake;
pub mod journal;
mod lanes;
pub mod loaded;
pub mod outbox;
mod percent_encoded;
pub mod platform;
mod product;
pub mod reload;
pub mod sandbox;
pub mod shared;
pub mod signals;
pub mod simulation;
mod stage_card;
mod standing_run;
pub mod store;
pub mod telemetry;
pub mod top_three;
pub mod web;
mod weekly;
pub mod which_deal;
mod who_is_it;
