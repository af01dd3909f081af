//! Turns what the engine wants into rows: orders, alerts, deadlines, open questions.

use std::sync::Arc;

use dingdan_webhooks::wecom::message::{Body, SendRequest, UpdateCardRequest, truncate_bytes};
use reqwest::Url;
use sha2::{Digest as _, Sha256};

use super::offers::say_next;
use super::{Cause, Click, Deal, alerting, reminding, todos};
use crate::domain::{OutboxId, PersonId, RunId, Timestamp};
use crate::engine::{CardPrompt, Effect, Receipt};
use crate::fresh_id::fresh_id;
use crate::outbox::{DUPLICATE_CHECK, Order, TEXT_BYTES, card};
use crate::shared::Shared;
use crate::store::{AskedQuestion, CardRow, NewOrder, StoreError, Tx};

const MARK_SYMBOLS: usize = 8;
/// With its two brackets.
const MARK_BYTES: usize = MARK_SYMBOLS + 6;
/// What a text may be long in bytes besides its mark.
const ROOM: usize = TEXT_BYTES - MARK_BYTES;

/// Carries out the effects of one step.
pub(super) struct Ordering<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) deal: &'a Deal,
    pub(super) cause: &'a Cause<'a>,
    pub(super) now: Timestamp,
    /// The run whose page the rep reads, if they do: what is about it is not said in the chat.
    pub(super) on_page: Option<&'a RunId>,
    /// Whether only time has passed: what the rep is told is a reminder, which can wait for working
    /// time.
    pub(super) is_reminding: bool,
}

impl Ordering<'_> {
    /// The effects of the journal's entry at that position.
    pub(super) async fn carry_out_all(
        &self,
        tx: &mut Tx,
        effects: &[Effect],
        position: i64,
    ) -> Result<(), StoreError> {
        for (index, effect) in effects.iter().enumerate() {
            let key = format!("{}:{position}:{index}", self.deal.row.id);
            self.carry_out(tx, effect, &key).await?;
        }
        Ok(())
    }

    /// `key` names the effect for ever, so that it is ordered once.
    async fn carry_out(&self, tx: &mut Tx, effect: &Effect, key: &str) -> Result<(), StoreError> {
        match effect {
            // The first card of a run is what later ones replace.
            Effect::SendCard(prompt) if prompt.number > 1 && self.is_on_page(&prompt.run) => Ok(()),
            Effect::SendCard(prompt) => self.send_card(tx, prompt, key).await,
            // The card in the chat asks on: no other one came in its place.
            Effect::ReplaceCard { run, .. } if self.is_on_page(run) => Ok(()),
            // What comes in the chat next answers nothing that was asked there: another run has
            // the word.
            Effect::Ask { run, .. } if self.is_on_page(run) => match tx.clear_asking(run).await? {
                Some(person) => say_next(self.shared, tx, &person).await,
                None => Ok(()),
            },
            Effect::TellRep { run: Some(run), .. } if self.is_on_page(run) => Ok(()),
            Effect::Ask {
                run,
                question,
                text,
                page,
            } => self.ask(tx, run, question, text, *page, key).await,
            Effect::TellRep { run, text } if self.is_reminding => {
                reminding::remind(self, tx, (run.as_ref(), text), key).await
            }
            Effect::TellRep { text, .. } => self.say(tx, text, key).await,
            Effect::ReplaceCard { run, receipt } => self.replace_card(tx, run, receipt, key).await,
            Effect::RaiseAlert(text) => alerting::raise(self, tx, text).await,
            // The one who asked for the stage reads why not; nobody else is told.
            Effect::RefuseStage { .. } => Ok(()),
            Effect::CreateTodo(todo) => todos::create(self, tx, todo, key).await,
            Effect::CloseTodo { todo } => todos::close(self, tx, todo, key).await,
        }
    }

    async fn send_card(
        &self,
        tx: &mut Tx,
        prompt: &CardPrompt,
        key: &str,
    ) -> Result<(), StoreError> {
        let task_id = card::task_id(&prompt.run, prompt.number);
        let row = CardRow {
            task_id: task_id.clone(),
            run_id: prompt.run.clone(),
            opportunity_id: self.deal.row.id.clone(),
            person_id: self.rep().clone(),
        };
        tx.put_card(&row, self.now).await?;
        let body = Body::TemplateCard(Box::new(card::prompt(prompt, &task_id)));
        self.send(tx, body, Some(task_id), key).await
    }

    async fn ask(
        &self,
        tx: &mut Tx,
        run: &RunId,
        question: &str,
        text: &str,
        needs_page: bool,
        key: &str,
    ) -> Result<(), StoreError> {
        let asked = AskedQuestion {
            run_id: run.clone(),
            opportunity_id: self.deal.row.id.clone(),
            question: question.to_owned(),
            said_at: self.now,
        };
        let text = if needs_page {
            &with_page(text, &self.shared.settings.server.public_url, run)
        } else {
            text
        };
        let said = tx
            .put_asking(self.rep(), &asked, (text, key), self.now)
            .await?;
        if said {
            self.say(tx, text, key).await?;
        }
        Ok(())
    }

    fn is_on_page(&self, run: &RunId) -> bool {
        self.on_page == Some(run)
    }

    pub(super) async fn say(&self, tx: &mut Tx, text: &str, key: &str) -> Result<(), StoreError> {
        self.send(tx, spoken(text, key), None, key).await
    }

    async fn send(
        &self,
        tx: &mut Tx,
        body: Body,
        task_id: Option<String>,
        key: &str,
    ) -> Result<(), StoreError> {
        let order = send_order(self.shared, &self.deal.rep.wecom_userid, body, task_id);
        tx.order(&order.row(key, self.now)).await
    }

    /// The clicked card by the click's code; without a click, the run's last card by the code that
    /// sending it gave.
    async fn replace_card(
        &self,
        tx: &mut Tx,
        run: &RunId,
        receipt: &Receipt,
        key: &str,
    ) -> Result<(), StoreError> {
        let click = self.cause.click.as_ref();
        let order = update_order(
            self.shared,
            &self.deal.rep.wecom_userid,
            click,
            run,
            receipt,
        );
        tx.order(&order.row(key, self.now)).await
    }

    fn rep(&self) -> &PersonId {
        &self.deal.rep.id
    }
}

