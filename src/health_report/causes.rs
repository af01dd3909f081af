//! 归因: what a change of the rate comes from, and since when.

use std::collections::BTreeMap;

use super::{Asked, Report};
use crate::domain::{Day, PersonId, Timestamp};
use crate::health::{Apart, Part, Tally, since_when, taken_apart};
use crate::store::{Grid, HealthQuestion, Period, RepNode, StepsBy, Store, StoreError};

const DAY_MS: i64 = 24 * 3600 * 1000;
/// Up to so many days are told day by day, as is the time before them.
const MOST_DAILY: i64 = 14;
/// So many parts of one kind are followed through time.
const FOLLOWED: usize = 8;
/// A part that adds less than one in so many of the change has no beginning.
const LEAST_FOLLOWED: f64 = 10.0;

/// How long a step of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// One day.
    Day,
    /// From Monday to Sunday, as far as it lies in the two periods.
    Week,
}

/// A rate step by step, from the beginning of the time before to the end of the period, with what lies
/// between.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series(pub Vec<Tally>);

/// A part of the change, and its course where it was followed.
#[derive(Debug, Clone)]
pub struct Cause<K> {
    /// What it adds.
    pub part: Part<K>,
    /// Its steps.
    pub series: Option<Series>,
    /// The first day of the step from which it stayed on the side that it changed to; of parts that go
    /// the change's way and make at least a tenth of it.
    pub since: Option<Day>,
}

/// A change of the rate, taken apart by each dimension. Each dimension's parts add up to the same whole.
#[derive(Debug, Clone)]
pub struct Causes {
    /// Everything that was due and done before, and now, and the change.
    pub whole: Apart<()>,
    /// Everything, step by step.
    pub series: Series,
    /// The first day of each step.
    pub steps: Vec<Day>,
    /// How long they are.
    pub grain: Grain,
    /// By node.
    pub nodes: Vec<Cause<String>>,
    /// By the reps' region now.
    pub regions: Vec<Cause<String>>,
    /// By rep.
    pub reps: Vec<Cause<PersonId>>,
    /// By rep and node.
    pub cells: Vec<Cause<RepNode>>,
}

/// What the store said of the steps.
struct Courses<'a> {
    store: &'a Store,
    asked: &'a Asked,
    grid: Grid,
    steps: usize,
    period: Period,
    /// Reps whose nodes were asked for.
    of_reps: BTreeMap<PersonId, BTreeMap<(String, usize), Tally>>,
}

impl Causes {
    /// What the report's change comes from; `None` where one of its periods has nothing due.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(
        store: &Store,
        (asked, report): (&Asked, &Report),
    ) -> Result<Option<Self>, StoreError> {
        let regions = report.regions();
        let region = |cell: &RepNode| regions.get(&cell.0).copied().unwrap_or_default().to_owned();
        let (Some(whole), Some(nodes), Some(by_region), Some(reps), Some(cells)) = (
            apart(report, |_| ()),
            apart(report, |cell| cell.1.clone()),
            apart(report, region),
            apart(report, |cell| cell.0.clone()),
            apart(report, Clone::clone),
        ) else {
            return Ok(None);
        };
        let mut courses = Courses::new(store, asked);
        let by_node = courses.of_all(StepsBy::Node).await?;
        // One region's course is that of everything.
        let by_regions = match by_region.parts.len() {
            0 | 1 => BTreeMap::new(),
            _ => courses.of_all(StepsBy::Region).await?,
        };
        let series = courses.series(&by_node, |_| true);
        let days = courses.days();
        let nodes = follow(nodes, &days, |node| {
            Some(courses.series(&by_node, |name| name == node))
        });
        let regions = follow(by_region, &days, |region| {
            Some(match by_regions.is_empty() {
                true => series.clone(),
                false => courses.series(&by_regions, |name| name == region),
            })
        });
        courses
            .look_at(reps.parts.iter().map(|part| &part.group))
            .await?;
        courses
            .look_at(cells.parts.iter().map(|part| &part.group.0))
            .await?;
        Ok(Some(Self {
            grain: asked.grain(),
            series,
            nodes,
            regions,
            reps: follow(reps, &days, |rep| courses.of_rep(rep, |_| true)),
            cells: follow(cells, &days, |(rep, key)| {
                courses.of_rep(rep, |node| node == key)
            }),
            steps: days,
            whole,
        }))
    }

    /// The nodes that the change comes from: those that go its way and make at least a quarter of it
    /// each, the greatest first.
    #[must_use]
    pub fn main_nodes(&self) -> Vec<&Cause<String>> {
        let whole = self.whole.whole.value();
        let is_main = |part: f64| whole != 0.0 && part * 4.0 / whole >= 1.0;
        let nodes = self.nodes.iter();
        nodes
            .filter(|cause| is_main(cause.part.total.value()))
            .collect()
    }

    /// What a node's part comes from, the greatest first: those that go the same way.
    #[must_use]
    pub fn of_node(&self, node: &str) -> Vec<&Cause<RepNode>> {
        let cells = self.cells.iter();
        let falls = self.whole.whole.is_fall();
        cells
            .filter(|cause| cause.part.group.1 == node)
            .filter(|cause| cause.part.tenths != 0 && cause.part.total.is_fall() == falls)
            .collect()
    }
}

