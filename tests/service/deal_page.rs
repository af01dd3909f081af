//! A deal's page: what happened to it, and when its steps are about to be late.

use std::time::Duration;

use serde_json::json;

use crate::app::{CUSTOMER, DIRECTOR, REP, TestApp};
use crate::rep_page::opened;

const HOUR: Duration = Duration::from_secs(3600);
const DEAL: &str = "/deals/deal-yunshan";

/// What the page tells, the newest first: the run's name and what happened.
async fn history(app: &TestApp, path: &str) -> Vec<String> {
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get(path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let (_, section) = page.text.split_once("id=\"history\"").unwrap();
    let lines = section.split("<li>").skip(1);
    let told = lines.map(|line| {
        let (_, what) = line.split_once("<span>").unwrap();
        let what = what.split("</span>").next().unwrap();
        let mut text = String::new();
        let mut is_tag = false;
        for character in what.chars() {
            match character {
                '<' => is_tag = true,
                '>' => is_tag = false,
                other if !is_tag => text.push(other),
                _ => {}
            }
        }
        text
    });
    told.collect()
}

async fn moves_to(app: &TestApp, stage: &str) -> u16 {
    let body = json!({ "stage": stage, "by": "rep-zhao" });
    let (status, _) = app
        .post_api("opportunities/deal-yunshan/stage", &body)
        .await;
    app.settle().await;
    status
}

#[tokio::test]
async fn the_page_tells_what_happened_by_whom_and_when_the_newest_first() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;
    app.advance(4 * HOUR).await;
    let waiver = json!({ "by": "director-east", "reason": "框架协议已覆盖" });
    let (status, _) = app.post_api("runs/deal-yunshan-1/waive", &waiver).await;
    assert_eq!(status, 200);
    assert_eq!(moves_to(&app, "discovery").await, 200);
    assert_eq!(
        moves_to(&app, "proposal").await,
        409,
        "a gate stands before"
    );

    let told = history(&app, DEAL).await;

    let expected = [
        "方案匹配验证 · 打开了节点",
        "赵磊 想把阶段改为「提案」，还有节点没有完成",
        "赵磊 把阶段改为「需求澄清」",
        "风险预判登记 · 周敏 豁免：框架协议已覆盖",
        "风险预判登记 · 到截止时间没有完成，已预警主管",
        "风险预判登记 · 打开了节点",
        "听到客户的信号：招标",
    ];
    // Nothing of the customer's words: they stand where looks at them are recorded.
    assert_eq!(told, expected);
}

#[tokio::test]
async fn answers_are_told_with_their_question_and_the_end() {
    let app = TestApp::start().await;
    let page = opened(&app, "terms_consensus").await;
    let mut rep = crate::on_page::OnPage::of(&app, REP, &page).await;
    let sent = rep.uploads("letter", "确认函.pdf", crate::papers::scanned());
    crate::on_page::assert_kept(&sent.await);

    let told = history(&app, DEAL).await;

    let newest: Vec<&str> = told.iter().take(4).map(String::as_str).collect();
    assert_eq!(newest[0], "合同条款共识 · 完成");
    assert!(
        newest[1].starts_with("合同条款共识 · 赵磊 回答了「"),
        "{newest:?}"
    );
    assert_eq!(newest[2], "合同条款共识 · 打开了节点");
    assert_eq!(newest[3], "周敏 发起「合同条款共识」");
}

#[tokio::test]
async fn a_long_history_comes_in_parts() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        assert_eq!(moves_to(&app, "discovery").await, 200);
        assert_eq!(moves_to(&app, "demo").await, 200);
    }
    let mut director = app.logged_in(DIRECTOR).await;

    let first = history(&app, DEAL).await;
    let page = director.get(DEAL).await.text;
    let (_, earlier) = page.split_once(&format!("href=\"{DEAL}?before=")).unwrap();
    let before = earlier.split(['#', '"']).next().unwrap();
    let rest = history(&app, &format!("{DEAL}?before={before}")).await;

    assert_eq!((first.len(), rest.len()), (30, 10));
    let rest = director.get(&format!("{DEAL}?before={before}")).await.text;
    assert!(!rest.contains("更早的"), "{rest}");
    assert!(rest.contains("回到最近"));
    for nonsense in ["x", "-5", "99999999999999999999"] {
        let path = format!("{DEAL}?before={nonsense}");
        assert_eq!(director.get(&path).await.status, 200, "{nonsense}");
    }
}

#[tokio::test]
async fn lists_turn_yellow_when_the_engine_does() {
    let app = TestApp::start().await;
    opened(&app, "needs_clarification").await;
    let mut director = app.logged_in(DIRECTOR).await;
    assert!(director.get(DEAL).await.text.contains("进行中"));

    // Half of its 48 hours: the rep is reminded, and the last quarter is far.
    app.advance(24 * HOUR).await;

    let run = &app.items("runs").await[0];
    let whole = app
        .api(&format!("runs/{}", run["id"].as_str().unwrap()))
        .await;
    assert_eq!(whole["light"], "yellow");
    assert_eq!(run["expected_at"], "2026-11-24T09:30:00.000+08:00");
    let mut director = app.logged_in(DIRECTOR).await;
    let page = director.get(DEAL).await.text;
    assert!(page.contains("即将超时"), "{page}");
}
