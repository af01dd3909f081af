//! The simulated platforms and the phones.

pub mod phones;
