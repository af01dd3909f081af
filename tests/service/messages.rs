//! What customers write: pulled from 微信客服 page by page, kept once, in order, whatever is odd about it.

use std::time::Duration;

use dingdan::sandbox::{CallbackFault, Endpoint, Entry, Fault, Outcome, Record};
use serde_json::{Value, json};

use crate::app::{CUSTOMER, REP, Setup, TestApp};
use crate::child::PATIENCE;
use crate::sightings::{cards, delivered, grows_to, inbox, lines, texts};

const ACCOUNT: &str = "wkZhaoLei0001";
/// A contact whose company has no deal.
const WITHOUT_DEAL: &str = "wmBeichenLiu002";
const MINUTE: Duration = Duration::from_secs(60);
const DONE: &str = "select count(*) from inbox where done_at is not null";
/// Accounts that were asked without a notice.
const ASKED: &str = "select count(*) from inbox where source = 'kf_timer' and done_at is not null";

fn pulls(app: &TestApp) -> usize {
    app.sandbox
        .ledger()
        .calls(Endpoint::WecomSyncMessages)
        .len()
}

/// A line as the platform lists it.
fn item(msgid: &str, more: &Value) -> Value {
    let mut item = json!({
        "msgid": msgid, "open_kfid": ACCOUNT, "external_userid": CUSTOMER,
        "send_time": 1_795_397_400, "origin": 3,
    });
    for (key, value) in more.as_object().unwrap() {
        item[key] = value.clone();
    }
    item
}

// ── Pages and cursors ──

