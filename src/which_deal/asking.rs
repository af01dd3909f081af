//! The card that asks which deal is meant.

use std::sync::Arc;
use std::time::Duration;

use dingdan_webhooks::wecom::message::Body;

use super::{Heard, list_of, patience};
use crate::domain::{DealQuestionId, RunId, Timestamp};
use crate::engine::{CardPrompt, ChoicePrompt, Event, NONE_CHOSEN};
use crate::fresh_id::fresh_id;
use crate::journal::send_order;
use crate::outbox::card;
use crate::shared::Shared;
use crate::store::{ChatRow, DealQuestion, OpenDeal, Person, StoreError, Tx};

/// The card's one question.
pub(super) const DEAL: &str = "deal";
/// A drop-down has ten entries, and the first one chooses nothing.
pub(super) const MOST_OFFERED: usize = 9;
const OPTION_CHARACTERS: usize = 16;
/// Leaves room for the hint below it.
const QUOTE_CHARACTERS: usize = 60;

/// The chat's rep, else the owner of the newest deal; nobody when WeCom doesn't know them.
pub(super) async fn whom(
    tx: &mut Tx,
    chat: &ChatRow,
    newest: &OpenDeal,
) -> Result<Option<Person>, StoreError> {
    let rep = chat.rep_id.as_ref().unwrap_or(&newest.rep_id);
    let rep = tx.person(rep).await?;
    Ok(rep.filter(|rep| !rep.wecom_userid.is_empty()))
}

/// Puts the question.
pub(super) async fn ask(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    chat: &ChatRow,
    rep: &Person,
    deals: &[OpenDeal],
    heard: Heard<'_>,
) -> Result<DealQuestion, StoreError> {
    let now = shared.clock.now();
    let question = DealQuestion {
        id: DealQuestionId::try_from(fresh_id()).expect("a ULID is not empty"),
        chat_id: chat.id.clone(),
        contact_id: Some(chat.contact_id.clone()),
        person_id: rep.id.clone(),
        offered: list_of(deals.iter().map(|deal| &deal.id)),
        cards: 1,
        asked_at: now,
        due_at: now.plus(patience(shared, heard.events)),
        settled_at: None,
        went_to: None,
        chosen: None,
        remembered_until: now,
    };
    if !tx.put_deal_question(&question).await? {
        return Err(StoreError::Conflict);
    }
    send_card(shared, tx, &question, (chat, rep, deals), heard.events).await?;
    Ok(question)
}

/// Sends the question's newest card.
pub(super) async fn send_card(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    question: &DealQuestion,
    (chat, rep, deals): (&ChatRow, &Person, &[OpenDeal]),
    events: &[Event],
) -> Result<(), StoreError> {
    let number = u32::try_from(question.cards).unwrap_or(u32::MAX);
    let run = card_of(&question.id);
    let task_id = card::task_id(&run, number);
    let asked = CardPrompt {
        run,
        number,
        title: "这条消息属于哪个商机？".to_owned(),
        lines: lines(chat, events, question.due_at.since(question.asked_at)),
        questions: vec![ChoicePrompt {
            key: DEAL.to_owned(),
            title: "商机".to_owned(),
            several: false,
            options: options(deals),
        }],
        submit: "确定".to_owned(),
        may_be_false: false,
    };
    let body = Body::TemplateCard(Box::new(card::prompt(&asked, &task_id)));
    let order = send_order(shared, &rep.wecom_userid, body, Some(task_id.clone()));
    tx.order(&order.row(&format!("which:{task_id}"), shared.clock.now()))
        .await
}

/// Cards are named after runs; a question's are named after the question.
pub(super) fn card_of(question: &DealQuestionId) -> RunId {
    RunId::try_from(question.as_str().to_owned()).expect("a question's id is not empty")
}

fn lines(chat: &ChatRow, events: &[Event], patience: Duration) -> Vec<(String, String)> {
    let quote = events.iter().find_map(|event| match event {
        Event::SignalHeard { quote, .. } => Some(card::cut(quote, QUOTE_CHARACTERS)),
        _ => None,
    });
    let within = match patience.as_secs() {
        seconds if seconds % 60 == 0 => format!("{} 分钟", seconds / 60),
        seconds => format!("{seconds} 秒"),
    };
    [
        ("客户", chat.customer.clone()),
        ("原话", quote.unwrap_or_default()),
        (
            "说明",
            format!("{within}内未选择，记入最近新建的商机。都不是时请联系管理员新建商机。"),
        ),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// 请选择, then the deals by their place in the list. Namesakes are told apart by their day.
fn options(deals: &[OpenDeal]) -> Vec<(String, String)> {
    let shown = &deals[..deals.len().min(MOST_OFFERED)];
    let text = |deal: &OpenDeal| {
        let is_alone = shown.iter().filter(|other| other.name == deal.name).count() == 1;
        if is_alone {
            return card::cut(&deal.name, OPTION_CHARACTERS);
        }
        let day = day_of(deal.opened_at);
        let room = OPTION_CHARACTERS.saturating_sub(day.chars().count() + 1);
        format!("{} {day}", card::cut(&deal.name, room.max(2)))
    };
    let none = (NONE_CHOSEN.to_owned(), "请选择".to_owned());
    let places = shown.iter().enumerate();
    let deals = places.map(|(place, deal)| ((place + 1).to_string(), text(deal)));
    [none].into_iter().chain(deals).collect()
}

/// `11月23日`.
fn day_of(moment: Timestamp) -> String {
    let text = moment.for_people();
    text.split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deal(id: &str, name: &str, opened: &str) -> OpenDeal {
        OpenDeal {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            rep_id: "rep".parse().unwrap(),
            opened_at: Timestamp::parse_rfc3339(opened).unwrap(),
        }
    }

    #[test]
    fn namesakes_are_told_apart_and_a_long_list_is_cut() {
        let mut deals = vec![
            deal("a", "产线改造", "2026-11-23T09:30:00+08:00"),
            deal("b", "产线改造", "2026-10-01T09:30:00+08:00"),
            deal("c", &"长".repeat(30), "2026-09-01T09:30:00+08:00"),
        ];
        let texts = |deals: &[OpenDeal]| -> Vec<String> {
            options(deals).into_iter().map(|(_, text)| text).collect()
        };

        let shown = texts(&deals);
        assert_eq!(shown[0], "请选择");
        assert_eq!(shown[1], "产线改造 11月23日");
        assert_eq!(shown[2], "产线改造 10月1日");
        assert_eq!(shown[3].chars().count(), OPTION_CHARACTERS);

        deals.extend((0..20).map(|n| {
            let id = format!("more-{n}");
            deal(&id, &id, "2026-08-01T09:30:00+08:00")
        }));
        assert_eq!(options(&deals).len(), 10);
    }
}
