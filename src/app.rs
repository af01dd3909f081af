//! Build, run, stop. `serve` goes through [`Application::build`]; the demo and the tests bring a
//! socket of their own to [`Application::build_on`].

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::ServiceConfig;
use anyhow::Context as _;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::board_keeper::BoardKeeper;
use crate::clock::Clock;
use crate::config::Settings;
use crate::deadlines::Deadlines;
use crate::housekeeping;
use crate::http;
use crate::inbox::{Arrived, PullTimer, Receiver, Worker};
use crate::loaded::{Loaded, Loading};
use crate::outbox::Courier;
use crate::reload;
use crate::shared::Shared;
use crate::store::Store;
use crate::telemetry;

/// How long a stopping service waits for what is in hand.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// How often the board is compared with the store.
const MEND_EVERY: Duration = Duration::from_secs(5);
/// How often SQLite's log is folded into its file.
const FOLD_EVERY: Duration = Duration::from_secs(1);

/// A built service: listening, but not yet answering.
pub struct Application {
    /// What every part needs.
    pub shared: Arc<Shared>,
    worker: Worker,
    kf_timer: PullTimer,
    archive_timer: PullTimer,
    courier: Courier,
    deadlines: Deadlines,
    receiver: Receiver,
    committer: std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
    committing: CancellationToken,
    listener: TcpListener,
}

impl Application {
    /// Opens store and board, and listens. The store is connected to while dictionaries are read, and
    /// its tables are brought up to date when everything that was read is right.
    ///
    /// # Errors
    /// When any of them fails; the text says which and what to do.
    pub async fn build(loading: Loading, clock: Clock) -> anyhow::Result<Self> {
        telemetry::collect_figures();
        let bind = loading.settings().server.bind;
        let url = loading.settings().storage.url.clone();
        let connecting = Store::connect_for_service(url.expose());
        let (loaded, store) = tokio::join!(loading.finish(), connecting);
        let loaded = loaded?;
        let listener = TcpListener::bind(bind)
            .with_context(|| format!("can't listen on {bind}: choose another [server] bind"))?;
        let store = store?.up_to_date().await?;
        Ok(Self::assemble(
            listener,
            Shared::on(store, loaded, clock).await?,
        ))
    }

    /// As [`Application::build`], on a socket that already listens; reads process, dictionaries and
    /// calendar.
    ///
    /// # Errors
    /// As [`Application::build`].
    pub async fn build_on(
        listener: TcpListener,
        settings: Settings,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        telemetry::collect_figures();
        let shared = Shared::open(Loaded::of(settings)?, clock).await?;
        Ok(Self::assemble(listener, shared))
    }

