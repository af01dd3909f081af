//! Lists as the API pages through them: filtered, in a fixed order, from a key on.
//!
//! Each list is ordered by a key that no two rows share, so that a page begins exactly where the
//! one before ended, whatever was added meanwhile. A filter that isn't set binds `null`, and its
//! condition is then true for every row.

use super::alerts::alerts_where;
use super::chats::messages_where;
use super::database::on_reader;
use super::directory::person_where;
use super::opportunities::{opportunities_where, runs_where};
use super::signals::signals_where;
use super::{
    AlertRow, OpportunityRow, Person, RunRow, SignalRow, Store, StoreError, StoredMessage,
};
use crate::domain::{AlertId, Timestamp};

/// From the first moment on, and before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first moment that counts.
    pub from: Timestamp,
    /// The first moment that doesn't.
    pub until: Timestamp,
}

/// Which chat lines.
#[derive(Debug, Clone)]
pub struct MessageFilter {
    /// When they were sent.
    pub sent: Period,
    /// Of one chat.
    pub chat: Option<String>,
    /// Of one sender, by the platform's id.
    pub sender: Option<String>,
}

/// Which signals.
#[derive(Debug, Clone)]
pub struct SignalFilter {
    /// When their messages were sent.
    pub at: Period,
    /// Of one label, by its code.
    pub label: Option<String>,
    /// Of one chat.
    pub chat: Option<String>,
    /// Of one rep.
    pub rep: Option<String>,
    /// Of one customer.
    pub customer: Option<String>,
    /// Of one region.
    pub region: Option<String>,
    /// Only heard by rules that are being tried, or only by others.
    pub shadow: Option<bool>,
    /// Only those that mean nothing any more, or only those that do.
    pub dismissed: Option<bool>,
}

/// Which deals.
#[derive(Debug, Clone, Default)]
pub struct OpportunityFilter {
    /// Of one customer.
    pub customer: Option<String>,
    /// Of one rep.
    pub rep: Option<String>,
    /// In one stage.
    pub stage: Option<String>,
    /// Of reps of one region.
    pub region: Option<String>,
}

/// Which runs.
#[derive(Debug, Clone)]
pub struct RunFilter {
    /// When they were opened.
    pub opened: Period,
    /// Of one deal.
    pub opportunity: Option<String>,
    /// Of one rep's deals.
    pub rep: Option<String>,
    /// Of one node.
    pub node: Option<String>,
    /// `open`, `paused`, `overdue`, `done`, `waived`, `not_applicable` or `ended`.
    pub status: Option<String>,
    /// `wanted` or `approved`.
    pub spot_check: Option<String>,
}

/// Which alerts.
#[derive(Debug, Clone)]
pub struct AlertFilter {
    /// When they were raised.
    pub raised: Period,
    /// About one deal.
    pub opportunity: Option<String>,
    /// For one person.
    pub person: Option<String>,
    /// `queued`, `sent`, `refused` or `unknown`.
    pub status: Option<String>,
}

/// One try to tell someone of an alert.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeliveryRow {
    /// The alert.
    pub alert_id: AlertId,
    /// By which way.
    pub channel: String,
    /// When.
    pub at: Timestamp,
    /// `sent`, `refused` or `unknown`.
    pub outcome: String,
    /// Why it was refused or is unknown.
    pub why: String,
}

