//! Group commit: callbacks that arrive together share one transaction and one sync.

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use std::sync::Arc;

use super::worker::{Arrived, is_notice};
use crate::store::{Arrival, Store};

/// As many as one statement stores; more wait for the next commit.
const ROWS_OF_ONE_COMMIT: usize = 64;
/// After so many commits SQLite's log is folded: soon enough that it takes a millisecond or two, and
/// not within a commit, so that nobody who is already stored waits for it.
const COMMITS_OF_ONE_LOG: usize = 64;

/// The arrival is not known to be stored: it has to be stored again, by us or by the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    /// More callbacks wait for a commit than may.
    #[error("too many callbacks wait to be stored")]
    TooMany,
    /// The store failed.
    #[error("the store failed")]
    StoreFailed,
    /// The service is stopping.
    #[error("the service is stopping")]
    Stopping,
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
        arrived: Arc<Arrived>,
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
                mpsc::error::TrySendError::Closed(_) => NotStored::Stopping,
            })?;
        outcome.await.unwrap_or(Err(NotStored::Stopping))
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
    arrived: Arc<Arrived>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(ROWS_OF_ONE_COMMIT);
    for commits in 1_usize.. {
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
        let lanes = || batch.iter().map(|waiting| &*waiting.arrival.lane);
        let (notices, messages) = (lanes().any(is_notice), !lanes().all(is_notice));
        commit(&store, &mut batch).await;
        arrived.tell(notices, messages);
        if commits.is_multiple_of(COMMITS_OF_ONE_LOG)
            && let Err(error) = store.fold_log().await
        {
            tracing::warn!(error = %error, "store: the log could not be folded into the file; trying again");
        }
    }
}

async fn commit(store: &Store, batch: &mut Vec<Waiting>) {
    let mut arrivals = Vec::with_capacity(batch.len());
    let mut asking = Vec::with_capacity(batch.len());
    for waiting in batch.drain(..) {
        arrivals.push(waiting.arrival);
        asking.push((waiting.stored, waiting.answers));
    }
    let rows = arrivals.len();
    let outcome = match store.store_arrivals(arrivals).await {
        Ok(new) => {
            let seen = u64::try_from(rows).unwrap_or(0).saturating_sub(new);
            metrics::counter!("dingdan_inbox_stored_total").increment(new);
            metrics::counter!("dingdan_inbox_repeated_total").increment(seen);
            Ok(())
        }
        Err(error) => {
            tracing::error!(rows, error = %error, "inbox: callbacks could not be stored");
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

#[cfg(test)]
mod tests {
    use tokio::task::LocalSet;

    use super::*;
    use crate::domain::Timestamp;

    fn arrival(number: i64) -> Arrival {
        Arrival {
            key: format!("key {number}"),
            source: "wecom",
            account: "sales".into(),
            lane: "lane".to_owned(),
            received_at: Timestamp(number),
            position: number,
            payload: "payload".to_owned(),
            set_aside: None,
        }
    }

    #[tokio::test]
    async fn the_log_of_many_commits_stays_as_short_as_that_of_a_few() {
        const BYTES_OF_ONE_COMMIT: u64 = 12 * 4096;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dingdan.db");
        let store = Store::open(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();
        let stop = CancellationToken::new();
        let (receiver, committer) = Receiver::new(store.clone(), 10, Arc::default(), stop.clone());
        let committing = tokio::spawn(committer);

        let callbacks = async {
            let receiver = receiver.of_this_thread();
            for number in 0..COMMITS_OF_ONE_LOG as i64 * 4 {
                receiver.store(arrival(number)).await.unwrap();
            }
        };
        LocalSet::new().run_until(callbacks).await;
        stop.cancel();
        committing.await.unwrap();

        let log = std::fs::metadata(folder.path().join("dingdan.db-wal"))
            .unwrap()
            .len();
        assert!(
            log < COMMITS_OF_ONE_LOG as u64 * BYTES_OF_ONE_COMMIT,
            "{log} bytes"
        );
        store.close().await;
    }
}
