//! Batches of every length, with repeats in them.

use super::{arrival, look, store};
use crate::domain::Timestamp;
use crate::store::{Arrival, InboxRow, LaneTurn, Store, UnderWay};

/// Everything that waits, in the order of arrival; each row stands in a lane of its own.
async fn waiting(store: &Store) -> Vec<InboxRow> {
    let (mut turn, under_way) = (LaneTurn::default(), UnderWay::default());
    let now = Timestamp(1_000_000);
    let mut rows: Vec<InboxRow> = Vec::new();
    loop {
        let taken = store
            .take(&mut turn, look(&under_way, now, 16))
            .await
            .unwrap();
        if taken.is_empty() {
            break;
        }
        rows.extend(taken);
    }
    rows.sort_by_key(|row| row.received_at);
    rows
}

fn batch(first: usize, rows: usize) -> Vec<Arrival> {
    (first..first + rows)
        .map(|number| {
            arrival(
                &format!("key {number}"),
                &format!("lane {number}"),
                number as i64,
            )
        })
        .collect()
}

#[tokio::test]
async fn a_batch_of_any_length_is_stored_whole_and_nothing_else_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut stored = 0;

    for rows in [0, 1, 2, 3, 5, 7, 13, 17, 33, 49, 63, 64, 65, 130] {
        let new = store.store_arrivals(batch(stored, rows)).await.unwrap();
        assert_eq!(new, rows as u64);
        stored += rows;
    }

    let waiting = waiting(&store).await;
    assert_eq!(waiting.len(), stored);
    for (number, row) in waiting.iter().enumerate() {
        let expected = arrival(
            &format!("key {number}"),
            &format!("lane {number}"),
            number as i64,
        );
        assert_eq!(row.key, expected.key);
        assert_eq!(
            (row.source.as_str(), row.account.as_str()),
            ("wecom", "sales")
        );
        assert_eq!(row.lane, expected.lane);
        assert_eq!((row.received_at, row.position), (expected.received_at, 0));
        assert_eq!(row.payload, expected.payload);
        assert_eq!(row.attempts, 1);
    }
    store.close().await;
}

#[tokio::test]
async fn of_a_key_that_comes_again_the_first_row_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut again = arrival("one", "other lane", 7);
    again.payload = "other".to_owned();

    let first = vec![
        arrival("one", "a", 1),
        again.clone(),
        arrival("two", "b", 2),
    ];
    assert_eq!(store.store_arrivals(first).await.unwrap(), 2);
    let repeated = vec![again, arrival("three", "c", 3), arrival("two", "b", 2)];
    assert_eq!(store.store_arrivals(repeated).await.unwrap(), 1);

    let waiting = waiting(&store).await;
    let texts: Vec<&str> = waiting.iter().map(|row| row.payload.as_str()).collect();
    assert_eq!(
        texts,
        ["payload of one", "payload of two", "payload of three"]
    );
    store.close().await;
}

#[tokio::test]
async fn what_is_set_aside_at_once_is_kept_with_its_reason_and_not_worked_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut sealed = arrival("sealed", "a", 1);
    sealed.set_aside = Some("why");

    let rows = vec![sealed, arrival("open", "a", 2), arrival("other", "b", 3)];
    assert_eq!(store.store_arrivals(rows).await.unwrap(), 3);

    let waiting = waiting(&store).await;
    assert_eq!(waiting.len(), 2);
    let aside = store.arrivals_set_aside(10).await.unwrap();
    assert_eq!(aside.len(), 1);
    assert_eq!(
        (aside[0].0.as_str(), aside[0].3.as_str()),
        ("sealed", "why")
    );
    assert_eq!(store.retry_arrivals_set_aside().await.unwrap(), 1);
    store.close().await;
}

#[tokio::test]
async fn within_other_changes_a_batch_of_any_length_is_stored_with_them_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;

    let mut dropped = store.begin().await.unwrap();
    assert_eq!(dropped.store_arrivals(batch(0, 70)).await.unwrap(), 70);
    drop(dropped);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.store_arrivals(batch(0, 200)).await.unwrap(), 200);
    assert_eq!(tx.store_arrivals(batch(0, 200)).await.unwrap(), 0);
    tx.commit().await.unwrap();

    assert_eq!(waiting(&store).await.len(), 200);
    store.close().await;
}

#[tokio::test]
async fn what_comes_in_passes_those_who_wait_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    if matches!(store, Store::Postgres(_)) {
        return;
    }
    let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
    let writing = store.begin().await.unwrap();
    for _ in 0..3 {
        let (store, done) = (store.clone(), done.clone());
        tokio::spawn(async move {
            let tx = store.begin().await.unwrap();
            done.send("another change").unwrap();
            tx.commit().await.unwrap();
        });
    }
    let coming_in = store.clone();
    tokio::spawn(async move {
        let rows = batch(0, 1);
        assert_eq!(coming_in.store_arrivals(rows).await.unwrap(), 1);
        done.send("what comes in").unwrap();
    });
    // On this one thread all four have asked to write by then.
    tokio::task::yield_now().await;

    writing.commit().await.unwrap();

    assert_eq!(order.recv().await, Some("what comes in"));
    for _ in 0..3 {
        assert_eq!(order.recv().await, Some("another change"));
    }
    store.close().await;
}
