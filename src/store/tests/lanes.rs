//! Which rows are taken: of each lane the oldest, and no lane waits for a busier one.

use std::time::Duration;

use super::{arrival, look, store};
use crate::domain::Timestamp;
use crate::store::inbox::BACKLOG;
use crate::store::{InboxRow, LaneTurn, Payload, Store, UnderWay};

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
        let finished = tx.finish_arrival(&row.key, "lease", NOW, Payload::KeptElsewhere);
        assert!(finished.await.unwrap());
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

#[tokio::test]
async fn a_lane_that_has_just_arrived_has_its_turn_among_many_that_have_a_backlog() {
    const LANES: i64 = 40;
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let backlog = (0..LANES * 20).map(|number| {
        let lane = format!("lane {:02}", number % LANES);
        arrival(&format!("{lane} row {number}"), &lane, number)
    });
    store.store_arrivals(backlog.collect()).await.unwrap();
    let mut looks = Looks::of(&store);
    for _ in 0..11 {
        for row in looks.take().await {
            looks.finish(&row).await;
        }
    }
    let fresh = arrival("fresh", "lane 20 fresh", LANES * 20);
    store.store_arrivals(vec![fresh]).await.unwrap();

    let mut looked = 0;
    loop {
        let taken = looks.take().await;
        looked += 1;
        for row in &taken {
            looks.finish(row).await;
        }
        if keys(&taken).contains(&"fresh") {
            break;
        }
        assert!(looked < 12, "a turn of 41 lanes, four at a time, is over");
    }
    store.close().await;
}

/// Returns when a statement waits for what this transaction holds.
async fn waited_for(tx: &mut sqlx::PgTransaction<'_>) {
    const SQL: &str = "\
        select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))";
    let waiting = async |tx: &mut sqlx::PgTransaction<'_>| {
        let count = sqlx::query_scalar::<_, i64>(SQL).fetch_one(&mut **tx);
        count.await.unwrap()
    };
    while waiting(tx).await == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn two_replicas_that_want_each_others_rows_end_and_the_look_never_fails() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    // SQLite has one writer.
    let Store::Postgres(pool) = &store else {
        return;
    };
    let flood = (0..200).map(|number| arrival(&format!("row {number:03}"), "flood", number));
    store.store_arrivals(flood.collect()).await.unwrap();
    let touch = |key: &'static str| {
        sqlx::query("update inbox set attempts = attempts where key = $1").bind(key)
    };

    let mut other = pool.begin().await.unwrap();
    touch("row 060").execute(&mut *other).await.unwrap();
    let mut looks = Looks::of(&store);
    let crossing = async {
        waited_for(&mut other).await;
        // The server gives up one of the two, whichever it finds first.
        match touch("row 010").execute(&mut *other).await {
            Ok(_) => other.commit().await.unwrap(),
            Err(_) => other.rollback().await.unwrap(),
        }
    };
    let (taken, ()) = tokio::join!(looks.take(), crossing);

    assert_eq!(keys(&taken), ["row 000"]);
    store.close().await;
}

#[tokio::test]
async fn the_backlog_is_counted_without_reading_what_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let rows = (0..200).map(|number| arrival(&format!("row {number:03}"), "lane", number));
    store.store_arrivals(rows.collect()).await.unwrap();
    let mut aside = arrival("aside", "other", 500);
    aside.set_aside = Some("it can't be read");
    store.store_arrivals(vec![aside]).await.unwrap();
    let mut looks = Looks::of(&store);
    for row in looks.take().await {
        looks.finish(&row).await;
    }

    let oldest = Some(Timestamp(1));
    assert_eq!(store.inbox_backlog().await.unwrap(), (199, 1, oldest));
    if let Store::Sqlite { readers, .. } = &store {
        let explained = sqlx::AssertSqlSafe(format!("explain query plan {BACKLOG}"));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explained).fetch_all(readers).await.unwrap();
        let reads = plan.iter().filter(|step| step.3.contains(" inbox"));
        let steps: Vec<&str> = reads.map(|step| step.3.as_str()).collect();
        assert!(steps.len() >= 3, "{plan:?}");
        assert!(steps.iter().all(|step| step.contains("INDEX")), "{steps:?}");
    }
    store.close().await;
}
