//! What the rep is asked, in cards and in the chat, and every way in which that can go astray.

use std::time::Duration;

use dingdan::outbox::Order;
use dingdan::sandbox::{Endpoint, Fault, Outcome, PressError, Record};
use dingdan::store::NewOrder;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, REP, Setup, TestApp};
use crate::callbacks::{Platform, event, text};
use crate::sightings::{
    assert_nothing_vanished, calls, cards, delivered, inbox, newest_card, only_card, outbox,
    receipts, texts, told,
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const TENDER: &str = "要走招标";
const BUDGET: &str = "今年预算不够了";
const COMPETITOR: &str = "西门子也给我们报了价";

type Choices<'a> = [(&'a str, &'a [&'a str])];

const BOTH: &Choices<'static> = &[
    ("risk_type", &["open_tender"]),
    ("strategy", &["total_cost"]),
];
const OWN: &Choices<'static> = &[("risk_type", &["open_tender"]), ("strategy", &["own"])];

async fn hears(app: &TestApp, words: &str) {
    app.sandbox.customer(CUSTOMER).says(words).await;
    app.settle().await;
}

async fn clicks(app: &TestApp, task_id: &str, choices: &Choices<'_>) {
    let rep = app.sandbox.rep(REP);
    rep.clicks(task_id, "submit", choices)
        .await
        .expect("the card is open");
    app.settle().await;
}

async fn says(app: &TestApp, words: &str) {
    app.sandbox.rep(REP).says(words).await;
    app.settle().await;
}

async fn runs(app: &TestApp) -> Vec<Value> {
    app.items("runs").await
}

fn newest_text(app: &TestApp) -> String {
    texts(app, REP).pop().expect("a text came")
}

// ── Clicks ──

#[tokio::test]
async fn a_choice_of_everything_completes_the_run_and_turns_the_card_into_its_receipt() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);

    clicks(&app, &card, BOTH).await;

    let run = &runs(&app).await[0];
    assert_eq!(
        (&run["status"], &run["late"]),
        (&"done".into(), &false.into())
    );
    assert_eq!(run["answers"]["risk_type"], "公开招标比价");
    let [(changed, shown)] = receipts(&app).try_into().expect("one change");
    assert_eq!(changed, card);
    assert!(
        shown.contains("已登记 · 风险预判登记") && shown.contains("赵磊"),
        "{shown}"
    );
    // And nothing is late later on.
    app.advance(3 * HOUR).await;
    assert_eq!(
        delivered(&app).len(),
        1,
        "only what the director was told at the beginning"
    );
}

#[tokio::test]
async fn a_second_click_on_a_used_card_shows_the_receipt_again_and_changes_nothing() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    clicks(&app, &card, BOTH).await;
    let first = runs(&app).await;
    app.clock.advance(MINUTE);

    let other: &Choices<'_> = &[("risk_type", &["price_cap"]), ("strategy", &["lease"])];
    let rep = app.sandbox.rep(REP);
    assert_eq!(
        rep.clicks(&card, "submit", other).await,
        Err(PressError::NotOpen)
    );
    rep.clicks_again(&card, "submit", &[]).await.unwrap();
    app.settle().await;

    assert_eq!(runs(&app).await, first);
    let shown = receipts(&app);
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[0].1, shown[1].1, "the same receipt");
    assert_eq!(cards(&app, REP).len(), 1);
}

