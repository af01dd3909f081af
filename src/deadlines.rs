//! Nearest deadline first: one sleeping task, woken early by a nearer one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::backoff::{Backoff, next_look};
use crate::digests;
use crate::engine::Event;
use crate::journal::{self, Cause};
use crate::shared::Shared;
use crate::store::{DueDeal, StoreError};
use crate::weekly::Weekly;
use crate::which_deal;
use crate::who_is_it;

/// Deals looked at in one round.
const DEALS_OF_ONE_ROUND: i64 = 100;
/// Deals ticked in one transaction: together they pay for one sync, and a callback that comes
/// meanwhile waits for no more of them.
const DEALS_OF_ONE_COMMIT: usize = 25;
/// Deadlines that another replica set are seen after this at the latest.
const LOOK_AROUND: Duration = Duration::from_secs(5);
/// A deadline that can't be fired is looked at again after this.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(4), Duration::from_secs(15 * 60));

/// Ticks deals whose moment has come. Cheap to clone.
#[derive(Clone)]
pub struct Deadlines {
    shared: Arc<Shared>,
    /// The definitions that all open deals were looked at by.
    followed: Arc<Mutex<Option<String>>>,
    weekly: Arc<Weekly>,
}

impl Deadlines {
    /// The task.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            followed: Arc::default(),
            weekly: Arc::default(),
        }
    }

    /// Fires until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            // Before the round: time that is moved during it has to end the sleep.
            let now = self.shared.clock.now();
            match self.fire_round().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(error = %error, "deadlines: due ones could not be fired")
                }
            }
            let nearest = self.shared.store.nearest_moment().await.ok().flatten();
            let look = next_look(nearest, now, LOOK_AROUND);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.deadline_set() => {}
                () = self.shared.clock.sleep_until(look) => {}
            }
        }
    }

    /// Fires what is due, once. Returns how many deals were ticked, how many questions were settled
    /// of which deal is meant, and how many people were told or reminded of what waited for them. A
    /// deal that can't be ticked holds up no other: its deadlines are pushed back, further each time. Nor do a
    /// question or a digest hold up any deal.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn fire_round(&self) -> Result<usize, StoreError> {
        self.follow_definitions().await?;
        let ticked = self.tick_due().await;
        let settled = which_deal::settle_due(&self.shared).await;
        let told = digests::release_due(&self.shared).await;
        let reminded = journal::remind_due(&self.shared).await;
        let handed_over = journal::hand_over_due(&self.shared).await;
        let judged = who_is_it::judge_known(&self.shared).await;
        let weekly = self.weekly.tell_due(&self.shared).await;
        Ok(ticked?
            + none_of(
                settled,
                "questions of which deal is meant could not be settled",
            )
            + none_of(told, "people could not be told what waits for them")
            + none_of(
                reminded,
                "reps could not be reminded of what waits for them",
            )
            + none_of(handed_over, "new reps of deals could not be asked")
            + none_of(
                judged,
                "what contacts said who are known now could not be judged",
            )
            + none_of(weekly, "the week's objections could not be told"))
    }

    /// Under other definitions other moments count, and some may have passed already.
    async fn follow_definitions(&self) -> Result<(), StoreError> {
        let (process, calendar) = (self.shared.process.load(), self.shared.calendar.load());
        let definitions = format!("{}+{}", process.version(), calendar.version());
        let followed = |known: &Option<String>| known.as_deref() == Some(definitions.as_str());
        if followed(&self.followed.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        let now = self.shared.clock.now();
        let mut tx = self.shared.store.begin().await?;
        tx.look_at_all(&definitions, now).await?;
        tx.commit().await?;
        *self.followed.lock().unwrap_or_else(PoisonError::into_inner) = Some(definitions);
        Ok(())
    }

    async fn tick_due(&self) -> Result<usize, StoreError> {
        let now = self.shared.clock.now();
        let due = self.shared.store.due_deals(now, DEALS_OF_ONE_ROUND).await?;
        let mut fired = 0;
        for together in due.chunks(DEALS_OF_ONE_COMMIT) {
            fired += match self.tick(together).await {
                Ok(ticked) => ticked,
                // One of them can't be ticked: the others are, without it.
                Err(_) => self.tick_each(together).await?,
            };
        }
        Ok(fired)
    }

    async fn tick_each(&self, due: &[DueDeal]) -> Result<usize, StoreError> {
        let mut fired = 0;
        for deadline in due {
            match self.tick(std::slice::from_ref(deadline)).await {
                Ok(ticked) => fired += ticked,
                // Someone else changed it in this moment: it is looked at again.
                Err(StoreError::Conflict) => {}
                Err(error) => {
                    tracing::error!(opportunity.id = %deadline.opportunity_id, error = %error, "deadlines: a deal could not be ticked; trying again later");
                    self.push_back(deadline).await?;
                }
            }
        }
        Ok(fired)
    }

    /// Lets the deals' time pass, all of them or none. Returns how many still had a moment that is
    /// due: another replica may have ticked them.
    async fn tick(&self, due: &[DueDeal]) -> Result<usize, StoreError> {
        let mut tx = self.shared.store.begin().await?;
        // What is due here has to be due for the engine too, or it would be passed over.
        let now = self.shared.clock.now();
        // The deals first, as everyone takes them: the other way round, two would wait for each other.
        let due = tx.take_due(due, now).await?;
        let definitions = self.shared.definitions();
        for DueDeal { opportunity_id, .. } in &due {
            let cause = Cause {
                key: "tick",
                click: None,
            };
            let by = (&definitions, now);
            journal::step_at(
                &self.shared,
                &mut tx,
                opportunity_id,
                &[Event::Ticked],
                cause,
                by,
            )
            .await?;
        }
        tx.commit().await?;
        for deadline in &due {
            #[expect(clippy::cast_precision_loss, reason = "a histogram of seconds")]
            metrics::histogram!("dingdan_deadline_late_seconds")
                .record(now.since(deadline.due_at).as_millis() as f64 / 1000.0);
        }
        self.shared.wake_after_commit();
        Ok(due.len())
    }

    async fn push_back(&self, due: &DueDeal) -> Result<(), StoreError> {
        let mut tx = self.shared.store.begin().await?;
        tx.opportunity(&due.opportunity_id).await?;
        let until = self.shared.clock.now().plus(BACKOFF.after(due.tries + 1));
        tx.push_back_moment(&due.opportunity_id, until).await?;
        tx.commit().await
    }
}

/// What could not be done in this round is done in a later one, and holds up nothing else.
fn none_of(done: Result<usize, StoreError>, what: &'static str) -> usize {
    done.unwrap_or_else(|error| {
        tracing::error!(error = %error, "deadlines: {what}; trying again later");
        0
    })
}
