//! Sends whose outcome is unknown.

use std::time::Duration;

use dingdan::sandbox::{Channel, Endpoint, Entry, Fault, Outcome, Record};

use super::{HOUR, MINUTE, SECOND, TENDER, channels, hears, minutes, only_alert, tries};
use crate::app::{CUSTOMER, REP, Setup, TestApp};
use crate::sightings::{
    alert_statuses, assert_nothing_vanished, calls, cards, delivered, dingtalk, execute, figure,
    number, outbox, tamper, told,
};

#[tokio::test]
async fn an_alert_whose_answer_was_lost_is_sent_once_more_and_says_so() {
    for (channel, endpoint, last) in [
        ("robot", Endpoint::RobotToPeople, "robot sent"),
        ("work", Endpoint::NoticeSend, "work delivered"),
    ] {
        let app = TestApp::start_with(Setup::alerts_by(&[channel])).await;
        app.sandbox
            .faults()
            .next(endpoint, Fault::ResetAfterReading);

        hears(&app, TENDER).await;
        assert_eq!(alert_statuses(&app).await, ["unknown"], "{channel}");
        minutes(&app, 20).await;

        let seen = delivered(&app);
        assert_eq!(seen.len(), 2, "{channel}");
        assert!(!told(&seen[0]).contains("可能重复"));
        assert!(told(&seen[1]).contains("可能重复"), "{}", told(&seen[1]));
        let alert = only_alert(&app).await;
        assert_eq!(alert["status"], "sent");
        assert_eq!(alert["why"], "an earlier try may have arrived too");
        assert_eq!(
            tries(&alert),
            [format!("{channel} unknown"), last.to_owned()]
        );
        assert_nothing_vanished(&app);
    }
}

#[tokio::test]
async fn an_alert_whose_answer_is_lost_twice_is_not_sent_a_third_time() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    let faults = app.sandbox.faults();
    faults.next_times(9, Endpoint::RobotToPeople, Fault::ResetAfterReading);

    hears(&app, TENDER).await;
    minutes(&app, 60).await;

    assert_eq!(delivered(&app).len(), 2);
    assert_eq!(alert_statuses(&app).await, ["unknown"]);
    assert_eq!(outbox(&app).await, (0, 1), "a person is told of it");

    // And that person may send it once more: it still says that it may be a repeat.
    faults.clear();
    let now = app.clock.now();
    let again = dingdan::outbox::retry(&app.store, None, now).await.unwrap();
    assert_eq!(again, 1);
    assert_eq!(alert_statuses(&app).await, ["queued"]);
    app.settle().await;
    let seen = delivered(&app);
    assert_eq!(seen.len(), 3);
    assert!(told(&seen[2]).contains("可能重复"), "{}", told(&seen[2]));
    assert_eq!(alert_statuses(&app).await, ["sent"]);
    assert_eq!(outbox(&app).await, (0, 0));
}

#[tokio::test]
async fn an_unknown_outcome_never_leads_to_another_way() {
    let app = TestApp::start().await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, Fault::ResetAfterReading);

    hears(&app, TENDER).await;
    minutes(&app, 20).await;

    assert_eq!(channels(&delivered(&app)), [Channel::Robot, Channel::Robot]);
}

#[tokio::test]
async fn a_group_recognises_the_repeat_of_an_alert_whose_answer_was_lost() {
    let app = TestApp::start_with(Setup::alerts_by(&["group"])).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotSend, Fault::ResetAfterReading);

    hears(&app, TENDER).await;
    minutes(&app, 20).await;

    assert_eq!(delivered(&app).len(), 1);
    let all = dingtalk(&app);
    assert_eq!(all[1].outcome, Outcome::Duplicate);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn an_alert_that_never_arrived_is_sent_again() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    let faults = app.sandbox.faults();
    faults.next(Endpoint::RobotToPeople, Fault::ResetBeforeReading);

    hears(&app, TENDER).await;
    minutes(&app, 20).await;

    assert_eq!(delivered(&app).len(), 1);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
}