#[tokio::test]
async fn two_quick_presses_count_once() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);

    let rep = app.sandbox.rep(REP);
    rep.clicks(&card, "submit", BOTH).await.unwrap();
    rep.clicks_again(&card, "submit", BOTH).await.unwrap();
    app.settle().await;

    assert_eq!(runs(&app).await[0]["status"], "done");
    assert_eq!(cards(&app, REP).len(), 1);
    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_card_is_changed_by_the_app_that_sent_it() {
    const ANOTHER: &str = "\
[[wecom.app]]
name = \"another\"
agent_id = 1000099
secret = \"another\"
token = \"another\"
encoding_aes_key = \"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\"
[[wecom.app]]";
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    let app = app
        .restart_with(Setup {
            change: |text| text.replacen("[[wecom.app]]", ANOTHER, 1),
            ..Setup::default()
        })
        .await;

    clicks(&app, &card, BOTH).await;

    assert_eq!(receipts(&app)[0].0, card);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_click_after_the_deadline_is_taken_and_called_late() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    app.advance(2 * HOUR + MINUTE).await;

    clicks(&app, &card, BOTH).await;

    let run = &runs(&app).await[0];
    assert_eq!(
        (&run["status"], &run["late"]),
        (&"done".into(), &true.into())
    );
    let shown = &receipts(&app)[0].1;
    assert!(
        shown.contains("超时完成") && shown.contains("超时 1 分"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_click_that_overtakes_the_tick_of_its_deadline_is_late_all_the_same() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    app.clock.advance(2 * HOUR + MINUTE);

    clicks(&app, &card, BOTH).await;

    assert_eq!(runs(&app).await[0]["late"], true);
    let late = delivered(&app)
        .into_iter()
        .filter(|alert| told(alert).contains("已超时"));
    assert_eq!(late.count(), 1, "the director hears of it, once");
}

#[tokio::test]
async fn a_card_left_at_its_first_entry_comes_back_as_a_new_one() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let first = only_card(&app, REP);

    clicks(&app, &first, &[]).await;

    let second = newest_card(&app, REP);
    assert_ne!(second, first);
    let content = cards(&app, REP)[1].content.to_string();
    assert!(content.contains("还没有选择"), "{content}");
    assert!(receipts(&app)[0].1.contains("未完成"));
    assert_eq!(runs(&app).await[0]["status"], "open");

    clicks(&app, &second, BOTH).await;
    assert_eq!(runs(&app).await[0]["status"], "done");
}

#[tokio::test]
async fn what_was_chosen_is_kept_and_only_the_rest_is_asked_again() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;

    clicks(&app, &only_card(&app, REP), &BOTH[..1]).await;

    let second = newest_card(&app, REP);
    let asked = cards(&app, REP)[1].content["select_list"].clone();
    assert_eq!(asked.as_array().unwrap().len(), 1);
    assert_eq!(asked[0]["question_key"], "strategy");
    clicks(&app, &second, &BOTH[1..]).await;
    assert_eq!(runs(&app).await[0]["status"], "done");
}

#[tokio::test]
async fn a_card_can_only_be_answered_by_whom_it_was_sent_to() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    let before = runs(&app).await;

    let forged = click_of("QianYue", &card, "r1");
    Platform::of(&app)
        .post(&Platform::of(&app).seal(&forged))
        .await;
    app.settle().await;

    assert_eq!(runs(&app).await, before);
    let told = texts(&app, "QianYue");
    assert!(
        told.len() == 1 && told[0].contains("不是本系统发出的"),
        "{told:?}"
    );
    assert!(texts(&app, REP).is_empty() && receipts(&app).is_empty());
}

#[tokio::test]
async fn a_click_on_a_card_that_nobody_sent_is_answered_sensibly() {
    let app = TestApp::start().await;
    let platform = Platform::of(&app);

    for (number, task_id) in ["deal-yunshan-1@1", "", "x", &"长".repeat(500)]
        .into_iter()
        .enumerate()
    {
        let forged = click_of(REP, task_id, &format!("r{number}"));
        assert_eq!(platform.post(&platform.seal(&forged)).await.status, 200);
    }
    app.settle().await;

    assert_eq!(inbox(&app).await, (0, 0));
    let told = texts(&app, REP);
    assert!(
        !told.is_empty() && told.iter().all(|text| text.contains("不是本系统发出的")),
        "{told:?}"
    );
}

fn click_of(user: &str, task_id: &str, response_code: &str) -> String {
    let more = format!(
        "<EventKey>submit</EventKey><TaskId>{task_id}</TaskId><CardType>multiple_interaction</CardType>\
         <ResponseCode>{response_code}</ResponseCode><SelectedItems><SelectedItem>\
         <QuestionKey>risk_type</QuestionKey><OptionIds><OptionId>price_cap</OptionId></OptionIds>\
         </SelectedItem></SelectedItems>"
    );
    event(user, "template_card_event", &more)
}

#[tokio::test]
async fn a_choice_that_the_card_does_not_offer_is_not_taken() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let card = only_card(&app, REP);
    let platform = Platform::of(&app);

    let forged = click_of(REP, &card, "r1").replace("price_cap", "bribery");
    platform.post(&platform.seal(&forged)).await;
    app.settle().await;

    let run = &runs(&app).await[0];
    assert_eq!(run["status"], "open");
    assert_eq!(run["answers"], serde_json::json!({}));
    assert_eq!(cards(&app, REP).len(), 2, "it is asked again");
}

// ── Free text ──

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

// ── Sending ──

