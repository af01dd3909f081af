//! How long the deal has stood in each stage, and how long its nodes took, beside the team's. All in
//! working time: a weekend says nothing about a rep.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::calendar::Calendar;
use crate::domain::Timestamp;
use crate::engine::{Definitions, Phase, State};
use crate::health::Spread;
use crate::shared::Shared;
use crate::store::{HealthQuestion, OpportunityRow, Period, Stay, StoreError};
use crate::web::language::{Language, say};
use crate::web::moments::{self, Now};
use crate::web::viewer::Viewer;

/// What the team did in so many days is compared with.
const DAYS: i64 = 180;
/// At most so many of its last runs, and of its last stages.
const COMPARED: i64 = 2_000;

/// The section of a deal's page.
#[derive(Default)]
pub(super) struct Dwell {
    /// Whom it is beside.
    pub(super) beside: String,
    pub(super) rows: Vec<Row>,
}

/// One stage or node.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) own: String,
    pub(super) goes_on: bool,
    pub(super) is_long: bool,
    pub(super) strip: Option<Strip>,
    /// The team's, in words.
    pub(super) told: String,
}

/// Where things stand, in whole percent of the width.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Strip {
    pub(super) least: u128,
    pub(super) lower: u128,
    pub(super) half: u128,
    pub(super) median: u128,
    pub(super) most: u128,
    pub(super) own: u128,
}

/// How long this deal was in something, and whether it still is.
struct Own {
    name: String,
    time: Duration,
    goes_on: bool,
}

/// Of the deal, as its viewer may see it: a rep beside their own other deals.
///
/// # Errors
/// When the store fails.
pub(super) async fn dwell(
    shared: &Shared,
    viewer: &Viewer,
    (deal, state): (&OpportunityRow, &State),
    now: Now,
) -> Result<Dwell, StoreError> {
    let definitions = shared.definitions();
    let calendar = definitions.calendar();
    let (asked, beside) = team(shared, viewer, deal, now).await?;
    let left = shared.store.stages_of(&deal.id).await?;
    let (stages, runs) = tokio::try_join!(
        shared.store.stages_lasted(&viewer.scope, &asked, COMPARED),
        shared.store.runs_lasted(&viewer.scope, &asked, COMPARED),
    )?;
    let (stages, runs) = (spreads(stages, calendar), spreads(runs, calendar));
    let told_by = ToldBy {
        workday: calendar.workday_length(),
        language: now.language,
    };
    let own_stages = own_stages(&definitions, (deal, state, &left), now.at);
    let own_nodes = own_nodes(&definitions, state, now.at);
    let of = |own: BTreeMap<(usize, String), Own>, spreads: &BTreeMap<String, Spread>| {
        let own = own.into_iter();
        own.map(|((_, key), own)| row(own, spreads.get(&key), &told_by))
            .collect::<Vec<Row>>()
    };
    let mut rows = of(own_stages, &stages);
    rows.extend(of(own_nodes, &runs));
    Ok(Dwell { beside, rows })
}

/// The people who stand below the rep's supervisor; without one, those of the rep's region.
async fn team(
    shared: &Shared,
    viewer: &Viewer,
    deal: &OpportunityRow,
    now: Now,
) -> Result<(HealthQuestion, String), StoreError> {
    let language = now.language;
    let since = Timestamp(now.at.day().plus(-DAYS).start().0);
    let mut asked = HealthQuestion::all(Period {
        from: since,
        until: Timestamp(i64::MAX),
    });
    if !viewer.is_supervisor() {
        let own = say!(
            language,
            "与您近 {DAYS} 天的其他商机相比",
            "beside your other deals of {DAYS} days"
        );
        return Ok((asked, own));
    }
    let rep = shared.store.person(&deal.rep_id).await?;
    let lead = rep.and_then(|rep| rep.supervisor_id);
    let lead = match &lead {
        Some(lead) => shared.store.person(lead).await?,
        None => None,
    };
    let whom = match lead {
        Some(lead) => {
            asked.team = Some(lead.id);
            lead.name
        }
        None => {
            asked.region = Some(deal.region.clone()).filter(|region| !region.is_empty());
            deal.region.clone()
        }
    };
    let told = say!(
        language,
        "与{whom}团队近 {DAYS} 天相比",
        "beside the team of {whom}, {DAYS} days"
    );
    Ok((asked, told))
}

fn spreads(stays: Vec<Stay>, calendar: &Calendar) -> BTreeMap<String, Spread> {
    let mut times: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for stay in stays {
        let time = calendar.working_time_between(stay.from_at, stay.until_at);
        times.entry(stay.key).or_default().push(time);
    }
    let spreads = times.into_iter();
    spreads
        .filter_map(|(key, times)| Some((key, Spread::of(times)?)))
        .collect()
}

