//! Numbers on their way to the database and back.

/// A length, a place or a span as the database keeps it; what is too large is the largest there is.
pub fn stored_number(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A place in a text, as it was stored. What was never one is the beginning.
#[must_use]
pub fn place_of(stored: i64) -> usize {
    usize::try_from(stored).unwrap_or_default()
}
