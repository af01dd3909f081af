//! What any cell has to measure up to, and how it is shown when it doesn't.

use super::LONGEST_CELL;

/// # Errors
/// What was expected instead.
pub(super) fn check(text: &str) -> Result<(), String> {
    if text.chars().count() > LONGEST_CELL {
        return Err(format!("at most {LONGEST_CELL} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("one line without control characters".to_owned());
    }
    Ok(())
}

/// For a message: in quotes, cut, and without anything that a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let mut start: String = text.chars().take(MOST).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    format!("{start:?}")
}

/// Cuts text that is longer than a cell may be, and still one too long to pass.
pub(super) fn cut(text: &str) -> String {
    text.trim().chars().take(LONGEST_CELL + 1).collect()
}
