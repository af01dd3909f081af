//! What supervisors do with a run, or with a rule's alert, over the API and on the pages: on record when it makes sense
//! where that stands, and refused with a sentence when it doesn't.

use std::sync::Arc;
use std::time::Duration;

use super::{Cause, load, step_at};
use crate::domain::{OpportunityId, RunId, Timestamp};
use crate::engine::{Actor, Definitions, Event, Looked, Phase, Run};
use crate::shared::Shared;
use crate::store::{Person, StoreError, Tx};

const HOUR: Duration = Duration::from_secs(3600);

/// What is wanted.
#[derive(Clone)]
pub(crate) enum Act {
    /// Take the alert on: nobody further up is told.
    Acknowledge,
    /// Tell the rep that somebody waits.
    Urge,
    /// Give more time.
    Extend { until: MoreTime, why: String },
    /// Stop the clock.
    Pause { why: String },
    /// Let it go on.
    Resume,
    /// Let the rep off.
    Waive { why: String },
    /// Say that it does not apply.
    Dismiss { why: String },
    /// Looked at, and found right.
    Approve { seen: Looked },
    /// These answers don't do; without questions, those that prove something.
    Return { questions: Vec<String>, why: String },
    /// What was looked at doesn't do.
    Refuse { seen: Looked, why: String },
}

/// How much more.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MoreTime {
    /// Until then.
    Until(Timestamp),
    /// So many hours from the deadline on, or from now when that has passed.
    Hours(u32),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is on record.
    Done,
    /// It makes no sense where the run stands.
    Senseless(Senseless),
    /// The person doesn't answer for the rep.
    NotTheirs,
    /// There is no such run, or no such rule of that deal.
    Unknown,
}

/// Why something makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Senseless {
    Finished,
    NotTicking,
    NotPaused,
    Paused,
    NotLater,
    NotLate,
    Acknowledged,
    NoAlert,
    NothingToSee,
    NothingGiven,
    DealOver,
    Changed,
    OwnDeal,
}

impl Senseless {
    /// For callers of the API.
    pub(crate) const fn english(self) -> &'static str {
        match self {
            Self::Finished => "the run is finished; nothing is wanted of it any more",
            Self::NotTicking => "the run's clock is not running: it is late, paused or finished",
            Self::NotPaused => "the run's clock was not stopped",
            Self::Paused => "the run's clock is stopped; resume it first",
            Self::NotLater => "the new deadline is not later than the one there is, or has passed",
            Self::NotLate => "the run is not late, so there is no alert to take on",
            Self::Acknowledged => "somebody took the alert on already",
            Self::NoAlert => "the rule has raised no alert about the deal that waits for somebody",
            Self::NothingToSee => "nothing of the run waits for a person to look at it",
            Self::NothingGiven => "none of these questions has an answer that could be sent back",
            Self::OwnDeal => "the deal is their own; somebody else has to decide about it",
            Self::Changed => "what was looked at has been replaced since; look at it again",
            Self::DealOver => {
                "the deal is won or lost, so nobody would be asked again; move it to a stage first"
            }
        }
    }

    /// For readers of the pages.
    pub(crate) const fn chinese(self) -> &'static str {
        match self {
            Self::Finished => "这个节点已经结束，不需要再处理。",
            Self::NotTicking => "这个节点的时钟没有在走：已超时、已暂停或已结束。",
            Self::NotPaused => "这个节点没有暂停。",
            Self::Paused => "这个节点已暂停，请先恢复计时。",
            Self::NotLater => "新的截止时间没有比原来更晚，或者已经过去。",
            Self::NotLate => "这个节点没有超时，没有需要确认的预警。",
            Self::Acknowledged => "已经有人确认过这条预警。",
            Self::NoAlert => "这条规则没有等待确认的预警。",
            Self::NothingToSee => "这个节点没有等待人工抽查的内容。",
            Self::NothingGiven => "没有可以退回的回答。",
            Self::OwnDeal => "这是您自己负责的商机，要由别的主管处理。",
            Self::Changed => "材料已更换，请重新查看。",
            Self::DealOver => {
                "商机已经赢单或输单，不会再请销售补充。要退回，请先把商机移回进行中的阶段。"
            }
        }
    }

    /// The same in the pages' English.
    pub(crate) const fn page_english(self) -> &'static str {
        match self {
            Self::Finished => "This step is finished; nothing more has to be done.",
            Self::NotTicking => "This step's clock is not running: it is late, paused or finished.",
            Self::NotPaused => "This step is not paused.",
            Self::Paused => "This step is paused. Please resume it first.",
            Self::NotLater => "The new deadline is not later than the present one, or has passed.",
            Self::NotLate => "This step is not late, so there is no alert to acknowledge.",
            Self::Acknowledged => "Somebody has acknowledged this alert already.",
            Self::NoAlert => "This rule has no alert that waits to be acknowledged.",
            Self::NothingToSee => "Nothing of this step waits for a spot check.",
            Self::NothingGiven => "There is no answer that could be sent back.",
            Self::OwnDeal => "This deal is your own. Somebody else has to decide about it.",
            Self::Changed => "The file has been replaced since. Please look at it again.",
            Self::DealOver => {
                "The deal is won or lost, so the rep would not be asked again. To send it back, \
                 please move the deal to an open stage first."
            }
        }
    }
}

