//! Deals: their state, their journal, their runs, deadlines, cards and open questions.

use super::database::{in_tx, on_reader, on_writer};
use super::{Store, StoreError, Tx};
use crate::domain::{CustomerId, OpportunityId, PersonId, RunId, Timestamp};

/// A deal, taken to be changed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Opportunity {
    /// Ours.
    pub id: OpportunityId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The rep who owns it.
    pub rep_id: PersonId,
    /// What people call it.
    pub name: String,
    /// The stage's key.
    pub stage: String,
    /// Guards `state`.
    pub version: i64,
    /// The engine's state as JSON.
    pub state: String,
}

/// A deal, before it is stored.
#[derive(Debug, Clone)]
pub struct NewOpportunity {
    /// Ours.
    pub id: OpportunityId,
    /// The customer.
    pub customer: CustomerId,
    /// The rep who owns it.
    pub rep: PersonId,
    /// What people call it.
    pub name: String,
    /// The stage's key.
    pub stage: String,
    /// When it was opened.
    pub opened_at: Timestamp,
}

/// A deal as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpportunityRow {
    /// Ours.
    pub id: OpportunityId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name.
    pub customer: String,
    /// The rep who owns it.
    pub rep_id: PersonId,
    /// The rep's name.
    pub rep: String,
    /// The rep's region.
    pub region: String,
    /// What people call it.
    pub name: String,
    /// The stage's key.
    pub stage: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was won, lost or given up.
    pub closed_at: Option<Timestamp>,
}

/// One accepted event, ready to be written.
#[derive(Debug, Clone)]
pub struct JournalEntry {
    /// Counts the deal's entries from 1.
    pub position: i64,
    /// When it was accepted.
    pub at: Timestamp,
    /// The event as JSON.
    pub event: String,
    /// What it led to, as JSON.
    pub effects: String,
    /// Which message, click or tick led to it.
    pub cause: String,
    /// The process definition's version.
    pub process: String,
    /// The hash of the entry before, or of nothing.
    pub previous_hash: String,
    /// SHA-256 over everything above.
    pub hash: String,
}

/// A run as lists show it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RunRow {
    /// Ours.
    pub id: RunId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The node's key.
    pub node: String,
    /// The node's name.
    pub title: String,
    /// `open`, `overdue`, `done` or `ended`.
    pub status: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it is or was late.
    pub due_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
    /// Whether its deadline passed before it was done.
    pub late: bool,
    /// Question → answer, as JSON.
    pub answers: String,
}

/// A deal that has to be looked at.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueDeadline {
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// Its earliest moment that has come.
    pub due_at: Timestamp,
    /// How often that was pushed back already.
    pub tries: i64,
}

/// A run whose moment has come.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DueRun {
    /// The run.
    pub run_id: RunId,
    /// Its node's key, if the run is known.
    pub node: Option<String>,
    /// How often its moment was pushed back already.
    pub tries: i64,
}

/// A question whose answer is a rep's next text.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AskedQuestion {
    /// The run.
    pub run_id: RunId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The question's key.
    pub question: String,
}

/// A card that was sent.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CardRow {
    /// WeCom's name for it, made by us.
    pub task_id: String,
    /// The run.
    pub run_id: RunId,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// Whom it was sent to.
    pub person_id: PersonId,
}

/// What changes a card that was sent, once.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ResponseCode {
    /// The card.
    pub task_id: String,
    /// The platform's code for it.
    pub code: String,
}

macro_rules! opportunities_where {
    ($condition:literal) => {
        concat!(
            "select opportunity.id, opportunity.customer_id, customer.name as customer, \
             opportunity.rep_id, person.name as rep, person.region, opportunity.name, \
             opportunity.stage, opportunity.opened_at, opportunity.closed_at from opportunity \
             join customer on customer.id = opportunity.customer_id \
             join person on person.id = opportunity.rep_id where ",
            $condition
        )
    };
}
pub(super) use opportunities_where;

macro_rules! runs_where {
    ($condition:literal) => {
        concat!(
            "select id, opportunity_id, node, title, status, opened_at, due_at, done_at, late, answers \
             from run where ",
            $condition
        )
    };
}
pub(super) use runs_where;

