//! 盯单 Dingdan: makes a sales process visible while it can still be changed.
//!
//! See `ARCHITECTURE.md` for the map. `domain`, `signals` and `engine` are pure;
//! everything else is the shell around them.

pub mod clock;
pub mod config;
pub mod domain;
pub mod signals;