impl Store {
    /// Chat lines after a key, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn messages_page(
        &self,
        filter: &MessageFilter,
        after: Option<&(Timestamp, i64, String)>,
        limit: i64,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        let (sent_at, position, id) = after
            .map_or((filter.sent.from, i64::MIN, ""), |(at, position, id)| {
                (*at, *position, id.as_str())
            });
        // Two texts, so that a chat's lines come from that chat's index. The bindings are the same.
        macro_rules! page {
            ($pool:expr, $chat:literal) => {
                sqlx::query_as(messages_where!(
                    $chat,
                    " and (sent_at, position, id) > ($2, $3, $4) \
                    and sent_at < $5 and (cast($6 as text) is null or sender = $6) \
                    order by sent_at, position, id limit $7"
                ))
                .bind(&filter.chat)
                .bind(sent_at)
                .bind(position)
                .bind(id)
                .bind(filter.sent.until)
                .bind(&filter.sender)
                .bind(limit)
                .fetch_all($pool)
                .await
            };
        }
        Ok(on_reader!(self, pool => match filter.chat {
            Some(_) => page!(pool, "chat_id = $1"),
            None => page!(pool, "cast($1 as text) is null"),
        })?)
    }

    /// Signals after a key, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_page(
        &self,
        filter: &SignalFilter,
        after: Option<&(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<SignalRow>, StoreError> {
        let (at, id) = from_key(filter.at, after);
        Ok(on_reader!(self, pool => sqlx::query_as(signals_where!(
            "(signal.at, signal.id) > ($1, $2) and signal.at < $3 \
             and (cast($4 as text) is null or signal.label = $4) \
             and (cast($5 as text) is null or signal.chat_id = $5) \
             and (cast($6 as text) is null or signal.rep_id = $6) \
             and (cast($7 as text) is null or signal.customer_id = $7) \
             and (cast($8 as text) is null or signal.region = $8) \
             and (cast($9 as boolean) is null or signal.shadow = $9) \
             and (cast($10 as boolean) is null or (signal.dismissed_at is not null) = $10) \
             order by signal.at, signal.id limit $11"
        ))
        .bind(at).bind(id).bind(filter.at.until)
        .bind(&filter.label).bind(&filter.chat).bind(&filter.rep).bind(&filter.customer).bind(&filter.region)
        .bind(filter.shadow).bind(filter.dismissed)
        .bind(limit).fetch_all(pool).await)?)
    }

    /// Deals after an id, in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunities_page(
        &self,
        filter: &OpportunityFilter,
        after: &str,
        limit: i64,
    ) -> Result<Vec<OpportunityRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(opportunities_where!(
            "opportunity.id > $1 \
             and (cast($2 as text) is null or opportunity.customer_id = $2) \
             and (cast($3 as text) is null or opportunity.rep_id = $3) \
             and (cast($4 as text) is null or opportunity.stage = $4) \
             and (cast($5 as text) is null or person.region = $5) \
             order by opportunity.id limit $6"
        ))
        .bind(after).bind(&filter.customer).bind(&filter.rep).bind(&filter.stage).bind(&filter.region)
        .bind(limit).fetch_all(pool).await)?,
        )
    }

    /// Runs after a key, in the order in which they were opened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_page(
        &self,
        filter: &RunFilter,
        after: Option<&(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<RunRow>, StoreError> {
        let (at, id) = from_key(filter.opened, after);
        Ok(on_reader!(self, pool => sqlx::query_as(runs_where!(
            "(opened_at, id) > ($1, $2) and opened_at < $3 \
             and (cast($4 as text) is null or opportunity_id = $4) \
             and (cast($5 as text) is null or opportunity_id in (select id from opportunity where rep_id = $5)) \
             and (cast($6 as text) is null or node = $6) \
             and (cast($7 as text) is null or status = $7) \
             and (cast($8 as text) is null or spot_check = $8) \
             order by opened_at, id limit $9"
        ))
        .bind(at).bind(id).bind(filter.opened.until)
        .bind(&filter.opportunity).bind(&filter.rep).bind(&filter.node).bind(&filter.status).bind(&filter.spot_check)
        .bind(limit).fetch_all(pool).await)?)
    }

    /// Alerts after a key, in the order in which they were raised.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alerts_page(
        &self,
        filter: &AlertFilter,
        after: Option<&(Timestamp, String)>,
        limit: i64,
    ) -> Result<Vec<AlertRow>, StoreError> {
        let (at, id) = from_key(filter.raised, after);
        Ok(on_reader!(self, pool => sqlx::query_as(alerts_where!(
            "(alert.raised_at, alert.id) > ($1, $2) and alert.raised_at < $3 \
             and (cast($4 as text) is null or alert.opportunity_id = $4) \
             and (cast($5 as text) is null or alert.person_id = $5) \
             and (cast($6 as text) is null or alert.status = $6) \
             order by alert.raised_at, alert.id limit $7"
        ))
        .bind(at).bind(id).bind(filter.raised.until)
        .bind(&filter.opportunity).bind(&filter.person).bind(&filter.status)
        .bind(limit).fetch_all(pool).await)?)
    }

    /// The tries to deliver the alerts between two of them, both included, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries_between(
        &self,
        first: &AlertRow,
        last: &AlertRow,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        const SQL: &str = "\
            select delivery.alert_id, delivery.channel, delivery.at, delivery.outcome, delivery.why \
            from alert join delivery on delivery.alert_id = alert.id \
            where (alert.raised_at, alert.id) >= ($1, $2) and (alert.raised_at, alert.id) <= ($3, $4) \
            order by delivery.at, delivery.id";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL)
            .bind(first.raised_at).bind(&first.id).bind(last.raised_at).bind(&last.id)
            .fetch_all(pool).await)?)
    }

    /// The runs that the alerts between two of them are about, both included.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_between(
        &self,
        first: &AlertRow,
        last: &AlertRow,
    ) -> Result<Vec<RunRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(runs_where!(
            "id in (select run_id from alert \
             where (raised_at, id) >= ($1, $2) and (raised_at, id) <= ($3, $4))"
        ))
        .bind(first.raised_at).bind(&first.id).bind(last.raised_at).bind(&last.id)
        .fetch_all(pool).await)?)
    }

    /// People after an id, in the order of their ids; of one role and region, if given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people_page(
        &self,
        role: Option<&str>,
        region: Option<&str>,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Person>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(person_where!(
            "id > $1 and (cast($2 as text) is null or role = $2) \
             and (cast($3 as text) is null or region = $3) order by id limit $4"
        ))
        .bind(after).bind(role).bind(region).bind(limit).fetch_all(pool).await)?)
    }
}

impl SignalRow {
    /// The customer's exact words.
    #[must_use]
    pub fn words(&self) -> &str {
        let place = |byte: i64| usize::try_from(byte).unwrap_or(usize::MAX);
        self.text
            .get(place(self.first_byte)..place(self.end_byte))
            .unwrap_or("")
    }
}

/// Where a list begins: after the key, or with the period.
fn from_key(period: Period, after: Option<&(Timestamp, String)>) -> (Timestamp, &str) {
    after.map_or((period.from, ""), |(at, id)| (*at, id.as_str()))
}
