//! Why a run is red: all that happened to its clock, in the order of time. Its own record, who was told
//! and when, who urged, and the time that was left out since nobody works then.

use std::time::Duration;

use crate::calendar::Calendar;
use crate::domain::{Day, RunId, Timestamp};
use crate::engine::{ClockChange, Event, Node, Phase, Run, Span};
use crate::shared::Shared;
use crate::standing_run::StandingRun;
use crate::store::{AlertRow, AlertStatus, JournalEntry, StoreError};
use crate::web::language::say;
use crate::web::moments::{self, Now};

/// Alerts of one run that are told.
const ALERTS: i64 = 50;
/// The newest entries of the journal that are looked through for what the clock doesn't hold.
const ENTRIES: i64 = 300;
/// Nights and holidays that are told one by one.
const BREAKS: usize = 30;
/// Shorter breaks are those of noon.
const NOON: Duration = Duration::from_secs(4 * 60 * 60);

/// A line of the clock.
pub(super) struct Line {
    at: Timestamp,
    what: String,
}

/// Moment and sentence of each line, the oldest first. `told` words the engine's own record.
///
/// # Errors
/// When the store fails.
pub(super) async fn lines(
    shared: &Shared,
    found: &StandingRun,
    told: impl Fn(&ClockChange) -> String,
    now: Now,
) -> Result<Vec<(String, String)>, StoreError> {
    let run = &found.run;
    let definitions = shared.definitions();
    let alerts = shared.store.alerts_of_run(&found.row.id, ALERTS).await?;
    let entries = shared
        .store
        .journal_before(&found.deal.id, i64::MAX, ENTRIES)
        .await?;
    let mut lines: Vec<Line> = run
        .clock
        .iter()
        .map(|entry| line(entry.at, told(&entry.change)))
        .collect();
    lines.extend(
        entries
            .iter()
            .filter_map(|entry| urged(entry, &found.row.id, now)),
    );
    lines.extend(alerts.iter().map(|alert| told_somebody(alert, now)));
    if let Some(node) = definitions.node_of(run) {
        lines.extend(left_out(run, node, definitions.calendar(), now));
    }
    lines.extend(ended(&run.phase, now));
    lines.sort_by_key(|line| line.at);
    let shown = lines.into_iter();
    Ok(shown
        .map(|line| (moments::told(line.at, now), line.what))
        .collect())
}

const fn line(at: Timestamp, what: String) -> Line {
    Line { at, what }
}

fn urged(entry: &JournalEntry, id: &RunId, now: Now) -> Option<Line> {
    let what = match serde_json::from_str(&entry.event).ok()? {
        Event::Urged { run, by } if run == *id => {
            let by = by.name;
            say!(now.language, "{by} 催办", "{by} urged the rep")
        }
        Event::PutOff { run, .. } if run == *id => {
            let said = now.language.say(
                "销售说稍后再填，时钟照走",
                "The rep put it off; the clock went on",
            );
            said.to_owned()
        }
        _ => return None,
    };
    Some(line(entry.at, what))
}

fn told_somebody(alert: &AlertRow, now: Now) -> Line {
    let language = now.language;
    let whom = match alert.person.as_str() {
        "" => language
            .say("没有可以告诉的主管", "nobody who could be told")
            .to_owned(),
        name => name.to_owned(),
    };
    let at = moments::told(alert.status_at, now);
    let what = match alert.status {
        AlertStatus::Queued => say!(
            language,
            "要告诉 {whom}，还没有送出",
            "{whom} is to be told, not sent yet"
        ),
        AlertStatus::Sent => say!(
            language,
            "已告诉 {whom}（{at} 送出）",
            "{whom} was told (sent {at})"
        ),
        AlertStatus::Refused => say!(
            language,
            "没有送到 {whom}：被拒绝",
            "{whom} was not reached: refused"
        ),
        AlertStatus::Unknown => say!(
            language,
            "告诉 {whom} 的结果不明",
            "Whether {whom} was told is unknown"
        ),
        AlertStatus::Withdrawn => say!(
            language,
            "没有再告诉 {whom}：先处理了",
            "{whom} was not told: it was dealt with before"
        ),
    };
    line(alert.raised_at, what)
}

