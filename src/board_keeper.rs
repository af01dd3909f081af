//! Keeps the board in step with the store: counts new signals, catches up on what a broken Redis
//! missed, and makes the board again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::RwLock;

use crate::board::{Board, BoardError, DAYS_KEPT, Hit, Question, Rebuild, Snapshot, SnapshotSum};
use crate::clock::Clock;
use crate::domain::{Day, MessageId, Timestamp};
use crate::store::{BoardScope, Store, StoreError, Teams, UncountedSignal, ViewScope};

/// Signals read at a time.
const PAGE: i64 = 5_000;

/// The first moment of the first day counts too.
const MOMENT: Duration = Duration::from_millis(1);

/// Replicas' clocks differ by less.
const CLOCKS_DIFFER: Duration = Duration::from_secs(600);

/// The board could not be brought in step.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The board failed.
    #[error(transparent)]
    Board(#[from] BoardError),
}

/// The board and what it is a projection of. Cheap to clone.
#[derive(Clone)]
pub struct BoardKeeper {
    /// The board itself.
    pub board: Board,
    store: Store,
    clock: Clock,
    /// Held by who counts, and alone by who begins to make the board again.
    counting: Arc<RwLock<()>>,
}

impl BoardKeeper {
    /// A keeper.
    #[must_use]
    pub fn new(board: Board, store: Store, clock: Clock) -> Self {
        Self {
            board,
            store,
            clock,
            counting: Arc::default(),
        }
    }

    /// Counts a message's signals, and takes off those that mean nothing any more. What fails is done
    /// by the next [`BoardKeeper::catch_up`].
    pub async fn count(&self, message: &MessageId) {
        if let Err(error) = self.try_count(message).await {
            tracing::warn!(error = %error, "board: a message will be counted later");
        }
    }

    async fn try_count(&self, message: &MessageId) -> Result<(), KeepError> {
        let _counting = self.counting.read().await;
        let signals = self.store.uncounted_signals_of(message).await?;
        let hits: Vec<Hit> = signals.iter().cloned().map(hit).collect();
        self.board.record(&hits).await?;
        self.store.mark_counted(&signals, self.clock.now()).await?;
        // Last, so that a signal which was dismissed while it was counted is taken off again.
        self.withdraw(Some(message)).await?;
        Ok(())
    }

    /// Takes dismissed signals off the board, and off its trials what is on trial no more, of one message
    /// or of all.
    async fn withdraw(&self, message: Option<&MessageId>) -> Result<(), KeepError> {
        let mut before = Vec::new();
        loop {
            let gone = self.store.signals_to_uncount(message, PAGE).await?;
            let ids: Vec<String> = gone.iter().map(|signal| signal.id.clone()).collect();
            if gone.is_empty() || ids == before {
                return Ok(());
            }
            let hits: Vec<Hit> = gone.iter().cloned().map(hit).collect();
            self.board.withdraw(&hits).await?;
            self.store.mark_uncounted(&gone).await?;
            before = ids;
        }
    }

    /// Counts what was not counted yet, and takes off what means nothing any more. Returns how many
    /// signals were counted.
    ///
    /// # Errors
    /// When store or board fail; what was counted stays counted.
    pub async fn catch_up(&self) -> Result<usize, KeepError> {
        self.withdraw(None).await?;
        let mut counted = 0;
        let _counting = self.counting.read().await;
        loop {
            let missed = self.store.uncounted_signals(PAGE).await?;
            if missed.is_empty() {
                return Ok(counted);
            }
            counted += missed.len();
            let hits: Vec<Hit> = missed.iter().cloned().map(hit).collect();
            self.board.record(&hits).await?;
            self.store.mark_counted(&missed, self.clock.now()).await?;
        }
    }

    /// Makes the board again from the signals of the days that it keeps. Readers see the old one until then.
    ///
    /// # Errors
    /// When store or board fail; the old board then stays.
    pub async fn rebuild(&self) -> Result<usize, KeepError> {
        let began = self.clock.now();
        // What was read before is counted before: it may be changed by now.
        let counting = self.counting.write().await;
        let mut rebuild = self.board.rebuild().await?;
        drop(counting);
        let first_day = self.store.first_day_of_signals(DAYS_KEPT).await?;
        let mut from = (first_day.unwrap_or_default().minus(MOMENT), String::new());
        loop {
            let page = self.store.signals_to_count((from.0, &from.1), PAGE).await?;
            let Some(last) = page.last() else { break };
            from = (last.at, last.id.clone());
            let hits: Vec<Hit> = page.into_iter().map(hit).collect();
            rebuild.add(&hits).await?;
        }
        self.leave_out(&mut rebuild, began).await?;
        let counted = rebuild.finish().await?;
        self.catch_up().await?;
        Ok(counted)
    }

