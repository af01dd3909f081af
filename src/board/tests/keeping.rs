//! How long the board remembers, and what it leaves in Redis.

use std::collections::BTreeMap;

use redis::AsyncCommands;

use super::*;
use crate::board::{BoardError, DAYS_KEPT, Question};

on_both!(only_the_newest_days_are_kept_whatever_the_order);

async fn only_the_newest_days_are_kept_whatever_the_order(stage: Stage) {
    let first = day("2025-01-01");
    let last = first.plus(DAYS_KEPT as i64 + 2);
    let mut hits: Vec<Hit> = (first.0..=last.0)
        .map(|day| Hit {
            at: Day(day).start(),
            ..hit(&format!("m{day}"))
        })
        .collect();
    hits.rotate_left(200);

    stage.board.record(&hits).await.expect("counted");

    let question = Question::days(first, last);
    let snapshot = stage.board.snapshot(&question).await.expect("answered");
    let days: Vec<Day> = snapshot.by_day.iter().map(|(day, _)| *day).collect();
    let kept: Vec<Day> = (first.0 + 3..=last.0).map(Day).collect();
    assert_eq!(days, kept);
    assert_eq!(snapshot.totals, counts([(Label::Price, DAYS_KEPT as u64)]));
}

#[tokio::test]
async fn every_key_is_ours_and_expires_and_a_replaced_board_soon() {
    let stage = Stage::in_redis().await;
    let server = stage.redis.as_ref().expect("a board in Redis has one");
    stage.board.record(&[hit("old")]).await.expect("counted");
    let hits = [hit("m1"), hit("m2").rep("wang")].into_iter();
    stage.board.replace(hits).await.expect("replaced");

    let lifetimes = lifetimes(server).await;
    let old: Vec<_> = of_generation(&lifetimes, ":unbuilt:").collect();
    let new: Vec<_> = of_generation(&lifetimes, ":01").collect();

    let whole_life = DAYS_KEPT as i64 * 24 * 3600;
    assert!(lifetimes.keys().all(|key| key.starts_with("{test}:board:")));
    assert_eq!((old.len(), new.len(), lifetimes.len()), (4, 5, 10));
    assert!(old.iter().all(|seconds| (0..=60).contains(*seconds)));
    assert!(
        new.iter()
            .all(|seconds| (whole_life - 60..=whole_life).contains(*seconds))
    );
    assert_eq!(lifetimes.get("{test}:board:current"), Some(&-1));
}

#[tokio::test]
async fn a_rebuild_that_paused_too_long_is_given_up_and_cleared_away_by_the_next() {
    let stage = Stage::in_redis().await;
    let server = stage.redis.as_ref().expect("a board in Redis has one");
    let mut slow = stage.board.rebuild().await.expect("begun");
    slow.add(&[hit("m1")]).await.expect("counted");
    end_all_leases(server).await;
    stage.board.record(&[hit("m2")]).await.expect("counted");

    let late = slow.add(&[hit("m3")]).await;
    let too_late = slow.finish().await;
    stage
        .board
        .replace([hit("m4")].into_iter())
        .await
        .expect("replaced");

    assert!(matches!(late, Err(BoardError::RebuildLapsed)), "{late:?}");
    assert!(matches!(too_late, Err(BoardError::RebuildLapsed)));
    let lifetimes = lifetimes(server).await;
    let whole = lifetimes.values().filter(|seconds| **seconds > 60);
    assert_eq!(whole.count(), 4, "only the last board stays");
    let question = Question::day(day("2026-11-23"));
    let snapshot = stage.board.snapshot(&question).await.expect("answered");
    assert_eq!(messages(&snapshot), ["m4"]);
}

/// Seconds to live by key.
async fn lifetimes(server: &RedisServer) -> BTreeMap<String, i64> {
    let mut client = server.client().await;
    let keys: Vec<String> = client.keys("*").await.expect("listed");
    let mut lifetimes = BTreeMap::new();
    for key in keys {
        let seconds = client.ttl(&key).await.expect("told");
        lifetimes.insert(key, seconds);
    }
    lifetimes
}

fn of_generation<'a>(
    lifetimes: &'a BTreeMap<String, i64>,
    part: &'a str,
) -> impl Iterator<Item = &'a i64> {
    let keys = lifetimes.iter().filter(move |(key, _)| key.contains(part));
    keys.map(|(_, seconds)| seconds)
}

/// As if a minute had gone by.
async fn end_all_leases(server: &RedisServer) {
    let mut client = server.client().await;
    let building = "{test}:board:building";
    let generations: Vec<String> = client.zrange(building, 0, -1).await.expect("listed");
    for generation in generations {
        let () = client.zadd(building, generation, 1).await.expect("ended");
    }
}
