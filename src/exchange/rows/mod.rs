//! One file a kind: what its rows mean and when they are wrong.

pub(super) mod accounts;
pub(super) mod contacts;
pub(super) mod customers;
mod moment;
mod names;
mod opening;
pub(super) mod opportunities;
mod people;
pub(super) mod purchases;
pub(super) mod reps;

use opening::open_deal;
