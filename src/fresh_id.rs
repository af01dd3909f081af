//! New ids, each later than all that this process gave before.

use std::sync::{Mutex, PoisonError};

use ulid::Generator;

static GENERATOR: Mutex<Generator> = Mutex::new(Generator::new());

/// A new id. In the order of their texts, ids stand in the order in which they were given: what one
/// step orders has one moment, and only its ids say what goes out first.
pub(crate) fn fresh_id() -> String {
    let mut generator = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    let id = match generator.generate() {
        Ok(id) => id,
        Err(overflow) => overflow.commit_overflow_increment(),
    };
    id.to_string()
}

#[cfg(test)]
mod tests {
    use super::fresh_id;

    #[test]
    fn ids_stand_in_the_order_in_which_they_were_given() {
        let given: Vec<String> = (0..1000).map(|_| fresh_id()).collect();

        assert!(given.is_sorted_by(|earlier, later| earlier < later));
    }
}
