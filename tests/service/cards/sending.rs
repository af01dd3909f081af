//! Sending: refusals, lost answers, and what is tried again.

use dingdan::sandbox::{Endpoint, Fault, Outcome, Record};

use super::{BOTH, HOUR, MINUTE, TENDER, clicks, hears, runs, says};
use crate::app::{CUSTOMER, REP, TestApp};
use crate::sightings::{calls, cards, only_card, outbox, texts};

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
