//! How large a condition may be: the reader of CEL goes down with each bracket, and a loop in a loop
//! takes the product of their lists, in every step of every deal.

use super::BadCondition;

/// In characters.
const LONGEST: usize = 1_000;
/// Brackets within brackets, `?` after `?`, `!` after `!`.
const DEEPEST: usize = 12;
/// `all`, `exists`, `exists_one`, `filter` and `map`.
const MOST_LOOPS: usize = 2;
const LOOPS: [&str; 5] = [".all(", ".exists(", ".exists_one(", ".filter(", ".map("];

/// Refuses what would take the reader or the machine too far, before it is read.
pub(super) fn check(text: &str) -> Result<(), BadCondition> {
    let length = text.chars().count();
    if length > LONGEST {
        return Err(BadCondition::new(
            format!("a condition of {length} characters"),
            format!("at most {LONGEST} characters"),
        ));
    }
    let (code, deepest) = outside_of_words(text);
    if deepest > DEEPEST {
        return Err(BadCondition::new(
            format!("a condition of {deepest} levels"),
            format!("at most {DEEPEST} brackets within each other"),
        ));
    }
    let loops: usize = LOOPS.iter().map(|name| code.matches(name).count()).sum();
    if loops > MOST_LOOPS {
        return Err(BadCondition::new(
            format!("a condition that goes through {loops} lists"),
            format!("at most {MOST_LOOPS} of all, exists, exists_one, filter and map"),
        ));
    }
    Ok(())
}

/// The condition without what is quoted in it and without white space, and how deep it goes.
fn outside_of_words(text: &str) -> (String, usize) {
    let (mut code, mut quoted, mut escaped) = (String::new(), None, false);
    let (mut depth, mut deepest, mut marks, mut denials) = (0_usize, 0, 0_usize, 0);
    for character in text.chars() {
        if let Some(quote) = quoted {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if character == quote => quoted = None,
                _ => {}
            }
            continue;
        }
        match character {
            '"' | '\'' => quoted = Some(character),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '?' => marks += 1,
            _ => {}
        }
        denials = match character {
            '!' | '-' => denials + 1,
            _ => 0,
        };
        deepest = deepest.max(depth).max(marks).max(denials);
        code.extend(Some(character).filter(|character| !character.is_whitespace()));
    }
    (code, deepest)
}
