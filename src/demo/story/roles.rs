//! Whose phones a story plays on.

use serde::Serialize;

use super::super::cast::{BUYERS, Buyer};
use crate::domain::{EmptyId, OpportunityId};
use crate::store::{Store, StoreError};

/// A customer, their rep, the rep's director, and the deal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::demo) struct Roles {
    /// `external_userid`.
    pub(super) customer: &'static str,
    /// WeCom userid.
    pub(super) rep: &'static str,
    /// DingTalk userid.
    pub(super) director: String,
    #[serde(skip)]
    pub(super) company: &'static str,
    #[serde(skip)]
    pub(super) deal: OpportunityId,
    #[serde(skip)]
    pub(super) names: Names,
}

/// How captions call them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) customer: &'static str,
    pub(super) rep: &'static str,
    pub(super) director: &'static str,
}

impl Roles {
    /// The first customer with whom nothing is under way or was lately: a process asks for the
    /// same thing only once in a while, so a story that was told needs someone new.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::demo) async fn free(store: &Store) -> Result<Option<Self>, StoreError> {
        for roles in BUYERS.iter().filter_map(|buyer| of(buyer).ok().flatten()) {
            if store.runs_of(&roles.deal).await?.is_empty() {
                return Ok(Some(roles));
            }
        }
        Ok(None)
    }
}

fn of(buyer: &'static Buyer) -> Result<Option<Roles>, EmptyId> {
    let rep = buyer.rep();
    let Some(director) = rep.supervisor() else {
        return Ok(None);
    };
    Ok(Some(Roles {
        customer: buyer.contact,
        rep: buyer.rep,
        director: director.dingtalk().userid,
        company: buyer.company,
        deal: buyer.deal_id().parse()?,
        names: Names {
            customer: buyer.contact_name,
            rep: rep.name,
            director: director.name,
        },
    }))
}
