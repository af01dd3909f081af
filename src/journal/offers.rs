//! What a rep is told outside of any step of a deal.

use std::sync::Arc;

use super::ordering::{send_order, spoken};
use crate::domain::PersonId;
use crate::fresh_id::fresh_id;
use crate::shared::Shared;
use crate::store::{ChatRow, Person, StoreError, Tx, key_mark};

/// Says something to a person in WeCom.
///
/// # Errors
/// When the database fails.
pub async fn tell(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    person: &Person,
    text: &str,
    key: &str,
) -> Result<(), StoreError> {
    let order = send_order(shared, &person.wecom_userid, spoken(text, key), None);
    tx.order(&order.row(&format!("{key}:told"), shared.clock.now()))
        .await
}

/// Says the question that has waited longest, unless one is said already: one at a time.
///
/// # Errors
/// When the database fails.
pub async fn say_next(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    person: &PersonId,
) -> Result<(), StoreError> {
    let now = shared.clock.now();
    let Some(next) = tx.next_asking(person, now).await? else {
        return Ok(());
    };
    let Some(person) = tx.person(person).await?.filter(|_| !next.words.is_empty()) else {
        return Ok(());
    };
    // The same question may have to be said again, after another was given the word.
    let key = format!("{}:{}", next.order_key, fresh_id());
    let body = spoken(&next.words, &key);
    let order = send_order(shared, &person.wecom_userid, body, None);
    tx.order(&order.row(&key, now)).await
}

/// Tells the rep of a chat that something was heard of a customer who has no open deal; one whom
/// nobody knows is asked for elsewhere (`who_is_it`). Once a
/// day and chat, since the customer will go on talking.
///
/// # Errors
/// When the database fails.
pub async fn offer_deal(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    chat: &ChatRow,
    cause: &str,
) -> Result<(), StoreError> {
    let Some(rep) = &chat.rep_id else {
        tracing::warn!(chat.id = %chat.id, row = %key_mark(cause), "a signal of a chat without rep and deal was kept; no node opens");
        return Ok(());
    };
    let Some(rep) = tx.person(rep).await? else {
        return Ok(());
    };
    let text = format!(
        "{}提出了新的异议或意向，但名下没有进行中的商机。请联系管理员新建商机，之后会自动发起对应节点。",
        chat.customer
    );
    let now = shared.clock.now();
    let order = send_order(shared, &rep.wecom_userid, spoken(&text, cause), None);
    tx.order(&order.row(&format!("offer:{}:{}", chat.id, now.day()), now))
        .await
}
