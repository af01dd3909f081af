//! What waits, in which order it goes out, and for how long it is tried.

use std::time::Duration;

use dingdan::outbox::Order;
use dingdan::sandbox::{Endpoint, Fault, Record};
use dingdan::store::NewOrder;
use serde_json::json;

use super::{BOTH, HOUR, MINUTE, OWN, SECOND, TENDER, clicks, hears, runs, says};
use crate::app::{REP, TestApp};
use crate::sightings::{
    assert_nothing_vanished, calls, newest_card, only_card, outbox, receipts, texts,
};

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
