//! What goes wrong on demand: the next calls to an endpoint, the next callbacks.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::endpoint::Endpoint;
use super::{Refusal, Sandbox};

/// How a call fails.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Refused with an `errcode` in HTTP 200, as WeCom and DingTalk's old API refuse. Not carried out.
    Errcode(i64, &'static str),
    /// Refused with an HTTP status and a word, as DingTalk's new API refuses. Not carried out.
    Word(u16, &'static str, &'static str),
    /// An HTTP status and no body, as a gateway answers. Not carried out.
    Http(u16),
    /// A page of HTML in HTTP 200, as a proxy or a ban answers. Not carried out.
    Html,
    /// Carried out at once, and answered properly after this much real time.
    Delay(Duration),
    /// The connection is cut at once. Not carried out, which the caller can't know.
    ResetBeforeReading,
    /// Carried out, then the connection is cut without an answer: the unknown outcome.
    ResetAfterReading,
    /// Carried out, and no answer ever comes: for those who die waiting for it.
    SilenceAfterReading,
    /// Read and forgotten; no answer ever comes. Not carried out, which the caller can't know.
    NeverAnswer,
}

/// How a callback to the service goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackFault {
    /// Posted only when the clock has moved this far.
    Delay(Duration),
    /// Never posted: the platform does not guarantee delivery (`developer.work.weixin.qq.com/document/path/90930`).
    Drop,
    /// Posted so many times more, each freshly sealed and signed, all acknowledged or not.
    Repeat(u8),
    /// Posted after the next one.
    Reorder,
    /// Posted with one character of the ciphertext changed, so that the signature does not fit.
    Corrupt,
}

/// The faults in store, for tests to fill.
pub struct Faults(pub(super) Sandbox);

/// What is in store.
#[derive(Default)]
pub(super) struct Stock {
    calls: BTreeMap<Endpoint, VecDeque<Fault>>,
    callbacks: VecDeque<CallbackFault>,
}

impl Faults {
    /// The next call to `endpoint` fails like this. Several are used up in order.
    pub fn next(&self, endpoint: Endpoint, fault: Fault) {
        self.next_times(1, endpoint, fault);
    }

    /// The next `times` calls to `endpoint` fail like this.
    pub fn next_times(&self, times: usize, endpoint: Endpoint, fault: Fault) {
        self.0.with(|state| {
            let queue = state.faults.calls.entry(endpoint).or_default();
            queue.extend(std::iter::repeat_n(fault, times));
        });
    }

    /// The next callback to the service goes wrong like this. Several are used up in order.
    pub fn next_callback(&self, fault: CallbackFault) {
        self.0.with(|state| state.faults.callbacks.push_back(fault));
    }

    /// Everything works again.
    pub fn clear(&self) {
        self.0.with(|state| state.faults = Stock::default());
    }
}

impl Stock {
    pub(super) fn take(&mut self, endpoint: Endpoint) -> Option<Fault> {
        self.calls.get_mut(&endpoint)?.pop_front()
    }

    pub(super) fn take_callback(&mut self) -> Option<CallbackFault> {
        self.callbacks.pop_front()
    }
}

impl Fault {
    /// The refusal that this fault is, if it is one.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match *self {
            Self::Errcode(errcode, message) => Some(Refusal::number(errcode, message)),
            Self::Word(status, code, message) => Some(Refusal::word(status, code, message)),
            _ => None,
        }
    }
}
