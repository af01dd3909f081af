//! What is known about the deal that the engine doesn't keep.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::{CustomerId, OpportunityId};

/// Facts for texts and conditions, as they are when the event is worked on. They are recorded in
/// the journal beside the event, so that a replay decides as the first time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The deal.
    pub opportunity: OpportunityId,
    /// What people call it.
    pub opportunity_name: String,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name.
    pub customer: String,
    /// The name of the rep who owns the deal, and so of whoever clicks and writes.
    pub rep: String,
    /// The customer's industry, if known.
    pub industry: Option<String>,
    /// The rep's region, if known.
    pub region: Option<String>,
    /// The customer's region, if known.
    pub customer_region: Option<String>,
    /// Further columns of the customer's import, by name.
    pub fields: BTreeMap<String, String>,
    /// How many supervisors stand above the rep.
    pub levels: u8,
}

impl Context {
    /// A deal like any other, for trials.
    pub(super) fn sample() -> Self {
        Self {
            opportunity: "sample".parse().expect("not empty"),
            opportunity_name: "示例商机".to_owned(),
            customer_id: "sample".parse().expect("not empty"),
            customer: "示例客户".to_owned(),
            rep: "示例销售".to_owned(),
            industry: Some("示例行业".to_owned()),
            region: Some("示例区域".to_owned()),
            customer_region: Some("示例区域".to_owned()),
            fields: BTreeMap::new(),
            levels: 1,
        }
    }
}
