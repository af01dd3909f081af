//! What supervisors do with a run, over the API and on its page.

use std::time::Duration;

use dingdan::engine::{Context, Event, State};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, DIRECTOR, OTHER_DIRECTOR, TestApp};
use crate::sightings::{delivered, only_card, texts, told};

const HOUR: Duration = Duration::from_secs(3600);
const RUN: &str = "deal-yunshan-1";

/// A run that a customer's words opened.
async fn with_run() -> TestApp {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    app
}

impl TestApp {
    async fn supervises(&self, act: &str, mut body: Value) -> (u16, Value) {
        body["by"] = json!("director-east");
        let done = self.post_api(&format!("runs/{RUN}/{act}"), &body).await;
        self.settle().await;
        done
    }
}

#[tokio::test]
async fn a_stopped_clock_is_not_late_and_goes_on_with_what_was_left() {
    let app = with_run().await;

    let (paused, run) = app
        .supervises("pause", json!({ "reason": "客户春节停工" }))
        .await;
    assert_eq!((paused, &run["status"]), (200, &json!("paused")), "{run}");
    app.advance(48 * HOUR).await;
    assert_eq!(app.items("runs?status=paused").await.len(), 1);
    assert_eq!(app.api("compliance").await["total"]["due"], 0);
    let (_, run) = app.supervises("resume", json!({})).await;
    assert_eq!(run["status"], "open");
    app.advance(HOUR).await;
    app.advance(3 * HOUR).await;

    let run = app.api(&format!("runs/{RUN}")).await;
    assert_eq!(run["status"], "overdue");
    let clock = run["clock"].as_array().unwrap();
    let what: Vec<&str> = clock
        .iter()
        .map(|entry| entry["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        what,
        [
            "started",
            "paused",
            "resumed",
            "turned_yellow",
            "turned_red"
        ]
    );
    assert_eq!(clock[1]["why"], "客户春节停工");
    let page = app
        .logged_in(DIRECTOR)
        .await
        .get(&format!("/runs/{RUN}"))
        .await;
    let told = page.text.split("id=\"clock\"").nth(1).unwrap().to_owned();
    let mut place = 0;
    for words in [
        "开始计时",
        "暂停计时：客户春节停工",
        "恢复计时",
        "黄灯",
        "红灯",
        "已告诉 周敏",
    ] {
        let found = told[place..].find(words);
        place += found.unwrap_or_else(|| panic!("{words} behind what was before: {told}"));
    }
}

#[tokio::test]
async fn a_rep_reads_that_a_clock_stands_and_no_deadline_of_before() {
    let app = with_run().await;
    app.supervises("pause", json!({ "reason": "客户春节停工" }))
        .await;

    app.sandbox.rep("zhao.lei").says("状态").await;
    app.settle().await;

    let texts = texts(&app, "zhao.lei");
    let said = texts.last().unwrap();
    assert!(said.contains("；已停表"), "{said}");
    assert!(!said.contains("截止"), "{said}");
}

#[tokio::test]
async fn a_late_run_is_taken_on_once_urged_and_given_more_time() {
    let app = with_run().await;
    app.advance(4 * HOUR).await;

    let (acknowledged, run) = app.supervises("acknowledge", json!({})).await;
    assert_eq!(acknowledged, 200, "{run}");
    assert_eq!(run["acknowledged"]["by"], "周敏");
    assert_eq!(app.supervises("acknowledge", json!({})).await.0, 409);
    let before = texts(&app, "zhao.lei").len();
    assert_eq!(app.supervises("urge", json!({})).await.0, 200);
    assert_eq!(texts(&app, "zhao.lei").len(), before + 1);
    let more = json!({ "hours": 24, "reason": "等客户回复" });
    let (extended, run) = app.supervises("extend", more).await;

    assert_eq!((extended, &run["status"]), (200, &json!("open")), "{run}");
    let (back, _) = app
        .supervises(
            "extend",
            json!({ "due_at": "2026-11-23T10:00:00+08:00", "reason": "早些" }),
        )
        .await;
    assert_eq!(back, 409);
}

#[tokio::test]
async fn a_run_that_does_not_apply_leaves_the_denominator() {
    let app = with_run().await;

    let (dismissed, run) = app
        .supervises("dismiss", json!({ "reason": "不是本项目" }))
        .await;
    app.advance(48 * HOUR).await;

    assert_eq!((dismissed, &run["status"]), (200, &json!("not_applicable")));
    let total = &app.api("compliance").await["total"];
    assert_eq!(
        (&total["due"], &total["not_applicable"], &total["rate"]),
        (&json!(0), &json!(1), &json!(null))
    );
    assert!(
        delivered(&app)
            .iter()
            .all(|message| !told(message).contains("已超时"))
    );
}

#[tokio::test]
async fn a_director_decides_on_the_page_and_a_rep_only_reads() {
    let app = with_run().await;
    let path = format!("/runs/{RUN}");
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("要走招标") && page.text.contains("豁免"));
    let csrf = page.csrf();

    let without = director
        .post_form(
            &path,
            &[("csrf", &csrf), ("act", "waive"), ("reason", "  ")],
        )
        .await;
    assert_eq!(without.status, 409);
    assert!(without.text.contains("请写明原因"), "{}", without.text);
    let waived = director
        .post_form(
            &path,
            &[
                ("csrf", &csrf),
                ("act", "waive"),
                ("reason", "框架协议已覆盖"),
            ],
        )
        .await;
    assert_eq!(
        (waived.status, waived.location()),
        (303, Some(path.as_str()))
    );
    let page = director.get(&path).await.text;
    assert!(page.contains("周敏 豁免：框架协议已覆盖"), "{page}");
    let again = director
        .post_form(&path, &[("csrf", &csrf), ("act", "urge")])
        .await;
    assert_eq!(again.status, 409, "{}", again.text);

    let mut rep = app.logged_in_by_wecom("zhao.lei").await;
    let own = rep.get(&path).await;
    assert_eq!(own.status, 200, "{}", own.text);
    assert!(!own.text.contains("name=\"act\""), "{}", own.text);
    let csrf = own.csrf();
    let refused = rep
        .post_form(&path, &[("csrf", &csrf), ("act", "urge")])
        .await;
    assert_eq!(refused.status, 404);
    let mut stranger = app.logged_in(OTHER_DIRECTOR).await;
    assert_eq!(stranger.get(&path).await.status, 404);
    let chat = "kf-wkZhaoLei0001-wmYunshanChen01".parse().unwrap();
    let views = app.store.views_of(&chat, 50).await.unwrap();
    assert!(
        views
            .iter()
            .any(|view| view.place == "run" && view.name == "周敏")
    );
    assert!(views.iter().all(|view| view.name != "吴军"));
}

