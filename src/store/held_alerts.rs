//! Alerts that wait to be told, what people want of alerts, and how often they were interrupted.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{AlertId, Day, OpportunityId, PersonId, RunId, Timestamp};

/// Why an alert waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum HeldFor {
    /// Others may come within the minute.
    Gather,
    /// The person's quiet hours.
    Quiet,
    /// They were interrupted often enough today.
    Limit,
}

/// An alert that waits, before it is stored.
#[derive(Debug, Clone)]
pub struct NewHeldAlert {
    /// Which.
    pub alert: AlertId,
    /// Whom it is for.
    pub person: PersonId,
    /// Whether neither quiet hours nor a limit hold it.
    pub at_once: bool,
    /// Whether something is late.
    pub red: bool,
    /// Since when it is late, or when it was raised.
    pub since: Timestamp,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it is told.
    pub due_at: Timestamp,
    /// Why it waits.
    pub why: HeldFor,
}

/// An alert that waits, with what it says.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldAlert {
    /// Which.
    pub alert_id: AlertId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The run, or `rule:` and the rule's key.
    pub run_id: RunId,
    /// Why it was raised.
    pub reason: String,
    /// When.
    pub raised_at: Timestamp,
    /// Whether neither quiet hours nor a limit hold it.
    pub at_once: bool,
    /// The rep's region.
    pub region: String,
    /// What is told, as JSON.
    pub body: String,
    /// Whether something is late.
    pub red: bool,
    /// Why it waits.
    pub why: HeldFor,
}

/// What a person wants of alerts; `None` is as the configuration has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonSetting {
    /// The most interruptions a day.
    pub most_a_day: Option<i64>,
    /// Such as `20:00-08:00`, or `none`.
    pub quiet_hours: Option<String>,
}

const SETTING_OF: &str = "select most_a_day, quiet_hours from person_setting where person_id = $1";

impl Store {
    /// What the person wants of alerts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_setting(&self, person: &PersonId) -> Result<PersonSetting, StoreError> {
        let found: Option<PersonSetting> = on_reader!(self, pool => sqlx::query_as(SETTING_OF)
            .bind(person).fetch_optional(pool).await)?;
        Ok(found.unwrap_or_default())
    }

    /// People with alerts that are to be told by now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people_to_tell(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<PersonId>, StoreError> {
        const SQL: &str = "\
            select person_id from held_alert where due_at <= $1 \
            group by person_id order by min(due_at), person_id limit $2";
        let rows: Vec<(PersonId,)> = on_reader!(self, pool => sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(pool).await)?;
        Ok(rows.into_iter().map(|(person,)| person).collect())
    }
}

impl Tx {
    /// What the person wants of alerts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_setting(&mut self, person: &PersonId) -> Result<PersonSetting, StoreError> {
        let found: Option<PersonSetting> = in_tx!(self, connection => sqlx::query_as(SETTING_OF)
            .bind(person).fetch_optional(connection).await)?;
        Ok(found.unwrap_or_default())
    }

    /// Keeps what the person wants of alerts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_person_setting(
        &mut self,
        person: &PersonId,
        setting: &PersonSetting,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into person_setting (person_id, most_a_day, quiet_hours) values ($1, $2, $3) \
            on conflict (person_id) do update set most_a_day = excluded.most_a_day, \
                                                  quiet_hours = excluded.quiet_hours";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(person).bind(setting.most_a_day).bind(&setting.quiet_hours)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Lets an alert wait.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_alert(&mut self, held: &NewHeldAlert) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into held_alert (alert_id, person_id, red, since, raised_at, due_at, why, at_once) \
            values ($1, $2, $3, $4, $5, $6, $7, $8)";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&held.alert)
            .bind(&held.person)
            .bind(held.red)
            .bind(held.since)
            .bind(held.raised_at)
            .bind(held.due_at)
            .bind(held.why)
            .bind(held.at_once)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// The person's alerts that are due, the latest things first, and with them those that only
    /// wait for others. Nobody else can take the person's alerts until the end of this transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn alerts_to_tell(
        &mut self,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<Vec<HeldAlert>, StoreError> {
        const LOCK: &str = "select pg_advisory_xact_lock(hashtextextended($1, 0))";
        const SQL: &str = "\
            select held.alert_id, alert.opportunity_id, alert.run_id, alert.reason, alert.raised_at, \
                   held.at_once, alert.region, alert.body, held.red, held.why \
            from held_alert as held join alert on alert.id = held.alert_id \
            where held.person_id = $1 and (held.due_at <= $2 or held.why = 'gather') \
              and exists (select 1 from held_alert as due where due.person_id = $1 and due.due_at <= $2) \
            order by held.red desc, held.since, held.raised_at, held.alert_id";
        if let Self::Postgres(tx) = self {
            let name = format!("digest:{person}");
            sqlx::query(LOCK).bind(name).execute(&mut **tx).await?;
        }
        Ok(in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(person).bind(now).fetch_all(connection).await)?)
    }

    /// An alert waits no longer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_alert(&mut self, alert: &AlertId) -> Result<(), StoreError> {
        const SQL: &str = "delete from held_alert where alert_id = $1";
        in_tx!(self, connection => sqlx::query(SQL).bind(alert).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// An alert waits for longer, since the person was interrupted often enough.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off_alert(
        &mut self,
        alert: &AlertId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "update held_alert set due_at = $1, why = 'limit' where alert_id = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(until).bind(alert).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// When those are told at the latest who stand below the person and haven't heard of the same
    /// thing yet; `None` when they have. What only their limit holds back is told them now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_below_first(
        &mut self,
        person: &PersonId,
        alert: &HeldAlert,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        const EARLIER: &str = "\
            select held.alert_id, held.due_at, held.why \
            from held_alert as held join alert on alert.id = held.alert_id \
            where alert.opportunity_id = $1 and alert.run_id = $2 and held.raised_at < $3 \
              and held.person_id <> $4 order by held.alert_id";
        const NOW: &str = "update held_alert set due_at = $1 where alert_id = $2";
        let earlier: Vec<(AlertId, Timestamp, HeldFor)> = in_tx!(self, connection => sqlx::query_as(EARLIER)
            .bind(&alert.opportunity_id).bind(&alert.run_id).bind(alert.raised_at).bind(person)
            .fetch_all(connection).await)?;
        let mut last = None;
        for (id, due_at, why) in earlier {
            let due_at = match why {
                HeldFor::Limit if due_at > now => {
                    in_tx!(self, connection => sqlx::query(NOW)
                        .bind(now).bind(&id).execute(connection).await.map(|_| ()))?;
                    now
                }
                _ => due_at,
            };
            last = last.max(Some(due_at));
        }
        Ok(last)
    }

    /// An alert waits for somebody else to be told first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn let_alert_wait(
        &mut self,
        alert: &AlertId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "update held_alert set due_at = $1 where alert_id = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(until).bind(alert).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// How often the person was interrupted on a day, and when last on any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn interruptions(
        &mut self,
        person: &PersonId,
        day: Day,
    ) -> Result<(i64, Option<Timestamp>), StoreError> {
        const SQL: &str = "\
            select coalesce(max(case when day = $2 then times else 0 end), 0), max(last_at) \
            from interruption where person_id = $1";
        Ok(in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(person).bind(day.0).fetch_one(connection).await)?)
    }

    /// Counts an interruption.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn interrupt(&mut self, person: &PersonId, now: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into interruption (person_id, day, times, last_at) values ($1, $2, 1, $3) \
            on conflict (person_id, day) do update \
               set times = interruption.times + 1, last_at = excluded.last_at";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(person).bind(now.day().0).bind(now)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
