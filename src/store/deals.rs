//! Deals with all that a step needs to know of them, in as few statements as that takes: on SQLite a
//! statement costs as much as what the engine does between two of them.

use super::database::in_tx;
use super::directory::read_fields;
use super::{Customer, DueDeal, Fields, Opportunity, Person, StoreError, Tx};
use crate::domain::{OpportunityId, PersonId, Role, Timestamp};

/// A deal, taken to be changed.
#[derive(Debug, Clone)]
pub struct TakenDeal {
    /// The deal.
    pub opportunity: Opportunity,
    /// The rep who owns it.
    pub rep: Person,
    /// The customer.
    pub customer: Customer,
    /// Further columns of the customer's import.
    pub fields: Fields,
    /// The position and hash of its newest journal entry.
    pub journal_head: Option<(i64, String)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    opportunity: Opportunity,
    rep_name: String,
    rep_role: Role,
    rep_region: String,
    rep_supervisor: Option<PersonId>,
    rep_wecom: String,
    rep_dingtalk: Option<String>,
    rep_unionid: Option<String>,
    rep_mobile: Option<String>,
    customer_name: String,
    customer_industry: String,
    customer_region: String,
    customer_fields: String,
    journal_end: String,
    journal_position: Option<i64>,
}

const TAKEN: &str = "\
    select opportunity.id, opportunity.customer_id, opportunity.rep_id, opportunity.name, \
    opportunity.stage, opportunity.opened_at, opportunity.version, opportunity.state, \
    opportunity.journal_end, \
    (select max(position) from journal where opportunity_id = opportunity.id) as journal_position, \
    rep.name as rep_name, rep.role as rep_role, rep.region as rep_region, \
    rep.supervisor_id as rep_supervisor, rep.wecom_userid as rep_wecom, \
    rep.dingtalk_userid as rep_dingtalk, rep.dingtalk_unionid as rep_unionid, \
    rep.mobile as rep_mobile, customer.name as customer_name, \
    customer.industry as customer_industry, customer.region as customer_region, \
    customer.fields as customer_fields \
    from opportunity join person as rep on rep.id = opportunity.rep_id \
    join customer on customer.id = opportunity.customer_id where opportunity.id = $1";

/// How a deal stands since.
#[derive(Debug, Clone, Copy)]
pub struct SavedDeal<'a> {
    /// Which deal,
    pub id: &'a OpportunityId,
    /// as it was read.
    pub version: i64,
    /// Its state, as JSON.
    pub state: &'a str,
    /// Its stage.
    pub stage: &'a str,
    /// When it was closed, if that stage is an end.
    pub closed_at: Option<Timestamp>,
    /// The hash that its journal ends with; empty when nothing was added to it.
    pub journal_end: &'a str,
}

impl Tx {
    /// The deal and what belongs to it, taken to be changed: on Postgres the deal's row is locked
    /// until the commit. It is locked before anything is read: a statement that waits for a lock goes
    /// on with the newest deal, but with the rep, the customer and the journal of the time before.
    ///
    /// # Errors
    /// When the database fails, or the customer's fields can't be read.
    pub async fn take_deal(&mut self, id: &OpportunityId) -> Result<Option<TakenDeal>, StoreError> {
        const LOCK: &str = "select id from opportunity where id = $1 for update";
        if let Self::Postgres(tx) = self {
            sqlx::query(LOCK).bind(id).execute(&mut **tx).await?;
        }
        let row: Option<Row> = in_tx!(self, connection => sqlx::query_as(TAKEN)
            .bind(id).fetch_optional(connection).await)?;
        row.map(Row::taken).transpose()
    }

    /// Takes these deals, and answers which of them have to be looked at by now; asked again with
    /// them taken, so that of two who saw one only one ticks it. Whoever takes several takes them
    /// in the order of their ids: else two would wait for each other.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_due(
        &mut self,
        deals: &[DueDeal],
        now: Timestamp,
    ) -> Result<Vec<DueDeal>, StoreError> {
        const TAKE: &str = "select id from opportunity where id = any($1) order by id for update";
        const POSTGRES: &str = "\
            select opportunity_id, due_at, tries from moment \
            where opportunity_id = any($1) and due_at <= $2 order by due_at, opportunity_id";
        const SQLITE: &str = "\
            select opportunity_id, due_at, tries from moment \
            where opportunity_id in (select value from json_each($1)) and due_at <= $2 \
            order by due_at, opportunity_id";
        let ids: Vec<&str> = deals
            .iter()
            .map(|deal| deal.opportunity_id.as_str())
            .collect();
        Ok(match self {
            Self::Sqlite(tx, _) => {
                let ids = serde_json::to_string(&ids).expect("texts are always valid JSON");
                let query = sqlx::query_as(SQLITE).bind(ids).bind(now);
                query.fetch_all(&mut **tx).await
            }
            Self::Postgres(tx) => {
                sqlx::query(TAKE).bind(&ids).execute(&mut **tx).await?;
                let query = sqlx::query_as(POSTGRES).bind(&ids).bind(now);
                query.fetch_all(&mut **tx).await
            }
        }?)
    }

    /// Saves a deal. One that stays closed keeps the moment it was closed at.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when someone else changed the deal since its version was read.
    pub async fn save_deal(&mut self, deal: &SavedDeal<'_>) -> Result<(), StoreError> {
        const SQL: &str = "\
            update opportunity set state = $1, stage = $2, version = version + 1, \
                   journal_end = case when $6 = '' then journal_end else $6 end, \
                   closed_at = case when $3 = 0 then null else coalesce(closed_at, $3) end \
            where id = $4 and version = $5";
        let saved = in_tx!(self, connection => sqlx::query(SQL)
            .bind(deal.state).bind(deal.stage).bind(deal.closed_at.unwrap_or_default())
            .bind(deal.id).bind(deal.version).bind(deal.journal_end)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        if saved == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }
}

impl Row {
    fn taken(self) -> Result<TakenDeal, StoreError> {
        let fields = read_fields(&self.customer_fields)?;
        let journal_end = self.journal_end;
        Ok(TakenDeal {
            rep: Person {
                id: self.opportunity.rep_id.clone(),
                name: self.rep_name,
                role: self.rep_role,
                region: self.rep_region,
                supervisor_id: self.rep_supervisor,
                wecom_userid: self.rep_wecom,
                dingtalk_userid: self.rep_dingtalk,
                dingtalk_unionid: self.rep_unionid,
                mobile: self.rep_mobile,
            },
            customer: Customer {
                id: self.opportunity.customer_id.clone(),
                name: self.customer_name,
                industry: self.customer_industry,
                region: self.customer_region,
            },
            fields,
            journal_head: self
                .journal_position
                .map(|position| (position, journal_end)),
            opportunity: self.opportunity,
        })
    }
}