    fn assemble(listener: TcpListener, shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let arrived = Arc::new(Arrived::default());
        let committing = CancellationToken::new();
        let (receiver, committer) = Receiver::new(
            shared.store.clone(),
            shared.settings.storage.waiting_callbacks,
            Arc::clone(&arrived),
            committing.clone(),
        );
        Self {
            archive_timer: PullTimer::of_archive(Arc::clone(&shared), Arc::clone(&arrived)),
            kf_timer: PullTimer::of_kf(Arc::clone(&shared), Arc::clone(&arrived)),
            worker: Worker::new(Arc::clone(&shared), arrived),
            courier: Courier::new(Arc::clone(&shared)),
            deadlines: Deadlines::new(Arc::clone(&shared)),
            receiver,
            committer: Box::pin(committer),
            committing,
            listener,
            shared,
        }
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn address(&self) -> std::io::Result<std::net::SocketAddr> {
        self.listener.local_addr()
    }

    /// The parts that work on what waits, for callers that say when.
    #[must_use]
    pub fn rounds(&self) -> Rounds {
        Rounds {
            worker: self.worker.clone(),
            courier: self.courier.clone(),
            deadlines: self.deadlines.clone(),
            board_keeper: self.shared.board_keeper.clone(),
        }
    }

    /// Answers requests and works on what waits, until told to stop. Then: nothing new is taken,
    /// what is in hand is finished, what was acknowledged is stored.
    ///
    /// # Errors
    /// When a part of the service dies.
    pub async fn run(self, stop: CancellationToken) -> anyhow::Result<()> {
        self.run_with(stop, |_| {}).await
    }

    /// As [`Application::run`], with further routes (the demo's).
    ///
    /// # Errors
    /// As [`Application::run`].
    pub async fn run_with(
        self,
        stop: CancellationToken,
        further: impl Fn(&mut ServiceConfig) + Send + Clone + 'static,
    ) -> anyhow::Result<()> {
        let mut tasks = self.begin_tasks(&stop);
        let mut committer = tokio::spawn(self.committer);
        let shared = Arc::clone(&self.shared);
        let server = http::serve_with(self.listener, shared, self.receiver, stop.clone(), further);
        tokio::pin!(server);
        let mut is_serving = true;
        let outcome = tokio::select! {
            served = &mut server => {
                is_serving = false;
                served.context("the HTTP server died")
            }
            ended = tasks.join_next() => match ended {
                Some(Err(died)) => Err(anyhow::Error::new(died).context("a task died")),
                _ if stop.is_cancelled() => Ok(()),
                _ => Err(anyhow::anyhow!("a task ended by itself")),
            },
            // Without it every callback would be answered 503.
            ended = &mut committer => of_committer(ended, &stop),
        };
        stop.cancel();
        // Requests in hand are answered: the server ends by itself within its own time.
        let served = async {
            if is_serving && let Err(error) = server.await {
                tracing::warn!(error = %error, "stopping: the HTTP server died");
            }
        };
        tokio::join!(served, finish(&mut tasks));
        // Only now: requests in hand are stored by it.
        self.committing.cancel();
        if !committer.is_finished() {
            let _ = tokio::time::timeout(STOP_WITHIN, committer).await;
        }
        self.shared.store.close().await;
        outcome
    }

    /// Everything but the answering of requests, each part as a task that ends on `stop`.
    fn begin_tasks(&self, stop: &CancellationToken) -> JoinSet<()> {
        let shared = &self.shared;
        let mut tasks = JoinSet::new();
        tasks.spawn(self.worker.clone().run(stop.clone()));
        tasks.spawn(self.kf_timer.clone().run(stop.clone()));
        tasks.spawn(self.archive_timer.clone().run(stop.clone()));
        tasks.spawn(self.courier.clone().run(stop.clone()));
        tasks.spawn(self.deadlines.clone().run(stop.clone()));
        tasks.spawn(reload::watch(Arc::clone(shared), stop.clone()));
        tasks.spawn(housekeeping::run(Arc::clone(shared), stop.clone()));
        tasks.spawn(fold_log(shared.store.clone(), stop.clone()));
        tasks.spawn(keep_board(shared.board_keeper.clone(), stop.clone()));
        tasks
    }

    /// Answers requests only; what waits is worked on by [`Rounds`].
    ///
    /// # Errors
    /// When the HTTP server dies.
    pub async fn answer(self, stop: CancellationToken) -> anyhow::Result<()> {
        let mut committer = tokio::spawn(self.committer);
        let folding = tokio::spawn(fold_log(self.shared.store.clone(), stop.clone()));
        let shared = Arc::clone(&self.shared);
        let server = http::serve(self.listener, shared, self.receiver, stop.clone());
        let outcome = tokio::select! {
            served = server => served.context("the HTTP server died"),
            ended = &mut committer => of_committer(ended, &stop),
        };
        folding.abort();
        self.committing.cancel();
        if !committer.is_finished() {
            let _ = committer.await;
        }
        outcome
    }
}

/// Waits for what is in hand, but not for ever.
async fn finish(tasks: &mut JoinSet<()>) {
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_WITHIN, all).await.is_err() {
        tracing::warn!("stopping: some work was not finished in time; its leases will end");
    }
}

/// The committer ends with the service; before that its end is a failure.
fn of_committer(
    ended: Result<(), tokio::task::JoinError>,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    ended.context("the task that stores callbacks died")?;
    if stop.is_cancelled() {
        return Ok(());
    }
    anyhow::bail!("the task that stores callbacks ended by itself")
}

/// The parts that work on what waits, one round at a time.
#[derive(Clone)]
pub struct Rounds {
    worker: Worker,
    courier: Courier,
    deadlines: Deadlines,
    board_keeper: BoardKeeper,
}

impl Rounds {
    /// Works until nothing is left that is due now.
    ///
    /// # Errors
    /// When a part fails.
    pub async fn settle(&self) -> anyhow::Result<()> {
        loop {
            let worked = self.worker.work_round().await?
                + self.deadlines.fire_round().await?
                + self.courier.deliver_round().await?;
            if worked == 0 {
                // A board that is away is counted later; everything else goes on.
                let _ = self.board_keeper.mend().await;
                return Ok(());
            }
        }
    }
}

async fn fold_log(store: Store, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(FOLD_EVERY) => {}
        }
        if let Err(error) = store.fold_log().await {
            tracing::warn!(error = %error, "store: the log could not be folded into the file; trying again");
        }
    }
}

async fn keep_board(keeper: BoardKeeper, stop: CancellationToken) {
    let mut is_away = false;
    while !stop.is_cancelled() {
        match keeper.mend().await {
            Ok(_) if is_away => tracing::info!("board: in step again"),
            Err(error) if !is_away => {
                tracing::warn!(error = %error, "board: not in step; trying again")
            }
            _ => {}
        }
        is_away = keeper.board.ping().await.is_err();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(MEND_EVERY) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sample;
    use crate::domain::Timestamp;

    async fn application(folder: &std::path::Path) -> Application {
        let database = folder.join("dingdan.db");
        let settings = sample(&format!("sqlite://{}", database.display()), "");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let clock = Clock::frozen_at(Timestamp::from_seconds(1_764_000_000));
        Application::build_on(listener, settings, clock)
            .await
            .unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn without_the_task_that_stores_callbacks_the_service_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mut application = application(folder.path()).await;
        application.committer = Box::pin(async {});

        let ended = application.run(CancellationToken::new()).await;

        let why = ended.expect_err("it can't go on").to_string();
        assert!(why.contains("stores callbacks"), "{why}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_service_that_is_told_to_stop_ends_well() {
        let folder = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn(application(folder.path()).await.run(stop.clone()));

        stop.cancel();

        assert!(running.await.unwrap().is_ok());
    }
}
