//! The engine's behaviour: stories, mistakes of definitions, and what holds after any events.

mod answers;
mod any_events;
mod documented;
mod form;
mod gates;
mod golden_six;
mod json_schema;
mod lateness;
mod opening;
mod properties;
mod refusals;
mod schema;
pub(super) mod telling;