impl Asked {
    /// Days of short periods, weeks of long ones.
    #[must_use]
    pub const fn grain(&self) -> Grain {
        let Period { from, until } = self.question.period;
        if until.0.saturating_sub(from.0) <= MOST_DAILY * DAY_MS {
            Grain::Day
        } else {
            Grain::Week
        }
    }

    /// The steps of both periods.
    #[must_use]
    pub fn grid(&self) -> Grid {
        let first = self.before.from.day();
        let (first, days) = match self.grain() {
            Grain::Day => (first, 1),
            Grain::Week => (first.week_start(), 7),
        };
        Grid {
            from: first.start(),
            step_ms: days * DAY_MS,
        }
    }

    /// From the beginning of the time before to the end of the period, as far as deadlines have come.
    #[must_use]
    pub fn both(&self) -> Period {
        Period {
            from: self.before.from,
            until: self.counted().until,
        }
    }
}

impl Grid {
    /// How many steps there are until a moment.
    #[must_use]
    pub fn steps_until(self, until: Timestamp) -> usize {
        let length = until.0.saturating_sub(self.from.0).max(0);
        let whole = length / self.step_ms + i64::from(length % self.step_ms > 0);
        usize::try_from(whole).unwrap_or_default()
    }

    /// The first day of each.
    #[must_use]
    pub fn days_until(self, until: Timestamp) -> Vec<Day> {
        let steps = 0..i64::try_from(self.steps_until(until)).unwrap_or_default();
        steps
            .map(|step| Timestamp(self.from.0 + step * self.step_ms).day())
            .collect()
    }
}

impl<'a> Courses<'a> {
    fn new(store: &'a Store, asked: &'a Asked) -> Self {
        let (grid, period) = (asked.grid(), asked.both());
        Self {
            store,
            asked,
            grid,
            steps: grid.steps_until(period.until),
            period,
            of_reps: BTreeMap::new(),
        }
    }

    fn days(&self) -> Vec<Day> {
        self.grid.days_until(self.period.until)
    }

    async fn of_all(&self, by: StepsBy) -> Result<BTreeMap<(String, usize), Tally>, StoreError> {
        let question = self.asked.over(self.period);
        let scope = &self.asked.scope;
        self.store
            .tally_steps(scope, &question, (by, self.grid))
            .await
    }

    /// Asks for the nodes of the first of these reps.
    async fn look_at(&mut self, reps: impl Iterator<Item = &PersonId>) -> Result<(), StoreError> {
        for rep in reps.take(FOLLOWED) {
            if self.of_reps.contains_key(rep) {
                continue;
            }
            let question = HealthQuestion {
                rep: Some(rep.clone()),
                ..self.asked.over(self.period)
            };
            let by = (StepsBy::Node, self.grid);
            let steps = self
                .store
                .tally_steps(&self.asked.scope, &question, by)
                .await?;
            self.of_reps.insert(rep.clone(), steps);
        }
        Ok(())
    }

    fn of_rep(&self, rep: &PersonId, is_meant: impl Fn(&str) -> bool) -> Option<Series> {
        let steps = self.of_reps.get(rep)?;
        Some(self.series(steps, is_meant))
    }

    fn series(
        &self,
        tallies: &BTreeMap<(String, usize), Tally>,
        is_meant: impl Fn(&str) -> bool,
    ) -> Series {
        let mut steps = vec![Tally::default(); self.steps];
        for ((name, step), tally) in tallies {
            if is_meant(name)
                && let Some(sum) = steps.get_mut(*step)
            {
                *sum += *tally;
            }
        }
        Series(steps)
    }
}

fn apart<K: Ord + Clone>(report: &Report, group: impl Fn(&RepNode) -> K) -> Option<Apart<K>> {
    let groups = report.by(group);
    let side = |of: fn(&super::Beside) -> Tally| -> BTreeMap<K, Tally> {
        groups
            .iter()
            .map(|(key, beside)| (key.clone(), of(beside)))
            .collect()
    };
    taken_apart(&side(|beside| beside.before), &side(|beside| beside.now))
}

/// The parts with their courses, as far as these are known.
fn follow<K>(
    apart: Apart<K>,
    days: &[Day],
    course: impl Fn(&K) -> Option<Series>,
) -> Vec<Cause<K>> {
    let whole = apart.whole.value();
    let follow = |part: Part<K>| {
        let series = course(&part.group);
        let steps = series.as_ref().map_or(&[][..], |series| &series.0);
        // Of what hardly adds to the change, or against it, a beginning would only be read into it.
        let is_much = part.total.value() * LEAST_FOLLOWED / whole >= 1.0;
        let since = since_when(steps, part.before, part.now).filter(|_| is_much);
        Cause {
            since: since.and_then(|step| days.get(step).copied()),
            series,
            part,
        }
    };
    apart.parts.into_iter().map(follow).collect()
}
