//! What the texts need to know about the deal and the engine doesn't keep.

use crate::domain::OpportunityId;

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
    /// The name of the rep who owns the deal, and so of whoever clicks and writes.
    pub rep: String,
    /// The customer's industry, if known.
    pub industry: Option<String>,
    /// The customer's region, if known.
    pub region: Option<String>,
}
