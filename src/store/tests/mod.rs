//! The store on whichever database the tests have.

mod arrivals;
mod health;
mod lanes;
mod names;

use std::time::Duration;

use super::{Arrival, Look, Span, Store, UnderWay, fresh_url};
use crate::domain::Timestamp;

async fn store(folder: &tempfile::TempDir) -> Store {
    Store::open(&fresh_url(folder.path()).await).await.unwrap()
}

fn arrival(key: &str, lane: &str, received_at: i64) -> Arrival {
    Arrival {
        key: key.to_owned(),
        source: "wecom",
        account: "sales".into(),
        lane: lane.to_owned(),
        received_at: Timestamp(received_at),
        position: 0,
        payload: format!("payload of {key}"),
        set_aside: None,
    }
}

/// A look at `now` for at most `limit` rows.
fn look(under_way: &UnderWay, now: Timestamp, limit: usize) -> Look<'_> {
    Look {
        under_way,
        lease: "lease",
        now,
        until: now.plus(Duration::from_secs(30)),
        limit,
        span: Span::ALL,
    }
}