#[tokio::test]
async fn replaying_the_record_gives_the_state_and_the_effects_to_the_byte() {
    let app = with_run().await;
    app.advance(4 * HOUR).await;
    app.supervises("acknowledge", json!({})).await;
    app.supervises("extend", json!({ "hours": 4, "reason": "等客户回复" }))
        .await;
    app.supervises("waive", json!({ "reason": "框架协议已覆盖" }))
        .await;
    let deal = "deal-yunshan".parse().unwrap();
    let row = app.store.opportunity(&deal).await.unwrap().unwrap();
    let stored = app.store.opportunity_state(&deal).await.unwrap().unwrap();
    let definitions = app.shared.definitions();

    let mut state = State::new(Some("demo".to_owned()), row.opened_at);
    for entry in app.store.journal(&deal).await.unwrap() {
        let event: Event = serde_json::from_str(&entry.event).unwrap();
        let context = entry.context.expect("each entry has its context");
        let context: Context = serde_json::from_str(&context).unwrap();
        let (after, effects) = definitions.step(state, &context, &event, entry.at);
        assert_eq!(serde_json::to_string(&effects).unwrap(), entry.effects);
        state = after;
    }

    assert_eq!(serde_json::to_string(&state).unwrap(), stored);
}

#[tokio::test]
async fn nothing_is_sent_back_of_a_deal_that_is_over() {
    let app = with_run().await;
    let card = only_card(&app, "zhao.lei");
    let both: [(&str, &[&str]); 2] = [("risk_type", &["open_tender"]), ("strategy", &["pilot"])];
    let rep = app.sandbox.rep("zhao.lei");
    rep.clicks(&card, "submit", &both).await.unwrap();
    app.settle().await;
    let lost = json!({ "stage": "lost", "by": "rep-zhao" });
    let (moved, _) = app
        .post_api("opportunities/deal-yunshan/stage", &lost)
        .await;
    assert_eq!(moved, 200);

    let (status, refusal) = app
        .supervises("return", json!({ "reason": "策略太笼统" }))
        .await;

    assert_eq!(status, 409, "{refusal}");
    assert!(
        refusal["detail"].as_str().unwrap().contains("won or lost"),
        "{refusal}"
    );
    assert_eq!(app.api(&format!("runs/{RUN}")).await["status"], "done");
}
