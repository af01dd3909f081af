//! The board in Redis, shared by all replicas.
//!
//! Counting is one script, so it is whole or not at all. A rebuild fills a new generation while
//! the old one is read; readers and recorders ask for the current generation in the same breath as
//! they use it, and the old one stays for a minute, longer than any reader takes.

mod generation;
mod keys;
mod link;
mod listener;
mod parts;
mod reading;
mod rest;
mod retiring;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use anyhow::anyhow;
use redis::{Client, Pipeline, Script, ScriptInvocation};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

pub(super) use generation::Generation;
#[cfg(test)]
pub(super) use link::BOUND;

use super::{BoardChanges, BoardError, DAYS_KEPT, Hit, locked};
use generation::Standing;
use keys::Keys;
use link::Link;

/// How long a rebuild may pause between two batches.
const LEASE: Duration = Duration::from_secs(60);

/// How many hits one run of the script counts: some milliseconds in which Redis serves nobody else
/// would be felt.
const BATCH: usize = 64;

/// Rebuilds that begin or end while a hit is counted make it start over, which nobody does so often.
const ATTEMPTS: usize = 8;

const SECONDS_OF_A_DAY: usize = 24 * 3600;

pub(super) struct InRedis {
    link: Link,
    keys: Keys,
    scripts: Scripts,
    standing: Mutex<Standing>,
    /// How often recording failed.
    missed: AtomicU64,
    /// How many of those a rebuild has made good.
    made_good: AtomicU64,
    changed: watch::Sender<()>,
    listener: OnceLock<AbortOnDropHandle<()>>,
}

struct Scripts {
    count: Script,
    uncount: Script,
    begin: Script,
    switch: Script,
}

impl InRedis {
    pub(super) fn new(url: &str, prefix: &str) -> Result<Self, BoardError> {
        let client = Client::open(url)
            .map_err(|error| BoardError::Setting(format!("the URL can't be used: {error}")))?;
        let keys = Keys::under(prefix).ok_or_else(|| {
            BoardError::Setting("the prefix is empty or holds a brace".to_owned())
        })?;
        Ok(Self {
            link: Link::new(client),
            keys,
            scripts: Scripts {
                count: Script::new(concat!(include_str!("hits.lua"), include_str!("count.lua"))),
                uncount: Script::new(concat!(
                    include_str!("hits.lua"),
                    include_str!("uncount.lua")
                )),
                begin: Script::new(include_str!("begin.lua")),
                switch: Script::new(include_str!("switch.lua")),
            },
            standing: Mutex::default(),
            missed: AtomicU64::new(0),
            made_good: AtomicU64::new(0),
            changed: watch::Sender::default(),
            listener: OnceLock::new(),
        })
    }

    pub(super) async fn ping(&self) -> Result<(), BoardError> {
        let mut ping = Pipeline::new();
        ping.cmd("PING").ignore();
        self.link.ask(&ping).await
    }

    pub(super) async fn needs_rebuild(&self) -> Result<bool, BoardError> {
        let mut ask = Pipeline::new();
        ask.exists(self.keys.current());
        let (is_built,): (bool,) = self.link.ask(&ask).await?;
        let is_complete =
            self.missed.load(Ordering::Acquire) <= self.made_good.load(Ordering::Acquire);
        Ok(!(is_built && is_complete))
    }

    pub(super) fn changes(&self) -> BoardChanges {
        let changes = BoardChanges::of(&self.changed);
        self.listener.get_or_init(|| {
            AbortOnDropHandle::new(tokio::spawn(listener::listen(
                self.link.client().clone(),
                self.keys.changes(),
                self.changed.clone(),
            )))
        });
        changes
    }

    pub(super) async fn record(&self, hits: &[Hit]) -> Result<usize, BoardError> {
        self.run_on_standing(&self.scripts.count, hits).await
    }

    pub(super) async fn withdraw(&self, hits: &[Hit]) -> Result<usize, BoardError> {
        self.run_on_standing(&self.scripts.uncount, hits).await
    }

    async fn run_on_standing(&self, script: &Script, hits: &[Hit]) -> Result<usize, BoardError> {
        let mut recording = Recording {
            missed: &self.missed,
            is_done: false,
        };
        let mut changed = 0;
        for batch in hits.chunks(BATCH) {
            changed += self.run_batch(script, batch).await?;
        }
        recording.is_done = true;
        Ok(changed)
    }

