//! People as the cells of other rows name them.

use super::names::Names;
use crate::domain::{PersonId, fold_user_id};
use crate::store::Person;

/// People, found by id, WeCom userid in any case, or name.
pub(super) struct People(Names);

impl People {
    pub(super) fn of<'a>(people: impl Iterator<Item = &'a Person>) -> Self {
        let mut names = Names::of("person");
        let people: Vec<&Person> = people.collect();
        for person in &people {
            names.add_name(person.name.as_str(), person.id.as_str());
            if !person.wecom_userid.is_empty() {
                names.add_key(fold_user_id(&person.wecom_userid), person.id.as_str());
            }
        }
        // Ids last: they win over a userid that reads the same.
        for person in &people {
            names.add_key(person.id.as_str(), person.id.as_str());
        }
        Self(names)
    }

    /// # Errors
    /// What was expected instead.
    pub(super) fn find(&self, text: &str) -> Result<PersonId, String> {
        let found = match self.0.find(text) {
            Ok(id) => Ok(id),
            Err(unknown) => self
                .0
                .find(&fold_user_id(text))
                .map_err(|_| unknown.expected),
        };
        found.map(|id| id.parse().expect("a known id is not empty"))
    }
}