impl Store {
    /// The deal as lists show it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunity(
        &self,
        id: &OpportunityId,
    ) -> Result<Option<OpportunityRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(opportunities_where!("opportunity.id = $1"))
            .bind(id).fetch_optional(pool).await)?,
        )
    }

    /// Deals after `after` in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunities(
        &self,
        after: &str,
        limit: i64,
    ) -> Result<Vec<OpportunityRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(opportunities_where!(
            "opportunity.id > $1 order by opportunity.id limit $2"
        ))
        .bind(after).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The engine's state of a deal as JSON, and its version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunity_state(
        &self,
        id: &OpportunityId,
    ) -> Result<Option<(i64, String)>, StoreError> {
        const SQL: &str = "select version, state from opportunity where id = $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)?)
    }

    /// The deal's journal in order: position, event, hash before, hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal(&self, id: &OpportunityId) -> Result<Vec<JournalEntry>, StoreError> {
        const SQL: &str = "\
            select position, at, event, effects, cause, process, previous_hash, hash from journal \
            where opportunity_id = $1 order by position";
        type Row = (
            i64,
            Timestamp,
            String,
            String,
            String,
            String,
            String,
            String,
        );
        let rows: Vec<Row> =
            on_reader!(self, pool => sqlx::query_as(SQL).bind(id).fetch_all(pool).await)?;
        let entry =
            |(position, at, event, effects, cause, process, previous_hash, hash)| JournalEntry {
                position,
                at,
                event,
                effects,
                cause,
                process,
                previous_hash,
                hash,
            };
        Ok(rows.into_iter().map(entry).collect())
    }

    /// Runs after a moment and id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs(
        &self,
        (from, after): (Timestamp, &str),
        limit: i64,
    ) -> Result<Vec<RunRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(runs_where!(
            "(opened_at, id) > ($1, $2) order by opened_at, id limit $3"
        ))
        .bind(from).bind(after).bind(limit).fetch_all(pool).await)?)
    }

    /// The runs of a deal, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs_of(&self, opportunity: &OpportunityId) -> Result<Vec<RunRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(runs_where!(
            "opportunity_id = $1 order by opened_at desc, id desc"
        ))
        .bind(opportunity).fetch_all(pool).await)?)
    }

    /// Runs whose deadline lies in a period: how many, and how many of them are done; by rep.
    /// One whose deal ended before that deadline had nothing to keep.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn compliance(
        &self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(PersonId, String, String, i64, i64, i64)>, StoreError> {
        const SQL: &str = "\
            select person.id, person.name, person.region, count(*), \
                   cast(sum(case when run.status = 'done' then 1 else 0 end) as bigint), \
                   cast(sum(case when run.status = 'done' and not run.late then 1 else 0 end) as bigint) \
            from run join opportunity on opportunity.id = run.opportunity_id \
            join person on person.id = opportunity.rep_id \
            where run.due_at >= $1 and run.due_at < $2 and (run.status <> 'ended' or run.late) \
            group by person.id, person.name, person.region order by person.id";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(from).bind(until).fetch_all(pool).await)?,
        )
    }

    /// The earliest moment at which some deal has to be looked at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn nearest_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "select min(due_at) from deadline";
        let (due,) = on_reader!(self, pool => sqlx::query_as(SQL).fetch_one(pool).await)?;
        Ok(due)
    }

    /// Deals whose moment has come, earliest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_deadlines(
        &self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueDeadline>, StoreError> {
        const SQL: &str = "\
            select opportunity_id, min(due_at) as due_at, max(tries) as tries from deadline where due_at <= $1 \
            group by opportunity_id order by 2 limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(pool).await)?,
        )
    }
}

