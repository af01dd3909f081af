//! What the parts of a running service share. Every part may know this module; it knows none of
//! them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tokio::sync::Notify;

use crate::board::{Board, BoardError};
use crate::board_keeper::BoardKeeper;
use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::config::{Document, Settings};
use crate::domain::Timestamp;
use crate::engine::{Definitions, Process};
use crate::evidence::depot::Depot;
use crate::loaded::Loaded;
use crate::platform::{Archive, Dingtalk, Http, Tokens, Wecom};
use crate::signals::Detector;
use crate::store::{Store, StoreError};

/// What every part of a running service needs.
pub struct Shared {
    /// The configuration.
    pub settings: Settings,
    /// The one clock.
    pub clock: Clock,
    /// Where everything is kept.
    pub store: Store,
    /// The process definition in use; replaced whole.
    pub process: ArcSwap<Process>,
    /// Its earlier versions, by version, for the runs that began under them.
    pub older: ArcSwap<BTreeMap<String, Arc<Process>>>,
    /// What hears, by the dictionaries in use; replaced whole.
    pub detector: ArcSwap<Detector>,
    /// The work calendar in use; replaced whole.
    pub calendar: ArcSwap<Calendar>,
    /// Where files are kept.
    pub depot: Depot,
    /// Calls to WeCom.
    pub wecom: Wecom,
    /// The chat archive, when it is configured.
    pub archive: Option<Archive>,
    /// Calls to DingTalk, when it is configured.
    pub dingtalk: Option<Dingtalk>,
    /// The board and its upkeep.
    pub board_keeper: BoardKeeper,
    alerts: Notify,
    replies: Notify,
    deadlines: Notify,
}

impl Shared {
    /// Opens store, board and the calls to the platforms.
    ///
    /// # Errors
    /// When store or board can't be opened; the text says which and what to do.
    pub async fn open(loaded: Loaded, clock: Clock) -> anyhow::Result<Self> {
        let url = loaded.settings.storage.url.expose();
        let store = Store::open_for_service(url).await?;
        Self::on(store, loaded, clock).await
    }

    /// As [`Shared::open`], on a store that is open.
    ///
    /// # Errors
    /// When the board can't be opened, or the definitions that were in use before can't be read.
    pub async fn on(store: Store, loaded: Loaded, clock: Clock) -> anyhow::Result<Self> {
        let Loaded {
            settings,
            process,
            detector,
            calendar,
        } = loaded;
        let board = open_board(&settings)?;
        let tokens = tokens(&settings, clock.clone())?;
        let http = Http::new()?;
        let wecom = Wecom::new(&settings.wecom, tokens.clone(), http.clone());
        let archive = Archive::new(&settings.wecom, clock.clone());
        let dingtalk = settings
            .dingtalk
            .as_ref()
            .map(|settings| Dingtalk::new(settings, tokens, http));
        let board_keeper = BoardKeeper::new(board, store.clone(), clock.clone());
        let depot = Depot::new(&settings.storage.files)?;
        let older = older_versions(&store, &process, clock.now()).await?;
        Ok(Self {
            settings,
            clock,
            store,
            process: ArcSwap::from_pointee(process),
            older: ArcSwap::from_pointee(older),
            detector: ArcSwap::new(detector),
            calendar: ArcSwap::from_pointee(calendar),
            depot,
            wecom,
            archive,
            dingtalk,
            board_keeper,
            alerts: Notify::new(),
            replies: Notify::new(),
            deadlines: Notify::new(),
        })
    }

    /// What deals are held to, as of now.
    pub fn definitions(&self) -> Definitions {
        let definitions = Definitions::new(self.process.load_full(), self.calendar.load_full());
        let older = self.older.load();
        let with = |definitions: Definitions, process: &Arc<Process>| {
            definitions.with_older(Arc::clone(process))
        };
        older.values().fold(definitions, with)
    }

    /// Uses a definition from now on. The one before is kept for the runs that began under it.
    ///
    /// # Errors
    /// When it can't be kept: then the one before stays in use.
    pub async fn use_process(&self, process: Process) -> Result<(), StoreError> {
        let now = self.clock.now();
        let version = process.version().to_owned();
        self.store
            .keep_process_version(&version, process.text(), now)
            .await?;
        let before = self.process.swap(Arc::new(process));
        self.older.rcu(|older| {
            let mut older = BTreeMap::clone(older);
            older.insert(before.version().to_owned(), Arc::clone(&before));
            older
        });
        Ok(())
    }

    /// Tells the courier that something may have been ordered, and the deadlines' task that a
    /// nearer one may have been set. To be called after the commit: before it, whoever wakes finds
    /// nothing and goes back to sleep.
    pub fn wake_after_commit(&self) {
        self.alerts.notify_one();
        self.replies.notify_one();
        self.deadlines.notify_one();
    }

    /// Returns when an alert may have been ordered.
    pub(crate) async fn alert_ordered(&self) {
        self.alerts.notified().await;
    }

    /// Returns when something to a rep may have been ordered.
    pub(crate) async fn reply_ordered(&self) {
        self.replies.notified().await;
    }

    /// Returns when a nearer deadline may have been set.
    pub async fn deadline_set(&self) {
        self.deadlines.notified().await;
    }
}

/// More definitions than these were hardly in use while a deal was open.
const MOST_VERSIONS: i64 = 200;

/// The definitions that were in use before, and keeps the one that is.
async fn older_versions(
    store: &Store,
    process: &Process,
    now: Timestamp,
) -> Result<BTreeMap<String, Arc<Process>>, StoreError> {
    store
        .keep_process_version(process.version(), process.text(), now)
        .await?;
    kept_versions(store, process).await
}

/// The definitions that were in use beside the one that is.
///
/// # Errors
/// When the database fails.
pub(crate) async fn kept_versions(
    store: &Store,
    process: &Process,
) -> Result<BTreeMap<String, Arc<Process>>, StoreError> {
    let mut older = BTreeMap::new();
    for (version, text) in store.process_versions(MOST_VERSIONS).await? {
        if version == process.version() {
            continue;
        }
        let name = format!("process version {version} (kept in the store)");
        match Process::from_document(&Document::new(name, text)) {
            Ok(process) => {
                older.insert(version, Arc::new(process));
            }
            Err(problems) => tracing::warn!(
                version,
                "process: a kept version can't be read by this release; its open runs follow the current one: {problems}"
            ),
        }
    }
    Ok(older)
}

/// Access tokens, shared through Redis when there is one.
fn tokens(settings: &Settings, clock: Clock) -> Result<Tokens, redis::RedisError> {
    let Some(redis) = &settings.redis else {
        return Ok(Tokens::new(clock));
    };
    let client = redis::Client::open(redis.url.expose())?;
    let manager = ConnectionManager::new_lazy_with_config(client, ConnectionManagerConfig::new())?;
    Ok(Tokens::shared(clock, manager, &redis.prefix))
}

/// The board of the configuration. A Redis that is away at start is tolerated: the board fails
/// until it is back, and everything else works.
///
/// # Errors
/// When the address can't be used at all.
pub fn open_board(settings: &Settings) -> Result<Board, BoardError> {
    match &settings.redis {
        None => Ok(Board::in_process()),
        Some(redis) => Board::redis_lazy(redis.url.expose(), &redis.prefix),
    }
}
