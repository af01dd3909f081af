//! One suite for the board in process and the board in Redis, and what only Redis can do to us.

mod agreement;
mod changes;
mod counting;
mod keeping;
mod outages;
mod rebuilding;
mod server;
mod withdrawing;

use super::{Board, Counts, Hit, Snapshot};
use crate::domain::{CustomerId, Day, Label, MessageId, PersonId, Timestamp, day};
use server::RedisServer;

/// The prefix that the boards of one test share.
const PREFIX: &str = "test";

/// Runs each of a file's tests on both boards.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod in_process {
            use crate::board::tests::Stage;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(Stage::in_process()).await;
            })+
        }
        mod in_redis {
            use crate::board::tests::Stage;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(Stage::in_redis().await).await;
            })+
        }
    };
}
use on_both;

/// A board, and its own Redis where it needs one.
struct Stage {
    board: Board,
    redis: Option<RedisServer>,
}

impl Stage {
    fn in_process() -> Self {
        Self {
            board: Board::in_process(),
            redis: None,
        }
    }

    async fn in_redis() -> Self {
        let redis = RedisServer::start();
        Self {
            board: Board::redis(&redis.url(), PREFIX).await.expect("it runs"),
            redis: Some(redis),
        }
    }

    /// The same board as another replica sees it.
    fn replica(&self) -> Board {
        match &self.redis {
            Some(redis) => Board::redis_lazy(&redis.url(), PREFIX).expect("the same address"),
            None => self.board.clone(),
        }
    }
}

/// A price hit of rep `li` in 华东 with customer `acme`, on the morning of 2026-11-23.
fn hit(message: &str) -> Hit {
    Hit {
        message: id(message),
        label: Label::Price,
        at: moment("2026-11-23T09:00:00+08:00"),
        region: Some("华东".to_owned()),
        rep: Some(id("li")),
        customer: Some(id("acme")),
        product: None,
        on_trial: false,
    }
}

impl Hit {
    fn label(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    fn at(mut self, text: &str) -> Self {
        self.at = moment(text);
        self
    }

    fn region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    fn rep(mut self, rep: &str) -> Self {
        self.rep = Some(id(rep));
        self
    }

    fn about(mut self, product: &str) -> Self {
        self.product = Some(product.to_owned());
        self
    }

    fn on_trial(mut self) -> Self {
        self.on_trial = true;
        self
    }

    fn customer(mut self, customer: &str) -> Self {
        self.customer = Some(id(customer));
        self
    }
}

fn id<T: TryFrom<String>>(text: &str) -> T {
    T::try_from(text.to_owned())
        .ok()
        .expect("test ids aren't empty")
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("a moment as RFC 3339")
}

fn counts<const N: usize>(of: [(Label, u64); N]) -> Counts {
    of.into()
}

fn messages(snapshot: &Snapshot) -> Vec<&str> {
    let newest = snapshot.newest.iter();
    newest.map(|hit| MessageId::as_str(&hit.message)).collect()
}

fn rep(text: &str) -> PersonId {
    id(text)
}

fn customer(text: &str) -> CustomerId {
    id(text)
}
