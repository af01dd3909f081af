//! Black box: the real service on one side, the sandbox as the platforms on the other.
//!
//! Runs on SQLite and without Redis, unless `DINGDAN_TEST_POSTGRES` and `DINGDAN_TEST_REDIS` name
//! servers (as `make test` does for its second round). Time stands still and is moved by hand.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]
#![expect(unreachable_pub, reason = "nobody is outside of a test binary")]

mod access;
mod alerts;
mod app;
mod archive;
mod asked;
mod board;
mod board_links;
mod board_numbers;
mod bot;
#[path = "../support/browser.rs"]
mod browser;
mod bursts;
mod by_hand;
mod callbacks;
mod cards;
mod chain;
mod child;
mod commands;
mod corrections;
mod crash;
mod crash_of_alerts;
mod customers;
mod deadlines;
mod deal_page;
mod definitions;
mod demo;
mod dialogue;
mod digests;
mod exchange;
mod few_connections;
mod files;
mod gates;
mod golden_six;
mod handovers;
mod housekeeping;
mod jssdk;
mod me;
mod messages;
mod new_deals;
mod on_page;
mod papers;
#[path = "../../src/board/tests/server.rs"]
#[expect(dead_code, reason = "the board's own tests use more of it")]
mod redis_server;
mod refolding;
mod reminders;
mod rep_page;
mod replicas;
mod rules;
mod side_by_side;
mod sightings;
mod signals;
mod signals_of_chats;
mod simulate;
mod stage_card;
mod story;
mod supervising;
mod taps;
mod todos;
mod weekly;
mod which_deal;
mod who_is_it;