#[tokio::test]
async fn every_page_is_pulled_and_the_lines_keep_their_order() {
    let app = TestApp::start().await;
    app.sandbox.limit(|limits| limits.sync_page = 3);
    let said: Vec<String> = (1..=8).map(|number| format!("第{number}句")).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();

    app.sandbox.customer(CUSTOMER).says_many(&said).await;
    app.settle().await;

    assert_eq!(lines(&app).await, said);
    assert_eq!(pulls(&app), 3);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn lines_of_one_moment_keep_the_order_in_which_they_were_said() {
    let app = TestApp::start().await;

    for turn in 0..5 {
        let customer = app.sandbox.customer(CUSTOMER);
        customer.says(&format!("问{turn}")).await;
        let rep = app.sandbox.rep(REP);
        rep.replies_to(CUSTOMER, &format!("答{turn}")).await;
        app.settle().await;
    }

    let expected: Vec<String> = (0..5)
        .flat_map(|turn| [format!("问{turn}"), format!("答{turn}")])
        .collect();
    assert_eq!(lines(&app).await, expected);
}

#[tokio::test]
async fn an_empty_page_is_not_the_end_while_there_is_more() {
    let app = TestApp::start().await;
    app.sandbox.empty_next_page(ACCOUNT);

    app.sandbox.customer(CUSTOMER).says("报价单好了吗").await;
    app.settle().await;

    assert_eq!(lines(&app).await, ["报价单好了吗"]);
}

#[tokio::test]
async fn repeated_notices_pull_nothing_twice() {
    let app = TestApp::start().await;
    app.sandbox.faults().next_callback(CallbackFault::Repeat(3));
    let customer = app.sandbox.customer(CUSTOMER);

    customer.says("要走招标").await;
    app.settle().await;
    customer.says("太贵了").await;
    app.settle().await;

    assert_eq!(lines(&app).await, ["要走招标", "太贵了"]);
    assert_eq!(app.items("signals").await.len(), 2);
    assert_eq!(cards(&app, REP).len(), 1);
}

#[tokio::test]
async fn a_lost_notice_is_made_up_for_by_the_next_one() {
    let app = TestApp::start().await;
    app.sandbox.faults().next_callback(CallbackFault::Drop);
    let customer = app.sandbox.customer(CUSTOMER);

    customer.says("第一句").await;
    customer.says("第二句").await;
    app.settle().await;

    assert_eq!(lines(&app).await, ["第一句", "第二句"]);
}

#[tokio::test]
async fn notices_that_overtake_each_other_change_nothing() {
    let app = TestApp::start().await;
    app.sandbox.faults().next_callback(CallbackFault::Reorder);
    let customer = app.sandbox.customer(CUSTOMER);

    customer.says("第一句").await;
    customer.says("第二句").await;
    app.settle().await;

    assert_eq!(lines(&app).await, ["第一句", "第二句"]);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn the_cursor_outlives_a_restart() {
    let app = TestApp::start().await;
    app.sandbox.limit(|limits| limits.sync_page = 1);
    let customer = app.sandbox.customer(CUSTOMER);
    customer.says_many(&["第一句", "第二句"]).await;
    app.settle().await;
    let before = pulls(&app);

    let app = app.restart().await;
    app.clock.advance(MINUTE);
    let customer = app.sandbox.customer(CUSTOMER);
    customer.says("第三句").await;
    app.settle().await;

    assert_eq!(
        pulls(&app),
        before + 1,
        "nothing is pulled from the beginning"
    );
    assert_eq!(lines(&app).await, ["第一句", "第二句", "第三句"]);
}

#[tokio::test]
async fn a_notice_that_waited_too_long_is_pulled_without_its_token() {
    let app = TestApp::start().await;
    app.sandbox.customer(CUSTOMER).says("要走招标").await;

    app.advance(11 * MINUTE).await;

    assert_eq!(lines(&app).await, ["要走招标"]);
    let calls = app.sandbox.ledger().calls(Endpoint::WecomSyncMessages);
    assert!(calls.iter().all(|call| call.refusal.is_none()), "{calls:?}");
}

#[tokio::test]
async fn a_notice_that_came_too_late_is_pulled_without_its_token() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next_callback(CallbackFault::Delay(11 * MINUTE));
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.advance(11 * MINUTE).await;
    assert!(lines(&app).await.is_empty());

    app.sandbox.deliver_due().await;
    app.settle().await;

    assert_eq!(lines(&app).await, ["要走招标"]);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn many_pulls_without_a_token_wait_for_the_platforms_limit() {
    let app = TestApp::start().await;
    for number in 0..15 {
        let words = format!("第{number}句");
        app.sandbox.customer(CUSTOMER).says(&words).await;
    }

    for _ in 0..30 {
        app.advance(11 * MINUTE).await;
    }

    assert_eq!(lines(&app).await.len(), 15);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_whose_notice_was_lost_is_pulled_a_little_later() {
    let app = TestApp::start_with(Setup {
        runs: true,
        kf_pull_minutes: 5,
        ..Setup::default()
    })
    .await;
    let ledger = app.sandbox.ledger();
    let seen = async |what: &str, fits: fn(&Entry) -> bool| {
        let seen = ledger.wait_for(fits, PATIENCE).await;
        seen.expect(what).number
    };
    let is_pull = |entry: &Entry| matches!(&entry.record, Record::Call(call) if call.endpoint == Endpoint::WecomSyncMessages);
    seen("each account is asked at start", is_pull).await;
    grows_to(&app.store, DONE, 3).await;

    app.sandbox.faults().next_callback(CallbackFault::Drop);
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.clock.advance(5 * MINUTE);
    let is_card = |entry: &Entry| matches!(&entry.record, Record::Wecom(message) if message.msgtype == "template_card");
    seen("the line led to a card", is_card).await;

    assert_eq!(lines(&app).await, ["要走招标"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_asks_at_its_start_even_when_another_has_asked_a_moment_ago() {
    let asking = || Setup {
        runs: true,
        kf_pull_minutes: 5,
        ..Setup::default()
    };
    let app = TestApp::start_with(asking()).await;
    let accounts = 3;
    // Each account is asked at the start,
    grows_to(&app.store, ASKED, accounts).await;

    let app = app.restart_with(asking()).await;
    // and again after the restart.
    grows_to(&app.store, ASKED, 2 * accounts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_not_be_asked_leaves_nothing_for_a_person_to_do() {
    let app = TestApp::start_with(Setup {
        seed: false,
        ..Setup::default()
    })
    .await;
    crate::app::seed(&app.store, &app.sandbox.company(), app.clock.now()).await;
    let faults = app.sandbox.faults();
    let forbidden = Fault::Errcode(48002, "api forbidden");
    faults.next_times(99, Endpoint::WecomSyncMessages, forbidden);
    let app = app
        .restart_with(Setup {
            runs: true,
            kf_pull_minutes: 5,
            ..Setup::default()
        })
        .await;

    grows_to(&app.store, DONE, 3).await;

    assert_eq!(inbox(&app).await, (0, 0));
}

// ── Refusals ──

#[tokio::test]
async fn what_can_heal_is_pulled_again_later_and_kept_once() {
    let faults = [
        Fault::Errcode(-1, "system busy"),
        Fault::Errcode(45009, "reach max api minute quota limit"),
        Fault::Http(502),
        Fault::Html,
        Fault::ResetBeforeReading,
        Fault::ResetAfterReading,
    ];
    for fault in faults {
        let app = TestApp::start().await;
        let name = format!("{fault:?}");
        app.sandbox
            .faults()
            .next_times(2, Endpoint::WecomSyncMessages, fault);

        app.sandbox.customer(CUSTOMER).says("要走招标").await;
        app.settle().await;
        assert!(lines(&app).await.is_empty(), "{name}");
        // Over the limit twice in a row, it waits for an hour.
        for _ in 0..10 {
            app.advance(10 * MINUTE).await;
        }

        assert_eq!(lines(&app).await, ["要走招标"], "{name}");
        assert_eq!(inbox(&app).await, (0, 0), "{name}");
    }
}

#[tokio::test]
async fn a_token_that_was_revoked_is_fetched_anew_once() {
    for as_expired in [false, true] {
        let app = TestApp::start().await;
        let customer = app.sandbox.customer(CUSTOMER);
        customer.says("第一句").await;
        app.settle().await;
        app.sandbox.revoke_wecom_tokens(as_expired);

        customer.says("第二句").await;
        app.settle().await;

        assert_eq!(lines(&app).await, ["第一句", "第二句"]);
        let tokens = app.sandbox.ledger().calls(Endpoint::WecomToken);
        assert_eq!(tokens.len(), 2, "one refetch");
        assert_eq!(pulls(&app), 3, "one repetition");
    }
}

#[tokio::test]
async fn a_pull_that_is_forbidden_is_set_aside_and_made_up_for_when_it_is_allowed() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next_times(
        20,
        Endpoint::WecomSyncMessages,
        Fault::Errcode(48002, "api forbidden"),
    );
    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    for _ in 0..10 {
        app.advance(MINUTE).await;
    }
    assert_eq!(inbox(&app).await, (0, 1), "it is not tried for ever");
    assert!(pulls(&app) <= 3);
    let aside = app.store.arrivals_set_aside(10).await.unwrap();
    assert!(aside[0].3.contains("48002"), "{aside:?}");

    faults.clear();
    app.store.retry_arrivals_set_aside().await.unwrap();
    app.settle().await;

    assert_eq!(lines(&app).await, ["要走招标"]);
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_line_whose_deal_cannot_be_read_is_set_aside_and_its_chat_goes_on() {
    let app = TestApp::start().await;
    let deal = "deal-yunshan".parse().unwrap();
    let put_state = async |state: &str| {
        let mut tx = app.store.begin().await.unwrap();
        let row = tx.opportunity(&deal).await.unwrap().unwrap();
        tx.save_deal(&dingdan::store::SavedDeal {
            id: &deal,
            version: row.version,
            state,
            stage: &row.stage,
            closed_at: None,
            journal_end: "",
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
    };
    put_state("unreadable").await;

    let customer = app.sandbox.customer(CUSTOMER);
    customer.says_many(&["要走招标", "报价单好了吗"]).await;
    for _ in 0..10 {
        app.advance(MINUTE).await;
    }
    assert_eq!(lines(&app).await, ["报价单好了吗"]);
    assert_eq!(inbox(&app).await, (0, 1));
    let aside = app.store.arrivals_set_aside(10).await.unwrap();
    assert!(aside[0].3.contains("state can't be read"), "{aside:?}");

    put_state("{}").await;
    app.store.retry_arrivals_set_aside().await.unwrap();
    app.settle().await;
    assert_eq!(inbox(&app).await, (0, 0));
    assert_eq!(cards(&app, REP).len(), 1);
}

// ── Odd items ──

#[tokio::test]
async fn one_msgid_is_one_line_however_often_it_is_listed() {
    let app = TestApp::start().await;
    let line = item(
        "m1",
        &json!({"msgtype": "text", "text": {"content": "太贵了"}}),
    );

    for _ in 0..3 {
        app.sandbox.customer(CUSTOMER).causes(line.clone()).await;
        app.settle().await;
    }

    assert_eq!(lines(&app).await, ["太贵了"]);
    assert_eq!(app.items("signals").await.len(), 1);
    assert_eq!(app.api("board").await["totals"]["PRICE"], 1);
}

#[tokio::test]
async fn odd_items_of_a_page_do_not_lose_the_others() {
    let app = TestApp::start().await;
    let customer = app.sandbox.customer(CUSTOMER);
    let long = "长".repeat(200_000);
    let odd = [
        Value::Null,
        json!("a string"),
        json!([1, 2]),
        json!({}),
        json!({"msgid": "o1"}),
        json!({"msgid": 17, "msgtype": "text"}),
        json!({"msgid": "o2", "msgtype": {"text": 1}}),
        item("o3", &json!({"msgtype": "text"})),
        item("o4", &json!({"msgtype": "text", "text": {"content": 7}})),
        item(
            "o5",
            &json!({"msgtype": "hologram", "hologram": {"depth": 3}}),
        ),
        item(
            "o6",
            &json!({"msgtype": "text", "origin": 99, "text": {"content": "谁"}}),
        ),
        item(
            "o7",
            &json!({"msgtype": "event", "event": {"event_type": "teleport"}}),
        ),
        item(
            "o8",
            &json!({"msgtype": "text", "send_time": "soon", "text": {"content": "何时"}}),
        ),
        item(
            "o9",
            &json!({"msgtype": "text", "send_time": -1, "text": {"content": "从前"}}),
        ),
        item(
            "o10",
            &json!({"msgtype": "text", "external_userid": "", "text": {"content": "无名"}}),
        ),
        item(
            "o11",
            &json!({"msgtype": "text", "text": {"content": long}}),
        ),
        item(
            "o12",
            &json!({"msgtype": "text", "text": {"content": "零\u{0}字节"}}),
        ),
        item(
            "o13",
            &json!({"msgtype": "merged_msg", "merged_msg": {"title": "聊天记录", "item": "?"}}),
        ),
        item(
            "o14",
            &json!({"msgtype": "location", "location": {"latitude": "north"}}),
        ),
    ];

    customer.says("前").await;
    for item in odd {
        customer.causes(item).await;
    }
    customer.says("后").await;
    for _ in 0..5 {
        app.advance(MINUTE).await;
    }

    let known = lines(&app).await;
    assert!(known.contains(&"前".to_owned()) && known.contains(&"后".to_owned()));
    assert!(known.contains(&long), "nothing is cut off");
    assert!(known.contains(&"聊天记录".to_owned()));
    assert_eq!(inbox(&app).await, (0, 0), "none is in the way");
}

#[tokio::test]
async fn events_of_the_account_itself_belong_to_no_chat() {
    let app = TestApp::start().await;
    let on_duty = json!({
        "msgid": "e1", "send_time": 1_795_397_400, "origin": 4, "msgtype": "event",
        "event": {"event_type": "servicer_status_change", "open_kfid": ACCOUNT,
                  "servicer_userid": REP, "status": 1},
    });

    app.sandbox.customer(CUSTOMER).causes(on_duty).await;
    app.settle().await;

    assert!(lines(&app).await.is_empty());
    assert_eq!(inbox(&app).await, (0, 0));
}

#[tokio::test]
async fn a_recalled_line_is_marked_and_kept() {
    let app = TestApp::start().await;
    let customer = app.sandbox.customer(CUSTOMER);
    let id = customer.says("你们太贵了").await;
    app.settle().await;
    app.clock.advance(MINUTE);

    customer.recalls(&id).await;
    app.settle().await;

    let message = app.api(&format!("messages/{id}")).await;
    assert_eq!(message["text"], "你们太贵了");
    assert!(message["recalled_at"].is_string(), "{message}");
    assert_eq!(message["signals"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_rep_says_is_kept_and_is_no_signal() {
    let app = TestApp::start().await;

    for words in ["您觉得太贵吗", "要走招标吗", "预算不够的话可以分期"] {
        app.sandbox.rep(REP).replies_to(CUSTOMER, words).await;
    }
    app.settle().await;

    assert_eq!(lines(&app).await.len(), 3);
    assert!(app.items("signals").await.is_empty());
    assert!(cards(&app, REP).is_empty());
}

// ── Contacts ──

#[tokio::test]
async fn of_a_contact_without_a_deal_the_rep_is_told_once_a_day_and_nothing_opens() {
    let app = TestApp::start().await;
    let customer = app.sandbox.customer(WITHOUT_DEAL);

    customer.says("要走招标").await;
    app.settle().await;
    customer.says("你们太贵了").await;
    app.settle().await;

    let told = texts(&app, REP);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("北辰重工") && told[0].contains("没有进行中的商机"),
        "{told:?}"
    );
    assert_eq!(app.items("signals").await.len(), 2, "the signals are kept");
    assert!(cards(&app, REP).is_empty());
    assert!(delivered(&app).is_empty());
    assert!(app.items("runs").await.is_empty());

    app.clock.advance(24 * 60 * MINUTE);
    customer.says("还是太贵了").await;
    app.settle().await;
    assert_eq!(texts(&app, REP).len(), 2, "the next day, once more");
}

#[tokio::test]
async fn nothing_that_a_customer_writes_is_lost_to_a_signal_that_cannot_be_told() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next_times(
        50,
        Endpoint::WecomSend,
        Fault::Errcode(60020, "not allow to access from your ip"),
    );

    app.sandbox.customer(CUSTOMER).says("要走招标").await;
    app.settle().await;

    assert_eq!(lines(&app).await, ["要走招标"]);
    assert_eq!(app.items("runs").await.len(), 1);
    assert!(cards(&app, REP).is_empty());
    let refused = |record: &Record| matches!(record, Record::Wecom(message) if matches!(message.outcome, Outcome::Delivered));
    let ledger = app.sandbox.ledger().all();
    assert!(!ledger.iter().any(|entry| refused(&entry.record)));
}
