//! Does the steps, and waits for what the service makes of each.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::super::stage::Stage;
use super::super::time::GATHERED_WITHIN;
use super::script::{Act, STEPS, Step, Until};
use super::{Roles, State};
use crate::domain::Timestamp;
use crate::sandbox::{Channel, Endpoint, Entry, Outcome, Record, TimeMove};
use crate::store::{AlertRow, AlertStatus};

/// What the service needs milliseconds for; above this something is broken.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often, and how many times, the ledger is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
const LOOKS: usize = 100;

/// By how much the rep is late.
const LATE_BY: Duration = Duration::from_secs(10 * 60);

/// How fast a story is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Pace {
    /// With time to read.
    ForReaders,
    /// As fast as the service follows.
    #[cfg(test)]
    AtOnce,
}

/// Begins to tell; `None` when a story is being told already.
pub(in crate::demo) fn start(stage: &Stage, roles: Roles, pace: Pace) -> Option<JoinHandle<()>> {
    let stop = stage.closed().child_token();
    if !stage
        .teller()
        .begin(roles.clone(), STEPS.len(), stop.clone())
    {
        return None;
    }
    let play = Play {
        stage: stage.clone(),
        roles,
        pace,
        stop,
        since: 0,
    };
    Some(tokio::spawn(play.tell()))
}

struct Play {
    stage: Stage,
    roles: Roles,
    pace: Pace,
    stop: CancellationToken,
    /// What the ledger held before the last thing that was done.
    since: u64,
}

/// Why a story ends before its end.
#[derive(Debug)]
enum Ended {
    ByHand,
    Stuck(&'static str),
}

impl Play {
    async fn tell(mut self) {
        let outcome = self.steps().await;
        let teller = self.stage.teller();
        match outcome {
            Ok(()) => teller.end(State::Told, None),
            Err(Ended::ByHand) => teller.end(State::Stopped, None),
            Err(Ended::Stuck(what)) => {
                tracing::error!(what, "demo: the story is stuck");
                teller.end(
                    State::Stuck,
                    Some(format!("剧情停在这里：{what}。详情见服务的日志。")),
                );
            }
        }
        self.stage.refresh_phones();
    }

    async fn steps(&mut self) -> Result<(), Ended> {
        for (index, step) in STEPS.iter().enumerate() {
            if self.stop.is_cancelled() {
                return Err(Ended::ByHand);
            }
            self.stage
                .teller()
                .tell(index + 1, step, self.named(step.caption));
            self.stage.refresh_phones();
            self.act(step).await?;
            self.wait(step.until).await?;
            self.rest(step).await;
        }
        Ok(())
    }

    fn named(&self, caption: &str) -> String {
        let names = &self.roles.names;
        caption
            .replace("{customer}", names.customer)
            .replace("{rep}", names.rep)
            .replace("{director}", names.director)
    }

    async fn act(&mut self, step: &Step) -> Result<(), Ended> {
        let sandbox = self.stage.sandbox().clone();
        if !matches!(step.act, Act::Look) {
            self.since = sandbox
                .ledger()
                .all()
                .last()
                .map_or(0, |entry| entry.number);
        }
        match step.act {
            Act::Look => {}
            Act::CustomerSays(text) => {
                sandbox.customer(self.roles.customer).says(text).await;
            }
            Act::RepReplies(text) => {
                sandbox
                    .rep(self.roles.rep)
                    .replies_to(self.roles.customer, text)
                    .await;
            }
            Act::RepSubmits(choices) => self.submit(choices).await?,
            Act::DeadlinePasses => self.pass_deadline().await?,
        }
        Ok(())
    }