#[tokio::test]
async fn an_alert_that_is_known_to_be_sent_is_not_repeated_when_the_store_fails_for_a_moment() {
    const FAILURES: &str = "dingdan_outbox_record_failures_total";
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    app.sandbox.customer(CUSTOMER).says(TENDER).await;
    execute(&app.store, "alter table quota_use rename to quota_away").await;
    let before = figure(&app, FAILURES).await;

    let mended = async {
        while figure(&app, FAILURES).await <= before {}
        execute(&app.store, "alter table quota_away rename to quota_use").await;
    };
    let mended = tokio::time::timeout(20 * SECOND, mended);
    let (mended, ()) = tokio::join!(mended, app.settle());
    mended.expect("an outcome can't be recorded");
    app.advance(HOUR).await;

    assert_eq!(delivered(&app).len(), 1);
    assert_eq!(alert_statuses(&app).await, ["sent"]);
    assert_eq!(outbox(&app).await, (0, 0));
    assert_eq!(
        number(
            &app.store,
            "select cast(sum(used) as bigint) from quota_use"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn a_call_is_in_the_ledger_and_counted_whoever_has_the_order_by_then() {
    let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
    let slow = Fault::Delay(Duration::from_secs(2));
    app.sandbox.faults().next(Endpoint::RobotToPeople, slow);
    app.sandbox.customer(CUSTOMER).says(TENDER).await;

    let ledger = app.sandbox.ledger();
    let lost = async {
        let called = |entry: &Entry| matches!(&entry.record, Record::Call(call) if call.endpoint == Endpoint::RobotToPeople);
        ledger.wait_for(called, 20 * SECOND).await.expect("a call");
        tamper(
            &app.store,
            "update outbox set lease = 'somebody' where destination = 'dingtalk'",
        )
        .await;
    };
    tokio::join!(app.settle(), lost);

    assert_eq!(outbox(&app).await, (1, 0), "it is somebody else's");
    assert_eq!(tries(&only_alert(&app).await), ["robot sent"]);
    assert_eq!(
        number(
            &app.store,
            "select cast(sum(used) as bigint) from quota_use"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn the_calls_that_are_left_are_measured_before_the_first_alert() {
    let app = TestApp::start().await;
    for quota in ["dingtalk_api", "dingtalk_webhook"] {
        let left = figure(&app, &format!("dingdan_quota_left{{quota=\"{quota}\"}}")).await;
        assert!(left > 1000.0, "{quota}: {left}");
    }
}

#[tokio::test]
async fn what_is_in_hand_is_not_taken_again_when_time_is_moved() {
    for endpoint in [
        Endpoint::WecomSyncMessages,
        Endpoint::WecomSend,
        Endpoint::RobotToPeople,
    ] {
        let app = TestApp::start_with(Setup::alerts_by(&["robot"])).await;
        let slow = Fault::Delay(Duration::from_millis(700));
        app.sandbox.faults().next(endpoint, slow);
        app.sandbox.customer(CUSTOMER).says(TENDER).await;

        let (ledger, before) = (app.sandbox.ledger(), app.clock.now());
        let moved = async {
            let called = |entry: &Entry| matches!(&entry.record, Record::Call(call) if call.endpoint == endpoint);
            ledger.wait_for(called, 20 * SECOND).await.expect("a call");
            // Past every lease, and neither late nor to be reminded of.
            app.advance(50 * MINUTE).await;
            assert_eq!(calls(&app, endpoint), 1, "{endpoint:?}");
        };
        tokio::join!(app.settle(), moved);

        assert_eq!(app.clock.now(), before.plus(50 * MINUTE));
        assert_eq!(calls(&app, endpoint), 1, "{endpoint:?}");
        assert_eq!(cards(&app, REP).len(), 1, "{endpoint:?}");
        assert_eq!(delivered(&app).len(), 1, "{endpoint:?}");
        assert!(!told(&delivered(&app)[0]).contains("可能重复"));
        assert_eq!(outbox(&app).await, (0, 0), "{endpoint:?}");
    }
}
