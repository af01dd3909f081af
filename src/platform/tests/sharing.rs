//! Tokens shared by replicas through a real Redis.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::super::wecom::tests::{APP, settings};
use super::redis_server::RedisServer;
use super::{Platform, Reply, Seen, patient};
use crate::clock::Clock;
use crate::domain::Timestamp;
use crate::platform::{Tokens, Wecom};

const TOKEN: &str = "/cgi-bin/gettoken";
const SEND: &str = "/cgi-bin/message/send";

/// Gives a new token each time, and takes only those that `is_good` likes.
async fn platform(is_good: fn(&str) -> bool) -> Platform {
    let given = AtomicUsize::new(0);
    Platform::play(move |seen: &Seen| match seen.path() {
        TOKEN => {
            let number = given.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!("token-{number}");
            Reply::json(&json!({ "errcode": 0, "access_token": token, "expires_in": 7200 }))
        }
        _ if is_good(&seen.query("access_token").expect("a token")) => {
            Reply::json(&json!({ "errcode": 0, "errmsg": "ok", "msgid": "m1" }))
        }
        _ => Reply::json(&json!({ "errcode": 40014, "errmsg": "invalid access_token" })),
    })
    .await
}

async fn replica(redis: &RedisServer, platform: &Platform) -> Wecom {
    replica_with(redis, platform, Duration::from_secs(20)).await
}

async fn replica_with(redis: &RedisServer, platform: &Platform, patience: Duration) -> Wecom {
    let clock = Clock::frozen_at(Timestamp::from_seconds(1_790_000_000));
    let tokens = Tokens::shared_within(clock, redis.connect().await, "test", patience);
    Wecom::new(&settings(&platform.base), tokens, patient())
}

async fn send_from_all(replicas: &[Wecom]) {
    let request = json!({ "touser": "zhao.lei", "msgtype": "text" });
    let sends = replicas
        .iter()
        .cycle()
        .take(20)
        .map(|replica| replica.send(APP, &request));
    for sent in join_all(sends).await {
        sent.expect("each message is sent");
    }
}

#[tokio::test]
async fn replicas_fetch_one_token_between_them() {
    let redis = RedisServer::start();
    let platform = platform(|_| true).await;
    let replicas = [
        replica(&redis, &platform).await,
        replica(&redis, &platform).await,
        replica(&redis, &platform).await,
    ];

    send_from_all(&replicas).await;
    send_from_all(&[replica(&redis, &platform).await]).await;

    assert_eq!(platform.seen(TOKEN).len(), 1);
    assert_eq!(platform.seen(SEND).len(), 40);
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once_for_all_replicas() {
    let redis = RedisServer::start();
    let platform = platform(|token| token != "token-1").await;
    let replicas = [
        replica(&redis, &platform).await,
        replica(&redis, &platform).await,
    ];

    send_from_all(&replicas).await;

    assert_eq!(platform.seen(TOKEN).len(), 2);
}

#[tokio::test]
async fn without_an_answer_from_redis_a_replica_fetches_for_itself() {
    let redis = RedisServer::start();
    let platform = platform(|_| true).await;
    let replica = replica_with(&redis, &platform, Duration::from_millis(50)).await;
    redis.hang();

    send_from_all(std::slice::from_ref(&replica)).await;

    assert_eq!(platform.seen(TOKEN).len(), 1);
}
