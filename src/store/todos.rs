//! To-dos that supervisors were given in DingTalk.

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{OpportunityId, PersonId, Timestamp};

/// How a to-do stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum TodoStatus {
    /// Not in DingTalk yet.
    Ordered,
    /// In the supervisor's list.
    Open,
    /// Ticked off in DingTalk.
    Done,
    /// Not needed any more: closed by us.
    Closed,
    /// Thrown away in DingTalk.
    Removed,
    /// DingTalk didn't take it, or nobody stands above the rep.
    Refused,
}

impl TodoStatus {
    /// Whether somebody still has to do it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Ordered | Self::Open)
    }
}

/// A to-do.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TodoRow {
    /// Names it for ever.
    pub key: String,
    /// The deal.
    pub opportunity_id: OpportunityId,
    /// The rule that made it.
    pub rule: String,
    /// Who has to do it.
    pub person_id: Option<PersonId>,
    /// What to do.
    pub subject: String,
    /// DingTalk's id of it, once it is there.
    pub task_id: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when nobody has to do it any more.
    pub done_at: Option<Timestamp>,
    /// How it stands.
    pub status: TodoStatus,
    /// Why it was refused.
    pub why: String,
}

macro_rules! todos_where {
    ($condition:literal) => {
        concat!(
            "select key, opportunity_id, rule, person_id, subject, task_id, created_at, done_at, \
             status, why from todo where ",
            $condition
        )
    };
}

impl Store {
    /// A deal's to-dos, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn todos_of(&self, deal: &OpportunityId) -> Result<Vec<TodoRow>, StoreError> {
        Ok(on_reader!(self, pool => sqlx::query_as(todos_where!(
            "opportunity_id = $1 order by created_at, key"
        )).bind(deal).fetch_all(pool).await)?)
    }

    /// The to-do of that key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn todo(&self, key: &str) -> Result<Option<TodoRow>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(todos_where!("key = $1"))
            .bind(key).fetch_optional(pool).await)?,
        )
    }
}

impl Tx {
    /// Keeps a new to-do, once for its key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_todo(&mut self, todo: &TodoRow) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into todo (key, opportunity_id, rule, person_id, subject, created_at, status, why) \
            values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (key) do nothing";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&todo.key)
            .bind(&todo.opportunity_id)
            .bind(&todo.rule)
            .bind(&todo.person_id)
            .bind(&todo.subject)
            .bind(todo.created_at)
            .bind(todo.status)
            .bind(&todo.why)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// The to-do that an event of DingTalk is about: by our key, else by DingTalk's id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn todo_told_of(
        &mut self,
        key: &str,
        task_id: &str,
    ) -> Result<Option<TodoRow>, StoreError> {
        Ok(in_tx!(self, connection => sqlx::query_as(todos_where!(
            "key = $1 or ($1 = '' and $2 <> '' and task_id = $2)"
        )).bind(key).bind(task_id).fetch_optional(connection).await)?)
    }

    /// Records that a to-do stands differently. One that is over stays as it ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_todo_status(
        &mut self,
        key: &str,
        status: TodoStatus,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update todo set status = $1, why = $2, done_at = case when $3 = 1 then null else cast($4 as bigint) end \
            where key = $5 and status in ('ordered', 'open')";
        let open = i64::from(status.is_open());
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(status).bind(why).bind(open).bind(now).bind(key)
            .execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps DingTalk's id of a to-do.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_todo_task(&mut self, key: &str, task_id: &str) -> Result<(), StoreError> {
        const SQL: &str = "update todo set task_id = $1 where key = $2";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(task_id).bind(key).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps a person's unionId that the platform told, unless someone else has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_unionid(
        &mut self,
        person: &PersonId,
        unionid: &str,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            update person set dingtalk_unionid = $1 where id = $2 \
               and not exists (select 1 from person as other where other.dingtalk_unionid = $1)";
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(unionid).bind(person).execute(connection).await.map(|_| ()))?;
        Ok(())
    }
}