impl Tx {
    /// The deal, taken to be changed: on Postgres its row is locked until the commit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opportunity(
        &mut self,
        id: &OpportunityId,
    ) -> Result<Option<Opportunity>, StoreError> {
        const SQLITE: &str = "select id, customer_id, rep_id, name, stage, version, state from opportunity where id = $1";
        const POSTGRES: &str = "select id, customer_id, rep_id, name, stage, version, state from opportunity where id = $1 for update";
        Ok(match self {
            Self::Sqlite(tx, _) => {
                sqlx::query_as(SQLITE)
                    .bind(id)
                    .fetch_optional(&mut **tx)
                    .await
            }
            Self::Postgres(tx) => {
                sqlx::query_as(POSTGRES)
                    .bind(id)
                    .fetch_optional(&mut **tx)
                    .await
            }
        }?)
    }

    /// The customer's open deals, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_opportunities(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Vec<OpportunityId>, StoreError> {
        const SQL: &str = "select id from opportunity where customer_id = $1 and closed_at is null order by opened_at desc, id desc";
        let rows: Vec<(OpportunityId,)> = in_tx!(self, connection => sqlx::query_as(SQL).bind(customer).fetch_all(connection).await)?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Stores a new deal. `false` when its id is taken.
    ///
    /// # Errors
    /// When the database fails, or customer or rep are unknown.
    pub async fn create_opportunity(&mut self, deal: &NewOpportunity) -> Result<bool, StoreError> {
        const SQL: &str = "\
            insert into opportunity (id, customer_id, rep_id, name, stage, first_stage, opened_at) \
            values ($1, $2, $3, $4, $5, $5, $6) on conflict (id) do nothing";
        let made = in_tx!(self, connection => sqlx::query(SQL)
            .bind(&deal.id)
            .bind(&deal.customer)
            .bind(&deal.rep)
            .bind(&deal.name)
            .bind(&deal.stage)
            .bind(deal.opened_at)
            .execute(connection)
            .await
            .map(|done| done.rows_affected()))?;
        Ok(made == 1)
    }

    /// Saves a deal's new state and stage. A deal that stays closed keeps the moment it was closed at.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when someone else changed the deal since `version` was read.
    pub async fn save_opportunity(
        &mut self,
        id: &OpportunityId,
        version: i64,
        state: &str,
        stage: &str,
        closed_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update opportunity set state = $1, stage = $2, version = version + 1, \
                   closed_at = case when $3 = 0 then null else coalesce(closed_at, $3) end \
            where id = $4 and version = $5";
        let saved = in_tx!(self, connection => sqlx::query(SQL)
            .bind(state).bind(stage).bind(closed_at.unwrap_or_default()).bind(id).bind(version)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        if saved == 1 {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    /// The newest journal entry's position and hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn journal_head(
        &mut self,
        id: &OpportunityId,
    ) -> Result<Option<(i64, String)>, StoreError> {
        const SQL: &str = "select position, hash from journal where opportunity_id = $1 order by position desc limit 1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(id).fetch_optional(connection).await)?,
        )
    }

    /// Appends to the deal's journal.
    ///
    /// # Errors
    /// When the database fails, or the position is taken.
    pub async fn append_journal(
        &mut self,
        id: &OpportunityId,
        entry: &JournalEntry,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into journal (opportunity_id, position, at, event, effects, cause, process, \
                                 previous_hash, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(id)
            .bind(entry.position)
            .bind(entry.at)
            .bind(&entry.event)
            .bind(&entry.effects)
            .bind(&entry.cause)
            .bind(&entry.process)
            .bind(&entry.previous_hash)
            .bind(&entry.hash)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Stores a run as lists show it, or brings it up to date.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_run(&mut self, run: &RunRow) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into run (id, opportunity_id, node, title, status, opened_at, due_at, done_at, late, answers) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
            on conflict (id) do update set status = excluded.status, due_at = excluded.due_at, \
                done_at = excluded.done_at, late = excluded.late, answers = excluded.answers";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&run.id)
            .bind(&run.opportunity_id)
            .bind(&run.node)
            .bind(&run.title)
            .bind(&run.status)
            .bind(run.opened_at)
            .bind(run.due_at)
            .bind(run.done_at)
            .bind(run.late)
            .bind(&run.answers)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Sets one of a run's moments.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_deadline(
        &mut self,
        run: &RunId,
        name: &str,
        opportunity: &OpportunityId,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into deadline (run_id, name, opportunity_id, due_at) values ($1, $2, $3, $4) \
            on conflict (run_id, name) do update set due_at = excluded.due_at, tries = 0";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(run).bind(name).bind(opportunity).bind(due).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets a run's moments.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_deadlines(&mut self, run: &RunId) -> Result<(), StoreError> {
        const SQL: &str = "delete from deadline where run_id = $1";
        in_tx!(self, connection => sqlx::query(SQL).bind(run).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The deal's runs whose moment has come. The deal has to be taken before, so that it stays so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_runs(
        &mut self,
        opportunity: &OpportunityId,
        now: Timestamp,
    ) -> Result<Vec<DueRun>, StoreError> {
        const SQL: &str = "\
            select deadline.run_id, run.node, max(deadline.tries) as tries \
            from deadline left join run on run.id = deadline.run_id \
            where deadline.opportunity_id = $1 and deadline.due_at <= $2 \
            group by deadline.run_id, run.node order by deadline.run_id";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(opportunity).bind(now).fetch_all(connection).await)?,
        )
    }

    /// Forgets a run's moments that have come; what still matters is set again by the step.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_due_deadlines(
        &mut self,
        run: &RunId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "delete from deadline where run_id = $1 and due_at <= $2";
        in_tx!(self, connection => sqlx::query(SQL).bind(run).bind(now).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps a run's moments that have come for later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn push_back_deadlines(
        &mut self,
        run: &RunId,
        now: Timestamp,
        due: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update deadline set due_at = $1, tries = tries + 1 where run_id = $2 and due_at <= $3";
        in_tx!(self, connection => sqlx::query(SQL).bind(due).bind(run).bind(now).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Remembers that the person's next text answers this question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_asking(
        &mut self,
        person: &PersonId,
        asked: &AskedQuestion,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into asking (run_id, person_id, opportunity_id, question, asked_at) values ($1, $2, $3, $4, $5) \
            on conflict (run_id) do update set person_id = excluded.person_id, \
                question = excluded.question, asked_at = excluded.asked_at";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&asked.run_id).bind(person).bind(&asked.opportunity_id).bind(&asked.question).bind(now)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The run asks nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_asking(&mut self, run: &RunId) -> Result<(), StoreError> {
        const SQL: &str = "delete from asking where run_id = $1";
        in_tx!(self, connection => sqlx::query(SQL).bind(run).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The question that was put to the person last and is still open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_last(
        &mut self,
        person: &PersonId,
    ) -> Result<Option<AskedQuestion>, StoreError> {
        const SQL: &str = "\
            select run_id, opportunity_id, question from asking where person_id = $1 \
            order by asked_at desc, run_id desc limit 1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(person).fetch_optional(connection).await)?,
        )
    }

    /// Remembers a card that will be sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_card(&mut self, card: &CardRow, now: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into card (task_id, run_id, opportunity_id, person_id, created_at) \
            values ($1, $2, $3, $4, $5) on conflict (task_id) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&card.task_id).bind(&card.run_id).bind(&card.opportunity_id).bind(&card.person_id).bind(now)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The card of that task id, if we sent it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn card(&mut self, task_id: &str) -> Result<Option<CardRow>, StoreError> {
        const SQL: &str =
            "select task_id, run_id, opportunity_id, person_id from card where task_id = $1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(task_id).fetch_optional(connection).await)?,
        )
    }
}

impl Store {
    /// Keeps the code that sending a card gave.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_response_code(
        &self,
        task_id: &str,
        code: &str,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str =
            "update card set response_code = $1, response_until = $2 where task_id = $3";
        on_writer!(self, pool => sqlx::query(SQL).bind(code).bind(until).bind(task_id).execute(pool).await.map(|_| ()))?;
        Ok(())
    }

    /// The code that can still change the newest card of the run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn response_code(
        &self,
        run: &RunId,
        now: Timestamp,
    ) -> Result<Option<ResponseCode>, StoreError> {
        const SQL: &str = "\
            select task_id, response_code as code from card \
            where run_id = $1 and response_code is not null and response_until > $2 \
            order by created_at desc, task_id desc limit 1";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(run).bind(now).fetch_optional(pool).await)?,
        )
    }
}

impl Tx {
    /// Forgets a code that was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_response_code(&mut self, used: &ResponseCode) -> Result<(), StoreError> {
        const SQL: &str =
            "update card set response_code = null where task_id = $1 and response_code = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&used.task_id).bind(&used.code).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