    async fn submit(&self, choices: &[(&str, &str)]) -> Result<(), Ended> {
        let inbox = self.stage.sandbox().ledger().wecom_inbox(self.roles.rep);
        let cards = inbox
            .iter()
            .rev()
            .filter_map(|message| message.content["task_id"].as_str());
        let card = cards
            .into_iter()
            .find(|task_id| task_id.starts_with(self.roles.deal.as_str()));
        let card = card.ok_or(Ended::Stuck("销售的手机上没有卡片"))?;
        let chosen: Vec<[&str; 1]> = choices.iter().map(|(_, option)| [*option]).collect();
        let selections: Vec<(&str, &[&str])> = choices
            .iter()
            .zip(&chosen)
            .map(|((question, _), options)| (*question, options.as_slice()))
            .collect();
        let pressed = self
            .stage
            .sandbox()
            .rep(self.roles.rep)
            .clicks(card, "submit", &selections)
            .await;
        pressed.map_err(|_| Ended::Stuck("卡片已经被点过了"))
    }

    /// The moment of this story's own run, since other deals may have nearer ones; and a little
    /// more, so that there is something to tell about how late it is.
    async fn pass_deadline(&self) -> Result<(), Ended> {
        let runs = self.stage.shared().store.runs_of(&self.roles.deal).await;
        let runs = runs.map_err(|_| Ended::Stuck("存储没有回答"))?;
        let due = runs
            .iter()
            .filter(|run| run.status == "open")
            .map(|run| run.due_at)
            .max();
        let due = due.ok_or(Ended::Stuck("没有等待登记的节点"))?;
        let by = due.since(self.stage.shared().clock.now());
        // It stops at the deadline itself, and then at the end of the minute in which the alert waits
        // for others.
        let by = by + GATHERED_WITHIN + Duration::from_secs(1);
        self.stage.move_time(TimeMove::By(by)).await;
        // The alert is on the phone at its own time, not when the clock has gone on.
        self.wait(Until::DirectorTold).await?;
        self.wait_until_recorded(due).await;
        self.stage.move_time(TimeMove::By(LATE_BY)).await;
        Ok(())
    }

    /// The phone has the alert a moment before the ledger says so.
    async fn wait_until_recorded(&self, due: Timestamp) {
        for _ in 0..LOOKS {
            let alerts = self.stage.shared().store.alerts((due, ""), 50).await;
            let is_queued = |alert: &AlertRow| alert.status == AlertStatus::Queued;
            match alerts {
                Ok(alerts) if alerts.iter().any(is_queued) => tokio::time::sleep(LOOK_AGAIN).await,
                _ => return,
            }
        }
    }

    async fn wait(&self, until: Until) -> Result<(), Ended> {
        if until == Until::Now {
            return Ok(());
        }
        let ledger = self.stage.sandbox().ledger();
        let has_come = |entry: &Entry| entry.number > self.since && self.is(until, &entry.record);
        tokio::select! {
            () = self.stop.cancelled() => Err(Ended::ByHand),
            found = ledger.wait_for(has_come, PATIENCE) => match found {
                Some(_) => Ok(()),
                None => Err(Ended::Stuck("等了十五秒，该来的没有来")),
            },
        }
    }

    fn is(&self, until: Until, record: &Record) -> bool {
        match (until, record) {
            (Until::MessagesPulled, Record::Call(call)) => {
                call.endpoint == Endpoint::WecomSyncMessages && call.refusal.is_none()
            }
            (Until::CardOnPhone, Record::Wecom(message)) => {
                message.outcome == Outcome::Delivered
                    && message.msgtype == "template_card"
                    && message.to.eq_ignore_ascii_case(self.roles.rep)
            }
            (Until::DirectorTold, Record::Dingtalk(message)) => {
                message.outcome == Outcome::Delivered
                    && message.channel != Channel::Group
                    && message.to == self.roles.director
                    && message.content.to_string().contains(self.roles.company)
            }
            (Until::CardReplaced, Record::CardUpdate(update)) => {
                update.outcome == Outcome::Delivered
            }
            _ => false,
        }
    }

    async fn rest(&self, step: &Step) {
        if self.pace == Pace::ForReaders {
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(step.rest) => {}
            }
        }
    }
}