/// The times in which the clock ran and nobody works: of a node that counts hours of work each night,
/// weekend and holiday; of one that counts workdays, days without work.
fn left_out(run: &Run, node: &Node, calendar: &Calendar, now: Now) -> Vec<Line> {
    let counts_nights = match node.clock.late {
        Span::Elapsed(_) => return Vec::new(),
        Span::Working(_) => false,
        Span::Workdays(_) => true,
    };
    let language = now.language;
    let breaks = running(run, now.at)
        .into_iter()
        .flat_map(|(from, until)| calendar.breaks_between(from, until));
    // A break at noon is no news.
    let breaks = breaks.filter(|(from, until)| until.since(*from) >= NOON);
    let is_free = |(from, until): &(Timestamp, Timestamp)| {
        let mut days = (from.day().0..=until.day().0).map(Day);
        days.any(|day| !calendar.is_workday(day))
    };
    let breaks = breaks.filter(|one| !counts_nights || is_free(one));
    let mut breaks: Vec<(Timestamp, Timestamp)> = breaks.collect();
    let more = breaks.len().saturating_sub(BREAKS);
    breaks.truncate(BREAKS);
    let mut lines: Vec<Line> = Vec::new();
    for (from, until) in breaks {
        let (ends, long) = (
            moments::told(until, now),
            moments::span(until.since(from), language),
        );
        let what = match is_free(&(from, until)) {
            true => say!(
                language,
                "休息日，到 {ends} 为止的 {long} 不计",
                "Days off until {ends}: {long} don't count"
            ),
            false => say!(
                language,
                "下班，到 {ends} 为止的 {long} 不计",
                "After hours until {ends}: {long} don't count"
            ),
        };
        lines.push(line(from, what));
    }
    if let Some(last) = lines.last_mut().filter(|_| more > 0) {
        let further = say!(
            language,
            "；之后还有 {more} 次下班和休息日，不逐个列出",
            "; {more} further nights and days off aren't listed"
        );
        last.what.push_str(&further);
    }
    lines
}

/// From when until when the clock ran.
fn running(run: &Run, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut times = Vec::new();
    let mut since = None;
    for entry in &run.clock {
        match entry.change {
            ClockChange::Paused { .. } => {
                times.extend(since.take().map(|since| (since, entry.at)));
            }
            ClockChange::Started { .. }
            | ClockChange::Resumed { .. }
            | ClockChange::Returned { .. } => {
                since = since.or(Some(entry.at));
            }
            _ => {}
        }
    }
    let end = end(&run.phase).unwrap_or(now);
    times.extend(since.map(|since| (since, end)));
    times
}

const fn end(phase: &Phase) -> Option<Timestamp> {
    match phase {
        Phase::Done { signed, .. }
        | Phase::Waived { signed, .. }
        | Phase::NotApplicable { signed, .. } => Some(signed.at),
        Phase::Ended { at, .. } => Some(*at),
        Phase::Open { .. } | Phase::Paused { .. } | Phase::Overdue { .. } => None,
    }
}

fn ended(phase: &Phase, now: Now) -> Option<Line> {
    let language = now.language;
    let what = match phase {
        Phase::Done { signed, late, .. } => {
            let by = &signed.by.name;
            match late {
                true => say!(
                    language,
                    "{by} 完成，超过了截止时间",
                    "{by} finished it, after the deadline"
                ),
                false => say!(
                    language,
                    "{by} 完成，在截止时间之前",
                    "{by} finished it in time"
                ),
            }
        }
        Phase::Waived { signed, .. } => {
            let by = &signed.by.name;
            say!(language, "{by} 豁免", "{by} waived it")
        }
        Phase::NotApplicable { signed, .. } => {
            let by = &signed.by.name;
            say!(language, "{by} 标为不适用", "{by} called it not applicable")
        }
        Phase::Ended { .. } => language
            .say(
                "商机结束，不用再做",
                "The deal ended; nobody wants it any more",
            )
            .to_owned(),
        Phase::Open { .. } | Phase::Paused { .. } | Phase::Overdue { .. } => return None,
    };
    Some(line(end(phase)?, what))
}
