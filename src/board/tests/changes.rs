//! Who is told what, and when.

use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use redis::AsyncCommands;
use tokio::time::timeout;

use super::*;
use crate::board::BoardChanges;

on_both!(
    a_change_reaches_every_open_page,
    a_replaced_board_is_a_change,
    many_changes_that_nobody_took_are_one,
);

/// Longer than any notice takes on the slowest machine.
const SOON: Duration = Duration::from_secs(10);

impl Stage {
    /// Changes from now on. In Redis the subscription itself is told once.
    async fn listening(&self, board: &Board) -> BoardChanges {
        let mut changes = board.changes();
        if self.redis.is_some() {
            told(&mut changes).await;
        }
        changes
    }
}

async fn told(changes: &mut BoardChanges) {
    let notice = timeout(SOON, changes.next()).await.expect("told soon");
    notice.expect("the board still lives");
}

async fn a_change_reaches_every_open_page(stage: Stage) {
    let replica = stage.replica();
    let mut here = stage.listening(&stage.board).await;
    let mut there = stage.listening(&replica).await;

    for (recorder, message) in [(&stage.board, "m1"), (&replica, "m2")] {
        recorder.record(&[hit(message)]).await.expect("counted");

        told(&mut here).await;
        told(&mut there).await;
    }
}

async fn a_replaced_board_is_a_change(stage: Stage) {
    let mut changes = stage.listening(&stage.board).await;

    let replica = stage.replica();
    replica
        .replace([hit("m1")].into_iter())
        .await
        .expect("replaced");

    told(&mut changes).await;
}

async fn many_changes_that_nobody_took_are_one(stage: Stage) {
    let mut changes = stage.listening(&stage.board).await;
    let mut taker = stage.board.changes();
    for n in 0..20 {
        stage
            .board
            .record(&[hit(&format!("m{n}"))])
            .await
            .expect("counted");
        told(&mut taker).await;
    }

    told(&mut changes).await;
    assert!(changes.next().now_or_never().is_none());
}

#[tokio::test]
async fn in_process_nothing_is_told_of_a_hit_delivered_again() {
    let board = Board::in_process();
    board.record(&[hit("m1")]).await.expect("counted");
    let mut changes = board.changes();

    board.record(&[hit("m1")]).await.expect("counted");

    assert!(changes.next().now_or_never().is_none());
    drop(board);
    assert_eq!(changes.next().await, None);
}

#[tokio::test]
async fn in_redis_nothing_is_told_of_a_hit_delivered_again() {
    let stage = Stage::in_redis().await;
    let server = stage.redis.as_ref().expect("a board in Redis has one");
    let client = redis::Client::open(server.url()).expect("its address");
    let mut heard = client.get_async_pubsub().await.expect("connected");
    let channel = "{test}:board:changes";
    heard.subscribe(channel).await.expect("subscribed");

    stage.board.record(&[hit("m1")]).await.expect("counted");
    stage.board.record(&[hit("m1")]).await.expect("counted");
    let () = server
        .client()
        .await
        .publish(channel, "end")
        .await
        .expect("published");

    let heard: Vec<Vec<u8>> = heard
        .into_on_message()
        .map(|message| message.get_payload_bytes().to_vec())
        .take(2)
        .collect()
        .await;
    assert_eq!(heard, [b"".to_vec(), b"end".to_vec()]);
}

#[tokio::test]
async fn after_redis_was_away_changes_are_told_again() {
    let mut stage = Stage::in_redis().await;
    let mut changes = stage.listening(&stage.board).await;
    let server = stage.redis.as_mut().expect("a board in Redis has one");

    server.start_empty();
    told(&mut changes).await;
    stage.board.record(&[hit("m1")]).await.expect("counted");

    told(&mut changes).await;
}

#[tokio::test]
async fn the_last_board_takes_its_listener_with_it() {
    let stage = Stage::in_redis().await;
    let mut changes = stage.listening(&stage.board).await;

    drop(stage.board);

    let end = timeout(SOON, changes.next()).await;
    assert_eq!(end.expect("told soon"), None);
}
