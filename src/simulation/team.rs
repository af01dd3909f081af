//! Who is simulated, and how they live.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Deal, Planned, World};
use crate::domain::{Label, OpportunityId, PersonId, Timestamp};
use crate::engine::{Actor, ContactKind, Context, Event, State};

/// A team and its time.
#[derive(Debug, Clone)]
pub struct Team {
    /// How many reps.
    pub reps: usize,
    /// How many days.
    pub days: u32,
    /// When it begins.
    pub start: Timestamp,
    /// What chance begins with: the same seed gives the same time.
    pub seed: u64,
    /// How many of a hundred demands a rep never answers.
    pub neglect_percent: u64,
}

impl Team {
    /// When it is over.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.start
            .plus(Duration::from_secs(u64::from(self.days) * 86_400))
    }
}

/// How many of a hundred deals that are over are taken up again.
const REOPENED_PERCENT: u64 = 8;

const INDUSTRIES: &[&str] = &["汽车零部件厂", "食品包装厂", "电子厂", "医疗器械厂"];
const REGIONS: &[&str] = &["华东", "华南", "华北"];
const COMPETITORS: &[&str] = &["凯联", "佳禾", "博锐"];
/// What customers say, the more often the more there are of it.
const SAID: &[(Label, &str)] = &[
    (Label::Price, "太贵"),
    (Label::Price, "再便宜点"),
    (Label::Price, "价格高"),
    (Label::Delivery, "交期太长"),
    (Label::Delay, "再考虑"),
    (Label::Authority, "要问领导"),
    (Label::Tech, "精度不够"),
    (Label::Trust, "有没有案例"),
    (Label::Payment, "账期太短"),
    (Label::Budget, "没预算"),
    (Label::Tender, "要招标"),
    (Label::Finance, "财务不批"),
    (Label::Intent, "要采购两套"),
    (Label::Competitor, ""),
];

impl World<'_> {
    /// A rep begins a deal, and the next one after some days.
    pub(super) fn begin(&mut self, now: Timestamp, rep: usize) {
        let number = self.deals.len();
        let id: OpportunityId = format!("d{}", number + 1).parse().expect("not empty");
        let industry = self.chance.one_of(INDUSTRIES).copied();
        let region = REGIONS.get(rep % REGIONS.len()).copied();
        let context = Context {
            opportunity: id.clone(),
            opportunity_name: format!("商机{}", number + 1),
            customer_id: format!("c{}", number / 3 + 1).parse().expect("not empty"),
            customer: format!("客户{}", number / 3 + 1),
            rep: format!("销售{}", rep + 1),
            industry: industry.map(str::to_owned),
            region: region.map(str::to_owned),
            customer_region: region.map(str::to_owned),
            fields: BTreeMap::new(),
            levels: 3,
        };
        let first = self.definitions.current().stages().first();
        let stage = first.map(|stage| stage.key.clone());
        self.deals.push(Deal {
            id,
            context,
            state: State::new(stage, now),
            rep,
        });
        self.live_on(now, number);
        let calendar = self.definitions.calendar();
        let next = self.chance.working_moment(calendar, now, 3, 12);
        self.plan(next, Planned::Begins { rep });
    }

    fn live_on(&mut self, now: Timestamp, deal: usize) {
        let calendar = self.definitions.calendar();
        let next = self.chance.working_moment(calendar, now, 0, 3);
        self.plan(next, Planned::Lives { deal });
    }

    /// Something of a deal's ordinary life; `None` when it is over.
    pub(super) fn lives(&mut self, now: Timestamp, number: usize) -> Option<Event> {
        let process = self.definitions.current();
        let stage = process.stage_of(&self.deals[number].state)?;
        if stage.is_end() {
            return self.taken_up_again(now, number);
        }
        self.live_on(now, number);
        match self.chance.below(10) {
            0..5 => Some(self.speaks(now, number)),
            5..8 => Some(Event::Contacted {
                kind: if self.chance.percent(40) {
                    ContactKind::Visit
                } else {
                    ContactKind::Contact
                },
                by: self.rep(number).id,
            }),
            _ => self.moves(number),
        }
    }

    fn speaks(&mut self, now: Timestamp, number: usize) -> Event {
        let (label, words) = *self.chance.one_of(SAID).expect("there is something to say");
        let words = match label {
            Label::Competitor => self.chance.one_of(COMPETITORS).copied().unwrap_or(words),
            _ => words,
        };
        Event::SignalHeard {
            label,
            words: words.to_owned(),
            quote: format!("我们觉得{words}"),
            message: format!("m{}-{}", number, now.0).parse().expect("not empty"),
            chat: format!("chat{number}").parse().expect("not empty"),
        }
    }

    /// The rep wants the deal in the next stage, or it is lost.
    fn moves(&mut self, number: usize) -> Option<Event> {
        let process = self.definitions.current();
        let state = &self.deals[number].state;
        let stages = process.stages();
        let place = stages
            .iter()
            .position(|stage| Some(&stage.key) == state.stage.as_ref())?;
        let is_lost = self.chance.percent(12);
        let to = if is_lost {
            stages.last()?
        } else {
            stages.get(place + 1)?
        };
        Some(Event::StageAsked {
            to: to.key.clone(),
            by: self.rep(number),
        })
    }

    /// A customer who is back: now and then a deal that was over goes on, in whatever stage its
    /// rep likes.
    fn taken_up_again(&mut self, now: Timestamp, number: usize) -> Option<Event> {
        if !self.chance.percent(REOPENED_PERCENT) {
            return None;
        }
        self.live_on(now, number);
        let stages = self.definitions.current().stages();
        let open: Vec<_> = stages.iter().filter(|stage| !stage.is_end()).collect();
        let to = self.chance.one_of(&open)?.key.clone();
        let by = self.rep(number);
        Some(Event::StageAsked { to, by })
    }

    /// Who has the deal.
    pub(super) fn rep(&self, number: usize) -> Actor {
        let deal = &self.deals[number];
        Actor {
            id: person(&format!("rep{}", deal.rep + 1)),
            name: deal.context.rep.clone(),
        }
    }
}

/// The supervisor of everybody.
pub(super) fn director() -> Actor {
    Actor {
        id: person("director"),
        name: "总监".to_owned(),
    }
}

fn person(id: &str) -> PersonId {
    id.parse().expect("not empty")
}
