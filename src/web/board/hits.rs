//! The newest words, one card a message. Pure.

use std::collections::HashMap;

use crate::domain::{ChatId, Label, MessageId};
use crate::store::{HitPlace, HitRow};
use crate::web::marking::{self, Segment, Words};
use crate::web::moments::{self, Now};
use crate::web::next_path::query_of;
use crate::web::query::path_of;

/// Signals asked of the store for the board; a message has one or a few.
pub(super) const SIGNALS: i64 = 60;

/// A message with its signals.
pub(super) struct HitCard {
    pub(super) href: String,
    pub(super) at: String,
    pub(super) contact: String,
    pub(super) customer: String,
    pub(super) rep: String,
    pub(super) region: String,
    pub(super) words: Vec<Segment>,
    pub(super) labels: Vec<Label>,
    pub(super) product: String,
    pub(super) on_trial: bool,
    /// Whether the customer took it back.
    pub(super) is_recalled: bool,
}

impl HitCard {
    pub(super) fn tone(&self, label: &Label) -> &'static str {
        marking::tone(label)
    }
}

/// Of a list that ends at `limit` signals, the messages that are whole, and where the rest begins. A
/// message with more signals than that is shown with those, once.
pub(super) fn whole_messages(mut rows: Vec<HitRow>, limit: i64) -> (Vec<HitRow>, Option<HitPlace>) {
    let is_cut = i64::try_from(rows.len()).is_ok_and(|rows| rows >= limit);
    let Some(last) = rows
        .last()
        .filter(|_| is_cut)
        .map(|row| row.message_id.clone())
    else {
        return (rows, None);
    };
    if rows.iter().any(|row| row.message_id != last) {
        rows.retain(|row| row.message_id != last);
    }
    let place = rows
        .last()
        .map(|row| (row.at, row.message_id.as_str().to_owned()));
    (rows, place)
}

/// Gathers signals by message, in the order in which the messages come first; beside the cards, the
/// chats whose words they show.
pub(super) fn cards(rows: Vec<HitRow>, now: Now) -> (Vec<HitCard>, Vec<ChatId>) {
    let mut places: HashMap<MessageId, usize> = HashMap::new();
    let mut messages: Vec<Vec<HitRow>> = Vec::new();
    for row in rows {
        let place = *places
            .entry(row.message_id.clone())
            .or_insert(messages.len());
        match messages.get_mut(place) {
            Some(message) => message.push(row),
            None => messages.push(vec![row]),
        }
    }
    let chats = messages.iter().flatten().map(|row| row.chat_id.clone());
    let chats = chats.collect();
    let cards = messages.iter().filter_map(|rows| card(rows, now));
    (cards.collect(), chats)
}

fn card(rows: &[HitRow], now: Now) -> Option<HitCard> {
    let row = rows.first()?;
    let words: Vec<Words> = rows
        .iter()
        .map(|row| Words {
            first: row.first_byte,
            end: row.end_byte,
            label: row.label,
            is_tried: false,
        })
        .collect();
    let mut labels: Vec<Label> = rows.iter().map(|row| row.label).collect();
    labels.sort_unstable();
    labels.dedup();
    Some(HitCard {
        href: chat_link(row.chat_id.as_str(), row.message_id.as_str()),
        at: moments::told(row.at, now),
        contact: row.contact.clone(),
        customer: row.customer.clone(),
        rep: row.rep.clone(),
        region: row.region.clone(),
        words: marking::excerpt(marking::mark(&row.text, &words)),
        labels,
        product: row.product.clone(),
        on_trial: row.shadow,
        is_recalled: row.recalled_at.is_some(),
    })
}

/// The chat, opened at a message.
fn chat_link(chat: &str, message: &str) -> String {
    format!(
        "{}?{}",
        path_of(&["chats", chat]),
        query_of(&[("message", message)])
    )
}
