//! Everything the platforms remember, behind one lock that is never held across an await.

use super::callbacks::Outgoing;
use super::company::Company;
use super::dice::Dice;
use super::faults::Stock;
use super::options::{Limits, Options, Retried, Retries};
use super::record::{Entry, Record};
use super::{dingtalk, wecom};
use crate::clock::Clock;
use crate::domain::Timestamp;

pub(super) struct State {
    clock: Clock,
    pub(super) dice: Dice,
    pub(super) company: Company,
    pub(super) limits: Limits,
    pub(super) retries: Retries,
    pub(super) retried: Retried,
    pub(super) faults: Stock,
    pub(super) ledger: Vec<Entry>,
    pub(super) outgoing: Outgoing,
    pub(super) wecom: wecom::Memory,
    pub(super) dingtalk: dingtalk::Memory,
}

impl State {
    pub(super) fn new(options: Options) -> Self {
        Self {
            clock: options.clock,
            dice: Dice::new(options.seed),
            company: options.company,
            limits: options.limits,
            retries: options.retries,
            retried: options.retried,
            faults: Stock::default(),
            ledger: Vec::new(),
            outgoing: Outgoing::default(),
            wecom: wecom::Memory::default(),
            dingtalk: dingtalk::Memory::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Writes a line into the ledger.
    pub(super) fn record(&mut self, record: Record) {
        self.ledger.push(Entry {
            number: self.ledger.len() as u64 + 1,
            at: self.now(),
            record,
        });
    }
}