/// An order to turn a rep's card into its receipt, by the click's code if there is one.
pub(crate) fn update_order(
    shared: &Shared,
    user_id: &str,
    click: Option<&Click>,
    run: &RunId,
    receipt: &Receipt,
) -> Order {
    let wecom = &shared.settings.wecom;
    // A card stays with the app that sent it, even when another one speaks to the reps by now.
    let own = click.and_then(|click| wecom.app(&click.app));
    let app = own.unwrap_or_else(|| wecom.main_app());
    let request = UpdateCardRequest {
        userids: vec![click.map_or_else(|| user_id.to_owned(), |click| click.user_id.clone())],
        agentid: app.agent_id,
        response_code: click
            .map(|click| click.response_code.clone())
            .unwrap_or_default(),
        template_card: Some(card::receipt(receipt)),
        ..UpdateCardRequest::default()
    };
    Order::WecomUpdateCardV1 {
        app: app.name.clone(),
        to: user_id.to_owned(),
        run: run.clone(),
        request: serde_json::to_value(request).expect("a card is always valid JSON"),
    }
}

/// An order to send something to a rep.
pub(crate) fn send_order(
    shared: &Shared,
    user_id: &str,
    body: Body,
    task_id: Option<String>,
) -> Order {
    let app = shared.settings.wecom.main_app();
    let request = SendRequest {
        touser: user_id.to_owned(),
        agentid: app.agent_id,
        body,
        enable_duplicate_check: true,
        duplicate_check_interval: u32::try_from(DUPLICATE_CHECK.as_secs()).ok(),
    };
    Order::WecomSendV1 {
        app: app.name.clone(),
        to: user_id.to_owned(),
        request: serde_json::to_value(request).expect("a message is always valid JSON"),
        task_id,
    }
}

/// A text that ends with the link to the run's page, which counts as part of it.
fn with_page(text: &str, public_url: &str, run: &RunId) -> String {
    let link = format!("\n<a href=\"{}\">打开填写页</a>", page(public_url, run));
    let room = ROOM.saturating_sub(link.len());
    format!("{}{link}", truncate_bytes(text, room))
}

/// The address of a run's page. Ids may hold anything.
fn page(public_url: &str, run: &RunId) -> String {
    let mut address = Url::parse("https://here.invalid/").expect("a constant address");
    if let Ok(mut path) = address.path_segments_mut() {
        path.clear().extend(["m", "runs", run.as_str()]);
    }
    format!("{public_url}{}", address.path())
}

/// A text with a short mark of its order at its end: WeCom drops identical texts, and the same
/// question may have to be asked twice.
pub(super) fn spoken(text: &str, key: &str) -> Body {
    let room = truncate_bytes(text, ROOM);
    Body::Text {
        content: format!("{room}（{}）", mark(key)),
    }
}

/// 40 bits of the key's hash, without letters that look like digits: no two texts of one rep within
/// WeCom's duplicate check have the same.
fn mark(key: &str) -> String {
    const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    Sha256::digest(key.as_bytes())
        .iter()
        .take(MARK_SYMBOLS)
        .map(|byte| char::from(SYMBOLS[usize::from(byte % 32)]))
        .collect()
}

impl Order {
    pub(crate) fn row(&self, key: &str, now: Timestamp) -> NewOrder {
        NewOrder {
            id: OutboxId::try_from(fresh_id()).expect("a ULID is not empty"),
            key: key.to_owned(),
            destination: self.destination(),
            lane: self.lane(key),
            payload: serde_json::to_string(self).expect("an order is always valid JSON"),
            created_at: now,
            due_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_text_of_two_orders_is_never_the_same_to_wecom() {
        let content = |number: u32| match spoken("在吗", &format!("message-{number}:reply")) {
            Body::Text { content } => content,
            _ => panic!("a text"),
        };

        let contents: HashSet<String> = (0..20_000).map(content).collect();

        assert_eq!(contents.len(), 20_000);
    }

    #[test]
    fn a_long_text_has_room_for_its_mark() {
        let Body::Text { content } = spoken(&"长".repeat(1_000), "key") else {
            panic!("a text")
        };
        assert!(content.len() <= TEXT_BYTES, "{}", content.len());
        assert!(content.ends_with(&format!("（{}）", mark("key"))));
    }

    #[test]
    fn the_link_to_the_page_is_whole_however_long_the_text_is() {
        let run = "deal 1/云-3".parse().expect("an id");
        let link = "<a href=\"https://d.example.com/m/runs/deal%201%2F%E4%BA%91-3\">打开填写页</a>";

        let text = with_page("请上传清单。", "https://d.example.com", &run);
        assert_eq!(text, format!("请上传清单。\n{link}"));

        let Body::Text { content } = spoken(
            &with_page(&"长".repeat(900), "https://d.example.com", &run),
            "k",
        ) else {
            panic!("a text")
        };
        assert!(content.len() <= 2_048, "{}", content.len());
        assert!(content.contains(link), "{content}");
    }
}