    /// Takes off a new board what was dismissed while the store was read for it: it may have been added
    /// after it had been taken off.
    async fn leave_out(&self, rebuild: &mut Rebuild, began: Timestamp) -> Result<(), KeepError> {
        let since = began.minus(CLOCKS_DIFFER);
        let mut from = (Timestamp(i64::MIN), String::new());
        loop {
            let page = self
                .store
                .signals_dismissed_since(since, (from.0, &from.1), PAGE)
                .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            from = (last.at, last.id.clone());
            let hits: Vec<Hit> = page.into_iter().map(hit).collect();
            rebuild.remove(&hits).await?;
        }
    }

    /// At start and whenever Redis comes back empty: makes the board again if it has to be; else
    /// only catches up. It has to be as well where signals were changed that it has counted.
    ///
    /// # Errors
    /// When store or board fail.
    pub async fn mend(&self) -> Result<usize, KeepError> {
        let marks = self.store.board_marks().await?;
        if marks.is_empty() && !self.board.needs_rebuild().await? {
            return self.catch_up().await;
        }
        let counted = self.rebuild().await?;
        self.store.clear_board_marks(&marks).await?;
        Ok(counted)
    }
}

/// Of a question, what somebody may see: that is part of it, whatever was asked.
#[must_use]
pub fn seen_by(scope: &ViewScope, question: Question, teams: &Teams) -> Question {
    match scope.on_board() {
        BoardScope::All => question,
        BoardScope::Region { region, .. } => question.in_region(region),
        BoardScope::Team(lead) => {
            let mut own = teams.members(&lead);
            own.insert(lead);
            let both = match &question.team {
                Some(asked) => asked & &own,
                None => own,
            };
            question.of_team(both)
        }
        BoardScope::Rep(rep) => question.of_rep(rep),
    }
}

/// What the store says to questions, for reports: they have to be right although the live board may
/// be away or in the making, and may be about more days than it keeps. Signals are read in their
/// order and one day's are in memory at a time, so that what this takes follows from who and what is
/// counted, and not from how often.
///
/// # Errors
/// When the store fails.
pub async fn snapshots_of(
    store: &Store,
    questions: &[Question],
) -> Result<Vec<Snapshot>, StoreError> {
    let mut sums = Sums::of(questions);
    let from = questions.iter().map(|question| question.from).min();
    let to = questions.iter().map(|question| question.to).max();
    let (from, to) = from.zip(to).unwrap_or((Day(0), Day(-1)));
    let end = to.plus(1).start();
    let mut place = (from.start().minus(MOMENT), String::new());
    let mut under_way = None;
    while place.0 < end {
        let page = store.signals_to_count((place.0, &place.1), PAGE).await?;
        let Some(last) = page.last() else { break };
        place = (last.at, last.id.clone());
        let hits: Vec<Hit> = page
            .into_iter()
            .filter(|signal| signal.at < end)
            .map(hit)
            .collect();
        for of_day in hits.chunk_by(|one, next| one.at.day() == next.at.day()) {
            let day = of_day[0].at.day();
            let (_, board) = match under_way.take_if(|(before, _)| *before == day) {
                Some(same) => under_way.insert(same),
                None => {
                    sums.close(under_way.take()).await;
                    under_way.insert((day, Board::in_process()))
                }
            };
            board.record(of_day).await.expect(IN_PROCESS);
        }
    }
    sums.close(under_way).await;
    Ok(sums.into_snapshots())
}

const IN_PROCESS: &str = "a board in the process takes every hit and always answers";

/// Answers to questions, day by day.
struct Sums<'q>(Vec<(&'q Question, SnapshotSum)>);

impl<'q> Sums<'q> {
    fn of(questions: &'q [Question]) -> Self {
        let begun = |question| (question, SnapshotSum::default());
        Self(questions.iter().map(begun).collect())
    }

    /// Takes what a day's board says.
    async fn close(&mut self, day: Option<(Day, Board)>) {
        let Some((day, board)) = day else { return };
        for (question, sum) in &mut self.0 {
            if (question.from..=question.to).contains(&day) {
                let of_day = board.snapshot(&question.over(day, day)).await;
                sum.add(of_day.expect(IN_PROCESS));
            }
        }
    }

    fn into_snapshots(self) -> Vec<Snapshot> {
        let sums = self.0.into_iter();
        sums.map(|(_, sum)| sum.into_snapshot()).collect()
    }
}

fn hit(signal: UncountedSignal) -> Hit {
    Hit {
        message: signal.message_id,
        label: signal.label,
        at: signal.at,
        region: Some(signal.region).filter(|region| !region.is_empty()),
        rep: signal.rep_id,
        customer: signal.customer_id,
        product: Some(signal.product).filter(|product| !product.is_empty()),
        on_trial: signal.shadow,
    }
}
