//! Group commit: callbacks that arrive together share one transaction and one sync.

use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use std::sync::Arc;

use crate::store::{Arrival, Store};

/// As many as one statement stores; more wait for the next commit.
const ROWS_OF_ONE_COMMIT: usize = 64;

/// The arrival is not known to be stored: the platform has to send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    /// More callbacks wait for a commit than may.
    #[error("too many callbacks wait to be stored")]
    TooMany,
    /// The store failed, or the service is stopping.
    #[error("the store failed")]
    StoreFailed,
}

/// Takes arrivals in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Receiver {
    waiting: mpsc::Sender<Waiting>,
}

/// A [`Receiver`] for the callbacks of one thread.
///
/// Waking a task of another thread costs a system call. The answers of one commit therefore come
/// to the thread as one parcel, and are handed out there.
#[derive(Clone, Debug)]
pub struct ThreadReceiver {
    waiting: mpsc::Sender<Waiting>,
    answers: mpsc::UnboundedSender<Vec<Answer>>,
}

type Outcome = Result<(), NotStored>;

#[derive(Debug)]
struct Waiting {
    arrival: Arrival,
    stored: oneshot::Sender<Outcome>,
    answers: mpsc::UnboundedSender<Vec<Answer>>,
}

#[derive(Debug)]
struct Answer {
    stored: oneshot::Sender<Outcome>,
    outcome: Outcome,
}

impl Receiver {
    /// A receiver and the task that commits for it. At most `waiting` arrivals wait for a commit;
    /// `arrived` is told of each commit.
    pub fn new(
        store: Store,
        waiting: usize,
        arrived: Arc<Notify>,
        stop: CancellationToken,
    ) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, receiver) = mpsc::channel(waiting.max(1));
        (
            Self { waiting: sender },
            commit_until_stopped(store, receiver, arrived, stop),
        )
    }

    /// One for the callbacks of this thread. It needs a `LocalSet` or an actix worker around it.
    #[must_use]
    pub fn of_this_thread(&self) -> ThreadReceiver {
        let (answers, parcels) = mpsc::unbounded_channel();
        tokio::task::spawn_local(hand_out(parcels));
        ThreadReceiver {
            waiting: self.waiting.clone(),
            answers,
        }
    }
}

impl ThreadReceiver {
    /// Stores an arrival. On `Ok` it is on disk.
    ///
    /// # Errors
    /// When it is not known to be.
    pub async fn store(&self, arrival: Arrival) -> Result<(), NotStored> {
        let (stored, outcome) = oneshot::channel();
        self.waiting
            .try_send(Waiting {
                arrival,
                stored,
                answers: self.answers.clone(),
            })
            .map_err(|refused| match refused {
                mpsc::error::TrySendError::Full(_) => NotStored::TooMany,
                mpsc::error::TrySendError::Closed(_) => NotStored::StoreFailed,
            })?;
        outcome.await.unwrap_or(Err(NotStored::StoreFailed))
    }
}

async fn hand_out(mut parcels: mpsc::UnboundedReceiver<Vec<Answer>>) {
    while let Some(parcel) = parcels.recv().await {
        for answer in parcel {
            // A platform that hung up meanwhile will send the message again; its key refuses it then.
            let _ = answer.stored.send(answer.outcome);
        }
    }
}

/// Commits what waits until told to stop; what waits then is still committed.
async fn commit_until_stopped(
    store: Store,
    mut waiting: mpsc::Receiver<Waiting>,
    arrived: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(ROWS_OF_ONE_COMMIT);
    loop {
        let taken = tokio::select! {
            biased;
            taken = waiting.recv_many(&mut batch, ROWS_OF_ONE_COMMIT) => taken,
            () = stop.cancelled() => {
                waiting.close();
                waiting.recv_many(&mut batch, ROWS_OF_ONE_COMMIT).await
            }
        };
        if taken == 0 {
            return;
        }
        commit(&store, &mut batch).await;
        arrived.notify_one();
    }
}

async fn commit(store: &Store, batch: &mut Vec<Waiting>) {
    let mut arrivals = Vec::with_capacity(batch.len());
    let mut asking = Vec::with_capacity(batch.len());
    for waiting in batch.drain(..) {
        arrivals.push(waiting.arrival);
        asking.push((waiting.stored, waiting.answers));
    }
    let outcome = match store.store_arrivals(&arrivals).await {
        Ok(new) => {
            let seen = u64::try_from(arrivals.len())
                .unwrap_or(0)
                .saturating_sub(new);
            metrics::counter!("dingdan_inbox_stored_total").increment(new);
            metrics::counter!("dingdan_inbox_repeated_total").increment(seen);
            Ok(())
        }
        Err(error) => {
            tracing::error!(rows = arrivals.len(), error = %error, "inbox: callbacks could not be stored");
            Err(NotStored::StoreFailed)
        }
    };
    let mut parcels: Vec<(mpsc::UnboundedSender<Vec<Answer>>, Vec<Answer>)> = Vec::new();
    for (stored, answers) in asking {
        let answer = Answer { stored, outcome };
        match parcels
            .iter_mut()
            .find(|(thread, _)| thread.same_channel(&answers))
        {
            Some((_, parcel)) => parcel.push(answer),
            None => parcels.push((answers, vec![answer])),
        }
    }
    for (thread, parcel) in parcels {
        // A thread that has ended has nobody left who waits.
        let _ = thread.send(parcel);
    }
}