    async fn run_batch(&self, script: &Script, hits: &[Hit]) -> Result<usize, BoardError> {
        for _ in 0..ATTEMPTS {
            let standing = locked(&self.standing).clone();
            let names: Vec<&str> = standing.names().collect();
            let call = self.call_of(script, &names, (&standing.written(), ""), hits);
            let (counted, now): (i64, String) = self.link.run(&call).await?;
            if let Ok(counted) = usize::try_from(counted) {
                return Ok(counted);
            }
            *locked(&self.standing) = Standing::read(&now);
        }
        Err(BoardError::Unavailable(anyhow!(
            "rebuilds began and ended all the time"
        )))
    }

    pub(super) async fn begin(&self) -> Result<Generation, BoardError> {
        let generation = Generation {
            name: ulid::Ulid::generate().to_string(),
            covers: self.missed.load(Ordering::Acquire),
        };
        let mut call = self.scripts.begin.prepare_invoke();
        call.key(self.keys.building())
            .key(self.keys.retired())
            .arg(&generation.name)
            .arg(millis(LEASE));
        let () = self.link.run(&call).await?;
        Ok(generation)
    }

    pub(super) async fn add(
        &self,
        generation: &Generation,
        hits: &[Hit],
    ) -> Result<usize, BoardError> {
        self.run_on(&self.scripts.count, generation, hits).await
    }

    pub(super) async fn remove(
        &self,
        generation: &Generation,
        hits: &[Hit],
    ) -> Result<usize, BoardError> {
        self.run_on(&self.scripts.uncount, generation, hits).await
    }

    async fn run_on(
        &self,
        script: &Script,
        generation: &Generation,
        hits: &[Hit],
    ) -> Result<usize, BoardError> {
        let mut sum = 0;
        for batch in hits.chunks(BATCH) {
            let call = self.call_of(script, &[&generation.name], ("", &generation.name), batch);
            let (counted, _): (i64, String) = self.link.run(&call).await?;
            sum += usize::try_from(counted).map_err(|_| BoardError::RebuildLapsed)?;
        }
        Ok(sum)
    }

    pub(super) async fn finish(&self, generation: Generation) -> Result<(), BoardError> {
        let mut call = self.scripts.switch.prepare_invoke();
        call.key(self.keys.current())
            .key(self.keys.building())
            .key(self.keys.retired())
            .arg(&generation.name)
            .arg(self.keys.changes());
        let is_switched: bool = self.link.run(&call).await?;
        if !is_switched {
            return Err(BoardError::RebuildLapsed);
        }
        self.made_good
            .fetch_max(generation.covers, Ordering::AcqRel);
        if let Err(error) = self.retire().await {
            tracing::warn!(%error, "an old board stays in Redis until the next rebuild");
        }
        Ok(())
    }

    /// The call of `count.lua`, whose head tells the order of keys and arguments, or of `uncount.lua`,
    /// which takes the same.
    fn call_of<'s>(
        &self,
        script: &'s Script,
        generations: &[&str],
        (expected, filling): (&str, &str),
        hits: &[Hit],
    ) -> ScriptInvocation<'s> {
        let mut call = script.prepare_invoke();
        call.key(self.keys.current()).key(self.keys.building());
        for generation in generations {
            call.key(self.keys.days(generation));
            for hit in hits {
                let day = hit.at.day();
                call.key(self.keys.seen(generation, day))
                    .key(self.keys.cells(generation, day))
                    .key(self.keys.desk(generation, day, &hit.cell()));
            }
        }
        call.arg(expected)
            .arg(filling)
            .arg(millis(LEASE))
            .arg(self.keys.changes())
            .arg(DAYS_KEPT)
            .arg(DAYS_KEPT * SECONDS_OF_A_DAY)
            .arg(generations.len());
        for hit in hits {
            call.arg(hit.at.day().0)
                .arg(parts::seen(hit))
                .arg(parts::field(&hit.cell(), hit.label))
                .arg(hit.at.0)
                .arg(parts::entry(hit));
        }
        call
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Counts a failure to record when it is dropped before all is recorded, be it by an error or
/// because nobody waits for the answer any more.
struct Recording<'a> {
    missed: &'a AtomicU64,
    is_done: bool,
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.missed.fetch_add(1, Ordering::AcqRel);
        }
    }
}
