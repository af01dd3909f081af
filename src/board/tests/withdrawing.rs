//! Hits that turn out to be none.

use super::*;
use crate::board::Question;

on_both!(
    a_hit_that_is_withdrawn_counts_nowhere,
    withdrawing_twice_takes_off_once,
    what_was_not_counted_is_not_taken_off,
    what_is_withdrawn_can_be_counted_again,
    a_board_after_withdrawals_is_as_one_that_was_made_without_the_hits,
    a_rebuild_under_way_loses_the_hit_too,
);

/// All that a page would show of all days.
async fn everything(board: &Board) -> Snapshot {
    let all = Question::days(day("2026-11-01"), day("2026-12-31"));
    board.snapshot(&all).await.expect("answered")
}

async fn record(board: &Board, hits: &[Hit]) {
    board.record(hits).await.expect("counted");
}

async fn a_hit_that_is_withdrawn_counts_nowhere(stage: Stage) {
    let board = &stage.board;
    record(board, &[hit("m1"), hit("m2")]).await;

    assert_eq!(board.withdraw(&[hit("m1")]).await.expect("taken off"), 1);

    let shown = everything(&stage.replica()).await;
    assert_eq!(shown.totals, counts([(Label::Price, 1)]));
    assert_eq!(messages(&shown), ["m2"]);
}

async fn withdrawing_twice_takes_off_once(stage: Stage) {
    let board = &stage.board;
    record(board, &[hit("m1"), hit("m2")]).await;

    let gone = [hit("m1"), hit("m1")];
    assert_eq!(board.withdraw(&gone).await.expect("taken off"), 1);
    assert_eq!(board.withdraw(&gone).await.expect("taken off"), 0);

    assert_eq!(everything(board).await.totals, counts([(Label::Price, 1)]));
}

async fn what_was_not_counted_is_not_taken_off(stage: Stage) {
    let board = &stage.board;
    record(board, &[hit("m1")]).await;

    for other in [
        hit("m2"),
        hit("m1").label(Label::Tender),
        hit("m1").rep("wang"),
        hit("m1").customer("beta"),
        hit("m1").region("华北"),
    ] {
        assert_eq!(board.withdraw(&[other]).await.expect("answered"), 0);
    }

    assert_eq!(everything(board).await.totals, counts([(Label::Price, 1)]));
}

async fn what_is_withdrawn_can_be_counted_again(stage: Stage) {
    let board = &stage.board;
    record(board, &[hit("m1")]).await;
    board.withdraw(&[hit("m1")]).await.expect("taken off");

    assert_eq!(board.record(&[hit("m1")]).await.expect("counted"), 1);

    let shown = everything(board).await;
    assert_eq!(shown.totals, counts([(Label::Price, 1)]));
    assert_eq!(messages(&shown), ["m1"]);
}

async fn a_board_after_withdrawals_is_as_one_that_was_made_without_the_hits(stage: Stage) {
    let board = &stage.board;
    let gone = [
        hit("m1"),
        hit("m2").label(Label::Tender).rep("wang"),
        hit("m3").at("2026-11-25T09:00:00+08:00"),
    ];
    let stays = [
        hit("m4"),
        hit("m5").label(Label::Budget).customer("beta"),
        hit("m2"),
    ];
    record(board, &gone).await;
    record(board, &stays).await;
    board.withdraw(&gone).await.expect("taken off");
    let withdrawn = everything(board).await;

    board
        .replace(stays.into_iter())
        .await
        .expect("made again without them");

    assert_eq!(withdrawn, everything(board).await);
    assert_eq!(
        withdrawn.totals,
        counts([(Label::Price, 2), (Label::Budget, 1)])
    );
}

async fn a_rebuild_under_way_loses_the_hit_too(stage: Stage) {
    let board = &stage.board;
    record(board, &[hit("m1"), hit("m2"), hit("m3")]).await;
    let mut rebuild = board.rebuild().await.expect("begun");
    rebuild.add(&[hit("m1"), hit("m2")]).await.expect("counted");

    board
        .withdraw(&[hit("m1"), hit("m3")])
        .await
        .expect("taken off");
    // It was read from the store before it was dismissed.
    rebuild.add(&[hit("m3")]).await.expect("counted");
    rebuild.remove(&[hit("m3")]).await.expect("taken off");
    assert_eq!(rebuild.finish().await.expect("finished"), 2);

    assert_eq!(messages(&everything(board).await), ["m2"]);
}
