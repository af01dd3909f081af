//! The second comes.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dingdan::deadlines::Deadlines;
use dingdan::shared::Shared;
use dingdan::store::Store;
use tokio_util::sync::CancellationToken;

use crate::process::{cpu, resident_megabytes};
use crate::service::{opened, shared, writer};

/// The two hours of 风险预判登记.
const TILL_LATE: Duration = Duration::from_secs(2 * 3600);
/// Then the director's own director: four hours of work, with the break at noon between.
const TILL_ESCALATED: Duration = Duration::from_secs(4 * 3600 + 5400);
const SECOND: Duration = Duration::from_secs(1);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// For each of the two moments, prints the seconds until the last alert was stored and waited for its
/// director's digest, the seconds of CPU, and the megabytes in memory before and after.
pub(crate) async fn fire(folder: &Path, due: usize) {
    let just_before = opened().plus(TILL_LATE - SECOND);
    let shared = shared(folder, just_before).await;
    let stop = CancellationToken::new();
    let firing = tokio::spawn(Deadlines::new(Arc::clone(&shared)).run(stop.clone()));
    let folding = tokio::spawn(fold_log(shared.store.clone()));
    // The task has looked around, and sleeps until the second comes.
    tokio::time::sleep(SECOND).await;

    for wait in [SECOND, TILL_ESCALATED] {
        let (resident, spent, begun) = (resident_megabytes(), cpu(), Instant::now());
        shared.clock.advance(wait);
        while is_due(&shared).await {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let (took, spent) = (begun.elapsed(), cpu() - spent);
        assert_eq!(held(&shared).await, due, "alerts that wait to be told");
        println!(
            "{} {} {resident} {}",
            took.as_secs_f64(),
            spent.as_secs_f64(),
            resident_megabytes()
        );
        let told = sqlx::query("delete from held_alert");
        told.execute(writer(&shared)).await.unwrap();
    }
    stop.cancel();
    folding.abort();
    firing.await.unwrap();
    shared.store.close().await;
}

/// Whether a moment has come and its deal was not ticked; its alert is stored with the tick.
async fn is_due(shared: &Shared) -> bool {
    let nearest = shared.store.nearest_moment().await.unwrap();
    nearest.is_some_and(|nearest| nearest <= shared.clock.now())
}

/// Alerts that wait for their digest.
async fn held(shared: &Shared) -> usize {
    let held = sqlx::query_scalar("select count(*) from held_alert");
    let held: i64 = held.fetch_one(writer(shared)).await.unwrap();
    usize::try_from(held).unwrap()
}

/// As `serve` does.
async fn fold_log(store: Store) {
    loop {
        tokio::time::sleep(SECOND).await;
        store.fold_log().await.unwrap();
    }
}
