//! Answering questions from Redis: the cells of each day, then the newest hits of the desks that
//! the cells name.

use std::collections::{BTreeSet, HashMap};

use anyhow::anyhow;
use redis::Pipeline;

use super::generation::Standing;
use super::{ATTEMPTS, InRedis, parts};
use crate::board::hit::Cell;
use crate::board::snapshot::{NEWEST, Tally, newest_of};
use crate::board::{BoardError, NewestHit, Question, Snapshot, locked};
use crate::domain::{Day, Label, Timestamp};

/// How many days are asked for at once, and how many desks: what an answer may hold if it is to
/// come well within the bound.
const DAYS_AT_ONCE: usize = 4;
const DESKS_AT_ONCE: usize = 128;

/// One day's counts.
struct DayCells {
    day: Day,
    cells: Vec<(Cell, Label, u64)>,
}

impl InRedis {
    pub(in crate::board) async fn snapshot(
        &self,
        question: &Question,
    ) -> Result<Snapshot, BoardError> {
        let (generation, days) = self.days_of(question).await?;
        let sheets = self.cells_of(&generation, &days).await?;
        let mut tally = Tally::new(question);
        for sheet in &sheets {
            for (cell, label, hits) in &sheet.cells {
                tally.add(sheet.day, cell, *label, *hits);
            }
        }
        let desks = self.desks_with_newest(&generation, question, &sheets);
        let newest = self.newest_on(&desks, question).await?;
        Ok(tally.into_snapshot(newest))
    }

    /// The generation that is read now, and its days among those of the question, earliest first.
    async fn days_of(&self, question: &Question) -> Result<(String, Vec<Day>), BoardError> {
        for _ in 0..ATTEMPTS {
            let believed = locked(&self.standing).current.clone();
            let mut ask = Pipeline::new();
            ask.get(self.keys.current()).zrangebyscore(
                self.keys.days(&believed),
                question.from.0,
                question.to.0,
            );
            let (current, days): (Option<String>, Vec<i64>) = self.link.ask(&ask).await?;
            let current = current.unwrap_or_else(|| Standing::default().current);
            if current == believed {
                return Ok((current, days.into_iter().map(Day).collect()));
            }
            locked(&self.standing).current = current;
        }
        Err(BoardError::Unavailable(anyhow!(
            "rebuilds ended all the time"
        )))
    }

    async fn cells_of(&self, generation: &str, days: &[Day]) -> Result<Vec<DayCells>, BoardError> {
        let mut sheets = Vec::with_capacity(days.len());
        for days in days.chunks(DAYS_AT_ONCE) {
            let mut ask = Pipeline::new();
            for day in days {
                ask.hgetall(self.keys.cells(generation, *day));
            }
            let answers: Vec<HashMap<String, u64>> = self.link.ask(&ask).await?;
            for (day, fields) in days.iter().zip(answers) {
                let cells = fields.iter().map(|(field, hits)| {
                    parts::read_field(field).map(|(cell, label)| (cell, label, *hits))
                });
                sheets.push(DayCells {
                    day: *day,
                    cells: cells.collect::<Result<_, _>>()?,
                });
            }
        }
        Ok(sheets)
    }

    /// The keys of as many desks, from the newest day back, as have the newest hits among them:
    /// the cells tell how many hits of a day the question covers.
    fn desks_with_newest(
        &self,
        generation: &str,
        question: &Question,
        sheets: &[DayCells],
    ) -> BTreeSet<String> {
        let mut desks = BTreeSet::new();
        let mut hits = 0;
        for sheet in sheets.iter().rev() {
            for (cell, _, count) in &sheet.cells {
                if !cell.on_trial && question.covers(cell) {
                    hits += count;
                    desks.insert(self.keys.desk(generation, sheet.day, cell));
                }
            }
            if hits >= NEWEST as u64 {
                break;
            }
        }
        desks
    }

    async fn newest_on(
        &self,
        desks: &BTreeSet<String>,
        question: &Question,
    ) -> Result<Vec<NewestHit>, BoardError> {
        // A desk's hits are of one rep and region but of many customers and products.
        let is_whole = question.customer.is_none() && question.product.is_none();
        let last = if is_whole { NEWEST as isize - 1 } else { -1 };
        let desks: Vec<&String> = desks.iter().collect();
        let mut newest = Vec::new();
        for desks in desks.chunks(DESKS_AT_ONCE) {
            let mut ask = Pipeline::new();
            for desk in desks {
                ask.zrevrange_withscores(*desk, 0, last);
            }
            let answers: Vec<Vec<(String, f64)>> = self.link.ask(&ask).await?;
            for (entry, score) in answers.into_iter().flatten() {
                let (hit, subject) = parts::read_entry(&entry, moment(score))?;
                if question.is_about(subject.customer.as_ref(), subject.product.as_ref()) {
                    newest.push(hit);
                }
            }
            newest = newest_of(newest);
        }
        Ok(newest)
    }
}

/// Scores are floating, and exact for the next 280,000 years.
#[expect(
    clippy::cast_possible_truncation,
    reason = "it was written as a whole number"
)]
fn moment(score: f64) -> Timestamp {
    Timestamp(score as i64)
}
