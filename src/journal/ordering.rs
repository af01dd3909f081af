//! Turns what the engine wants into rows: orders, alerts, deadlines, open questions.

use std::sync::Arc;

use dingdan_webhooks::wecom::message::{Body, SendRequest, UpdateCardRequest};

use super::{Cause, Click, Deal, alerting, todos};
use crate::domain::{OutboxId, PersonId, RunId, Timestamp};
use crate::engine::{CardPrompt, Effect, Receipt};
use crate::fresh_id::fresh_id;
use crate::outbox::{DUPLICATE_CHECK, Order, card};
use crate::shared::Shared;
use crate::store::{AskedQuestion, CardRow, NewOrder, StoreError, Tx};

/// Carries out the effects of one step.
pub(super) struct Ordering<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) deal: &'a Deal,
    pub(super) cause: &'a Cause<'a>,
    pub(super) now: Timestamp,
}

impl Ordering<'_> {
    /// `key` names the effect for ever, so that it is ordered once.
    pub(super) async fn carry_out(
        &self,
        tx: &mut Tx,
        effect: &Effect,
        key: &str,
    ) -> Result<(), StoreError> {
        match effect {
            Effect::SendCard(prompt) => self.send_card(tx, prompt, key).await,
            Effect::Ask {
                run,
                question,
                text,
                page,
            } => self.ask(tx, run, question, text, *page, key).await,
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
        _page: bool,
        key: &str,
    ) -> Result<(), StoreError> {
        let asked = AskedQuestion {
            run_id: run.clone(),
            opportunity_id: self.deal.row.id.clone(),
            question: question.to_owned(),
        };
        tx.put_asking(self.rep(), &asked, self.now).await?;
        self.say(tx, text, key).await
    }

    async fn say(&self, tx: &mut Tx, text: &str, key: &str) -> Result<(), StoreError> {
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

/// A text with a short mark of its order at its end: WeCom drops identical texts, and the same
/// question may have to be asked twice.
pub(super) fn spoken(text: &str, key: &str) -> Body {
    let mark: u32 = key.bytes().fold(2_166_136_261, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    let mark = mark % 10_000;
    let room = dingdan_webhooks::wecom::message::truncate_bytes(text, 2_030);
    Body::Text {
        content: format!("{room}（{mark:04}）"),
    }
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