/// In the order of the process; a stage that the deal came back to counts as one.
fn own_stages(
    definitions: &Definitions,
    (deal, state, left): (&OpportunityRow, &State, &[Stay]),
    now: Timestamp,
) -> BTreeMap<(usize, String), Own> {
    let process = definitions.current();
    let stands = state.stage.as_deref().unwrap_or(&deal.stage);
    let is_over = process.stage(stands).is_some_and(|stage| stage.is_end());
    let here = (!is_over).then_some((stands, state.stage_since, now));
    let left = left
        .iter()
        .map(|stay| (stay.key.as_str(), stay.from_at, stay.until_at));
    let mut own: BTreeMap<(usize, String), Own> = BTreeMap::new();
    for (key, from, until) in left.chain(here) {
        let place = process.stages().iter().position(|stage| stage.key == key);
        let name = process.stage(key).map_or(key, |stage| stage.name.as_str());
        let entry = own.entry((place.unwrap_or(usize::MAX), key.to_owned()));
        let entry = entry.or_insert_with(|| Own {
            name: name.to_owned(),
            time: Duration::ZERO,
            goes_on: false,
        });
        entry.time += definitions.calendar().working_time_between(from, until);
        entry.goes_on |= until == now;
    }
    own
}

/// The newest run of each node, if it was done or is wanted.
fn own_nodes(
    definitions: &Definitions,
    state: &State,
    now: Timestamp,
) -> BTreeMap<(usize, String), Own> {
    let mut runs: Vec<_> = state.runs.values().collect();
    runs.sort_by_key(|run| run.number);
    let process = definitions.current();
    let mut own = BTreeMap::new();
    for run in runs {
        let until = match &run.phase {
            Phase::Done { signed, .. } => signed.at,
            phase if phase.is_unfinished() => now,
            _ => continue,
        };
        let place = process.nodes().iter().position(|node| node.key == run.node);
        let name = definitions
            .node_of(run)
            .map_or(&run.node, |node| &node.name);
        let calendar = definitions.calendar();
        let of_node = Own {
            name: name.clone(),
            time: calendar.working_time_between(run.opened_at, until),
            goes_on: run.phase.is_unfinished(),
        };
        own.insert((place.unwrap_or(usize::MAX), run.node.clone()), of_node);
    }
    own
}

/// How working time is told.
struct ToldBy {
    workday: Duration,
    language: Language,
}

impl ToldBy {
    /// Hours and minutes within a day, else workdays with a tenth: a day of work has fewer hours than
    /// a day.
    fn span(&self, time: Duration) -> String {
        let language = self.language;
        let tenths = time.as_millis() * 10 / self.workday.as_millis().max(1);
        match (tenths / 10, tenths % 10) {
            (0, _) => moments::span(time, language),
            (days, 0) => say!(language, "{days} 个工作日", "{days} workdays"),
            (days, tenth) => say!(
                language,
                "{days}.{tenth} 个工作日",
                "{days}.{tenth} workdays"
            ),
        }
    }
}

fn row(own: Own, spread: Option<&Spread>, told_by: &ToldBy) -> Row {
    let language = told_by.language;
    let span = |time| told_by.span(time);
    let told = match spread {
        None => language
            .say(
                "样本不到 5 个，没有可比的分布",
                "fewer than 5 to compare with",
            )
            .to_owned(),
        Some(spread) => {
            let (median, count) = (span(spread.median), spread.count);
            let (lower, upper) = (span(spread.lower), span(spread.upper));
            say!(
                language,
                "团队中位数 {median}，中间一半 {lower} 到 {upper}，样本 {count}",
                "team median {median}, middle half {lower} to {upper}, {count} in all"
            )
        }
    };
    Row {
        own: span(own.time),
        goes_on: own.goes_on,
        is_long: spread.is_some_and(|spread| spread.is_long(own.time)),
        strip: spread.map(|spread| strip(spread, own.time)),
        name: own.name,
        told,
    }
}

/// Drawn up to this deal or the usual end of the others, so that one who took a year leaves room.
fn strip(spread: &Spread, own: Duration) -> Strip {
    let usual = spread.upper + (spread.upper.saturating_sub(spread.lower)) * 2;
    let end = usual.min(spread.most).max(own).max(spread.upper);
    // A dot at the end needs half of itself.
    let percent = |time: Duration| 1 + time.min(end).as_millis() * 98 / end.as_millis().max(1);
    Strip {
        least: percent(spread.least),
        lower: percent(spread.lower),
        half: percent(spread.upper) - percent(spread.lower),
        median: percent(spread.median),
        most: percent(spread.most),
        own: percent(own),
    }
}

/// One beside others, and one that has none beside it.
#[cfg(test)]
pub(super) fn sample(text: &str) -> Dwell {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    let spread = Spread::of([1, 2, 4, 8, 20].map(hours).to_vec()).expect("five");
    let told_by = ToldBy {
        workday: hours(8),
        language: Language::Chinese,
    };
    let own = |goes_on| Own {
        name: text.to_owned(),
        time: hours(9),
        goes_on,
    };
    Dwell {
        beside: text.to_owned(),
        rows: vec![
            row(own(true), Some(&spread), &told_by),
            row(own(false), None, &told_by),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_ends_with_what_is_usual_or_with_this_deal() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        let spread = Spread::of([1, 2, 4, 8, 1000].map(hours).to_vec()).expect("five");

        let usual = strip(&spread, hours(4));
        let long = strip(&spread, hours(40));

        assert_eq!((usual.own, usual.median, usual.most), (20, 20, 99));
        assert_eq!((usual.lower, usual.half), (10, 30));
        assert_eq!((long.own, long.most), (99, 99));
    }
}