/// Does it, if the person answers for the deal's rep: an administrator, a director of the region, or
/// a director further up the chain of supervisors. Nobody decides about a deal of their own.
///
/// # Errors
/// When the database fails, or someone else changed the deal at the same moment.
pub(crate) async fn supervise(
    shared: &Arc<Shared>,
    run: &RunId,
    by: &Person,
    act: Act,
    cause: &str,
) -> Result<Outcome, StoreError> {
    let Some(row) = shared.store.run(run).await? else {
        return Ok(Outcome::Unknown);
    };
    let mut tx = shared.store.begin().await?;
    let Some((deal, _)) = load(&mut tx, &row.opportunity_id).await? else {
        return Ok(Outcome::Unknown);
    };
    if !tx.answers_for(by, &deal.rep).await? {
        return Ok(Outcome::NotTheirs);
    }
    if by.id == deal.rep.id {
        return Ok(Outcome::Senseless(Senseless::OwnDeal));
    }
    let (definitions, now) = (shared.definitions(), shared.clock.now());
    // What has come due by now takes effect before the event does.
    let (state, _) = definitions.step(deal.state, &deal.context, &Event::Ticked, now);
    let Some(standing) = state.runs.get(run) else {
        return Ok(Outcome::Unknown);
    };
    if matches!(act, Act::Return { .. } | Act::Refuse { .. })
        && definitions.is_over(&state, standing)
    {
        return Ok(Outcome::Senseless(Senseless::DealOver));
    }
    let event = match act.event(run, standing, &actor(by), now) {
        Ok(event) => event,
        Err(why) => return Ok(Outcome::Senseless(why)),
    };
    record(
        shared,
        tx,
        (&row.opportunity_id, event),
        cause,
        (&definitions, now),
    )
    .await
}

/// Takes a rule's alert about the deal on, if the person answers for the deal's rep: nobody further
/// up is told. A rule's alert that goes no further up, such as of neglect, waits for nobody.
///
/// # Errors
/// As [`supervise`].
pub(crate) async fn acknowledge_rule(
    shared: &Arc<Shared>,
    (opportunity, rule): (&OpportunityId, &str),
    by: &Person,
    cause: &str,
) -> Result<Outcome, StoreError> {
    let mut tx = shared.store.begin().await?;
    let Some((deal, _)) = load(&mut tx, opportunity).await? else {
        return Ok(Outcome::Unknown);
    };
    if !tx.answers_for(by, &deal.rep).await? {
        return Ok(Outcome::NotTheirs);
    }
    if by.id == deal.rep.id {
        return Ok(Outcome::Senseless(Senseless::OwnDeal));
    }
    let (definitions, now) = (shared.definitions(), shared.clock.now());
    let (state, _) = definitions.step(deal.state, &deal.context, &Event::Ticked, now);
    match state.watches.get(rule).map(|watch| &watch.red) {
        Some(Some(red)) if red.acknowledged.is_some() => {
            return Ok(Outcome::Senseless(Senseless::Acknowledged));
        }
        Some(Some(_)) => {}
        Some(None) => return Ok(Outcome::Senseless(Senseless::NoAlert)),
        None if definitions.current().rule(rule).is_some() => {
            return Ok(Outcome::Senseless(Senseless::NoAlert));
        }
        None => return Ok(Outcome::Unknown),
    }
    let event = Event::Acknowledged {
        run: None,
        rule: Some(rule.to_owned()),
        by: actor(by),
    };
    record(shared, tx, (opportunity, event), cause, (&definitions, now)).await
}