#[tokio::test]
async fn a_card_that_is_refused_waits_for_a_person_with_the_reason_and_is_resent() {
    for (errcode, expected) in [
        (60020, "60020: check 企业可信IP"),
        (40003, "40003: the person left the company"),
        (81013, "81013: the person left the company"),
        (40058, "40058: see developer.work.weixin.qq.com"),
    ] {
        let app = TestApp::start().await;
        let faults = app.sandbox.faults();
        faults.next(Endpoint::WecomSend, Fault::Errcode(errcode, "refused"));

        hears(&app, TENDER).await;
        assert!(cards(&app, REP).is_empty(), "{errcode}");
        assert_eq!(outbox(&app).await, (0, 1), "{errcode}");
        let dead = app.store.unsent_orders(10).await.unwrap();
        let why = dead[0].failure.clone().unwrap();
        assert!(why.starts_with(expected), "{why}");
        app.advance(50 * MINUTE).await;
        assert_eq!(
            calls(&app, Endpoint::WecomSend),
            1,
            "{errcode} is not tried for ever"
        );

        let now = app.clock.now();
        assert_eq!(
            dingdan::outbox::retry(&app.store, Some(&dead[0].id), now)
                .await
                .unwrap(),
            1
        );
        app.settle().await;
        clicks(&app, &only_card(&app, REP), BOTH).await;
        assert_eq!(outbox(&app).await, (0, 0));
    }
}

#[tokio::test]
async fn a_rep_whom_the_app_cannot_see_is_no_reason_to_keep_the_others_waiting() {
    let app = TestApp::start().await;
    app.sandbox
        .set_up(|company| company.apps[0].invisible_to.push(REP.into()));

    hears(&app, TENDER).await;
    app.sandbox.customer("wmHuafengLin003").says(TENDER).await;
    app.settle().await;

    assert!(cards(&app, REP).is_empty());
    assert_eq!(cards(&app, "QianYue").len(), 1);
    assert_eq!(outbox(&app).await, (0, 1));
}

#[tokio::test]
async fn a_card_whose_answer_was_lost_is_on_the_phone_once() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::WecomSend, Fault::ResetAfterReading);

    hears(&app, TENDER).await;
    app.advance(MINUTE).await;

    assert_eq!(calls(&app, Endpoint::WecomSend), 2, "it was repeated");
    let repeat = &app.sandbox.ledger().calls(Endpoint::WecomSend)[1];
    assert_eq!(repeat.refusal.as_ref().unwrap().code, "42014");
    assert_eq!(outbox(&app).await, (0, 0), "which counts as sent");
    clicks(&app, &only_card(&app, REP), BOTH).await;
    assert_eq!(runs(&app).await[0]["status"], "done");
}

#[tokio::test]
async fn a_card_that_never_arrived_is_sent_again() {
    for fault in [
        Fault::ResetBeforeReading,
        Fault::Errcode(-1, "system busy"),
        Fault::Errcode(45009, "reach max api minute quota limit"),
        Fault::Http(503),
        Fault::Html,
    ] {
        let app = TestApp::start().await;
        let name = format!("{fault:?}");
        app.sandbox
            .faults()
            .next_times(2, Endpoint::WecomSend, fault);

        hears(&app, TENDER).await;
        // Over the limit twice in a row, it waits for an hour.
        for _ in 0..10 {
            app.advance(10 * MINUTE).await;
        }

        assert_eq!(cards(&app, REP).len(), 1, "{name}");
        assert_eq!(outbox(&app).await, (0, 0), "{name}");
    }
}

#[tokio::test]
async fn a_text_whose_answer_was_lost_is_on_the_phone_once() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::WecomSend, Fault::ResetAfterReading);

    says(&app, "在吗").await;
    app.advance(MINUTE).await;

    assert_eq!(calls(&app, Endpoint::WecomSend), 2);
    assert_eq!(texts(&app, REP).len(), 1);
    let repeated = app.sandbox.ledger().sent_to(REP).into_iter().any(|entry| {
        matches!(entry.record, Record::Wecom(message) if message.outcome == Outcome::Duplicate)
    });
    assert!(repeated, "WeCom recognised the repeat by its bytes");
}

