//! The engine's behaviour: stories, mistakes of definitions, and what holds after any events.

mod answers;
mod form;
mod golden_six;
mod lateness;
mod opening;
mod properties;
mod refusals;
mod telling;
