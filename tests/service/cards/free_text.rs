//! Questions that are answered by a text.

use super::{BUDGET, COMPETITOR, MINUTE, OWN, TENDER, clicks, hears, newest_text, runs, says};
use crate::app::{REP, TestApp};
use crate::callbacks::{Platform, text};
use crate::sightings::{cards, only_card, texts};

#[tokio::test]
async fn a_text_that_nobody_asked_for_is_answered_each_time() {
    let app = TestApp::start().await;

    says(&app, "在吗").await;
    says(&app, "在吗").await;

    let told = texts(&app, REP);
    assert_eq!(told.len(), 2, "identical answers are not dropped: {told:?}");
    assert!(
        told.iter()
            .all(|text| text.contains("现在没有等您回答的问题"))
    );
}

#[tokio::test]
async fn a_text_that_is_too_short_empty_or_too_long_is_told_what_is_missing() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    clicks(&app, &only_card(&app, REP), OWN).await;
    assert!(newest_text(&app).contains("怎么应对"));

    let long = "谈".repeat(301);
    for (answer, expected) in [
        ("好", "至少要 4 个字，现在是 1 个"),
        ("好", "至少要 4 个字，现在是 1 个"),
        ("……！？", "还没有内容"),
        ("   ", "还没有内容"),
        (long.as_str(), "最多 300 个字，现在是 301 个"),
    ] {
        let before = texts(&app, REP).len();
        says(&app, answer).await;
        assert_eq!(texts(&app, REP).len(), before + 1, "{answer}");
        assert!(
            newest_text(&app).contains(expected),
            "{}",
            newest_text(&app)
        );
        assert_eq!(runs(&app).await[0]["status"], "open");
    }

    says(&app, "先谈全周期成本").await;
    assert_eq!(runs(&app).await[0]["status"], "done");
    assert!(newest_text(&app).contains("已登记"));
    says(&app, "再补充一句").await;
    assert!(newest_text(&app).contains("现在没有等您回答的问题"));
}

#[tokio::test]
async fn a_dialogue_outlives_a_restart() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    clicks(&app, &only_card(&app, REP), OWN).await;

    let app = app.restart().await;
    says(&app, "先谈全周期成本").await;

    let run = &runs(&app).await[0];
    assert_eq!(run["status"], "done");
    assert!(
        run["answers"]["strategy"]
            .as_str()
            .unwrap()
            .contains("先谈全周期成本"),
        "{run}"
    );
}

#[tokio::test]
async fn several_runs_at_once_are_kept_apart() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    hears(&app, COMPETITOR).await;
    let shown = cards(&app, REP);
    assert_eq!(shown.len(), 2);
    let task_of = |title: &str| {
        let card = shown
            .iter()
            .find(|card| card.content["main_title"]["title"] == title);
        crate::sightings::task_id(card.unwrap())
    };

    clicks(&app, &task_of("风险预判登记"), OWN).await;
    app.clock.advance(MINUTE);
    clicks(
        &app,
        &task_of("竞品应对备案"),
        &[("customer_concern", &["price"])],
    )
    .await;
    app.clock.advance(MINUTE);
    // One question at a time: the one that was asked first.
    says(&app, "先谈全周期成本").await;
    says(&app, "西门子 S7-1500").await;
    app.clock.advance(MINUTE);
    says(&app, "本地服务两小时到场").await;

    for run in runs(&app).await {
        assert_eq!(run["status"], "done", "{run}");
        let answers = run["answers"].to_string();
        let is_competitor = run["node"] == "competitor_response";
        assert_eq!(answers.contains("S7-1500"), is_competitor, "{answers}");
        assert_eq!(answers.contains("本地服务"), is_competitor, "{answers}");
        assert_eq!(answers.contains("全周期成本"), !is_competitor, "{answers}");
    }
}

#[tokio::test]
async fn the_same_signal_again_opens_nothing_while_another_one_does() {
    let app = TestApp::start().await;

    hears(&app, TENDER).await;
    hears(&app, "肯定要走招标的").await;
    assert_eq!(cards(&app, REP).len(), 1);
    hears(&app, BUDGET).await;

    assert_eq!(cards(&app, REP).len(), 2);
    assert_eq!(runs(&app).await.len(), 2);
}

#[tokio::test]
async fn a_userid_is_known_however_it_is_written() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);

    for (number, written) in ["QianYue", "qianyue", "QIANYUE"].into_iter().enumerate() {
        let hello = text(written, number as u64 + 1, "在吗");
        platform.post(&platform.seal(&hello)).await;
    }
    app.settle().await;

    assert_eq!(texts(&app, "QianYue").len(), 3);
}