#[tokio::test]
async fn a_text_that_may_have_arrived_is_repeated_marked_when_wecom_would_not_know_it() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::WecomSend, Fault::ResetAfterReading);

    says(&app, "在吗").await;
    app.advance(5 * HOUR).await;

    let seen = texts(&app, REP);
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(!seen[0].contains("可能重复"), "{seen:?}");
    assert_eq!(seen[1], format!("（可能重复）{}", seen[0]));
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_text_that_may_have_arrived_long_ago_waits_for_a_person() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::WecomSend, Fault::ResetAfterReading);

    says(&app, "在吗").await;
    app.advance(9 * HOUR).await;
    assert_eq!(texts(&app, REP).len(), 1);
    assert_eq!(outbox(&app).await, (0, 1));
    dingdan::outbox::retry(&app.store, None, app.clock.now())
        .await
        .unwrap();
    app.settle().await;

    let seen = texts(&app, REP);
    assert_eq!(seen[1..], [format!("（可能重复）{}", seen[0])]);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_token_that_is_revoked_before_a_card_costs_one_refetch_and_no_card() {
    let app = TestApp::start().await;
    hears(&app, "你好").await;
    app.sandbox.revoke_wecom_tokens(false);
    app.sandbox.customer(CUSTOMER).says(TENDER).await;
    app.sandbox.revoke_wecom_tokens(true);
    let before = calls(&app, Endpoint::WecomToken);

    app.settle().await;

    assert_eq!(cards(&app, REP).len(), 1);
    assert_eq!(calls(&app, Endpoint::WecomToken), before + 1);
}

#[tokio::test]
async fn a_spent_response_code_leaves_the_card_as_it_is_and_everything_else_goes_on() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let faults = app.sandbox.faults();
    faults.next(
        Endpoint::WecomUpdateCard,
        Fault::Errcode(60140, "invalid response_code"),
    );

    clicks(&app, &only_card(&app, REP), BOTH).await;

    assert_eq!(runs(&app).await[0]["status"], "done");
    assert_eq!(outbox(&app).await, (0, 0), "nobody has to look at it");
    says(&app, "在吗").await;
    assert_eq!(texts(&app, REP).len(), 1, "the lane goes on");
}

#[tokio::test]
async fn a_receipt_whose_answer_was_lost_is_tried_again_without_harm() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::WecomUpdateCard, Fault::ResetAfterReading);

    clicks(&app, &only_card(&app, REP), BOTH).await;
    app.advance(MINUTE).await;

    assert_eq!(receipts(&app).len(), 1);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_receipt_that_met_a_busy_platform_comes_later_by_the_code_that_sending_gave() {
    for fault in [
        Fault::Errcode(45009, "api freq out of limit"),
        Fault::Errcode(-1, "system busy"),
        Fault::ResetBeforeReading,
    ] {
        let app = TestApp::start().await;
        hears(&app, TENDER).await;
        clicks(&app, &only_card(&app, REP), OWN).await;
        assert_eq!(receipts(&app).len(), 1);
        let name = format!("{fault:?}");
        app.sandbox.faults().next(Endpoint::WecomUpdateCard, fault);

        says(&app, "先谈全周期成本").await;
        for _ in 0..5 {
            app.advance(MINUTE).await;
        }

        let shown = receipts(&app);
        assert_eq!(shown.len(), 2, "{name}");
        assert!(shown[1].1.contains("先谈全周期成本"), "{name}: {shown:?}");
        assert_eq!(outbox(&app).await, (0, 0), "{name}");
    }
}

#[tokio::test]
async fn what_one_step_orders_goes_out_in_its_order() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    // Nothing is chosen: the card says so, and a new one asks.
    for _ in 0..10 {
        clicks(&app, &newest_card(&app, REP), &[]).await;
        app.advance(SECOND * 10).await;
    }

    let calls = app.sandbox.ledger().all().into_iter();
    let calls: Vec<Endpoint> = calls
        .filter_map(|entry| match entry.record {
            Record::Call(call) => Some(call.endpoint),
            _ => None,
        })
        .filter(|call| matches!(call, Endpoint::WecomSend | Endpoint::WecomUpdateCard))
        .collect();
    assert_eq!(calls.len(), 21);
    assert_eq!(calls[0], Endpoint::WecomSend);
    for answer in calls[1..].chunks(2) {
        assert_eq!(answer, [Endpoint::WecomUpdateCard, Endpoint::WecomSend]);
    }
}

