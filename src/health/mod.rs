//! How much of what had to be done was done, where that changed, and how long things take. Pure: counts
//! and spans in, figures out.
//!
//! [`Tally`] holds the one definition of 合规率 that pages, workbooks and the API share. [`Band`] puts
//! reps into three by it and [`by_band`] sets what they won beside it; [`taken_apart`] says which part of a change
//! comes from whom, so that the parts add up to it; [`since_when`] says from which week on; [`Spread`]
//! is how long something took the others.

mod attribution;
mod band;
mod dwell;
mod since;
mod tally;
#[cfg(test)]
mod tests;

pub use attribution::{Apart, Part, Points, taken_apart};
pub use band::{Band, BandFigures, Closed, LEAST_CLOSED, LEAST_DUE, Unbanded, by_band};
pub use dwell::{LEAST_STAYS, Spread};
pub use since::since_when;
pub use tally::Tally;
