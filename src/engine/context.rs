//! What the texts need to know about the deal and the engine doesn't keep.

use std::collections::BTreeMap;

use crate::domain::{OpportunityId, PersonId};

/// Facts for texts, as they are when the event is worked on. They decide nothing, with one
/// exception: a run's id is made from the opportunity's.
#[derive(Clone)]
pub struct Context {
    /// The deal.
    pub opportunity: OpportunityId,
    /// What people call it.
    pub opportunity_name: String,
    /// The customer's name.
    pub customer: String,
    /// The name of the rep who owns the deal.
    pub rep: String,
    /// The customer's industry, if known.
    pub industry: Option<String>,
    /// The customer's region, if known.
    pub region: Option<String>,
    /// Names of people who acted on the deal before it came to this rep. Whoever is not in here
    /// is taken to be the rep, since nobody else is asked.
    pub people: BTreeMap<PersonId, String>,
}

impl Context {
    /// What to call that person.
    pub(super) fn name_of(&self, person: &PersonId) -> &str {
        self.people.get(person).unwrap_or(&self.rep)
    }
}