#[tokio::test]
async fn an_order_that_only_waited_has_its_whole_day_and_one_that_was_tried_does_not() {
    let app = TestApp::start().await;
    let company = app.sandbox.company();
    let order = Order::WecomSendV1 {
        app: "sales".to_owned(),
        to: REP.to_owned(),
        request: json!({
            "touser": REP, "msgtype": "text", "agentid": company.apps[0].agent_id,
            "text": { "content": "在等" },
        }),
        task_id: None,
    };
    let mut tx = app.store.begin().await.unwrap();
    tx.order(&NewOrder {
        id: "order-1".parse().unwrap(),
        key: "order-1".to_owned(),
        destination: "wecom",
        lane: "wecom:one".to_owned(),
        payload: serde_json::to_string(&order).unwrap(),
        created_at: app.clock.now(),
        due_at: app.clock.now(),
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let faults = app.sandbox.faults();
    faults.next_times(999, Endpoint::WecomSend, Fault::Errcode(-1, "system busy"));
    app.ends("deal-yunshan").await;

    // Nothing runs for longer than an order is tried.
    app.advance(30 * HOUR).await;
    assert_eq!(outbox(&app).await, (1, 0), "the first try failed");
    for _ in 0..23 {
        app.advance(HOUR).await;
    }
    assert_eq!(outbox(&app).await, (1, 0));
    app.advance(HOUR).await;
    app.advance(HOUR).await;

    assert_eq!(outbox(&app).await, (0, 1));
    let dead = app.store.unsent_orders(10).await.unwrap();
    let why = dead[0].failure.clone().unwrap();
    assert!(why.contains("tried for 24 hours"), "{why}");
}

#[tokio::test]
async fn what_waits_for_days_because_wecom_asks_for_it_is_not_given_up() {
    let app = TestApp::start().await;
    app.ends("deal-yunshan").await;
    let faults = app.sandbox.faults();
    // A minute, an hour, until this day ends, and then two days more.
    let limited = Fault::Errcode(45009, "api freq out of limit");
    faults.next_times(5, Endpoint::WecomSend, limited);
    says(&app, "在吗").await;

    for _ in 0..66 {
        app.advance(HOUR).await;
        assert_eq!(outbox(&app).await.1, 0);
    }

    assert_eq!(calls(&app, Endpoint::WecomSend), 6);
    assert_eq!(texts(&app, REP).len(), 1);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn an_order_over_which_the_courier_panics_holds_up_its_lane_only_for_a_while() {
    let app = TestApp::start().await;
    hears(&app, TENDER).await;
    let run = runs(&app).await[0]["id"].as_str().unwrap().to_owned();
    let order = Order::WecomUpdateCardV1 {
        app: "sales".to_owned(),
        to: REP.to_owned(),
        run: run.parse().unwrap(),
        // A response code can't be put into it.
        request: json!("no object"),
    };
    let mut tx = app.store.begin().await.unwrap();
    tx.order(&NewOrder {
        id: "order-1".parse().unwrap(),
        key: "order-1".to_owned(),
        destination: "wecom",
        lane: format!("wecom:{REP}"),
        payload: serde_json::to_string(&order).unwrap(),
        created_at: app.clock.now(),
        due_at: app.clock.now(),
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();

    app.settle().await;
    assert_eq!(outbox(&app).await, (1, 0), "it may have been sent");
    says(&app, "在吗").await;
    app.advance(MINUTE).await;

    assert_eq!(outbox(&app).await, (0, 1));
    let dead = app.store.unsent_orders(10).await.unwrap();
    let why = dead[0].failure.clone().unwrap();
    assert!(why.contains("panicked"), "{why}");
    assert_eq!(texts(&app, REP).len(), 1);
}

#[tokio::test]
async fn the_time_in_which_nobody_tried_does_not_count_against_an_order() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next_times(2, Endpoint::WecomSend, Fault::Errcode(-1, "system busy"));
    says(&app, "在吗").await;

    // Nothing runs for longer than an order is tried.
    app.advance(30 * HOUR).await;
    assert_eq!(outbox(&app).await, (1, 0), "the second try failed too");
    app.advance(HOUR).await;

    assert_eq!(texts(&app, REP).len(), 1);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn no_rep_gets_more_than_thirty_messages_a_minute_and_none_vanishes() {
    let app = TestApp::start().await;
    for number in 0..40 {
        app.sandbox.rep(REP).says(&format!("第{number}句")).await;
    }

    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 30);
    assert_eq!(outbox(&app).await, (10, 0));
    app.advance(59 * Duration::from_secs(1)).await;
    assert_eq!(texts(&app, REP).len(), 30);
    app.advance(Duration::from_secs(3)).await;

    assert_eq!(texts(&app, REP).len(), 40);
    assert_eq!(outbox(&app).await, (0, 0));
    assert_nothing_vanished(&app);
}
