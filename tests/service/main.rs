//! Black box: the real service on one side, the sandbox as the platforms on the other.
//!
//! Runs on SQLite and without Redis, unless `DINGDAN_TEST_POSTGRES` and `DINGDAN_TEST_REDIS` name
//! servers (as `make test` does for its second round). Time stands still and is moved by hand.

#![allow(clippy::unwrap_used, reason = "a test that unwraps nothing has failed")]
#![allow(unreachable_pub, reason = "nobody is outside of a test binary")]

mod access;
mod alerts;
mod app;
mod board;
mod callbacks;
mod cards;
mod child;
mod commands;
mod crash;
mod deadlines;
mod demo;
mod digests;
mod exchange;
mod housekeeping;
mod messages;
mod replicas;
mod sightings;
mod simulate;
mod story;
mod todos;
mod which_deal;
