//! The engine's behaviour: stories, mistakes of definitions, and what holds after any events.

pub(super) mod telling;

mod answers;
mod any_events;
mod conditional;
mod documented;
mod facts;
mod form;
mod gates;
mod golden_six;
mod json_schema;
mod lateness;
mod opening;
mod properties;
mod refusals;
mod schema;
