//! The rules of `config/processes/golden-six.toml` that belong to no node, with time moved by hand.

mod asked_first;
mod dwell;
mod hints;
mod linkage;
mod neglect;
mod working_hours;
