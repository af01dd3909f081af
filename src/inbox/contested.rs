//! A rep says by a node's card that the customer's words meant no such thing.

use dingdan_webhooks::wecom::callback::CardClick;

use super::worker::{WorkError, Worker};
use crate::corrections::{self, Line, Origin, Outcome, Saying};
use crate::domain::{CorrectionKind, MessageId};
use crate::engine::{Heard, Receipt, Run};
use crate::journal::{self, Click, update_order};
use crate::outbox::card::FALSE_ALARM;
use crate::store::{CardRow, Person, Tx};

const HELD: &str = "已记为误报，不再计入看板。";
const WAITS: &str =
    "已记为误报，等主管确认。确认之前这一步仍然要做，免不免由主管决定；要接着填，请回复「继续」。";
const NOTHING: &str = "这句话里已经没有这个信号，不用再标误报。要接着填，请回复「继续」。";
const QUOTE_CHARACTERS: usize = 30;

/// A click, by whom, and the inbox row's key.
pub(super) struct Contest<'a> {
    pub(super) person: &'a Person,
    pub(super) card: &'a CardRow,
    pub(super) click: &'a Click,
    pub(super) cause: &'a str,
}

/// Whether the click says that it was a false alarm.
pub(super) fn is_contest(click: &CardClick) -> bool {
    let chosen = |(_, options): &(String, Vec<String>)| options.iter().any(|id| id == FALSE_ALARM);
    click.event_key == FALSE_ALARM || click.selected.iter().any(chosen)
}

impl Worker {
    /// Records it for the signals that opened the run, turns the card into what came of it, and tells
    /// the rep who decides about the step. Answers the messages whose signals have to be counted anew;
    /// `None` when no customer's words led to the run.
    pub(super) async fn contest(
        &self,
        tx: &mut Tx,
        contest: &Contest<'_>,
    ) -> Result<Option<Vec<MessageId>>, WorkError> {
        let card = contest.card;
        let run = (&card.opportunity_id, &card.run_id);
        let run = journal::run_of_rep(tx, run, &contest.person.id).await?;
        let Some(run) = run else {
            return Ok(None);
        };
        let heard = opened_by(&run);
        let Some(first) = heard.first() else {
            return Ok(None);
        };
        let mut said = None;
        for one in &heard {
            let outcome = self.say_false(tx, one, contest.person).await?;
            said = said.or(match outcome {
                Outcome::Holds | Outcome::Waits => Some(outcome),
                Outcome::Senseless(_) | Outcome::Unknown => None,
            });
        }
        let (button, text) = match said {
            Some(Outcome::Holds) => ("已记为误报", HELD),
            Some(_) => ("待主管确认", WAITS),
            None => ("没有这个信号", NOTHING),
        };
        let words = first.words.chars().take(QUOTE_CHARACTERS).collect();
        let receipt = Receipt {
            title: "这是误报".to_owned(),
            lines: vec![
                ("客户原话".to_owned(), words),
                ("更正人".to_owned(), contest.person.name.clone()),
            ],
            button: button.to_owned(),
        };
        let user_id = &contest.person.wecom_userid;
        let order = update_order(
            &self.shared,
            user_id,
            Some(contest.click),
            &card.run_id,
            &receipt,
        );
        let key = format!("contest:{}", contest.cause);
        tx.order(&order.row(&key, self.shared.clock.now())).await?;
        journal::tell(&self.shared, tx, contest.person, text, contest.cause).await?;
        Ok(Some(heard.iter().map(|one| one.message.clone()).collect()))
    }

    async fn say_false(
        &self,
        tx: &mut Tx,
        heard: &Heard,
        by: &Person,
    ) -> Result<Outcome, WorkError> {
        let message = tx.message(&heard.message).await?;
        let chat = tx.chat(&heard.chat).await?;
        let (Some(message), Some(chat)) = (message, chat) else {
            return Ok(Outcome::Unknown);
        };
        let line = Line {
            message: &message,
            chat: &chat,
        };
        let saying = Saying {
            kind: CorrectionKind::FalseAlarm,
            labels: &[heard.label],
            words: "",
        };
        let by = (by, Origin::Card);
        Ok(corrections::say_in(&self.shared, tx, line, &saying, by).await?)
    }
}

/// The signals that opened the run: one sentence with two opens it once.
fn opened_by(run: &Run) -> Vec<Heard> {
    let Some(first) = run.cause.heard() else {
        return Vec::new();
    };
    let others = run
        .noted
        .iter()
        .filter(|noted| noted.message == first.message && noted.label != first.label);
    std::iter::once(first).chain(others).cloned().collect()
}
