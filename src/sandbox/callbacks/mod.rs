//! What the platforms tell the service: sealed, signed anew for each try, tried four times
//! (`developer.work.weixin.qq.com/document/path/90238`).

mod notice;
mod post;
mod verify;

use std::time::Duration;

pub(super) use notice::{
    CardPress, Sent, archive_approved, archive_waiting, card_pressed, customer_edited,
    message_waiting, something_sent, text_said,
};
pub use verify::UrlRefused;

use serde_json::Value;

use super::faults::CallbackFault;
use super::record::{CallbackAnswer, CallbackAttempt, Record};
use super::state::State;
use super::{Retried, Retries, Sandbox};
use crate::domain::Timestamp;

/// The first try and three more.
const TRIES: u8 = 4;

/// What waits to be posted.
#[derive(Default)]
pub(super) struct Outgoing {
    waiting: Vec<Callback>,
    /// The numbers of those that are being posted now.
    in_flight: Vec<u64>,
    /// Overtaken by the next one.
    held: Vec<Callback>,
    count: u64,
    /// `MsgId`s count up from above what a signed 64-bit integer holds, as they may.
    messages: u64,
}

/// One callback, not sealed yet.
#[derive(Clone)]
pub(super) struct Callback {
    number: u64,
    whose: Whose,
    kind: &'static str,
    message: String,
    due: Timestamp,
    tries: u8,
    is_corrupt: bool,
}

/// Which platform tells which app.
#[derive(Clone)]
pub(super) enum Whose {
    /// WeCom, the app of that name.
    Wecom(String),
    /// WeCom, the AI bot of that name.
    Bot(String),
    /// DingTalk, the one app.
    Dingtalk,
}

impl State {
    /// DingTalk tells of an event, if its URL is set up.
    pub(super) fn tell_dingtalk(&mut self, kind: &'static str, event: Value) {
        if self.company.dingtalk.callback_url.is_some() {
            self.tell_whom(Whose::Dingtalk, kind, event.to_string());
        }
    }

    /// WeCom tells an AI bot, if its URL is set up.
    pub(super) fn tell_bot(&mut self, bot: &str, message: String) {
        if self
            .company
            .bot(bot)
            .is_some_and(|bot| bot.callback_url.is_some())
        {
            self.tell_whom(Whose::Bot(bot.to_owned()), "aibot", message);
        }
    }

    /// WeCom tells an app.
    pub(super) fn tell(&mut self, app: &str, kind: &'static str, message: String) {
        self.tell_whom(Whose::Wecom(app.to_owned()), kind, message);
    }

    /// Puts a callback into the queue, or wherever the faults in store want it.
    fn tell_whom(&mut self, whose: Whose, kind: &'static str, message: String) {
        self.outgoing.count += 1;
        let mut callback = Callback {
            number: self.outgoing.count,
            whose,
            kind,
            message,
            due: self.now(),
            tries: 0,
            is_corrupt: false,
        };
        let overtaken = std::mem::take(&mut self.outgoing.held);
        let mut copies = 1;
        match self.faults.take_callback() {
            Some(CallbackFault::Drop) => {
                copies = 0;
                self.note_attempt(&callback, CallbackAnswer::NeverPosted);
            }
            Some(CallbackFault::Reorder) => {
                copies = 0;
                self.outgoing.held.push(callback.clone());
            }
            Some(CallbackFault::Repeat(times)) => copies += usize::from(times),
            Some(CallbackFault::Delay(delay)) => callback.due = callback.due.plus(delay),
            Some(CallbackFault::Corrupt) => callback.is_corrupt = true,
            None => {}
        }
        let waiting = &mut self.outgoing.waiting;
        waiting.extend(std::iter::repeat_n(callback, copies));
        waiting.extend(overtaken);
    }

    /// The next `MsgId`.
    pub(super) fn next_message_id(&mut self) -> u64 {
        self.outgoing.messages += 1;
        (1 << 63) + self.outgoing.messages
    }

    fn take_due(&mut self) -> Vec<Callback> {
        let now = self.now();
        let all = std::mem::take(&mut self.outgoing.waiting);
        let (due, later) = all.into_iter().partition(|callback| callback.due <= now);
        self.outgoing.waiting = later;
        let numbers = due.iter().map(|callback: &Callback| callback.number);
        self.outgoing.in_flight.extend(numbers);
        due
    }

    fn note_attempt(&mut self, callback: &Callback, answer: CallbackAnswer) {
        self.record(Record::Callback(CallbackAttempt {
            callback: callback.number,
            app: match &callback.whose {
                Whose::Wecom(name) | Whose::Bot(name) => Some(name.clone()),
                Whose::Dingtalk => None,
            },
            kind: callback.kind,
            attempt: callback.tries,
            answer,
        }));
    }

    /// Writes the attempt down, and queues the next one when it failed and there is one left.
    fn settle(&mut self, mut callback: Callback, answer: CallbackAnswer) {
        callback.tries += 1;
        let in_flight = &mut self.outgoing.in_flight;
        if let Some(place) = in_flight
            .iter()
            .position(|number| *number == callback.number)
        {
            in_flight.swap_remove(place);
        }
        let is_done = match answer {
            CallbackAnswer::Acknowledged(_) => true,
            CallbackAnswer::Status(_) => self.retried == Retried::NoAnswer,
            CallbackAnswer::NoAnswer | CallbackAnswer::NeverPosted => false,
        };
        self.note_attempt(&callback, answer);
        if !is_done && callback.tries < TRIES {
            // Real time passes between the tries; only the first is harmed on the way.
            callback.is_corrupt = false;
            self.outgoing.waiting.push(callback);
        }
    }
}

impl Sandbox {
    /// Posts every callback that is due, once each, in order. What fails waits for the next call.
    /// Answers how many wait now, due or not.
    pub async fn deliver_due(&self) -> usize {
        // Not worth waking anyone: the outcome is.
        let due = self.lock().take_due();
        for callback in due {
            let answer = post::post(self, &callback).await;
            self.with(|state| state.settle(callback, answer));
        }
        self.with_quietly(|state| state.outgoing.waiting.len())
    }

    /// What an actor does after it has queued a callback. Another actor may have taken it along,
    /// so this waits until nothing that was queued so far is being posted any more.
    pub(super) async fn deliver(&self) {
        let mut changes = self.changes();
        let newest = self.with_quietly(|state| state.outgoing.count);
        let is_posting = |state: &State| state.outgoing.in_flight.iter().any(|one| *one <= newest);
        loop {
            self.deliver_due().await;
            changes.borrow_and_update();
            if self.must_try_again() {
                continue;
            }
            if !self.with_quietly(is_posting) || changes.changed().await.is_err() {
                return;
            }
        }
    }

    fn must_try_again(&self) -> bool {
        self.with_quietly(|state| {
            let now = state.now();
            let is_due = state.outgoing.waiting.iter().any(|one| one.due <= now);
            state.retries == Retries::AtOnce && is_due
        })
    }
}

/// How long the service may take to answer (90238).
const PATIENCE: Duration = Duration::from_secs(5);
