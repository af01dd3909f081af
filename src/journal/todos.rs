//! To-dos for supervisors: kept here, and ordered to be in DingTalk.

use dingdan_webhooks::dingtalk::link::page_link;

use super::ordering::Ordering;
use crate::engine::Todo;
use crate::outbox::Order;
use crate::store::{StoreError, TodoRow, TodoStatus, Tx};

/// Gives the first of the rep's supervisors something to do.
pub(super) async fn create(
    ordering: &Ordering<'_>,
    tx: &mut Tx,
    todo: &Todo,
    key: &str,
) -> Result<(), StoreError> {
    let supervisor = ordering.deal.supervisors_at(1).first();
    let is_known = supervisor.is_some();
    let row = TodoRow {
        key: todo.key.clone(),
        opportunity_id: ordering.deal.row.id.clone(),
        rule: todo.rule.clone(),
        person_id: supervisor.map(|person| person.id.clone()),
        subject: todo.subject.clone(),
        task_id: None,
        created_at: ordering.now,
        done_at: None,
        status: if is_known {
            TodoStatus::Ordered
        } else {
            TodoStatus::Refused
        },
        why: if is_known {
            String::new()
        } else {
            "no supervisor, no director of the region and no administrator is known".to_owned()
        },
    };
    tx.put_todo(&row).await?;
    let Some(person) = row.person_id else {
        tracing::error!(
            todo.key,
            "a to-do has nobody to go to: no supervisor, no director of the region, no administrator"
        );
        return Ok(());
    };
    let base = &ordering.shared.settings.server.public_url;
    let order = Order::DingtalkTodoV1 {
        todo: todo.key.clone(),
        person,
        subject: todo.subject.clone(),
        description: todo.description.clone(),
        url: page_link(&format!("{base}/alerts?via=dingtalk"), true),
    };
    tx.order(&order.row(key, ordering.now)).await
}

/// It is not needed any more. One that is over already is left alone.
pub(super) async fn close(
    ordering: &Ordering<'_>,
    tx: &mut Tx,
    todo: &str,
    key: &str,
) -> Result<(), StoreError> {
    let known = tx.todo_told_of(todo, "").await?;
    if !known.is_some_and(|todo| todo.status.is_open()) {
        return Ok(());
    }
    tx.set_todo_status(todo, TodoStatus::Closed, "", ordering.now)
        .await?;
    let order = Order::DingtalkTodoDoneV1 {
        todo: todo.to_owned(),
    };
    tx.order(&order.row(key, ordering.now)).await
}
