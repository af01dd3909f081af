//! What a Redis that is away, hangs, forgets or refuses does to the board.

use std::time::Duration;

use redis::AsyncCommands;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::*;
use crate::board::in_redis::BOUND;
use crate::board::{BoardError, Question};

/// The bound, and what a busy machine adds to it.
const BOUND_AND_SLACK: Duration = BOUND.saturating_mul(2);

fn today() -> Question {
    Question::day(day("2026-11-23"))
}

#[tokio::test]
async fn a_killed_redis_is_an_error_at_once_and_an_empty_one_is_filled_again() {
    let mut stage = Stage::in_redis().await;
    let board = &stage.board;
    let hits = [hit("m1"), hit("m2")];
    board
        .replace(hits.clone().into_iter())
        .await
        .expect("replaced");
    let server = stage.redis.as_mut().expect("a board in Redis has one");

    server.kill();
    let asked_at = Instant::now();
    assert_unavailable(board.record(&[hit("m3")]).await);
    assert_unavailable(board.snapshot(&today()).await);
    assert_unavailable(board.needs_rebuild().await);
    assert_unavailable(board.ping().await);
    assert!(asked_at.elapsed() < BOUND_AND_SLACK);

    server.start_empty();
    let snapshot = board.snapshot(&today()).await.expect("it is back");
    assert_eq!(snapshot, Snapshot::default());
    board.record(&[hit("m4")]).await.expect("counted");
    assert!(board.needs_rebuild().await.expect("told"));

    board.replace(hits.into_iter()).await.expect("replaced");
    assert!(!board.needs_rebuild().await.expect("told"));
    let snapshot = board.snapshot(&today()).await.expect("answered");
    assert_eq!(messages(&snapshot), ["m2", "m1"]);
}

#[tokio::test]
async fn who_failed_to_record_asks_for_a_rebuild_though_the_board_is_filled() {
    let mut stage = Stage::in_redis().await;
    let (board, replica) = (&stage.board, stage.replica());
    let server = stage.redis.as_mut().expect("a board in Redis has one");
    server.kill();
    assert_unavailable(board.record(&[hit("m1")]).await);
    server.start_empty();

    replica.replace([].into_iter()).await.expect("replaced");
    assert!(!replica.needs_rebuild().await.expect("told"));
    assert!(board.needs_rebuild().await.expect("told"));

    board
        .replace([hit("m1")].into_iter())
        .await
        .expect("replaced");
    assert!(!board.needs_rebuild().await.expect("told"));
}

#[tokio::test]
async fn a_redis_that_was_absent_at_the_start_is_used_when_it_comes() {
    let mut server = RedisServer::start();
    server.kill();

    assert_unavailable(Board::redis(&server.url(), PREFIX).await);
    let board = Board::redis_lazy(&server.url(), PREFIX).expect("a good address");
    assert_unavailable(board.ping().await);
    server.start_empty();

    assert_eq!(board.record(&[hit("m1")]).await.expect("counted"), 1);
}

#[tokio::test]
async fn a_redis_that_never_answers_costs_the_bound_and_then_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = silent.local_addr().expect("bound").port();
    let url = format!("redis://127.0.0.1:{port}");
    let board = Board::redis_lazy(&url, PREFIX).expect("a good address");

    for _ in 0..3 {
        let asked_at = Instant::now();
        assert_unavailable(board.record(&[hit("m1")]).await);
        assert!(asked_at.elapsed() >= BOUND);
        assert!(asked_at.elapsed() < BOUND_AND_SLACK);
    }
    let asked_at = Instant::now();
    assert_unavailable(board.record(&[hit("m1")]).await);
    assert!(asked_at.elapsed() < BOUND, "it is left alone");
}

#[tokio::test]
async fn a_connection_that_went_dead_without_a_word_is_replaced() {
    let server = RedisServer::start();
    let cable = Cable::to(server.port()).await;
    let board = Board::redis(&cable.url, PREFIX).await.expect("connected");
    board.record(&[hit("m1")]).await.expect("counted");

    cable.cut_all();
    assert_unavailable(board.record(&[hit("m2")]).await);

    assert_eq!(board.record(&[hit("m2")]).await.expect("counted"), 1);
}

#[tokio::test]
async fn a_wrong_setting_is_told_apart_from_an_absent_redis_and_without_secrets() {
    let server = RedisServer::start();
    let port = server.port();
    for (url, prefix) in [
        ("http://:hunter2@localhost", PREFIX),
        ("redis://:hunter2@localhost:port", PREFIX),
        ("redis://localhost", ""),
        ("redis://localhost", "a}b"),
    ] {
        let error = Board::redis_lazy(url, prefix).expect_err("refused");
        assert!(matches!(error, BoardError::Setting(_)), "{error:?}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }

    let url = format!("redis://:hunter2@127.0.0.1:{port}");
    let error = Board::redis(&url, PREFIX)
        .await
        .expect_err("no such password");
    assert!(matches!(error, BoardError::Refused(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[tokio::test]
async fn what_others_wrote_under_our_keys_is_reported_and_a_rebuild_puts_it_right() {
    let cells = format!("{{test}}:board:unbuilt:{}:cells", day("2026-11-23").0);
    for foreign in [
        ["HSET", &cells, "not ours", "1"],
        ["SETRANGE", &cells, "0", "text"],
    ] {
        let stage = Stage::in_redis().await;
        let server = stage.redis.as_ref().expect("a board in Redis has one");
        stage.board.record(&[hit("m1")]).await.expect("counted");
        let mut client = server.client().await;
        if foreign[0] != "HSET" {
            let () = client.del(&cells).await.expect("deleted");
        }
        let mut command = redis::cmd(foreign[0]);
        command.arg(&foreign[1..]);
        command.exec_async(&mut client).await.expect("written");

        let error = stage
            .board
            .snapshot(&today())
            .await
            .expect_err("unreadable");
        stage
            .board
            .replace([hit("m1")].into_iter())
            .await
            .expect("replaced");

        assert!(matches!(error, BoardError::Unreadable(_)), "{error:?}");
        let snapshot = stage.board.snapshot(&today()).await.expect("answered");
        assert_eq!(messages(&snapshot), ["m1"]);
    }
}

#[track_caller]
fn assert_unavailable<T: std::fmt::Debug>(answer: Result<T, BoardError>) {
    assert!(
        matches!(answer, Err(BoardError::Unavailable(_))),
        "{answer:?}"
    );
}

/// A connection between the board and Redis that can go silent without closing, as a cut network
/// does. What connects after the cut goes through.
struct Cable {
    url: String,
    cuts: watch::Sender<()>,
}

impl Cable {
    async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let near = listener.local_addr().expect("bound").port();
        let cuts = watch::Sender::new(());
        let mut wires = tokio::task::JoinSet::new();
        let every_cut = cuts.clone();
        tokio::spawn(async move {
            loop {
                let (board, _) = listener.accept().await.expect("it listens");
                wires.spawn(wire(board, port, every_cut.subscribe()));
            }
        });
        Self {
            url: format!("redis://127.0.0.1:{near}"),
            cuts,
        }
    }

    fn cut_all(&self) {
        self.cuts.send_replace(());
    }
}

async fn wire(mut board: TcpStream, port: u16, mut cuts: watch::Receiver<()>) {
    let address = ("127.0.0.1", port);
    let mut redis = TcpStream::connect(address).await.expect("it runs");
    tokio::select! {
        ended = copy_bidirectional(&mut board, &mut redis) => drop(ended),
        cut = cuts.changed() => {
            cut.expect("the cable outlives its wires");
            std::future::pending::<()>().await;
        }
    }
}
