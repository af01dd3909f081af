//! A sales team that never was: what a process would demand of it, and how often it would alert.
//!
//! Pure and deterministic: the same definitions, team and seed give the same year to the byte.
//! Customers speak, reps answer (soon, late, or never, sometimes wrongly), deals move and end, and
//! supervisors take alerts on; the engine decides all that follows. [`run`] plays it and shows each
//! step to whoever watches; [`Summary`] counts what an administrator wants to know before a
//! threshold is put in use.

mod answers;
mod chance;
mod oversight;
mod summary;
mod table;
mod team;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::domain::{OpportunityId, Timestamp};
use crate::engine::{Context, Definitions, Effect, Event, State};

pub use summary::{DayAlerts, NodeFigures, Summary};
pub use team::Team;

use chance::Chance;

/// One step of one deal, for whoever watches.
pub struct Step<'a> {
    /// The definitions that decide.
    pub definitions: &'a Definitions,
    /// The deal.
    pub deal: &'a OpportunityId,
    /// What is known of it.
    pub context: &'a Context,
    /// Where it stood.
    pub before: &'a State,
    /// What happened.
    pub event: &'a Event,
    /// When.
    pub now: Timestamp,
    /// Where it stands.
    pub after: &'a State,
    /// What follows.
    pub effects: &'a [Effect],
}

/// A deal of the simulated team.
struct Deal {
    id: OpportunityId,
    context: Context,
    state: State,
    rep: usize,
}

/// What is to happen, the earliest first; what was planned first comes first.
type Plan = BinaryHeap<Reverse<(Timestamp, u64, Planned)>>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Planned {
    /// A rep begins a deal.
    Begins { rep: usize },
    /// Something happens to a deal: the event is found by its number.
    Happens { deal: usize, event: u64 },
    /// A moment of a deal may have come.
    Moment { deal: usize },
    /// The customer speaks, the rep visits, the deal moves on: what, chance decides then.
    Lives { deal: usize },
}

/// The simulated world.
struct World<'a> {
    definitions: &'a Definitions,
    team: &'a Team,
    chance: Chance,
    deals: Vec<Deal>,
    plan: Plan,
    planned: u64,
    events: BTreeMap<u64, Event>,
    end: Timestamp,
}

/// Plays the team's time. `watch` sees each step.
pub fn run(definitions: &Definitions, team: &Team, watch: impl FnMut(&Step<'_>)) -> Summary {
    play(definitions, None, team, watch)
}

/// As [`run`], with other definitions in use from a moment on.
fn play(
    definitions: &Definitions,
    change: Option<(Timestamp, &Definitions)>,
    team: &Team,
    mut watch: impl FnMut(&Step<'_>),
) -> Summary {
    let mut world = World::new(definitions, team);
    let mut summary = Summary::new(team);
    while let Some(Reverse((now, _, planned))) = world.plan.pop() {
        if now > world.end {
            break;
        }
        if let Some((_, changed)) = change.filter(|(at, _)| *at <= now) {
            world.definitions = changed;
        }
        world.take(now, planned, &mut |step| {
            summary.count(step);
            watch(step);
        });
    }
    summary.finish(
        world.definitions,
        world.deals.iter().map(|deal| &deal.state),
    );
    summary
}

impl<'a> World<'a> {
    fn new(definitions: &'a Definitions, team: &'a Team) -> Self {
        let mut world = Self {
            definitions,
            team,
            chance: Chance::new(team.seed),
            deals: Vec::new(),
            plan: BinaryHeap::new(),
            planned: 0,
            events: BTreeMap::new(),
            end: team.end(),
        };
        for rep in 0..team.reps {
            let first = world
                .chance
                .working_moment(definitions.calendar(), team.start, 0, 5);
            world.plan(first, Planned::Begins { rep });
        }
        world
    }

    fn plan(&mut self, at: Timestamp, planned: Planned) {
        self.planned += 1;
        self.plan.push(Reverse((at, self.planned, planned)));
    }

    fn plan_event(&mut self, at: Timestamp, deal: usize, event: Event) {
        let number = self.planned + 1;
        self.events.insert(number, event);
        self.plan(
            at,
            Planned::Happens {
                deal,
                event: number,
            },
        );
    }

    fn take(&mut self, now: Timestamp, planned: Planned, watch: &mut impl FnMut(&Step<'_>)) {
        match planned {
            Planned::Begins { rep } => self.begin(now, rep),
            Planned::Lives { deal } => {
                if let Some(event) = self.lives(now, deal) {
                    self.step(now, deal, &event, watch);
                }
            }
            Planned::Happens { deal, event } => {
                if let Some(event) = self.events.remove(&event) {
                    self.step(now, deal, &event, watch);
                }
            }
            Planned::Moment { deal } => {
                let next = self.deals[deal].state.clone();
                let before = Timestamp(now.0 - 1);
                if self.definitions.next_moment(&next, before) == Some(now) {
                    self.step(now, deal, &Event::Ticked, watch);
                }
            }
        }
    }

    /// Lets the event happen, and plans what the people do about its effects.
    fn step(
        &mut self,
        now: Timestamp,
        number: usize,
        event: &Event,
        watch: &mut impl FnMut(&Step<'_>),
    ) {
        let deal = &mut self.deals[number];
        let before = std::mem::take(&mut deal.state);
        let (after, effects) = self
            .definitions
            .step(before.clone(), &deal.context, event, now);
        watch(&Step {
            definitions: self.definitions,
            deal: &deal.id,
            context: &deal.context,
            before: &before,
            event,
            now,
            after: &after,
            effects: &effects,
        });
        deal.state = after;
        let next = self.definitions.next_moment(&deal.state, now);
        for effect in &effects {
            self.react(now, number, effect);
        }
        self.look_over(now, number, event);
        if let Some(next) = next {
            self.plan(next, Planned::Moment { deal: number });
        }
    }
}
