//! Hears what other replicas, and we ourselves, changed on the board.

use std::time::Duration;

use futures_util::StreamExt;
use redis::aio::{PubSubSink, PubSubStream};
use redis::{Client, RedisResult};
use tokio::sync::watch;
use tokio::time::{error::Elapsed, sleep, timeout};

use super::link::BOUND;

/// The pause before the second attempt; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// After so much silence the connection is asked whether it still lives.
const SILENCE: Duration = Duration::from_secs(15);

/// Listens on a connection of its own, and on a new one when that is lost, until it is dropped.
pub(super) async fn listen(client: Client, channel: String, changed: watch::Sender<()>) {
    let mut pause = FIRST_PAUSE;
    loop {
        match subscribe(&client, &channel).await {
            Ok(Ok((sink, messages))) => {
                pause = FIRST_PAUSE;
                // Whatever changed before this moment went unheard.
                changed.send_replace(());
                hear(sink, messages, &changed).await;
                tracing::warn!("the board lost its notices of changes; subscribing again");
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "the board can't subscribe to notices of changes");
            }
            Err(Elapsed { .. }) => {
                tracing::debug!("the board's subscription to notices of changes got no answer");
            }
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

async fn subscribe(
    client: &Client,
    channel: &str,
) -> Result<RedisResult<(PubSubSink, PubSubStream)>, Elapsed> {
    timeout(BOUND, async {
        let mut connection = client.get_async_pubsub().await?;
        connection.subscribe(channel).await?;
        Ok(connection.split())
    })
    .await
}

/// Returns when the connection is lost.
async fn hear(mut sink: PubSubSink, mut messages: PubSubStream, changed: &watch::Sender<()>) {
    loop {
        match timeout(SILENCE, messages.next()).await {
            Ok(Some(_)) => {
                changed.send_replace(());
            }
            Ok(None) => return,
            Err(Elapsed { .. }) => match timeout(BOUND, sink.ping::<()>()).await {
                Ok(Ok(())) => {}
                _ => return,
            },
        }
    }
}
