//! What directors were told.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{AlertId, OpportunityId, PersonId, RunId, Timestamp};

/// Whether a director was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum AlertStatus {
    /// Not yet.
    Queued,
    /// The platform took it.
    Sent,
    /// No way was left; the reason says why.
    Refused,
    /// It may have arrived or not.
    Unknown,
    /// It stopped being true while it waited, and nobody was told; the reason says why.
    Withdrawn,
}

/// An alert, before it is stored.
#[derive(Debug, Clone)]
pub struct NewAlert {
    /// Ours.
    pub id: AlertId,
    /// The deal.
    pub opportunity: OpportunityId,
    /// The run.
    pub run: RunId,
    /// `opened` or `late`.
    pub reason: String,
    /// Whom to tell; `None` when there is nobody.
    pub person: Option<PersonId>,
    /// The rep's region.
    pub region: String,
    /// What they are told, as JSON.
    pub body: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Queued, or refused when there is nobody to tell.
    pub status: AlertStatus,
    /// Why it is refused.
    pub why: String,
}

/// An alert as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AlertRow {
    /// Ours.
    pub id: AlertId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The run.
    pub run_id: RunId,
    /// `opened` or `late`.
    pub reason: String,
    /// Whom it was for.
    pub person_id: Option<PersonId>,
    /// Their name; empty when there is nobody.
    pub person: String,
    /// The rep's region.
    pub region: String,
    /// What they are told, as JSON.
    pub body: String,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Whether they were told.
    pub status: AlertStatus,
    /// By which way.
    pub channel: Option<String>,
    /// Since when it stands so.
    pub status_at: Timestamp,
    /// Why it was refused, is unknown or was withdrawn.
    pub why: String,
}

macro_rules! alerts_where {
    ($condition:literal) => {
        concat!(
            "select alert.id, alert.opportunity_id, alert.run_id, alert.reason, alert.person_id, \
             coalesce(person.name, '') as person, alert.region, alert.body, alert.raised_at, \
             alert.status, alert.channel, alert.status_at, alert.why \
             from alert left join person on person.id = alert.person_id where ",
            $condition
        )
    };
}
pub(super) use alerts_where;

impl Store {
    /// Alerts after a moment and id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alerts(
        &self,
        (from, after): (Timestamp, &str),
        limit: i64,
    ) -> Result<Vec<AlertRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(alerts_where!(
            "(alert.raised_at, alert.id) > ($1, $2) order by alert.raised_at, alert.id limit $3"
        ))
        .bind(from).bind(after).bind(limit).fetch_all(pool).await)?)
    }

    /// What people were told of a run, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alerts_of_run(
        &self,
        run: &RunId,
        limit: i64,
    ) -> Result<Vec<AlertRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(alerts_where!(
            "alert.run_id = $1 order by alert.raised_at, alert.id limit $2"
        ))
        .bind(run).bind(limit).fetch_all(pool).await)?)
    }

    /// The delivery ledger of an alert, oldest first: channel, when, outcome, why.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries_of(
        &self,
        alert: &AlertId,
    ) -> Result<Vec<(String, Timestamp, String, String)>, StoreError> {
        const SQL: &str =
            "select channel, at, outcome, why from delivery where alert_id = $1 order by at, id";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(alert).fetch_all(pool).await)?)
    }
}

impl Tx {
    /// Stores an alert.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn store_alert(&mut self, alert: &NewAlert) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into alert (id, opportunity_id, run_id, reason, person_id, region, body, raised_at, \
                               status, status_at, why) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10)";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&alert.id)
            .bind(&alert.opportunity)
            .bind(&alert.run)
            .bind(&alert.reason)
            .bind(&alert.person)
            .bind(&alert.region)
            .bind(&alert.body)
            .bind(alert.raised_at)
            .bind(alert.status)
            .bind(&alert.why)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// An alert says this by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rewrite_alert(&mut self, id: &AlertId, body: &str) -> Result<(), StoreError> {
        const SQL: &str = "update alert set body = $1 where id = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(body).bind(id).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Records whether a director was told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_alert_status(
        &mut self,
        id: &AlertId,
        status: AlertStatus,
        channel: Option<&str>,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update alert set status = $1, channel = coalesce($2, channel), why = $3, status_at = $4 where id = $5";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(status).bind(channel).bind(why).bind(now).bind(id)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