async fn record(
    shared: &Arc<Shared>,
    mut tx: Tx,
    (opportunity, event): (&OpportunityId, Event),
    cause: &str,
    at: (&Definitions, Timestamp),
) -> Result<Outcome, StoreError> {
    let cause = Cause {
        key: cause,
        click: None,
    };
    step_at(shared, &mut tx, opportunity, &[event], cause, at).await?;
    tx.commit().await?;
    shared.wake_after_commit();
    Ok(Outcome::Done)
}

fn actor(person: &Person) -> Actor {
    Actor {
        id: person.id.clone(),
        name: person.name.clone(),
    }
}

impl Act {
    /// The event, if it makes sense where the run stands.
    fn event(
        self,
        id: &RunId,
        standing: &Run,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Event, Senseless> {
        self.fits(standing)?;
        let (run, by) = (id.clone(), by.clone());
        Ok(match self {
            Self::Acknowledge => Event::Acknowledged {
                run: Some(run),
                rule: None,
                by,
            },
            Self::Urge => Event::Urged { run, by },
            Self::Extend { until, why } => Event::Extended {
                due: until.after(&standing.phase, now)?,
                run,
                by,
                why,
            },
            Self::Pause { why } => Event::Stopped { run, by, why },
            Self::Resume => Event::WentOn { run, by },
            Self::Waive { why } => Event::Waived { run, by, why },
            Self::Dismiss { why } => Event::Dismissed { run, by, why },
            Self::Approve { seen } => Event::Approved {
                run,
                seen: Some(seen),
                by,
            },
            Self::Refuse { seen, why } => Event::SentBack {
                run,
                questions: vec![seen.question],
                by,
                why,
            },
            Self::Return { questions, why } => Event::SentBack {
                run,
                questions,
                by,
                why,
            },
        })
    }

    const fn is_for_what_is_done(&self, phase: &Phase) -> bool {
        matches!((self, phase), (Self::Return { .. }, Phase::Done { .. }))
    }

    fn fits(&self, run: &Run) -> Result<(), Senseless> {
        let given = |key: &String| run.answers.contains_key(key);
        let refusal = match (self, &run.phase) {
            (Self::Approve { seen } | Self::Refuse { seen, .. }, _) => not_seen(run, seen),
            (_, phase) if !phase.is_unfinished() && !self.is_for_what_is_done(phase) => {
                Some(Senseless::Finished)
            }
            (Self::Return { questions, .. }, _) => {
                let is_empty = run.answers.is_empty()
                    || (!questions.is_empty() && !questions.iter().any(given));
                is_empty.then_some(Senseless::NothingGiven)
            }
            (Self::Acknowledge, Phase::Overdue { acknowledged, .. }) => {
                acknowledged.is_some().then_some(Senseless::Acknowledged)
            }
            (Self::Acknowledge, _) => Some(Senseless::NotLate),
            (Self::Extend { .. }, Phase::Paused { .. }) => Some(Senseless::Paused),
            (Self::Pause { .. }, phase) => {
                (!matches!(phase, Phase::Open { .. })).then_some(Senseless::NotTicking)
            }
            (Self::Resume, phase) => {
                (!matches!(phase, Phase::Paused { .. })).then_some(Senseless::NotPaused)
            }
            (Self::Extend { .. } | Self::Urge | Self::Waive { .. } | Self::Dismiss { .. }, _) => {
                None
            }
        };
        refusal.map_or(Ok(()), Err)
    }
}

/// Why somebody can't decide about what they saw.
fn not_seen(run: &Run, seen: &Looked) -> Option<Senseless> {
    let waiting = run
        .unseen()
        .find(|(question, _)| *question == seen.question);
    let given = run.answers.get(&seen.question);
    match (waiting, given) {
        (Some((question, answer)), _) if seen.is_at(question, answer) => None,
        (Some(_), _) => Some(Senseless::Changed),
        (None, Some(answer)) if seen.is_at(&seen.question, answer) => Some(Senseless::NothingToSee),
        (None, _) => {
            let was_given = run
                .past
                .iter()
                .any(|past| seen.is_at(&past.question, &past.answer));
            let why = (Senseless::Changed, Senseless::NothingToSee);
            Some(if was_given { why.0 } else { why.1 })
        }
    }
}

impl MoreTime {
    fn after(self, phase: &Phase, now: Timestamp) -> Result<Timestamp, Senseless> {
        let due = match self {
            Self::Until(due) => due,
            Self::Hours(hours) => phase.due().max(now).plus(HOUR * hours),
        };
        let is_later = due > now && due > phase.due();
        is_later.then_some(due).ok_or(Senseless::NotLater)
    }
}
