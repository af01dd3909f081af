//! Which rows are taken: of each lane the oldest, and no lane waits for a busier one.

use std::time::Duration;

use super::{arrival, look, store};
use crate::domain::Timestamp;
use crate::store::{InboxRow, LaneTurn, Store, UnderWay};

const NOW: Timestamp = Timestamp(1_000_000);
const LIMIT: usize = 4;

struct Looks<'a> {
    store: &'a Store,
    turn: LaneTurn,
    under_way: UnderWay,
}

impl<'a> Looks<'a> {
    fn of(store: &'a Store) -> Self {
        Self {
            store,
            turn: LaneTurn::default(),
            under_way: UnderWay::default(),
        }
    }

    async fn take(&mut self) -> Vec<InboxRow> {
        let Self {
            store,
            turn,
            under_way,
        } = self;
        store.take(turn, look(under_way, NOW, LIMIT)).await.unwrap()
    }

    async fn finish(&self, row: &InboxRow) {
        let mut tx = self.store.begin().await.unwrap();
        assert!(tx.finish_arrival(&row.key, "lease", NOW).await.unwrap());
        tx.commit().await.unwrap();
    }
}

fn keys(rows: &[InboxRow]) -> Vec<&str> {
    let mut keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn a_lane_has_one_row_in_hand_and_its_next_only_when_that_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let rows = vec![
        arrival("a2", "a", 2),
        arrival("a1", "a", 1),
        arrival("b1", "b", 3),
    ];
    store.store_arrivals(rows).await.unwrap();
    let mut looks = Looks::of(&store);

    let taken = looks.take().await;
    assert_eq!(keys(&taken), ["a1", "b1"]);
    assert!(looks.take().await.is_empty());
    for row in &taken {
        looks.finish(row).await;
    }
    assert_eq!(keys(&looks.take().await), ["a2"]);
    store.close().await;
}

#[tokio::test]
async fn a_lane_that_waits_behind_thousands_of_rows_of_another_has_its_turn_and_both_their_order() {
    const FLOOD: i64 = 2_000;
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let flood = (0..FLOOD).map(|number| arrival(&format!("flood {number:04}"), "flood", number));
    store.store_arrivals(flood.collect()).await.unwrap();
    let late = vec![
        arrival("late 1", "late", FLOOD),
        arrival("late 2", "late", FLOOD + 1),
    ];
    store.store_arrivals(late).await.unwrap();
    let mut looks = Looks::of(&store);

    let mut worked_on = Vec::new();
    for _ in 0..40 {
        for row in looks.take().await {
            looks.finish(&row).await;
            worked_on.push(row.key);
        }
    }

    let of = |lane: &str| -> Vec<String> {
        let rows = worked_on.iter().filter(|key| key.starts_with(lane));
        rows.cloned().collect()
    };
    assert_eq!(of("late"), ["late 1", "late 2"]);
    let expected: Vec<String> = (0..of("flood").len())
        .map(|number| format!("flood {number:04}"))
        .collect();
    assert_eq!(of("flood"), expected);
    store.close().await;
}

#[tokio::test]
async fn lanes_that_cannot_go_on_do_not_hide_those_that_can() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let stuck = (0..500).map(|number| {
        arrival(
            &format!("stuck {number}"),
            &format!("lane {number}"),
            number,
        )
    });
    store.store_arrivals(stuck.collect()).await.unwrap();
    let mut looks = Looks::of(&store);
    let later = NOW.plus(Duration::from_secs(60));
    let mut postponed = 0;
    loop {
        let taken = looks.take().await;
        if taken.is_empty() {
            break;
        }
        for row in taken {
            store
                .postpone_arrival(&row.key, "lease", later)
                .await
                .unwrap();
            postponed += 1;
        }
    }
    assert_eq!(postponed, 500);

    store
        .store_arrivals(vec![arrival("free", "zz", 1_000)])
        .await
        .unwrap();

    assert_eq!(keys(&looks.take().await), ["free"]);
    store.close().await;
}
