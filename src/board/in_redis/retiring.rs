//! Giving boards that were replaced or abandoned their last minute.

use std::time::Duration;

use redis::Pipeline;

use super::{InRedis, parts};
use crate::board::BoardError;
use crate::domain::Day;

/// How long an old generation stays for those who began to read it.
const LAST_MINUTE: Duration = Duration::from_secs(60);

/// How many keys are told at once.
const KEYS_AT_ONCE: usize = 512;

impl InRedis {
    /// Lets every retired generation expire. Stopping half-way is harmless: the next rebuild's end
    /// finds it again.
    pub(super) async fn retire(&self) -> Result<(), BoardError> {
        let mut ask = Pipeline::new();
        ask.smembers(self.keys.retired());
        let (generations,): (Vec<String>,) = self.link.ask(&ask).await?;
        for generation in generations {
            let days = self.days_in(&generation).await?;
            for day in days {
                let keys = self.keys_of_day(&generation, day).await?;
                self.let_expire(&keys).await?;
            }
            self.let_expire(&[self.keys.days(&generation)]).await?;
            let mut done = Pipeline::new();
            done.srem(self.keys.retired(), &generation).ignore();
            let () = self.link.ask(&done).await?;
        }
        Ok(())
    }

    async fn days_in(&self, generation: &str) -> Result<Vec<Day>, BoardError> {
        let mut ask = Pipeline::new();
        ask.zrange(self.keys.days(generation), 0, -1);
        let (days,): (Vec<i64>,) = self.link.ask(&ask).await?;
        Ok(days.into_iter().map(Day).collect())
    }

    async fn keys_of_day(&self, generation: &str, day: Day) -> Result<Vec<String>, BoardError> {
        let mut ask = Pipeline::new();
        ask.hkeys(self.keys.cells(generation, day));
        let (fields,): (Vec<String>,) = self.link.ask(&ask).await?;
        let mut keys = vec![
            self.keys.cells(generation, day),
            self.keys.seen(generation, day),
        ];
        // A field that others wrote has no desk.
        for (cell, _) in fields.iter().flat_map(|field| parts::read_field(field)) {
            keys.push(self.keys.desk(generation, day, &cell));
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    async fn let_expire(&self, keys: &[String]) -> Result<(), BoardError> {
        for keys in keys.chunks(KEYS_AT_ONCE) {
            let mut tell = Pipeline::new();
            for key in keys {
                tell.cmd("EXPIRE")
                    .arg(key)
                    .arg(LAST_MINUTE.as_secs())
                    .ignore();
            }
            let () = self.link.ask(&tell).await?;
        }
        Ok(())
    }
}
