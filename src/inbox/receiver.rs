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

#[derive(Debug)]
struct Waiting {
    arrival: Arrival,
    stored: oneshot::Sender<Result<(), NotStored>>,
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

    /// Stores an arrival. On `Ok` it is on disk.
    ///
    /// # Errors
    /// When it is not known to be.
    pub async fn store(&self, arrival: Arrival) -> Result<(), NotStored> {
        let (stored, outcome) = oneshot::channel();
        self.waiting
            .try_send(Waiting { arrival, stored })
            .map_err(|refused| match refused {
                mpsc::error::TrySendError::Full(_) => NotStored::TooMany,
                mpsc::error::TrySendError::Closed(_) => NotStored::StoreFailed,
            })?;
        outcome.await.unwrap_or(Err(NotStored::StoreFailed))
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
    let (arrivals, answers): (Vec<_>, Vec<_>) = batch
        .drain(..)
        .map(|waiting| (waiting.arrival, waiting.stored))
        .unzip();
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
    for answer in answers {
        // A platform that hung up meanwhile will send the message again; its key refuses it then.
        let _ = answer.send(outcome);
    }
}
