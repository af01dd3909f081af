//! Filling the board anew while it is in use.

use super::*;
use crate::board::Question;

on_both!(
    a_rebuilt_board_equals_a_recorded_one_in_any_order,
    nobody_sees_a_board_in_the_making,
    what_is_recorded_during_a_rebuild_is_on_both_boards,
    recording_while_rebuilds_come_and_go_loses_nothing,
    a_rebuild_that_is_dropped_changes_nothing,
    a_board_needs_a_rebuild_until_one_has_filled_it,
);

fn november() -> Question {
    Question::month_of(day("2026-11-23"))
}

async fn a_rebuilt_board_equals_a_recorded_one_in_any_order(stage: Stage) {
    let mut hits: Vec<Hit> = (0..300)
        .map(|n| {
            let label = Label::ALL[n % 12];
            let rep = format!("rep{}", n % 7);
            hit(&format!("m{}", n / 2))
                .label(label)
                .rep(&rep)
                .at(&format!("2026-11-{:02}T09:00:00+08:00", 1 + n / 2 % 28))
        })
        .collect();
    stage.board.record(&hits).await.expect("counted");
    let recorded = stage.board.snapshot(&november()).await.expect("answered");

    hits.reverse();
    hits.extend_from_within(..20);
    let counted = stage.board.replace(hits.into_iter()).await;

    assert_eq!(counted.expect("replaced"), 300);
    let rebuilt = stage.replica().snapshot(&november()).await;
    assert_eq!(rebuilt.expect("answered"), recorded);
}

async fn nobody_sees_a_board_in_the_making(stage: Stage) {
    let (board, replica) = (&stage.board, stage.replica());
    board.record(&[hit("old")]).await.expect("counted");

    let mut rebuild = board.rebuild().await.expect("begun");
    rebuild.add(&[hit("new1")]).await.expect("counted");
    for reader in [board, &replica] {
        let snapshot = reader.snapshot(&november()).await.expect("answered");
        assert_eq!(messages(&snapshot), ["old"]);
    }

    rebuild.add(&[hit("new2")]).await.expect("counted");
    assert_eq!(rebuild.finish().await.expect("finished"), 2);
    for reader in [board, &replica] {
        let snapshot = reader.snapshot(&november()).await.expect("answered");
        assert_eq!(messages(&snapshot), ["new2", "new1"]);
    }
}

async fn what_is_recorded_during_a_rebuild_is_on_both_boards(stage: Stage) {
    let replica = stage.replica();
    replica.record(&[hit("m1")]).await.expect("counted");

    let mut rebuild = stage.board.rebuild().await.expect("begun");
    replica.record(&[hit("m2")]).await.expect("counted");
    let before = replica.snapshot(&november()).await.expect("answered");
    rebuild.add(&[hit("m1"), hit("m2")]).await.expect("counted");
    replica.record(&[hit("m3")]).await.expect("counted");
    rebuild.finish().await.expect("finished");
    replica.record(&[hit("m4")]).await.expect("counted");

    assert_eq!(messages(&before), ["m2", "m1"]);
    let after = stage.board.snapshot(&november()).await.expect("answered");
    assert_eq!(messages(&after), ["m4", "m3", "m2", "m1"]);
}

async fn recording_while_rebuilds_come_and_go_loses_nothing(stage: Stage) {
    let stored: Vec<Hit> = (0..100).map(|n| hit(&format!("stored{n}"))).collect();
    stage.board.record(&stored).await.expect("counted");
    let recorder = stage.replica();
    let recording = tokio::spawn(async move {
        for n in 0..200 {
            let hit = hit(&format!("live{n}"));
            recorder.record(&[hit]).await.expect("counted");
        }
    });

    // What the recorder has counted before a rebuild begins is in the store by then, as it would
    // be; here the board itself says what that was.
    while !recording.is_finished() {
        let mut rebuild = stage.board.rebuild().await.expect("begun");
        let known = stage.board.snapshot(&november()).await.expect("answered");
        let live = known.totals.values().sum::<u64>() - 100;
        let live: Vec<Hit> = (0..live).map(|n| hit(&format!("live{n}"))).collect();
        rebuild.add(&stored).await.expect("counted");
        rebuild.add(&live).await.expect("counted");
        rebuild.finish().await.expect("finished");
    }
    recording.await.expect("all recorded");

    let snapshot = stage.board.snapshot(&november()).await.expect("answered");
    assert_eq!(snapshot.totals, counts([(Label::Price, 300)]));
}

async fn a_rebuild_that_is_dropped_changes_nothing(stage: Stage) {
    stage.board.record(&[hit("m1")]).await.expect("counted");
    let mut rebuild = stage.board.rebuild().await.expect("begun");
    rebuild.add(&[hit("m2")]).await.expect("counted");

    drop(rebuild);
    stage.board.record(&[hit("m3")]).await.expect("counted");

    let snapshot = stage.board.snapshot(&november()).await.expect("answered");
    assert_eq!(messages(&snapshot), ["m3", "m1"]);
    assert!(stage.board.needs_rebuild().await.expect("told"));
}

async fn a_board_needs_a_rebuild_until_one_has_filled_it(stage: Stage) {
    let board = &stage.board;
    assert!(board.needs_rebuild().await.expect("told"));

    board.record(&[hit("m1")]).await.expect("counted");
    assert!(board.needs_rebuild().await.expect("told"));

    board.replace([].into_iter()).await.expect("replaced");
    assert!(!board.needs_rebuild().await.expect("told"));
    let snapshot = board.snapshot(&november()).await.expect("answered");
    assert_eq!(snapshot, Snapshot::default());
}
